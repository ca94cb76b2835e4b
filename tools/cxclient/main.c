/*
 * cxclient: plays I-CSCF, S-CSCF and SIM against any Cx server (TS 29.228).
 * The work is done in run.c, so that tests can do it too.
 */
#include "tools/cxclient/run.h"

int
main(int argc, char *argv[])
{
	return run(argc, argv, stdout, stderr);
}
