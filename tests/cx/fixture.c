#include "tests/cx/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "store/store.h"

static const char subscribers[] =
    "[alice]\n"
    "impi = " ALICE "\n"
    "scheme = aka\n"
    "k = 465b5ce8b199b49faa5f0a2ee238a6bc\n"
    "opc = cd63cb71954a9f4e48a5994e37a02baf\n"
    "impu = " ALICE_SIP " display=\"Alice\"\n"
    "impu = " ALICE_TEL "\n"
    "impu = " ALICE_BARRED " barred set=3\n"
    "impu = " ALICE_2 " set=2\n"
    "profile = default\n"
    "charging = default\n"
    "[bob]\n"
    "impi = " BOB "\n"
    "scheme = digest\n"
    "password = s3cret\n"
    "impi = " BOB_PAD "\n"
    "scheme = digest\n"
    "password = other\n"
    "impu = " BOB_SIP "\n"
    "profile = default\n"
    "unregistered-services = yes\n"
    "[carol]\n"
    "impi = " CAROL "\n"
    "scheme = nass\n"
    "line-identifier = line-0815\n"
    "impu = " CAROL_SIP "\n"
    "profile = default\n"
    "scscf = sip:fixed.ims.example\n"
    "capabilities = {mandatory 1 optional 3}\n"
    "[dave]\n"
    "impi = " DAVE "\n"
    "scheme = giba\n"
    "framed-ip = 192.0.2.4\n"
    "impu = " DAVE_SIP "\n"
    "profile = default\n"
    "barred = yes\n"
    "[eve]\n"
    "impi = " EVE "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = " EVE_SIP "\n"
    "profile = default\n"
    "visited = home.example other.example\n"
    "capabilities = {mandatory 7}\n"
    "[frank]\n"
    "impi = " FRANK "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impi = " FRANK_PAD "\n"
    "scheme = digest\n"
    "password = other\n"
    "impu = " FRANK_SIP "\n"
    "impu = " FRANK_2 " set=2\n"
    "impu = " FRANK_BARRED " barred profile=second\n"
    "profile = default\n"
    "[grace]\n"
    "impi = " GRACE "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impi = " GRACE_PAD "\n"
    "scheme = digest\n"
    "password = other\n"
    "impu = " GRACE_SIP "\n"
    "impu = " GRACE_2 " set=2\n"
    "loose-route = yes\n"
    "privileged-sender = yes\n"
    "profile = default\n"
    "unregistered-services = yes\n"
    "[heidi]\n"
    "impi = " HEIDI "\n"
    "scheme = giba\n"
    "framed-ip = 2001:db8::4\n"
    "impu = " HEIDI_SIP "\n"
    "profile = default\n"
    "[service]\n"
    "impi = " PSI "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = " PSI_SIP " psi\n"
    "profile = default\n"
    "unregistered-services = yes\n"
    "[exchange]\n"
    "impi = " PBX "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = " PBX_SIP "\n"
    "impu = " PBX_WILD " wildcard\n"
    "impu = " PBX_TEL " wildcard\n"
    "profile = default\n"
    "[conference]\n"
    "impi = " CONF "\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = " CONF_WILD " psi wildcard\n"
    "impu = " CONF_DIRECT " psi as=" CONF_AS " set=2\n"
    "impu = " CONF_OFF " psi inactive set=3\n"
    "impu = " CONF_LOBBY " psi wildcard as=" CONF_AS " set=4\n"
    "profile = default\n"
    "unregistered-services = yes\n";

static const char profile_text[] =
    "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
    "<ServerName>sip:as.ims.example</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>\n";

static const char second_text[] =
    "<Extension><SharedIFCSetID>7</SharedIFCSetID></Extension>\n";
static const char shared_text[] =
    "<InitialFilterCriteria><Priority>70</Priority><ApplicationServer>"
    "<ServerName>sip:shared.ims.example</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>\n";

static const uint32_t capabilities[] = { 1, 3 };
static const struct cx_scscf scscfs[] = {
	{ SCSCF, capabilities, 2 },
};
static const struct cx_charging chargings[] = {
	{ "default", NULL, NULL, "aaa://ccf.ims.example:3868", NULL },
};
static const struct cx_conf conf = {
	.id = { "hss.ims.example", REALM },
	.scscfs = scscfs,
	.nscscfs = 1,
	.chargings = chargings,
	.nchargings = 1,
};

