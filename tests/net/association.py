"""SCTP as RFC 6458 has it: one association a socket, through numbers that
Linux gives the options, since Python knows only the protocol's own."""

import contextlib
import socket
import struct
import time

from diameter import ANSWER_S, Client, Closed, Malformed

SCTP = 132
NODELAY, MAXSEG, RECVRCVINFO, EVENTS = 3, 13, 32, 11
BINDX_ADD, CONNECTX, GET_LOCAL = 100, 110, 109
INITMSG = 2
SNDINFO, RCVINFO = 2, 3
UNORDERED = 1
MSG_NOTIFICATION = 0x8000
DIAMETER = 46
STREAMS = 16
OCTETS_MAX = 1 << 18


def pack(address, port):
    """An address as the system has it."""
    if ":" in address:
        return struct.pack("=H", socket.AF_INET6) + struct.pack(
            "!HI", port, 0) + socket.inet_pton(
                socket.AF_INET6, address) + bytes(4)
    return struct.pack("=H", socket.AF_INET) + struct.pack(
        "!H", port) + socket.inet_aton(address) + bytes(8)


def pack_all(addresses, port):
    """Addresses one behind the other."""
    return b"".join(pack(address, port) for address in addresses)


def new_socket(addresses, local=(), port=0, maxseg=0, buffer=0):
    """A socket for these addresses, bound to the local ones if any."""
    v6 = any(":" in a for a in [*addresses, *local])
    made = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET,
                         socket.SOCK_STREAM, SCTP)
    made.setsockopt(SCTP, NODELAY, 1)
    made.setsockopt(SCTP, RECVRCVINFO, 1)
    made.setsockopt(SCTP, INITMSG, struct.pack(
        "=HHHH", STREAMS, STREAMS, 4, 1000))
    if maxseg:
        made.setsockopt(SCTP, MAXSEG, struct.pack("=II", 0, maxseg))
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    if local:
        made.setsockopt(SCTP, BINDX_ADD, pack_all(local, port))
    made.settimeout(ANSWER_S)
    return made


class Association(Client):
    """One association with hssd; every SCTP message must be a whole one of
    Diameter with payload protocol 46."""

    # pylint: disable=super-init-not-called
    def __init__(self, server, host="client.example.org", hello=True,
                 addresses=("127.0.0.1",), local=(), port=0, maxseg=0,
                 buffer=0):
        self.realm = server.realm
        self.host = host
        self.rest, self.seen, self.answers_dwr = b"", None, True
        self.ppid, self.stream, self.flags = DIAMETER, 0, 0
        self.streams = set()
        self.fragments, self.aborted = 0, False
        self.socket = new_socket(addresses, local, port, maxseg, buffer)
        self.socket.settimeout(None)
        self.socket.setsockopt(SCTP, CONNECTX,
                               pack_all(addresses, server.port))
        self.socket.settimeout(ANSWER_S)
        if hello:
            self.cea = self.ask(self.cer())
            if self.cea.result() != 2001:
                raise Closed("CEA %d" % self.cea.result())

    @classmethod
    def of(cls, server, made, host):
        """An association that was accepted."""
        self = cls.__new__(cls)
        self.realm, self.host = server.realm, host
        self.rest, self.seen, self.answers_dwr = b"", None, True
        self.ppid, self.stream, self.flags = DIAMETER, 0, 0
        self.streams, self.fragments, self.aborted = set(), 0, False
        self.socket = made
        made.settimeout(ANSWER_S)
        return self

    def send(self, octets):
        """One SCTP message."""
        self.record(octets)
        info = struct.pack("=HH", self.stream, self.flags) + struct.pack(
            "!I", self.ppid) + bytes(8)
        sent = self.socket.sendmsg([octets], [(SCTP, SNDINFO, info)])
        if sent != len(octets):
            raise Closed("%d of %d octets sent" % (sent, len(octets)))

    def fill(self, limit_s):
        """Receive one whole SCTP message; False at the end."""
        self.socket.settimeout(max(0.001, limit_s))
        whole, end = b"", time.monotonic() + limit_s
        while time.monotonic() < end:
            try:
                part, extra, flags, _ = self.socket.recvmsg(OCTETS_MAX, 256)
            except ConnectionResetError:
                self.aborted = True
                part, extra, flags = b"", [], 0
            if flags & MSG_NOTIFICATION:
                continue
            if not part:
                if whole:
                    raise Malformed("the end within a message")
                return False
            self.check(extra)
            self.fragments += 1
            whole += part
            if flags & socket.MSG_EOR:
                self.boundary(whole)
                self.rest += whole
                return True
        raise TimeoutError("nothing came in time")

    def check(self, extra):
        """The payload protocol; the stream is kept."""
        for level, kind, value in extra:
            if (level, kind) == (SCTP, RCVINFO):
                stream, = struct.unpack_from("=H", value, 0)
                ppid, = struct.unpack_from("!I", value, 8)
                self.streams.add(stream)
                if ppid != DIAMETER:
                    raise Malformed("payload protocol %d" % ppid)
                return
        raise Malformed("a message without SCTP_RCVINFO")

    @staticmethod
    def boundary(whole):
        """One SCTP message is one Diameter message."""
        if len(whole) != int.from_bytes(whole[1:4], "big"):
            raise Malformed("%d octets in one SCTP message, Message Length "
                            "%d" % (len(whole),
                                    int.from_bytes(whole[1:4], "big")))

    def abort(self):
        """ABORT instead of SHUTDOWN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
        self.socket.close()


@contextlib.contextmanager
def listening(addresses, port):
    """A socket that accepts associations."""
    made = new_socket((), addresses, port)
    try:
        made.listen()
        yield made
    finally:
        made.close()
