/*
 * What the files of cx/ share (private): a checked request, a decision, and
 * the steps that several procedures have in common.
 */
#ifndef CX_LOCAL_H
#define CX_LOCAL_H

#include "crypto/crypto.h"
#include "cx/avps.h"
#include "cx/cx.h"
#include "diameter/diameter.h"
#include "store/store.h"

#include <sys/queue.h>
#include <time.h>

enum {
	CX_VECTORS_MAX = 5, /* given out at a time */
	CX_NAMES_MAX = 8,   /* Server-Names offered at a time */
	CX_USERDATA_MAX =
	    60000,          /* octets; leaves room for the rest of an SAA */
	CX_HEAD_CAP = 1024, /* octets; two names of 255 have room */
	CX_RESYNC_LEN = AKA_RAND_LEN + AKA_AUTS_LEN, /* SIP-Authorization */
};

/* Features of Feature-List-ID 1 (TS 29.229, 7.1.1), a bit each */
enum {
	CX_SIFC = 1,
	CX_ALIAS = 2,
	CX_RESTORATION = 4,       /* of S-CSCFs */
	CX_PCSCF_RESTORATION = 8, /* SAR-Flags */
};

TAILQ_HEAD(cx_job_list, cx_job);

/* Requests of ours (send.c). */
struct cx_jobs {
	struct cx_job_list waiting, sent;
	size_t nwaiting, nsent;
};
void cx_jobs_init(struct cx_jobs *);
/* Those that wait are told that they end. */
void cx_jobs_free(struct cx_jobs *);
/* A subscription has been registered anew: requests of ours about it that are
 * on their way are told. */
void cx_jobs_renewed(struct cx_jobs *, const struct store_sub *);

enum {
	CX_FORMERS_MAX = 1024, /* former S-CSCFs remembered */
	CX_FORMER_BUCKETS = 256,
};
TAILQ_HEAD(cx_former_list, cx_former);

/* S-CSCFs that lost a user to another one (former.c). */
struct cx_formers {
	size_t n;
	struct cx_former_list by_age, *buckets; /* CX_FORMER_BUCKETS */
};
/* False: no memory. */
bool cx_formers_init(struct cx_formers *);
void cx_formers_free(struct cx_formers *);

/* The last challenges: a row has some of all users that share it. */
enum { CX_ISSUED_ROWS = 4096, CX_ISSUED_EACH = 8 };
struct cx_issued_row {
	uint64_t tags[CX_ISSUED_EACH];  /* whose; 0: nobody's */
	uint64_t parts[CX_ISSUED_EACH]; /* of RAND */
	unsigned next;                  /* place to write to */
};
struct cx_issued {
	struct cx_issued_row rows[CX_ISSUED_ROWS];
};

struct cx {
	struct cx_conf conf;
	struct store *store;
	const struct cx_profiles *profiles;
	char *userdata;    /* CX_USERDATA_MAX octets: that of the SAA at hand */
	time_t refusals_s; /* second of the last refusal, */
	unsigned refusals; /* and how many it has seen */
	bool dry;          /* decisions stop before they change anything */
	struct dia_node *node; /* or NULL */
	/* dia_node_send(), or what a test has instead. */
	enum dia_sent (*send)(
	    struct dia_node *, const struct dia_out_request *);
	struct cx_jobs jobs;
	struct cx_formers formers;
	struct cx_issued issued;
	/* What all answers begin with, behind a header: written once, since it
	 * is half the AVPs of most answers. */
	uint8_t head[CX_HEAD_CAP];
	size_t head_len;
};

/* The AVPs of a Cx request, as received; the message owns the octets. */
struct cx_request {
	const struct dia_msg *msg;
	struct dia_slice origin_host, origin_realm;
	struct dia_slice user_name;       /* IMPI */
	struct dia_slice public_identity; /* IMPU of UAR, MAR, LIR */
	struct dia_slice wildcard;        /* the wildcarded IMPU of SAR */
	struct dia_slice server_name;     /* S-CSCF */
	struct dia_slice visited_network;
	struct dia_slice scheme;
	struct dia_slice authorization;     /* RAND || AUTS: in the item */
	struct dia_slice authorization_top; /* and where OpenSIPS puts it */
	struct dia_u32 vendor, app;         /* Vendor-Specific-Application-Id */
	struct dia_u32 authorization_type, uar_flags;
	struct dia_u32 nitems;
	struct dia_u32 assignment_type, data_available, sar_flags;
	struct dia_u32 originating;
	struct dia_slice restoration; /* SCSCF-Restoration-Info */
	struct dia_slice restoration_impi;
	struct dia_u32 multiple; /* Multiple-Registration-Indication */
	struct dia_u32 supported_features; /* how many there are, */
	uint32_t features;          /* and what the client has of list 1 */
	struct dia_list identities; /* IMPUs of SAR; last: see below */
};