static struct {
	char dir[64];
	struct cx_profiles *profiles;
	struct store *store;
	struct cx *cx;
	uint8_t request[DIA_MESSAGE_MAX], answer[DIA_MESSAGE_MAX];
	struct dia_writer w;
	size_t len;
	struct dia_msg msg;
	char text[DIA_MESSAGE_MAX];
} fx;

static bool
opc(void *arg, uint8_t out[16], const uint8_t k[16], const uint8_t op[16])
{
	(void)arg;
	return milenage_opc(out, k, op);
}

static bool
ha1(void *arg, uint8_t out[16], const char *impi, const char *password)
{
	(void)arg;
	return digest_ha1(out, impi, REALM, password, strlen(password));
}

static int
profile(void *arg, const char *name)
{
	(void)arg;
	return cx_profiles_find(fx.profiles, name);
}

static int
charging(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "default") == 0 ? 1 : -1;
}

static void
told_fault(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	ck_abort_msg("%s:%u: %s", file, line, what);
}

static void
write_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", fx.dir, name);

	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void
make_dir(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", fx.dir, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void
remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", fx.dir, name);
	remove(path);
}

/* The folder with its files. */
static void
write_files(const char *users, const char *profile)
{
	strcpy(fx.dir, "/tmp/hssd-cx-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fx.dir));
	write_file("subscribers", users);
	write_file("default.xml", profile);
	write_file("second.xml", second_text);
	make_dir("shared");
	write_file("shared/7.xml", shared_text);
}

static void
remove_files(void)
{
	remove_file("subscribers");
	remove_file("default.xml");
	remove_file("second.xml");
	remove_file("shared/7.xml");
	remove_file("shared");
	ck_assert_int_eq(rmdir(fx.dir), 0);
}

static size_t
load_users(store_fault_fn *fault)
{
	char path[128];
	const char *files[] = { path };

	snprintf(path, sizeof path, "%s/subscribers", fx.dir);
	return store_load(fx.store, files, 1, fault, NULL);
}

void
fx_open(void)
{
	const struct store_hooks hooks = { opc, ha1, profile, charging, NULL };
	size_t nfaults;

	write_files(subscribers, profile_text);
	fx.profiles = cx_profiles_load(fx.dir, &nfaults, told_fault, NULL);
	ck_assert_ptr_nonnull(fx.profiles);
	fx.store = store_new(&hooks);
	ck_assert_ptr_nonnull(fx.store);
	ck_assert_uint_eq(load_users(told_fault), 0);
	fx.cx = cx_new(&conf, fx.store, fx.profiles);
	ck_assert_ptr_nonnull(fx.cx);
	remove_files();
}

static void
count_fault(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	(void)file;
	(void)line;
	(void)what;
}

static fx_step_fn *before_step;

void
fx_by_steps(fx_step_fn *fn)
{
	before_step = fn;
}

/* In steps of one subscription; the new profiles are there already. */
static bool
load_by_steps(const struct cx_conf *fresh)
{
	const struct store_hooks hooks = { opc, ha1, profile, charging, NULL };
	char path[128];
	const char *files[] = { path };
	enum store_reload got;
	bool swapped = false;

	snprintf(path, sizeof path, "%s/subscribers", fx.dir);
	ck_assert(
	    store_reload_begin(fx.store, &hooks, files, 1, count_fault, NULL));
	for (unsigned step = 0;; step++) {
		before_step(step, swapped);
		while ((got = store_reload_step(fx.store, 1)) ==
		       STORE_RELOAD_WAITS)
			usleep(100);
		if (got == STORE_RELOAD_DONE || got == STORE_RELOAD_FAILED)
			return got == STORE_RELOAD_DONE;
		if (got != STORE_RELOAD_SWAPPED)
			continue;
		swapped = true;
		cx_reconfigure(fx.cx, fresh, fx.profiles);
	}
}

static bool
load_at_once(const struct cx_conf *fresh)
{
	if (load_users(count_fault) > 0)
		return false;
	cx_reconfigure(fx.cx, fresh, fx.profiles);
	return true;
}

bool
fx_reload(
    const char *users, const char *profile_xml, const struct cx_conf *fresh)
{
	struct cx_profiles *old = fx.profiles;
	size_t nfaults;

	write_files(users, profile_xml != NULL ? profile_xml : profile_text);
	fx.profiles = cx_profiles_load(fx.dir, &nfaults, told_fault, NULL);
	ck_assert_ptr_nonnull(fx.profiles);
	fresh = fresh != NULL ? fresh : &conf;

	struct cx_changes *ch = cx_changes_begin(fx.cx, fresh, fx.profiles);
	bool good =
	    before_step != NULL ? load_by_steps(fresh) : load_at_once(fresh);

	remove_files();
	cx_changes_end(ch, good);
	cx_profiles_free(good ? old : fx.profiles);
	fx.profiles = good ? fx.profiles : old;
	return good;
}

bool
fx_edit(const char *from, const char *to)
{
	char users[2 * sizeof subscribers];
	const char *at = strstr(subscribers, from);

	ck_assert_ptr_nonnull(at);
	snprintf(users, sizeof users, "%.*s%s%s", (int)(at - subscribers),
	    subscribers, to, at + strlen(from));
	return fx_reload(users, NULL, NULL);
}

const char *
fx_subscribers(void)
{
	return subscribers;
}

const struct cx_conf *
fx_conf(void)
{
	return &conf;
}

void
fx_close(void)
{
	cx_free(fx.cx);
	store_close(fx.store);
	cx_profiles_free(fx.profiles);
}

struct store *
fx_store(void)
{
	return fx.store;
}

struct cx *
fx_cx(void)
{
	return fx.cx;
}

struct dia_writer *
fx_begin(uint32_t code, const char *host)
{
	const struct dia_header hdr = { .flags = DIA_R | DIA_P,
		.code = code,
		.app = CX_APP,
		.hbh = 0x11223344,
		.e2e = 0x55667788 };

	dia_begin(&fx.w, fx.request, sizeof fx.request, &hdr);
	dia_put_str(&fx.w, BASE(SESSION_ID), "client.ims.example;1;2");
	dia_open(&fx.w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&fx.w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&fx.w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(&fx.w);
	dia_put_u32(&fx.w, BASE(AUTH_SESSION_STATE), 1);
	dia_put_str(&fx.w, BASE(ORIGIN_HOST), host);
	dia_put_str(&fx.w, BASE(ORIGIN_REALM), REALM);
	dia_put_str(&fx.w, BASE(DESTINATION_REALM), REALM);
	return &fx.w;
}

struct dia_slice
fx_request(void)
{
	size_t len = dia_end(&fx.w);

	ck_assert_uint_gt(len, 0);
	return (struct dia_slice){ fx.request, len };
}

void
fx_send_octets(const uint8_t *octets, size_t len)
{
	struct dia_fault fault;
	struct dia_msg req;
	struct dia_writer w;

	ck_assert(dia_parse(&req, octets, len, &fault));
	dia_answer_begin(&w, fx.answer, sizeof fx.answer, &req, 0);
	cx_request(fx.cx, &req, &w);
	fx.len = dia_answer_end(&w, &req);
	ck_assert_uint_gt(fx.len, 0);
	ck_assert(dia_parse(&fx.msg, fx.answer, fx.len, &fault));
}

void
fx_send(void)
{
	struct dia_slice rq = fx_request();

	fx_send_octets(rq.p, rq.len);
}

static void
put_opt(const struct dia_def *def, const char *text)
{
	if (text != NULL)
		dia_put_str(&fx.w, def, text);
}

void
uar(const char *impi, const char *impu, int type)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), impi);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	if (type != NONE)
		dia_put_u32(w, CX(USER_AUTHORIZATION_TYPE), (uint32_t)type);
	fx_send();
}

