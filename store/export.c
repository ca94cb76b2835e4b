/*
 * A subscription as a section of a subscribers file.
 *
 * A text that was the whole value of a key is written as it was read, since
 * the same line means the same again.  The value of a flag may have been
 * quoted, so it is quoted where it could be taken for something else.
 */
#include "store/export.h"

#include "store/export_line.h"
#include "store/local.h"

#include <arpa/inet.h>
#include <string.h>

/* Without blanks where one would make a comment of the value, or the line too
 * long. */
static void
begin_key(struct export_line *l, const char *key, const char *value, size_t len)
{
	bool tight = *value == '#' || strlen(key) + 3 + len > sizeof l->buf;

	line_text(l, key);
	line_text(l, tight ? "=" : " = ");
}

static void
put_key(struct export_line *l, const char *key, const char *value, size_t len)
{
	begin_key(l, key, value, len);
	line_put(l, value, len);
}

static void
key_text(struct export_line *l, const char *key, const char *value)
{
	put_key(l, key, value, strlen(value));
	line_end(l);
}

static void
key_hex(
    struct export_line *l, const char *key, const uint8_t *octets, size_t len)
{
	line_text(l, key);
	line_text(l, " = ");
	line_hex(l, octets, len);
	line_end(l);
}

/* --- Private identities --- */

