/*
 * An input of diadump, built octet by octet, and what is printed of it.
 */
#ifndef TESTS_TOOLS_DUMPED_H
#define TESTS_TOOLS_DUMPED_H

#include "tests/diameter/octets.h"
#include "tools/diadump/dump.h"

extern struct octets file;   /* the input */
extern struct octets cer;    /* a message */
extern struct octets packet; /* one of a capture */
extern struct octets chunks; /* of an SCTP packet */
extern struct dump d;
extern char *out, *told;

void begin(void);
void end(void);
void setup(void);

/* Dumps octets from memory of exactly their size. */
void dump(const uint8_t *, size_t);
/* The file, or a text, has that many messages and faults. */
void file_has(unsigned long messages, unsigned long faults);
void text_has(const char *, unsigned long messages, unsigned long faults);

void add16(struct octets *, unsigned);
void put32(struct octets *, uint32_t);
void put32_le(struct octets *, uint32_t);

/* Starts the file as a pcap. */
void pcap(uint32_t linktype);
/* Adds the packet to it. */
void record(void);
/* Headers, from 127.0.0.1 to 127.0.0.1. */
void ipv4(struct octets *, unsigned protocol, size_t len);
void tcp(struct octets *, unsigned port, uint32_t seq, unsigned flags);
enum { SYN = 2, ACK = 16 };
/* A TCP segment over IPv4 as a record of its own. */
void segment(
    unsigned port, uint32_t seq, unsigned flags, const void *, size_t len);
/* A DATA chunk, and a packet of the chunks as a record of its own. */
enum { BEGIN = 2, END = 1 };
void chunk(
    struct octets *, uint32_t tsn, unsigned flags, const void *, size_t len);
void sctp(void);
/* Makes the file a pcapng with a packet in each kind of block. */
void pcapng(void (*put)(struct octets *, uint32_t), const char *order,
    const char *linktype);

#endif
