"""A full disk: RLIMIT_FSIZE, set on the running process, makes every write
beyond it fail with EFBIG (and would send SIGXFSZ, by which hssd must not
die)."""

import resource
import signal

from cx import (lir, mar, pack, REGISTRATION, RE_REGISTRATION, sar, SCSCF,
                uar)
from crash import challenges, registered, Sim
from diameter import Client
from server import expect, wait_for

UNABLE_TO_COMPLY = 5012
SUCCESS = 2001
RECOVERY_S = 5
HEAPS_MAX = 100
FREE = resource.RLIM_INFINITY


def limit(server, octets):
    """No file of hssd may grow beyond this."""
    resource.prlimit(server.pid(), resource.RLIMIT_FSIZE, (octets, FREE))


def journal_size(server):
    """Octets in the journal."""
    return (server.folder / "state" / "journal").stat().st_size


def make_journal_longer(server, client):
    """The log is under the limit too: the journal must be the longer. A MAR
    of another S-CSCF, with a long name, is in the journal alone."""
    user = server.users[13]
    for _ in range(HEAPS_MAX):
        if journal_size(server) > server.hssd.size() + 65536:
            return
        requests = [pack(mar(client, user.impi, user.impu,
                             server="sip:%s%d.example.org" % (
                                 "s" * 60, number % 2)))
                    for number in range(40)]
        client.send(b"".join(requests))
        for _ in requests:
            got = client.receive()
            expect(got.result() == SUCCESS, "MAA %d" % got.result())
    expect(False, "journal of %d octets, log of %d" % (
        journal_size(server), server.hssd.size()))


def change(client, user, kind=REGISTRATION):
    """The result of a SAR that changes state."""
    return client.ask(pack(sar(client, user.impi, user.impu, kind))).result()


def served_without_disk(server, client, user):
    """What is on the disk: UAR, LIR, vectors below the ceiling, a SAR that
    changes nothing; also of users who were never there; DWR."""
    other = server.users[19]
    for octets, result in (
            (pack(lir(client, user.impu)), SUCCESS),
            (pack(uar(client, user.impi, user.impu)), -2002),
            (pack(mar(client, user.impi, user.impu)), SUCCESS),
            (pack(sar(client, user.impi, user.impu, RE_REGISTRATION)),
             SUCCESS),
            (pack(lir(client, other.impu)), -5003),
            (pack(uar(client, other.impi, other.impu)), -2001),
            (client.dwr(), SUCCESS)):
        got = client.ask(octets).result()
        expect(got == result, "command %d: %d, want %d" % (
            int.from_bytes(octets[5:8], "big"), got, result))


def full_disk(server):
    """5012 for what needs the disk; others are served; it recovers by
    itself, and what it then says is what is on the disk."""
    user, fresh, late = (server.users[n] for n in (14, 15, 16))
    sim = Sim(user)
    with Client(server, "scscf.example.org") as client:
        make_journal_longer(server, client)
        expect(change(client, user) == SUCCESS, "no registration")
        take(client, user, sim)
        mark = server.hssd.size()
        limit(server, journal_size(server))
        got = change(client, fresh)
        expect(got == UNABLE_TO_COMPLY, "SAA %d on a full disk" % got)
        got = change(client, late)
        expect(got == UNABLE_TO_COMPLY, "second SAA %d" % got)
        lia = client.ask(pack(lir(client, fresh.impu)))
        expect(lia.result() == UNABLE_TO_COMPLY,
               "LIA %d of what is not on the disk" % lia.result())
        served_without_disk(server, client, user)
        expect("5012" in server.hssd.said(mark), "the log says nothing")
        mark = server.hssd.size()
        limit(server, FREE)
        wait_for(lambda: change(client, late) == SUCCESS, RECOVERY_S,
                 "recovery")
        expect("works again" in server.hssd.said(mark),
               "the log says nothing of the recovery")
        take(client, user, sim)
    agree_after_kill(server, (user, fresh, late))
    with Client(server) as client:
        take(client, user, sim)


def take(client, user, sim):
    """One MAA whose SQN is new."""
    maa = client.ask(pack(mar(client, user.impi, user.impu)))
    expect(maa.result() == SUCCESS, "MAA %d" % maa.result())
    for challenge in challenges(maa):
        sim.take(challenge)


def agree_after_kill(server, users):
    """Memory and disk say the same of these users."""
    before = [registered(server, user) for user in users]
    server.hssd.stop(signal.SIGKILL)
    server.start()
    after = [registered(server, user) for user in users]
    expect(before == after, "%s before, %s after kill -9" % (before, after))
    expect(before[0] == before[2] == SCSCF, "lost: %s" % before)


def sqn_on_a_full_disk(server):
    """Vectors below the ceiling on disk are given out, then 5012; when the
    disk is back, or after kill -9, none comes twice."""
    user = server.users[17]
    sim = Sim(user)
    for way in ("back", "killed"):
        with Client(server, "scscf.example.org") as client:
            make_journal_longer(server, client)
            expect(change(client, user) in (SUCCESS,), "no registration")
            take(client, user, sim)
            limit(server, journal_size(server))
            count = until_refused(client, user, sim)
            expect(count < 100, "%d vectors without a disk" % count)
            if way == "back":
                limit(server, FREE)
                wait_for(lambda: change(client, user, RE_REGISTRATION)
                         == SUCCESS and not refuses(client, user, sim),
                         RECOVERY_S, "recovery")
        if way == "killed":
            server.hssd.stop(signal.SIGKILL)
            server.start()
    with Client(server) as client:
        take(client, user, sim)


def refuses(client, user, sim):
    """Whether a MAR gets 5012; its SQN is taken if not."""
    maa = client.ask(pack(mar(client, user.impi, user.impu)))
    if maa.result() == UNABLE_TO_COMPLY:
        return True
    expect(maa.result() == SUCCESS, "MAA %d" % maa.result())
    for challenge in challenges(maa):
        sim.take(challenge)
    return False


def until_refused(client, user, sim):
    """MARs until one is refused; how many were not."""
    count = 0
    while count < 100 and not refuses(client, user, sim):
        count += 1
    return count


def stop_on_a_full_disk(server):
    """TERM ends it also then, in time; the next start has what was
    acknowledged."""
    user = server.users[14]
    with Client(server) as client:
        make_journal_longer(server, client)
        expect(change(client, user) == SUCCESS, "no registration")
        limit(server, journal_size(server))
        expect(change(client, server.users[18]) == UNABLE_TO_COMPLY,
               "no 5012")
        code = server.hssd.stop(signal.SIGTERM)
        expect(code in (0, 1), "exit status %s" % code)
    server.start()
    expect(registered(server, user) == SCSCF, "an acknowledged one is lost")


def log_on_a_full_disk(server):
    """The log cannot grow: hssd goes on without it."""
    with Client(server) as client:
        limit(server, 1)
        with Client(server, "another.example.org") as other:
            expect(other.ask(other.dwr()).result() == SUCCESS, "no DWA")
        expect(client.ask(client.dwr()).result() == SUCCESS, "no DWA")
        limit(server, FREE)
    server.hssd.check()


CASES = [log_on_a_full_disk, full_disk, sqn_on_a_full_disk,
         stop_on_a_full_disk]
