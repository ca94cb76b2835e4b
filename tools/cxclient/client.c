/*
 * One request and its answer: identifiers, the exchange, the checks that all
 * answers share, and a line that says what was asked and what was decided.
 */
#include "tools/cxclient/client.h"

#include "cx/avps.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

bool
client_fail(struct client *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->why, sizeof c->why, fmt, ap);
	va_end(ap);
	return false;
}

bool
client_succeeded(struct client *c, const char *step, const struct answer *a)
{
	char verdict[ANSWER_VERDICT_CAP];

	if (answer_is_success(a))
		return true;
	answer_verdict(a, verdict);
	if (a->error_message.p == NULL)
		return client_fail(c, "%s refused: %s", step, verdict);
	return client_fail(c, "%s refused: %s: %.*s", step, verdict,
	    (int)a->error_message.len, (const char *)a->error_message.p);
}

/* RFC 6733, 8.8: Origin-Host, two numbers that never come back. */
static void
new_call(struct client *c, struct call *call)
{
	link_ids(c->link, &call->hbh, &call->e2e);
	(void)snprintf(call->session, sizeof call->session, "%s;%u;%u",
	    c->from.id.host, (unsigned)time(NULL), call->e2e);
}

static double
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static bool
ask(struct client *c, const char *step, const struct call *call, size_t len,
    struct answer *a, double *ms)
{
	char why[ANSWER_WHY_CAP];
	struct dia_msg msg;

	if (len == 0)
		return client_fail(c,
		    "%s: the request does not fit into %d octets", step,
		    CLIENT_REQUEST_CAP);

	double begin = now_ms();

	if (link_ask(c->link, c->request, len, &msg) != LINK_OK)
		return client_fail(c, "%s: %s", step, c->link->why);
	*ms = now_ms() - begin;
	if (!answer_read(a, &msg, call->session, why))
		return client_fail(c, "%s: %s", step, why);
	return true;
}

static void
show_outcome(struct client *c, const char *step, const struct answer *a)
{
	char verdict[ANSWER_VERDICT_CAP];

	answer_verdict(a, verdict);
	show_begin(c->show, step, answer_is_success(a), verdict);
	if (c->show->json)
		show_number(c->show, "result", answer_result(a));
	if (c->show->json && a->experimental_code.set)
		show_number(c->show, "vendor", a->experimental_vendor.value);
	show_text(c->show, "impu", c->from.impu);
	if (c->show->json)
		show_text(c->show, "impi", c->from.impi);
}

static void
show_list(struct client *c, const char *key, const uint32_t *list, unsigned n)
{
	char text[ANSWER_CAPABILITIES_MAX * 11 + 1] = "";
	size_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%u",
		    i > 0 ? "," : "", list[i]);
	if (n > 0)
		show_text(c->show, key, text);
}

static void
show_rest(struct client *c, const struct answer *a, double ms)
{
	const struct capabilities *caps = &a->capabilities;

	show_slice(c->show, "server-name", a->server_name);
	show_list(c, "mandatory", caps->mandatory, caps->nmandatory);
	show_list(c, "optional", caps->optional, caps->noptional);
	show_slice(c->show, "preferred", caps->server_name);
	show_slice(c->show, "wildcard", a->wildcard);
	show_slice(c->show, "error-message", a->error_message);
	if (a->failed.p != NULL)
		show_hex(c->show, "failed-avp", a->failed.p, a->failed.len);
	show_ms(c->show, "ms", ms);
	show_end(c->show);
}

bool
client_uar(struct client *c, const struct uar *uar, struct answer *a)
{
	struct call call;
	double ms;

	new_call(c, &call);

	size_t len =
	    request_uar(c->request, sizeof c->request, &call, &c->from, uar);

	if (!ask(c, "UAR", &call, len, a, &ms))
		return false;
	show_outcome(c, "UAR", a);
	show_text(c->show, "type",
	    dia_value_name(
		CX(USER_AUTHORIZATION_TYPE)->values, uar->type.value));
	show_rest(c, a, ms);
	return true;
}

