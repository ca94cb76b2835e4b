"""Every kind of message that hssd and cxclient send, on record."""

import subprocess

from cx import AKA, auth_item, lir, mar, pack, sar, SCSCF, uar
from avps import M, TGPP, V
from diameter import (avp, CER, Client, CX, DPR, DWR, message, P, PPR, R, raw,
                      RTR, vsai)
from notices import (barred, other_profile, register, register_digest,
                     reloaded, reply, SCSCF_HOST, take)
from server import expect
from lab import REALM

CLIENT_S = 20
WATCHDOG_S = 10
DOMAIN = "@" + REALM

SUBSCRIBERS = """
[line]
impi = line{at}
scheme = nass
line-identifier = 00112233
impu = sip:line{at}
profile = default
[address]
impi = address{at}
scheme = giba
framed-ip = 192.0.2.7
impu = sip:address{at}
profile = default
[address6]
impi = address6{at}
scheme = giba
framed-ip = 2001:db8::7
impu = sip:address6{at}
profile = default
[pair]
impi = pair1{at}
scheme = aka
k = fec86ba6eb707ed08905757b1bb44b8f
op = dbc59adcb6f9a0ef735477b7fadf8374
impi = pair2{at}
scheme = digest
password = secret
impu = sip:pair{at}
impu = tel:+15559999
charging = default
capabilities = {{mandatory 0 optional 1}}
profile = default
""".format(at=DOMAIN)

CHARGING = """
charging "default" {
	primary-ecf = "aaa://ecf1.example.org:3868"
	secondary-ecf = "aaa://ecf2.example.org:3868"
	primary-ccf = "aaa://ccf1.example.org:3868;transport=tcp"
	secondary-ccf = "aaas://ccf2.example.org"
}
"""


def cxclient(server, name, *arguments, status=0):
    """Run cxclient; the path of its capture."""
    path = server.folder / (name + ".pcap")
    done = subprocess.run(
        [str(server.build / "tools" / "cxclient"), "-s",
         "127.0.0.1:%d" % server.port, "-R", REALM, "-S", SCSCF,
         "-P", str(path), *arguments], stdin=subprocess.DEVNULL,
        capture_output=True, timeout=CLIENT_S, check=False)
    expect(done.returncode == status, "cxclient %s: exit %d: %s" % (
        name, done.returncode, (done.stdout + done.stderr).decode()[-300:]))
    return path


def cxclient_runs(server):
    """cxclient's commands: name, arguments, an AVP that the answers must
    hold, how many of it."""
    sim, digest = server.users[30], server.users[51]
    keys = ("-i", sim.impi, "--k", sim.k, "--op", sim.op)
    pair = ("-i", "pair1" + DOMAIN, "-p", "sip:pair" + DOMAIN)
    early = ("--scheme", "Early-IMS-Security")
    yield "uar", ("uar", "-i", sim.impi), "Experimental-Result-Code", 1
    yield ("emergency", ("uar", "-i", sim.impi, "--emergency"),
           "Experimental-Result-Code", 1)
    yield ("capabilities", ("uar", *pair, "--type", "capabilities"),
           "Mandatory-Capability", 1)
    yield "mar", ("mar", "-i", sim.impi), "Confidentiality-Key", 1
    yield ("items", ("mar", "-i", sim.impi, "--items", "5"),
           "SIP-Item-Number", 5)
    yield ("digest", ("mar", "-i", digest.impi, "--scheme", "SIP Digest"),
           "Digest-HA1", 1)
    yield ("nass", ("mar", "-i", "line" + DOMAIN, "--scheme",
                    "NASS-Bundled"), "Line-Identifier", 1)
    yield ("giba", ("mar", "-i", "address" + DOMAIN, *early),
           "Framed-IP-Address", 1)
    yield ("giba6", ("mar", "-i", "address6" + DOMAIN, *early),
           "Framed-IPv6-Prefix", 1)
    yield "sar", ("sar", "-i", sim.impi), "User-Data", 1
    yield ("available", ("sar", "-i", sim.impi, "--type", "2",
                         "--available"), "User-Data", 0)
    yield ("charging", ("sar", *pair),
           "Primary-Charging-Collection-Function-Name", 1)
    yield "pair", ("sar", *pair), "Associated-Identities", 1
    yield ("deregister", ("sar", "-i", sim.impi, "--type", "5"),
           "User-Data", 0)
    yield ("unregistered", ("sar", "-i", sim.impi, "--type", "3"),
           "User-Data", 1)
    yield "lir", ("lir", "-p", sim.impu), "Server-Name", 1
    yield ("originating", ("lir", "-p", sim.impu, "--originating"),
           "Server-Name", 1)
    yield ("register", ("register", *keys, "--reregister", "--deregister"),
           "User-Data", 1)
    yield ("resync", ("register", *keys, "--sqn-ms", "000000ffffe0"),
           "SIP-Authenticate", 2)
    yield ("password", ("register", "-i", digest.impi, "--password",
                        digest.password), "Digest-HA1", 1)


