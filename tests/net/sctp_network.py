"""The network of tests/net/sctp, hssd in it, and what is asked there.

The server listens four times: on one address, on two, on two of IPv6, and on
one of each kind.
"""

import contextlib
import pathlib
import socket
import subprocess

from association import Association
from cx import pack, uar
from diameter import avp
from server import expect

ONE = ("127.0.0.1",)
TWO = ("10.9.0.1", "10.9.0.2")
V6 = ("::1", "fd00::1")
MIXED = ("10.9.0.3", "fd00::2")
LOCAL = ("10.9.1.1", "10.9.1.2")
LISTENERS = (ONE, TWO, V6, MIXED)
PEER = "peer.example.org"
PEER_AT = ("10.9.2.1", "10.9.2.2")
PEER_PORT = 30
MTU = 1500
PLENTY = 200
SETTINGS = {
    "net/sctp/rto_initial": 200, "net/sctp/rto_min": 100,
    "net/sctp/rto_max": 500, "net/sctp/hb_interval": 400,
    "net/sctp/path_max_retrans": 2, "net/sctp/addr_scope_policy": 0,
}
SMALL_BUFFER = 12000


# --- The network ---


def ip(*words):
    """ip(8); it must succeed."""
    subprocess.run(["ip", *words], check=True, timeout=10)


def setting(name, value):
    """Write a system setting; what it was."""
    path = pathlib.Path("/proc/sys") / name
    old = path.read_text().split()[0]
    path.write_text(str(value))
    return old


def prepare():
    """Addresses, quick timers, and room before the local routes."""
    for address in TWO + LOCAL + PEER_AT + MIXED[:1]:
        ip("addr", "add", address + "/32", "dev", "lo")
    for address in V6[1:] + MIXED[1:]:
        ip("addr", "add", address + "/128", "dev", "lo", "nodad")
    ip("link", "set", "lo", "mtu", str(MTU))
    ip("rule", "add", "pref", "10", "lookup", "local")
    ip("rule", "del", "pref", "0")
    for name, value in SETTINGS.items():
        setting(name, value)


def configure(server):
    """Its listeners, and a peer it connects to."""
    lines = []
    for i, addresses in enumerate(LISTENERS):
        lines.append('"sctp://%s:%d"' % (bracketed(addresses),
                                         server.port + i))
    conf = "\n".join(line for line in server.conf.splitlines()
                     if not line.startswith("listen"))
    server.conf = "%s\nlisten = {%s}\n" % (conf, ", ".join(lines))
    server.write()


def bracketed(addresses):
    """As a URI has them."""
    return ",".join("[%s]" % a if ":" in a else a for a in addresses)


class At:
    """The server, by another of its ports."""

    def __init__(self, server, listener):
        self.port = server.port + LISTENERS.index(listener)
        self.realm = server.realm


def connect(server, listener=ONE, **more):
    """An association with the listener, at all its addresses."""
    return Association(At(server, listener), addresses=listener, **more)


@contextlib.contextmanager
def dead_path(address):
    """What goes to the address is lost."""
    rule = ["to", address + "/32", "blackhole", "pref", "5"]
    ip("rule", "add", *rule)
    try:
        yield
    finally:
        ip("rule", "del", *rule)


@contextlib.contextmanager
def restarted(server, extra="", settings=None):
    """The server anew, with more configuration and other settings."""
    old = {n: setting(n, v) for n, v in (settings or {}).items()}
    conf = server.conf
    server.hssd.stop()
    server.conf += extra
    server.write()
    try:
        server.start()
        yield
    finally:
        server.hssd.stop()
        server.conf = conf
        server.write()
        for name, value in old.items():
            setting(name, value)
        server.start()


# --- What is asked ---


def identities(server, number=1):
    """A subscriber's IMPI and IMPU."""
    user = server.users[number]
    return user.impi, user.impu


def padded_uar(client, server, octets):
    """A UAR of about so many octets, all of which come back."""
    extra, part = b"", 60000
    while octets > 0:
        extra += avp("Proxy-Info", [
            avp("Proxy-Host", client.host),
            avp("Proxy-State", bytes(min(octets, part)))])
        octets -= part
    return pack(uar(client, *identities(server)), extra)


def works(client, server, result=-2001):
    """A UAR is answered as for a user that is not registered."""
    got = client.ask(pack(uar(client, *identities(server)))).result()
    expect(got in (result, -2002), "UAA %d" % got)


def address_avp(address):
    """Host-IP-Address of an address."""
    if ":" in address:
        return b"\0\2" + socket.inet_pton(socket.AF_INET6, address)
    return b"\0\1" + socket.inet_aton(address)


def check_addresses(said, wanted):
    """Exactly these, in any order (RFC 6733 5.3.5)."""
    wanted = sorted(address_avp(a) for a in wanted)
    expect(sorted(said) == wanted, "Host-IP-Address %s, want %s" % (
        [a.hex() for a in sorted(said)], [a.hex() for a in wanted]))
