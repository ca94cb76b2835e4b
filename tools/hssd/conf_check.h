/*
 * Checks of single values of hssd.conf (private to tools/hssd/).  Each returns
 * NULL, or a text that says what is wanted instead.
 */
#ifndef HSSD_CONF_CHECK_H
#define HSSD_CONF_CHECK_H

#include <stdbool.h>
#include <stdint.h>

typedef const char *conf_check_fn(const char *value);

conf_check_fn conf_fqdn_fault;       /* RFC 1035, 2.3.1 */
conf_check_fn conf_listen_fault;     /* dia_uri_fault() */
conf_check_fn conf_path_fault;       /* not empty, CONF_PATH_MAX */
conf_check_fn conf_http_fault;       /* address:port */
conf_check_fn conf_sip_fault;        /* SIP URI (RFC 3261, 19.1) */
conf_check_fn conf_diameter_fault;   /* DiameterURI (RFC 6733, 4.3.1) */
conf_check_fn conf_cidr_fault;       /* address or address/bits */
conf_check_fn conf_capability_fault; /* Unsigned32 */
conf_check_fn conf_watchdog_fault;
conf_check_fn conf_sqn_step_fault;
conf_check_fn conf_unknown_peers_fault;
conf_check_fn conf_durability_fault;
conf_check_fn conf_push_fallback_fault;
conf_check_fn conf_log_fault;
conf_check_fn conf_word_fault; /* a name without white space */

/* A decimal number of at most max; false if it is none. */
bool conf_number(const char *text, uint32_t max, uint32_t *number);
/* The place of a word in a list that ends with NULL, or -1. */
int conf_choice(const char *value, const char *const *words);
extern const char *const conf_unknown_peers_words[]; /* enum unknown_peers */
extern const char *const conf_durability_words[];    /* enum conf_durability */
extern const char *const conf_push_fallback_words[]; /* enum conf_fallback */
extern const char *const conf_log_words[];           /* stderr, syslog */

#endif