def cxclient_captures(server):
    """A capture of each of cxclient's commands: path, AVP, how many."""
    for name, arguments, held, count in cxclient_runs(server):
        yield cxclient(server, name, *arguments), held, count


class Recorder(Client):
    """A client whose messages, both ways, are kept."""

    def __init__(self, server, host="recorder.example.org", **more):
        super().__init__(server, host, hello=False, **more)
        self.seen = []
        self.hello = self.ask(self.cer())

    def ask_wrong(self, octets, result):
        """Only the answer goes on record: the request is wrong by design."""
        seen, self.seen = self.seen, []
        got = self.ask(octets)
        expect(got.result() == result, "got %d" % got.result())
        self.seen = seen + [s for s in self.seen if not s[1]]


def base_messages(server):
    """CER, CEA, DWR, DWA, DPR, DPA, both ways: what was seen."""
    with Recorder(server) as first, Recorder(server, "two.example.org",
                                             address="::1") as second:
        first.ask(first.dwr())
        first.answers_dwr = False
        asked = first.receive(WATCHDOG_S)
        expect(asked.code == DWR and asked.request(), "no DWR of hssd's")
        first.send(first.answer(asked))
        first.ask(first.dpr())
        server.hssd.process.send_signal(15)
        asked = second.receive()
        expect(asked.code == DPR and asked.request(), "no DPR of hssd's")
        second.send(second.answer(asked))
        second.ended()
        seen = [first.seen, second.seen]
    expect(server.hssd.stop() == 0, "exit status is not 0")
    server.start()
    return seen


def refused_cers(server):
    """CEAs of all refusals: what was seen."""
    seen = []
    for avps, result in (([vsai(16777217)], 5010), ([], 5010),
                         ([vsai(), avp("Inband-Security-Id", 1)], 5017)):
        with Client(server, hello=False) as client:
            client.seen = []
            expect(client.ask(client.cer(avps)).result() == result,
                   "CEA is not %d" % result)
            seen.append(client.seen)
    with Client(server, hello=False) as client:
        client.seen = []
        cer = client.cer()
        client.ask(cer[:4] + bytes([R | P]) + cer[5:])
        seen.append([s for s in client.seen if not s[1]])
    return seen


def cx_errors(server):
    """Experimental-Results and plain ones: what was seen."""
    with Recorder(server) as client:
        user, digest = server.users[31], server.users[52]
        unknown = "sip:nobody@" + REALM
        for request, result in (
                (uar(client, user.impi, unknown), -5001),
                (uar(client, user.impi, digest.impu), -5002),
                (uar(client, user.impi, user.impu,
                     User_Authorization_Type=1), -5003),
                (lir(client, unknown), -5001),
                (lir(client, user.impu), -5003),
                (mar(client, digest.impi, digest.impu), -5006),
                (sar(client, user.impi, unknown, 1), -5001),
                (sar(client, user.impi, user.impu, 0), 5012),
                (mar(client, user.impi, user.impu,
                     auth_item(AKA, bytes(30))), 5012)):
            got = client.ask(pack(request)).result()
            expect(got == result, "command %d: %d, want %d" % (
                request[0], got, result))
        return [client.seen]


