#!/bin/sh
# Another implementation reads what was sent: fails if tshark finds a malformed
# frame, or a warning or error of its Diameter dissector, in one of the given
# captures, if it decodes fewer messages than expected in any of them, or if
# diadump finds a fault or another number of messages.
#
# usage: test_tshark.sh [-n COUNT] [-p PORT]... BUILD_DIR PCAP...
#   -n  messages each capture must have at least (1)
#   -p  TCP and SCTP port of Diameter besides 3868
set -u

usage()
{
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
}

complain()
{
	echo "$1" >&2
	bad=1
}

# What tshark prints of a capture; its own trouble is a failure.
shark()
{
	pcap=$1
	shift
	# shellcheck disable=SC2086 # the ports are words
	tshark -r "$pcap" $ports "$@" 2>"$tmp/err" && return 0
	complain "$pcap: tshark: $(tail -n 1 "$tmp/err")"
}

# No malformed frame of any protocol: one may hide a message.
check_malformed()
{
	shark "$1" -Y _ws.malformed >"$tmp/malformed"
	[ -s "$tmp/malformed" ] || return 0
	complain "$1: malformed:"
	cat "$tmp/malformed" >&2
}

# No warning or error of the Diameter dissector.  TCP has its own, about the
# network, which don't count.
check_expert()
{
	shark "$1" -q -z expert,warn >"$tmp/expert"
	awk '/^(Errors|Warns) \(/ { said = $0 }
	    tolower($3) == "diameter" { print said ": " $0; n++ }
	    END { exit n > 0 }' "$tmp/expert" >&2 ||
		complain "$1: Diameter with warnings"
}

# One Command Code per message, several in a frame.
check_count()
{
	shark "$1" -Y diameter -T fields -E occurrence=a \
		-e diameter.cmd.code >"$tmp/codes"
	n=$(tr ',' '\n' <"$tmp/codes" | grep -c '[0-9]')
	[ "$n" -ge "$count" ] ||
		complain "$1: $n messages, expected $count at least"
	"$build/tools/diadump" -1 "$1" >"$tmp/dump" ||
		complain "$1: diadump finds faults"
	dumped=$(wc -l <"$tmp/dump")
	[ "$dumped" -eq "$n" ] ||
		complain "$1: tshark has $n messages, diadump $dumped"
	echo "$1: $n messages"
}

count=1
ports=
while getopts n:p: option; do
	case $option in
	n) count=$OPTARG ;;
	p) ports="$ports -d tcp.port==$OPTARG,diameter" \
		ports="$ports -d sctp.port==$OPTARG,diameter" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || usage
build=$1
shift

command -v tshark >/dev/null || { echo "no tshark" >&2; exit 2; }
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
bad=0
for pcap; do
	check_malformed "$pcap"
	check_expert "$pcap"
	check_count "$pcap"
done
exit $bad
