"""RTR and PPR as an S-CSCF gets them (TS 29.228 6.1.3, 6.2.2, 8.1.1)."""

import contextlib
import time

from cx import lir, mar, pack, REGISTRATION, sar
from damage import hang_up
from diameter import (avp, Client, E, P, PPR, R, RTR, T, vsai, whole_answer)
from server import expect, wait_for

SCSCF_HOST = "scscf.example.org"
NEXT = "sip:next.example.org:6060"
PERMANENT_TERMINATION, NEW_SERVER_ASSIGNED, SERVER_CHANGE = 0, 1, 2
NOT_REGISTERED, USER_UNKNOWN = -5003, -5001
TRIES = 2
TIMEOUT_S = 5
SLACK_S = 2
ON_THEIR_WAY = 32


def register(client, user, server=None):
    """MAR and SAR of an S-CSCF."""
    more = {} if server is None else {"server": server}
    for request in (mar(client, user.impi, user.impu, **more),
                    sar(client, user.impi, user.impu, REGISTRATION, **more)):
        answer = client.ask(pack(request))
        expect(answer.result() == 2001, "%d for %s" % (
            answer.result(), user.impi))


def take(client, code, limit_s=TIMEOUT_S):
    """The next message: a request of this command, as 29.229 wants it."""
    got = client.receive(limit_s)
    expect(got is not None and got.request() and got.code == code,
           "not a request %d" % code)
    expect(got.flags & ~T == R | P, "flags %#x" % got.flags)
    expect(got.get("Destination-Host") == client.host, "Destination-Host")
    for name in ("Session-Id", "Vendor-Specific-Application-Id",
                 "Auth-Session-State", "Origin-Host", "Origin-Realm",
                 "Destination-Realm", "User-Name"):
        expect(len(got.all(name)) == 1, "%d %s" % (len(got.all(name)), name))
    return got


def take_rtr(client, user, reason, limit_s=TIMEOUT_S):
    """An RTR for all of a user."""
    rtr = take(client, RTR, limit_s)
    expect(rtr.get("User-Name") == user.impi, "User-Name")
    expect(rtr.all("Public-Identity") == [user.impu, user.tel],
           "Public-Identity %s" % rtr.all("Public-Identity"))
    found = rtr.inside("Deregistration-Reason", "Reason-Code")
    expect(found == reason, "Reason-Code %s, want %d" % (found, reason))
    return rtr


def reply(client, request, result):
    """The S-CSCF's answer; a negative result is an experimental one."""
    if result > 0:
        code = avp("Result-Code", result)
    else:
        code = avp("Experimental-Result", [
            avp("Vendor-Id", 10415), avp("Experimental-Result-Code", -result)])
    octets = bytearray(whole_answer(request, [
        avp("Session-Id", request.get("Session-Id")), vsai(), code,
        avp("Auth-Session-State", 1)] + client.identity()))
    if 3000 <= result < 4000:
        octets[4] |= E
    client.send(bytes(octets))


def where(server, user):
    """The result of a LIR."""
    with Client(server) as client:
        return client.ask(pack(lir(client, user.impu))).result()


def wait_state(server, user, result, limit_s=SLACK_S):
    """LIRs for the user end in this result soon."""
    wait_for(lambda: where(server, user) == result, limit_s,
             "%d for %s" % (result, user.impi))


@contextlib.contextmanager
def reloaded(server, subscribers=None, conf=""):
    """hssd with other files, and its own again afterwards."""
    old = server.subscribers, server.conf
    server.subscribers = subscribers or server.subscribers
    server.conf += conf
    try:
        server.write()
        hang_up(server, "reloaded")
        yield
    finally:
        server.subscribers, server.conf = old
        server.write()
        hang_up(server, "reloaded")


def without(server, *users):
    """The subscribers without some."""
    text = server.subscribers
    for user in users:
        text = text.replace(user.section(), "")
    return text


def barred(server, user):
    """The subscribers with one barred."""
    return server.subscribers.replace(
        user.section(), user.section() + "barred = yes\n")


def dropped_user_gets_an_rtr(server):
    """A section is gone: RTR at once, and nobody knows the user."""
    user = server.users[41]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with reloaded(server, without(server, user)):
            reply(scscf, take_rtr(scscf, user, PERMANENT_TERMINATION), 2001)
            expect(where(server, user) == USER_UNKNOWN, "still known")
        expect(where(server, user) == NOT_REGISTERED, "still registered")