static void
show_item(struct client *c, const struct auth_item *item)
{
	show_slice(c->show, "scheme", item->scheme);
	if (item->authenticate.len == AKA_RAND_LEN + AKA_AUTN_LEN) {
		show_hex(c->show, "rand", item->authenticate.p, AKA_RAND_LEN);
		show_hex(c->show, "autn", item->authenticate.p + AKA_RAND_LEN,
		    AKA_AUTN_LEN);
	}
	show_slice(c->show, "realm", item->realm);
	show_slice(c->show, "line", item->line);
	if (item->address.p != NULL)
		show_hex(
		    c->show, "address", item->address.p, item->address.len);
	if (!c->secrets)
		return;
	if (item->authorization.p != NULL)
		show_hex(c->show, "xres", item->authorization.p,
		    item->authorization.len);
	if (item->ck.p != NULL)
		show_hex(c->show, "ck", item->ck.p, item->ck.len);
	if (item->ik.p != NULL)
		show_hex(c->show, "ik", item->ik.p, item->ik.len);
	show_slice(c->show, "ha1", item->ha1);
}

/* 29.229, 6.1.8: the number of items is said, and true. */
static bool
check_items(struct client *c, const struct answer *a)
{
	if (!answer_is_success(a))
		return true;
	if (a->nitems == 0)
		return client_fail(c, "MAR: the answer has no "
				      "SIP-Auth-Data-Item");
	if (!a->number_items.set)
		return client_fail(c, "MAR: the answer has no "
				      "SIP-Number-Auth-Items");
	if (a->number_items.value != a->nitems)
		return client_fail(c,
		    "MAR: SIP-Number-Auth-Items is %u, but there are %u items",
		    a->number_items.value, a->nitems);
	return true;
}

bool
client_mar(struct client *c, const struct mar *mar, struct answer *a)
{
	struct call call;
	double ms;

	new_call(c, &call);

	size_t len =
	    request_mar(c->request, sizeof c->request, &call, &c->from, mar);

	if (!ask(c, "MAR", &call, len, a, &ms))
		return false;
	show_outcome(c, "MAR", a);
	show_text(c->show, "asked", mar->scheme);
	if (mar->authorization != NULL)
		show_text(c->show, "resync", "yes");
	show_number(c->show, "items", a->nitems);
	if (a->nitems > 0)
		show_item(c, &a->items[0]);
	show_rest(c, a, ms);
	return check_items(c, a);
}

/* How many identities a profile names. */
static unsigned
count_identities(struct dia_slice xml)
{
	static const char tag[] = "<Identity>";
	unsigned n = 0;

	while (xml.len > 0) {
		const uint8_t *at = memmem(xml.p, xml.len, tag, strlen(tag));

		if (at == NULL)
			break;
		n++;
		xml.len -= (size_t)(at + 1 - xml.p);
		xml.p = at + 1;
	}
	return n;
}

bool
client_sar(struct client *c, const struct sar *sar, struct answer *a)
{
	struct call call;
	double ms;

	new_call(c, &call);

	size_t len =
	    request_sar(c->request, sizeof c->request, &call, &c->from, sar);

	if (!ask(c, "SAR", &call, len, a, &ms))
		return false;
	show_outcome(c, "SAR", a);
	show_text(c->show, "type",
	    dia_value_name(CX(SERVER_ASSIGNMENT_TYPE)->values, sar->type));
	if (a->user_data.p != NULL) {
		show_number(c->show, "profile-octets", a->user_data.len);
		show_number(
		    c->show, "identities", count_identities(a->user_data));
	}
	show_slice(c->show, "ccf", a->ccf);
	show_slice(c->show, "ecf", a->ecf);
	show_slice(c->show, "user-name", a->user_name);
	show_rest(c, a, ms);
	return true;
}

bool
client_lir(struct client *c, const struct lir *lir, struct answer *a)
{
	struct call call;
	double ms;

	new_call(c, &call);

	size_t len =
	    request_lir(c->request, sizeof c->request, &call, &c->from, lir);

	if (!ask(c, "LIR", &call, len, a, &ms))
		return false;
	show_outcome(c, "LIR", a);
	if (lir->originating)
		show_text(c->show, "originating", "yes");
	if (a->lia_flags.set)
		show_number(c->show, "lia-flags", a->lia_flags.value);
	show_rest(c, a, ms);
	return true;
}
