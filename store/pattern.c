/*
 * Compiling extended regular expressions (POSIX.1-2008, XBD 9.4) into a list
 * of operations, after Thompson.
 *
 * Jumps are relative, so that a piece of code can be moved and copied.
 */
#include "store/pattern.h"

#include <ctype.h>
#include <string.h>

enum { REPEAT_MAX = 255 }; /* RE_DUP_MAX of POSIX */

static const char too_long[] = "the expression is too long, or its "
			       "repetitions are too many";
static const char no_repeat[] =
    "a repetition must be as in {2}, {2,} or {2,5}, of at most 255";

/* A group that is open. */
struct frame {
	uint16_t start, branch; /* of the group, of its last branch */
	uint16_t njumps;        /* of the groups around it */
};

struct build {
	struct pattern_code *code;
	const char *pos, *end;
	bool has_atom;
	uint16_t atom; /* where what may be repeated begins */
	unsigned depth, njumps;
	struct frame frames[PATTERN_DEPTH_MAX + 1];
	uint16_t jumps[PATTERN_BRANCHES_MAX]; /* to the ends of groups */
	const char *wrong;
};

static void
fail(struct build *b, const char *wrong)
{
	if (b->wrong == NULL)
		b->wrong = wrong;
	b->pos = b->end;
}

static void
emit(struct build *b, enum pattern_kind kind, uint8_t arg, int to)
{
	struct pattern_code *c = b->code;

	if (c->nops == PATTERN_OPS_MAX) {
		fail(b, too_long);
		return;
	}
	c->ops[c->nops++] =
	    (struct pattern_op){ (uint8_t)kind, arg, (int16_t)to };
}

static void
insert(struct build *b, unsigned at, int to)
{
	struct pattern_op *op = &b->code->ops[at];
	size_t n = b->code->nops - at;

	emit(b, PATTERN_SPLIT, 0, 0);
	if (b->wrong != NULL)
		return;
	memmove(op + 1, op, n * sizeof *op);
	*op = (struct pattern_op){ PATTERN_SPLIT, 0, (int16_t)to };
}

static void
copy(struct build *b, unsigned from, unsigned n)
{
	for (unsigned i = 0; i < n && b->wrong == NULL; i++) {
		struct pattern_op op = b->code->ops[from + i];

		emit(b, op.kind, op.arg, op.to);
	}
}

static void
begin_atom(struct build *b)
{
	b->atom = b->code->nops;
	b->has_atom = true;
}

static void
open_group(struct build *b)
{
	uint16_t at = b->code->nops;

	if (b->depth == PATTERN_DEPTH_MAX) {
		fail(b, "its groups nest too deep");
		return;
	}
	b->frames[++b->depth] = (struct frame){ at, at, (uint16_t)b->njumps };
	b->has_atom = false;
}

static void
next_branch(struct build *b)
{
	struct frame *f = &b->frames[b->depth];

	if (b->njumps == PATTERN_BRANCHES_MAX) {
		fail(b, too_long);
		return;
	}
	insert(b, f->branch, b->code->nops - f->branch + 2);
	b->jumps[b->njumps++] = b->code->nops;
	emit(b, PATTERN_JUMP, 0, 0);
	f->branch = b->code->nops;
	b->has_atom = false;
}

static void
close_group(struct build *b)
{
	const struct frame *f = &b->frames[b->depth--];

	while (b->njumps > f->njumps) {
		uint16_t at = b->jumps[--b->njumps];

		b->code->ops[at].to = (int16_t)(b->code->nops - at);
	}
	b->atom = f->start;
	b->has_atom = true;
}

/* most < 0: without end. */
static void
repeat(struct build *b, int least, int most)
{
	unsigned at = b->atom, n = b->code->nops - at;

	if (!b->has_atom) {
		fail(b, "nothing stands before a repetition");
		return;
	}
	if (most == 0) {
		b->code->nops = b->atom;
		return;
	}
	for (int i = 1; i < least; i++)
		copy(b, at, n);
	if (most < 0 && least > 0) {
		emit(b, PATTERN_SPLIT, 0, -(int)n);
		return;
	}
	if (least == 0) {
		insert(b, at++, (int)n + (most < 0 ? 2 : 1));
		least = 1;
	}
	if (most < 0)
		emit(b, PATTERN_JUMP, 0, -(int)n - 1);
	for (int i = least; i < most; i++) {
		emit(b, PATTERN_SPLIT, 0, (int)n + 1);
		copy(b, at, n);
	}
}

/* A number of an interval; -1: there is none, or one too big. */
static int
number(struct build *b)
{
	int n = -1;

	for (; b->pos < b->end && isdigit((uint8_t)*b->pos); b->pos++) {
		n = (n < 0 ? 0 : n) * 10 + (*b->pos - '0');
		if (n > REPEAT_MAX)
			return -1;
	}
	return n;
}

/* What follows a '{'. */
static void
interval(struct build *b)
{
	int least = number(b), most = least;
	bool comma = b->pos < b->end && *b->pos == ',';

	if (comma) {
		b->pos++;
		most = b->pos < b->end && *b->pos == '}' ? REPEAT_MAX + 1
							 : number(b);
	}
	if (least < 0 || most < least || b->pos == b->end || *b->pos++ != '}') {
		fail(b, no_repeat);
		return;
	}
	repeat(b, least, most > REPEAT_MAX ? -1 : most);
}

