#include "tests/fuzz/peer_asks.h"

#include "cx/avps.h"
#include "cx/cx.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/fuzz.h"

static const char *const hosts[] = { NULL, "scscf.ims.example",
	"icscf.ims.example", "configured.ims.example", "paths.ims.example",
	"nobody.ims.example", "too.long.example", "elsewhere.ims.example" };
enum { NHOSTS = sizeof hosts / sizeof hosts[0], TOO_LONG = 6 };

static unsigned sent, ended, drawn;
static struct dia_node *asked;

static void
fill(void *arg, struct dia_writer *w)
{
	unsigned where = *(const unsigned *)arg;

	dia_put_str(w, BASE(ORIGIN_HOST), FX_HOST);
	dia_put_str(w, BASE(ORIGIN_REALM), FX_REALM);
	if (where % NHOSTS == TOO_LONG)
		dia_put_room(w, BASE(USER_NAME), DIA_MESSAGE_MAX);
}

static void
answered(void *arg, const struct dia_msg *ans, enum dia_outcome outcome)
{
	const unsigned *where = arg;

	FUZZ_CHECK((ans != NULL) == (outcome == DIA_ANSWERED));
	if (ans != NULL)
		FUZZ_CHECK(ans->hdr.app == CX_APP);
	ended++;
	if ((*where & ASK_MORE) != 0)
		ask(asked, *where & ~(unsigned)ASK_MORE);
}

void
asks_begin(void)
{
	sent = ended = drawn = 0;
}

void
ask(struct dia_node *node, unsigned where)
{
	static unsigned wheres[2 * NHOSTS];
	struct dia_out_request out = {
		.app = CX_APP,
		.code = CX_RTR,
		.dest_host = hosts[where % NHOSTS],
		.timeout_ms = 1000 + drawn++ * 7919 % 4096,
		.fill = fill,
		.answer = answered,
		.arg = &wheres[where % (2 * NHOSTS)],
	};

	asked = node;
	wheres[where % (2 * NHOSTS)] = where;
	if (dia_node_send(node, &out) == DIA_SENT)
		sent++;
}

unsigned
asks_open(void)
{
	return sent - ended;
}
