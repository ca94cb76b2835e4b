/*
 * cxclient from its arguments to its exit status: opens the capture and the
 * connection, runs the one command, says how it ended.
 */
#include "tools/cxclient/run.h"

#include "cx/avps.h"
#include "tools/cxclient/load.h"
#include "tools/cxclient/options.h"
#include "tools/cxclient/register.h"
#include "tools/cxclient/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
	struct options options;
	struct show show;
	struct trace trace;
	struct link link;
	struct client client;
	struct phone phone;
};

static bool
do_uar(struct session *s)
{
	const struct options *o = &s->options;
	const struct uar uar = {
		.visited = o->visited,
		.type = o->type,
		.flags = { UAR_EMERGENCY, o->emergency },
	};
	struct answer a;

	return client_uar(&s->client, &uar, &a) &&
	       client_succeeded(&s->client, "UAR", &a);
}

/* With a key or a password the challenge is met too. */
static bool
do_mar(struct session *s)
{
	const struct options *o = &s->options;
	uint8_t authorization[REQUEST_AUTHORIZATION_LEN];
	struct mar mar = { .scheme = o->scheme, .items = o->items.value };
	struct answer a;

	memcpy(authorization, o->rand.v, AKA_RAND_LEN);
	memcpy(authorization + AKA_RAND_LEN, o->auts.v, AKA_AUTS_LEN);
	if (o->auts.set)
		mar.authorization = authorization;
	if (!client_mar(&s->client, &mar, &a) ||
	    !client_succeeded(&s->client, "MAR", &a))
		return false;
	if (!s->phone.has_sim && s->phone.password == NULL)
		return true;
	switch (auth_challenge(&s->client, &s->phone, &a, authorization)) {
	case AUTH_OK:
		return true;
	case AUTH_RESYNC:
		return client_fail(&s->client,
		    "SIM: %s; register would resynchronise now",
		    sim_result_name(SIM_SYNC_FAILURE));
	default:
		return false;
	}
}

static bool
do_sar(struct session *s)
{
	const struct sar sar = {
		.type = s->options.type.value,
		.available = s->options.available,
	};
	struct answer a;

	return client_sar(&s->client, &sar, &a) &&
	       client_succeeded(&s->client, "SAR", &a);
}

static bool
do_lir(struct session *s)
{
	const struct lir lir = { .originating = s->options.originating };
	struct answer a;

	return client_lir(&s->client, &lir, &a) &&
	       client_succeeded(&s->client, "LIR", &a);
}

static bool
do_register(struct session *s)
{
	const struct options *o = &s->options;
	const struct registration reg = {
		.scheme = o->scheme,
		.visited = o->visited,
		.items = o->items.value,
		.emergency = o->emergency,
		.fixed_server = o->fixed_server,
		.reregister = o->reregister,
		.deregister = o->deregister,
	};

	return register_run(&s->client, &s->phone, &reg);
}

static bool
do_command(struct session *s)
{
	switch (s->options.command) {
	case COMMAND_UAR:
		return do_uar(s);
	case COMMAND_MAR:
		return do_mar(s);
	case COMMAND_SAR:
		return do_sar(s);
	case COMMAND_LIR:
		return do_lir(s);
	default:
		return do_register(s);
	}
}

static uint64_t
sqn_value(const struct hex *hex)
{
	uint64_t sqn = 0;

	for (size_t i = 0; i < 6; i++)
		sqn = sqn << 8 | hex->v[i];
	return sqn;
}

static bool
make_phone(struct phone *p, const struct options *o)
{
	struct milenage_key key;
	bool ok = true;

	*p = (struct phone){
		.has_sim = o->k.set,
		.password = o->password,
		.amf = o->amf.set ? o->amf.v : NULL,
	};
	if (!o->k.set)
		return true;
	memcpy(key.k, o->k.v, sizeof key.k);
	memcpy(key.opc, o->opc.v, sizeof key.opc);
	if (o->op.set)
		ok = milenage_opc(key.opc, key.k, o->op.v);
	sim_init(&p->sim, &key);
	if (o->sqn_ms.set)
		sim_set_sqn(&p->sim, sqn_value(&o->sqn_ms));
	wipe(&key, sizeof key);
	return ok;
}

