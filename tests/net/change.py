"""What the control socket makes an S-CSCF do: forget a user, take his data."""

import json
import signal
import socket
import threading
import time

from api import name
from cx import mar, pack, REGISTRATION, sar
from diameter import Client, PPR, RTR
from hssctl import run
from http_client import Answer, ask, dial, drain, get
from http_garbage import settled
from server import expect, wait_for

REASONS = ["permanent", "new-server", "server-change", "remove-scscf"]
INFO_MAX = 255
TIMEOUT_S = 5
TRIES = 2


class Scscf(Client):
    """A client where a user is registered."""

    def __init__(self, server, user):
        super().__init__(server, "scscf.example.org")
        got = self.ask(pack(mar(self, user.impi, user.impu)))
        expect(got.result() == 2001, "MAA %d" % got.result())
        got = self.ask(pack(sar(self, user.impi, user.impu, REGISTRATION)))
        expect(got.result() == 2001, "SAA %d" % got.result())

    def rtr(self, code=RTR):
        """The next message, which is an RTR, or PPR."""
        got = self.receive()
        expect(got is not None and got.code == code and got.request(),
               "no request of ours")
        return got


class Asking(threading.Thread):
    """Asks for a de-registration or a push; its answer when joined."""

    def __init__(self, server, user, body=b"", what="deregister"):
        super().__init__()
        self.call = (server, "POST", "/subscriptions/%s/%s"
                     % (name(user), what), body)
        self.got = None
        self.start()

    def run(self):
        self.got = ask(*self.call)

    def answer(self):
        """What it got."""
        self.join(60)
        return self.got


def state(server, user):
    """Of its only set."""
    return get(server, "/subscriptions/" + name(user))["sets"][0]["state"]


def scscf_is_told_to_forget(server):
    """An RTR with each reason, and the answer when it has answered."""
    user = server.users[21]
    for number, reason in enumerate(REASONS[:3]):
        with Scscf(server, user) as scscf:
            asking = Asking(server, user, json.dumps(
                {"reason": reason, "info": "Bye."}).encode())
            rtr = scscf.rtr()
            expect(rtr.get("User-Name") == user.impi
                   and user.impu in rtr.all("Public-Identity"), "not he")
            expect(rtr.inside("Deregistration-Reason", "Reason-Code")
                   == number, "not the reason")
            expect(rtr.inside("Deregistration-Reason", "Reason-Info")
                   == "Bye.", "not the text")
            expect(asking.is_alive(), "answered before the S-CSCF has")
            expect(get(server, "/status"), "others have to wait")
            scscf.send(scscf.answer(rtr))
            got = asking.answer()
            expect(got.status == 200 and got.json["result"] == 2001
                   and got.json["done"], got.body)
            expect(state(server, user) == "not registered", "not forgotten")


def scscf_may_refuse(server):
    """502 with its result, and the user is forgotten all the same."""
    user = server.users[22]
    with Scscf(server, user) as scscf:
        asking = Asking(server, user)
        scscf.send(scscf.answer(scscf.rtr(), 5012))
        got = asking.answer()
        expect(got.status == 502 and got.json["result"] == 5012
               and "5012" in got.json["error"], got.body)
        expect(state(server, user) == "not registered", "not forgotten")


def scscf_may_be_silent(server):
    """502 when time is up, twice; meanwhile everything goes on."""
    user = server.users[23]
    with Scscf(server, user) as scscf:
        begin = time.monotonic()
        asking = Asking(server, user)
        slowest = 0
        while asking.is_alive():
            mark = time.monotonic()
            get(server, "/status")
            slowest = max(slowest, time.monotonic() - mark)
            time.sleep(0.05)
        got, took = asking.answer(), time.monotonic() - begin
        expect(got.status == 502 and got.json["result"] == 0, got.body)
        expect(took < TIMEOUT_S * TRIES + 3, "%.1f s" % took)
        expect(slowest < 1, "others had to wait %.1f s" % slowest)
        expect(state(server, user) == "not registered", "not forgotten")
        scscf.rtr()


def who_is_not_registered_is_409(server):
    """There is nothing to forget; and remove-scscf is for others."""
    user = server.users[24]
    target = "/subscriptions/%s/deregister" % name(user)
    got = ask(server, "POST", target)
    expect(got.status == 409 and "registered" in got.json["error"], got.body)
    expect(ask(server, "POST", "/subscriptions/nobody/deregister").status
           == 404, "nobody")
    with Scscf(server, user):
        got = ask(server, "POST", target, b'{"reason": "remove-scscf"}')
        expect(got.status == 409, got.body)
        expect(state(server, user) == "registered", "forgotten")


def bad_bodies_are_400(server):
    """And nothing is done."""
    user = server.users[25]
    target = "/subscriptions/%s/deregister" % name(user)
    with Scscf(server, user):
        for body in (b"x", b"{", b"[]", b"1", b'"permanent"',
                     b'{"reason": 1}', b'{"reason": null}',
                     b'{"reason": "Permanent"}', b'{"reason": ""}',
                     b'{"reasons": "permanent"}', b'{"reason": "\xff"}',
                     b'{"info": ["x"]}', b'{"info": "%s"}' % (
                         b"x" * (INFO_MAX + 1)), b"[" * 4096):
            got = ask(server, "POST", target, body)
            expect(got.status == 400, "%r: %d" % (body[:40], got.status))
        expect(state(server, user) == "registered", "forgotten")
    got = ask(server, "POST", "/subscriptions/nobody/deregister",
              b'{"info": "%s"}' % (b"x" * INFO_MAX))
    expect(got.status == 404, "%d of a text at its limit" % got.status)


