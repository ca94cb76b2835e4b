/*
 * Printing, with the codec alone: an input is one message.  The text has the
 * length that was told, and cut short it begins the same.
 */
#include "diameter/codec.h"

#include <string.h>

#include "tests/fuzz/codec_dict.h"
#include "tests/fuzz/fuzz.h"

/* Big enough for most inputs, small enough for some to be cut. */
enum { TEXT_CAP = 16384, CUT_CAP = 256 };

typedef size_t print_fn(char *, size_t, const struct dia_msg *, unsigned flags);

static size_t
whole(char *out, size_t cap, const struct dia_msg *msg, unsigned flags)
{
	return dia_print(out, cap, &codec_dict, msg, flags);
}

static size_t
line(char *out, size_t cap, const struct dia_msg *msg, unsigned flags)
{
	(void)flags;
	return dia_print_line(out, cap, &codec_dict, msg);
}

static void
check_text(const char *text, size_t cap, size_t len)
{
	if (cap > 0)
		FUZZ_CHECK(strlen(text) == (len < cap ? len : cap - 1));
}

static void
check_print(print_fn *print, const struct dia_msg *msg, unsigned flags)
{
	static char text[TEXT_CAP], cut[CUT_CAP];
	size_t len = print(text, sizeof text, msg, flags);
	size_t cap = msg->hdr.hbh % sizeof cut;

	check_text(text, sizeof text, len);
	FUZZ_CHECK(print(cut, cap, msg, flags) == len);
	check_text(cut, cap, len);
	if (cap > 0)
		FUZZ_CHECK(strncmp(cut, text, strlen(cut)) == 0);
}

size_t
fuzz_prefix(const uint8_t *input, size_t len)
{
	(void)input;
	(void)len;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct dia_fault fault;
	struct dia_msg msg;

	dia_parse(&msg, input, len, &fault);
	check_print(whole, &msg, msg.hdr.e2e & DIA_PRINT_SECRETS);
	check_print(line, &msg, 0);
	return 0;
}
