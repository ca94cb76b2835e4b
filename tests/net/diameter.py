"""Diameter messages and a client, of the tests' own.

RFC 6733 clauses 3 and 4, TS 29.229 clause 6, written from the texts and
independent of the server's codec: the two check each other. Reading is
strict: what hssd sends must be right to the last padding octet.
"""

import itertools
import select
import socket
import struct
import time

from avps import AVPS, M, TGPP, V

HEADER = 20
R, P, E, T = 0x80, 0x40, 0x20, 0x10
CER, DWR, DPR = 257, 280, 282
UAR, SAR, LIR, MAR, RTR, PPR = 300, 301, 302, 303, 304, 305
CX = 16777216
MESSAGE_MAX = 65536
ANSWER_S = 5

BY_CODE = {(row[0], row[1]): name for name, row in AVPS.items()}
COUNTER = itertools.count(0x10000)


class Malformed(Exception):
    """Octets that are no right Diameter message."""


def raw(code, value, flags=0, vendor=0, length=None):
    """An AVP as octets; a length given is written instead of the true one."""
    head = 12 if flags & V else 8
    true = head + len(value)
    octets = struct.pack("!II", code, flags << 24
                         | (true if length is None else length))
    if flags & V:
        octets += struct.pack("!I", vendor)
    return octets + value + bytes(-true % 4)


def avp(name, value):
    """An AVP of the table: a number, a text, octets, or a list of AVPs."""
    code, vendor, flags, kind = AVPS[name]
    if kind == "u32":
        value = struct.pack("!I", value)
    elif kind == "text" and isinstance(value, str):
        value = value.encode()
    elif kind == "group":
        value = b"".join(value)
    return raw(code, value, flags, vendor)


def vsai(app=CX):
    """Vendor-Specific-Application-Id of an application of 3GPP."""
    return avp("Vendor-Specific-Application-Id", [
        avp("Vendor-Id", TGPP), avp("Auth-Application-Id", app)])


def message(code, avps, flags=R, app=0, version=1, length=None):
    """A message as octets, with identifiers of its own."""
    number = next(COUNTER)
    body = b"".join(avps)
    true = HEADER + len(body)
    return struct.pack("!IIIII",
                       version << 24 | (true if length is None else length),
                       flags << 24 | code, app, number, number ^ 0x5A5A0000
                       ) + body


class Avp:
    """One AVP as received."""

    def __init__(self, code, flags, vendor, value, octets):
        self.code, self.flags, self.vendor = code, flags, vendor
        self.value, self.octets = value, octets
        self.name = BY_CODE.get((code, vendor), "%d/%d" % (code, vendor))

    def content(self):
        """A number, a text, octets, or a list of AVPs, as the table says."""
        kind = AVPS.get(self.name, (0, 0, 0, "octets"))[3]
        if kind == "u32":
            if len(self.value) != 4:
                raise Malformed("%s of %d octets" % (self.name,
                                                     len(self.value)))
            return int.from_bytes(self.value, "big")
        if kind == "text":
            return self.value.decode("utf-8")
        return avps_of(self.value) if kind == "group" else self.value


def avps_of(octets):
    """The AVPs, which must fill the octets exactly."""
    found, at = [], 0
    while at < len(octets):
        if at + 8 > len(octets):
            raise Malformed("%d octets behind the last AVP"
                            % (len(octets) - at))
        code, word = struct.unpack_from("!II", octets, at)
        flags, length = word >> 24, word & 0xFFFFFF
        head = 12 if flags & V else 8
        end = at + length + -length % 4
        if length < head or end > len(octets):
            raise Malformed("AVP %d: length %d" % (code, length))
        if any(octets[at + length:end]):
            raise Malformed("AVP %d: padding is not zero" % code)
        vendor = int.from_bytes(octets[at + 8:at + head], "big")
        if flags & V and vendor == 0:
            raise Malformed("AVP %d: V bit and vendor 0" % code)
        found.append(Avp(code, flags, vendor, octets[at + head:at + length],
                         octets[at:end]))
        at = end
    return found


class Message:
    """One message as received; Malformed unless all of it is right."""

    def __init__(self, octets):
        if len(octets) < HEADER or octets[0] != 1:
            raise Malformed("version %d, %d octets" % (octets[0],
                                                       len(octets)))
        self.octets = octets
        self.flags = octets[4]
        self.length = int.from_bytes(octets[1:4], "big")
        self.code = int.from_bytes(octets[5:8], "big")
        self.app, self.hbh, self.e2e = struct.unpack_from("!III", octets, 8)
        if self.length != len(octets) or self.length % 4:
            raise Malformed("message length %d" % self.length)
        if self.flags & 0x0F:
            raise Malformed("reserved header bits in %#x" % self.flags)
        self.avps = avps_of(octets[HEADER:])

    def request(self):
        """Whether it is a request."""
        return bool(self.flags & R)

    def all(self, name):
        """The contents of all AVPs of that name."""
        return [a.content() for a in self.avps if a.name == name]

    def get(self, name):
        """The content of the first, or None."""
        return next(iter(self.all(name)), None)

    def inside(self, group, name):
        """The content of the first member of the first such group."""
        members = self.get(group) or []
        return next((a.content() for a in members if a.name == name), None)

    def result(self):
        """Result-Code, or Experimental-Result-Code as a negative number."""
        code = self.get("Result-Code")
        other = self.inside("Experimental-Result", "Experimental-Result-Code")
        if (code is None) == (other is None):
            raise Malformed("want one of Result-Code, Experimental-Result")
        return code if other is None else -other


