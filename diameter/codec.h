/*
 * The Diameter wire codec (RFC 6733, sections 3, 4 and 7): framing, reading,
 * writing, checking against a grammar, printing.
 *
 * Pure: no input or output, no allocation, no logging, nothing but libc.  A
 * message is read where it lies; slices point into the caller's octets and
 * live as long as those do.  Only reader.c touches octets that came from the
 * wire, only writer.c lays octets out.
 */
#ifndef DIAMETER_CODEC_H
#define DIAMETER_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr_storage;

enum {
	DIA_HEADER_LEN = 20,
	DIA_AVP_LEN = 8,   /* AVP header without Vendor-Id */
	DIA_VAVP_LEN = 12, /* AVP header with Vendor-Id */
	DIA_DEPTH_MAX = 6, /* groups inside groups */
	DIA_LIST_MAX = 32, /* values kept of an AVP that may repeat */
	DIA_MESSAGE_MAX =
	    65536, /* octets; a longer message ends its connection */
};

enum dia_flag { DIA_R = 0x80, DIA_P = 0x40, DIA_E = 0x20, DIA_T = 0x10 };
enum dia_avp_flag {
	DIA_V = 0x80,
	DIA_M = 0x40,
	DIA_SECRET = 0x01, /* in a dictionary only: printed when asked for */
};

/* Result-Code values of RFC 6733, 7.1 */
enum dia_result {
	DIA_SUCCESS = 2001,
	DIA_LIMITED_SUCCESS = 2002,
	DIA_COMMAND_UNSUPPORTED = 3001,
	DIA_UNABLE_TO_DELIVER = 3002,
	DIA_REALM_NOT_SERVED = 3003,
	DIA_TOO_BUSY = 3004,
	DIA_LOOP_DETECTED = 3005,
	DIA_APPLICATION_UNSUPPORTED = 3007,
	DIA_INVALID_HDR_BITS = 3008,
	DIA_INVALID_AVP_BITS = 3009,
	DIA_UNKNOWN_PEER = 3010,
	DIA_ELECTION_LOST = 4003,
	DIA_AVP_UNSUPPORTED = 5001,
	DIA_AUTHORIZATION_REJECTED = 5003,
	DIA_INVALID_AVP_VALUE = 5004,
	DIA_MISSING_AVP = 5005,
	DIA_CONTRADICTING_AVPS = 5007,
	DIA_AVP_NOT_ALLOWED = 5008,
	DIA_AVP_OCCURS_TOO_MANY_TIMES = 5009,
	DIA_NO_COMMON_APPLICATION = 5010,
	DIA_UNSUPPORTED_VERSION = 5011,
	DIA_UNABLE_TO_COMPLY = 5012,
	DIA_INVALID_AVP_LENGTH = 5014,
	DIA_INVALID_MESSAGE_LENGTH = 5015,
	DIA_NO_COMMON_SECURITY = 5017,
};

/* Octets that belong to somebody else; not NUL-terminated.  Absent: p NULL. */
struct dia_slice {
	const uint8_t *p;
	size_t len;
};

/* A number that may be absent. */
struct dia_u32 {
	uint32_t value;
	bool set;
};

/* The values of an AVP that may repeat, in the order of the message. */
struct dia_list {
	unsigned n;
	struct dia_slice v[DIA_LIST_MAX];
};

/*
 * Why a request is refused: the Result-Code to send, the AVP to blame, and a
 * sentence for the log that names the clause.  result 0: no fault.
 */
struct dia_fault {
	uint32_t result;
	uint32_t code, vendor;   /* AVP at fault; 0 if none */
	uint8_t flags;           /* its flags */
	struct dia_slice octets; /* whole AVP as received; p NULL: make one */
	const char *why;         /* static text */
};

struct dia_header {
	uint32_t length; /* octets, header included */
	uint32_t code, app, hbh, e2e;
	uint8_t version, flags;
};

struct dia_msg {
	struct dia_header hdr;
	struct dia_slice avps;
};

struct dia_avp {
	uint32_t code, vendor;
	uint8_t flags;
	struct dia_slice data;   /* value, without padding */
	struct dia_slice octets; /* header and value, without padding */
};

/* --- Dictionary: one static row per AVP and command --- */

enum dia_type {
	DIA_OCTETS,
	DIA_UTF8,
	DIA_IDENTITY, /* DiameterIdentity: FQDN or realm */
	DIA_URI,
	DIA_ADDRESS,
	DIA_TIME,
	DIA_U32,
	DIA_U64,
	DIA_I32,
	DIA_ENUM, /* a value missing in values[] is a fault */
	DIA_GROUPED,
};

struct dia_name {
	uint32_t value;
	const char *name; /* NULL ends a list */
};

struct dia_def {
	uint32_t code, vendor;
	enum dia_type type;
	uint8_t flags; /* V and M as sent, and DIA_SECRET */
	const char *name;
	const struct dia_name *values; /* or NULL */
};

struct dia_command {
	uint32_t code, app;
	uint8_t flags;                /* P or 0: what its grammar demands */
	const char *request, *answer; /* "UAR", "UAA" */
};

