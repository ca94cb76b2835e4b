/*
 * Random requests about two users with two private identities and two implicit
 * sets each, against a model of TS 29.228: the tables of states in 6.1.1.1,
 * 6.1.2.1, 6.1.4.1 and 6.3.1, with S-CSCF restoration and without.  Answer and
 * state are compared after each step.
 */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <stdio.h>
#include <string.h>

#include "store/store.h"

enum { SEEDS = 8, STEPS = 1500, NOBODY = -2 };

static const char *const impis[2][2] = {
	{ FRANK, FRANK_PAD },
	{ GRACE, GRACE_PAD },
};
static const char *const impus[2][2] = {
	{ FRANK_SIP, FRANK_2 },
	{ GRACE_SIP, GRACE_2 },
};
static const char *const servers[2] = { SCSCF, OTHER };
static const char *const hosts[2] = { SCSCF_HOST, OTHER_HOST };

/* --- What is asked --- */

struct step {
	uint32_t command;
	int user, impi;    /* private identity; impi NONE: left out */
	unsigned n;        /* public identities */
	int owner[2];      /* their users, or NOBODY */
	int set[2];        /* and sets */
	uint32_t type;     /* UAR: User-Authorization-Type, SAR: SAT */
	int server;        /* from which S-CSCF */
	bool flag;         /* SAR: P-CSCF restoration, LIR: originating */
	bool knows;        /* S-CSCF restoration */
	bool brings;       /* SAR: information for it */
	bool multiple;     /* SAR: Multiple-Registration-Indication */
	unsigned seed, no; /* to find it again */
};

static uint32_t seed;

/* Xorshift: 0 .. n - 1 */
static int
draw(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return (int)(seed % n);
}

/* Once in n times */
static bool
rarely(unsigned n)
{
	return draw(n) == 0;
}

static struct step
draw_step(void)
{
	static const uint32_t commands[] = { CX_UAR, CX_MAR, CX_SAR, CX_SAR,
		CX_LIR };
	struct step st = {
		.command = commands[draw(5)],
		.user = draw(2),
		.impi = draw(2),
		.n = 1,
		.server = rarely(4),
		.flag = rarely(4),
		.knows = rarely(2),
		.brings = rarely(2),
		.multiple = rarely(2),
	};

	if (st.command == CX_UAR)
		st.type = (uint32_t)draw(3);
	if (st.command == CX_LIR)
		st.type = rarely(3) ? UAT_REGISTRATION_AND_CAPABILITIES : 0;
	if (st.command == CX_SAR) {
		st.type = (uint32_t)draw(SAT_COUNT);
		st.impi = rarely(5) ? NONE : st.impi;
		st.n = rarely(5) ? (unsigned)draw(3) : 1;
	}
	for (int i = 0; i < 2; i++) {
		st.owner[i] = rarely(12) ? 1 - st.user : st.user;
		st.owner[i] = rarely(20) ? NOBODY : st.owner[i];
		st.set[i] = draw(2);
	}
	return st;
}

static const char *
impu_of(const struct step *st, unsigned i)
{
	return st->owner[i] == NOBODY ? "sip:nobody@ims.example"
				      : impus[st->owner[i]][st->set[i]];
}

/* --- What is put to the application --- */

static void
put_features(struct dia_writer *w)
{
	dia_open(w, CX(SUPPORTED_FEATURES));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, CX(FEATURE_LIST_ID), 1);
	dia_put_u32(w, CX(FEATURE_LIST), 4);
	dia_close(w);
}

static void
put_info(struct dia_writer *w, const char *impi)
{
	dia_open(w, CX(SCSCF_RESTORATION_INFO));
	dia_put_str(w, BASE(USER_NAME), impi);
	dia_open(w, CX(RESTORATION_INFO));
	dia_put_str(w, CX(PATH), "<sip:p.ims.example;lr>");
	dia_put_str(w, CX(CONTACT), "<sip:c.ims.example>");
	dia_close(w);
	dia_close(w);
}

static void
send_uar(const struct step *st)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), impis[st->user][st->impi]);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu_of(st, 0));
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	dia_put_u32(w, CX(USER_AUTHORIZATION_TYPE), st->type);
	if (st->knows)
		put_features(w);
	fx_send();
}

