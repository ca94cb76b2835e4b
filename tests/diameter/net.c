#include "tests/diameter/net.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

const struct dia_node_conf net_conf = {
	.id = { "hss.ims.lab", "ims.lab" },
	.product = "test",
	.vendor = 0,
	.state_id = 77,
	.watchdog_s = 30,
	.max_message = DIA_MESSAGE_MAX,
};

static const struct dia_def defs[] = {
	{ 494, 50, DIA_OCTETS, DIA_V, "Call-Id", NULL },
	{ 600, NET_VENDOR, DIA_OCTETS, DIA_V | DIA_M, "Visited", NULL },
	{ 500, 13019, DIA_OCTETS, DIA_V, "Line-Identifier", NULL },
};
static const struct dia_command commands[] = {
	{ NET_ECHO, NET_APP, DIA_P, "UAR", "UAA" },
};
static const struct dia_dict dict = {
	.defs = defs,
	.ndefs = 3,
	.commands = commands,
	.ncommands = 1,
	.parent = &dia_base_dict,
};

/* Gives User-Name back, or one of the length asked for. */
static uint64_t
echo(void *arg, const struct dia_msg *req, struct dia_writer *ans)
{
	static const uint8_t zeroes[2 * DIA_MESSAGE_MAX];
	struct net *net = arg;
	struct dia_avp name;

	net->requests++;
	dia_put_u32(ans, BASE(RESULT_CODE), DIA_SUCCESS);
	if (net->answer_len > 0)
		dia_put(ans, BASE(USER_NAME), zeroes, net->answer_len);
	else if (dia_find(req->avps, 1, 0, &name))
		dia_put_copy(ans, name.octets);
	return net->count ? ++net->position : net->position;
}

void
net_open(struct net *net, const struct dia_node_conf *conf)
{
	struct dia_app app = { NET_APP, NET_VENDOR, &dict, echo, net, true };

	*net = (struct net){ .base = event_base_new() };
	ck_assert_ptr_nonnull(net->base);
	net->node = dia_node_new(net->base, conf);
	ck_assert_ptr_nonnull(net->node);
	ck_assert(dia_node_add_app(net->node, &app));
	ck_assert(dia_node_listen(net->node, "tcp://127.0.0.1:0"));
}

void
net_close(struct net *net)
{
	dia_node_free(net->node);
	event_base_free(net->base);
}

static unsigned
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned)(ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

void
net_run(struct net *net, unsigned ms)
{
	unsigned end = now_ms() + ms;

	do {
		struct timeval tick = { .tv_usec = 1000 };

		event_base_loopexit(net->base, &tick);
		event_base_loop(net->base, 0);
	} while ((int)(end - now_ms()) > 0);
}

bool
net_until(struct net *net, const unsigned *what, unsigned value)
{
	for (unsigned end = now_ms() + NET_MS; (int)(end - now_ms()) > 0;) {
		if (*what >= value)
			return true;
		net_run(net, 1);
	}
	return false;
}

int
net_connect(struct net *net)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)dia_accept_port(net->node, 0)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sin, sizeof sin), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

void
net_send(struct net *net, int fd, const uint8_t *octets, size_t len)
{
	for (unsigned end = now_ms() + NET_MS; len > 0;) {
		ssize_t n = send(fd, octets, len, MSG_NOSIGNAL);

		ck_assert(n > 0 || errno == EAGAIN);
		ck_assert_int_gt((int)(end - now_ms()), 0);
		if (n > 0) {
			octets += n;
			len -= (size_t)n;
		}
		net_run(net, 0);
	}
}