struct dia_dict {
	const struct dia_def *defs; /* sorted by (vendor, code) */
	size_t ndefs;
	const struct dia_command *commands;
	size_t ncommands;
	const struct dia_dict *parent; /* base protocol, or NULL */
};

/* Rows of base.def by name: BASE(ORIGIN_HOST) is a struct dia_def pointer. */
enum base_avp {
#define AVP(id, code, vendor, type, flags, name, ...) BASE_##id,
#include "diameter/base.def"
#undef AVP
	BASE_NAVPS
};
extern const struct dia_def dia_base_defs[BASE_NAVPS];
extern const struct dia_dict dia_base_dict;
#define BASE(id) (&dia_base_defs[BASE_##id])

/* The row of an AVP or command, searched up the chain; NULL if unknown. */
const struct dia_def *dia_lookup(
    const struct dia_dict *, uint32_t code, uint32_t vendor);
const struct dia_command *dia_lookup_command(
    const struct dia_dict *, uint32_t code, uint32_t app);
/* The name of a value in a list, or NULL. */
const char *dia_value_name(const struct dia_name *, uint32_t value);

/* --- Reading --- */

/*
 * How many octets does the first message in buf take?  OK: *msglen of them,
 * all there.  SHORT: more are needed; *msglen is the whole length, or 0 while
 * even that is unknown.  BAD: the declared length is below 20, not a multiple
 * of four or above max; the stream cannot be framed any more (RFC 6733, 3).
 */
enum dia_frame { DIA_FRAME_OK, DIA_FRAME_SHORT, DIA_FRAME_BAD };
enum dia_frame dia_frame(
    const uint8_t *buf, size_t len, size_t max, size_t *msglen);

/*
 * Takes the header of a whole message apart.  False with a fault (5011, 5015,
 * 3008 for E in a request) when it cannot be processed; the message is filled
 * as far as the octets go, so an answer can be built from it.
 */
bool dia_parse(
    struct dia_msg *, const uint8_t *buf, size_t len, struct dia_fault *);

/* A cursor over one list of AVPs.  It stops for good at the first fault. */
struct dia_reader {
	const uint8_t *pos, *end;
	struct dia_fault fault;
	unsigned depth;
};

void dia_read(struct dia_reader *, struct dia_slice avps);
/* The next AVP.  False at the end (fault.result 0) or at a fault; the AVP is
 * then undefined. */
bool dia_next(struct dia_reader *, struct dia_avp *);
/* A reader for the inside of a group, which sees nothing else.  False, with
 * the outer reader's fault set, in a group DIA_DEPTH_MAX deep. */
bool dia_enter(
    struct dia_reader *, const struct dia_avp *, struct dia_reader *inner);
/* The first AVP of that kind on the top level. */
bool dia_find(
    struct dia_slice avps, uint32_t code, uint32_t vendor, struct dia_avp *);

/* Values.  False, and nothing stored, when the length or form is wrong. */
bool dia_get_u32(const struct dia_avp *, uint32_t *);
bool dia_get_u64(const struct dia_avp *, uint64_t *);
bool dia_get_addr(const struct dia_avp *, struct sockaddr_storage *);
/* Is the value well-formed for its type (RFC 6733, 4.2 and 4.3)?  Returns 0
 * or the Result-Code to send: 5014 for the length, 5004 for the content. */
uint32_t dia_check_value(const struct dia_def *, const struct dia_avp *);

bool dia_slice_eq(struct dia_slice, const char *);
bool dia_slice_eq_nocase(struct dia_slice, const char *);
struct dia_slice dia_slice_str(const char *);

/* --- Scanning: a message against its command's grammar --- */

enum { DIA_NOWHERE = 0xffff, DIA_MANY = 0xff };

/*
 * One row of a grammar.  Where the value goes, by type: numbers (U32, I32,
 * ENUM, TIME) into a struct dia_u32, all others into a struct dia_slice; with
 * max above 1, values of any type but numbers into a struct dia_list (a longer
 * list than it holds is a fault 5009); of groups with members that may repeat
 * only how many there are, into a struct dia_u32.  DIA_NOWHERE: checked,
 * counted, not kept.  max 0: must not be there (5008).  A group with members is
 * scanned into the same struct.
 */
struct dia_field {
	const struct dia_def *def;
	uint8_t min, max;
	uint16_t offset;
	const struct dia_field *inner;
	uint8_t ninner;
};
/* clang-format off */
#define DIA_FIELD(type, member, def, min, max) \
	{ (def), (min), (max), (uint16_t)offsetof(type, member), NULL, 0 }
#define DIA_CHECK(def, min, max) \
	{ (def), (min), (max), DIA_NOWHERE, NULL, 0 }
#define DIA_GROUP(def, min, max, inner) \
	{ (def), (min), (max), DIA_NOWHERE, (inner), \
	  sizeof(inner) / sizeof((inner)[0]) }
