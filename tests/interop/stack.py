"""hssd, freeDiameter and Erlang's diameter in a network of their own.

freeDiameter takes no loopback address to listen on, so the programs run in a
network namespace whose only interface is lo, with one more address on it.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "net"))

# pylint: disable=wrong-import-position
from diameter import Client  # noqa: E402
from lab import (Failure, Hssd, HSS_HOST, HSSD_CONF, Program,  # noqa: E402
                 REALM, User, wait_for, write_hss)

__all__ = ["Failure", "wait_for"]
RELAY_HOST = "relay." + REALM
CLIENTS = "clients.example.org"
RELAY_AT = "10.9.0.5"
PORT = 3868
HSS_AT = "127.0.0.1"
SCSCF = "sip:scscf.%s:6060" % REALM
USERS = 40
SLOW_S, QUICK_S = 60, 6
MARK = "HSSD_OWN_NETWORK"

RELAY_CONF = """\
Identity = "{relay}";
Realm = "{realm}";
Port = {port};
SecPort = 0;
{transports}
No_IPv6;
ListenOn = "{at}";
TwTimer = {tw};
TcTimer = 2;
AppServThreads = 1;
TLS_Cred = "{folder}/cert.pem", "{folder}/key.pem";
TLS_CA = "{folder}/cert.pem";
LoadExtension = "acl_wl.fdx" : "{folder}/acl.conf";
LoadExtension = "dbg_msg_dumps.fdx" : "0x0080";
"""
RELAY_PEER = """\
ConnectPeer = "{hss}" {{
 ConnectTo = "{hss_at}"; Port = {port}; No_TLS; {prefer}
}};
"""
RELAY_OPEN = "-> 'STATE_OPEN'"
HSSD_PEER = 'peer "%s" {\n connect = "%%s://%s:%d"\n}\n' % (
    RELAY_HOST, RELAY_AT, PORT)


def own_network(arguments):
    """Run this program again in a network namespace, unless it is there."""
    if os.environ.get(MARK):
        for words in (["link", "set", "lo", "up"],
                      ["addr", "add", RELAY_AT + "/32", "dev", "lo"]):
            subprocess.run(["ip", *words], check=True, timeout=10)
        return
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--net", sys.executable, *arguments])


class Stack:
    """One folder with the configurations of all."""

    def __init__(self, build):
        self.build = build
        self.realm, self.host, self.port = REALM, HSS_HOST, PORT
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="interop."))
        self.users = {n: User(n) for n in range(1, USERS + 1)}
        self.sections = "\n".join(u.section() for u in self.users.values())
        self.sctp = has_sctp()
        self.hssd = Hssd(build, self.folder, "-v", "-v")
        self.relay = Program("relay", [
            shutil.which("freeDiameterd"), "-c",
            str(self.folder / "relay.conf")], self.folder)
        (self.folder / "acl.conf").write_text("ALLOW_IPSEC *.%s *.%s\n" % (
            REALM, CLIENTS))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", "key.pem", "-out", "cert.pem", "-days", "2",
             "-subj", "/CN=" + RELAY_HOST], cwd=self.folder, check=True,
            timeout=30, stderr=subprocess.DEVNULL)

    def start(self, opens, watchdog=(SLOW_S, SLOW_S), transport="tcp"):
        """Both anew, connected; opens: who opens the connection (hssd,
        relay, both); watchdog: seconds of hssd, of the relay."""
        self.stop()
        self.write(opens, watchdog, transport)
        mark, relay_mark = self.hssd.size(), self.relay.size()
        if opens == "hssd":
            self.start_relay()
            self.hssd.start_ready()
        else:
            self.hssd.start_ready()
            self.start_relay()
        wait_for(lambda: self.opened(mark) and RELAY_OPEN in
                 self.relay.said(relay_mark), 20, "the connection")

    def opened(self, mark):
        """hssd has an open connection with the relay."""
        said = self.hssd.said(mark)
        return "peer %s: " % RELAY_HOST in said and (
            "-> R-Open" in said or "-> I-Open" in said)

    def write(self, opens, watchdog, transport):
        """The configurations."""
        conf = HSSD_CONF.format(hss=HSS_HOST, realm=REALM, port=PORT,
                                scscf=SCSCF)
        conf = conf.replace("watchdog = 6", "watchdog = %d" % watchdog[0])
        if self.sctp:
            conf = conf.replace("listen = {", 'listen = {"sctp://%s:%d", '
                                % (HSS_AT, PORT))
        if opens != "relay":
            conf += HSSD_PEER % transport
        write_hss(self.folder, conf, self.sections)
        sctp = transport == "sctp"
        words = {
            "relay": RELAY_HOST, "realm": REALM, "port": PORT,
            "at": RELAY_AT, "folder": self.folder, "tw": watchdog[1],
            "hss": HSS_HOST, "hss_at": HSS_AT,
            "transports": "" if sctp else "No_SCTP;",
            "prefer": "" if sctp else "Prefer_TCP;",
        }
        relay = RELAY_CONF + (RELAY_PEER if opens != "hssd" else "")
        (self.folder / "relay.conf").write_text(relay.format(**words))

    def start_relay(self):
        """Start it and wait until it listens."""
        mark = self.relay.size()
        self.relay.start()
        wait_for(lambda: "daemon initialized" in self.relay.said(mark)
                 or not self.relay.running(), 10, "freeDiameter's start")
        if not self.relay.running():
            raise Failure("freeDiameter ended: "
                          + self.relay.said(mark)[-500:])

    def stop(self):
        """Stop both."""
        self.relay.stop()
        self.hssd.stop()

    def remove(self):
        """Stop both, remove the folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, name="client"):
        """A client of ours that has the relay for a peer.  Its realm is not
        hssd's, or the relay would send it requests for that realm."""
        made = types.SimpleNamespace(realm=CLIENTS, port=PORT)
        return Client(made, host="%s.%s" % (name, CLIENTS),
                      address=RELAY_AT)

    def cxclient(self, number, *words, at=RELAY_AT, want=0):
        """Run cxclient for a user; what it printed."""
        user = self.users[number]
        done = subprocess.run(
            [self.build / "tools" / "cxclient", "-s", "%s:%d" % (at, PORT),
             "-R", REALM, "-I", "cxclient." + REALM, "-i", user.impi,
             "-p", user.impu, "-S", SCSCF, *words], text=True, timeout=30,
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != want:
            raise Failure("cxclient %s: exit %d: %s" % (
                words[-1], done.returncode, done.stdout[-400:]))
        return done.stdout

    def keys(self, number):
        """cxclient's options for a user's SIM."""
        user = self.users[number]
        return "--k", user.k, "--op", user.op


def has_sctp():
    """Whether the kernel has it."""
    import socket  # pylint: disable=import-outside-toplevel
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).close()
    except OSError:
        return False
    return True
