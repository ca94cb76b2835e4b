#!/bin/sh
# What diadump says on its command line: exit statuses, options, standard input.
#
# usage: test_diadump_usage.sh DIADUMP
set -u

diadump=$1
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
failed=0

# The exit status and a line of the output are these.
expect()
{
	want=$1
	line=$2
	shift 2
	"$@" >"$tmp/said" 2>&1
	rc=$?
	[ $rc -eq "$want" ] && grep -qF -- "$line" "$tmp/said" && return
	echo "$*: exit $rc, expected $want and: $line" >&2
	cat "$tmp/said" >&2
	failed=1
}

# MAA with a Confidentiality-Key, and what is printed of it
key=000102030405060708090a0b0c0d0e0f
maa=010000304000012f010000000000000100000002
maa=${maa}00000271c000001c000028af$key
echo "$maa" >"$tmp/good"
echo "010000300000" >"$tmp/cut"
: >"$tmp/empty"
hidden="Confidentiality-Key (625/10415) M = <16 octets hidden>"

expect 0 "$hidden" "$diadump" "$tmp/good"
expect 0 "M = 0x$key" "$diadump" -K "$tmp/good"
expect 0 "MAA 0x00000001/0x00000002: Confidentiality-Key=<16" \
	"$diadump" -1 "$tmp/good"
expect 0 "$hidden" sh -c "'$diadump' - <'$tmp/good'"
expect 0 "usage: diadump" "$diadump" -h
expect 1 "$tmp/cut: line 1, octet 0: message cut short" \
	"$diadump" "$tmp/good" "$tmp/cut"
expect 1 "$tmp/empty: octet 0: no message found" "$diadump" "$tmp/empty"
expect 1 "stdin: octet 0: no message found" sh -c "'$diadump' - </dev/null"
expect 2 "usage: diadump" "$diadump"
expect 2 "usage: diadump" "$diadump" -x "$tmp/good"
expect 2 "No such file" "$diadump" "$tmp/none"
expect 2 "$hidden" "$diadump" "$tmp/none" "$tmp/good"
expect 2 "Is a directory" "$diadump" "$tmp"
exit $failed
