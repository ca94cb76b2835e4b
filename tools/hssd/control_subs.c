/* Subscriptions with their state; keys and passwords are never shown. */
#include "tools/hssd/control_local.h"

#include "cx/cx.h"
#include "tools/hssd/conf_check.h"
#include "tools/hssd/http_parse.h"

#include <stdlib.h>
#include <string.h>

const char *
control_state(enum store_state state)
{
	static const char *const names[] = {
		[STORE_NOT_REGISTERED] = "not registered",
		[STORE_REGISTERED] = "registered",
		[STORE_UNREGISTERED] = "unregistered",
	};

	return names[state];
}

static json_t *
name_text(const struct store *store, const struct store_name *name)
{
	char text[STORE_NAME_MAX + 1];

	store_name(store, name, text, sizeof text);
	return control_text(text);
}

/* --- One --- */

static json_t *
scscf(const struct store_scscf *s)
{
	if (s->name == NULL)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "name", control_text(s->name),
	    "host", control_text(s->host), "realm", control_text(s->realm));
}

static json_t *
impis(const struct store *store, const struct store_sub *sub)
{
	static const char *const schemes[] = {
		[STORE_AKA] = "aka",
		[STORE_DIGEST] = "digest",
		[STORE_NASS] = "nass",
		[STORE_GIBA] = "giba",
	};
	json_t *list = json_array();

	for (unsigned i = 0; i < sub->nimpis; i++) {
		const struct store_impi *impi = &sub->impis[i];
		json_t *one = json_pack("{s:o, s:s}", "impi",
		    name_text(store, &impi->name), "scheme",
		    schemes[impi->scheme]);

		if (impi->scheme == STORE_AKA)
			json_object_set_new(
			    one, "seq", json_integer((json_int_t)impi->seq));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
impus(const struct server *sv, const struct store_sub *sub)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < sub->nimpus; i++) {
		const struct store_impu *impu = &sub->impus[i];

		json_array_append_new(list,
		    json_pack("{s:o, s:i, s:b, s:b, s:b, s:o, s:o}", "impu",
			name_text(sv->store, &impu->name), "set", impu->set + 1,
			"barred", impu->barred, "psi", impu->psi, "wildcard",
			impu->wildcard, "profile",
			control_text(
			    cx_profiles_name(sv->profiles, impu->profile)),
			"display", control_text(impu->display)));
	}
	return list;
}

/* The private identities whose bits are set. */
static json_t *
impis_of(const struct store *store, const struct store_sub *sub, uint16_t bits)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < sub->nimpis; i++) {
		if ((bits >> i & 1) != 0)
			json_array_append_new(
			    list, name_text(store, &sub->impis[i].name));
	}
	return list;
}

/* The operator's numbers may have gaps. */
static bool
has_set(const struct store_sub *sub, unsigned set)
{
	for (unsigned i = 0; i < sub->nimpus; i++) {
		if (sub->impus[i].set == set)
			return true;
	}
	return false;
}

static json_t *
sets(const struct store *store, const struct store_sub *sub,
    const struct store_reg *reg)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < reg->nsets; i++) {
		const struct store_set *set = &reg->sets[i];

		if (!has_set(sub, i))
			continue;
		json_array_append_new(list,
		    json_pack("{s:i, s:s, s:o, s:o}", "set", i + 1, "state",
			control_state(store_set_state(set)), "registered",
			impis_of(store, sub, set->registered), "pending",
			impis_of(store, sub, set->pending)));
	}
	return list;
}

static void
show(struct control *ctl, struct http_conn *conn, struct store_sub *sub,
    const char *id, void *arg)
{
	const struct server *sv = ctl->sv;
	struct store_reg reg;

	store_get_reg(sub, &reg);
	control_answer(conn, 200,
	    json_pack("{s:o, s:b, s:b, s:o, s:o, s:o, s:o}", "name",
		control_text(sub->name), "barred", sub->barred,
		"unregistered_services", sub->unreg_services, "scscf",
		scscf(&reg.scscf), "impis", impis(sv->store, sub), "impus",
		impus(sv, sub), "sets", sets(sv->store, sub, &reg)));
}

