/*
 * A message against the grammar of its command (RFC 6733, 3.2 and 7.1): one
 * walk over all AVPs that fills a struct of slices, or names the first fault
 * and the AVP to blame, as Failed-AVP wants it (7.5).
 */
#include "diameter/codec.h"

#include <assert.h>

enum { FIELDS_MAX = 64 };

/* One level of a scan: the message itself or the inside of a group. */
struct level {
	const struct dia_dict *dict;
	const struct dia_field *fields;
	size_t nfields;
	void *out;
	struct dia_fault *fault;
};

static bool
blame(struct dia_fault *fault, uint32_t result, const struct dia_avp *avp,
    const char *why)
{
	*fault = (struct dia_fault){
		.result = result,
		.code = avp->code,
		.vendor = avp->vendor,
		.flags = avp->flags,
		.octets = avp->octets,
		.why = why,
	};
	return false;
}

static bool
missing(struct dia_fault *fault, const struct dia_def *def)
{
	*fault = (struct dia_fault){
		.result = DIA_MISSING_AVP,
		.code = def->code,
		.vendor = def->vendor,
		.flags = def->flags & (DIA_V | DIA_M),
		.why = "RFC 6733 7.1.5: a required AVP is missing",
	};
	return false;
}

static bool
is_number(const struct dia_def *def)
{
	return def->type == DIA_U32 || def->type == DIA_I32 ||
	       def->type == DIA_ENUM || def->type == DIA_TIME;
}

/*
 * The grammar's row of an AVP.  Most messages have their AVPs in the order of
 * their grammar: the search goes on from where the last one ended, and most
 * AVPs need none in the dictionary.
 */
static const struct dia_field *
find_field(const struct level *level, size_t *at, const struct dia_avp *avp)
{
	for (size_t n = level->nfields; n > 0; n--) {
		const struct dia_field *field = &level->fields[*at];

		if (field->def->code == avp->code &&
		    field->def->vendor == avp->vendor)
			return field;
		if (++*at == level->nfields)
			*at = 0;
	}
	return NULL;
}

/* Is one more of these allowed? */
static bool
count(const struct dia_field *field, uint8_t *seen, const struct dia_avp *avp,
    struct dia_fault *fault)
{
	if (field->max == 0)
		return blame(fault, DIA_AVP_NOT_ALLOWED, avp,
		    "RFC 6733 7.1.5: AVP not allowed in this command");
	if (field->max != DIA_MANY && *seen >= field->max)
		return blame(fault, DIA_AVP_OCCURS_TOO_MANY_TIMES, avp,
		    "RFC 6733 7.1.5: AVP occurs too many times");
	if (*seen < UINT8_MAX)
		(*seen)++;
	return true;
}

static bool
keep(const struct dia_field *field, const struct dia_avp *avp, void *out,
    struct dia_fault *fault)
{
	char *at = (char *)out + field->offset;

	if (field->offset == DIA_NOWHERE)
		return true;
	if (is_number(field->def)) {
		struct dia_u32 *number = (struct dia_u32 *)(void *)at;

		number->set = dia_get_u32(avp, &number->value);
		return true;
	}
	if (field->max == 1) {
		*(struct dia_slice *)(void *)at = avp->data;
		return true;
	}

	if (field->inner != NULL) {
		struct dia_u32 *number = (struct dia_u32 *)(void *)at;

		number->set = true;
		number->value++;
		return true;
	}

	struct dia_list *list = (struct dia_list *)(void *)at;

	if (list->n >= DIA_LIST_MAX)
		return blame(fault, DIA_AVP_OCCURS_TOO_MANY_TIMES, avp,
		    "more of this AVP than the limit");
	list->v[list->n++] = avp->data;
	return true;
}

/* Flags, type and value of an AVP the dictionary knows. */
static bool
check(const struct dia_def *def, const struct dia_field *field,
    const struct dia_avp *avp, bool *ignore, struct dia_fault *fault)
{
	uint32_t result = dia_check_value(def, avp);

	if (result == DIA_INVALID_AVP_LENGTH)
		return blame(fault, result, avp,
		    "RFC 6733 4.2: wrong length for the AVP's type");
	/* 4.1: an unsupported value without M, but for an AVP that the grammar
	 * wants and its definition calls mandatory. */
	if (result != 0 && (avp->flags & DIA_M) == 0 &&
	    (field == NULL || (def->flags & DIA_M) == 0))
		*ignore = true;
	else if (result != 0)
		return blame(fault, result, avp,
		    "RFC 6733 7.1.5: value outside the AVP's definition");
	return true;
}

static bool scan_level(const struct level *, struct dia_reader *);

/* One AVP the dictionary knows: count it, check it, keep it, enter it. */
static bool
scan_known(const struct level *level, struct dia_reader *r,
    const struct dia_field *field, const struct dia_def *def,
    const struct dia_avp *avp, uint8_t *seen)
{
	struct dia_fault *fault = level->fault;
	bool ignore = false;

	if (field != NULL &&
	    !count(field, &seen[field - level->fields], avp, fault))
		return false;
	if (!check(def, field, avp, &ignore, fault))
		return false;
	if (ignore)
		return true;
	/* 7.5: what lies in a Failed-AVP is known to be wrong. */
	if (def->type == DIA_GROUPED && def != BASE(FAILED_AVP)) {
		struct level inside = { level->dict, NULL, 0, level->out,
			fault };
		struct dia_reader inner;

		if (field != NULL) {
			inside.fields = field->inner;
			inside.nfields = field->ninner;
		}
		if (!dia_enter(r, avp, &inner)) {
			*fault = r->fault;
			return false;
		}
		if (!scan_level(&inside, &inner))
			return false;
	}
	return field == NULL || keep(field, avp, level->out, fault);
}

/* Recursive, to DIA_DEPTH_MAX. */
static bool
scan_level(const struct level *level, struct dia_reader *r)
{
	uint8_t seen[FIELDS_MAX] = { 0 };
	struct dia_avp avp;
	size_t at = 0;

	assert(level->nfields <= FIELDS_MAX);
	while (dia_next(r, &avp)) {
		if ((avp.flags & DIA_V) != 0 && avp.vendor == 0)
			return blame(level->fault, DIA_INVALID_AVP_BITS, &avp,
			    "RFC 6733 4.1: V bit set with Vendor-Id 0");

		const struct dia_field *field = find_field(level, &at, &avp);
		const struct dia_def *def =
		    field != NULL
			? field->def
			: dia_lookup(level->dict, avp.code, avp.vendor);

		if (def == NULL && (avp.flags & DIA_M) != 0)
			return blame(level->fault, DIA_AVP_UNSUPPORTED, &avp,
			    "RFC 6733 4.1: unknown AVP with the M bit");
		if (def != NULL &&
		    !scan_known(level, r, field, def, &avp, seen))
			return false;
	}
	if (r->fault.result != 0) {
		*level->fault = r->fault;
		return false;
	}
	for (size_t i = 0; i < level->nfields; i++) {
		if (seen[i] < level->fields[i].min)
			return missing(level->fault, level->fields[i].def);
	}
	return true;
}

bool
dia_scan(struct dia_slice avps, const struct dia_dict *dict,
    const struct dia_field *fields, size_t nfields, void *out,
    struct dia_fault *fault)
{
	struct level top = { dict, fields, nfields, out, fault };
	struct dia_reader r;

	*fault = (struct dia_fault){ 0 };
	dia_read(&r, avps);
	return scan_level(&top, &r);
}
