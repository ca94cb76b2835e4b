"""The test network: hssd, a tap, an I-CSCF and an S-CSCF on loopback.

It makes a folder with all configurations, starts and stops the programs by
their own process ids, and knows the subscribers. Every wait has a limit.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from tap import Tap

HERE = pathlib.Path(__file__).resolve().parent
REALM = "ims.mnc001.mcc001.3gppnetwork.org"
HSS_HOST = "hss." + REALM
ICSCF_HOST = "icscf." + REALM
SCSCF_HOST = "scscf." + REALM
MODULE_FOLDERS = [
    "/usr/lib/x86_64-linux-gnu/kamailio/modules",
    "/usr/lib/aarch64-linux-gnu/kamailio/modules",
    "/usr/lib64/kamailio/modules",
    "/usr/lib/kamailio/modules",
]
XSD = "/usr/share/doc/kamailio/examples/ims/scscf/CxDataType_Rel7.xsd"
ATTEMPTS = 5
USERS_EACH = 100
SERVICES_USER = 18
SEVERAL, ONLY_BARRED, ALL_BARRED, ELSEWHERE, AT_HOME = range(23, 28)
PORTS = ["HSSD", "DIAMETER", "ICSCF", "SCSCF", "PHONE", "MEDIA", "CONTROL"]
PORT_SPAN = 40
PORT_SLOTS = 300
WATCHDOG_S = 2
READY_S = 10
CONNECT_S = 15
STOP_S = 5
SANITIZER = re.compile(r"(ERROR: \w+Sanitizer|runtime error:).*")

PROFILE = """\
<InitialFilterCriteria>
  <Priority>0</Priority>
  <TriggerPoint>
    <ConditionTypeCNF>0</ConditionTypeCNF>
    <SPT>
      <ConditionNegated>0</ConditionNegated>
      <Group>0</Group>
      <Method>PUBLISH</Method>
    </SPT>
  </TriggerPoint>
  <ApplicationServer>
    <ServerName>sip:presence.%s</ServerName>
    <DefaultHandling>0</DefaultHandling>
  </ApplicationServer>
</InitialFilterCriteria>
""" % REALM

HSSD_CONF = """\
identity = "{hss}"
realm = "{realm}"
listen = {{"tcp://127.0.0.1:{port}"}}
subscribers = {{"subscribers"}}
profiles = "profiles"
store = "state"
control = "control.sock"
unknown-peers = accept
watchdog = 6
scscf "{scscf}" {{ capabilities = {{0, 1}} }}
"""


class Failure(Exception):
    """Something of the test network, or a scenario, went wrong."""


class User:
    """A subscriber, with the keys that both sides need."""

    def __init__(self, number, digest=False, kind=None):
        self.name = "%015d" % (1010000000000 + number)
        self.impi = "%s@%s" % (self.name, REALM)
        self.impu = "sip:" + self.impi
        self.tel = "tel:+1555%04d" % number
        # sipp reads a key as text: no octet may be zero, "[", "]" or "\\".
        self.k = "fec86ba6eb707ed08905757b1bb4%02x%02x" % (
            0x80 + number // 100, 0x80 + number % 100)
        self.op = "dbc59adcb6f9a0ef735477b7fadf8374"
        self.password = "secret%d" % number if digest else None
        self.kind = kind
        self.services = number % USERS_EACH == SERVICES_USER

    def section(self):
        """The user's lines in the subscribers file."""
        lines = ["[user%s]" % self.name[-4:], "impi = " + self.impi]
        if self.password:
            lines += ["scheme = digest", "password = " + self.password]
        else:
            lines += ["scheme = aka", "k = " + self.k, "op = " + self.op,
                      "amf = 8000"]
        lines += self._identities() + ["profile = default"]
        if self.services:
            lines.append("unregistered-services = yes")
        return "\n".join(lines) + "\n"

    def other(self, word):
        """One more SIP identity of the user's."""
        return "sip:%s.%s" % (word, self.impi)

    def _identities(self):
        if self.kind == SEVERAL:
            return ["impu = " + self.impu,
                    "impu = %s barred" % self.other("barred"),
                    "impu = " + self.tel,
                    "impu = %s set=2" % self.other("second")]
        if self.kind == ONLY_BARRED:
            return ["impu = %s barred" % self.impu]
        more = {ALL_BARRED: ["barred = yes"],
                ELSEWHERE: ["visited = other.example"],
                AT_HOME: ["visited = other.example " + REALM]}
        return ["impu = " + self.impu, "impu = " + self.tel,
                *more.get(self.kind, [])]

    def injection(self, wrong_password=False):
        """The user's line in sipp's injection file (sipp/register.xml)."""
        if self.password:
            word = "wrong" if wrong_password else self.password
            keys, algorithm = "password=" + word, ", algorithm=MD5"
        else:
            # sipp 3.6 puts no end to the text of an aka_K; it takes K from
            # the password when there is none, and that has an end.
            keys = "password=0x%s aka_OP=0x%s aka_AMF=0x8000" % (
                self.k, self.op)
            algorithm = ", algorithm=AKAv1-MD5"
        return "%s;%s;[authentication username=%s %s];%s\n" % (
            self.name, REALM, self.impi, keys, algorithm)


