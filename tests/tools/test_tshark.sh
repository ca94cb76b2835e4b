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

# What tshark makes of a capture, in one run: a line "FRAME<tab>MALFORMED<tab>
# COMMAND-CODES" per frame, then the tables of errors and warnings.
read_capture()
{
	# shellcheck disable=SC2086 # the ports are words
	tshark -r "$1" $ports -T fields -E occurrence=a -e frame.number \
		-e _ws.malformed -e diameter.cmd.code -z expert,warn \
		>"$tmp/read" 2>"$tmp/err" ||
		complain "$1: tshark: $(tail -n 1 "$tmp/err")"
}

# No malformed frame of any protocol: one may hide a message.
check_malformed()
{
	awk -F '\t' 'NF == 3 && $2 != "" { print "frame " $1; n++ }
	    END { exit n > 0 }' "$tmp/read" >&2 || complain "$1: malformed"
}

# No warning or error of the Diameter dissector.  TCP has its own, about the
# network, which don't count.
check_expert()
{
	awk '/^(Errors|Warns) \(/ { said = $0 }
	    said != "" && tolower($3) == "diameter" { print said ": " $0; n++ }
	    END { exit n > 0 }' "$tmp/read" >&2 ||
		complain "$1: Diameter with warnings"
}

# One Command Code per message, several in a frame.
check_count()
{
	n=$(awk -F '\t' 'NF == 3 && $3 != "" { n += split($3, codes, ",") }
	    END { print n + 0 }' "$tmp/read")
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
	read_capture "$pcap"
	check_malformed "$pcap"
	check_expert "$pcap"
	check_count "$pcap"
done
exit $bad