static void
send_sar(const struct step *st)
{
	struct dia_writer *w = fx_begin(CX_SAR, hosts[st->server]);

	if (st->impi != NONE)
		dia_put_str(w, BASE(USER_NAME), impis[st->user][st->impi]);
	for (unsigned i = 0; i < st->n; i++)
		dia_put_str(w, CX(PUBLIC_IDENTITY), impu_of(st, i));
	dia_put_str(w, CX(SERVER_NAME), servers[st->server]);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), st->type);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	dia_put_u32(w, CX(SAR_FLAGS), st->flag);
	dia_put_u32(w, CX(MULTIPLE_REGISTRATION_INDICATION), st->multiple);
	if (st->knows)
		put_features(w);
	if (st->brings && st->impi != NONE)
		put_info(w, impis[st->user][st->impi]);
	fx_send();
}

static void
send_step(const struct step *st)
{
	const char *impi = impis[st->user][st->impi == NONE ? 0 : st->impi];
	struct dia_writer *w;

	switch (st->command) {
	case CX_UAR:
		send_uar(st);
		return;
	case CX_MAR:
		mar_at(impi, impu_of(st, 0), servers[st->server],
		    hosts[st->server]);
		return;
	case CX_SAR:
		send_sar(st);
		return;
	default:
		w = fx_begin(CX_LIR, "icscf.ims.example");
		if (st->flag)
			dia_put_u32(w, CX(ORIGINATING_REQUEST), 0);
		dia_put_str(w, CX(PUBLIC_IDENTITY), impu_of(st, 0));
		dia_put_u32(w, CX(USER_AUTHORIZATION_TYPE), st->type);
		if (st->knows)
			put_features(w);
		fx_send();
	}
}

/* --- The model --- */

static struct user {
	bool registered[2][2], pending[2][2]; /* by set and private identity */
	bool info[2][2];                      /* for S-CSCF restoration */
	bool unregistered[2];                 /* by set */
	bool reassign;                        /* another S-CSCF may come */
	int server;                           /* assigned, or NONE */
	int former;  /* that had the user before a MAR, or NONE */
	bool has[2]; /* the former one: by set */
} users[2];

struct answer {
	bool experimental;
	uint32_t result;
	int server; /* named in the answer, or NONE */
	bool profile;
	unsigned pieces; /* of restoration information */
};

static struct answer
result(uint32_t code, int server)
{
	return (struct answer){ false, code, server, false, 0 };
}

static struct answer
experimental(uint32_t code, int server)
{
	return (struct answer){ true, code, server, false, 0 };
}

static char
state_of(const struct user *u, int set)
{
	if (u->registered[set][0] || u->registered[set][1])
		return 'R';
	return u->unregistered[set] ? 'U' : 'N';
}

static bool
needs_server(const struct user *u)
{
	for (int set = 0; set < 2; set++) {
		if (state_of(u, set) != 'N' || u->pending[set][0] ||
		    u->pending[set][1])
			return true;
	}
	return false;
}

static struct answer
model_uar(const struct step *st)
{
	struct user *u = &users[st->user];

	if (st->type == UAT_REGISTRATION_AND_CAPABILITIES) {
		u->reassign |= st->knows && u->server != NONE;
		return result(2001, NONE);
	}
	if (st->type == UAT_DE_REGISTRATION)
		return state_of(u, st->set[0]) == 'N' ? experimental(5003, NONE)
						      : result(2001, u->server);
	return u->server != NONE ? experimental(2002, u->server)
				 : experimental(2001, 0);
}

/* 8.1.1: until the SAR the former S-CSCF has what it had. */
static void
model_former(struct user *u, int server)
{
	if (u->former != NONE) {
		if (u->former == server)
			u->former = NONE;
		return;
	}
	u->has[0] = state_of(u, 0) != 'N';
	u->has[1] = state_of(u, 1) != 'N';
	if (u->server != NONE && u->server != server &&
	    (u->has[0] || u->has[1]))
		u->former = u->server;
}

static void
end_former(struct user *u, int server)
{
	for (int set = 0; set < 2; set++) {
		if (u->former == NONE || u->former == server || !u->has[set])
			continue;
		u->registered[set][0] = u->registered[set][1] = false;
		u->unregistered[set] = false;
	}
	u->former = NONE;
}

static struct answer
model_mar(const struct step *st)
{
	struct user *u = &users[st->user];

	if (state_of(u, st->set[0]) != 'R' || u->server != st->server ||
	    u->reassign) {
		u->reassign = false;
		if (u->server != st->server)
			model_former(u, st->server);
		u->server = st->server;
		u->pending[st->set[0]][st->impi] = true;
	}
	return result(2001, NONE);
}

static struct answer
model_lir(const struct step *st)
{
	struct user *u = &users[st->owner[0]];
	bool services = st->owner[0] == 1;

	if (st->type == UAT_REGISTRATION_AND_CAPABILITIES && st->knows) {
		u->reassign |= u->server != NONE;
		return result(2001, NONE);
	}
	if (state_of(u, st->set[0]) == 'N' && !services && !st->flag)
		return experimental(5003, NONE);
	return u->server != NONE ? result(2001, u->server)
				 : experimental(2003, 0);
}

