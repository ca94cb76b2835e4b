"""kill -9 while sequence numbers and registrations are given out: no SQN
twice, nothing acknowledged is lost."""

import random
import signal
import threading
import time

from cx import (lir, mar, pack, REGISTRATION, sar, SCSCF, uar,
                USER_DEREGISTRATION)
from diameter import Client
from server import expect
from milenage import Milenage, opc_from_op, xor

SEED = 33102
ROUNDS = 20
VECTORS_USERS = range(1, 9)
REGISTER_USERS = range(20, 50)
AMF = bytes.fromhex("8000")
NOT_REGISTERED = -5003


class Sim:
    """The SIM of a user: opens challenges and remembers every SQN."""

    def __init__(self, user):
        self.k = bytes.fromhex(user.k)
        self.opc = opc_from_op(self.k, bytes.fromhex(user.op))
        self.seen = set()

    def open(self, challenge):
        """RAND and AUTN: the SQN, whose MAC must be right."""
        rand, autn = challenge[:16], challenge[16:]
        functions = Milenage(self.k, self.opc, rand)
        sqn = xor(autn[:6], functions.f5())
        expect(autn[6:8] == AMF and functions.f1(sqn, AMF) == autn[8:],
               "AUTN of a wrong MAC")
        return sqn

    def take(self, challenge):
        """Never twice, and never a SEQ (43 bits) twice."""
        seq = int.from_bytes(self.open(challenge), "big") >> 5
        expect(seq not in self.seen, "SEQ %d was given out twice" % seq)
        self.seen.add(seq)


def challenges(maa):
    """RAND and AUTN of every item of the MAA, in the items' order."""
    for item in maa.all("SIP-Auth-Data-Item"):
        yield next(a.value for a in item if a.name == "SIP-Authenticate")


def kill_later(server, delay_s):
    """kill -9 after the delay, in a thread."""
    def kill():
        time.sleep(delay_s)
        server.hssd.process.send_signal(signal.SIGKILL)
    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def until_killed(client, thread, requests):
    """Send all, one by one, until the end; {identifiers: answer} of those
    that were answered, and how many were sent."""
    answers, sent = {}, 0
    try:
        for octets in requests:
            client.send(octets)
            sent += 1
            if sent % 8 == 0:
                time.sleep(0.0005)
    except OSError:
        pass
    thread.join()
    while True:
        got = client.receive()
        if got is None:
            return answers, sent
        answers[got.octets[12:20]] = got


def tolerant(client):
    """What a killed server leaves half sent is no fault of its."""
    cut = client.fill

    def fill(limit_s):
        rest, client.rest = client.rest, b""
        before = len(rest)
        more = cut(limit_s)
        client.rest = rest + client.rest
        return more and len(client.rest) > before
    client.fill = fill
    return client


def restart(server):
    """Collect the killed one, start another."""
    server.hssd.stop()
    server.start()


def vectors_round(server, dice, sims):
    """One round of MARs; every challenge is looked at."""
    client = tolerant(Client(server))
    requests = []
    for _ in range(150):
        user = server.users[dice.choice(list(sims))]
        requests.append((user, pack(mar(
            client, user.impi, user.impu, items=dice.randint(1, 4)))))
    users = {octets[12:20]: user for user, octets in requests}
    thread = kill_later(server, dice.uniform(0, 0.03))
    answers, _ = until_killed(client, thread, [o for _, o in requests])
    client.close()
    for key, maa in answers.items():
        expect(maa.result() == 2001, "MAA %d" % maa.result())
        sim = next(s for n, s in sims.items()
                   if server.users[n] is users[key])
        for challenge in challenges(maa):
            sim.take(challenge)
    restart(server)
    return len(answers)


def no_sqn_twice_after_kill(server):
    """20 rounds of MARs ended by kill -9, and one more vector each."""
    dice = random.Random(SEED)
    sims = {n: Sim(server.users[n]) for n in VECTORS_USERS}
    answered = [vectors_round(server, dice, sims) for _ in range(ROUNDS)]
    for number, sim in sims.items():
        with Client(server) as client:
            user = server.users[number]
            maa = client.ask(pack(mar(client, user.impi, user.impu)))
            for challenge in challenges(maa):
                sim.take(challenge)
    expect(sum(answered) > 0, "no MAA before any kill")
    expect(any(count < 150 for count in answered), "never killed in time")


