"""Malformed requests (RFC 6733 7.1): Result-Code, Failed-AVP, survival."""

import struct

from cx import lir, mar, pack, sar, uar
from avps import AVPS, M, TGPP, V
from diameter import (avp, avps_of, Client, CX, E,
                      message, MESSAGE_MAX, P, R, raw, RTR, vsai)
from server import expect

REQUIRED = {
    "UAR": ["User-Name", "Public-Identity", "Visited-Network-Identifier"],
    "MAR": ["User-Name", "Public-Identity", "SIP-Auth-Data-Item",
            "SIP-Number-Auth-Items", "Server-Name"],
    "SAR": ["Server-Name", "Server-Assignment-Type",
            "User-Data-Already-Available"],
    "LIR": ["Public-Identity"],
}
ALWAYS = ["Session-Id", "Vendor-Specific-Application-Id",
          "Auth-Session-State", "Origin-Host", "Origin-Realm",
          "Destination-Realm"]
LEAST = {"u32": bytes(4), "text": b"", "octets": b"", "group": b""}


def requests(client, user):
    """One good request of each command."""
    return {
        "UAR": uar(client, user.impi, user.impu),
        "MAR": mar(client, user.impi, user.impu),
        "SAR": sar(client, user.impi, user.impu, 1),
        "LIR": lir(client, user.impu),
    }


def refused(client, octets, result, failed=None):
    """The request gets this result and exactly this AVP in Failed-AVP (None:
    there is no Failed-AVP), and the next good request is served."""
    got = client.ask(octets)
    expect(got.result() == result, "got %d, want %d" % (got.result(),
                                                        result))
    found = [a.value for a in got.avps if a.name == "Failed-AVP"]
    want = [] if failed is None else [failed]
    expect(found == want, "%d: Failed-AVP %s, want %s" % (
        result, [f.hex() for f in found], [w.hex() for w in want]))
    expect(got.get("Origin-Host") and got.get("Origin-Realm"),
           "no origin in the answer")
    expect(client.ask(client.dwr()).result() == 2001, "no DWA behind it")
    return got


def changed(request, name, octets):
    """The request with one AVP replaced by these octets."""
    code, avps = request
    return code, {**avps, name: octets}


def without(request, name):
    """The request without one AVP."""
    code, avps = request
    return code, {n: octets for n, octets in avps.items() if n != name}


def on(function):
    """A case that gets a connection and one good request of each command."""
    def case(server):
        with Client(server) as client:
            function(server, client, requests(client, server.users[3]))
    case.__name__ = function.__name__
    return case


@on
def command_unsupported_3001(_server, client, _good):
    """Codes of no command, of another application, and RTR, which is ours
    to send."""
    refused(client, message(999, client.identity(), R | P, CX), 3001)
    refused(client, message(271, client.identity(), R | P, 0), 3001)
    refused(client, message(0, [], R, 0), 3001)
    refused(client, message(0xFFFFFF, [], R | P, CX), 3001)
    _code, avps = lir(client, "sip:nobody@example.org")
    refused(client, pack((RTR, avps)), 3001)


@on
def unable_to_deliver_3002(_server, client, good):
    """Destination-Host is another host."""
    other = avp("Destination-Host", "other." + client.realm)
    for request in good.values():
        refused(client, pack(request, other), 3002)


@on
def realm_not_served_3003(_server, client, good):
    """Destination-Realm is not ours."""
    for request in good.values():
        refused(client, pack(changed(
            request, "Destination-Realm",
            avp("Destination-Realm", "elsewhere.example.org"))), 3003)


@on
def loop_detected_3005(server, client, good):
    """Our own name in a Route-Record, in any case of letters."""
    for name in (server.host, server.host.upper()):
        refused(client, pack(good["LIR"], avp("Route-Record", "a.b") + avp(
            "Route-Record", name)), 3005)


@on
def application_unsupported_3007(_server, client, good):
    """Application-Id of Sh, and of nothing."""
    for app in (16777217, 1, 0xFFFFFFFF):
        refused(client, pack(good["UAR"], app=app), 3007)


