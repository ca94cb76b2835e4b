#!/bin/sh
# A running hssd reads its files again on HUP: all of them or, with a fault,
# none; faults and what has to wait for the next start are in the log.
#
# usage: test_reload.sh HSSD
set -u

hssd=$1
dir=$(mktemp -d) || exit 1
pid=
trap 'test -n "$pid" && kill "$pid"; wait; rm -r "$dir"' EXIT

fail()
{
	echo "$1" >&2
	cat "$dir/log" >&2
	exit 1
}

# Waits until the log has so many lines with a text.
expect()
{
	tries=100
	while [ "$(grep -c -F -e "$2" "$dir/log")" -lt "$1" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "not in the log: $2"
		kill -0 "$pid" || fail "hssd is gone"
		sleep 0.1
	done
}

write_conf()
{
	cat >"$dir/conf" <<EOF
identity = "hss.ims.example"
realm = "$1"
listen = {"tcp://127.0.0.1:$port"}
subscribers = {"subscribers"}
profiles = "profiles"
store = "state"
log = "stderr"
watchdog = $2
$3
EOF
}

write_users()
{
	for name; do
		cat <<EOF
[$name]
impi = $name@ims.example
scheme = digest
password = secret
impu = sip:$name@ims.example
profile = default
EOF
	done >"$dir/subscribers"
}

mkdir "$dir/profiles"
: >"$dir/profiles/default.xml"
write_users alice
for try in 1 2 3 4 5; do
	port=$((20000 + ($$ + 1009 * try) % 10000))
	write_conf ims.example 30 ""
	"$hssd" -c "$dir/conf" 2>"$dir/log" &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q ready "$dir/log" && break 2
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.2
	done
done
expect 1 ready

# Everything is right: it is in use.
write_users alice bob
kill -HUP "$pid"
expect 1 "reloaded: 2 subscriptions"

# A fault in each kind of file: told in the log, nothing is changed.
echo "shoe-size = 43" >>"$dir/subscribers"
kill -HUP "$pid"
expect 1 "hssd: reload: $dir/subscribers:13: "
expect 1 "1 faults, nothing is changed"
write_users alice bob
echo "<Wrong/>" >"$dir/profiles/default.xml"
kill -HUP "$pid"
expect 1 "hssd: reload: $dir/profiles/default.xml:1: "
expect 2 "faults, nothing is changed"
: >"$dir/profiles/default.xml"
write_conf ims.example 30 'shoe-size = 43'
kill -HUP "$pid"
expect 1 "hssd: reload: $dir/conf:9: "
expect 3 "faults, nothing is changed"

# What needs a new start: each key is named.
write_users alice
write_conf other.example 60 'peer "scscf.ims.example" { from = {"127.0.0.0/8"} }
unknown-peers = refuse'
kill -HUP "$pid"
expect 1 "reloaded: 1 subscriptions"
for key in realm watchdog peer unknown-peers; do
	expect 1 "a changed $key takes effect at the next start"
done
for key in identity listen store log; do
	! grep -q "a changed $key takes" "$dir/log" || fail "$key is as it was"
done

kill "$pid"
wait "$pid" || fail "exit status is $?"
pid=
