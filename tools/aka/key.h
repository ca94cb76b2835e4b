/*
 * What several commands of aka do with the key of the SIM.
 */
#ifndef KEY_H
#define KEY_H

#include "crypto/crypto.h"
#include "tools/aka/commands.h"

/* Says so on stderr; the exit code for it. */
enum exit_code crypto_failed(void);
/* K and OPc of the values; OP serves for OPc, and both must agree.  False:
 * stderr says what is missing or wrong.  The caller wipes the key always. */
bool key_of(const struct values *, struct milenage_key *);

/* What the SIM knows once it has opened AUTN. */
struct opened {
	uint64_t sqn;
	uint8_t amf[2], res[8], ck[16], ik[16];
};

/* Opens AUTN with the values' key.  Anything but EXIT_DONE: stderr says why,
 * the result is not to be used; the caller wipes it always. */
enum exit_code open_autn(struct opened *, const struct values *,
    const uint8_t rand[16], const uint8_t autn[16]);

#endif
