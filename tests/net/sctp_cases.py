"""The cases of tests/net/sctp: RFC 6733 2.1.1 and 5.3, RFC 6458.

The server listens four times: on one address, on two, on two of IPv6, and on
one of each kind.
"""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

from association import Association, listening, STREAMS, UNORDERED
from cx import pack, SCSCF, uar
from diameter import avp, CER, DPR, Message, MESSAGE_MAX, whole_answer
from server import expect, wait_for

ONE = ("127.0.0.1",)
TWO = ("10.9.0.1", "10.9.0.2")
V6 = ("::1", "fd00::1")
MIXED = ("10.9.0.3", "fd00::2")
LOCAL = ("10.9.1.1", "10.9.1.2")
LISTENERS = (ONE, TWO, V6, MIXED)
PEER = "peer.example.org"
PEER_AT = ("10.9.2.1", "10.9.2.2")
PEER_PORT = 30
MTU = 1500
PLENTY = 200
SETTINGS = {
    "net/sctp/rto_initial": 200, "net/sctp/rto_min": 100,
    "net/sctp/rto_max": 500, "net/sctp/hb_interval": 400,
    "net/sctp/path_max_retrans": 2, "net/sctp/addr_scope_policy": 0,
}
SMALL_BUFFER = 12000


# --- The network ---


def ip(*words):
    """ip(8); it must succeed."""
    subprocess.run(["ip", *words], check=True, timeout=10)


def setting(name, value):
    """Write a system setting; what it was."""
    path = pathlib.Path("/proc/sys") / name
    old = path.read_text().split()[0]
    path.write_text(str(value))
    return old


def prepare():
    """Addresses, quick timers, and room before the local routes."""
    for address in TWO + LOCAL + PEER_AT + MIXED[:1]:
        ip("addr", "add", address + "/32", "dev", "lo")
    for address in V6[1:] + MIXED[1:]:
        ip("addr", "add", address + "/128", "dev", "lo", "nodad")
    ip("link", "set", "lo", "mtu", str(MTU))
    ip("rule", "add", "pref", "10", "lookup", "local")
    ip("rule", "del", "pref", "0")
    for name, value in SETTINGS.items():
        setting(name, value)


def configure(server):
    """Its listeners, and a peer it connects to."""
    lines = []
    for i, addresses in enumerate(LISTENERS):
        lines.append('"sctp://%s:%d"' % (bracketed(addresses),
                                         server.port + i))
    conf = "\n".join(line for line in server.conf.splitlines()
                     if not line.startswith("listen"))
    server.conf = "%s\nlisten = {%s}\n" % (conf, ", ".join(lines))
    server.write()


def bracketed(addresses):
    """As a URI has them."""
    return ",".join("[%s]" % a if ":" in a else a for a in addresses)


class At:
    """The server, by another of its ports."""

    def __init__(self, server, listener):
        self.port = server.port + LISTENERS.index(listener)
        self.realm = server.realm


def connect(server, listener=ONE, **more):
    """An association with the listener, at all its addresses."""
    return Association(At(server, listener), addresses=listener, **more)


@contextlib.contextmanager
def dead_path(address):
    """What goes to the address is lost."""
    rule = ["to", address + "/32", "blackhole", "pref", "5"]
    ip("rule", "add", *rule)
    try:
        yield
    finally:
        ip("rule", "del", *rule)


@contextlib.contextmanager
def restarted(server, extra="", settings=None):
    """The server anew, with more configuration and other settings."""
    old = {n: setting(n, v) for n, v in (settings or {}).items()}
    conf = server.conf
    server.hssd.stop()
    server.conf += extra
    server.write()
    try:
        server.start()
        yield
    finally:
        server.hssd.stop()
        server.conf = conf
        server.write()
        for name, value in old.items():
            setting(name, value)
        server.start()


# --- What is asked ---


def identities(server, number=1):
    """A subscriber's IMPI and IMPU."""
    user = server.users[number]
    return user.impi, user.impu


def padded_uar(client, server, octets):
    """A UAR of about so many octets, all of which come back."""
    extra, part = b"", 60000
    while octets > 0:
        extra += avp("Proxy-Info", [
            avp("Proxy-Host", client.host),
            avp("Proxy-State", bytes(min(octets, part)))])
        octets -= part
    return pack(uar(client, *identities(server)), extra)


def works(client, server, result=-2001):
    """A UAR is answered as for a user that is not registered."""
    got = client.ask(pack(uar(client, *identities(server)))).result()
    expect(got in (result, -2002), "UAA %d" % got)