def scscf_is_sent_the_profile(server):
    """A PPR with User-Data; its answer, good or bad, and the user stays."""
    user = server.users[30]
    with Scscf(server, user) as scscf:
        for result, status in ((2001, 200), (5012, 502)):
            asking = Asking(server, user, what="push")
            ppr = scscf.rtr(PPR)
            expect(ppr.get("User-Name") == user.impi
                   and user.impu.encode() in ppr.get("User-Data"), "not he")
            expect(asking.is_alive(), "answered before the S-CSCF has")
            scscf.send(scscf.answer(ppr, result))
            got = asking.answer()
            expect(got.status == status and got.json["result"] == result,
                   got.body)
            expect(state(server, user) == "registered", "forgotten")
        expect(ask(server, "POST", "/subscriptions/%s/push" % name(user),
                   b"{}").status == 400, "a body")


def push_without_registration_is_409(server):
    """There is nobody to send it to."""
    got = ask(server, "POST", "/subscriptions/%s/push"
              % name(server.users[31]))
    expect(got.status == 409 and got.json["error"], got.body)
    expect(ask(server, "POST", "/subscriptions/nobody/push").status == 404,
           "nobody")


def client_that_leaves_is_no_loss(server):
    """The de-registration goes on, and no connection is left."""
    user = server.users[26]
    before = settled(server)
    with Scscf(server, user) as scscf:
        with dial(server) as sock:
            sock.sendall(b"POST /subscriptions/%s/deregister HTTP/1.1\r\n"
                         b"Host: x\r\n\r\n" % name(user).encode())
            rtr = scscf.rtr()
        scscf.send(scscf.answer(rtr))
        wait_for(lambda: state(server, user) == "not registered", 5,
                 "the end of it")
    expect(settled(server) == before, "descriptors are left")


def half_closed_client_gets_its_answer_late(server):
    """It has ended its own side while the S-CSCF thinks."""
    user = server.users[27]
    with Scscf(server, user) as scscf, dial(server) as sock:
        sock.sendall(b"POST /subscriptions/%s/deregister HTTP/1.1\r\n"
                     b"Host: x\r\n\r\n" % name(user).encode())
        sock.shutdown(socket.SHUT_WR)
        rtr = scscf.rtr()
        time.sleep(0.2)
        scscf.send(scscf.answer(rtr))
        expect(Answer(drain(sock)).status == 200, "no answer")


def end_of_hssd_does_not_wait(server):
    """TERM while an S-CSCF thinks: exit status 0, and no answer."""
    user = server.users[28]
    with Scscf(server, user) as scscf, dial(server) as sock:
        sock.sendall(b"POST /subscriptions/%s/deregister HTTP/1.1\r\n"
                     b"Host: x\r\n\r\n" % name(user).encode())
        scscf.rtr()
        mark = server.hssd.size()
        status = server.hssd.stop(signal.SIGTERM)
        expect(status == 0, "exit status %s" % status)
        expect("Sanitizer" not in server.hssd.said(mark), "a complaint")
        drain(sock)
    server.start()


def hssctl_pushes(server):
    """Exit status 0; 1 where there is nobody to push to."""
    user = server.users[32]
    with Scscf(server, user) as scscf:
        found = []
        thread = threading.Thread(target=lambda: found.append(
            run(server, "push", user.impi)))
        thread.start()
        scscf.send(scscf.answer(scscf.rtr(PPR)))
        thread.join()
        status, out, err = found[0]
        expect(status == 0 and not err and out.strip(), found)
    status, out, err = run(server, "push", server.users[33].impi)
    expect(status == 1 and not out and err, err)


def hssctl_deregisters(server):
    """Exit status 0 and what the S-CSCF said; 1 and why not."""
    user = server.users[29]
    with Scscf(server, user) as scscf:
        found = []
        thread = threading.Thread(target=lambda: found.append(
            run(server, "deregister", user.tel, "server-change")))
        thread.start()
        rtr = scscf.rtr()
        expect(rtr.inside("Deregistration-Reason", "Reason-Code") == 2,
               "not the reason")
        scscf.send(scscf.answer(rtr))
        thread.join()
        status, out, err = found[0]
        expect(status == 0 and not err and scscf.host in out, found)
    status, out, err = run(server, "deregister", user.tel)
    expect(status == 1 and not out and "not registered" in err, err)
    status, out, err = run(server, "deregister", user.tel, "boredom")
    expect(status == 1 and not out and "remove-scscf" in err, err)


CASES = [
    scscf_is_told_to_forget, scscf_may_refuse, scscf_may_be_silent,
    who_is_not_registered_is_409, bad_bodies_are_400,
    scscf_is_sent_the_profile, push_without_registration_is_409,
    client_that_leaves_is_no_loss, half_closed_client_gets_its_answer_late,
    end_of_hssd_does_not_wait, hssctl_deregisters, hssctl_pushes,
]