def barred_user_gets_an_rtr(server):
    """barred = yes: registered until the answer, and then no more."""
    user = server.users[42]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with reloaded(server, barred(server, user)):
            rtr = take_rtr(scscf, user, PERMANENT_TERMINATION)
            expect(where(server, user) == 2001, "gone before the answer")
            reply(scscf, rtr, 2001)
            wait_state(server, user, NOT_REGISTERED)


def refused_rtr_ends_the_registration(server):
    """The S-CSCF refuses: the user is gone here all the same."""
    for result in (USER_UNKNOWN, 5012, 3002):
        user = server.users[43]
        with Client(server, SCSCF_HOST) as scscf:
            register(scscf, user)
            with reloaded(server, barred(server, user)):
                reply(scscf, take_rtr(
                    scscf, user, PERMANENT_TERMINATION), result)
                wait_state(server, user, NOT_REGISTERED)


def unanswered_rtr_ends_the_registration(server):
    """No answer: it comes twice in all, then the user is gone."""
    user = server.users[44]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with reloaded(server, barred(server, user)):
            start = time.monotonic()
            for _ in range(TRIES):
                take_rtr(scscf, user, PERMANENT_TERMINATION,
                         TIMEOUT_S + SLACK_S)
                expect(where(server, user) == 2001, "gone too early")
            wait_state(server, user, NOT_REGISTERED, TIMEOUT_S + SLACK_S)
            took = time.monotonic() - start
            expect(took > TRIES * TIMEOUT_S - SLACK_S, "only %.1f s" % took)
            expect(scscf.ask(scscf.dwr()).result() == 2001, "no DWA")


def closed_connection_ends_the_registration(server):
    """The S-CSCF goes away instead of answering."""
    user = server.users[45]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with reloaded(server, barred(server, user)):
            take_rtr(scscf, user, PERMANENT_TERMINATION)
            scscf.close()
            wait_state(server, user, NOT_REGISTERED)


def scscf_out_of_reach_loses_its_user(server):
    """There is no connection to send an RTR on."""
    user = server.users[46]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        scscf.send(scscf.dpr())
        scscf.ended()
    with reloaded(server, barred(server, user)):
        wait_state(server, user, NOT_REGISTERED)


def former_scscf_is_told(server):
    """Another S-CSCF registers the user: NEW_SERVER_ASSIGNED to the first,
    and the second keeps it."""
    user = server.users[47]
    with Client(server, SCSCF_HOST) as former, \
            Client(server, "next.example.org") as after:
        register(former, user)
        register(after, user, NEXT)
        reply(former, take_rtr(former, user, NEW_SERVER_ASSIGNED), 2001)
        expect(former.ask(former.dwr()).result() == 2001, "no DWA")
        lia = after.ask(pack(lir(after, user.impu)))
        expect(lia.get("Server-Name") == NEXT, "not at the second")


def only_so_many_are_on_their_way(server):
    """Many users are dropped: 32 RTRs, and one more for each answer."""
    users = [server.users[n] for n in range(1, 39)]
    with Client(server, SCSCF_HOST) as scscf:
        for user in users:
            register(scscf, user)
        with reloaded(server, without(server, *users)):
            waiting = [take(scscf, RTR) for _ in range(ON_THEIR_WAY)]
            expect(silent(scscf), "more than %d" % ON_THEIR_WAY)
            found = []
            while waiting:
                reply(scscf, waiting[0], 2001)
                found.append(waiting.pop(0).get("User-Name"))
                if len(found) + len(waiting) < len(users):
                    waiting.append(take(scscf, RTR))
            expect(sorted(found) == sorted(u.impi for u in users),
                   "%d of %d" % (len(found), len(users)))


def silent(client):
    """Nothing comes for a moment."""
    try:
        client.receive(0.3)
    except TimeoutError:
        return True
    return False


@contextlib.contextmanager
def other_profile(server, conf=""):
    """hssd with a changed profile, and the old one again afterwards."""
    path = server.folder / "profiles" / "default.xml"
    with reloaded(server, conf=conf):
        text = path.read_text()
        path.write_text(text.replace("PUBLISH", "MESSAGE"))
        hang_up(server, "reloaded")
        yield