static void
begin_mar(const char *impi, const char *impu, const char *scheme,
    const char *server, const char *host)
{
	struct dia_writer *w = fx_begin(CX_MAR, host);

	dia_put_str(w, BASE(USER_NAME), impi);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), scheme);
	dia_close(w);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 1);
	dia_put_str(w, CX(SERVER_NAME), server);
}

void
mar(const char *impi, const char *impu, const char *scheme)
{
	begin_mar(impi, impu, scheme, SCSCF, SCSCF_HOST);
	fx_send();
}

void
mar_at(const char *impi, const char *impu, const char *server, const char *host)
{
	begin_mar(impi, impu, "unknown", server, host);
	fx_send();
}

void
sar_at(const char *impi, const char *impu, uint32_t type, const char *server,
    const char *host)
{
	struct dia_writer *w = fx_begin(CX_SAR, host);

	put_opt(BASE(USER_NAME), impi);
	put_opt(CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(SERVER_NAME), server);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), type);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	fx_send();
}

void
sar(const char *impi, const char *impu, uint32_t type)
{
	sar_at(impi, impu, type, SCSCF, SCSCF_HOST);
}

void
lir(const char *impu)
{
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");

	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	fx_send();
}

void
registration(const char *impi, const char *impu)
{
	mar(impi, impu, "unknown");
	expect_result(DIA_SUCCESS);
	sar(impi, impu, SAT_REGISTRATION);
	expect_result(DIA_SUCCESS);
}

