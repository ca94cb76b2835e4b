/*
 * What a node remembers: requests without an answer yet (pending.c), and
 * answers that a repeated request gets again (repeat.c).  An input is steps of
 * four octets; a plain list beside each table says what must be found.
 *
 * A step's first octet: its low two bits say what is done, the others give a
 * little more to choose from.
 */
#include "diameter/pending.h"
#include "diameter/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum {
	STEP = 4,
	STEPS_MAX = 1024,
	PENDING_MOST = 64,
	KEPT_MOST = 256,
	ANSWER_UNIT = 257, /* octets, of which an answer has up to 255 */
	REQUEST_CAP = 256,
	APP = 16777216,
	CODE = 300
};

enum op { OP_ADD, OP_REMOVE, OP_KEEP, OP_FIND };

/* --- Requests without an answer --- */

static struct dia_pendings pendings;
static struct dia_pending *list[PENDING_MOST];
static size_t nlist;

static void
check_pendings(void)
{
	const struct dia_pending *first = dia_pendings_first(&pendings);

	FUZZ_CHECK((first == NULL) == (nlist == 0));
	FUZZ_CHECK(pendings.n == nlist);
	for (size_t i = 0; i < nlist; i++) {
		FUZZ_CHECK(
		    dia_pendings_find(&pendings, list[i]->hbh) == list[i]);
		FUZZ_CHECK(first->due_ms <= list[i]->due_ms);
	}
}

/* Few numbers, and some that share a bucket. */
static uint32_t
hbh_of(uint8_t a, uint8_t b)
{
	return a % 64 + b % 4 * (uint32_t)DIA_PENDING_MAX;
}

static void
add(uint32_t hbh, uint64_t due_ms)
{
	if (nlist == PENDING_MOST || dia_pendings_find(&pendings, hbh) != NULL)
		return;

	struct dia_pending *p = calloc(1, sizeof *p);

	FUZZ_CHECK(p != NULL);
	p->hbh = hbh;
	p->due_ms = due_ms;
	list[nlist++] = p;
	dia_pendings_add(&pendings, p);
}

static void
drop(struct dia_pending *p)
{
	size_t i = 0;

	dia_pendings_remove(&pendings, p);
	while (list[i] != p)
		i++;
	list[i] = list[--nlist];
	free(p);
}

/* One by its number, or the first that is due. */
static void
drop_one(uint32_t hbh, bool first)
{
	struct dia_pending *p = first ? dia_pendings_first(&pendings)
				      : dia_pendings_find(&pendings, hbh);

	if (p != NULL)
		drop(p);
}

/* --- Answers --- */

/* One that was kept. */
struct kept {
	uint32_t e2e, now_s;
	uint8_t names; /* host and session */
	uint8_t fill;
	size_t len;
	uint64_t position;
	bool refused; /* it was never sent */
};
static struct kept kepts[KEPT_MOST];
static size_t nkept;
static struct dia_repeats *repeats;
static uint32_t now_s;
static uint64_t released;

static const char *const hosts[] = { "a.example", "A.example", "b.example",
	"b.example.net" };
static const char *const sessions[] = { "s;1", "s;2", "s;12", NULL };

/* With the Session-Id that the names have. */
static size_t
make_message(uint8_t *buf, size_t cap, const struct kept *k, uint8_t flags)
{
	const struct dia_header hdr = {
		.flags = flags, .code = CODE, .app = APP, .e2e = k->e2e
	};
	const char *session = sessions[k->names >> 2];
	struct dia_writer w;

	dia_begin(&w, buf, cap, &hdr);
	if (session != NULL)
		dia_put_str(&w, BASE(SESSION_ID), session);

	size_t room = dia_room(&w, BASE(USER_NAME));

	if ((flags & DIA_R) == 0) {
		uint8_t *p = dia_put_room(
		    &w, BASE(USER_NAME), k->len < room ? k->len : room);

		memset(p, k->fill, k->len < room ? k->len : room);
	}
	return dia_end(&w);
}