static void
make_session(struct session *s, FILE *out, FILE *err)
{
	const struct options *o = &s->options;
	const struct dia_identity id = { o->origin_host, o->realm };

	s->show = (struct show){
		.out = out,
		.json = o->json,
		.colour = !o->json && isatty(fileno(out)) == 1 &&
			  getenv("NO_COLOR") == NULL,
	};
	s->trace.out = o->json ? err : out;
	s->trace.text = o->verbose;
	s->trace.hex = o->hex;
	s->trace.secrets = o->secrets;
	s->trace.link = &s->link;
	s->link.id = id;
	s->link.wait_ms = o->wait_s.value * 1000;
	s->link.trace = trace_message;
	s->link.arg = &s->trace;
	s->client.link = &s->link;
	s->client.show = &s->show;
	s->client.secrets = o->secrets;
	s->client.from = (struct sender){
		.id = id,
		.realm = o->realm,
		.host = o->destination_host,
		.impi = o->impi,
		.impu = o->impu,
		.server_name = o->server_name,
	};
}

static int
report(struct session *s, int status, const char *why, FILE *err)
{
	if (status == RUN_OK)
		return status;
	if (s->show.json) {
		show_begin(&s->show, "end", false, why);
		show_end(&s->show);
	}
	(void)fprintf(err, "cxclient: ");
	for (; *why != '\0'; why++)
		(void)fputc(*why >= ' ' && *why < 0x7f ? *why : '?', err);
	(void)fputc('\n', err);
	return status;
}

static int
connect_and_do(struct session *s, FILE *err)
{
	struct options *o = &s->options;
	enum link_result result =
	    link_open(&s->link, o->connect, o->host, o->port);
	int status = RUN_OK;

	if (result == LINK_NO_SERVER)
		status = report(s, RUN_USAGE, s->link.why, err);
	else if (result != LINK_OK)
		status = report(s, RUN_REFUSED, s->link.why, err);
	else if (!do_command(s))
		status = report(s, RUN_REFUSED, s->client.why, err);
	link_close(&s->link);
	return status;
}

static int
run_session(struct session *s, FILE *out, FILE *err)
{
	const struct options *o = &s->options;

	make_session(s, out, err);
	if (o->secrets)
		(void)fputs("cxclient: keys are shown (-K)\n", err);
	if (o->command == COMMAND_LOAD)
		return load_run(&s->options, &s->show, err);
	if (!make_phone(&s->phone, o))
		return report(s, RUN_REFUSED, "AES failed", err);
	if (o->pcap != NULL && !capture_open(&s->trace.capture, o->pcap)) {
		(void)fprintf(
		    err, "cxclient: %s: %s\n", o->pcap, strerror(errno));
		return RUN_USAGE;
	}

	int status = connect_and_do(s, err);

	if (!capture_close(&s->trace.capture)) {
		(void)fprintf(
		    err, "cxclient: %s: could not be written\n", o->pcap);
		return RUN_REFUSED;
	}
	return status;
}

int
run(int argc, char *argv[], FILE *out, FILE *err)
{
	struct session *s = calloc(1, sizeof *s);
	int status = RUN_USAGE;

	if (s == NULL) {
		(void)fputs("cxclient: out of memory\n", err);
		return RUN_REFUSED;
	}
	if (!options_read(&s->options, argc, argv, err)) {
		(void)fputs("cxclient: see cxclient --help\n", err);
	} else if (s->options.help) {
		options_help(out);
		status = RUN_OK;
	} else if (s->options.version) {
		(void)fputs("cxclient " HSSD_VERSION "\n", out);
		status = RUN_OK;
	} else {
		status = run_session(s, out, err);
	}
	options_wipe(&s->options);
	wipe(s, sizeof *s);
	free(s);
	return status;
}
