/*
 * hssd, an IMS Home Subscriber Server: options, then load, open, run, close.
 */
#include "diameter/log.h"
#include "tools/hssd/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define DEFAULT_CONF "/etc/hssd/hssd.conf"

struct options {
	const char *conf;
	bool check;
	unsigned verbose;
};

static void
usage(FILE *out)
{
	fputs("usage: hssd [-nv] [-c FILE]\n"
	      "  -c FILE  configuration, " DEFAULT_CONF " by default\n"
	      "  -n       check configuration, profiles and subscribers; exit\n"
	      "  -v       log a line a message; twice: whole messages\n"
	      "  -V       print the version; exit\n"
	      "  -h       print this; exit\n"
	      "Signals: TERM and INT stop, HUP reloads, USR1 logs the state.\n",
	    out);
}

static struct options
get_options(int argc, char **argv)
{
	struct options o = { .conf = DEFAULT_CONF };
	int c;

	while ((c = getopt(argc, argv, "c:nvVh")) != -1) {
		switch (c) {
		case 'c':
			o.conf = optarg;
			break;
		case 'n':
			o.check = true;
			break;
		case 'v':
			o.verbose++;
			break;
		case 'V':
			puts("hssd " HSSD_VERSION);
			exit(0);
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind < argc) {
		fprintf(
		    stderr, "hssd: unexpected argument: %s\n", argv[optind]);
		usage(stderr);
		exit(2);
	}
	return o;
}

/* Keys stay out of core files; a peer that goes away, or a file that may not
 * grow, is no signal; and there may be as many connections as the system
 * allows.  A limit of one octet leaves no room for a core file, and Linux gives
 * none to a program through a pipe then, which it does with 0. */
static void
set_process(void)
{
	const struct rlimit none = { 1, 1 };
	struct rlimit files;

	setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int
main(int argc, char **argv)
{
	struct options o = get_options(argc, argv);
	struct server server = { 0 };
	size_t nfaults;
	bool ok;

	log_init("hssd", false, o.verbose);
	set_process();
	nfaults = server_load(&server, o.conf);
	if (nfaults > 0)
		fprintf(stderr, "hssd: %zu fault%s\n", nfaults,
		    nfaults == 1 ? "" : "s");
	ok = nfaults == 0;
	if (ok && !o.check) {
		log_init("hssd", server.conf.syslog, o.verbose);
		ok = server_open(&server) && server_run(&server);
	}
	server_close(&server);
	return ok ? 0 : 1;
}
