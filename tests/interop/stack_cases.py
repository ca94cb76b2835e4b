"""The cases of tests/interop/freediameter."""

import signal
import subprocess

from cx import pack, uar
from diameter import avp, E
from stack import (Failure, HERE, PORT, QUICK_S, REALM, RELAY_HOST, SCSCF,
                   SLOW_S, wait_for)

MANY = 200


def expect(condition, reason):
    """Failure with this reason unless the condition is true."""
    if not condition:
        raise Failure(reason)


def hears(program, text, limit_s=5, mark=0):
    """The program's log says that within the time."""
    wait_for(lambda: text in program.said(mark), limit_s,
             "`%s` of %s" % (text, program.name))


def ask_uar(client, user, **more):
    """UAR for hssd's realm."""
    return uar(client, user.impi, user.impu,
               **{"Destination_Realm": REALM, **more})


# --- A peer ---


def relay_connects(lab):
    """CER, CEA, and freeDiameter's DWR."""
    mark = lab.hssd.size()
    lab.start("relay", watchdog=(SLOW_S, QUICK_S))
    hears(lab.hssd, "peer %s: Closed -> R-Open" % RELAY_HOST, 5, mark)
    hears(lab.hssd, "peer %s: received DWR" % RELAY_HOST, 15, mark)
    hears(lab.hssd, "peer %s: sent DWA" % RELAY_HOST, 1, mark)


def hssd_connects(lab):
    """CER, CEA, and hssd's DWR."""
    mark = lab.hssd.size()
    lab.start("hssd", watchdog=(QUICK_S, SLOW_S))
    hears(lab.hssd, "peer %s: Wait-I-CEA -> I-Open" % RELAY_HOST, 5, mark)
    hears(lab.hssd, "peer %s: sent DWR" % RELAY_HOST, 15, mark)
    hears(lab.hssd, "peer %s: received DWA" % RELAY_HOST, 2, mark)
    lab.cxclient(1, "uar")


def both_connect(lab):
    """One connection is left, and it works (RFC 6733 5.6.4)."""
    lab.start("both")
    for _ in range(5):
        lab.cxclient(1, "uar")
    mark = lab.hssd.size()
    lab.hssd.process.send_signal(signal.SIGUSR1)
    hears(lab.hssd, "peer %s: " % RELAY_HOST, 2, mark)


def relay_stops(lab):
    """freeDiameter's DPR; it comes back and works."""
    lab.start("relay")
    mark = lab.hssd.size()
    expect(lab.relay.stop(limit_s=10) is not None, "freeDiameter hangs")
    hears(lab.hssd, "peer %s: received DPR" % RELAY_HOST, 2, mark)
    hears(lab.hssd, "peer %s: Closing -> Closed" % RELAY_HOST, 3, mark)
    mark = lab.hssd.size()
    lab.start_relay()
    hears(lab.hssd, "peer %s: Closed -> R-Open" % RELAY_HOST, 10, mark)
    lab.cxclient(1, "uar")


def hssd_stops(lab):
    """hssd's DPR is answered; freeDiameter connects to the next hssd."""
    lab.start("relay")
    mark = lab.hssd.size()
    expect(lab.hssd.stop() == 0, "hssd's exit status")
    said = lab.hssd.said(mark)
    expect("peer %s: sent DPR" % RELAY_HOST in said, "no DPR")
    expect("peer %s: received DPA" % RELAY_HOST in said, "no DPA")
    mark = lab.hssd.size()
    lab.hssd.start_ready()
    hears(lab.hssd, "peer %s: Closed -> R-Open" % RELAY_HOST, 15, mark)
    lab.cxclient(1, "uar")


def hssd_connects_again(lab):
    """After freeDiameter was away."""
    lab.start("hssd", watchdog=(QUICK_S, SLOW_S))
    lab.relay.stop(signal.SIGKILL)
    mark = lab.hssd.size()
    lab.start_relay()
    hears(lab.hssd, "Wait-I-CEA -> I-Open", 20, mark)


# --- A relay ---


def register_through_relay(lab):
    """The whole flow, and what the relay added to its requests."""
    lab.start("relay")
    mark = lab.hssd.size()
    lab.cxclient(2, *lab.keys(2), "--reregister", "--deregister", "register")
    said = lab.hssd.said(mark)
    expect("Route-Record (282) M = \"cxclient.%s\"" % REALM in said,
           "no Route-Record of the client")
    for command in ("UAR", "MAR", "SAR"):
        expect("peer %s: received %s" % (RELAY_HOST, command) in said,
               "no %s from the relay" % command)


def register_when_hssd_connected(lab):
    """The same over a connection that hssd opened."""
    lab.start("hssd")
    lab.cxclient(3, *lab.keys(3), "--deregister", "register")


def resynchronisation_through_relay(lab):
    """AUTS passes."""
    lab.start("relay")
    lab.cxclient(4, *lab.keys(4), "--sqn-ms", "00000fffffff", "register")