def users(attempt):
    """The subscribers of one attempt by number: 1-19 with a SIM, 20-22 with
    a password, 18 with services when not registered, from 23 on with other
    identities and rights. No two attempts have any in common."""
    return {n: User(n + USERS_EACH * attempt, digest=20 <= n <= 22, kind=n)
            for n in range(1, AT_HOME + 1)}


def wait_for(test, limit_s, what):
    """Poll until test() is true, or fail saying what did not come."""
    end = time.monotonic() + limit_s
    while not test():
        if time.monotonic() > end:
            raise Failure("%s: not within %g s" % (what, limit_s))
        time.sleep(0.02)


def free_ports():
    """A base in 20000-32000 above which every port wanted is free.

    The range lies under the one that Linux hands out by itself.
    """
    for turn in range(PORT_SLOTS):
        base = 20000 + (os.getpid() + turn) % PORT_SLOTS * PORT_SPAN
        if all(_free(base + i) for i in range(PORT_SPAN)):
            return base
    raise Failure("no %d free ports in a row" % PORT_SPAN)


def _free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


class Program:
    """A program under test: its process group, its log file."""

    def __init__(self, name, command, folder):
        self.name = name
        self.command = command
        self.folder = folder
        self.log = folder / (name + ".log")
        self.process = None

    def start(self):
        """Start it; its output is added to the log."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)

    def running(self):
        """Whether it is there and has not ended."""
        return self.process is not None and self.process.poll() is None

    def stop(self, number=signal.SIGTERM, limit_s=STOP_S):
        """Send the signal, then KILL what is left; the exit status."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def size(self):
        """Octets logged so far: a mark for `said`."""
        return self.log.stat().st_size if self.log.exists() else 0

    def said(self, mark=0):
        """What it has logged since the mark."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[mark:].decode("utf-8", "replace")


class Hssd(Program):
    """hssd with the configuration hssd.conf of its folder."""

    def __init__(self, build, folder, *options):
        super().__init__("hssd", [
            str(build / "tools" / "hssd"), *options,
            "-c", str(folder / "hssd.conf")], folder)

    def start_ready(self):
        """Start it and wait until it says that it is ready."""
        mark = self.size()
        self.start()
        wait_for(lambda: "ready" in self.said(mark) or not self.running(),
                 READY_S, "hssd's `ready`")
        if not self.running():
            raise Failure("hssd ended: " + self.said(mark)[-500:])

    def check(self, mark=0):
        """It runs, and no sanitizer has complained since the mark."""
        fault = SANITIZER.search(self.said(mark))
        if fault:
            raise Failure("hssd: " + fault.group(0))
        if not self.running():
            raise Failure("hssd has ended")


def write_hss(folder, conf, subscribers):
    """The files that hssd reads, with one service profile."""
    (folder / "hssd.conf").write_text(conf)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "default.xml").write_text(PROFILE)
    (folder / "subscribers").write_text(subscribers)


def _stop_now(number, _frame):
    raise SystemExit("stopped by signal %d" % number)


def stop_on_signals(limit_s):
    """A signal, or the limit, ends the run by SystemExit: the `finally` of
    whoever has started programs stops them."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP,
                   signal.SIGALRM):
        signal.signal(number, _stop_now)
    signal.alarm(limit_s)