const struct dia_msg *
fx_answer(void)
{
	return &fx.msg;
}

void
fx_look(const uint8_t *octets, size_t len)
{
	struct dia_fault fault;

	memcpy(fx.answer, octets, len);
	ck_assert(dia_parse(&fx.msg, fx.answer, len, &fault));
}

struct dia_slice
nth(const struct dia_def *def, unsigned n)
{
	struct dia_reader r;
	struct dia_avp avp;

	dia_read(&r, fx.msg.avps);
	while (dia_next(&r, &avp)) {
		if (avp.code == def->code && avp.vendor == def->vendor &&
		    n-- == 0)
			return avp.data;
	}
	return (struct dia_slice){ 0 };
}

struct dia_slice
value(const struct dia_def *def)
{
	struct dia_avp avp;

	if (!dia_find(fx.msg.avps, def->code, def->vendor, &avp))
		return (struct dia_slice){ 0 };
	return avp.data;
}

struct dia_slice
value_in(const struct dia_def *group, const struct dia_def *def)
{
	struct dia_slice inside = value(group);
	struct dia_avp avp;

	if (!dia_find(inside, def->code, def->vendor, &avp))
		return (struct dia_slice){ 0 };
	return avp.data;
}

unsigned
count(const struct dia_def *def)
{
	struct dia_reader r;
	struct dia_avp avp;
	unsigned n = 0;

	dia_read(&r, fx.msg.avps);
	while (dia_next(&r, &avp))
		n += avp.code == def->code && avp.vendor == def->vendor;
	ck_assert_uint_eq(r.fault.result, 0);
	return n;
}

static uint32_t
number(struct dia_slice s)
{
	ck_assert_uint_eq(s.len, 4);
	return (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 |
	       (uint32_t)s.p[2] << 8 | s.p[3];
}

void
expect_result(uint32_t result)
{
	ck_assert_uint_eq(count(BASE(RESULT_CODE)), 1);
	ck_assert_uint_eq(count(BASE(EXPERIMENTAL_RESULT)), 0);
	ck_assert_uint_eq(number(value(BASE(RESULT_CODE))), result);
}

void
expect_experimental(uint32_t result)
{
	ck_assert_uint_eq(count(BASE(RESULT_CODE)), 0);
	ck_assert_uint_eq(count(BASE(EXPERIMENTAL_RESULT)), 1);
	ck_assert_uint_eq(
	    number(value_in(BASE(EXPERIMENTAL_RESULT), BASE(VENDOR_ID))),
	    CX_VENDOR);
	ck_assert_uint_eq(number(value_in(BASE(EXPERIMENTAL_RESULT),
			      BASE(EXPERIMENTAL_RESULT_CODE))),
	    result);
}

void
expect_text(const struct dia_def *def, const char *text)
{
	struct dia_slice s = value(def);

	ck_assert_ptr_nonnull(s.p);
	ck_assert_msg(dia_slice_eq(s, text), "%s is %.*s, not %s", def->name,
	    (int)s.len, (const char *)s.p, text);
}

void
expect_none(const struct dia_def *def)
{
	ck_assert_msg(count(def) == 0, "%s is there", def->name);
}

void
expect_failed(const struct dia_def *def)
{
	ck_assert_uint_eq(count(BASE(FAILED_AVP)), 1);
	ck_assert_ptr_nonnull(value_in(BASE(FAILED_AVP), def).p);
}

const char *
xml(void)
{
	struct dia_slice s = value(CX(USER_DATA));

	ck_assert_ptr_nonnull(s.p);
	memcpy(fx.text, s.p, s.len);
	fx.text[s.len] = '\0';
	return fx.text;
}