/* Octets of a request to zero before it is read: members of the list are
 * written before they are counted. */
#define CX_REQUEST_ZEROED offsetof(struct cx_request, identities.v)

/* What the HSS decided.  cx_write() turns it into AVPs, in one order. */
struct cx_answer {
	uint32_t result;
	bool experimental;      /* in Experimental-Result (TS 29.229, 6.2) */
	const char *why;        /* the step that decided; static text */
	struct dia_fault fault; /* of a base protocol error: Failed-AVP */

	struct store_sub *sub; /* the subscription, once found */
	struct store_impi *impi;
	struct store_impu *impu;

	struct dia_slice user_name, public_identity; /* len 0: left out */
	struct dia_slice wildcard; /* Wildcarded-Public-Identity */
	const char *server_name;   /* or NULL */
	bool direct;       /* LIA-Flags: server_name is an application server */
	const char *avoid; /* S-CSCF not to offer again, or NULL */
	bool capabilities; /* Server-Capabilities */
	unsigned nitems;   /* SIP-Auth-Data-Items, of impi's scheme */
	struct dia_slice userdata;
	bool charging, associated;
	bool indications; /* loose route, privileged sender */
	bool data_anyway; /* though it is an error */
	/* A bit per private identity of sub: whose restoration information
	 * and who is registered, in the set of impu. */
	uint16_t restoration, registered;
	bool features;                 /* Supported-Features: */
	uint32_t our_features;         /* what we have of them */
	const struct dia_writer *room; /* where the answer begins, or NULL */

	/* Used as far as the members above say: not zeroed before. */
	struct aka_vector vectors[CX_VECTORS_MAX];
	char impi_text[STORE_NAME_MAX + 1]; /* where user_name may point */
	char wildcard_text[STORE_NAME_MAX + 1];
};
#define CX_ANSWER_ZEROED offsetof(struct cx_answer, vectors)

typedef void cx_decide_fn(
    struct cx *, const struct cx_request *, struct cx_answer *);
cx_decide_fn cx_uar, cx_mar, cx_sar, cx_lir;

/* Grammar of a command (TS 29.229, 6.1) as dia_scan() wants it. */
const struct dia_field *cx_grammar(uint32_t code, size_t *nfields);

/* --- Results.  Each returns false, so that a step can end with it. --- */

bool cx_result(struct cx_answer *, uint32_t result, const char *why);
bool cx_experimental(struct cx_answer *, uint32_t result, const char *why);
/* A base protocol error that blames an AVP of the request: inner, inside
 * group when that is not NULL; for 5009 the second one.  Not there: an example
 * of it is made (RFC 6733, 7.5). */
bool cx_blame(struct cx_answer *, const struct cx_request *, uint32_t result,
    const struct dia_def *group, const struct dia_def *inner, const char *why);

/* --- Identities (subject.c) --- */

/* Finds a private or public identity and its subscription; false: 5001. */
bool cx_find_impi(struct cx *, struct dia_slice, struct cx_answer *);
bool cx_find_impu(struct cx *, struct dia_slice, struct cx_answer *);
/* The same for LIR and SAR: the public identity may belong to a wildcarded
 * one, which the answer then tells; a service must not be switched off. */
bool cx_match_impu(struct cx *, struct dia_slice, struct cx_answer *);
/* The same by Wildcarded-Public-Identity: exactly this one. */
bool cx_find_wildcard(struct cx *, struct dia_slice, struct cx_answer *);
/* Steps 1 and 2 of UAR and MAR: both are known, the public one is a distinct
 * user's, and they belong together; false: 5001 or 5002. */
