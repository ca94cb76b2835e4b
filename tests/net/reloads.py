"""Reloads that take their time: what goes on meanwhile, and what ends them."""

import random
import signal
import threading
import time

from crash import challenges, registered, restart, Sim
from cx import (lir, mar, pack, REGISTRATION, RE_REGISTRATION, sar, SCSCF,
                USER_DEREGISTRATION)
from damage import known
from diameter import Client
from http_client import ask, dial, drain, get, send
from lab import REALM, User
from notices import (PERMANENT_TERMINATION, register, reply, SCSCF_HOST,
                     take_rtr)
from server import expect, wait_for

MANY = 200000
SECTION = """\
[many%(n)d]
impi = many%(n)d@%(realm)s
k = 000102030405060708090a0b0c0d0e0f
opc = 101112131415161718191a1b1c1d1e1f
impu = sip:many%(n)d@%(realm)s
"""
BEGUN, DONE = "reading all files again", "reloaded: "
PAUSE_MAX = 0.5  # of a reload's time; it was nearly all of it once
SOON_S = 60
KILLS = 5
SEED = 29228


def many():
    """Sections of so many subscribers more."""
    return "\n" + "".join(SECTION % {"n": n, "realm": REALM}
                          for n in range(MANY))


class Post:
    """POST /reload, in a thread."""

    def __init__(self, server):
        self.answer = None
        self.begun = time.monotonic()
        self.seconds = None
        self.thread = threading.Thread(target=self.run, args=(server,))
        self.thread.start()

    def run(self, server):
        """Until it is answered."""
        with dial(server, SOON_S) as sock:
            send(sock, b"POST /reload HTTP/1.1\r\nHost: test\r\n"
                       b"Content-Length: 0\r\n\r\n")
            self.answer = drain(sock)
        self.seconds = time.monotonic() - self.begun

    def going_on(self):
        """Is it not answered yet?"""
        return self.thread.is_alive()

    def end(self, status, text):
        """Its answer has this status and this text in it."""
        self.thread.join(SOON_S)
        expect(self.answer is not None and
               self.answer.startswith(b"HTTP/1.1 %d " % status)
               and text.encode() in self.answer, self.answer)


class Files:
    """Other subscribers for a while; the old ones are read at the end."""

    def __init__(self, server):
        self.server, self.old = server, server.subscribers

    def put(self, text):
        """The file is this text, and was never half of it."""
        self.server.subscribers = text
        fresh = self.server.folder / "fresh"
        fresh.write_text(text)
        fresh.rename(self.server.folder / "subscribers")

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        self.put(self.old)
        self.server.start()
        Post(self.server).end(200, "subscriptions")


def hang_up(server):
    """HUP."""
    server.hssd.process.send_signal(signal.SIGHUP)


def wait_said(server, mark, text, times=1):
    """It says this so often from the mark on."""
    wait_for(lambda: server.hssd.said(mark).count(text) >= times, SOON_S, text)


def serve(client, sim, user, go_on):
    """Vectors, registrations, questions while go_on(); the longest time an
    answer took, and how many there were."""
    longest, turns = 0, 0
    while go_on():
        requests = (mar(client, user.impi, user.impu),
                    sar(client, user.impi, user.impu, RE_REGISTRATION),
                    lir(client, user.impu))
        for request in requests:
            begin = time.monotonic()
            got = client.ask(pack(request))
            longest = max(longest, time.monotonic() - begin)
            expect(got.result() == 2001, "%d" % got.result())
            for challenge in challenges(got):
                sim.take(challenge)
        turns += 1
    return longest, turns


def requests_are_answered_meanwhile(server):
    """No pause near the time that the reload takes; SQNs and registrations,
    old ones and those of that time, are there afterwards; who is dropped is
    told to the S-CSCF."""
    user, new, gone, leaves = (server.users[n] for n in (21, 22, 23, 24))
    sim = Sim(user)
    with Files(server) as files, Client(server, "other.example.org") as other:
        with Client(server, SCSCF_HOST) as scscf:
            for one in (user, gone, leaves):
                register(scscf, one)
            files.put(files.old.replace(gone.section(), ""))
            post = Post(server)
            register(other, new)
            saa = other.ask(pack(sar(other, leaves.impi, leaves.impu,
                                     USER_DEREGISTRATION)))
            expect(saa.result() == 2001, "SAA %d" % saa.result())
            longest, turns = serve(other, sim, user, post.going_on)
            post.end(200, '"subscriptions": %d' % (
                MANY + len(server.users) - 1))
            expect(longest < PAUSE_MAX * post.seconds,
                   "%.0f ms without an answer, of %.0f" % (
                       1000 * longest, 1000 * post.seconds))
            expect(turns > 10, "only %d turns" % turns)
            rtr = take_rtr(scscf, gone, PERMANENT_TERMINATION)
            reply(scscf, rtr, 2001)
        serve(other, sim, user, iter((True, False)).__next__)
        expect(not known(server, gone), "still known")
        for one, where in ((user, SCSCF), (new, SCSCF),
                           (leaves, None)):
            expect(registered(server, one) == where, one.name)
        restart(server)
        for one, where in ((user, SCSCF), (new, SCSCF),
                           (leaves, None)):
            expect(registered(server, one) == where, one.name + " later")