def address_avp(address):
    """Host-IP-Address of an address."""
    if ":" in address:
        return b"\0\2" + socket.inet_pton(socket.AF_INET6, address)
    return b"\0\1" + socket.inet_aton(address)


def check_addresses(said, wanted):
    """Exactly these, in any order (RFC 6733 5.3.5)."""
    wanted = sorted(address_avp(a) for a in wanted)
    expect(sorted(said) == wanted, "Host-IP-Address %s, want %s" % (
        [a.hex() for a in sorted(said)], [a.hex() for a in wanted]))


def no_sctp(server):
    """Without SCTP in the kernel the start fails and says why."""
    server.hssd.start()
    status = server.hssd.process.wait(5)
    said = server.hssd.said()
    expect("cannot listen on sctp://127.0.0.1:%d (no SCTP" % server.port
           in said, "it says " + said[-300:])
    expect("ready" not in said, "it says that it is ready")
    expect(status == 1, "exit status %d" % status)


def unit_tests(server):
    """Those of the build that want SCTP."""
    done = subprocess.run(
        [server.build / "tests" / "diameter" / "test_sctp"], text=True,
        timeout=60, check=False, capture_output=True)
    expect(done.returncode == 0 and "100%" in done.stdout, done.stdout[-300:])


# --- Capabilities and the base protocol ---


def cea_has_the_address(server):
    """CER, CEA, UAR, DWR and DPR at one address."""
    with connect(server) as client:
        check_addresses(client.cea.all("Host-IP-Address"), ONE)
        works(client, server)
        expect(client.ask(client.dwr()).result() == 2001, "DWA")
        expect(client.ask(client.dpr()).result() == 2001, "DPA")


def cea_has_both_addresses(server):
    """The same at two."""
    with connect(server, TWO, local=LOCAL) as client:
        check_addresses(client.cea.all("Host-IP-Address"), TWO)
        works(client, server)


def ipv6(server):
    """The same at two of IPv6."""
    with connect(server, V6) as client:
        check_addresses(client.cea.all("Host-IP-Address"), V6)
        works(client, server)


def ipv4_and_ipv6(server):
    """An association over both; IPv4 is named as such, not as mapped."""
    with connect(server, MIXED) as client:
        check_addresses(client.cea.all("Host-IP-Address"), MIXED)
        works(client, server)
    with Association(At(server, MIXED), addresses=MIXED[:1]) as client:
        works(client, server)


def register_flow(server):
    """cxclient: UAR, MAR, SAR, and all again backwards."""
    for listener in (ONE, TWO, V6):
        user = server.users[2 + LISTENERS.index(listener)]
        command = [
            server.build / "tools" / "cxclient", "-s", "sctp://%s:%d" % (
                bracketed(listener), At(server, listener).port),
            "-R", server.realm, "-i", user.impi, "-p", user.impu,
            "-S", SCSCF, "--k", user.k, "--op", user.op, "--deregister",
            "register"]
        done = subprocess.run(command, timeout=20, check=False, text=True,
                              capture_output=True)
        expect(done.returncode == 0, "cxclient at %s: %s" % (
            bracketed(listener), (done.stdout + done.stderr)[-300:]))


def payload_protocol_is_not_asked(server):
    """0 and DTLS's 47 are taken; every answer has 46 (Association sees)."""
    with connect(server) as client:
        for client.ppid in (0, 46, 47, 0xFFFFFFFF):
            works(client, server)


# --- Messages ---


def messages_in_one_go(server):
    """Each answer is an SCTP message of its own."""
    with connect(server) as client:
        asked = [pack(uar(client, *identities(server)))
                 for _ in range(PLENTY)]
        for octets in asked:
            client.send(octets)
        for octets in asked:
            got = client.receive()
            expect(got is not None and got.octets[12:20] == octets[12:20],
                   "an answer is missing")


def large_messages(server):
    """Beyond a packet, up to the longest, in both directions."""
    with connect(server, TWO, maxseg=600) as client:
        for octets in (MTU, 10000, 59000, 64500):
            asked = padded_uar(client, server, octets)
            expect(len(asked) <= MESSAGE_MAX, "too long to ask")
            got = client.ask(asked)
            expect(len(got.octets) >= octets, "%d octets of %d came back"
                   % (len(got.octets), octets))


def partial_delivery(server):
    """Messages longer than the receiver's buffer come in parts."""
    with restarted(server, settings={
            "net/core/rmem_default": SMALL_BUFFER}):
        with connect(server, buffer=SMALL_BUFFER) as client:
            for _ in range(3):
                client.ask(padded_uar(client, server, 60000))
            expect(client.fragments > 4, "it all came whole")
            works(client, server)


