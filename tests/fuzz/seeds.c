/*
 * Writes the seeds of the targets that take messages: messages of real
 * clients (tests/diameter/vectors.h) and requests to the subscribers of
 * cx_fixture.c, alone and as whole flows.
 *
 * usage: seeds FOLDER      writes FOLDER/TARGET/NAME; the folders must exist
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diameter/base.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seed_messages.h"

static const char *folder;

void
save(const char *target, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
	for (char *p = strrchr(path, '/'); *p != '\0'; p++) {
		if (*p == ' ')
			*p = '-';
	}

	FILE *f = fopen(path, "wb");

	FUZZ_CHECK(f != NULL);
	FUZZ_CHECK(fwrite(out, 1, out_len, f) == out_len);
	FUZZ_CHECK(fclose(f) == 0);
	out_len = 0;
}

static void
each_user(void (*seed)(const char *name, const char *impi, const char *impu))
{
	static const char *const users[] = { "alice", "bob", "carol", "dave",
		"eve", "frank", "service", "nobody" };

	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
		char impi[64], impu[sizeof impi + sizeof "sip:"];

		snprintf(impi, sizeof impi, "%s@ims.example", users[i]);
		snprintf(impu, sizeof impu, "sip:%s", impi);
		seed(users[i], impi, impu);
	}
}

static void
seed_flow(const char *name, const char *impi, const char *impu)
{
	char file[64];

	snprintf(file, sizeof file, "flow-%s", name);
	uar(impi, impu, SEED_NONE);
	mar(impi, impu, "unknown", 1, no_slice);
	sar(impi, impu, SAT_REGISTRATION, SCSCF);
	uar(impi, impu, UAT_REGISTRATION_AND_CAPABILITIES);
	lir(impu, SEED_NONE);
	sar(impi, impu, SAT_RE_REGISTRATION, SCSCF);
	mar(impi, impu, "Digest-AKAv1-MD5", 9, no_slice);
	uar(impi, impu, UAT_DE_REGISTRATION);
	sar(impi, impu, SAT_USER_DEREGISTRATION, SCSCF);
	lir(impu, UAT_REGISTRATION_AND_CAPABILITIES);
	save("cx", file);
}

static void
seed_types(const char *name, const char *impi, const char *impu)
{
	char file[64];

	snprintf(file, sizeof file, "types-%s", name);
	for (uint32_t type = 0; type <= SAT_COUNT; type++)
		sar(type % 3 == 0 ? NULL : impi, impu, type, SCSCF);
	mar(impi, impu, "SIP Digest", 1, no_slice);
	sar(impi, impu, SAT_AUTHENTICATION_FAILURE, SCSCF);
	sar(impi, impu, SAT_UNREGISTERED_USER, OTHER);
	save("cx", file);
}

static void
seed_cx(void)
{
	each_user(seed_flow);
	each_user(seed_types);
	for (size_t i = 0; i < NVECTORS; i++)
		put_vector(&vectors[i]);
	save("cx", "vectors");
	mar("alice@ims.example", "tel:+15550001", "unknown", 1, no_slice);
	resync(false);
	resync(true);
	resync(false);
	mar("alice@ims.example", "tel:+15550001", "SIP Digest", 0, no_slice);
	save("cx", "resync");
	full_request(0);
	full_request(DIA_M);
	save("cx", "full");
	sar(NULL, "sip:room7@ims.example", SAT_UNREGISTERED_USER, SCSCF);
	lir("sip:room7@ims.example", SEED_NONE);
	save("cx", "wildcard");
}

static void
seed_codec(void)
{
	for (size_t i = 0; i < NVECTORS; i++) {
		put_vector(&vectors[i]);
		save("codec", vectors[i].name);
	}
	full_request(0);
	save("codec", "full");
	cer("scscf.ims.example");
	save("codec", "cer");
	base(DIA_DPR, DIA_R);
	save("codec", "dpr");
	many_identities();
	save("codec", "many");
	other_kinds();
	save("codec", "kinds");
	for (unsigned depth = 5; depth <= 7; depth++) {
		char name[16];

		snprintf(name, sizeof name, "deep-%u", depth);
		deep_groups(depth);
		save("codec", name);
	}
}

static void
seed_frame(void)
{
	static const char sizes[][8] = { "\0", "\1\3", "\2\1\24", "\3\377\1\77",
		"\4\0\5\0\310" };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char name[16];

		snprintf(name, sizeof name, "splits-%zu", i);
		put(sizes[i], 1 + (size_t)sizes[i][0]);
		cer("scscf.ims.example");
		base(DIA_DWR, DIA_R);
		put_vector(&vectors[2]);
		base(DIA_DWR, 0);
		if (i % 2 == 1)
			put("\1\0\0\23\200\0\1\2garbage", 16);
		save("frame", name);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	seed_codec();
	seed_cx();
	seed_frame();
	seed_peer();
	return 0;
}
