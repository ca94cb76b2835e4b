/*
 * A Cx application with a few subscribers, and requests to put to it: octets
 * in, octets out, no socket.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <check.h>

#include "cx/avps.h"
#include "cx/cx.h"

#define REALM "ims.example"
#define ALICE "alice@ims.example" /* SIM; set 1 and, barred only, set 2 */
#define ALICE_SIP "sip:alice@ims.example"
#define ALICE_TEL "tel:+15550001"
#define ALICE_2 "sip:alice.2@ims.example"
#define ALICE_BARRED "sip:alice.barred@ims.example"
#define BOB "bob@ims.example" /* password; two private identities */
#define BOB_PAD "bob.pad@ims.example"
#define BOB_SIP "sip:bob@ims.example"
#define CAROL "carol@ims.example" /* line; fixed S-CSCF, capabilities */
#define CAROL_SIP "sip:carol@ims.example"
#define DAVE "dave@ims.example" /* address; may not register */
#define DAVE_SIP "sip:dave@ims.example"
#define EVE "eve@ims.example" /* roams nowhere; mandatory capability 7 */
#define EVE_SIP "sip:eve@ims.example"
#define FRANK "frank@ims.example" /* two private identities, two sets */
#define FRANK_PAD "frank.pad@ims.example"
#define FRANK_SIP "sip:frank@ims.example"
#define FRANK_2 "sip:frank.2@ims.example"
#define FRANK_BARRED \
	"sip:frank.barred@ims.example" /* in set 1; other profile */
#define GRACE "grace@ims.example" /* as frank, with unregistered services */
#define GRACE_PAD "grace.pad@ims.example"
#define GRACE_SIP "sip:grace@ims.example"
#define GRACE_2 "sip:grace.2@ims.example"
#define HEIDI "heidi@ims.example" /* address of IPv6 */
#define HEIDI_SIP "sip:heidi@ims.example"
#define PSI "service@ims.example"
#define PSI_SIP "sip:service@ims.example"
#define PBX "pbx@ims.example" /* wildcarded public identities */
#define PBX_SIP "sip:pbx@ims.example"
#define PBX_WILD "sip:+1555!.*!@ims.example"
#define PBX_TEL "tel:+1555!.*!"
#define CONF "conf@ims.example" /* services, four sets */
#define CONF_WILD "sip:conf-!.*!@ims.example"
#define CONF_DIRECT "sip:direct@ims.example"
#define CONF_OFF "sip:off@ims.example"
#define CONF_LOBBY "sip:lobby-!.*!@ims.example"
#define CONF_AS "sip:as.ims.example:5070"
#define SCSCF "sip:scscf.ims.example:6060"
#define SCSCF_HOST "scscf.ims.example"
#define OTHER "sip:other.ims.example:6060"
#define OTHER_HOST "other.ims.example"

/* Sets the application up; for tcase_add_checked_fixture(). */
void fx_open(void);
void fx_close(void);
struct store *fx_store(void);
struct cx *fx_cx(void);

/* --- Reload --- */

const char *fx_subscribers(void);
const struct cx_conf *fx_conf(void);
/* Other subscribers, another profile `default` and another configuration;
 * NULL: as before (but not for the first).  False: the load had faults. */
bool fx_reload(
    const char *users, const char *profile_xml, const struct cx_conf *);
/* From now on a reload takes steps of one subscription, and this is called
 * before each; NULL: all at once. */
typedef void fx_step_fn(unsigned step, bool swapped);
void fx_by_steps(fx_step_fn *);
/* The subscribers as at first, with one piece of text replaced. */
bool fx_edit(const char *from, const char *to);

/* --- One request after another --- */

/* Begins one from a host, with all that every Cx request begins with. */
struct dia_writer *fx_begin(uint32_t code, const char *host);
/* Puts it to the application; a request that does not fit fails the test. */
void fx_send(void);
/* The same for octets made elsewhere. */
void fx_send_octets(const uint8_t *, size_t len);
/* What fx_send() would send. */
struct dia_slice fx_request(void);

enum { NONE = -1 };
void uar(const char *impi, const char *impu, int type);
void mar(const char *impi, const char *impu, const char *scheme);
void mar_at(
    const char *impi, const char *impu, const char *server, const char *host);
/* impi or impu may be NULL. */
void sar(const char *impi, const char *impu, uint32_t type);
void sar_at(const char *impi, const char *impu, uint32_t type,
    const char *server, const char *host);
void lir(const char *impu);
/* MAR and SAR of type 1. */
void registration(const char *impi, const char *impu);

/* --- The answer --- */

const struct dia_msg *fx_answer(void);
/* Another whole message in its place. */
void fx_look(const uint8_t *, size_t len);
/* The nth AVP of a kind, p NULL when there are fewer. */
struct dia_slice nth(const struct dia_def *, unsigned n);
/* Exactly one of Result-Code and Experimental-Result, with this value. */
void expect_result(uint32_t);
void expect_experimental(uint32_t);
/* The octets of an AVP's value, p NULL when it is not there. */
struct dia_slice value(const struct dia_def *);
struct dia_slice value_in(const struct dia_def *group, const struct dia_def *);
unsigned count(const struct dia_def *);
void expect_text(const struct dia_def *, const char *);
void expect_none(const struct dia_def *);
/* Failed-AVP shows this AVP. */
void expect_failed(const struct dia_def *);
/* User-Data as text. */
const char *xml(void);

#endif
