"""How octets come and go: in pieces, in heaps, too fast, too slowly."""

import time

from cx import lir, mar, pack, sar, uar
from diameter import Client, check_answer
from server import expect, Failure, wait_for

HEAP = 600
ROUNDS = 2000
SILENT_MAX = 256
WAIT_S = 0.5
MEMORY_GROWTH_MAX = 16 << 20
UNREAD_MAX = 64 << 20
BLOCKED_S = 1.5


def one_of_each(client, user):
    """CER first, then a request of each kind, as octets."""
    return [client.cer(), client.dwr(),
            pack(uar(client, user.impi, user.impu)),
            pack(mar(client, user.impi, user.impu)),
            pack(sar(client, user.impi, user.impu, 1)),
            pack(lir(client, user.impu))]


def in_pieces(server, size):
    """The same requests cut in pieces of size octets, each a segment."""
    with Client(server, hello=False) as client:
        requests = one_of_each(client, server.users[4])
        octets = b"".join(requests)
        for at in range(0, len(octets), size):
            client.send(octets[at:at + size])
            time.sleep(0.0002)
        for request in requests:
            check_answer(request, client.receive())


def octet_by_octet(server):
    """Each octet a segment of its own."""
    in_pieces(server, 1)


def pieces_of_7(server):
    """No message boundary falls on a segment's."""
    in_pieces(server, 7)


def hundreds_in_one_write(server):
    """Answered in order, each with its own identifiers."""
    with Client(server) as client:
        user = server.users[5]
        requests = [pack(uar(client, user.impi, user.impu))
                    if n % 2 else client.dwr() for n in range(HEAP)]
        client.send(b"".join(requests))
        for request in requests:
            check_answer(request, client.receive())


def answers_that_wait_for_the_disk(server):
    """They may be overtaken by others (RFC 6733 3: the Hop-by-Hop Id says
    which is which), but there is one for each request."""
    with Client(server) as client:
        requests = {}
        for user in list(server.users.values())[:40]:
            for octets in (pack(mar(client, user.impi, user.impu)),
                           pack(lir(client, user.impu)), client.dwr(),
                           pack(mar(client, user.impi, user.impu))):
                requests[octets[12:20]] = octets
        client.send(b"".join(requests.values()))
        while requests:
            got = client.receive()
            check_answer(requests.pop(got.octets[12:20]), got)
        expect(client.ask(client.dwr()).result() == 2001, "no DWA")


def half_a_message_then_the_end(server):
    """A connection that ends inside a message."""
    with Client(server) as client:
        octets = pack(lir(client, server.users[4].impu))
        client.send(octets + octets[:-5])
        client.socket.shutdown(1)
        expect(len(client.ended()) == 1, "want one answer")


def pour(client, octets, limit):
    """Send until nothing more is taken for BLOCKED_S; octets sent."""
    client.socket.setblocking(False)
    sent, last = 0, time.monotonic()
    at = 0
    while sent < limit and time.monotonic() - last < BLOCKED_S:
        try:
            n = client.socket.send(octets[at:])
        except BlockingIOError:
            time.sleep(0.005)
            continue
        at = (at + n) % len(octets)
        sent += n
        last = time.monotonic()
    client.socket.settimeout(10)
    return sent, at


def client_that_never_reads(server):
    """Memory stays bounded, others are served; then it drains: every
    request is answered, in order."""
    with Client(server, "slow.example.org", buffer=4096) as slow, Client(
            server, "quick.example.org") as quick:
        user = server.users[7]
        before = server.resident()
        heap = [pack(uar(slow, user.impi, user.impu)) for _ in range(200)]
        octets = b"".join(heap)
        sent, at = pour(slow, octets, UNREAD_MAX)
        expect(sent < UNREAD_MAX, "hssd takes requests without end")
        growth = server.resident() - before
        expect(growth < MEMORY_GROWTH_MAX, "grown by %d octets" % growth)
        for _ in range(20):
            request = pack(lir(quick, user.impu))
            expect(quick.ask(request, 1).result(), "no answer for another")
        drain(slow, octets, sent, at, heap)


def drain(slow, octets, sent, at, heap):
    """Read all answers while the rest of the last request is sent."""
    length = len(heap[0])
    rest = octets[at:at + -at % length]
    count = (sent + len(rest)) // length
    for number in range(count):
        got = slow.receive(20)
        check_answer(heap[number % len(heap)], got)
        if rest and number == count // 2:
            slow.socket.sendall(rest)
            rest = b""


def closed_without_reading(server):
    """Clients that go while answers wait: no memory, no descriptor stays."""
    user = server.users[8]
    before = server.descriptors()
    for _ in range(30):
        with Client(server, "gone.example.org", buffer=4096) as client:
            client.send(b"".join(
                pack(mar(client, user.impi, user.impu)) for _ in range(100)))
    wait_for(lambda: server.descriptors() <= before, 5, "all descriptors")


def opened_and_closed(server):
    """2,000 connections, with and without CER: descriptors come back."""
    before = server.descriptors()
    for number in range(ROUNDS):
        with Client(server, "c%d.example.org" % number,
                    hello=number % 2 == 0) as client:
            if number % 4 == 1:
                client.send(client.cer())
    wait_for(lambda: server.descriptors() <= before, 5, "all descriptors")
    with Client(server) as client:
        expect(client.ask(client.dwr()).result() == 2001, "no DWA")


def more_silent_connections_than_the_limit(server):
    """256 may be there without a CER; the next waits until one goes."""
    with Client(server) as old:
        before = server.descriptors() + SILENT_MAX
        clients = [Client(server, hello=False)
                   for _ in range(SILENT_MAX)]
        try:
            wait_for(lambda: server.descriptors() == before, 3, "all")
            with Client(server, "one.more.example.org",
                        hello=False) as more:
                more.send(more.cer())
                try:
                    more.receive(WAIT_S)
                    raise Failure("it was served")
                except TimeoutError:
                    pass
                expect(server.descriptors() == before, "it was accepted")
                expect(old.ask(old.dwr()).result() == 2001, "no DWA")
                clients.pop().close()
                expect(more.receive().result() == 2001, "no CEA")
        finally:
            for client in clients:
                client.close()


CASES = [
    octet_by_octet, pieces_of_7, hundreds_in_one_write,
    answers_that_wait_for_the_disk, half_a_message_then_the_end,
    client_that_never_reads,
    closed_without_reading, opened_and_closed,
    more_silent_connections_than_the_limit,
]
