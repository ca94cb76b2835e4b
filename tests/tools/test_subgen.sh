#!/bin/sh
# What subgen writes is what hssd reads; wrong usage and a full disk are told.
#
# usage: test_subgen.sh SUBGEN HSSD
set -u

subgen=$1
hssd=$2
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
failed=0

# The exit status and a line of what is said are these.
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

# hssd finds no fault in what these options make, and so many users.
accepted()
{
	want=$1
	shift
	"$subgen" -n "$want" "$@" >"$tmp/subscribers" || failed=1
	"$hssd" -n -c "$tmp/conf" || failed=1
	expect 0 "$want" grep -c '^\[' "$tmp/subscribers"
}

mkdir "$tmp/profiles"
: >"$tmp/profiles/default.xml"
cat >"$tmp/conf" <<EOT
identity = "hss.ims.example"
realm = "ims.example"
listen = {"tcp://127.0.0.1:3868"}
subscribers = {"subscribers"}
profiles = "profiles"
store = "state"
EOT

accepted 1000
accepted 1 -f 999999999999999
accepted 100 -s digest -r ims.example -f 001019999999900
accepted 30 -o op -i 'sip:+1%010u@ims.example display="a user"' \
	-i 'tel:+1%010u' -i 'sip:%02u@ims.example barred'
expect 0 "k = 00010100000000300001010000000030" cat "$tmp/subscribers"
expect 0 "op = f001010000000030f001010000000030" cat "$tmp/subscribers"
expect 0 "impu = tel:+10000000030" cat "$tmp/subscribers"
"$subgen" -n 12 >"$tmp/subscribers"
expect 0 "impu = sip:001010000000012@ims.mnc001.mcc001.3gppnetwork.org" \
	cat "$tmp/subscribers"

expect 0 "usage: subgen" "$subgen" -h
expect 1 "the output: No space left" sh -c "'$subgen' >/dev/full"
expect 2 "-n takes 1 to" "$subgen" -n 0
expect 2 "-n takes 1 to" "$subgen" -n 1000000001
expect 2 "-n takes 1 to" "$subgen" -n 5x
expect 2 "-s takes" "$subgen" -s sim
expect 2 "-r takes" "$subgen" -r "a b"
expect 2 "-f takes" "$subgen" -f 00101000000001
expect 2 "the last has no room" "$subgen" -n 2 -f 999999999999999
expect 2 "-o takes" "$subgen" -o k
expect 2 "an IMPU has one" "$subgen" -i 'tel:+%u'
expect 2 "users would share an IMPU" "$subgen" -n 2 -i tel:+1
expect 2 "users would share an IMPU" "$subgen" -n 100 -i 'tel:+1%02u'
expect 2 "unknown option" "$subgen" -x
expect 2 "there are only options" "$subgen" users
# shellcheck disable=SC2046 # a list of options
expect 2 "at most 64 -i" "$subgen" -n 1 $(yes -- '-i tel:+1' | head -65)
exit $failed
