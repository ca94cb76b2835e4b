"""HTTP over a Unix socket, octet by octet where a test wants it so."""

import json
import socket

LIMIT_S = 15


def path(server):
    """The server's control socket."""
    return str(server.folder / "control.sock")


def dial(server, limit_s=LIMIT_S):
    """A connected socket."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(path(server))  # blocking: a timeout makes it EAGAIN
    sock.settimeout(limit_s)
    return sock


def send(sock, octets):
    """Send as much as the server takes."""
    try:
        sock.sendall(octets)
    except (BrokenPipeError, ConnectionResetError):
        pass


def drain(sock):
    """Everything until the end."""
    octets = b""
    while True:
        try:
            more = sock.recv(1 << 16)
        except ConnectionResetError:
            more = b""
        if not more:
            return octets
        octets += more


class Answer:
    """An answer, which must be whole, of JSON, and one object."""

    def __init__(self, octets):
        head, _, self.body = octets.partition(b"\r\n\r\n")
        lines = head.decode("ascii").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1", version
        self.status = int(status)
        self.fields = dict(line.split(": ", 1) for line in lines[1:])
        assert int(self.fields["Content-Length"]) == len(self.body)
        assert self.fields["Content-Type"] == "application/json"
        assert self.fields["Connection"] == "close"
        self.json = json.loads(self.body)
        assert isinstance(self.json, dict)
        if self.status >= 400:
            assert self.json["error"], "a refusal without a sentence"


def raw(server, octets):
    """Send octets; the octets that come back."""
    with dial(server) as sock:
        send(sock, octets)
        return drain(sock)


def ask(server, method, target, body=b""):
    """One request, one answer."""
    return Answer(raw(server, (
        "%s %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % (
            method, target, len(body))).encode() + body))


def get(server, target):
    """The object that GET gets with status 200."""
    got = ask(server, "GET", target)
    assert got.status == 200, "%s: %d %s" % (target, got.status, got.body)
    return got.json