void
control_show(struct control_request *rq)
{
	control_find(rq->ctl, rq->conn, rq->id, show, NULL);
}

/* --- A page of them --- */

/* Registered in one set is registered. */
static enum store_state
state_of(const struct store_reg *reg)
{
	enum store_state state = STORE_NOT_REGISTERED;

	for (unsigned i = 0; i < reg->nsets; i++) {
		enum store_state of_set = store_set_state(&reg->sets[i]);

		if (of_set == STORE_REGISTERED)
			return of_set;
		if (of_set == STORE_UNREGISTERED)
			state = of_set;
	}
	return state;
}

static json_t *
line(const struct store *store, const struct store_sub *sub)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	return json_pack("{s:o, s:o, s:o, s:s, s:o}", "name",
	    control_text(sub->name), "impi",
	    name_text(store, &sub->impis[0].name), "impu",
	    name_text(store, &sub->impus[0].name), "state",
	    control_state(state_of(&reg)), "scscf",
	    control_text(reg.scscf.name));
}

json_t *
control_page_of(const struct store *store, const char *key, json_t *value,
    const struct store_sub *last)
{
	struct store_walk walk;
	json_t *next = json_null();

	if (last != NULL) {
		walk = store_behind(store, last);
		if (store_next(store, &walk) != NULL)
			next = name_text(store, &last->impis[0].name);
	}
	return json_pack("{s:o, s:o}", key, value, "next", next);
}

static void
page(struct control *ctl, struct http_conn *conn, struct store_walk walk,
    unsigned limit)
{
	const struct store *store = ctl->sv->store;
	json_t *list = json_array();
	const struct store_sub *sub, *last = NULL;

	while (json_array_size(list) < limit &&
	       (sub = store_next(store, &walk)) != NULL) {
		if (json_array_append_new(list, line(store, sub)) != 0)
			break;
		last = sub;
	}
	control_answer(
	    conn, 200, control_page_of(store, "subscriptions", list, last));
}

/* A page that waits for the subscription it is after. */
struct paging {
	unsigned limit;
	control_page_fn *page;
};

static void
page_after(struct control *ctl, struct http_conn *conn, struct store_sub *sub,
    const char *id, void *arg)
{
	struct paging *p = arg;

	p->page(ctl, conn, store_behind(ctl->sv->store, sub), p->limit);
	free(p);
}

/* after=ID&limit=N, in any order; false after refusing. */
static bool
read_query(struct control_request *rq, const char **after, unsigned *limit)
{
	char *save, *item = strtok_r(rq->query, "&", &save);
	uint32_t n;

	for (; item != NULL; item = strtok_r(NULL, "&", &save)) {
		if (!http_decode(item)) {
			control_refuse(rq->conn, 400,
			    "the query has a %% without two hex digits");
			return false;
		}
		if (strncmp(item, "after=", 6) == 0) {
			*after = item + 6;
		} else if (strncmp(item, "limit=", 6) != 0) {
			control_refuse(rq->conn, 400,
			    "the query is not after=ID or limit=N");
			return false;
		} else if (conf_number(item + 6, CONTROL_PAGE_MAX, &n) &&
			   n > 0) {
			*limit = n;
		} else {
			control_refuse(rq->conn, 400,
			    "limit is a number from 1 to %d", CONTROL_PAGE_MAX);
			return false;
		}
	}
	return true;
}

void
control_page(struct control_request *rq, control_page_fn *fn)
{
	const struct store_walk first = { 0 };
	const char *after = NULL;
	unsigned limit = CONTROL_PAGE;

	if (!read_query(rq, &after, &limit))
		return;
	if (after == NULL) {
		fn(rq->ctl, rq->conn, first, limit);
		return;
	}

	struct paging *p = malloc(sizeof *p);

	if (p == NULL) {
		control_answer(rq->conn, 503, NULL);
		return;
	}
	*p = (struct paging){ limit, fn };
	control_find(rq->ctl, rq->conn, after, page_after, p);
}

void
control_list(struct control_request *rq)
{
	control_page(rq, page);
}