def messages(octets):
    """The whole messages that the octets are, one behind the other."""
    found = []
    while octets:
        length = int.from_bytes(octets[1:4], "big")
        found.append(Message(octets[:max(HEADER, length)]))
        octets = octets[length:]
    return found


def everywhere(avps, name):
    """The contents of all AVPs of that name, also inside groups."""
    found = []
    for one in avps:
        if one.name == name:
            found.append(one.content())
        if AVPS.get(one.name, "    ")[3] == "group":
            found += everywhere(avps_of(one.value), name)
    return found


class Closed(Exception):
    """The connection ended when an answer was wanted."""


class Client:
    """One connection to hssd."""

    def __init__(self, server, host="client.example.org", hello=True,
                 address="127.0.0.1", buffer=None):
        self.realm = server.realm
        self.host = "%s" % host
        self.rest = b""
        self.seen = None  # a list that takes every message, if set
        self.answers_dwr = True
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   buffer)
        self.socket.settimeout(ANSWER_S)
        self.socket.connect((address, server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hello:
            answer = self.ask(self.cer())
            if answer.result() != 2001:
                raise Closed("CEA %d" % answer.result())

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        self.close()

    def close(self):
        """Close the connection."""
        self.socket.close()

    def identity(self):
        """Origin-Host and Origin-Realm."""
        return [avp("Origin-Host", self.host),
                avp("Origin-Realm", self.realm)]

    def cer(self, more=None, address=True):
        """CER; more: what stands for the applications."""
        here = [avp("Host-IP-Address", b"\x00\x01\x7f\x00\x00\x01")]
        return message(CER, self.identity() + (here if address else []) + [
            avp("Vendor-Id", TGPP), avp("Product-Name", "net tests"),
            avp("Supported-Vendor-Id", TGPP)] + (
                [vsai()] if more is None else more))

    def dwr(self, flags=R):
        """DWR."""
        return message(DWR, self.identity(), flags)

    def dpr(self, cause=0):
        """DPR."""
        return message(DPR, self.identity() + [
            avp("Disconnect-Cause", cause)])

    def send(self, octets):
        """Send octets as they are."""
        self.record(octets)
        self.socket.sendall(octets)

    def record(self, octets):
        """Keep what is sent, if a record is kept."""
        if self.seen is not None:
            self.seen.append((time.time(), True, octets))

    def receive(self, limit_s=ANSWER_S):
        """The next message, None at the end of the connection; a DWR is
        answered on the way unless answers_dwr is off."""
        end = time.monotonic() + limit_s
        while True:
            whole = self.cut()
            if whole is None:
                if not self.fill(end - time.monotonic()):
                    return None
                continue
            got = Message(whole)
            if self.answers_dwr and got.code == DWR and got.request():
                self.send(self.answer(got))
                continue
            return got

    def answer(self, request, result=2001):
        """The answer to a request of the base protocol."""
        return whole_answer(request, [avp("Result-Code", result)]
                            + self.identity())

    def cut(self):
        """The first whole message of what was received, or None."""
        if len(self.rest) < 4:
            return None
        length = int.from_bytes(self.rest[1:4], "big")
        if length < HEADER:
            raise Malformed("message length %d" % length)
        if len(self.rest) < length:
            return None
        whole, self.rest = self.rest[:length], self.rest[length:]
        if self.seen is not None:
            self.seen.append((time.time(), False, whole))
        return whole

    def fill(self, limit_s):
        """Receive more; False at the end of the connection."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        if not poll.poll(max(0, limit_s) * 1000):
            raise TimeoutError("nothing came in time")
        try:
            more = self.socket.recv(1 << 18)
        except ConnectionResetError:
            more = b""
        self.rest += more
        if not more and self.rest:
            raise Malformed("%d octets at the end are no message"
                            % len(self.rest))
        return bool(more)

    def ask(self, octets, limit_s=ANSWER_S):
        """Send a request; its answer, with the identifiers it must have."""
        self.send(octets)
        got = self.receive(limit_s)
        if got is None:
            raise Closed("closed instead of an answer")
        check_answer(octets, got)
        return got

    def ended(self, limit_s=ANSWER_S):
        """Wait for the end of the connection; the messages before it."""
        found = []
        while True:
            got = self.receive(limit_s)
            if got is None:
                return found
            found.append(got)


def whole_answer(request, avps):
    """An answer to a message as received, with these AVPs."""
    body = b"".join(avps)
    flags = request.flags & P
    return struct.pack("!IIIII", 1 << 24 | HEADER + len(body),
                       flags << 24 | request.code, request.app, request.hbh,
                       request.e2e) + body


def check_answer(request, got):
    """RFC 6733 6.2: what of the request every answer must repeat."""
    if got.request():
        raise Malformed("a request (%d) where an answer is wanted" % got.code)
    if request[5:20] != got.octets[5:20]:
        raise Malformed("answer to another request: %s for %s" % (
            got.octets[5:20].hex(), request[5:20].hex()))
    if (request[4] ^ got.flags) & P or got.flags & T:
        raise Malformed("flags %#x in answer to %#x" % (got.flags,
                                                        request[4]))
    result = got.result()
    if bool(got.flags & E) != (3000 <= result < 4000):
        raise Malformed("E bit of flags %#x with result %d" % (got.flags,
                                                               result))