def registered(server, user):
    """What LIR and UAR say: the S-CSCF's name, or None."""
    with Client(server) as client:
        lia = client.ask(pack(lir(client, user.impu)))
        uaa = client.ask(pack(uar(client, user.impi, user.impu)))
    name = lia.get("Server-Name")
    expect(lia.result() == (2001 if name else NOT_REGISTERED),
           "LIA %d with %s" % (lia.result(), name))
    expect(uaa.result() == (-2002 if name else -2001)
           and name in (None, uaa.get("Server-Name")),
           "UAA %d with %s" % (uaa.result(), uaa.get("Server-Name")))
    return name


def registrations_round(server, dice, state):
    """One round of SARs, one a user, ended by kill -9; then the state must
    be what was acknowledged, and either of both where nothing was."""
    client = tolerant(Client(server))
    requests = {}
    for number in dice.sample(list(REGISTER_USERS), len(REGISTER_USERS)):
        user = server.users[number]
        kind = USER_DEREGISTRATION if state[number] else REGISTRATION
        octets = pack(sar(client, user.impi, user.impu, kind))
        requests[octets[12:20]] = (number, octets)
    thread = kill_later(server, dice.uniform(0, 0.015))
    answers, _ = until_killed(client, thread,
                              [o for _, o in requests.values()])
    client.close()
    restart(server)
    for key, (number, _) in requests.items():
        name = registered(server, server.users[number])
        expect(name in (None, SCSCF), "Server-Name %s" % name)
        if key in answers:
            result = answers[key].result()
            expect(result == 2001, "SAA %d" % result)
            expect(bool(name) != state[number],
                   "an acknowledged %s of user %d is lost" % (
                       "de-registration" if state[number] else
                       "registration", number))
        state[number] = bool(name)
    return len(answers)


def acknowledged_registrations_are_kept(server):
    """20 rounds of SARs ended by kill -9."""
    dice = random.Random(SEED + 1)
    state = dict.fromkeys(REGISTER_USERS, False)
    answered = [registrations_round(server, dice, state)
                for _ in range(ROUNDS)]
    expect(sum(answered) > 0, "no SAA before any kill")
    expect(any(n < len(state) for n in answered), "never killed in time")
    with Client(server) as client:
        for number in (n for n in state if state[n]):
            user = server.users[number]
            client.ask(pack(sar(client, user.impi, user.impu,
                                USER_DEREGISTRATION)))


def stop_keeps_state(server):
    """TERM and a new start: registrations and SQN go on."""
    user = server.users[10]
    sim = Sim(user)
    for turn in range(3):
        with Client(server) as client:
            maa = client.ask(pack(mar(client, user.impi, user.impu)))
            saa = client.ask(pack(sar(client, user.impi, user.impu,
                                      2 if turn else 1)))
            for challenge in challenges(maa):
                sim.take(challenge)
            expect(saa.result() == 2001, "SAA %d" % saa.result())
        expect(server.hssd.stop() == 0, "exit status is not 0")
        server.start()
        expect(registered(server, user) == SCSCF, "not registered any more")


def more_signals_do_not_hurt_a_stop(server):
    """Whoever presses Ctrl-C again and again gets exit status 0 all the
    same: the store is closed in peace."""
    for _ in range(10):
        process = server.hssd.process
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGHUP)
        expect(server.hssd.stop() == 0, "exit status is not 0")
        server.start()


def no_core_file_is_left(server):
    """Neither as a file nor through a pipe, which is why the limit is 1; or
    0, if nobody may raise it."""
    limits = open("/proc/%d/limits" % server.pid(), encoding="ascii").read()
    row = next(r for r in limits.splitlines() if r.startswith("Max core"))
    expect(row.split()[4:6] in (["1", "1"], ["0", "0"]), row)


CASES = [no_core_file_is_left, stop_keeps_state, more_signals_do_not_hurt_a_stop,
         no_sqn_twice_after_kill, acknowledged_registrations_are_kept]