bool cx_find_pair(struct cx *, const struct cx_request *, struct cx_answer *);
/* A private identity as User-Name, kept in the answer. */
struct dia_slice cx_impi_text(
    const struct cx *, const struct store_impi *, struct cx_answer *);
/* Is it a name an S-CSCF can have?  False: 5004. */
bool cx_check_server(const struct cx_request *, struct cx_answer *);

/* --- S-CSCFs (scscf.c) --- */

/* Text of the S-CSCF that sent a request. */
struct cx_sender {
	char name[STORE_NAME_MAX + 1];
	char host[STORE_NAME_MAX + 1], realm[STORE_NAME_MAX + 1];
};
/* False: a name is too long. */
bool cx_sender(struct cx_sender *, const struct cx_request *);
struct store_scscf cx_sender_scscf(const struct cx_sender *);
/* Has the request only its realm for the name of its S-CSCF? */
bool cx_is_nameless(const struct cx_request *);
/* Does the request come from this S-CSCF's Diameter node?  False where the
 * node is not known. */
bool cx_same_host(const struct store_scscf *, const struct cx_request *);
/* Does the request come from this S-CSCF? */
bool cx_same_scscf(const struct store_scscf *, const struct cx_request *);
/* A number from a name: spreads users over equal S-CSCFs and S-CSCFs over
 * IND, each always to the same. */
uint32_t cx_spread(struct dia_slice name);
/* The S-CSCF of the pool for a subscription (TS 29.228, 6.7), or NULL. */
const char *cx_choose_scscf(const struct cx *, const struct store_sub *);
/* May it serve the subscription: has it every mandatory capability? */
bool cx_capable(const struct cx_scscf *, const struct store_sub *);
/* Where both support restoration: another S-CSCF may take the user over from
 * the one assigned (TS 29.228, 6.1.1.1 step 4 and 6.1.4.1 step 3).  False:
 * 5012. */
bool cx_reassign(struct cx *, const struct cx_request *, struct store_reg *,
    struct cx_answer *);
/* Server-Name of the choice, or else Server-Capabilities. */
void cx_offer_scscf(const struct cx *, struct cx_answer *);

/* --- S-CSCF restoration (restoration.c) --- */

/* Is it about an unregistered user since its P-CSCF is lost? */
bool cx_lost_pcscf(const struct cx_request *);
/* Is the information that a SAR brings that of its private identity?  False:
 * 5004. */
bool cx_check_restoration(
    struct cx *, const struct cx_request *, struct cx_answer *);
/* Step 7 of SAR: one more registration of an identity that an S-CSCF has
 * left information for? */
bool cx_is_known_already(
    struct cx *, const struct cx_request *, struct cx_answer *);
/* What SAA tells of it, and of who is registered. */
void cx_add_restoration(struct cx *, const struct cx_request *,
    const struct store_reg *, struct cx_answer *);
/* cx_fits(), without that information if need be. */
bool cx_fits_restored(
    struct cx *, const struct cx_request *, struct cx_answer *);
/* Keeps what the SAR brings; old is the state before.  False: 5012. */
bool cx_keep_restoration(struct cx *, const struct cx_request *,
    const struct store_reg *old, struct cx_answer *);

/* --- Features (features.c) --- */

/* Reads Supported-Features.  Are all features that the request demands
 * supported?  False: 5011. */
bool cx_check_features(struct cx_request *, struct cx_answer *);
/* Some, as Supported-Features. */
void cx_put_features(struct dia_writer *, uint32_t features);
/* Has the client this feature, too? */
bool cx_has(const struct cx_request *, uint32_t feature);

/* --- Answer (answer.c) --- */

/* Writes what all answers begin with.  False: the identity is too long. */
bool cx_make_head(struct cx *);
void cx_write(const struct cx *, const struct cx_answer *, struct dia_writer *);
/* Ends a decision that is a success but for its result, before any change:
 * would the answer fit into its message?  False: 5012. */
bool cx_fits(const struct cx *, const struct cx_request *, struct cx_answer *);
/* Scheme and SIP-Digest-Authenticate of an identity with a password. */
void cx_put_digest(
    const struct cx *, const struct store_impi *, struct dia_writer *);
/* Charging-Information of a number as in store_sub; nothing if it is empty. */
void cx_put_charging(const struct cx *, unsigned number, struct dia_writer *);

#endif
