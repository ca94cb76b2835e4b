/*
 * Mutations that know what a Diameter message is: AVPs of the dictionary come,
 * go, change places and values, flags flip; half of the time all lengths are
 * kept right.  One time in four, and where there is no message, libFuzzer's
 * own mutations do it.
 */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/splice.h"

enum { AVP_CAP = 4096, VALUE_CAP = 2048, STEPS_MAX = 4 };

#define V DIA_V
#define M DIA_M
#define S DIA_SECRET
static const struct dia_def known[] = {
#define AVP(id, code, vendor, type, flags, name, ...) \
	{ code, vendor, DIA_##type, flags, name, NULL },
#include "diameter/base.def"
#include "cx/cx.def"
#undef AVP
};
#undef V
#undef M
#undef S
enum { NKNOWN = sizeof known / sizeof known[0] };

/* Values that mean something to the targets, whatever the AVP is. */
static const char *const words[] = { "", "alice@ims.example",
	"sip:alice@ims.example", "tel:+15550001", "bob@ims.example",
	"sip:bob@ims.example", "sip:service@ims.example",
	"sip:scscf.ims.example:6060", "scscf.ims.example", "icscf.ims.example",
	"hss.ims.example", "ims.example", "home.example", "Digest-AKAv1-MD5",
	"SIP Digest", "NASS-Bundled", "Early-IMS-Security", "unknown",
	"aaa://ccf.ims.example:3868", "sip:x@y;user=phone", "\xc3\xa9",
	"\xff" };
enum { NWORDS = sizeof words / sizeof words[0] };

static const uint32_t numbers[] = { 0, 1, 2, 3, 4, 5, 8, 10, 11, 255, 10415,
	13019, 16777216, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };
enum { NNUMBERS = sizeof numbers / sizeof numbers[0] };

static const uint32_t codes[] = { 257, 280, 282, 300, 301, 302, 303, 304, 305 };
enum { NCODES = sizeof codes / sizeof codes[0] };

static uint32_t state;

/* Below n, which is not 0; xorshift32. */
static size_t
draw(size_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

/* Asked for each AVP of each mutation: few rows of the dictionary are groups.
 */
static bool
is_group(uint32_t code, uint32_t vendor)
{
	static const struct dia_def *groups[NKNOWN];
	static size_t n;

	if (n == 0) {
		for (size_t i = 0; i < NKNOWN; i++) {
			if (known[i].type == DIA_GROUPED)
				groups[n++] = &known[i];
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (groups[i]->code == code && groups[i]->vendor == vendor)
			return true;
	}
	return false;
}

/* --- AVPs to insert --- */

static void
put_number(struct dia_writer *w, const struct dia_def *def)
{
	if (def->type == DIA_U64)
		dia_put_u64(w, def,
		    (uint64_t)numbers[draw(NNUMBERS)] << 32 |
			numbers[draw(NNUMBERS)]);
	else
		dia_put_u32(w, def, numbers[draw(NNUMBERS)]);
}

static void
put_any(struct dia_writer *w, const struct dia_def *def, unsigned depth)
{
	switch (def->type) {
	case DIA_GROUPED:
		dia_open(w, def);
		for (size_t n = draw(4); n > 0 && depth < DIA_DEPTH_MAX; n--)
			put_any(w, &known[draw(NKNOWN)], depth + 1);
		dia_close(w);
		break;
	case DIA_U32:
	case DIA_I32:
	case DIA_U64:
	case DIA_TIME:
	case DIA_ENUM:
		put_number(w, def);
		break;
	case DIA_ADDRESS:
		dia_put(w, def, "\0\1\177\0\0\1", draw(8) == 0 ? 2 : 6);
		break;
	default:
		dia_put_str(w, def, words[draw(NWORDS)]);
	}
}

/* One AVP in buf: the writer wants a message around it. */
static struct dia_slice
make_avp(uint8_t buf[AVP_CAP])
{
	struct dia_header hdr = { .flags = DIA_R };
	struct dia_def def = known[draw(NKNOWN)];
	struct dia_writer w;

	if (draw(16) == 0)
		def.code = (uint32_t)draw(1000);
	if (draw(8) == 0)
		def.flags ^= DIA_M;
	dia_begin(&w, buf, AVP_CAP, &hdr);
	put_any(&w, &def, 0);

	size_t len = dia_end(&w);

	if (len < DIA_HEADER_LEN)
		return (struct dia_slice){ 0 };
	return (struct dia_slice){ buf + DIA_HEADER_LEN, len - DIA_HEADER_LEN };
}

/* --- Mutations of the message looked at.  False: it cannot be done. --- */

static const struct piece *
any_piece(const struct run *run)
{
	return run->npieces > 0 ? &run->pieces[draw(run->npieces)] : NULL;
}

static bool
insert(struct run *run)
{
	uint8_t buf[AVP_CAP];
	struct dia_slice avp = make_avp(buf);
	const struct piece *at = any_piece(run);

	if (at == NULL)
		return run_splice(run, run->message + run->message_len, 0,
		    avp.p, avp.len, 0, NULL);
	if (at->group && at->depth < DIA_DEPTH_MAX - 1 && draw(2) == 0) {
		size_t groups[DIA_DEPTH_MAX];

		memcpy(groups, at->groups, sizeof groups);
		groups[at->depth] = at->at;
		return run_splice(
		    run, at->value, 0, avp.p, avp.len, at->depth + 1, groups);
	}
	return run_splice(run, draw(2) == 0 ? at->at : at->at + at->len, 0,
	    avp.p, avp.len, at->depth, at->groups);
}

static bool delete (struct run *run)
{
	const struct piece *at = any_piece(run);

	return at != NULL &&
	       run_splice(run, at->at, at->len, NULL, 0, at->depth, at->groups);
}

/* A copy of one AVP in front of another, or of itself. */
static bool
duplicate(struct run *run)
{
	const struct piece *from = any_piece(run);
	uint8_t buf[AVP_CAP];

	if (from == NULL || from->len > sizeof buf)
		return false;

	const struct piece *to = draw(2) == 0 ? from : any_piece(run);
	size_t len = from->len;

	memcpy(buf, run->p + from->at, len);
	return run_splice(run, to->at, 0, buf, len, to->depth, to->groups);
}

/* An AVP and the one behind it, in the same group. */
static bool
swap(struct run *run)
{
	const struct piece *a = any_piece(run);
	uint8_t buf[AVP_CAP];

	for (unsigned i = 0; a != NULL && i < run->npieces; i++) {
		const struct piece *b = &run->pieces[i];

		if (b->at != a->at + a->len || b->depth != a->depth ||
		    a->len > sizeof buf)
			continue;
		memcpy(buf, run->p + a->at, a->len);
		memmove(run->p + a->at, run->p + b->at, b->len);
		memcpy(run->p + a->at + b->len, buf, a->len);
		return true;
	}
	return false;
}

static size_t
new_value(uint8_t value[VALUE_CAP], const uint8_t *old, size_t len)
{
	if (draw(3) == 0) {
		const char *word = words[draw(NWORDS)];

		len = strlen(word);
		memcpy(value, word, len);
	} else if (draw(2) == 0 && len == 4) {
		uint32_t n = numbers[draw(NNUMBERS)];

		for (int i = 0; i < 4; i++)
			value[i] = (uint8_t)(n >> (24 - 8 * i));
	} else {
		memcpy(value, old, len);
		len = LLVMFuzzerMutate(value, len, VALUE_CAP - 4);
	}
	return len;
}

/* The value and its padding; the AVP's own length changes by the value's. */
static bool
change(struct run *run)
{
	const struct piece *at = any_piece(run);
	uint8_t value[VALUE_CAP] = { 0 };

	if (at == NULL || at->value_len > VALUE_CAP - 4)
		return false;

	size_t len = new_value(value, run->p + at->value, at->value_len);
	size_t whole = (len + 3) & ~(size_t)3, header = at->value - at->at;
	size_t avp_len = header + len;

	memset(value + len, 0, whole - len);
	if (!run_splice(run, at->value, at->len - header, value, whole,
		at->depth, at->groups))
		return false;
	if (run->keep_lengths) {
		run->p[at->at + 5] = (uint8_t)(avp_len >> 16);
		run->p[at->at + 6] = (uint8_t)(avp_len >> 8);
		run->p[at->at + 7] = (uint8_t)avp_len;
	}
	return true;
}

static bool
flip(struct run *run)
{
	const struct piece *at = any_piece(run);

	if (at == NULL)
		return false;
	run->p[at->at + 4] ^= draw(3) == 0 ? (uint8_t)(1 << draw(8)) : DIA_M;
	return true;
}

static bool
change_header(struct run *run)
{
	uint8_t *p = run->p + run->message;
	uint32_t code = codes[draw(NCODES)];

	if (run->message_len < DIA_HEADER_LEN)
		return false;
	switch (draw(4)) {
	case 0:
		p[4] ^= (uint8_t)(1 << draw(8));
		break;
	case 1:
		p[4] ^= DIA_R;
		break;
	case 2:
		p[6] = (uint8_t)(code >> 8);
		p[7] = (uint8_t)code;
		p[8] = code >= 300 ? 1 : 0; /* application 16777216 or 0 */
		break;
	default:
		p[12 + draw(8)] = (uint8_t)draw(256);
	}
	return true;
}

/* Whole messages come and go; no length around them changes. */
static bool
delete_message(struct run *run)
{
	return run->message_len < run->len &&
	       run_splice(
		   run, run->message, run->message_len, NULL, 0, 0, NULL);
}

static bool
repeat_message(struct run *run)
{
	static uint8_t copy[DIA_MESSAGE_MAX];
	size_t len = run->message_len;

	if (len > sizeof copy)
		return false;
	memcpy(copy, run->p + run->message, len);
	return run_splice(run, run->message, 0, copy, len, 0, NULL);
}

static bool (*const mutations[])(struct run *) = { insert, insert, delete,
	duplicate, swap, change, change, change, flip, change_header,
	delete_message, repeat_message };
enum { NMUTATIONS = sizeof mutations / sizeof mutations[0] };

static bool
mutate(struct run *run)
{
	size_t at[MESSAGES_MAX];
	unsigned n = run_messages(run, at);
	bool changed = false;

	if (n == 0)
		return false;
	run->keep_lengths = draw(2) == 0;
	for (size_t steps = 1 + draw(STEPS_MAX); steps > 0; steps--) {
		n = run_messages(run, at);
		if (n == 0)
			break;
		run_look(run, at[draw(n)], is_group);
		changed |= mutations[draw(NMUTATIONS)](run);
	}
	return changed;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *input, size_t len, size_t max, unsigned seed)
{
	static struct run run;
	size_t prefix = fuzz_prefix(input, len);

	state = seed * 2654435761u | 1;
	if (draw(4) == 0)
		return LLVMFuzzerMutate(input, len, max);
	run.p = input + prefix;
	run.len = len - prefix;
	run.cap = max - prefix;
	if (prefix > 0 && draw(8) == 0)
		LLVMFuzzerMutate(input, prefix, prefix);
	if (!mutate(&run))
		return LLVMFuzzerMutate(input, len, max);
	return prefix + run.len;
}