/* The private identity is registered no more; none: no one is. */
static void
end(struct user *u, int set, int impi)
{
	for (int i = 0; i < 2; i++) {
		if (impi != NONE && impi != i)
			continue;
		u->registered[set][i] = false;
		u->pending[set][i] = false;
	}
}

/* One set's row of the table of Server-Assignment-Types */
static void
model_row(struct user *u, const struct step *st, int set)
{
	char was = state_of(u, set);

	if (st->type == 1 || st->type == 2) {
		if (st->knows && st->brings)
			u->info[set][st->impi] = true;
		else if (!u->registered[set][st->impi])
			u->info[set][st->impi] = false;
	}
	switch (st->type) {
	case 1:
	case 2:
		u->registered[set][st->impi] = true;
		u->pending[set][st->impi] = false;
		u->unregistered[set] = false;
		break;
	case 3:
		if (st->flag)
			u->registered[set][0] = u->registered[set][1] = false;
		u->unregistered[set] = state_of(u, set) != 'R';
		break;
	case 6:
	case 7:
		end(u, set, st->impi);
		if (was == 'R' && state_of(u, set) == 'N')
			u->unregistered[set] = true;
		break;
	case 9:
	case 10:
		u->pending[set][st->impi] = false;
		break;
	case 4:
	case 5:
	case 8:
	case 11:
		end(u, set, st->impi);
		u->unregistered[set] = false;
		break;
	default:
		break;
	}
	for (int i = 0; i < 2; i++)
		u->info[set][i] = u->info[set][i] && u->registered[set][i];
}

/* How many pieces of information go back: of all who are registered, but for
 * what the S-CSCF has itself. */
static unsigned
model_pieces(const struct user *u, const struct step *st, bool known)
{
	unsigned n = 0;

	for (int i = 0; i < 2; i++) {
		bool own = (st->type == 1 || st->type == 2) && i == st->impi;
		bool has = own && !known && (st->type == 1 || st->brings);

		n += u->info[st->set[0]][i] && !has;
	}
	return st->knows && !(st->type == 3 && st->flag) ? n : 0;
}

/* Server-Assignment-Types, a bit each: those that end a registration and
 * those that assign an S-CSCF */
enum {
	ENDS = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 11,
	TAKES = 1 << 1 | 1 << 2 | 1 << 3,
};

/* The sets a SAR is about: all without a public identity */
static bool
concerns(const struct step *st, int set)
{
	return st->n == 0 || st->set[0] == set ||
	       (st->n > 1 && st->set[1] == set);
}

static struct answer
model_sar(const struct step *st)
{
	struct user *u = &users[st->impi != NONE ? st->user : st->owner[0]];
	bool ends = (ENDS >> st->type & 1) != 0;
	bool takes = (TAKES >> st->type & 1) != 0;
	bool other = u->server != NONE && u->server != st->server;

	if (st->n > 1 && !ends)
		return result(5009, NONE);
	if (takes && other && !u->reassign)
		return experimental(5005, u->server);
	if (st->type == 0 && u->server != st->server && !(other && u->reassign))
		return result(5012, NONE);
	if (other && !takes && st->type != 0)
		return result(5012, NONE);

	bool known = st->knows && st->type == 1 && st->multiple &&
		     u->info[st->set[0]][st->impi];
	struct answer ans =
	    known ? experimental(5007, NONE) : result(2001, NONE);

	ans.profile = st->type == 0 || takes;
	ans.pieces = ans.profile ? model_pieces(u, st, known) : 0;
	if (known)
		return ans;
	if (takes) {
		u->server = st->server;
		u->reassign = false;
		end_former(u, st->server);
	}
	for (int set = 0; set < 2; set++) {
		if (concerns(st, set))
			model_row(u, st, set);
	}
	if (st->type != 0 && !needs_server(u)) {
		u->server = NONE;
		u->reassign = false;
	}
	return ans;
}

/* Presence (SAR), then steps 1 and 2 of all */
static struct answer
model(const struct step *st)
{
	int user = st->impi != NONE ? st->user : st->owner[0];
	bool one = true;

	if (st->command == CX_SAR) {
		bool ends = (ENDS >> st->type & 1) != 0;

		if (st->n == 0 && (st->impi == NONE || !ends))
			return result(5005, NONE);
		if (st->impi == NONE && !ends && st->type != 3)
			return result(5005, NONE);
	}
	for (unsigned i = 0; i < st->n; i++) {
		if (st->owner[i] == NOBODY)
			return experimental(5001, NONE);
		one = one && st->owner[i] == user;
	}
	if (st->command == CX_LIR)
		return model_lir(st);
	if (!one)
		return experimental(5002, NONE);
	switch (st->command) {
	case CX_UAR:
		return model_uar(st);
	case CX_MAR:
		return model_mar(st);
	default:
		return model_sar(st);
	}
}

