#include "tests/fuzz/peer_ends.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cx/cx.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/fuzz.h"

struct end ends[CONNECTIONS];
char ends_uri[64];
static int listener = -1;

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
	end->asked.flags = 0;
}

static int
new_socket(struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	FUZZ_CHECK(fd >= 0);
	*sin = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	return fd;
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
}

/* False: there is no such connection, and none to be had. */
bool
end_open(struct dia_node *node, unsigned n)
{
	struct end *end = &ends[n];
	struct sockaddr_in sin;

	if (end->fd >= 0)
		return true;
	end->len = 0;
	if (n == OPENED_BY_NODE) {
		end->fd =
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		return end->fd >= 0;
	}
	if (node->nlisteners == 0)
		return false;
	end->fd = new_socket(&sin);
	sin.sin_port = htons((uint16_t)dia_accept_port(node, 0));
	if (connect(end->fd, (const struct sockaddr *)&sin, sizeof sin) == 0 ||
	    errno == EINPROGRESS)
		return true;
	end_close(end);
	return false;
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
	if ((msg.hdr.flags & DIA_R) != 0)
		end->asked = msg.hdr;
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
	while (end->fd >= 0) {
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

/* Success, for whatever the node asked last: it draws the identifiers. */
void
end_answer(struct end *end)
{
	struct dia_header hdr = end->asked;
	uint8_t buf[DIA_BASE_CAP];
	struct dia_writer w;

	if (end->fd < 0 || (hdr.flags & DIA_R) == 0)
		return;
	hdr.flags = 0;
	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_str(&w, BASE(ORIGIN_HOST), "configured.ims.example");
	dia_put_str(&w, BASE(ORIGIN_REALM), FX_REALM);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "peer");
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	send(end->fd, buf, dia_end(&w), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
ends_close(void)
{
	struct end *last = &ends[OPENED_BY_NODE];

	for (unsigned i = 0; i < CONNECTIONS; i++)
		end_close(&ends[i]);
	while (end_open(NULL, OPENED_BY_NODE))
		end_close(last);
}
