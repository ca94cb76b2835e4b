"""A tap on the Diameter connections between the CSCFs and the server.

It accepts on one port, connects to the server's for each connection, passes
octets both ways unchanged and keeps a copy of every whole message. With
`piece` set it passes them in pieces of that many octets, each a segment of
its own, so that no message arrives in one read. RFC 6733 clause 3 (header)
and 4 (AVPs) as far as needed to name what was seen.
"""

import socket
import struct
import threading
import time

NAMES = {257: "CE", 280: "DW", 282: "DP", 300: "UA", 301: "SA", 302: "LI",
         303: "MA", 304: "RT", 305: "PP"}
DIGEST_HA1 = 121
RESULT_CODE = 268
EXPERIMENTAL_RESULT = 297
EXPERIMENTAL_RESULT_CODE = 298
ORIGIN_HOST = 264
PUBLIC_IDENTITY = 601
SIP_AUTHENTICATION_SCHEME = 608
SIP_AUTHORIZATION = 610
SIP_AUTH_DATA_ITEM = 612
SERVER_ASSIGNMENT_TYPE = 614
USER_AUTHORIZATION_TYPE = 623
CONFIDENTIALITY_KEY = 625
INTEGRITY_KEY = 626
SIP_DIGEST_AUTHENTICATE = 635
READ_OCTETS = 65535
PIECE_PAUSE_S = 0.0002
CUT_S = 2


def avps(octets):
    """Yield (code, value) of each AVP; stop at the first that is broken."""
    at = 0
    while at + 8 <= len(octets):
        code, length = struct.unpack_from("!II", octets, at)
        flags, length = length >> 24, length & 0xFFFFFF
        head = 12 if flags & 0x80 else 8
        if length < head or at + length > len(octets):
            return
        yield code, octets[at + head:at + length]
        at += (length + 3) & ~3


class Message:
    """One Diameter message as it passed."""

    def __init__(self, octets, from_server, link):
        self.octets = octets
        self.from_server = from_server
        self.link = link
        self.when = time.monotonic()
        self.request = bool(octets[4] & 0x80)
        self.code = int.from_bytes(octets[5:8], "big")

    def name(self):
        """UAR, MAA, ...; the command's number when it is none of ours."""
        suffix = "R" if self.request else "A"
        return NAMES.get(self.code, str(self.code) + "-") + suffix

    def value(self, code):
        """The first AVP of this code at the top level, or None."""
        for found, value in avps(self.octets[20:]):
            if found == code:
                return value
        return None

    def number(self, code):
        """The first AVP of this code as an unsigned integer, or None."""
        value = self.value(code)
        return int.from_bytes(value, "big") if value else None

    def result(self):
        """Result-Code or Experimental-Result-Code, or None."""
        group = self.value(EXPERIMENTAL_RESULT)
        if group is None:
            return self.number(RESULT_CODE)
        value = dict(avps(group)).get(EXPERIMENTAL_RESULT_CODE)
        return int.from_bytes(value, "big") if value else None

    def item(self, code):
        """The AVP of this code in the SIP-Auth-Data-Item, or None."""
        return dict(avps(self.value(SIP_AUTH_DATA_ITEM) or b"")).get(code)

    def scheme(self):
        """SIP-Authentication-Scheme of a MAR or MAA, or None."""
        value = self.item(SIP_AUTHENTICATION_SCHEME)
        return value.decode("utf-8", "replace") if value else None

    def text(self):
        """One line: direction, name, result, identity."""
        arrow = "<-" if self.from_server else "->"
        words = ["link %d" % self.link, arrow, self.name()]
        if not self.request:
            words.append(str(self.result()))
        if self.name() == "SAR":
            words.append("type %s" % self.number(SERVER_ASSIGNMENT_TYPE))
        if self.scheme():
            words.append(self.scheme())
        for code in (ORIGIN_HOST, PUBLIC_IDENTITY):
            value = self.value(code)
            if value is not None:
                words.append(value.decode("utf-8", "replace"))
        return " ".join(words)


class Tap:
    """Listens, relays and remembers, in threads of its own."""

    def __init__(self, listen_port, server_port):
        self.server_port = server_port
        self.piece = 0
        self.messages = []
        self.links = 0
        self.open = {}
        self.change = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", listen_port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """Stop listening and cut every connection."""
        self.listener.close()
        self.cut()

    def cut(self):
        """Cut every connection; the CSCFs come back by themselves."""
        with self.change:
            old = dict(self.open)
        for pair in old.values():
            for end in pair:
                _shut(end)
        with self.change:
            self.change.wait_for(lambda: not old.keys() & self.open.keys(),
                                 CUT_S)

    def connected(self):
        """Origin-Hosts of the open connections whose CEA has passed."""
        with self.change:
            live, seen = set(self.open), list(self.messages)
        answered = {m.link for m in seen
                    if m.name() == "CEA" and m.result() == 2001}
        return {m.value(ORIGIN_HOST).decode() for m in seen
                if m.name() == "CER" and m.link in live & answered}

    def mark(self):
        """A place in the record, for `since`."""
        with self.change:
            return len(self.messages)

    def since(self, mark, name=None):
        """The messages after the mark, of that name if one is given."""
        with self.change:
            seen = self.messages[mark:]
        return [m for m in seen if name in (None, m.name())]

    def wait(self, mark, test, timeout_s):
        """Wait until test(list of messages since mark); True if it came."""
        end = time.monotonic() + timeout_s
        with self.change:
            while not test(self.messages[mark:]):
                left = end - time.monotonic()
                if left <= 0 or not self.change.wait(left):
                    return test(self.messages[mark:])
        return True

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(
                    ("127.0.0.1", self.server_port), 5)
            except OSError:
                client.close()
                continue
            self._link(client, server)

    def _link(self, client, server):
        for end in (client, server):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.change:
            self.links += 1
            link = self.links
            self.open[link] = (client, server)
        for ends in ((client, server, False), (server, client, True)):
            threading.Thread(target=self._relay, args=(link,) + ends,
                             daemon=True).start()

    def _relay(self, link, source, sink, from_server):
        rest = b""
        try:
            while True:
                octets = source.recv(READ_OCTETS)
                if not octets:
                    break
                rest = self._record(rest + octets, from_server, link)
                self._pass(sink, octets)
        except OSError:
            pass
        for end in (source, sink):
            _shut(end)
        with self.change:
            self.open.pop(link, None)
            self.change.notify_all()

    def _pass(self, sink, octets):
        piece = self.piece or len(octets)
        for at in range(0, len(octets), piece):
            sink.sendall(octets[at:at + piece])
            if self.piece:
                time.sleep(PIECE_PAUSE_S)

    def _record(self, octets, from_server, link):
        while len(octets) >= 20:
            length = int.from_bytes(octets[1:4], "big")
            if length < 20 or len(octets) < length:
                break
            with self.change:
                self.messages.append(
                    Message(octets[:length], from_server, link))
                self.change.notify_all()
            octets = octets[length:]
        return octets


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