@on
def invalid_hdr_bits_3008(_server, client, good):
    """E in a request; P not as the command defines it."""
    for request in good.values():
        refused(client, pack(request, flags=R | P | E), 3008)
        refused(client, pack(request, flags=R), 3008)
    refused(client, client.dwr(R | P), 3008)
    refused(client, client.dwr(R | E), 3008)


@on
def invalid_avp_bits_3009(_server, client, good):
    """V bit with Vendor-Id 0 (4.1)."""
    wrong = raw(1, b"alice", V | M)
    refused(client, pack(good["LIR"], wrong), 3009, wrong)


@on
def reserved_bits_are_ignored(_server, client, good):
    """Header and AVP flags that have no meaning: no error (3, 4.1)."""
    code, avps = good["LIR"]
    body = [bytes(o[:4]) + bytes([o[4] | 0x1F]) + o[5:]
            for o in avps.values()]
    got = client.ask(message(code, body, R | P | 0x0F, CX))
    expect(got.result() == -5003, "got %d" % got.result())


@on
def avp_unsupported_5001(_server, client, good):
    """An unknown AVP with M: refused; without M: ignored."""
    for request in good.values():
        for wrong in (raw(9999, b"abc", M), raw(9999, b"", M | V, TGPP),
                      raw(601, b"abcd", M | V, 9)):
            refused(client, pack(request, wrong), 5001, wrong)
    right = raw(9999, b"abc") + raw(1, b"x", V, 4711)
    expect(client.ask(pack(good["LIR"], right)).result() == -5003,
           "an AVP without M was not ignored")


@on
def avp_unsupported_inside_a_group_5001(_server, client, good):
    """The offender stands at the bottom of Failed-AVP, with or without its
    group around it (7.5)."""
    wrong = raw(9999, b"abc", M)
    group = avp("SIP-Auth-Data-Item", [
        avp("SIP-Authentication-Scheme", "Unknown"), wrong])
    got = client.ask(pack(changed(good["MAR"], "SIP-Auth-Data-Item", group)))
    expect(got.result() == 5001, "got %d" % got.result())
    failed = got.get("Failed-AVP")
    while failed and failed[0].name == "SIP-Auth-Data-Item":
        failed = avps_of(failed[0].value)
    expect([f.octets for f in failed or []] == [wrong], "Failed-AVP")


@on
def invalid_avp_value_5004(_server, client, good):
    """Values outside the definition, with the AVP as it came."""
    for command, name, wrong in (
            ("UAR", "Auth-Session-State", avp("Auth-Session-State", 7)),
            ("UAR", "User-Authorization-Type",
             avp("User-Authorization-Type", 3)),
            ("SAR", "Server-Assignment-Type",
             avp("Server-Assignment-Type", 99)),
            ("SAR", "Server-Assignment-Type",
             avp("Server-Assignment-Type", 13)),
            ("SAR", "User-Data-Already-Available",
             avp("User-Data-Already-Available", 2)),
            ("MAR", "SIP-Number-Auth-Items",
             avp("SIP-Number-Auth-Items", 0)),
            ("LIR", "Originating-Request", avp("Originating-Request", 1)),
            ("LIR", "Public-Identity", avp("Public-Identity", b"\xff\xfe")),
            ("LIR", "Origin-Host", avp("Origin-Host", b"\xff\xfe")),
            ("LIR", "Vendor-Specific-Application-Id", vsai(16777217))):
        refused(client, pack(changed(good[command], name, wrong)), 5004,
                wrong)


@on
def resynchronisation_of_wrong_length_5004(_server, client, good):
    """SIP-Authorization of a MAR is 30 octets."""
    expect(client.ask(pack(good["MAR"])).result() == 2001, "no first MAA")
    wrong = avp("SIP-Authorization", bytes(29))
    group = avp("SIP-Auth-Data-Item", [
        avp("SIP-Authentication-Scheme", "Digest-AKAv1-MD5"), wrong])
    refused(client, pack(changed(good["MAR"], "SIP-Auth-Data-Item", group)),
            5004, wrong)