static void
add_octet(pattern_set set, unsigned c)
{
	set[c / 8] |= (uint8_t)(1u << c % 8);
}

/* [:class:], without its first '['; false: there is none of this name. */
static bool
add_class(struct build *b, pattern_set set)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ ":alnum:]", isalnum },
		{ ":alpha:]", isalpha },
		{ ":digit:]", isdigit },
		{ ":graph:]", isgraph },
		{ ":lower:]", islower },
		{ ":print:]", isprint },
		{ ":punct:]", ispunct },
		{ ":upper:]", isupper },
		{ ":xdigit:]", isxdigit },
	};

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		size_t len = strlen(classes[i].name);

		if ((size_t)(b->end - b->pos) < len ||
		    memcmp(b->pos, classes[i].name, len) != 0)
			continue;
		b->pos += len;
		for (int c = 1; c < 0x7f; c++) {
			if (classes[i].is(c))
				add_octet(set, (unsigned)c);
		}
		return true;
	}
	return false;
}

/* One octet, range or class of a bracket expression. */
static bool
add_member(struct build *b, pattern_set set)
{
	uint8_t from = (uint8_t)*b->pos++, to = from;

	if (from == '[' && b->pos < b->end && strchr(":.=", *b->pos) != NULL)
		return add_class(b, set);
	if (b->end - b->pos >= 2 && b->pos[0] == '-' && b->pos[1] != ']') {
		to = (uint8_t)b->pos[1];
		b->pos += 2;
		if (to == '[' || to < from)
			return false;
	}
	for (unsigned c = from; c <= to; c++)
		add_octet(set, c);
	return true;
}

/* What follows a '['. */
static void
bracket(struct build *b)
{
	struct pattern_code *c = b->code;
	bool negated = b->pos < b->end && *b->pos == '^';
	bool ok = true;
	size_t n = 0;

	if (c->nsets == PATTERN_SETS_MAX) {
		fail(b, too_long);
		return;
	}

	uint8_t *set = c->sets[c->nsets];

	memset(set, 0, sizeof c->sets[0]);
	b->pos += negated ? 1 : 0;
	for (; ok && b->pos < b->end && (*b->pos != ']' || n == 0); n++)
		ok = add_member(b, set);
	if (!ok || b->pos == b->end) {
		fail(b, "a bracket expression must be as in [0-9a-f] or "
			"[[:digit:]]");
		return;
	}
	b->pos++;
	for (size_t i = 0; negated && i < sizeof c->sets[0]; i++)
		set[i] = (uint8_t)~set[i];
	begin_atom(b);
	emit(b, PATTERN_SET, (uint8_t)c->nsets++, 0);
}

static void
octet(struct build *b, char c)
{
	begin_atom(b);
	emit(b, PATTERN_OCTET, (uint8_t)c, 0);
}

/* What follows a '\'. */
static void
escaped(struct build *b)
{
	if (b->pos == b->end || isalnum((uint8_t)*b->pos))
		fail(b, "a \\ must stand before an octet that is neither "
			"letter nor digit");
	else
		octet(b, *b->pos++);
}

/* One octet of an expression and what belongs to it.  The first frame is that
 * of the expression itself, which no ')' may close. */
static void
step(struct build *b)
{
	char c = *b->pos++;

	switch (c) {
	case '(':
		open_group(b);
		break;
	case ')':
		if (b->depth <= 1)
			fail(b, "a ) has no ( before it");
		else
			close_group(b);
		break;
	case '|':
		next_branch(b);
		break;
	case '*':
		repeat(b, 0, -1);
		break;
	case '+':
		repeat(b, 1, -1);
		break;
	case '?':
		repeat(b, 0, 1);
		break;
	case '{':
		interval(b);
		break;
	case '[':
		bracket(b);
		break;
	case '\\':
		escaped(b);
		break;
	case '.':
		begin_atom(b);
		emit(b, PATTERN_ANY, 0, 0);
		break;
	case '^':
	case '$':
		fail(b, "it needs no ^ or $, since all of it has to match");
		break;
	default:
		octet(b, c);
	}
}

/* An expression, without its '!'. */
static void
expression(struct build *b, const char *end)
{
	const char *all = b->end;

	b->end = end;
	open_group(b);
	while (b->pos < b->end)
		step(b);
	if (b->wrong == NULL && b->depth != 1)
		fail(b, "a ( has no ) after it");
	if (b->wrong == NULL)
		close_group(b);
	b->end = all;
	b->pos = b->wrong == NULL ? end + 1 : all;
}

const char *
pattern_compile(struct pattern_code *code, const char *text, size_t len)
{
	struct build b = { .code = code, .pos = text, .end = text + len };

	code->nops = code->nsets = 0;
	while (b.pos < b.end) {
		const char *close = NULL;

		if (*b.pos == '!')
			close =
			    memchr(b.pos + 1, '!', (size_t)(b.end - b.pos - 1));
		if (close == NULL) {
			octet(&b, *b.pos++);
			continue;
		}
		b.pos++;
		expression(&b, close);
	}
	emit(&b, PATTERN_DONE, 0, 0);
	return b.wrong;
}