static bool
is_same(const struct kept *k, const struct kept *asked)
{
	static const uint8_t host_of[] = { 0, 0, 2, 3 };

	return k->e2e == asked->e2e &&
	       host_of[k->names % 4] == host_of[asked->names % 4] &&
	       k->names >> 2 == asked->names >> 2;
}

/* Is it an answer that was kept for such a request, and not too long ago? */
static bool
was_kept(const struct kept *asked, const struct dia_repeat *found)
{
	static uint8_t buf[DIA_MESSAGE_MAX];

	for (size_t i = 0; i < nkept; i++) {
		if (kepts[i].refused || !is_same(&kepts[i], asked) ||
		    now_s - kepts[i].now_s >= DIA_REPEAT_S ||
		    kepts[i].position != found->position)
			continue;

		size_t len = make_message(buf, sizeof buf, &kepts[i], 0);

		if (len == found->answer.len &&
		    memcmp(buf, found->answer.p, len) == 0)
			return true;
	}
	return false;
}

static void
keep_or_find(const uint8_t *step, bool keep)
{
	static uint8_t answer[DIA_MESSAGE_MAX];
	uint8_t request[REQUEST_CAP], t = (step[0] & 0x80) != 0 ? DIA_T : 0;
	struct kept k = { .e2e = step[1] % 8 * 1024u + step[1] / 64,
		.now_s = now_s,
		.names = step[2] % 16,
		.fill = step[3],
		.len = step[3] * (size_t)ANSWER_UNIT,
		.position = released + step[0] / 4 % 4 };
	struct dia_fault fault;
	struct dia_msg msg;
	size_t len = make_message(request, sizeof request, &k, DIA_R | t);

	FUZZ_CHECK(dia_parse(&msg, request, len, &fault));

	const struct dia_repeat_key key = { &msg,
		dia_slice_str(hosts[k.names % 4]), now_s };
	struct dia_repeat found;

	if (!keep) {
		if (dia_repeats_find(repeats, &key, released, &found))
			FUZZ_CHECK(was_kept(&k, &found));
	} else if (nkept < KEPT_MOST) {
		len = make_message(answer, sizeof answer, &k, 0);
		kepts[nkept++] = k;
		dia_repeats_keep(repeats, &key,
		    &(struct dia_repeat){ { answer, len }, k.position });
		if (t != 0 || k.position > released)
			FUZZ_CHECK(
			    dia_repeats_find(repeats, &key, released, &found));
	}
}

/* Time passes, the store is on the disk, or never will be. */
static void
pass(const uint8_t *step)
{
	now_s += step[1];
	released += step[2] % 4;
	if (step[3] % 4 != 0)
		return;
	dia_repeats_refuse(repeats, released);
	for (size_t i = 0; i < nkept; i++)
		kepts[i].refused |= kepts[i].position > released;
}

/* --- Steps --- */

static void
take_step(const uint8_t *step)
{
	switch ((enum op)(step[0] % 4)) {
	case OP_ADD:
		add(hbh_of(step[1], step[2]), step[3]);
		break;
	case OP_REMOVE:
		if (step[0] % 8 < 4)
			drop_one(hbh_of(step[1], step[2]), step[3] % 2 == 0);
		else
			pass(step);
		break;
	case OP_KEEP:
		keep_or_find(step, true);
		break;
	case OP_FIND:
		keep_or_find(step, false);
		break;
	}
	check_pendings();
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	size_t n = len / STEP < STEPS_MAX ? len / STEP : STEPS_MAX;

	now_s = 1;
	released = 0;
	nkept = 0;
	repeats = dia_repeats_new();
	FUZZ_CHECK(repeats != NULL && dia_pendings_init(&pendings));
	for (size_t i = 0; i < n; i++)
		take_step(input + STEP * i);
	while (nlist > 0)
		drop(list[0]);
	dia_pendings_free(&pendings);
	dia_repeats_free(repeats);
	return 0;
}
