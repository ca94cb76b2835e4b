#include "tests/fuzz/peer_ends.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cx/cx.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/faults.h"
#include "tests/fuzz/fuzz.h"

struct end ends[CONNECTIONS];
char ends_uri[64];
enum {
	SOCK_STREAM_FLAGS = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	SOCK_PACKET_FLAGS = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
};

static int listener = -1, sctp_listener = -1;

/* Without this every connection would leave a port in TIME-WAIT. */
void
end_close(struct end *end)
{
	const struct linger none = { .l_onoff = 1 };

	if (end->fd < 0)
		return;
	setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(end->fd);
	end->fd = -1;
	end->len = 0;
	end->nasked = 0;
	end->deaf = false;
}

static int
new_socket(struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM_FLAGS, 0);

	FUZZ_CHECK(fd >= 0);
	*sin = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	return fd;
}

/* On a port, or a name, that the system chooses. */
static void
listen_sctp(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof sun;

	sctp_listener = socket(AF_UNIX, SOCK_PACKET_FLAGS, 0);
	FUZZ_CHECK(sctp_listener >= 0);
	FUZZ_CHECK(bind(sctp_listener, (const struct sockaddr *)&sun,
		       sizeof sun.sun_family) == 0);
	FUZZ_CHECK(listen(sctp_listener, 16) == 0);
	FUZZ_CHECK(
	    getsockname(sctp_listener, (struct sockaddr *)&sun, &len) == 0);
	sctp_target = sun;
}

void
ends_open(void)
{
	for (unsigned i = 0; i < CONNECTIONS; i++)
		ends[i].fd = -1;

	struct sockaddr_in sin;
	socklen_t len = sizeof sin;

	listener = new_socket(&sin);
	FUZZ_CHECK(
	    bind(listener, (const struct sockaddr *)&sin, sizeof sin) == 0);
	FUZZ_CHECK(listen(listener, 16) == 0);
	FUZZ_CHECK(getsockname(listener, (struct sockaddr *)&sin, &len) == 0);
	snprintf(ends_uri, sizeof ends_uri, "tcp://127.0.0.1:%u",
	    ntohs(sin.sin_port));
	listen_sctp();
}

/* To the node's listener of that number, at the address it has. */
static int
connect_to(const struct dia_node *node, unsigned n, int family, int type)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;

	if (n >= node->nlisteners ||
	    getsockname(node->listeners[n].fd, (struct sockaddr *)&ss, &len) !=
		0 ||
	    ss.ss_family != family)
		return -1;

	int fd = socket(family, type, 0);

	FUZZ_CHECK(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&ss, len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

static int
open_socket(struct dia_node *node, unsigned n)
{
	switch (n) {
	case OPENED_BY_NODE:
		return accept4(
		    listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	case SCTP_BY_NODE:
		return accept4(
		    sctp_listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	case TCP6:
		return connect_to(
		    node, LISTENER_TCP6, AF_INET6, SOCK_STREAM_FLAGS);
	case SCTP:
	case SCTP + 1:
		return connect_to(
		    node, LISTENER_SCTP, AF_UNIX, SOCK_PACKET_FLAGS);
	default:
		return connect_to(
		    node, LISTENER_TCP, AF_INET, SOCK_STREAM_FLAGS);
	}
}

bool
end_open(struct dia_node *node, unsigned n)
{
	struct end *end = &ends[n];

	if (end->fd < 0) {
		end->len = 0;
		end->fd = open_socket(node, n);
	}
	return end->fd >= 0;
}

static bool
is_packets(const struct end *end)
{
	size_t n = (size_t)(end - ends);

	return n >= SCTP && n <= SCTP_BY_NODE;
}

void
end_send(struct end *end, const uint8_t *octets, size_t len, uint8_t mark)
{
	uint8_t packet[1 + DIA_MESSAGE_MAX / 4];

	if (end->fd < 0 || len == 0)
		return;
	if (is_packets(end)) {
		if (len > sizeof packet - 1)
			len = sizeof packet - 1;
		packet[0] = mark;
		memcpy(packet + 1, octets, len);
		octets = packet;
		len++;
	}
	if (send(end->fd, octets, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		end_close(end);
}

/* What the node says is whole messages, each of AVPs. */
static void
check_message(struct end *end, const uint8_t *octets, size_t len)
{
	struct dia_fault fault;
	struct dia_reader r;
	struct dia_avp avp;
	struct dia_msg msg;
	unsigned hosts = 0;

	FUZZ_CHECK(dia_parse(&msg, octets, len, &fault));
	dia_read(&r, msg.avps);
	while (dia_next(&r, &avp))
		hosts += avp.code == BASE(ORIGIN_HOST)->code &&
			 avp.vendor == 0 && dia_slice_eq(avp.data, FX_HOST);
	FUZZ_CHECK(r.fault.result == 0);
	FUZZ_CHECK(hosts == 1);
	if ((msg.hdr.flags & DIA_R) != 0 && end->nasked < ASKED_MAX)
		end->asked[end->nasked++] = msg.hdr;
}

static void
check_input(struct end *end)
{
	size_t used = 0, len;
	enum dia_frame frame;

	while ((frame = dia_frame(end->in + used, end->len - used,
		    DIA_MESSAGE_MAX, &len)) == DIA_FRAME_OK) {
		check_message(end, end->in + used, len);
		used += len;
	}
	FUZZ_CHECK(frame == DIA_FRAME_SHORT);
	end->len -= used;
	memmove(end->in, end->in + used, end->len);
}

/* Reads what is there; our end closes when the node's did. */
void
end_receive(struct end *end)
{
	while (end->fd >= 0 && !end->deaf) {
		ssize_t n = recv(
		    end->fd, end->in + end->len, sizeof end->in - end->len, 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			end_close(end);
			return;
		}
		end->len += (size_t)n;
		check_input(end);
	}
}

static struct dia_header
take_asked(struct end *end, bool first)
{
	struct dia_header hdr = end->asked[first ? 0 : end->nasked - 1];

	end->nasked--;
	if (first)
		memmove(end->asked, end->asked + 1,
		    end->nasked * sizeof end->asked[0]);
	return hdr;
}

void
end_answer(struct end *end, enum answer answer, bool first)
{
	static const char *const names[CONNECTIONS] = {
		[OPENED_BY_NODE] = "configured.ims.example",
		[SCTP_BY_NODE] = "paths.ims.example",
	};
	const char *name = names[end - ends];
	uint8_t buf[DIA_BASE_CAP];
	struct dia_writer w;

	if (end->fd < 0 || end->nasked == 0)
		return;

	struct dia_header hdr = take_asked(end, first);

	hdr.flags &= DIA_P;
	hdr.e2e ^= answer == OTHER_E2E;
	hdr.code ^= answer == OTHER_COMMAND;
	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE),
	    answer == REFUSAL ? DIA_UNABLE_TO_COMPLY : DIA_SUCCESS);
	dia_put_str(
	    &w, BASE(ORIGIN_HOST), name != NULL ? name : "scscf.ims.example");
	dia_put_str(&w, BASE(ORIGIN_REALM), FX_REALM);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "peer");
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	end_send(end, buf, dia_end(&w), 0);
}

void
ends_close(void)
{
	static const unsigned by_node[] = { OPENED_BY_NODE, SCTP_BY_NODE };

	for (unsigned i = 0; i < CONNECTIONS; i++)
		end_close(&ends[i]);
	for (unsigned i = 0; i < sizeof by_node / sizeof by_node[0]; i++) {
		while (end_open(NULL, by_node[i]))
			end_close(&ends[by_node[i]]);
	}
}
