/*
 * The parts of diadump: where messages and faults go, and the readers of hex
 * text and captures.
 */
#ifndef TOOLS_DIADUMP_DUMP_H
#define TOOLS_DIADUMP_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The output, and where in the input it comes from. */
struct dump {
	FILE *out, *err;
	const char *file;
	unsigned line;    /* of hex text, where the octets begin; or 0 */
	const char *flow; /* "addr:port > addr:port", or NULL */
	unsigned flags;   /* of dia_print() */
	bool brief;       /* one line a message */
	unsigned long messages, faults;
	char *text; /* buffer that grows */
	size_t cap;
};

/* Prints all messages of a file, whatever its format. */
void dump_any(struct dump *, const uint8_t *, size_t len);
/* Frees what a dump has gathered, not itself. */
void dump_free(struct dump *);

/*
 * Prints the messages that follow one another in len octets, the first of
 * which stands at offset in the file.  *used: octets of whole messages.  False
 * after telling the fault when the rest cannot be framed.
 */
bool dump_stream(
    struct dump *, const uint8_t *, size_t len, size_t offset, size_t *used);
/* The same where no more octets follow: a rest is a fault. */
void dump_octets(struct dump *, const uint8_t *, size_t len, size_t offset);
/* Tells a fault on err, with file and offset. */
void dump_fault(struct dump *, size_t offset, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Could a message begin with these octets? */
bool looks_like_message(const uint8_t *, size_t len);

/* --- Hex text (hex.c) --- */

bool hex_is(const uint8_t *, size_t len);
void hex_dump(struct dump *, const uint8_t *, size_t len);

/* --- Captures (pcap.c, packet.c, flow.c) --- */

bool pcap_is(const uint8_t *, size_t len);
void pcap_dump(struct dump *, const uint8_t *, size_t len);

enum { LINKTYPE_RAW = 101 };

struct flows;
struct flows *flows_new(struct dump *);
/* Tells what is left unfinished; NULL is fine. */
void flows_free(struct flows *);

/* One captured packet, whose first octet stands at offset in the file. */
void packet_dump(struct flows *, struct dump *, uint32_t linktype,
    const uint8_t *, size_t len, size_t offset);

/* Both ends of a packet; addresses of 4 octets are followed by zeroes. */
struct flow_key {
	uint8_t family; /* 4 or 6 */
	uint8_t protocol;
	uint8_t src[16], dst[16];
	uint16_t sport, dport;
};

/* Octets of a packet's payload; lost more were not captured. */
struct payload {
	const uint8_t *p;
	size_t len, lost, offset;
};

void flow_tcp(struct flows *, const struct flow_key *, uint32_t seq, bool syn,
    const struct payload *);
/* One DATA chunk; begin and end: its B and E bits. */
void flow_sctp(struct flows *, const struct flow_key *, uint32_t tsn,
    bool begin, bool end, const struct payload *);

#endif
