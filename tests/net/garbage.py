"""10,000 random and mutated messages from a seed: hssd lives, answers what
it must, sends nothing malformed, keeps nothing."""

import random
import struct
import time

from cx import lir, mar, pack, sar, uar
from diameter import (avp, Client, check_answer, Closed, HEADER, MESSAGE_MAX,
                      Malformed, message, P, R)
from server import expect, wait_for

SEED = 29228
MESSAGES = 8000
HEAPS = 2000
END_S = 3
GROWTH_MAX = 24 << 20
PIECES = [b"\0", b"\xff", b"\xff\xff\xff\xff", bytes(4), bytes(12),
          b"\x7f\xff\xff\xff", b"%s%n", b"!.*!", b"\x80\0\0\0"]


def samples(client, user):
    """Good messages of all kinds, to be spoiled."""
    proxy = avp("Proxy-Info", [avp("Proxy-Host", "p.example.org"),
                               avp("Proxy-State", b"\1\2\3")])
    features = avp("Supported-Features", [
        avp("Vendor-Id", 10415), avp("Feature-List-ID", 1),
        avp("Feature-List", 3)])
    return [client.cer(), client.dwr(),
            pack(uar(client, user.impi, user.impu), features + proxy),
            pack(mar(client, user.impi, user.impu), proxy),
            pack(sar(client, user.impi, user.impu, 1), features),
            pack(sar(client, user.impi, user.impu, 5)),
            pack(lir(client, user.impu), proxy),
            message(303, [avp("Failed-AVP", [proxy, features])], P,
                    16777216)]


def spoil(dice, octets):
    """One to six changes at random places."""
    octets = bytearray(octets)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(4, len(octets))
        kind = dice.randrange(6)
        if kind == 0:
            octets[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            octets[at] = dice.randrange(256)
        elif kind == 2:
            octets[at:at] = dice.choice(PIECES)
        elif kind == 3 and len(octets) > HEADER + 8:
            del octets[max(HEADER, at):at + dice.randint(1, 16)]
        elif kind == 4:
            octets[at:at] = octets[at:at + dice.randint(1, 64)]
        else:
            end = dice.randrange(at, len(octets)) + 1
            octets[at:end] = dice.randbytes(end - at)
    return framed(octets)


def framed(octets):
    """With a Message Length that is right, so that the stream goes on."""
    octets = bytes(octets[:MESSAGE_MAX])
    octets += bytes(max(0, HEADER - len(octets)))
    octets += bytes(-len(octets) % 4)
    return octets[:1] + len(octets).to_bytes(3, "big") + octets[4:]


def random_message(dice):
    """A header of a known command and octets, or AVPs, at random."""
    body = b""
    for _ in range(dice.randrange(8)):
        value = dice.randbytes(dice.randrange(40))
        code = dice.choice([1, 258, 260, 263, 264, 268, 277, 279, 284, 296,
                            283, 601, 612, 628, dice.getrandbits(32)])
        length = dice.choice([8 + len(value)] * 4 + [dice.getrandbits(24)])
        body += struct.pack("!II", code, dice.choice(
            [0, 0x40, 0x80, 0xC0, 0xFF]) << 24 | length & 0xFFFFFF) + value
        body += bytes(-len(body) % 4)
    code = dice.choice([257, 280, 282, 300, 301, 302, 303, 304, 305,
                        dice.getrandbits(24)])
    app = dice.choice([0, 16777216, 16777216, dice.getrandbits(32)])
    return framed(message(code, [body], dice.choice(
        [R, R | P, R | P, 0, P, dice.randrange(256)]), app))


def exchange(client, octets, asked):
    """Send it and a DWR, and wait for the DWA. What else comes is the one
    answer to a request in asked, of which those that wait for the disk may
    be overtaken. False: the connection has ended, which is allowed."""
    dwr = client.dwr()
    if octets[4] & R:
        asked[octets[12:20]] = octets
    client.send(octets + dwr)
    while True:
        got = client.receive()
        if got is None:
            return False
        if got.octets[12:20] == dwr[12:20]:
            check_answer(dwr, got)
            return True
        if got.octets[12:20] not in asked:
            raise Malformed("nobody asked for " + got.octets.hex())
        check_answer(asked.pop(got.octets[12:20]), got)


def collect(client, asked):
    """No request is left without its answer."""
    while asked:
        got = client.receive()
        expect(got is not None, "closed with %d answers owed" % len(asked))
        check_answer(asked.pop(got.octets[12:20]), got)


def mutated_messages(server):
    """Each is answered rightly, or not at all, or ends the connection."""
    dice = random.Random(SEED)
    client = Client(server, "fuzz.example.org")
    before = server.resident()
    good = samples(client, server.users[9])
    asked = {}
    for number in range(MESSAGES):
        octets = random_message(dice) if number % 4 == 0 else spoil(
            dice, dice.choice(good))
        octets = octets[:12] + client.dwr()[12:20] + octets[20:]
        try:
            alive = exchange(client, octets, asked)
        except (Closed, BrokenPipeError, ConnectionResetError):
            alive = False
        except (Malformed, TimeoutError, UnicodeDecodeError) as fault:
            raise Malformed("message %d: %s: %s" % (
                number, fault, octets.hex())) from fault
        if not alive:
            client.close()
            client = Client(server, "fuzz.example.org")
            asked = {}
    collect(client, asked)
    client.close()
    still_good(server)
    growth = server.resident() - before
    expect(growth < GROWTH_MAX, "grown by %d octets" % growth)


def heap(dice, good):
    """Octets in which no message boundary can be relied on."""
    kind = dice.randrange(4)
    if kind == 0:
        return dice.randbytes(dice.randint(1, 400))
    octets = bytearray(dice.choice(good) + dice.choice(good))
    if kind == 1:
        octets[1:4] = dice.choice([0, 1, 19, 20, 21, 24, len(octets), 65535,
                                   65536, 65540, 0xFFFFFF]).to_bytes(3, "big")
    elif kind == 2:
        octets[dice.randrange(len(octets))] ^= dice.randint(1, 255)
    else:
        del octets[dice.randrange(len(octets)):]
    return bytes(octets)


def garbage(server):
    """Octets that are no messages, before and behind a CER: the connection
    ends, and all is well for others."""
    dice = random.Random(SEED + 1)
    with Client(server, "fuzz.example.org") as client:
        good = samples(client, server.users[10])
    descriptors = server.descriptors()
    for number in range(HEAPS):
        with Client(server, "fuzz.example.org", number % 3 > 0) as client:
            octets = heap(dice, good)
            try:
                client.send(octets)
                client.socket.shutdown(1)
                client.ended(END_S)
            except (ConnectionError, BrokenPipeError):
                pass
            except OSError as fault:
                raise Malformed("heap %d: %s: %s" % (
                    number, fault, octets.hex())) from fault
    wait_for(lambda: server.descriptors() <= descriptors, 5, "descriptors")
    still_good(server)


def still_good(server):
    """A good request is served, at once."""
    with Client(server) as client:
        user = server.users[11]
        start = time.monotonic()
        got = client.ask(pack(mar(client, user.impi, user.impu)))
        expect(got.result() == 2001, "MAA %d" % got.result())
        expect(time.monotonic() - start < 1, "it took more than 1 s")


CASES = [mutated_messages, garbage]
