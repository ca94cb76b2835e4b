/*
 * User-Data of SAA and PPR: the IMSSubscription document (TS 29.228, Annexes
 * B, D and E) of one implicit registration set.
 *
 * Elements stand in the order that the schema of an S-CSCF wants and values
 * are escaped.  BarringIndication and IdentityType are written only where they
 * differ from their defaults.  Where a request was about an identity that
 * belongs to a wildcarded one, that is the Identity; another wildcarded
 * identity stands as its own.  An S-CSCF older than Release 8 refuses a
 * wildcarded public user identity.  Aliases, priorities and the IMSI are left
 * out.
 */
#include "cx/userdata.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cx/xml.h"
#include "store/store.h"

/* IdentityType values (TS 29.228, Annex E) */
enum { DISTINCT_IMPU = 0, DISTINCT_PSI = 1, WILDCARDED_PSI = 2 };
enum { WILDCARDED_IMPU = 4 };

static unsigned
identity_type(const struct store_impu *impu)
{
	if (impu->psi)
		return impu->wildcard ? WILDCARDED_PSI : DISTINCT_PSI;
	return impu->wildcard ? WILDCARDED_IMPU : DISTINCT_IMPU;
}

/* Extension inside Extension: DisplayName, and below it WildcardedIMPU. */
static void
write_inner(struct xml *x, const struct store_impu *impu, unsigned type,
    const char *name, size_t len)
{
	bool display = impu->display != NULL && impu->display[0] != '\0';

	if (!display && type != WILDCARDED_IMPU)
		return;
	xml_begin(x, "Extension");
	if (display)
		xml_element(
		    x, "DisplayName", impu->display, strlen(impu->display));
	if (type == WILDCARDED_IMPU) {
		xml_begin(x, "Extension");
		xml_element(x, "WildcardedIMPU", name, len);
		xml_end(x, "Extension");
	}
	xml_end(x, "Extension");
}

static void
write_extension(
    struct xml *x, const struct store_impu *impu, const char *name, size_t len)
{
	unsigned type = identity_type(impu);
	char digit = (char)('0' + type);
	bool display = impu->display != NULL && impu->display[0] != '\0';

	if (type == DISTINCT_IMPU && !display)
		return; /* an empty element kills an S-CSCF */
	xml_begin(x, "Extension");
	if (type != DISTINCT_IMPU)
		xml_element(x, "IdentityType", &digit, 1);
	if (type == WILDCARDED_PSI)
		xml_element(x, "WildcardedPSI", name, len);
	write_inner(x, impu, type, name, len);
	xml_end(x, "Extension");
}

static void
write_identity(struct xml *x, const struct store *s,
    const struct store_impu *impu, const struct cx_userdata_for *to)
{
	char name[STORE_NAME_MAX + 1];
	size_t len = store_name(s, &impu->name, name, sizeof name);

	if (len > STORE_NAME_MAX) { /* no half identity may leave */
		x->full = true;
		return;
	}
	xml_begin(x, "PublicIdentity");
	if (impu->barred)
		xml_element(x, "BarringIndication", "1", 1);
	if (impu == to->impu && to->identity_len > 0)
		xml_element(x, "Identity", to->identity, to->identity_len);
	else
		xml_element(x, "Identity", name, len);
	write_extension(x, impu, name, len);
	xml_end(x, "PublicIdentity");
}

static void
end_profile(struct xml *x, const struct cx_profiles *profiles, unsigned number)
{
	size_t len;
	const char *text = cx_profile_text(profiles, number, &len);

	xml_raw(x, text, len);
	xml_end(x, "ServiceProfile");
}

/* The identities of the set, each run of equal profiles in one ServiceProfile:
 * their order decides the default identity.  False: the set has none. */
static bool
write_set(struct xml *x, const struct store *s,
    const struct cx_profiles *profiles, const struct store_sub *sub,
    unsigned set, const struct cx_userdata_for *to)
{
	const struct store_impu *last = NULL;

	for (unsigned i = 0; i < sub->nimpus; i++) {
		const struct store_impu *impu = &sub->impus[i];
		if (impu->set != set)
			continue;
		if (last != NULL && last->profile != impu->profile)
			end_profile(x, profiles, last->profile);
		if (last == NULL || last->profile != impu->profile)
			xml_begin(x, "ServiceProfile");
		write_identity(x, s, impu, to);
		last = impu;
	}
	if (last == NULL)
		return false;
	end_profile(x, profiles, last->profile);
	return true;
}

size_t
cx_userdata_for(char *xml, size_t cap, const struct store *s,
    const struct cx_profiles *profiles, const struct store_sub *sub,
    unsigned set, const struct store_impi *impi,
    const struct cx_userdata_for *to)
{
	struct xml x = { xml, 0, cap, false };
	char name[STORE_NAME_MAX + 1];
	size_t len = store_name(s, &impi->name, name, sizeof name);

	if (len > STORE_NAME_MAX)
		return 0;
	xml_markup(&x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	xml_begin(&x, "IMSSubscription");
	xml_element(&x, "PrivateID", name, len);
	if (!write_set(&x, s, profiles, sub, set, to))
		return 0;
	xml_end(&x, "IMSSubscription");
	return x.full ? 0 : x.len;
}

size_t
cx_userdata(char *xml, size_t cap, const struct store *s,
    const struct cx_profiles *profiles, const struct store_sub *sub,
    unsigned set, const struct store_impi *impi)
{
	const struct cx_userdata_for nobody = { 0 };

	return cx_userdata_for(xml, cap, s, profiles, sub, set, impi, &nobody);
}
