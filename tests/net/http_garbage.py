"""What is no HTTP, too much of it, and clients that do not behave."""

import random
import socket
import threading
import time

from api import name
from http_client import Answer, ask, dial, drain, get, raw, send
from server import expect, wait_for

HEAD_MAX = 8192
BODY_MAX = 4096
CONNS_MAX = 32
REQUEST_S = 5
GET = b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n"
SEED = 9112


def settled(server):
    """Wait until the last connections have been closed; descriptors then."""
    last = [None]

    def same():
        time.sleep(0.1)
        before, last[0] = last[0], server.descriptors()
        return before == last[0]
    wait_for(same, 10, "an end of closing")
    return last[0]


def what_is_no_http_is_refused(server):
    """Each with the status that says what is wrong."""
    post = b"POST /reload HTTP/1.1\r\nHost: x\r\n"
    for octets, status in (
            (b"\r\n\r\n", 400), (b"x\r\n\r\n", 400), (b"GET\r\n\r\n", 400),
            (b"GET /status\r\n\r\n", 400),
            (b"GET  /status HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET status HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"G\"T /status HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET /status HTCPCP/1.0\r\n\r\n", 400),
            (b"GET /status HTTP/2.0\r\nHost: x\r\n\r\n", 505),
            (b"GET /status HTTP/1.1 \r\nHost: x\r\n\r\n", 505),
            (b"GET /status HTTP/1.1\r\n\r\n", 400),
            (b"GET /status HTTP/1.0\r\n\r\n", 200),
            (b"GET /status HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\r\nHost : x\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400),
            (b"GET /sta\0tus HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\r\nHost: \x01\r\n\r\n", 400),
            (b"GET /status HTTP/1.1\nHost: x\r\n\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
            (post + b"Expect: 100-continue\r\n\r\n", 417),
            (post + b"Content-Length: x\r\n\r\n", 400),
            (post + b"Content-Length: \r\n\r\n", 400),
            (post + b"Content-Length: -1\r\n\r\n", 400),
            (post + b"Content-Length: +1\r\n\r\n", 400),
            (post + b"Content-Length: 1, 1\r\n\r\n", 400),
            (post + b"Content-Length: 0\r\nContent-Length: 1\r\n\r\n", 400),
            (post + b"Content-Length: 0\r\ncontent-length: 0\r\n\r\n", 200),
            (post + b"Content-Length: %d\r\n\r\n" % 2 ** 64, 413),
            (post + b"Content-Length: %s\r\n\r\n" % (b"9" * 4000), 413),
            (GET + GET, 200)):
        got = Answer(raw(server, octets))
        expect(got.status == status, "%r: %d" % (octets, got.status))


def head_at_its_limit(server):
    """8192 octets are taken, one more is not."""
    for length, status in ((HEAD_MAX, 200), (HEAD_MAX + 1, 431),
                           (10 * HEAD_MAX, 431)):
        before, after = b"GET /status HTTP/1.1\r\nHost: ", b"\r\n\r\n"
        octets = before + b"x" * (
            length - len(before) - len(after)) + after
        expect(len(octets) == length, "a wrong test")
        got = Answer(raw(server, octets))
        expect(got.status == status, "%d: %d" % (length, got.status))
    expect(Answer(raw(server, b"x" * HEAD_MAX)).status == 431, "no end")


def body_at_its_limit(server):
    """4096 octets are taken (and are not what the resource wants)."""
    for length, status in ((BODY_MAX, 400), (BODY_MAX + 1, 413),
                           (1 << 22, 413)):
        got = ask(server, "POST", "/reload", b"x" * length)
        expect(got.status == status, "%d: %d" % (length, got.status))
        expect("body" in got.json["error"], got.json["error"])


def request_comes_octet_by_octet(server):
    """The answer is the same."""
    with dial(server) as sock:
        for i, _ in enumerate(GET):
            sock.sendall(GET[i:i + 1])
            time.sleep(0.001)
        expect(Answer(drain(sock)).status == 200, "not 200")


def truncated_requests_are_dropped(server):
    """Closed after each octet: nothing stays open, nothing is done."""
    before = settled(server)
    whole = b"POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    for length in range(len(whole)):
        with dial(server) as sock:
            sock.sendall(whole[:length])
            sock.shutdown(socket.SHUT_WR)
            expect(drain(sock) == b"", "an answer to %d octets" % length)
    expect(settled(server) == before, "descriptors are left")


def half_closed_client_gets_its_answer(server):
    """It has ended its own side and still reads."""
    for target in (b"/status", b"/subscriptions/nobody"):
        with dial(server) as sock:
            sock.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target)
            sock.shutdown(socket.SHUT_WR)
            expect(Answer(drain(sock)).status in (200, 404), "no answer")


def slow_request_is_408(server):
    """Neither nothing nor a part of one is waited for longer."""
    for octets in (b"", b"GET /status HTTP/1.1\n\n",
                   b"POST /reload HTTP/1.1\r\nHost: x\r\n"
                   b"Content-Length: 5\r\n\r\n{}"):
        begin = time.monotonic()
        got = Answer(raw(server, octets))
        took = time.monotonic() - begin
        expect(got.status == 408 and REQUEST_S - 1 < took < REQUEST_S + 2,
               "%d after %.1f s" % (got.status, took))


def connections_at_their_limit(server):
    """The 33rd waits until one of 32 has gone."""
    settled(server)
    idle = [dial(server) for _ in range(CONNS_MAX)]
    wait_for(lambda: server.descriptors() >= CONNS_MAX, 2, "connections")
    with dial(server, 1) as late:
        late.sendall(GET)
        try:
            expect(not late.recv(1), "closed")
            raise AssertionError("answered beside %d others" % CONNS_MAX)
        except socket.timeout:
            pass
        idle.pop().close()
        late.settimeout(3)
        expect(Answer(drain(late)).status == 200, "not answered after that")
    for sock in idle:
        sock.close()


def clients_that_leave(server):
    """Whatever they had asked for; searches go on without them."""
    before = settled(server)
    for target in (b"/subscriptions/nobody", b"/subscriptions?limit=250",
                   b"/status", b"/subscriptions/nobody/why"):
        for _ in range(50):
            with dial(server) as sock:
                send(sock, b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target)
    expect(get(server, "/status"), "no answer")
    expect(settled(server) == before, "descriptors are left")


def random_octets(server):
    """Every spoiled request gets an answer of JSON, or an end."""
    rng = random.Random(SEED)
    good = [GET, b"GET /subscriptions?after=user0001&limit=5 HTTP/1.1\r\n"
            b"Host: x\r\n\r\n",
            b"GET /subscriptions/user0002/why HTTP/1.1\r\nHost: x\r\n"
            b"Content-Length: 3\r\n\r\nabc"]
    for _ in range(1000):
        octets = bytearray(rng.choice(good))
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(octets))
            octets[at:at + rng.randrange(3)] = bytes(
                rng.choice((rng.randrange(256), 13, 10, 37, 58))
                for _ in range(rng.randrange(3)))
        with dial(server) as sock:
            send(sock, bytes(octets))
            sock.shutdown(socket.SHUT_WR)
            got = drain(sock)
        if got:
            Answer(got)


def many_clients_at_once(server):
    """40 threads, 25 requests each: every answer is right."""
    bad = []

    def run(number):
        user = server.users[number % 60 + 1]
        for turn in range(25):
            target = "/subscriptions/" + (
                name(user) if turn % 2 else user.impi)
            try:
                if get(server, target)["name"] != name(user):
                    bad.append("another user")
            except Exception as fault:  # pylint: disable=broad-except
                bad.append(repr(fault))
    threads = [threading.Thread(target=run, args=(i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(not bad, "%d bad, as %s" % (len(bad), bad[:1]))


CASES = [
    what_is_no_http_is_refused, head_at_its_limit, body_at_its_limit,
    request_comes_octet_by_octet, truncated_requests_are_dropped,
    half_closed_client_gets_its_answer, slow_request_is_408,
    connections_at_their_limit, clients_that_leave, random_octets,
    many_clients_at_once,
]