class Lab:
    """The whole test network in one temporary folder."""

    def __init__(self, build):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="interop."))
        self.count = 0
        self.users = users(0)
        base = free_ports()
        self.port = {name: base + i for i, name in enumerate(PORTS)}
        self.port["MEDIA"] = base + 20
        self.scscf_name = "sip:%s:%d" % (SCSCF_HOST, self.port["SCSCF"])
        self._write_hss()
        self._write_cscfs()
        self.hssctl = build / "tools" / "hssctl"
        self.hssd = Hssd(build, self.folder, "-v")
        self.icscf = self._kamailio("icscf")
        self.scscf = self._kamailio("scscf")
        self.tap = Tap(self.port["DIAMETER"], self.port["HSSD"])

    def start(self):
        """Start everything and wait until both CSCFs are connected."""
        self.hssd.start_ready()
        self.icscf.start()
        self.scscf.start()
        self.wait_connected()

    def wait_connected(self):
        """Wait until both CSCFs have a Diameter connection."""
        both = {ICSCF_HOST, SCSCF_HOST}
        wait_for(lambda: self.tap.connected() >= both
                 or not self.alive(), CONNECT_S, "connections of both CSCFs")
        if not self.alive():
            raise Failure("a CSCF or hssd has ended")
        time.sleep(0.1)

    def revive(self):
        """Start again what an earlier scenario has left dead."""
        if not self.hssd.running():
            self.hssd.start_ready()
        for program in (self.icscf, self.scscf):
            if not program.running():
                program.start()
        self.wait_connected()

    def runs(self):
        """A number for a folder's name, another each time."""
        self.count += 1
        return self.count

    def alive(self):
        """Whether all three programs run."""
        return all(program.running()
                   for program in (self.hssd, self.icscf, self.scscf))

    def stop(self):
        """Stop everything; each by its own id."""
        for program in (self.icscf, self.scscf, self.hssd):
            program.stop()
        self.tap.close()
        with open(self.folder / "diameter.log", "w", encoding="ascii") as log:
            for message in self.tap.since(0):
                log.write("%.3f %s\n%s\n" % (
                    message.when, ascii(message.text()),
                    message.octets.hex()))

    def remove(self):
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def drop_user(self, user):
        """Take the user's section out of the operator's file; reload."""
        path = self.folder / "subscribers"
        path.write_text(path.read_text().replace(user.section(), ""))
        self.hssd.process.send_signal(signal.SIGHUP)

    def change_user(self, user, old, new, conf=""):
        """Replace a text of the user's section, and of the configuration
        add one; reload."""
        path = self.folder / "subscribers"
        section = user.section()
        path.write_text(path.read_text().replace(
            section, section.replace(old, new)))
        with open(self.folder / "hssd.conf", "a",
                  encoding="ascii") as file:
            file.write(conf)
        self.hssd.process.send_signal(signal.SIGHUP)

    def _write_hss(self):
        conf = HSSD_CONF.format(hss=HSS_HOST, realm=REALM,
                                port=self.port["HSSD"], scscf=self.scscf_name)
        sections = "\n".join(user.section() for attempt in range(ATTEMPTS)
                             for user in users(attempt).values())
        write_hss(self.folder, conf, sections)

    def _write_cscfs(self):
        modules = [f for f in MODULE_FOLDERS if os.path.isdir(f)]
        if not modules:
            raise Failure("no folder of Kamailio modules")
        words = {
            "REALM": REALM, "SCSCF_HOST": SCSCF_HOST, "XSD": XSD,
            "SCSCF_NAME": self.scscf_name, "MODULES": modules[0],
            "DBTEXT": str(self.folder / "dbtext"),
            "WATCHDOG": str(WATCHDOG_S),
        }
        words.update((n + "_PORT", str(p)) for n, p in self.port.items())
        for name, host in (("icscf", ICSCF_HOST), ("scscf", SCSCF_HOST)):
            words["FQDN"] = host
            words["CDP_XML"] = str(self.folder / (name + ".xml"))
            self._fill(name + ".cfg", name + ".cfg", words)
            self._fill("cdp.xml", name + ".xml", words)
        self._write_tables()

    def _fill(self, source, target, words):
        text = (HERE / "kamailio" / source).read_text()
        for word, value in words.items():
            text = text.replace("@%s@" % word, value)
        (self.folder / target).write_text(text)

    def _write_tables(self):
        """The I-CSCF's tables: one S-CSCF with capabilities 0 and 1."""
        folder = self.folder / "dbtext"
        folder.mkdir()
        name = self.scscf_name.replace(":", "\\:")
        tables = {
            "s_cscf": "id(int) name(string) s_cscf_uri(string)\n"
                      "1:lab:%s\n" % name,
            "s_cscf_capabilities": "id(int) id_s_cscf(int) capability(int)\n"
                                   "1:1:0\n2:1:1\n",
            "nds_trusted_domains": "id(int) trusted_domain(string)\n",
            "version": "table_name(string) table_version(int)\n",
        }
        for table, text in tables.items():
            (folder / table).write_text(text)

    def _kamailio(self, name):
        run = self.folder / (name + ".run")
        run.mkdir()
        command = ["kamailio", "-DD", "-E", "-m", "64", "-M", "8",
                   "-f", str(self.folder / (name + ".cfg")),
                   "-Y", str(run), "-w", str(run),
                   "-P", str(run / "pid")]
        return Program(name, command, self.folder)
