/*
 * Messages to make seeds of: each is appended to what is in out.  The users
 * are those of cx_fixture.c.
 */
#ifndef TESTS_FUZZ_SEED_MESSAGES_H
#define TESTS_FUZZ_SEED_MESSAGES_H

#include "cx/avps.h"
#include "cx/cx.h"
#include "tests/diameter/vectors.h"

enum { SEED_NONE = -1, SEED_CAP = 1 << 16 };

#define SCSCF "sip:scscf.ims.example:6060"
#define OTHER "sip:other.ims.example:6060"

extern uint8_t out[SEED_CAP];
extern size_t out_len;
extern const struct dia_slice no_slice;

/* seeds.c: writes what is in out to TARGET/NAME, and empties it. */
void save(const char *target, const char *name);
/* seed_peer.c */
void seed_peer(void);

void put(const void *octets, size_t len);
void put_vector(const struct vector *v);

/* Requests of Cx.  type: SEED_NONE leaves the AVP out. */
void uar(const char *impi, const char *impu, int type);
void lir(const char *impu, int type);
/* authorization: no_slice leaves it out. */
void mar(const char *impi, const char *impu, const char *scheme, uint32_t n,
    struct dia_slice authorization);
void sar(const char *impi, const char *impu, uint32_t type, const char *server);
/* A MAR with RAND and AUTS, as octets or in hex as some S-CSCFs send them. */
void resync(bool hex);
/* With all that a request may carry besides; features: flags more of that
 * AVP. */
void full_request(uint8_t features);
/* One Public-Identity more than a list holds. */
void many_identities(void);
/* An IPv6 address and a number of 64 bits. */
void other_kinds(void);
/* Groups inside groups, so many. */
void deep_groups(unsigned depth);

/* Messages of the base protocol. */
void cer(const char *host);
void base(uint32_t code, uint8_t flags);
void cea(void);
/* A CER of a relay agent. */
void relay_cer(const char *host);
/* Sets flags and the End-to-End Identifier of the last message. */
void change_last(uint8_t more_flags, uint32_t e2e);
/* A request as an agent sends it on, by way of another if so. */
void forwarded(const char *record);
/* As struct sctp_assoc_change and struct sctp_paddr_change begin. */
void put_note(uint16_t type, uint32_t state);

#endif
