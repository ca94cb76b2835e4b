"""Capabilities, watchdog, disconnection (RFC 6733 5.3 to 5.6)."""

import signal
import threading
import time

from cx import lir, pack
from avps import M, TGPP
from diameter import (avp, Client, DPR, DWR, E, message, P, R, vsai)
from server import expect, wait_for

WATCHDOG_S = 6
JITTER_S = 2
SLACK_S = 1.5
NO_COMMON_APPLICATION = 5010


def alive(client):
    """The connection still answers."""
    expect(client.ask(client.dwr()).result() == 2001, "DWA is not 2001")


def refused_cer(server, avps, result):
    """A CER with these applications gets this result, then the end."""
    with Client(server, hello=False) as client:
        answer = client.ask(client.cer(avps))
        expect(answer.result() == result,
               "CEA %d, want %d" % (answer.result(), result))
        expect(client.ended() == [], "something behind the CEA")
        return answer


def cer_without_host_ip_address(server):
    """One in six CERs of Kamailio has none: accepted."""
    with Client(server, hello=False) as client:
        answer = client.ask(client.cer(address=False))
        expect(answer.result() == 2001, "CEA %d" % answer.result())
        alive(client)


def cea_content(server):
    """RFC 6733 5.3.2, TS 29.229 5.6, over IPv4 and IPv6."""
    for address, octets in (("127.0.0.1", b"\0\1\x7f\0\0\1"),
                            ("::1", b"\0\2" + bytes(15) + b"\1")):
        with Client(server, hello=False, address=address) as client:
            check_cea(server, client.ask(client.cer()), octets)


def check_cea(server, cea, address):
    """What every CEA must hold, and the flags it must have."""
    want = {
        "Result-Code": [2001], "Origin-Host": [server.host],
        "Origin-Realm": [server.realm], "Host-IP-Address": [address],
        "Vendor-Id": [TGPP], "Product-Name": ["hssd"],
    }
    for name, values in want.items():
        expect(cea.all(name) == values,
               "%s is %s, want %s" % (name, cea.all(name), values))
    expect(TGPP in cea.all("Supported-Vendor-Id"),
           "no Supported-Vendor-Id 10415")
    apps = [a.octets for a in cea.avps
            if a.name == "Vendor-Specific-Application-Id"]
    expect(apps == [vsai()], "VSAI is %s" % [a.hex() for a in apps])
    expect((cea.get("Origin-State-Id") or 0) > 0, "no Origin-State-Id")
    flags = {a.name: a.flags for a in cea.avps}
    expect(flags["Product-Name"] & M == 0, "Product-Name has the M bit")
    expect(all(flags[n] == M for n in flags if n not in (
        "Product-Name", "Firmware-Revision")), "flags: %s" % flags)


def plain_application_id(server):
    """Cx as a plain Auth-Application-Id, and a relay: both accepted."""
    for app in (16777216, 0xFFFFFFFF):
        with Client(server, hello=False) as client:
            cea = client.ask(client.cer([avp("Auth-Application-Id", app)]))
            expect(cea.result() == 2001, "CEA %d" % cea.result())


def no_common_application(server):
    """5010, E clear, then closed; the same without any application."""
    for avps in ([vsai(16777217)], [avp("Auth-Application-Id", 4)], []):
        refused_cer(server, avps, NO_COMMON_APPLICATION)


def no_common_security(server):
    """5017 for TLS inside the connection (6.10), then closed."""
    refused_cer(server, [vsai(), avp("Inband-Security-Id", 1)], 5017)


def vsai_without_and_with_two_ids(server):
    """6.11: 5005 with an example, 5009 with the second id."""
    cea = refused_cer(server, [avp("Vendor-Specific-Application-Id", [
        avp("Vendor-Id", TGPP)])], 5005)
    expect(cea.inside("Failed-AVP", "Auth-Application-Id") == 0,
           "Failed-AVP shows no Auth-Application-Id")
    cea = refused_cer(server, [avp("Vendor-Specific-Application-Id", [
        avp("Vendor-Id", TGPP), avp("Auth-Application-Id", 16777216),
        avp("Acct-Application-Id", 3)])], 5009)
    expect(cea.inside("Failed-AVP", "Acct-Application-Id") == 3,
           "Failed-AVP shows no Acct-Application-Id")


def cer_missing_avp(server):
    """A CER without Origin-Host: 5005 with Failed-AVP, then closed."""
    with Client(server, hello=False) as client:
        cer = message(257, [avp("Origin-Realm", client.realm),
                            avp("Vendor-Id", 0), avp("Product-Name", "x"),
                            vsai()])
        cea = client.ask(cer)
        expect(cea.result() == 5005, "CEA %d" % cea.result())
        failed = [a.code for a in cea.get("Failed-AVP") or []]
        expect(failed == [264], "Failed-AVP %s" % failed)
        expect(client.ended() == [], "something behind the CEA")


def request_before_cer(server):
    """RFC 6733 5.6.1: no answer, the connection ends."""
    with Client(server, hello=False) as client:
        client.send(pack(lir(client, server.users[1].impu)))
        expect(client.ended() == [], "it was answered")
    with Client(server, hello=False) as client:
        client.send(client.dwr())
        expect(client.ended() == [], "a DWR was answered")


def silent_connection_is_closed(server):
    """Without a CER a connection ends by itself."""
    with Client(server, hello=False) as client:
        expect(client.ended(7) == [], "something was sent")


def second_cer(server):
    """Answered with the same capabilities; the connection goes on."""
    with Client(server) as client:
        expect(client.ask(client.cer()).result() == 2001, "not 2001")
        user = server.users[1]
        expect(client.ask(pack(lir(client, user.impu))).result() in
               (-5003, 2001), "no good LIA")