def requests_to_an_scscf(server):
    """RTR and PPR of all contents, and their answers: what was seen."""
    sim, digest = server.users[33], server.users[53]
    with Recorder(server, SCSCF_HOST) as scscf:
        register(scscf, sim)
        with other_profile(server):
            reply(scscf, take(scscf, PPR), 2001)
        reply(scscf, take(scscf, PPR), 2001)
        with reloaded(server, barred(server, sim)):
            reply(scscf, take(scscf, RTR), 2001)
        register_digest(scscf, digest)
        with reloaded(server, server.subscribers.replace(
                "password = " + digest.password + "\n",
                "password = another\n")):
            reply(scscf, take(scscf, PPR), -5009)
        reply(scscf, take(scscf, PPR), 2001)
        with reloaded(server, barred(server, digest)):
            reply(scscf, take(scscf, RTR), -5001)
        return [scscf.seen]


def without(request, name):
    """The request without one AVP."""
    code, avps = request
    return pack((code, {n: o for n, o in avps.items() if n != name}))


def protocol_errors(server):
    """Answers with the E bit, and with Failed-AVP: what was seen."""
    with Recorder(server) as client:
        user = server.users[31]
        good = lir(client, user.impu)
        proxy = avp("Proxy-Info", [avp("Proxy-Host", "p.example.org"),
                                   avp("Proxy-State", b"abc")])
        host = avp("Destination-Host", "other." + REALM)
        other = {**good[1], "Destination-Realm": avp("Destination-Realm",
                                                     "a.example.org")}
        for octets, result in (
                (message(272, client.identity(), R | P, CX), 3001),
                (pack(good, host + proxy), 3002),
                (pack((good[0], other)), 3003),
                (pack(good, avp("Route-Record", server.host)), 3005),
                (pack(good, app=16777217), 3007),
                (pack(good, flags=R), 3008),
                (client.dwr(R | P), 3008),
                (pack(good, version=2), 5011),
                (without(good, "Auth-Session-State"), 5005),
                (pack(good, avp("Result-Code", 2001)), 5008),
                (pack(good, good[1]["Public-Identity"]), 5009),
                (pack(sar(client, user.impi, user.impu, 13)), 5004),
                (pack(good, raw(278, bytes(4), M, length=7)), 5014),
                (pack(good, bytes(4)), 5015)):
            client.ask_wrong(octets, result)
        return [client.seen]


UNKNOWN = "Unknown AVP 9999 (vendor=%s), if you know what this is you can " \
    "add it to dictionary.xml"
EXAMPLE = "an example of an AVP whose shortest value is empty (7.1.5)"
REPEATED = "the AVP as it came (7.5)"


def odd_failed_avps(server):
    """Answers whose Failed-AVP tshark must dislike, since RFC 6733 asks for
    just that: (what was seen, exactly what tshark says of it, the reason)."""
    with Client(server) as client:
        good = lir(client, server.users[31].impu)
    empty = ["Data is empty"]
    for octets, result, says, reason in (
            (pack(good, raw(9999, b"abcd", M | V, TGPP)), 5001,
             [UNKNOWN % "3GPP"], REPEATED),
            (pack(good, raw(9999, b"abcd", M)), 5001,
             [UNKNOWN % "Reserved"], REPEATED),
            (pack(good, raw(278, b"abc", M)), 5014,
             ["malformed _ws.malformed", "Bad Unsigned32 Length (3)"],
             REPEATED),
            (pack(good, raw(1, b"x", M | V, 0)), 3009, [], REPEATED),
            (without(good, "Public-Identity"), 5005, empty, EXAMPLE),
            (without(good, "Vendor-Specific-Application-Id"), 5005, empty,
             EXAMPLE),
            (pack(good, raw(1, b"", M, length=7)), 5014, empty, EXAMPLE),
            (message(DWR, [avp("Origin-Realm", REALM)]), 5005, empty,
             EXAMPLE)):
        with Recorder(server) as client:
            client.ask_wrong(octets, result)
            yield [client.seen], says, reason


def kinds(messages):
    """The names of the messages."""
    names = {CER: "CE", DWR: "DW", DPR: "DP", 300: "UA", 301: "SA",
             302: "LI", 303: "MA", RTR: "RT", PPR: "PP"}
    return {names.get(m.code, str(m.code)) + ("R" if m.request() else "A")
            for m in messages}