/* --- Comparing --- */

static const char *
describe(const struct step *st)
{
	static char text[256];

	snprintf(text, sizeof text,
	    "seed %u step %u: command %u type %u impi %d/%d, %u impus %d/%d "
	    "%d/%d, server %d, flag %d, knows %d brings %d multiple %d",
	    st->seed, st->no, st->command, st->type, st->user, st->impi, st->n,
	    st->owner[0], st->set[0], st->owner[1], st->set[1], st->server,
	    st->flag, st->knows, st->brings, st->multiple);
	return text;
}

static void
check_answer(const struct step *st, const struct answer *want)
{
	struct dia_slice plain = value(BASE(RESULT_CODE));
	struct dia_slice code = plain.p != NULL
				    ? plain
				    : value_in(BASE(EXPERIMENTAL_RESULT),
					  BASE(EXPERIMENTAL_RESULT_CODE));
	struct dia_slice name = value(CX(SERVER_NAME));
	const char *wanted = want->server == NONE ? "" : servers[want->server];

	ck_assert_uint_eq(code.len, 4);
	ck_assert_msg(
	    (plain.p == NULL) == want->experimental &&
		(uint32_t)(code.p[2] << 8 | code.p[3]) == want->result,
	    "%s: result %d, not %u", describe(st), code.p[2] << 8 | code.p[3],
	    want->result);
	ck_assert_msg(dia_slice_eq(name, wanted), "%s: names %.*s, not %s",
	    describe(st), (int)name.len, (const char *)name.p, wanted);
	ck_assert_msg((value(CX(USER_DATA)).p != NULL) == want->profile,
	    "%s: User-Data", describe(st));
	ck_assert_msg(count(CX(SCSCF_RESTORATION_INFO)) == want->pieces,
	    "%s: %u pieces of information, not %u", describe(st),
	    count(CX(SCSCF_RESTORATION_INFO)), want->pieces);
}

static void
check_user(const struct step *st, int user)
{
	const struct user *u = &users[user];
	struct store_impi *found =
	    store_find_impi(fx_store(), impis[user][0], strlen(impis[user][0]));
	struct store_reg reg;

	ck_assert_ptr_nonnull(found);
	store_get_reg(found->sub, &reg);
	ck_assert_uint_eq(reg.nsets, 2);
	for (int i = 0; i < 2; i++) {
		unsigned registered = u->registered[i][0] | u->registered[i][1]
								<< 1;
		unsigned pending = u->pending[i][0] | u->pending[i][1] << 1;

		ck_assert_msg(
		    reg.sets[i].registered == registered &&
			reg.sets[i].pending == pending &&
			reg.sets[i].unregistered == u->unregistered[i],
		    "%s: user %d set %d is %u %u %d, not %u %u %d",
		    describe(st), user, i, reg.sets[i].registered,
		    reg.sets[i].pending, reg.sets[i].unregistered, registered,
		    pending, u->unregistered[i]);
	}

	ck_assert_msg(reg.reassign == u->reassign, "%s: user %d reassign %d",
	    describe(st), user, reg.reassign);

	const char *is = reg.scscf.name != NULL ? reg.scscf.name : "none";
	const char *want = u->server != NONE ? servers[u->server] : "none";

	ck_assert_msg(strcmp(is, want) == 0,
	    "%s: user %d has S-CSCF %s, not %s", describe(st), user, is, want);
}

START_TEST(random_requests_agree_with_the_tables)
{
	/* Thousands of lines about what is no fault */
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	for (unsigned s = 1; s <= SEEDS; s++) {
		seed = s * 2654435761u;
		for (unsigned i = 0; i < STEPS; i++) {
			struct step st = draw_step();

			st.seed = s;
			st.no = i;

			struct answer want = model(&st);

			send_step(&st);
			check_answer(&st, &want);
			check_user(&st, 0);
			check_user(&st, 1);
		}
	}
}
END_TEST

static void
open_model(void)
{
	fx_open();
	users[0].server = users[1].server = NONE;
	users[0].former = users[1].former = NONE;
}

int
main(void)
{
	return RUN("cx/model", open_model, fx_close,
	    random_requests_agree_with_the_tables);
}