def dwr_answered(server):
    """DWA 2001 with Origin-State-Id as in the CEA."""
    with Client(server, hello=False) as client:
        state = client.ask(client.cer()).get("Origin-State-Id")
        dwa = client.ask(client.dwr())
        expect(dwa.result() == 2001, "DWA %d" % dwa.result())
        expect(dwa.get("Origin-Host") == server.host, "Origin-Host")
        expect(dwa.get("Origin-State-Id") == state, "Origin-State-Id")
        expect(dwa.flags == 0, "flags %#x" % dwa.flags)


def watchdog(server):
    """RFC 3539: hssd asks after Tw; who answers stays, who doesn't is
    closed after two more Tw."""
    spans = []

    def mute():
        with Client(server, "mute.example.org") as client:
            client.answers_dwr = False
            start = time.monotonic()
            dwr = client.receive(WATCHDOG_S + JITTER_S + SLACK_S)
            spans.append(time.monotonic() - start)
            spans.append(dwr.code == DWR and dwr.flags == R
                         and dwr.get("Origin-Host") == server.host)
            ended = client.ended(2 * (WATCHDOG_S + JITTER_S + SLACK_S))
            spans.append(time.monotonic() - start)
            spans.append(ended)

    with Client(server, "polite.example.org") as polite:
        polite.seen = []
        thread = threading.Thread(target=mute)
        thread.start()
        while thread.is_alive():
            try:
                expect(polite.receive(0.2) is not None, "polite was closed")
            except TimeoutError:
                pass
        thread.join()
        alive(polite)
        asked = sum(octets[5:8] == b"\0\1\x18" and octets[4] == R
                    for _, _, octets in polite.seen)
    expect(len(spans) == 4, "mute: no DWR, or no end")
    first, right, last, behind = spans
    low, high = WATCHDOG_S - JITTER_S, WATCHDOG_S + JITTER_S + SLACK_S
    expect(right, "the first message was no right DWR")
    expect(low - 0.1 <= first <= high, "DWR after %.1f s" % first)
    expect(3 * low - 0.1 <= last <= 3 * high, "closed after %.1f s" % last)
    expect(behind == [], "more than one DWR outstanding")
    expect(asked >= 2, "polite was asked %d times" % asked)


def dpr_answered(server):
    """DPA 2001, then the connection ends."""
    for cause in (0, 1, 2):
        with Client(server) as client:
            dpa = client.ask(client.dpr(cause))
            expect(dpa.result() == 2001, "DPA %d" % dpa.result())
            client.socket.shutdown(1)
            expect(client.ended() == [], "something behind the DPA")


def dpr_sender_need_not_close(server):
    """After the DPA hssd closes soon, even if the peer does not."""
    with Client(server) as client:
        client.ask(client.dpr())
        expect(client.ended(3) == [], "something behind the DPA")


def term_says_goodbye(server):
    """TERM: DPR to all, and exit status 0; with one that never answers."""
    clients = [Client(server, "c%d.example.org" % n) for n in range(4)]
    code = []
    thread = threading.Thread(
        target=lambda: code.append(server.hssd.stop(signal.SIGTERM)))
    thread.start()
    for client in clients:
        dpr = client.receive()
        expect(dpr is not None and dpr.code == DPR and dpr.request()
               and dpr.get("Disconnect-Cause") == 0,
               "no DPR of cause 0 (REBOOTING)")
        if client is not clients[0]:
            client.send(client.answer(dpr))
            expect(client.ended() == [], "something behind the DPR")
    thread.join()
    for client in clients:
        client.close()
    expect(code == [0], "exit status %s" % code)
    server.start()


def term_finishes_answers(server):
    """Requests sent before TERM are answered before the end."""
    client = Client(server)
    requests = [pack(lir(client, server.users[1].impu)) for _ in range(50)]
    client.send(b"".join(requests))
    time.sleep(0.05)
    server.hssd.process.send_signal(signal.SIGTERM)
    got = client.ended()
    answers = [m for m in got if not m.request()]
    client.close()
    wait_for(lambda: not server.hssd.running(), 5, "the end")
    code = server.hssd.stop()
    server.start()
    expect(len(answers) == 50, "%d of 50 answers" % len(answers))
    expect(code == 0, "exit status %s" % code)


def several_connections(server):
    """Twenty at once, half of them of one identity: all are served."""
    clients = [Client(server, "same.example.org" if n % 2 else
                      "c%d.example.org" % n) for n in range(20)]
    for _ in range(3):
        requests = [pack(lir(c, server.users[2].impu)) for c in clients]
        for client, request in zip(clients, requests):
            client.send(request)
        for client, request in zip(reversed(clients), reversed(requests)):
            got = client.receive()
            expect(got and got.octets[5:20] == request[5:20],
                   "an answer of another connection")
    for client in clients:
        client.close()


def unasked_answers(server):
    """Dropped: DWA, DPA, CEA, LIA, with and without E."""
    with Client(server) as client:
        for code, app in ((DWR, 0), (DPR, 0), (257, 0), (302, 16777216),
                          (304, 16777216), (999, 1)):
            for flags in (0, P, E, P | E):
                client.send(message(code, [avp("Result-Code", 2001)]
                                    + client.identity(), flags, app))
        client.send(message(302, [], P, 16777216, version=3))
        alive(client)


CASES = [
    cer_without_host_ip_address, cea_content, plain_application_id,
    no_common_application, no_common_security,
    vsai_without_and_with_two_ids, cer_missing_avp, request_before_cer,
    silent_connection_is_closed, second_cer, dwr_answered, watchdog,
    dpr_answered, dpr_sender_need_not_close, several_connections,
    unasked_answers, term_finishes_answers, term_says_goodbye,
]