def requests_through_relay(lab):
    """LIR of an absent and of a registered user; errors pass as they are."""
    lab.start("relay")
    expect("5003" in lab.cxclient(5, "lir", want=1), "LIR: want 5003")
    lab.cxclient(5, "sar")
    expect(SCSCF in lab.cxclient(5, "lir"), "LIR: want the S-CSCF")
    lab.cxclient(5, "--type", "5", "sar")
    with lab.client() as client:
        request = ask_uar(client, lab.users[5])
        del request[1]["Visited-Network-Identifier"]
        got = client.ask(pack(request))
        expect(got.result() == 5005 and got.get("Failed-AVP"),
               "missing AVP: %d" % got.result())
        expect(got.get("Origin-Host") == lab.host, "whose answer is it?")


def destinations_through_relay(lab):
    """Destination-Host of hssd is served, another is 3002 from the relay, a
    realm of nobody too."""
    lab.start("relay")
    lab.cxclient(6, "-H", lab.host, "uar")
    with lab.client() as client:
        user = lab.users[6]
        for words in ({"Destination_Host": "nobody." + REALM},
                      {"Destination_Realm": "nowhere.example.org"}):
            client.send(pack(ask_uar(client, user, **words)))
            # freeDiameter 1.2.1 forgets the P bit in answers of its own.
            got = client.receive()
            expect(got.result() == 3002 and got.flags & E, "%s: %d" % (
                words, got.result()))


def proxy_info_through_relay(lab):
    """Comes back unchanged and in order, with the Session-Id."""
    lab.start("relay")
    with lab.client() as client:
        user = lab.users[7]
        extra = b"".join(avp("Proxy-Info", [
            avp("Proxy-Host", "p%d.example.org" % i),
            avp("Proxy-State", bytes([i] * (i + 1)))]) for i in range(5))
        asked = ask_uar(client, user)
        got = client.ask(pack(asked, extra))
        expect(got.result() == -2001, "UAA %d" % got.result())
        back = b"".join(a.octets for a in got.avps
                        if a.name == "Proxy-Info")
        expect(back == extra, "Proxy-Info is not the same")
        sessions = [a.octets for a in got.avps if a.name == "Session-Id"]
        expect(sessions == [asked[1]["Session-Id"]], "another Session-Id")


def many_through_relay(lab):
    """All are answered, each to the one that asked."""
    lab.start("relay")
    with lab.client("one") as one, lab.client("two") as two:
        asked = {one: set(), two: set()}
        for i in range(MANY):
            for client in asked:
                user = lab.users[1 + i % len(lab.users)]
                octets = pack(ask_uar(client, user))
                asked[client].add(octets[12:20])
                client.send(octets)
        for client, identifiers in asked.items():
            for _ in range(MANY):
                got = client.receive()
                expect(got is not None and got.result() < 0, "no answer")
                identifiers.remove(got.octets[12:20])


# --- SCTP ---


def relay_connects_by_sctp(lab):
    """freeDiameter's SCTP, whose sockets are of the other kind."""
    mark = lab.hssd.size()
    lab.start("relay", watchdog=(SLOW_S, QUICK_S), transport="sctp")
    expect("CER on sctp" in lab.hssd.said(mark), "it is not SCTP")
    hears(lab.hssd, "peer %s: sent DWA" % RELAY_HOST, 15, mark)
    lab.cxclient(8, *lab.keys(8), "--deregister", "register")
    lab.relay.stop(limit_s=10)
    hears(lab.hssd, "peer %s: Closing -> Closed" % RELAY_HOST, 3, mark)


def hssd_connects_by_sctp(lab):
    """And ours to it."""
    lab.start("hssd", watchdog=(QUICK_S, SLOW_S), transport="sctp")
    lab.cxclient(9, *lab.keys(9), "--deregister", "register")


# --- Erlang ---


def erlang(lab, *words):
    """Run the client of Erlang's diameter; what it printed."""
    user = lab.users[10]
    done = subprocess.run(
        ["escript", HERE / "erlang" / "client.escript", str(PORT), REALM,
         user.impi, user.impu, lab.folder, *words], text=True, timeout=40,
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    expect(done.returncode == 0, "erlang: " + done.stdout[-600:])
    return done.stdout


def erlang_client(lab):
    """CER, UAR with a dictionary of its own, DWR, DPR."""
    lab.stop()
    lab.write("relay", (SLOW_S, SLOW_S), "tcp")
    lab.hssd.start_ready()
    mark = lab.hssd.size()
    said = erlang(lab)
    expect("UAA 2001 " + SCSCF in said, "UAA: " + said[-300:])
    for text in ("Closed -> R-Open", "received UAR", "received DWR",
                 "sent DWA", "received DPR", "sent DPA",
                 "Closing -> Closed"):
        hears(lab.hssd, "peer erlang.%s: %s" % (REALM, text), 3, mark)


SCTP_CASES = [relay_connects_by_sctp, hssd_connects_by_sctp]
CASES = [
    relay_connects, hssd_connects, both_connect, relay_stops, hssd_stops,
    hssd_connects_again, register_through_relay, register_when_hssd_connected,
    resynchronisation_through_relay, requests_through_relay,
    destinations_through_relay, proxy_info_through_relay, many_through_relay,
    erlang_client,
] + SCTP_CASES
