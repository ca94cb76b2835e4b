"""A new state written while hssd serves: under load, with kill -9 in the
middle of it, and on a disk with no room for it; and durability other than
sync."""

import random
import signal
import threading
import time

from cx import (mar, pack, REGISTRATION, RE_REGISTRATION, sar, SCSCF,
                USER_DEREGISTRATION)
from crash import challenges, registered, Sim
from diameter import Client
from server import expect

SEED = 29228
SUCCESS = 2001
BATCH = 40
BATCHES_MAX = 1000
ROUNDS = 4
LOADED = 13
KEPT = range(21, 29)
IN_PLACE = "is in place after"


def load(client, user, batches):
    """MARs of two S-CSCFs with long names in turn: a long record each."""
    requests = [pack(mar(client, user.impi, user.impu,
                         server="sip:%s%d.example.org" % ("s" * 200, n % 2)))
                for n in range(BATCH)]
    for _ in range(batches):
        client.send(b"".join(requests))
        for _ in requests:
            got = client.receive()
            if got is None:
                return
            expect(got.result() == SUCCESS, "MAA %d" % got.result())


def store_file(server, name):
    """A file of the store's folder."""
    return server.folder / "state" / name


def compacts_under_load(server):
    """The journal is short again; nothing is lost by it, nor is an SQN."""
    mark = server.hssd.size()
    user = server.users[KEPT[0]]
    sim = Sim(user)
    with Client(server, "scscf.example.org") as client:
        client.ask(pack(sar(client, user.impi, user.impu, REGISTRATION)))
        for _ in range(BATCHES_MAX // 10):
            load(client, server.users[LOADED], 10)
            maa = client.ask(pack(mar(client, user.impi, user.impu)))
            for challenge in challenges(maa):
                sim.take(challenge)
            if IN_PLACE in server.hssd.said(mark):
                break
        expect(IN_PLACE in server.hssd.said(mark), "no new state")
    length = store_file(server, "journal").stat().st_size
    expect(length < 4 << 20, "a journal of %d octets" % length)
    server.hssd.stop(signal.SIGKILL)
    server.start()
    expect(registered(server, user) == SCSCF, "the registration is lost")
    with Client(server) as client:
        maa = client.ask(pack(mar(client, user.impi, user.impu)))
        for challenge in challenges(maa):
            sim.take(challenge)


def kill_in_compaction(server, delay_s):
    """kill -9 some time after a new state was begun, in a thread."""
    def kill():
        until = time.monotonic() + 30
        while (not store_file(server, "journal.old").exists()
               and time.monotonic() < until):
            time.sleep(0.0001)
        time.sleep(delay_s)
        server.hssd.process.send_signal(signal.SIGKILL)
    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def round_of_kill(server, dice, state):
    """Everybody registers or de-registers; a kill in the middle of a new
    state, and what was acknowledged is there."""
    with Client(server, "scscf.example.org") as client:
        for number in KEPT:
            user = server.users[number]
            kind = USER_DEREGISTRATION if state[number] else REGISTRATION
            saa = client.ask(pack(sar(client, user.impi, user.impu, kind)))
            expect(saa.result() == SUCCESS, "SAA %d" % saa.result())
            state[number] = not state[number]
        thread = kill_in_compaction(server, dice.uniform(0, 0.004))
        try:
            load(client, server.users[LOADED], BATCHES_MAX)
        except OSError:
            pass
        thread.join()
    server.hssd.stop(signal.SIGKILL)
    server.start()
    for number in KEPT:
        name = registered(server, server.users[number])
        expect((name is not None) == state[number],
               "user %d: S-CSCF %s" % (number, name))


def killed_in_compaction(server):
    """Some rounds of it."""
    dice = random.Random(SEED)
    state = {n: registered(server, server.users[n]) is not None
             for n in KEPT}
    for _ in range(ROUNDS):
        round_of_kill(server, dice, state)


def with_durability(server, durability):
    """Registrations and SQNs outlive kill -9, some time after the answer."""
    old, user = server.conf, server.users[30]
    sim = Sim(user)
    server.hssd.stop()
    server.conf = "durability = %s\n%s" % (durability, old)
    server.write()
    server.start()
    try:
        with Client(server) as client:
            for kind in (REGISTRATION, RE_REGISTRATION):
                saa = client.ask(pack(sar(client, user.impi, user.impu,
                                          kind)))
                expect(saa.result() == SUCCESS, "SAA %d" % saa.result())
            maa = client.ask(pack(mar(client, user.impi, user.impu)))
            for challenge in challenges(maa):
                sim.take(challenge)
        server.hssd.stop(signal.SIGKILL)
        server.start()
        expect(registered(server, user) == SCSCF, "the registration is lost")
        with Client(server) as client:
            maa = client.ask(pack(mar(client, user.impi, user.impu)))
            for challenge in challenges(maa):
                sim.take(challenge)
    finally:
        server.hssd.stop()
        server.conf = old
        server.write()
        server.start()


def durability_async(server):
    """With async."""
    with_durability(server, "async")


def durability_none(server):
    """With none."""
    with_durability(server, "none")


CASES = [compacts_under_load, killed_in_compaction, durability_async,
         durability_none]