def bad_file_changes_nothing(server):
    """A fault at the end of a long file: told, and that is all."""
    user, new = server.users[25], User(95)
    sim = Sim(user)
    with Files(server) as files, Client(server) as client:
        register(client, user)
        files.put(files.old.replace(user.section(), new.section())
                  + "[x]\ncolour = red\n")
        post = Post(server)
        longest, _ = serve(client, sim, user, post.going_on)
        post.end(409, "colour")
        post.end(409, '"line": %d' % server.subscribers.count("\n"))
        expect(longest < PAUSE_MAX * post.seconds,
               "%.0f ms without an answer, of %.0f" % (
                   1000 * longest, 1000 * post.seconds))
        expect(not known(server, new), "the new user is known")
        expect(registered(server, user) == SCSCF, "not registered any more")


def one_at_a_time(server):
    """A second POST gets 409; HUPs are remembered as one; a client that
    leaves does not end its reload."""
    mark = server.hssd.size()
    post = Post(server)
    wait_said(server, mark, BEGUN)
    got = ask(server, "POST", "/reload")
    expect(got.status == 409 and got.json["error"] == "a reload is going on",
           got.body)
    new = User(96)
    with Files(server) as files:
        files.put(files.old + new.section())
        for _ in range(3):
            hang_up(server)
        post.end(200, "subscriptions")
        wait_said(server, mark, DONE, 2)
        expect(known(server, new), "the file is not read again after HUP")
        time.sleep(0.1)
        wait_for(lambda: server.hssd.said(mark).count(DONE) ==
                 server.hssd.said(mark).count(BEGUN), SOON_S, "the end")
        # One more, or two if the first ended between two HUPs.
        expect(server.hssd.said(mark).count(BEGUN) in (2, 3),
               "too many reloads")
        mark = server.hssd.size()
        with dial(server) as sock:
            send(sock, b"POST /reload HTTP/1.1\r\nHost: test\r\n"
                       b"Content-Length: 0\r\n\r\n")
            wait_said(server, mark, BEGUN)
        wait_said(server, mark, DONE)
    expect(get(server, "/status")["subscriptions"] == MANY +
           len(server.users), "not all of them")


def stop_does_not_wait(server):
    """TERM at any time of a reload: exit status 0, soon."""
    dice = random.Random(SEED)
    user = server.users[26]
    with Client(server) as client:
        register(client, user)
    took = duration(server)
    for _ in range(3):
        mark = server.hssd.size()
        hang_up(server)
        wait_said(server, mark, BEGUN)
        time.sleep(dice.uniform(0, took))
        expect(server.hssd.stop() == 0, "exit status is not 0")
        server.start()
        expect(registered(server, user) == SCSCF, "not registered any more")


def duration(server):
    """How long a reload takes."""
    post = Post(server)
    post.end(200, "subscriptions")
    return post.seconds


def kill_in_the_middle(server):
    """kill -9 at any time of a reload that drops some and brings others:
    what was acknowledged is there, no SQN comes twice."""
    dice = random.Random(SEED)
    users = [server.users[n] for n in range(30, 38)]
    sims = [Sim(user) for user in users]
    took = duration(server)
    with Files(server) as files:
        for _ in range(KILLS):
            gone = dice.choice(users)
            with Client(server) as scscf, Client(
                    server, "other.example.org") as client:
                for user in users:
                    register(scscf, user)
                files.put(files.old.replace(gone.section(), ""))
                mark = server.hssd.size()
                hang_up(server)
                wait_said(server, mark, BEGUN)
                end = time.monotonic() + dice.uniform(0, took)
                while time.monotonic() < end:
                    i = dice.randrange(len(users))
                    maa = client.ask(pack(mar(client, users[i].impi,
                                              users[i].impu)))
                    expect(maa.result() == 2001 or users[i] is gone,
                           "MAA %d" % maa.result())
                    for challenge in challenges(maa):
                        sims[i].take(challenge)
                server.hssd.process.send_signal(signal.SIGKILL)
            restart(server)
            for user in users:
                expect(user is gone or registered(server, user) == SCSCF,
                       "%s is not registered any more" % user.impi)
            files.put(files.old)
            Post(server).end(200, "subscriptions")
            expect(registered(server, gone) is None,
                   "who was gone has come back registered")


CASES = [requests_are_answered_meanwhile, bad_file_changes_nothing,
         one_at_a_time, stop_does_not_wait, kill_in_the_middle]
