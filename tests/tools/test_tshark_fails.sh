#!/bin/sh
# test_tshark.sh passes a good capture and fails each bad one.
#
# usage: test_tshark_fails.sh BUILD_DIR
set -u

here=$(dirname "$0")
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
failed=0

# A capture of one message, in hex.
capture()
{
	echo "$2" | sed 's/../& /g; s/^/000000 /' >"$tmp/hex"
	text2pcap -q -F pcap -T "$3",40000 "$tmp/hex" "$tmp/$1" 2>/dev/null ||
		{ echo "text2pcap fails" >&2; exit 2; }
}

# The exit status for a capture is this.
expect()
{
	want=$1
	name=$2
	shift 2
	sh "$here/test_tshark.sh" "$@" >"$tmp/said" 2>&1
	rc=$?
	[ $rc -eq "$want" ] && return
	echo "$name: exit $rc, expected $want" >&2
	cat "$tmp/said" >&2
	failed=1
}

# DWR with Origin-Host, Origin-Realm, Origin-State-Id
head=0100003880000118000000001122334455667788
good=${head}000001084000000961000000000001284000000962000000
good=${good}000001164000000c000000ff
# Origin-Host longer than the message
long=${head}000001084000ff0961000000000001284000000962000000
long=${long}000001164000000c000000ff
# an AVP that nobody knows, with the M bit
unknown=${head}000001084000000961000000000001284000000962000000
unknown=${unknown}00fffff04000000c000000ff
# Origin-State-Id of three octets
short=${head}000001084000000961000000000001284000000962000000
short=${short}000001164000000b000000ff

capture good.pcap "$good" 3868
capture other.pcap "$good" 9999
capture long.pcap "$long" 3868
capture unknown.pcap "$unknown" 3868
capture short.pcap "$short" 3868
size=$(wc -c <"$tmp/good.pcap")
head -c $((size - 10)) "$tmp/good.pcap" >"$tmp/cut.pcap"
echo "no capture" >"$tmp/text.pcap"

expect 0 "good" "$1" "$tmp/good.pcap"
expect 0 "good on another port" -p 9999 "$1" "$tmp/other.pcap"
expect 1 "fewer than expected" -n 2 "$1" "$tmp/good.pcap"
expect 1 "other port unsaid" "$1" "$tmp/other.pcap"
expect 1 "AVP beyond the message" "$1" "$tmp/long.pcap"
expect 1 "unknown AVP" "$1" "$tmp/unknown.pcap"
expect 1 "wrong length for the type" "$1" "$tmp/short.pcap"
expect 1 "capture cut short" "$1" "$tmp/cut.pcap"
expect 1 "no capture" "$1" "$tmp/text.pcap"
expect 1 "no such file" "$1" "$tmp/none.pcap"
expect 1 "a bad one among good ones" "$1" "$tmp/good.pcap" "$tmp/long.pcap"
expect 2 "no arguments"
exit $failed
