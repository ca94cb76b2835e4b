"""What hssd has promised, from the record of `cxclient load --record`, and
whether it still holds.

A user is known by the set of the states it may be in: one, as long as all
requests about it are answered; several, when a crash left some in doubt, of
which any first few may have been handled. Every answer must fit at least one
of them, and leaves those that it fits.
"""

import collections

from server import expect

NOBODY = (None, False, False, False)
SUCCESS, UNABLE_TO_COMPLY = 2001, 5012
FIRST_REGISTRATION, SUBSEQUENT_REGISTRATION = -2001, -2002
NOT_REGISTERED, ALREADY_REGISTERED = -5003, -5005
NO_ASSIGNMENT, REGISTRATION, RE_REGISTRATION, UNREGISTERED = range(4)
STORE_TYPES = (6, 7)
FAILURE_TYPES = (9, 10)
IND_BITS = 5

Line = collections.namedtuple("Line", "number kind user result asked told")


def answered(line):
    """Whether an answer has come."""
    return line.result != "?"


def lines_of(path):
    """The record by user, in the order in which hssd got the requests."""
    users = collections.defaultdict(list)
    for text in path.read_text().splitlines():
        number, kind, user, *rest = text.split()
        users[int(user)].append(Line(int(number), kind, int(user), *rest))
    for lines in users.values():
        lines.sort()
    return users


def use(name, registered, pending, unregistered):
    """Without anything in use there is no S-CSCF."""
    if not registered and not pending and not unregistered:
        return NOBODY
    return name, registered, pending, unregistered


def assign(state, kind, name):
    """SAR (TS 29.228, 6.1.2.1) from the host that the user belongs to: the
    result, the name that is told, the state after it."""
    old, registered, pending, unregistered = state
    if kind == NO_ASSIGNMENT:
        return (SUCCESS if old == name else UNABLE_TO_COMPLY), None, state
    if kind <= UNREGISTERED:
        if old not in (None, name):
            return ALREADY_REGISTERED, old, state
        if kind == UNREGISTERED:
            return SUCCESS, None, (name, registered, pending,
                                   unregistered or not registered)
        return SUCCESS, None, (name, True, False, False)
    if kind in FAILURE_TYPES:
        return SUCCESS, None, use(old, registered, False, unregistered)
    keep = unregistered or kind in STORE_TYPES and registered
    if kind not in STORE_TYPES:
        keep = False
    return SUCCESS, None, use(old, False, False, keep)


class Rules:
    """What a request does to a state, remembered: there are few of both."""

    def __init__(self):
        self.known = {}

    def after(self, state, kind, asked):
        """The result, the name told (None: any), the state after it."""
        key = state, kind, asked
        if key not in self.known:
            self.known[key] = self.decide(*key)
        return self.known[key]

    @staticmethod
    def decide(state, kind, asked):
        """One request (TS 29.228, 6.1.1, 6.1.2, 6.1.4, 6.3.1)."""
        name, registered, _, unregistered = state
        if kind == "UAR":
            if name:
                return SUBSEQUENT_REGISTRATION, name, state
            return FIRST_REGISTRATION, None, state
        if kind == "LIR":
            if registered or unregistered:
                return SUCCESS, name, state
            return NOT_REGISTERED, "-", state
        if kind == "MAR":
            if name == asked and registered:
                return SUCCESS, None, state
            return SUCCESS, None, (asked, registered, True, unregistered)
        number, name = asked.split(":", 1)
        return assign(state, int(number), name)


class Promises:
    """All users of a load."""

    def __init__(self, users):
        self.rules = Rules()
        self.states = {user: frozenset([NOBODY]) for user in users}
        self.seq = dict.fromkeys(users, 0)
        self.count = collections.Counter()

    def add(self, path):
        """What this record says; Failure if it can't be."""
        for user, lines in lines_of(path).items():
            last = max((n for n, line in enumerate(lines)
                        if answered(line)), default=-1)
            for n, line in enumerate(lines):
                self.take(user, line, n < last)
            self.count["answered"] += sum(map(answered, lines))
            self.count["in doubt"] += len(lines) - 1 - last

    def take(self, user, line, handled):
        """One request; handled: it was, since a later one was answered."""
        if answered(line):
            self.answer(user, line.kind, line.asked, int(line.result),
                        line.told)
            if line.kind == "MAR":
                self.vectors(user, line)
            return
        after = {self.rules.after(state, line.kind, line.asked)[2]
                 for state in self.states[user]}
        self.states[user] = frozenset(
            after if handled else after | self.states[user])

    def answer(self, user, kind, asked, result, told):
        """Leave the states that this answer fits."""
        left = set()
        for state in self.states[user]:
            want, name, after = self.rules.after(state, kind, asked)
            if want == result and name in (None, told):
                left.add(after)
        expect(left, "user %d: %s %s: %d, %s, but the user should be one of "
               "%s" % (user, kind, asked, result, told,
                       sorted(map(str, self.states[user]))))
        self.states[user] = frozenset(left)

    def vectors(self, user, line):
        """No SEQ twice: each is higher than all before."""
        for text in line.told.split(","):
            expect(text not in ("-", "bad"), "user %d: AUTN is %s" % (
                user, text))
            seq = int(text, 16) >> IND_BITS
            expect(seq > self.seq[user], "user %d: SEQ %d after %d" % (
                user, seq, self.seq[user]))
            self.seq[user] = seq
            self.count["vectors"] += 1

    def shown(self, user, word, name):
        """Leave the states that look like this to the operator."""
        def look(state):
            return ("registered" if state[1] else "unregistered" if state[3]
                    else "not registered"), state[0]
        left = frozenset(s for s in self.states[user]
                         if look(s) == (word, name))
        expect(left, "user %d is %s, %s, but should be one of %s" % (
            user, word, name, sorted(map(str, self.states[user]))))
        self.states[user] = left
