"""SCTP cases: capabilities and messages (RFC 6733 2.1.1, 5.3; RFC 6458)."""

import subprocess

from association import Association, STREAMS, UNORDERED
from cx import pack, SCSCF, uar
from diameter import MESSAGE_MAX
from sctp_network import (At, bracketed, check_addresses, connect, identities,
                          LISTENERS, LOCAL, MIXED, MTU, ONE, padded_uar,
                          PLENTY, restarted, SMALL_BUFFER, TWO, V6, works)
from server import expect


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


def ends_by(server, octets, hello=True, abort=False):
    """This, as one SCTP message, ends the association."""
    with connect(server, hello=hello) as client:
        client.send(octets)
        for got in client.ended():
            expect(got.result() in (5015, 3008), "it is answered %d"
                   % got.result())
        expect(client.aborted or not abort, "it ends without an ABORT")
    with connect(server) as client:
        works(client, server)


def half_a_message(server):
    """Nothing is put together over an SCTP message's end."""
    with connect(server) as client:
        octets = pack(uar(client, *identities(server)))
    for cut in (1, 3, 4, 19, 20, len(octets) // 2, len(octets) - 4):
        ends_by(server, octets[:cut], abort=True)


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


CASES = [
    no_sctp, unit_tests, cea_has_the_address, cea_has_both_addresses, ipv6,
    ipv4_and_ipv6, register_flow, payload_protocol_is_not_asked,
    messages_in_one_go, large_messages, partial_delivery, all_streams,
    streams_interleaved, half_a_message, two_messages_in_one,
    impossible_lengths, no_cer_first,
]