def all_streams(server):
    """In order or not, on every stream; answers come on stream 0."""
    with connect(server) as client:
        for client.flags in (0, UNORDERED):
            for client.stream in range(STREAMS):
                works(client, server)
        expect(client.streams == {0}, "streams %s" % client.streams)


def streams_interleaved(server):
    """Long messages on all streams at a time, into a small buffer."""
    with restarted(server, settings={
            "net/core/rmem_default": SMALL_BUFFER}):
        with connect(server) as client:
            asked = []
            for client.stream in range(4):
                asked.append(padded_uar(client, server, 20000))
                client.send(asked[-1])
            got = {client.receive().octets[12:20] for _ in asked}
            expect(got == {a[12:20] for a in asked}, "answers are missing")


def ends_by(server, octets, hello=True):
    """This, as one SCTP message, ends the association."""
    with connect(server, hello=hello) as client:
        client.send(octets)
        for got in client.ended():
            expect(got.result() in (5015, 3008), "it is answered %d"
                   % got.result())
    with connect(server) as client:
        works(client, server)


def half_a_message(server):
    """Nothing is put together over an SCTP message's end."""
    with connect(server) as client:
        octets = pack(uar(client, *identities(server)))
    for cut in (1, 3, 4, 19, 20, len(octets) // 2, len(octets) - 4):
        ends_by(server, octets[:cut])


def two_messages_in_one(server):
    """Refused: one SCTP message is one of Diameter."""
    with connect(server) as client:
        octets = client.dwr()
    ends_by(server, octets + octets)
    ends_by(server, octets + b"\0")
    ends_by(server, octets + octets[:12])


def impossible_lengths(server):
    """As over TCP: 5015 and the end."""
    with connect(server) as client:
        octets = client.dwr()
    for length in (0, 19, 21, MESSAGE_MAX + 4, 0xFFFFFC):
        ends_by(server, b"\1" + length.to_bytes(3, "big") + octets[4:])


def no_cer_first(server):
    """The association ends (RFC 6733 5.6.1)."""
    with connect(server) as client:
        octets = client.dwr()
    ends_by(server, octets, hello=False)


# --- Paths, ends, restarts ---


def path_lost(server):
    """Requests go on over the other path, and come back to the first."""
    with connect(server, TWO, local=LOCAL) as client:
        works(client, server)
        mark = server.hssd.size()
        for address in (TWO[0], LOCAL[0]):
            with dead_path(address):
                for _ in range(30):
                    works(client, server)
                    time.sleep(0.05)
                if address in LOCAL:
                    wait_for(lambda: "path to %s" % LOCAL[0] in
                             server.hssd.said(mark), 5,
                             "the lost path in the log")
        wait_for(lambda: "there again" in server.hssd.said(mark), 10,
                 "the path's return in the log")
        works(client, server)


def address_removed(server):
    """The same when the host loses an address."""
    with connect(server, TWO, local=LOCAL) as client:
        works(client, server)
        ip("addr", "del", TWO[0] + "/32", "dev", "lo")
        try:
            for _ in range(10):
                works(client, server)
                time.sleep(0.05)
        finally:
            ip("addr", "add", TWO[0] + "/32", "dev", "lo")
        works(client, server)


def all_paths_lost(server):
    """The peer is down when the kernel gives the association up."""
    mark = server.hssd.size()
    with connect(server, TWO, local=LOCAL, host="lost.example.org") as client:
        with dead_path(TWO[0]), dead_path(LOCAL[0]), \
                dead_path(TWO[1]), dead_path(LOCAL[1]):
            client.send(client.dwr())
            wait_for(lambda: "peer lost.example.org: sctp" in
                     server.hssd.said(mark), 30, "the peer's end in the log")


def ends(server):
    """SHUTDOWN and ABORT free the peer and its descriptors."""
    before = server.descriptors()
    mark = server.hssd.size()
    for abort in (False, True):
        clients = [connect(server, host="end%d.example.org" % i)
                   for i in range(20)]
        for client in clients:
            works(client, server)
            if abort:
                client.abort()
            else:
                client.close()
    wait_for(lambda: server.descriptors() <= before, 5, "descriptors back")
    said = server.hssd.said(mark)
    expect(said.count("-> Closed") >= 40, "peers are still there")


def orderly_end(server):
    """DPR, DPA, then the association ends without an ABORT."""
    mark = server.hssd.size()
    with connect(server, host="polite.example.org") as client:
        client.send(client.dpr())
        expect([m.code for m in client.ended()] == [DPR], "want a DPA")
    wait_for(lambda: "polite.example.org: Closing -> Closed" in
             server.hssd.said(mark), 3, "the peer's end")


def restart(server):
    """RFC 9260 5.2: the same ends, a new association.  The CER on it makes
    a new peer; what the old one had is forgotten."""
    port = server.port + 35
    mark = server.hssd.size()
    old = connect(server, TWO, local=LOCAL, port=port,
                  host="again.example.org")
    works(old, server)
    with dead_path(TWO[0]), dead_path(TWO[1]), \
            dead_path(LOCAL[0]), dead_path(LOCAL[1]):
        old.abort()
    with connect(server, TWO, local=LOCAL, port=port,
                 host="again.example.org") as client:
        works(client, server)
    said = server.hssd.said(mark)
    expect("the peer began anew" in said, "it was no restart")


def reader_stops(server):
    """One that asks and does not read is waited for, without spinning, and
    gets every answer in the end."""
    with connect(server, buffer=SMALL_BUFFER) as client:
        client.socket.settimeout(0.3)
        asked = []
        try:
            for _ in range(100):
                octets = padded_uar(client, server, 20000)
                client.send(octets)
                asked.append(octets)
        except (TimeoutError, BlockingIOError):
            pass
        expect(len(asked) > 5, "nothing was taken")
        used = cpu_s(server)
        time.sleep(1)
        used = cpu_s(server) - used
        expect(used < 0.3, "%.2f s of the processor while it waits" % used)
        for octets in asked:
            got = client.receive()
            expect(got is not None and got.octets[12:20] == octets[12:20],
                   "an answer is missing")


def cpu_s(server):
    """Seconds of the processor that hssd has used."""
    words = pathlib.Path("/proc/%d/stat" % server.pid()).read_text()
    fields = words.rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stopped(server):
    """TERM: DPR on every association, DPA, the end; then a new start on the
    same ports."""
    with connect(server) as one, connect(server, TWO, host=PEER) as two:
        server.hssd.process.send_signal(signal.SIGTERM)
        for client in (one, two):
            dpr = client.receive()
            expect(dpr.code == DPR and dpr.request(), "no DPR")
            client.send(client.answer(dpr))
            expect(client.ended() == [], "something behind the DPR")
        expect(server.hssd.process.wait(5) == 0, "exit status")
    server.hssd.stop()
    server.start()
    with connect(server) as client:
        works(client, server)


# --- hssd connects ---


def connect_to(server):
    """The configuration of a peer to connect to."""
    return '\npeer "%s" {\n connect = "sctp://%s:%d"\n}\n' % (
        PEER, bracketed(PEER_AT), server.port + PEER_PORT)


def accepted(server, made):
    """hssd's association, after its CER was answered."""
    made.settimeout(15)
    client = Association.of(server, made.accept()[0], PEER)
    cer = client.receive()
    expect(cer.code == CER and cer.request(), "no CER")
    client.send(cea(client, cer))
    return client, cer


def cea(client, cer):
    """A good CEA."""
    mine = Message(client.cer())
    return whole_answer(cer, [avp("Result-Code", 2001)] + [
        a.octets for a in mine.avps])


def hssd_connects(server):
    """CER with all addresses, requests both ways, and again after an end."""
    with listening(PEER_AT, server.port + PEER_PORT) as made:
        with restarted(server, connect_to(server)):
            client, cer = accepted(server, made)
            with client:
                said = cer.all("Host-IP-Address")
                expect(address_avp(PEER_AT[0]) in said and len(said) > 1,
                       "addresses %s" % said)
                works(client, server)
                expect(client.ask(client.dwr()).result() == 2001, "DWA")


def hssd_finds_nobody(server):
    """Refused: logged, and hssd serves the others."""
    mark = server.hssd.size()
    with restarted(server, connect_to(server)):
        wait_for(lambda: "peer %s:" % PEER in server.hssd.said(mark), 10,
                 "the failure in the log")
        with connect(server) as client:
            works(client, server)


CASES = [
    no_sctp, unit_tests, cea_has_the_address, cea_has_both_addresses, ipv6,
    ipv4_and_ipv6,
    register_flow, payload_protocol_is_not_asked, messages_in_one_go,
    large_messages, partial_delivery, all_streams, streams_interleaved,
    half_a_message, two_messages_in_one, impossible_lengths, no_cer_first,
    path_lost, address_removed, all_paths_lost, ends, orderly_end, restart,
    reader_stops, stopped, hssd_connects, hssd_finds_nobody,
]
