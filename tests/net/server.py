"""hssd with a configuration of its own on free ports, and cases run on it."""

import pathlib
import resource
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(
    pathlib.Path(__file__).resolve().parent.parent / "interop"))

# pylint: disable=wrong-import-position
from lab import (Failure, free_ports, Hssd, HSS_HOST,  # noqa: E402
                 HSSD_CONF, REALM, stop_on_signals, User, wait_for,
                 write_hss)
from cx import SCSCF  # noqa: E402

__all__ = ["Failure", "HSS_HOST", "REALM", "wait_for", "expect", "report",
           "Server", "summary", "main"]
USERS = 60
FIRST_DIGEST_USER = 50
DESCRIPTORS = 4096


def expect(condition, reason):
    """Failure with this reason unless the condition is true."""
    if not condition:
        raise Failure(reason)


class Server:
    """hssd in a temporary folder, with users 1-49 (SIM) and 50-60."""

    def __init__(self, build):
        self.build = build
        self.realm = REALM
        self.host = HSS_HOST
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="net."))
        self.port = free_ports()
        self.users = {n: User(n, digest=n >= FIRST_DIGEST_USER)
                      for n in range(1, USERS + 1)}
        self.conf = HSSD_CONF.format(
            hss=HSS_HOST, realm=REALM, port=self.port, scscf=SCSCF).replace(
                "listen = {", 'listen = {"tcp://[::1]:%d", ' % self.port)
        self.subscribers = "\n".join(
            user.section() for user in self.users.values())
        self.hssd = Hssd(build, self.folder)
        self.write()

    def write(self):
        """Write its files (again)."""
        write_hss(self.folder, self.conf, self.subscribers)

    def pid(self):
        """The process id."""
        return self.hssd.process.pid

    def start(self):
        """Start it unless it runs."""
        if not self.hssd.running():
            self.hssd.start_ready()

    def descriptors(self):
        """How many files and sockets it has open."""
        return len(list(pathlib.Path("/proc/%d/fd" % self.pid()).iterdir()))

    def resident(self):
        """Octets of memory resident."""
        for line in pathlib.Path("/proc/%d/status"
                                 % self.pid()).read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failure("no VmRSS")

    def remove(self):
        """Stop it and remove its folder."""
        self.hssd.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def report(case, *arguments):
    """Run one case, print its line; True if it passed."""
    start = time.monotonic()
    try:
        case(*arguments)
    except Exception as fault:  # pylint: disable=broad-except
        kind = "" if isinstance(fault, Failure) else type(
            fault).__name__ + ": "
        print("FAIL %s: %s%s" % (case.__name__, kind, fault), flush=True)
        return False
    print("PASS %s (%.1f s)" % (case.__name__, time.monotonic() - start),
          flush=True)
    return True


def with_server(case):
    """The case with a server that runs, before and after it."""
    def whole(server):
        server.start()
        mark = server.hssd.size()
        case(server)
        server.hssd.check(mark)
    whole.__name__ = case.__name__
    return whole


def summary(passed, total):
    """The last line; the exit status."""
    print("%d passed, %d failed" % (passed, total - passed))
    return 0 if passed == total > 0 else 1


def main(arguments, usage, cases, limit_s, conf="", subscribers=""):
    """Run all cases, or those named, on one server, whose files have these
    texts at their ends; the exit status."""
    if not arguments or arguments[0].startswith("-"):
        print(usage.strip(), "\n\ncases:", *(c.__name__ for c in cases))
        return 2
    chosen = [c for c in cases
              if c.__name__ in arguments[1:] or not arguments[1:]]
    stop_on_signals(limit_s)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    server = Server(pathlib.Path(arguments[0]).resolve())
    server.conf += conf
    server.subscribers += subscribers
    server.write()
    try:
        passed = sum(report(with_server(case), server) for case in chosen)
    finally:
        server.remove()
    return summary(passed, len(chosen))
