/*
 * The command line of cxclient.
 */
#ifndef CXCLIENT_OPTIONS_H
#define CXCLIENT_OPTIONS_H

#include "tools/cxclient/sctp.h"
#include "tools/cxclient/values.h"

#include <stdio.h>

enum {
	OPTIONS_TEXT_CAP = 512, /* octets of a text made from others */
	OPTIONS_PASSWORD_CAP = 256,
	OPTIONS_NAME_MAX = 255, /* octets of Origin-Host and realms */
};

enum command {
	COMMAND_NONE,
	COMMAND_UAR = 1,
	COMMAND_MAR = 2,
	COMMAND_SAR = 4,
	COMMAND_LIR = 8,
	COMMAND_REGISTER = 16,
	COMMAND_LOAD = 32,
	COMMAND_ALL = 63,
};

/* Texts are arguments or lie in the struct; it must not be copied. */
struct options {
	enum command command;
	bool help, version;
	const char *server, *origin_host, *realm, *destination_host;
	const char *server_name, *impi, *impu;
	bool fixed_server; /* server_name was given */
	struct dia_u32 wait_s;
	bool verbose, hex, json, secrets;
	const char *pcap;

	const char *type_name; /* as given; its value is in type */
	struct dia_u32 type;
	const char *visited;
	bool emergency;
	const char *scheme;
	struct dia_u32 items;
	struct hex auts, rand;
	bool available, originating;

	struct hex k, op, opc, amf, sqn_ms;
	const char *password;
	char password_text[OPTIONS_PASSWORD_CAP];
	bool reregister, deregister;

	struct dia_u32 rate, window, connections, warmup, duration;
	struct dia_u32 count, first;
	struct dia_u32 names, seed;
	bool once, random;
	const char *mix, *record;

	connect_fn *connect; /* over TCP or SCTP */
	char host[TCP_HOST_CAP], port[TCP_PORT_CAP];
	char made_realm[OPTIONS_TEXT_CAP], made_origin[OPTIONS_TEXT_CAP];
	char made_impu[OPTIONS_TEXT_CAP], made_server[OPTIONS_TEXT_CAP];
};

/*
 * Reads the arguments and fills in what follows from them.  False, after one
 * line to err: wrong usage.  With help or version nothing is checked.
 */
bool options_read(struct options *, int argc, char *argv[], FILE *err);
void options_help(FILE *);
/* Wipes the keys. */
void options_wipe(struct options *);

#endif