@on
def missing_avp_5005(_server, client, good):
    """Each required AVP of each command: an example of it, zero-filled."""
    for command, request in good.items():
        for name in ALWAYS + REQUIRED[command]:
            code, vendor, flags, kind = AVPS[name]
            refused(client, pack(without(request, name)), 5005,
                    raw(code, LEAST[kind], flags, vendor))


@on
def missing_avp_of_base_commands_5005(_server, client, _good):
    """DWR without Origin-Host; DPR without Disconnect-Cause, which ends the
    connection all the same (5.6)."""
    realm = [avp("Origin-Realm", client.realm)]
    refused(client, message(280, realm), 5005, raw(264, b"", M))
    dpa = client.ask(message(282, client.identity()))
    failed = [a.value for a in dpa.avps if a.name == "Failed-AVP"]
    expect(dpa.result() == 5005 and failed == [raw(273, bytes(4), M)],
           "DPA %d, Failed-AVP %s" % (dpa.result(), failed))
    expect(client.ended() == [], "something behind the DPA")


@on
def avp_not_allowed_5008(_server, client, good):
    """AVPs that only an answer has."""
    for wrong in (avp("Result-Code", 2001),
                  avp("Failed-AVP", [avp("User-Name", "x")]),
                  avp("Experimental-Result", [
                      avp("Vendor-Id", TGPP),
                      avp("Experimental-Result-Code", 2001)])):
        for request in good.values():
            refused(client, pack(request, wrong), 5008, wrong)


@on
def too_many_times_5009(_server, client, good):
    """The second of each AVP that may be there once."""
    for command, request in good.items():
        for name in ALWAYS + REQUIRED[command]:
            if (command, name) == ("SAR", "Public-Identity"):
                continue
            wrong = request[1][name]
            refused(client, pack(request, wrong), 5009, wrong)
    second = avp("Public-Identity", "sip:second@example.org")
    got = client.ask(pack(good["SAR"], second))
    expect(got.result() in (5009, -5001), "SAR: got %d" % got.result())


@on
def unsupported_version_5011(_server, client, good):
    """Version 2 and 0, of a length that can be framed."""
    for version in (0, 2, 255):
        refused(client, pack(good["LIR"], version=version), 5011)


@on
def invalid_avp_length_5014(_server, client, good):
    """Below the header, beyond the end, wrong for the type, header cut."""
    for octets, failed in (
            (raw(1, b"", M, length=0), raw(1, b"", M)),
            (raw(1, b"", M, length=7), raw(1, b"", M)),
            (raw(1, b"", M, length=9), raw(1, b"", M)),
            (raw(1, b"", M, length=0xFFFFFF), raw(1, b"", M)),
            (raw(601, b"", M | V, TGPP, length=11), raw(601, b"", M | V,
                                                         TGPP)),
            (raw(277, b"", M, length=400), raw(277, bytes(4), M)),
            (struct.pack("!II", 601, (V | M) << 24 | 12),
             raw(601, b"", V | M, 0)),
            (bytes(8), raw(0, b"")),
            (raw(278, b"abc", M), raw(278, b"abc", M)),
            (raw(278, b"abcde", M), raw(278, b"abcde", M)),
            (raw(613, bytes(8), M | V, TGPP),
             raw(613, bytes(8), M | V, TGPP))):
        for name in ("LIR", "MAR"):
            refused(client, pack(good[name], octets), 5014, failed)


@on
def invalid_avp_length_inside_a_group_5014(_server, client, good):
    """A member beyond the end of its group."""
    member = raw(608, b"Unknown", M | V, TGPP, length=400)
    group = raw(612, member, M | V, TGPP)
    got = client.ask(pack(changed(good["MAR"], "SIP-Auth-Data-Item", group)))
    expect(got.result() == 5014, "got %d" % got.result())
    code = got.get("Failed-AVP")[0].code
    expect(code in (608, 612), "Failed-AVP holds %d" % code)