#define DIA_GROUPS(type, member, def, min, max, inner) \
	{ (def), (min), (max), (uint16_t)offsetof(type, member), (inner), \
	  sizeof(inner) / sizeof((inner)[0]) }
#define DIA_FORBID(def) \
	{ (def), 0, 0, DIA_NOWHERE, NULL, 0 }
/* clang-format on */

/*
 * Walks all AVPs once, groups included: lengths, flags, types, enumerations,
 * unknown AVPs with M, counts.  Fills out, which the caller has zeroed.
 * False: *fault says what to answer, the first fault found in message order,
 * missing AVPs last.  Unknown AVPs without M are ignored (4.1).
 */
bool dia_scan(struct dia_slice avps, const struct dia_dict *,
    const struct dia_field *, size_t nfields, void *out, struct dia_fault *);

/* --- Writing --- */

/*
 * Fills the caller's buffer.  Lengths, padding and the V flag are computed,
 * never given.  Running out of room is sticky and shows once, in dia_end().
 */
struct dia_writer {
	uint8_t *buf;
	size_t cap, len;
	size_t open[DIA_DEPTH_MAX]; /* offsets of groups not yet closed */
	unsigned depth;
	bool failed;
};

/* Starts a message: version, flags, code, app, hbh and e2e of the header. */
void dia_begin(
    struct dia_writer *, uint8_t *buf, size_t cap, const struct dia_header *);
void dia_put(struct dia_writer *, const struct dia_def *, const void *, size_t);
void dia_put_slice(
    struct dia_writer *, const struct dia_def *, struct dia_slice);
void dia_put_str(struct dia_writer *, const struct dia_def *, const char *);
void dia_put_u32(struct dia_writer *, const struct dia_def *, uint32_t);
void dia_put_u64(struct dia_writer *, const struct dia_def *, uint64_t);
void dia_put_addr(struct dia_writer *, const struct dia_def *,
    const struct sockaddr_storage *);
/* A whole AVP as received, header included, or several with their padding. */
void dia_put_copy(struct dia_writer *, struct dia_slice octets);
/* Room for a value of len octets, for the caller to fill at once; NULL when
 * there is none.  Before anything else is put, dia_trim() may shorten it. */
uint8_t *dia_put_room(struct dia_writer *, const struct dia_def *, size_t len);
void dia_trim(struct dia_writer *, const struct dia_def *, const uint8_t *value,
    size_t len);
/* Octets a value may still have if it is the last AVP with this header. */
size_t dia_room(const struct dia_writer *, const struct dia_def *);
void dia_open(struct dia_writer *, const struct dia_def *);
void dia_close(struct dia_writer *);
/* Message length in octets; 0 if it did not fit or a group is still open. */
size_t dia_end(struct dia_writer *);
/* Gives a message that was laid out here another Hop-by-Hop Identifier and
 * more flags, to send it again (5.5.4). */
void dia_readdress(uint8_t *msg, uint32_t hbh, uint8_t more_flags);

/* --- Answers (RFC 6733, 6.2 and 7) --- */

struct dia_identity {
	const char *host, *realm; /* Origin-Host, Origin-Realm */
};

/* Header and Session-Id of the answer to req; more_flags: DIA_E or 0. */
void dia_answer_begin(struct dia_writer *, uint8_t *buf, size_t cap,
    const struct dia_msg *req, uint8_t more_flags);
/* Begins again with what such an answer to the same request held before its
 * end: as long, but with the ids of req. */
void dia_answer_again(struct dia_writer *, uint8_t *buf, size_t cap,
    const struct dia_msg *req, struct dia_slice begun);
/* Every Proxy-Info of req in order, then dia_end(). */
size_t dia_answer_end(struct dia_writer *, const struct dia_msg *req);
/* Failed-AVP for a fault; nothing if it blames no AVP. */
void dia_put_fault(
    struct dia_writer *, const struct dia_dict *, const struct dia_fault *);
/* Starts the answer in w again as an error: all but its end.  The E bit goes
 * with protocol errors (3xxx) alone. */
void dia_answer_refuse(struct dia_writer *w, const struct dia_msg *req,
    const struct dia_identity *, const struct dia_dict *,
    const struct dia_fault *);
/* A whole error answer, its length in octets; without the Failed-AVP where
 * that does not fit.  0: not even that fits. */
size_t dia_answer_fault(uint8_t *buf, size_t cap, const struct dia_msg *req,
    const struct dia_identity *, const struct dia_dict *,
    const struct dia_fault *);

/* --- Printing --- */

enum dia_print_flag { DIA_PRINT_SECRETS = 1 };

/*
 * Text of a message, NUL-terminated within cap: one line per AVP, groups
 * indented, faults marked where they are.  Keys show as lengths only, unless
 * asked for.  Returns the length the whole text has, which may exceed cap.
 */
size_t dia_print(char *out, size_t cap, const struct dia_dict *,
    const struct dia_msg *, unsigned flags);
/* One line: command, ids and what a reader of a log wants to know. */
size_t dia_print_line(
    char *out, size_t cap, const struct dia_dict *, const struct dia_msg *);

#endif
