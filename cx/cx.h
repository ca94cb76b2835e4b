/*
 * The Cx application of an HSS (3GPP TS 29.228, TS 29.229): answers UAR, SAR,
 * LIR and MAR from a store of subscribers, and sends RTR and PPR.
 *
 * Octets in, octets out: nothing here opens a socket or waits for a disk.
 */
#ifndef CX_H
#define CX_H

#include "diameter/codec.h"

enum { CX_APP = 16777216, CX_VENDOR = 10415, CX_VENDOR_ETSI = 13019 };

struct cx;
struct cx_profiles;
struct store;
struct store_impi;
struct store_impu;
struct store_sub;
struct dia_app;
struct dia_node;

/* One S-CSCF of the pool to choose from (`scscf` section). */
struct cx_scscf {
	const char *name; /* Server-Name: a SIP URI */
	const uint32_t *capabilities;
	size_t ncapabilities;
};

/* Charging functions (`charging` section): DiameterURIs or NULL. */
struct cx_charging {
	const char *name;
	const char *primary_ecf, *secondary_ecf;
	const char *primary_ccf, *secondary_ccf;
};

/* All that is pointed to must outlive the cx. */
struct cx_conf {
	struct dia_identity id;
	const struct cx_scscf *scscfs;
	size_t nscscfs;
	const struct cx_charging *chargings;
	size_t nchargings;
	const char *const *visited; /* allowed networks; none: every network */
	size_t nvisited;
	/* RTR to an S-CSCF that does not know PPR, or does not answer it. */
	bool push_fallback;
};

/* --- Service profiles --- */

/* Told of every fault of a file; line 0 is unknown. */
typedef void cx_fault_fn(
    void *arg, const char *file, unsigned line, const char *what);

/*
 * Reads and checks every NAME.xml of a folder: the inside of a ServiceProfile
 * after its PublicIdentity elements (TS 29.228, Annexes B and E).  Returns the
 * profiles, faulty ones left out; NULL when the folder cannot be read or
 * memory is out.  Each fault is told and counted in *nfaults.
 */
struct cx_profiles *cx_profiles_load(
    const char *dir, size_t *nfaults, cx_fault_fn *, void *arg);
void cx_profiles_free(struct cx_profiles *);
/* A profile's number, 0.., or -1; NULL has no profile. */
int cx_profiles_find(const struct cx_profiles *, const char *name);
/* The name of that number, or NULL. */
const char *cx_profiles_name(const struct cx_profiles *, unsigned number);

/* --- The application --- */

/* conf, store and profiles must outlive the cx; NULL when memory is out, or a
 * name of the identity is longer than 255 octets. */
struct cx *cx_new(
    const struct cx_conf *, struct store *, const struct cx_profiles *);
void cx_free(struct cx *);
/* Other settings and profiles from the next request on; the identity stays. */
void cx_reconfigure(
    struct cx *, const struct cx_conf *, const struct cx_profiles *);

/* The row to give to a node; arg is the cx. */
void cx_app(struct cx *, struct dia_app *);
/* The node that requests of ours go to; without one none is sent.  The node is
 * freed before the cx. */
void cx_attach(struct cx *, struct dia_node *);
/*
 * Answers one whole request: appends to the answer that has been begun and
 * returns the store's position that must be durable before it leaves, or 0.
 */
uint64_t cx_request(
    struct cx *, const struct dia_msg *req, struct dia_writer *ans);

/* --- Explaining --- */

/* What would be answered to one request; strings live during the call. */
struct cx_explained {
	uint32_t code;           /* command */
	int type;                /* of UAR or SAR, or -1 */
	const char *request;     /* "UAR" */
	const char *what;        /* what it asks or says */
	const char *impi, *impu; /* whom it is about */
	uint32_t result;         /* Result-Code, */
	bool experimental;       /* or Experimental-Result-Code */
	const char *name;        /* of the result, or NULL */
	const char *why;         /* the step that decided, with its clause */
	const char *server_name; /* in the answer, or NULL */
};
typedef void cx_explain_fn(void *arg, const struct cx_explained *);
/* Tells of UAR (types 0, 1), LIR, MAR and SAR (types 1, 2, 3, 5) for these
 * identities at present, from the S-CSCF assigned, or else from the one that
 * would be offered.  Changes nothing. */
void cx_explain(struct cx *, const struct store_impi *,
    const struct store_impu *, cx_explain_fn *, void *arg);

/* --- Requests of ours --- */

enum {
	CX_SENT_MAX = 32,       /* requests on their way at a time */
	CX_WAITING_MAX = 65536, /* that wait to be sent */
	CX_TRIES_MAX = 2,       /* while there is no answer */
	CX_TIMEOUT_MS = 5000,   /* each */
	CX_INFO_MAX = 255,      /* octets of Reason-Info */
};

/* Reason-Code (TS 29.229, 6.3.17) */
enum cx_reason {
	CX_PERMANENT_TERMINATION,
	CX_NEW_SERVER_ASSIGNED,
	CX_SERVER_CHANGE,
	CX_REMOVE_SCSCF,
};

/* What became of an RTR or PPR: result is the Result-Code or
 * Experimental-Result-Code, 0 when no answer came; what is a sentence that
 * lives during the call.  Called by the loop, later. */
typedef void cx_done_fn(void *arg, bool ok, uint32_t result, const char *what);

/*
 * Ends the registration of a whole subscription by RTR (TS 29.228, 6.1.3): with
 * the answer, or when none came, its identities are no longer registered.
 * CX_REMOVE_SCSCF is about those alone that an S-CSCF serves while they are not
 * registered.  info, or NULL, is a text for the user; it is copied.  done may
 * be NULL.  False: there is nothing to send, *why says why (static text), and
 * done is not called.
 */
bool cx_deregister(struct cx *, struct store_sub *, enum cx_reason,
    const char *info, cx_done_fn *, void *arg, const char **why);

/*
 * Sends all that an S-CSCF knows of a registered subscription (TS 29.228,
 * 6.2.2): a PPR with User-Data and Charging-Information for each implicit set.
 * done, or NULL, is called once, with the first that failed.  False as above.
 */
bool cx_push(
    struct cx *, struct store_sub *, cx_done_fn *, void *arg, const char **why);

/*
 * A reload of the store: begin before store_load(), end after it and after
 * cx_reconfigure().  In between it is noted what changes for users whom an
 * S-CSCF serves.  If all went well, those that are dropped, or barred as a
 * whole, are de-registered, and of others a changed profile, charging or
 * password is sent.  The new conf and profiles must live until the end.  Begin
 * returns NULL when memory is out; end takes that, and frees.
 */
struct cx_changes;
struct cx_changes *cx_changes_begin(
    struct cx *, const struct cx_conf *, const struct cx_profiles *);
void cx_changes_end(struct cx_changes *, bool good);

extern const struct dia_dict cx_dict;

#endif
