"""SCTP cases: paths, ends and restarts of associations, and hssd as the one
that connects (RFC 6733 5.3 to 5.5, RFC 9260 5.2)."""

import os
import pathlib
import signal
import time

from association import Association, listening
from diameter import avp, CER, DPR, Message, whole_answer
from sctp_network import (address_avp, bracketed, connect, dead_path, ip,
                          LOCAL, padded_uar, PEER, PEER_AT, PEER_PORT,
                          restarted, SMALL_BUFFER, TWO, works)
from server import expect, wait_for

SACK_S = 0.4  # Linux delays one by 200 ms (RFC 9260, 6.2)


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


def restart_quietly(server, port):
    """The restart, from this port."""
    mark = server.hssd.size()
    old = connect(server, TWO, local=LOCAL, port=port,
                  host="again.example.org")
    works(old, server)
    # Without the last SACK hssd would send its answer again, which the old
    # end, being no more, would answer with an ABORT.
    time.sleep(SACK_S)
    with dead_path(TWO[0]), dead_path(TWO[1]), \
            dead_path(LOCAL[0]), dead_path(LOCAL[1]):
        old.abort()
    with connect(server, TWO, local=LOCAL, port=port,
                 host="again.example.org") as client:
        works(client, server)
    said = server.hssd.said(mark)
    expect("the peer began anew" in said, "it was no restart")


def restart(server):
    """RFC 9260 5.2: the same ends, a new association.  The CER on it makes
    a new peer; what the old one had is forgotten.  No heartbeat may come
    between: it would be answered with an ABORT."""
    with restarted(server, settings={"net/sctp/hb_interval": 60000}):
        restart_quietly(server, server.port + PEER_PORT + 1)


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
    path_lost, address_removed, all_paths_lost, ends, orderly_end, restart,
    reader_stops, stopped, hssd_connects, hssd_finds_nobody,
]