/* The first SQN that was never given out, as far as the journal allows to. */
static void
key_sqn(struct export_line *l, const struct store_impi *impi)
{
	uint64_t seq = sqn_ceiling(impi);
	uint64_t sqn = seq < SQN_SEQ_MAX ? (seq + 1) << STORE_SQN_IND_BITS
					 : ((uint64_t)1 << 48) - 1;
	uint8_t octets[6];

	if (seq == 0)
		return;
	for (unsigned i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(sqn >> (40 - 8 * i));
	key_hex(l, "sqn", octets, sizeof octets);
}

static void
put_aka(struct export_line *l, const struct store_impi *impi)
{
	key_text(l, "scheme", "aka");
	key_hex(l, "k", impi->u.aka.k, sizeof impi->u.aka.k);
	key_hex(l, "opc", impi->u.aka.opc, sizeof impi->u.aka.opc);
	if (impi->amf[0] != 0x80 || impi->amf[1] != 0)
		key_hex(l, "amf", impi->amf, sizeof impi->amf);
	key_sqn(l, impi);
}

static void
put_giba(struct export_line *l, const struct store_impi *impi)
{
	char text[INET6_ADDRSTRLEN];
	int family = impi->u.framed_ip.len == 4 ? AF_INET : AF_INET6;

	inet_ntop(family, impi->u.framed_ip.addr, text, sizeof text);
	key_text(l, "scheme", "giba");
	key_text(l, "framed-ip", text);
}

static void
put_impi(struct export_line *l, const struct names *names,
    const struct store_impi *impi)
{
	char name[STORE_NAME_MAX];

	put_key(l, "impi", name, names_text(names, &impi->name, name));
	line_end(l);
	switch (impi->scheme) {
	case STORE_AKA:
		put_aka(l, impi);
		break;
	case STORE_DIGEST:
		key_text(l, "scheme", "digest");
		key_hex(l, "ha1", impi->u.ha1, sizeof impi->u.ha1);
		break;
	case STORE_NASS:
		key_text(l, "scheme", "nass");
		key_text(l, "line-identifier", impi->u.line_identifier);
		break;
	case STORE_GIBA:
		put_giba(l, impi);
		break;
	}
}

/* --- Public identities --- */

static bool
is_simple(const char *text)
{
	static const char simple[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.:;@+%/"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return text[strspn(text, simple)] == '\0';
}

static void
flag_quoted(struct export_line *l, const char *flag, const char *text)
{
	line_text(l, flag);
	line_text(l, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			line_text(l, "\\");
		line_put(l, text, 1);
	}
	line_text(l, "\"");
}

static void
flag_text(struct export_line *l, const char *flag, const char *text)
{
	if (!is_simple(text)) {
		flag_quoted(l, flag, text);
		return;
	}
	line_text(l, flag);
	line_text(l, text);
}

static void
put_flag(struct export_line *l, bool is_set, const char *flag)
{
	if (is_set)
		line_text(l, flag);
}

/* The first of its set is the default, which needs telling where another one
 * would be chosen. */
static bool
is_chosen_default(const struct store_sub *sub, unsigned i)
{
	const struct store_impu *impu = &sub->impus[i];

	for (unsigned k = 0; k < i; k++) {
		if (sub->impus[k].set == impu->set)
			return false;
	}
	return !impu->barred && (impu->psi || impu->wildcard);
}

/* The profile of the section, or NULL: as a key it could be misread. */
static const char *
section_profile(const struct tables *t, const struct store_sub *sub)
{
	const char *profile = labels_text(&t->profiles, sub->impus[0].profile);

	return profile != NULL && is_simple(profile) ? profile : NULL;
}

static void
put_impu(struct export_line *l, const struct tables *t,
    const struct store_sub *sub, unsigned i)
{
	const struct store_impu *impu = &sub->impus[i];
	const char *profile = labels_text(&t->profiles, impu->profile);
	const char *as = store_impu_as(impu);
	char name[STORE_NAME_MAX];

	put_key(l, "impu", name, names_text(&t->names, &impu->name, name));
	if (impu->display != NULL && *impu->display != '\0')
		flag_quoted(l, " display=", impu->display);
	put_flag(l, impu->barred, " barred");
	put_flag(l, impu->psi, " psi");
	put_flag(l, impu->wildcard, " wildcard");
	put_flag(l, impu->inactive, " inactive");
	put_flag(l, is_chosen_default(sub, i), " default");
	if (as != NULL)
		flag_text(l, " as=", as);
	if (impu->set > 0) {
		line_text(l, " set=");
		line_number(l, impu->set + 1u);
	}
	if (profile != NULL && (impu->profile != sub->impus[0].profile ||
				   section_profile(t, sub) == NULL))
		flag_text(l, " profile=", profile);
	line_end(l);
}

/* --- The section --- */

static void
put_capabilities(struct export_line *l, const struct store_sub *sub)
{
	unsigned n = (unsigned)sub->nmandatory + sub->noptional;

	if (n == 0)
		return;
	line_text(l, "capabilities = {");
	for (unsigned i = 0; i < n; i++) {
		if (i == 0 && sub->nmandatory > 0)
			line_text(l, "mandatory ");
		else if (i == sub->nmandatory)
			line_text(l, i > 0 ? " optional " : "optional ");
		else
			line_text(l, " ");
		line_number(l, store_capabilities(sub)[i]);
	}
	line_text(l, "}");
	line_end(l);
}

/* A comma between: after a blank, a '#' would begin a comment. */
static void
put_visited(struct export_line *l, const char *visited)
{
	begin_key(l, "visited", visited, strlen(visited));
	for (; *visited != '\0'; visited++)
		line_put(l, *visited != ' ' ? visited : ",", 1);
	line_end(l);
}

static void
key_yes(struct export_line *l, const char *key, bool is_set)
{
	if (is_set)
		key_text(l, key, "yes");
}

static void
put_keys(
    struct export_line *l, const struct tables *t, const struct store_sub *sub)
{
	const char *profile = section_profile(t, sub);
	const char *charging = labels_text(&t->chargings, sub->charging);

	if (profile != NULL)
		key_text(l, "profile", profile);
	key_yes(l, "unregistered-services", sub->unreg_services);
	if (sub->fixed_scscf != NULL)
		key_text(l, "scscf", sub->fixed_scscf);
	put_capabilities(l, sub);
	if (sub->charging != 0 && charging != NULL)
		key_text(l, "charging", charging);
	if (sub->visited != NULL)
		put_visited(l, sub->visited);
	key_yes(l, "barred", sub->barred);
	key_yes(l, "loose-route", sub->loose_route);
	key_yes(l, "privileged-sender", sub->privileged);
}

/* --- State --- */

/* A name that came from the network: only what is printable. */
static void
put_printable(struct export_line *l, const char *name)
{
	for (; *name != '\0'; name++)
		line_put(l, *name >= ' ' && *name < 0x7f ? name : "?", 1);
}

static void
put_scscf(struct export_line *l, const struct store_reg *reg)
{
	if (reg->scscf.name == NULL)
		return;
	line_text(l, "# S-CSCF ");
	put_printable(l, reg->scscf.name);
	if (reg->scscf.host != NULL) {
		line_text(l, " at ");
		put_printable(l, reg->scscf.host);
	}
	line_end(l);
}

static void
put_set(struct export_line *l, unsigned set)
{
	line_text(l, "# set ");
	line_number(l, set + 1);
	line_text(l, ": ");
}

static void
put_impis_of(struct export_line *l, const struct names *names,
    const struct store_sub *sub, uint16_t bits, unsigned set, const char *what)
{
	for (unsigned i = 0; i < sub->nimpis; i++) {
		char name[STORE_NAME_MAX];

		if ((bits >> i & 1) == 0)
			continue;
		put_set(l, set);
		line_text(l, what);
		line_put(l, name, names_text(names, &sub->impis[i].name, name));
		line_end(l);
	}
}

/* What is not registered is no line. */
static void
put_state(struct export_line *l, const struct names *names,
    const struct store_sub *sub)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	put_scscf(l, &reg);
	for (unsigned i = 0; i < reg.nsets; i++) {
		const struct store_set *set = &reg.sets[i];

		put_impis_of(
		    l, names, sub, set->registered, i, "registered with ");
		put_impis_of(l, names, sub, set->pending, i,
		    "authentication pending for ");
		if (!set->unregistered)
			continue;
		put_set(l, i);
		line_text(l, "unregistered");
		line_end(l);
	}
}

void
export_sub(const struct tables *t, const struct sub *sub, bool state,
    store_line_fn *fn, void *arg)
{
	struct export_line
	    l; /* not cleared: a caller may have millions of them */

	l.fn = fn;
	l.arg = arg;
	l.len = 0;
	line_text(&l, "[");
	line_text(&l, sub->pub.name);
	line_text(&l, "]");
	line_end(&l);
	if (state)
		put_state(&l, &t->names, &sub->pub);
	for (unsigned i = 0; i < sub->pub.nimpis; i++)
		put_impi(&l, &t->names, &sub->pub.impis[i]);
	for (unsigned i = 0; i < sub->pub.nimpus; i++)
		put_impu(&l, t, &sub->pub, i);
	put_keys(&l, t, &sub->pub);
	explicit_bzero(l.buf, sizeof l.buf);
}

void
store_export(const struct store *store, const struct store_sub *sub, bool state,
    store_line_fn *fn, void *arg)
{
	export_sub(store->tables, sub_of(sub), state, fn, arg);
}