def closing(server, octets, result):
    """Octets that cannot be framed: answered at most once, then closed, and
    another connection is served."""
    with Client(server) as client, Client(server, "other.example.org") as o:
        client.send(octets)
        got = [m.result() for m in client.ended()]
        expect(got in ([], [result]), "got %s" % got)
        expect(o.ask(o.dwr()).result() == 2001, "the other is not served")
        return got


def invalid_message_length_5015(server):
    """0, 19, 21, no multiple of 4, above the limit: closed."""
    with Client(server) as client:
        good = pack(lir(client, server.users[3].impu))
    for length in (0, 4, 19, 21, 22, 23, len(good) + 1, MESSAGE_MAX + 1,
                   MESSAGE_MAX + 4, 0xFFFFFC, 0xFFFFFF):
        octets = good[:1] + length.to_bytes(3, "big") + good[4:]
        expect(closing(server, octets, 5015) == [5015],
               "length %d: no 5015" % length)


@on
def octets_behind_the_last_avp_5015(_server, client, good):
    """Too few for the header of an AVP: 5015, but the stream is sound."""
    for request in good.values():
        refused(client, pack(request, struct.pack("!I", 277)), 5015)


def answer_of_wrong_length_is_not_answered(server):
    """The same in an answer: only closed (7)."""
    for length in (0, 19, 21, MESSAGE_MAX + 4):
        octets = message(302, [], P, CX, length=length)
        expect(closing(server, octets, 5015) == [], "it was answered")


def longest_message(server):
    """MESSAGE_MAX octets are served, answered by at most as many."""
    with Client(server) as client:
        request = lir(client, server.users[3].impu)
        for state in (b"", b"keep"):
            room = MESSAGE_MAX - len(pack(request)) - 8
            info = b""
            if state:
                info = avp("Proxy-Info", [avp("Proxy-Host", "p.example.org"),
                                          avp("Proxy-State", state)])
                room -= len(info)
            got = client.ask(pack(request, info + raw(9999, bytes(room))))
            expect(got.result() == -5003, "got %d" % got.result())
        wrong = raw(9999, bytes(MESSAGE_MAX - len(pack(request)) - 8), M)
        expect(client.ask(pack(request, wrong)).result() == 5001,
               "no 5001 for an AVP as long as a message")


@on
def error_answers_repeat_session_and_proxies(_server, client, good):
    """6.2: Session-Id and every Proxy-Info, in order, also in errors."""
    infos = [avp("Proxy-Info", [avp("Proxy-Host", "p%d.example.org" % n),
                                avp("Proxy-State", bytes([n] * n))])
             for n in (1, 2, 3)]
    for name in ("User-Name", "Destination-Realm"):
        request = changed(good["UAR"], name, avp(name, "elsewhere.org"))
        got = client.ask(pack(request, b"".join(infos)))
        expect(got.avps[0].octets == request[1]["Session-Id"], "Session-Id")
        found = [a.octets for a in got.avps if a.name == "Proxy-Info"]
        expect(found == infos, "Proxy-Info of the answer to a wrong " + name)


CASES = [
    command_unsupported_3001, unable_to_deliver_3002, realm_not_served_3003,
    loop_detected_3005, application_unsupported_3007, invalid_hdr_bits_3008,
    invalid_avp_bits_3009, reserved_bits_are_ignored, avp_unsupported_5001,
    avp_unsupported_inside_a_group_5001, invalid_avp_value_5004,
    resynchronisation_of_wrong_length_5004, missing_avp_5005,
    missing_avp_of_base_commands_5005, avp_not_allowed_5008,
    too_many_times_5009, unsupported_version_5011, invalid_avp_length_5014,
    invalid_avp_length_inside_a_group_5014, invalid_message_length_5015,
    octets_behind_the_last_avp_5015,
    answer_of_wrong_length_is_not_answered, longest_message,
    error_answers_repeat_session_and_proxies,
]