/* Reads up to want octets; fewer when the node closed or time was up. */
static size_t
read_upto(struct net *net, int fd, uint8_t *buf, size_t want)
{
	size_t have = 0;

	for (unsigned end = now_ms() + NET_MS;
	     have < want && (int)(end - now_ms()) > 0;) {
		ssize_t n = recv(fd, buf + have, want - have, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		if (n > 0)
			have += (size_t)n;
		else
			net_run(net, 1);
	}
	return have;
}

bool
net_recv(struct net *net, int fd, struct reply *reply)
{
	struct dia_fault fault;
	size_t len;

	if (read_upto(net, fd, reply->octets, DIA_HEADER_LEN) != DIA_HEADER_LEN)
		return false;
	ck_assert_int_ne(dia_frame(reply->octets, DIA_HEADER_LEN,
			     sizeof reply->octets, &len),
	    DIA_FRAME_BAD);
	if (read_upto(net, fd, reply->octets + DIA_HEADER_LEN,
		len - DIA_HEADER_LEN) != len - DIA_HEADER_LEN)
		return false;
	reply->len = len;
	ck_assert(dia_parse(&reply->msg, reply->octets, len, &fault));
	return true;
}

bool
net_closed(struct net *net, int fd)
{
	for (unsigned end = now_ms() + NET_MS; (int)(end - now_ms()) > 0;) {
		uint8_t octet;
		ssize_t n = recv(fd, &octet, 1, 0);

		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return true;
		if (n > 0)
			return false;
		net_run(net, 1);
	}
	return false;
}

bool
net_silent(struct net *net, int fd, unsigned ms)
{
	uint8_t octet;

	net_run(net, ms);
	return recv(fd, &octet, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

uint32_t
net_result(const struct reply *reply)
{
	struct dia_avp avp;
	uint32_t value;

	if (!dia_find(reply->msg.avps, 268, 0, &avp) ||
	    !dia_get_u32(&avp, &value))
		return 0;
	return value;
}

static void
put_origin(struct dia_writer *w, const char *host)
{
	dia_put_str(w, BASE(ORIGIN_HOST), host);
	dia_put_str(w, BASE(ORIGIN_REALM), "ims.lab");
}

/* As Kamailio sends it one time in six: without Host-IP-Address. */
size_t
net_cer(uint8_t *buf, const char *host)
{
	struct dia_header hdr = {
		.flags = DIA_R, .code = DIA_CER, .hbh = 1, .e2e = 2
	};
	struct dia_writer w;

	dia_begin(&w, buf, DIA_MESSAGE_MAX, &hdr);
	put_origin(&w, host);
	dia_put_u32(&w, BASE(VENDOR_ID), NET_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "client");
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), NET_VENDOR);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), NET_APP);
	dia_close(&w);
	dia_put_u32(&w, BASE(SUPPORTED_VENDOR_ID), NET_VENDOR);
	return dia_end(&w);
}

int
net_peer(struct net *net)
{
	int fd = net_connect(net);
	uint8_t buf[1024];
	struct reply *reply = malloc(sizeof *reply);

	ck_assert_ptr_nonnull(reply);
	net_send(net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(net, fd, reply));
	ck_assert_uint_eq(reply->msg.hdr.code, DIA_CER);
	ck_assert_uint_eq(net_result(reply), DIA_SUCCESS);
	free(reply);
	return fd;
}

size_t
net_base(uint8_t *buf, uint32_t code, uint8_t flags, uint32_t hbh)
{
	struct dia_header hdr = {
		.flags = flags, .code = code, .hbh = hbh, .e2e = hbh
	};
	struct dia_writer w;

	dia_begin(&w, buf, DIA_MESSAGE_MAX, &hdr);
	if ((flags & DIA_R) == 0)
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	put_origin(&w, "scscf.ims.lab");
	if (code == DIA_DPR && (flags & DIA_R) != 0)
		dia_put_u32(&w, BASE(DISCONNECT_CAUSE), DIA_REBOOTING);
	return dia_end(&w);
}

size_t
net_request(uint8_t *buf, const struct net_request *r)
{
	static const uint8_t name[DIA_MESSAGE_MAX];
	struct dia_header hdr = { .flags = r->flags,
		.code = r->code,
		.app = r->app,
		.hbh = r->hbh,
		.e2e = ~r->hbh };
	struct dia_writer w;

	dia_begin(&w, buf, DIA_MESSAGE_MAX, &hdr);
	dia_put_str(&w, BASE(SESSION_ID), "scscf;1;2");
	put_origin(&w, "scscf.ims.lab");
	if (r->dest_host != NULL)
		dia_put_str(&w, BASE(DESTINATION_HOST), r->dest_host);
	if (r->dest_realm != NULL)
		dia_put_str(&w, BASE(DESTINATION_REALM), r->dest_realm);
	dia_put(&w, BASE(USER_NAME), name, r->name_len);
	if (r->route != NULL)
		dia_put_str(&w, BASE(ROUTE_RECORD), r->route);
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "proxy.ims.lab");
	dia_put_str(&w, BASE(PROXY_STATE), "state");
	dia_close(&w);
	return dia_end(&w);
}

size_t
net_echo(uint8_t *buf, uint32_t hbh)
{
	return net_request(buf, &(struct net_request){
				    .app = NET_APP,
				    .code = NET_ECHO,
				    .hbh = hbh,
				    .flags = DIA_R | DIA_P,
				    .dest_realm = "IMS.lab",
				    .name_len = 13,
				});
}