def changed_profile_is_pushed(server):
    """PPR with the whole User-Data; the user stays registered."""
    user = server.users[48]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with other_profile(server):
            ppr = take(scscf, PPR)
            data = ppr.get("User-Data").decode()
            expect("MESSAGE" in data and user.impu in data and
                   user.tel in data, "User-Data: " + data)
            reply(scscf, ppr, 2001)
            expect(silent(scscf), "something behind the PPR")
        reply(scscf, take(scscf, PPR), 2001)
        expect(where(server, user) == 2001, "not registered")
        deregister(server, scscf, user)


def deregister(server, scscf, user):
    """Leave nobody that a change of profiles would be told of."""
    saa = scscf.ask(pack(sar(scscf, user.impi, user.impu, 5)))
    expect(saa.result() == 2001, "SAA %d" % saa.result())
    expect(where(server, user) == NOT_REGISTERED, "still registered")


def unanswered_push_changes_nothing(server):
    """push-fallback is none by default."""
    user = server.users[49]
    with Client(server, SCSCF_HOST) as scscf:
        register(scscf, user)
        with other_profile(server):
            take(scscf, PPR)
            time.sleep(TIMEOUT_S)
            expect(silent(scscf), "something behind the PPR")
            expect(where(server, user) == 2001, "not registered")
            deregister(server, scscf, user)


def unanswered_push_falls_back(server):
    """push-fallback = deregister: RTR SERVER_CHANGE, after the time-out or
    when the command is unknown."""
    user = server.users[49]
    for answers in (False, True):
        with Client(server, SCSCF_HOST) as scscf:
            register(scscf, user)
            with other_profile(server, "\npush-fallback = deregister\n"):
                ppr = take(scscf, PPR)
                if answers:
                    reply(scscf, ppr, 3001)
                reply(scscf, take_rtr(scscf, user, SERVER_CHANGE,
                                      TIMEOUT_S + SLACK_S), 2001)
                wait_state(server, user, NOT_REGISTERED)


def changed_password_is_pushed(server):
    """PPR with SIP-Auth-Data-Item and nothing else."""
    user = server.users[52]
    with Client(server, SCSCF_HOST) as scscf:
        register_digest(scscf, user)
        with reloaded(server, server.subscribers.replace(
                "password = " + user.password + "\n",
                "password = another\n")):
            ppr = take(scscf, PPR)
            expect(ppr.inside("SIP-Auth-Data-Item",
                              "SIP-Authentication-Scheme") == "SIP Digest",
                   "no SIP-Auth-Data-Item")
            expect(ppr.get("User-Data") is None, "User-Data")
            reply(scscf, ppr, 2001)
        reply(scscf, take(scscf, PPR), 2001)
        deregister(server, scscf, user)


def register_digest(client, user):
    """SAR alone is enough of one who is unknown so far."""
    saa = client.ask(pack(sar(client, user.impi, user.impu, REGISTRATION)))
    expect(saa.result() == 2001, "SAA %d" % saa.result())


def term_does_not_wait_for_answers(server):
    """hssd ends in time with an RTR unanswered, and starts again."""
    user = server.users[53]
    with Client(server, SCSCF_HOST) as scscf:
        register_digest(scscf, user)
        old = server.subscribers
        server.subscribers = barred(server, user)
        server.write()
        hang_up(server, "reloaded")
        take_rtr(scscf, user, PERMANENT_TERMINATION)
        status = server.hssd.stop()
        expect(status == 0, "exit status %s" % status)
    server.subscribers = old
    server.write()
    server.start()
    expect(where(server, user) == NOT_REGISTERED, "still registered")


CASES = [
    dropped_user_gets_an_rtr, barred_user_gets_an_rtr,
    refused_rtr_ends_the_registration, unanswered_rtr_ends_the_registration,
    closed_connection_ends_the_registration,
    scscf_out_of_reach_loses_its_user, former_scscf_is_told,
    only_so_many_are_on_their_way, changed_profile_is_pushed,
    unanswered_push_changes_nothing, unanswered_push_falls_back,
    changed_password_is_pushed, term_does_not_wait_for_answers,
]
