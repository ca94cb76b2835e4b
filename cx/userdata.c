/*
 * User-Data of SAA and PPR: the IMSSubscription document (TS 29.228, Annexes
 * B, D and E) of one implicit registration set.
 *
 * Elements stand in the order that the schema of an S-CSCF wants and values
 * are escaped.  BarringIndication and IdentityType are written only where they
 * differ from their defaults.  Where a request was about an identity that
 * belongs to a wildcarded one, that is the Identity; another wildcarded
 * identity stands as its own.  An S-CSCF older than Release 8 refuses a
 * wildcarded public user identity.  Priorities and the IMSI are left out.
 *
 * The distinct users of one ServiceProfile are aliases of each other (B.2.1),
 * which an S-CSCF that knows such groups is told.
 */
#include "cx/userdata.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
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

/* An identity, and the group of aliases that it is of, or NULL. */
struct identity {
	const struct store_impu *impu;
	const char *group;
	const char *name; /* of the impu */
	size_t len;
};

/* Extension inside Extension: DisplayName and AliasIdentityGroupID, and below
 * them WildcardedIMPU. */
static void
write_inner(struct xml *x, const struct identity *id, unsigned type)
{
	const struct store_impu *impu = id->impu;
	bool display = impu->display != NULL && impu->display[0] != '\0';

	if (!display && id->group == NULL && type != WILDCARDED_IMPU)
		return;
	xml_begin(x, "Extension");
	if (display)
		xml_element(
		    x, "DisplayName", impu->display, strlen(impu->display));
	if (id->group != NULL)
		xml_element(
		    x, "AliasIdentityGroupID", id->group, strlen(id->group));
	if (type == WILDCARDED_IMPU) {
		xml_begin(x, "Extension");
		xml_element(x, "WildcardedIMPU", id->name, id->len);
		xml_end(x, "Extension");
	}
	xml_end(x, "Extension");
}

static void
write_extension(struct xml *x, const struct identity *id)
{
	const struct store_impu *impu = id->impu;
	unsigned type = identity_type(impu);
	char digit = (char)('0' + type);
	bool display = impu->display != NULL && impu->display[0] != '\0';

	if (type == DISTINCT_IMPU && !display && id->group == NULL)
		return; /* an empty element kills an S-CSCF */
	xml_begin(x, "Extension");
	if (type != DISTINCT_IMPU)
		xml_element(x, "IdentityType", &digit, 1);
	if (type == WILDCARDED_PSI)
		xml_element(x, "WildcardedPSI", id->name, id->len);
	write_inner(x, id, type);
	xml_end(x, "Extension");
}

static void
write_identity(struct xml *x, const struct store *s,
    const struct store_impu *impu, const char *group,
    const struct cx_userdata_for *to)
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
	write_extension(x, &(struct identity){ impu, group, name, len });
	xml_end(x, "PublicIdentity");
}

static void
end_profile(struct xml *x, const struct cx_profiles *profiles, unsigned number,
    const struct cx_userdata_for *to)
{
	size_t len;
	const char *text = to->shared
			       ? cx_profile_text(profiles, number, &len)
			       : cx_profile_whole(profiles, number, &len);

	xml_raw(x, text, len);
	xml_end(x, "ServiceProfile");
}

static bool
is_distinct_user(const struct store_impu *impu)
{
	return !impu->psi && !impu->wildcard;
}

/* The group of aliases that the run from this identity on is, or NULL: there
 * are not two. */
static const char *
name_group(
    char group[24], const struct store_sub *sub, unsigned first, unsigned run)
{
	const struct store_impu *from = &sub->impus[first];
	unsigned n = 0;

	for (unsigned i = first; i < sub->nimpus; i++) {
		const struct store_impu *impu = &sub->impus[i];

		if (impu->set != from->set)
			continue;
		if (impu->profile != from->profile)
			break;
		n += is_distinct_user(impu);
	}
	if (n < 2)
		return NULL;
	snprintf(group, 24, "%u.%u", from->set + 1u, run);
	return group;
}

/* The identities of the set, each run of equal profiles in one ServiceProfile:
 * their order decides the default identity.  False: the set has none. */
static bool
write_set(struct xml *x, const struct store *s,
    const struct cx_profiles *profiles, const struct store_sub *sub,
    unsigned set, const struct cx_userdata_for *to)
{
	const struct store_impu *last = NULL;
	const char *group = NULL;
	unsigned run = 0;
	char text[24];

	for (unsigned i = 0; i < sub->nimpus; i++) {
		const struct store_impu *impu = &sub->impus[i];
		if (impu->set != set)
			continue;
		if (last != NULL && last->profile != impu->profile)
			end_profile(x, profiles, last->profile, to);
		if (last == NULL || last->profile != impu->profile) {
			xml_begin(x, "ServiceProfile");
			group =
			    to->alias ? name_group(text, sub, i, ++run) : NULL;
		}
		write_identity(
		    x, s, impu, is_distinct_user(impu) ? group : NULL, to);
		last = impu;
	}
	if (last == NULL)
		return false;
	end_profile(x, profiles, last->profile, to);
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
