#include "tests/fuzz/cx_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "store/local.h"
#include "tests/fuzz/fuzz.h"

static const char subscribers[] =
    "[alice]\n"
    "impi = alice@ims.example\n"
    "k = 465b5ce8b199b49faa5f0a2ee238a6bc\n"
    "opc = cd63cb71954a9f4e48a5994e37a02baf\n"
    "impu = sip:alice@ims.example display=\"Alice & <Bob>\"\n"
    "impu = tel:+15550001\n"
    "impu = sip:alice.2@ims.example set=2\n"
    "impu = sip:alice.barred@ims.example barred set=3\n"
    "profile = default\n"
    "charging = default\n"
    "[bob]\n"
    "impi = bob@ims.example\n"
    "scheme = digest\n"
    "password = s3cret\n"
    "impi = bob.pad@ims.example\n"
    "scheme = digest\n"
    "password = other\n"
    "impu = sip:bob@ims.example\n"
    "profile = default\n"
    "unregistered-services = yes\n"
    "[carol]\n"
    "impi = carol@ims.example\n"
    "scheme = nass\n"
    "line-identifier = line-0815\n"
    "impu = sip:carol@ims.example\n"
    "profile = default\n"
    "scscf = sip:fixed.ims.example\n"
    "capabilities = {mandatory 1 optional 3}\n"
    "[dave]\n"
    "impi = dave@ims.example\n"
    "scheme = giba\n"
    "framed-ip = 2001:db8::4\n"
    "impu = sip:dave@ims.example\n"
    "profile = default\n"
    "[eve]\n"
    "impi = eve@ims.example\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = sip:eve@ims.example\n"
    "profile = default\n"
    "barred = yes\n"
    "[frank]\n"
    "impi = frank@ims.example\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = sip:frank@ims.example\n"
    "profile = default\n"
    "visited = home.example other.example\n"
    "capabilities = {mandatory 7 9 optional 8}\n"
    "[service]\n"
    "impi = service@ims.example\n"
    "scheme = aka\n"
    "k = 00112233445566778899aabbccddeeff\n"
    "op = 00112233445566778899aabbccddeeff\n"
    "impu = sip:service@ims.example psi\n"
    "impu = sip:room!.*!@ims.example psi wildcard\n"
    "profile = default\n"
    "unregistered-services = yes\n"
    "[kamailio]\n"
    "impi = 001010000000001@" FX_KAMAILIO "\n"
    "k = fec86ba6eb707ed08905757b1bb44b8f\n"
    "op = dbc59adcb6f9a0ef735477b7fadf8374\n"
    "impu = sip:001010000000001@" FX_KAMAILIO "\n"
    "impu = tel:+15550002\n"
    "profile = default\n";

static const char profile_text[] =
    "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
    "<ServerName>sip:as.ims.example</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>\n";

static const uint32_t capabilities[] = { 0, 1, 3 };
static const struct cx_scscf scscfs[] = {
	{ "sip:scscf.ims.example:6060", capabilities, 3 },
	{ "sip:scscf." FX_KAMAILIO ":6060", capabilities, 2 },
};
static const struct cx_charging chargings[] = {
	{ "default", "aaa://ecf.ims.example:3868", NULL,
	    "aaa://ccf.ims.example:3868", NULL },
};
static const struct cx_conf conf = {
	.id = { FX_HOST, FX_REALM },
	.scscfs = scscfs,
	.nscscfs = 2,
	.chargings = chargings,
	.nchargings = 1,
};

static struct cx_profiles *profiles;
static struct store *store;
static struct cx *cx;

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
	return digest_ha1(out, impi, FX_REALM, password, strlen(password));
}

static int
profile(void *arg, const char *name)
{
	(void)arg;
	return cx_profiles_find(profiles, name);
}

static int
charging(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "default") == 0 ? 1 : -1;
}

static void
told(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
}

static void
load_profiles(void)
{
	char dir[] = "/tmp/fuzz-cx-XXXXXX", path[64];
	size_t nfaults;

	FUZZ_CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/default.xml", dir);

	FILE *f = fopen(path, "w");

	FUZZ_CHECK(f != NULL && fputs(profile_text, f) >= 0);
	FUZZ_CHECK(fclose(f) == 0);
	profiles = cx_profiles_load(dir, &nfaults, told, NULL);
	FUZZ_CHECK(profiles != NULL && nfaults == 0);
	unlink(path);
	rmdir(dir);
}

static void
load_subscribers(void)
{
	const struct store_hooks hooks = { opc, ha1, profile, charging, NULL };
	int fd = memfd_create("subscribers", MFD_CLOEXEC);
	ssize_t len = sizeof subscribers - 1;
	char path[64];
	const char *files[] = { path };

	FUZZ_CHECK(fd >= 0 && write(fd, subscribers, (size_t)len) == len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	store = store_new(&hooks);
	FUZZ_CHECK(store != NULL);
	FUZZ_CHECK(store_load(store, files, 1, told, NULL) == 0);
	close(fd);
}

struct cx *
fx_cx(void)
{
	if (cx == NULL) {
		fuzz_rewind();
		load_profiles();
		load_subscribers();
		cx = cx_new(&conf, store, profiles);
		FUZZ_CHECK(cx != NULL);
	}
	return cx;
}

static bool
forget(void *arg, const struct store_sub *sub)
{
	struct store_reg reg = { .nsets = sub->nsets };

	(void)arg;
	for (unsigned i = 0; i < sub->nimpis; i++) {
		sub->impis[i].seq = 0;
		sub->impis[i].left = SQN_NONE;
	}
	return store_put_reg(store, (struct store_sub *)(uintptr_t)sub, &reg);
}

void
fx_reset(void)
{
	store_each(store, forget, NULL);
	fuzz_rewind();
}

struct octets {
	const uint8_t *p;
	size_t len;
	bool key;
};

static bool
find_keys(void *arg, const struct store_sub *sub)
{
	struct octets *o = arg;

	for (unsigned i = 0; i < sub->nimpis; i++) {
		const struct store_impi *impi = &sub->impis[i];

		if (impi->scheme == STORE_AKA)
			o->key |=
			    memmem(o->p, o->len, impi->u.aka.k, 16) != NULL ||
			    memmem(o->p, o->len, impi->u.aka.opc, 16) != NULL;
	}
	return !o->key;
}

bool
fx_holds_key(const uint8_t *octets, size_t len)
{
	struct octets o = { octets, len, false };

	store_each(store, find_keys, &o);
	return o.key;
}
