/*
 * Traffic of one connection as a pcap file, in frames made up for it.
 */
#ifndef CXCLIENT_CAPTURE_H
#define CXCLIENT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	CAPTURE_SERVER_PORT = 3868, /* whatever the real port is */
	CAPTURE_SEGMENT_MAX = 16384,
	CAPTURE_HEAD_MAX = 14 + 40 + 20, /* Ethernet, IPv6, TCP */
};

struct capture {
	FILE *file; /* NULL: nothing is captured */
	bool six;   /* IPv6 */
	uint8_t addr[2][16];
	uint16_t port[2];
	uint32_t seq[2]; /* of the client, of the server */
	bool failed;
};

/* Makes the file, readable by its owner alone (it holds keys), and writes its
 * header.  False with errno. */
bool capture_open(struct capture *, const char *path);
/* The two ends, and the handshake of TCP.  Once, before any message. */
void capture_connect(struct capture *, const struct sockaddr_storage *client,
    const struct sockaddr_storage *server);
/* A message as TCP segments. */
void capture_message(
    struct capture *, bool sent, const uint8_t *octets, size_t len);
/* False if anything could not be written.  A capture never opened: true. */
bool capture_close(struct capture *);

#endif
