"""Runs sipp, with its own AKA and digest, on the scenarios of sipp/.

sipp 3.6 cuts RES at its first zero octet, so one AKA registration in 32
can't succeed. `Unlucky` tells such a run from a true failure: the answer
that passed the tap is looked at.
"""

import subprocess

from lab import Failure, HERE, REALM
from tap import SIP_AUTHORIZATION

CALL_S = 8
RUN_S = 12
SIPP_OK = 0


class Unlucky(Failure):
    """sipp got a RES that it can't cope with: nothing is proved."""


class Sipp:
    """One run of sipp; `with` ends it whatever happens."""

    def __init__(self, lab, scenario, port, **keys):
        self.scenario = scenario
        self.tap = lab.tap
        self.mark = lab.tap.mark()
        self.folder = lab.folder / ("sipp-%s-%d" % (scenario, lab.runs()))
        self.folder.mkdir()
        self.port = port
        self.command = [
            "sipp", "127.0.0.1:%d" % lab.port["ICSCF"],
            "-sf", str(HERE / "sipp" / (scenario + ".xml")),
            "-i", "127.0.0.1", "-p", str(port), "-ci", "127.0.0.1",
            "-cp", str(port + 1), "-mi", "127.0.0.1",
            "-mp", str(lab.port["MEDIA"] + 2 * (port - lab.port["PHONE"])),
            "-auth_uri", REALM,
            "-timeout", str(CALL_S), "-timeout_error", "-nostdin",
            "-trace_err", "-error_file", str(self.folder / "errors"),
            "-trace_msg", "-message_file", str(self.folder / "messages"),
        ]
        self.process = None
        for key, value in keys.items():
            self.command += ["-key", key, str(value)]

    def inject(self, lines):
        """One call for each line, all at once."""
        path = self.folder / "users.csv"
        path.write_text("SEQUENTIAL\n" + "".join(lines))
        count = str(len(lines))
        self.command += ["-inf", str(path), "-m", count, "-l", count,
                         "-r", "100"]
        return self

    def once(self):
        """A single call."""
        self.command += ["-m", "1"]
        return self

    def __enter__(self):
        with open(self.folder / "screen", "wb") as screen:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=screen, stderr=screen)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def finish(self):
        """Wait for its end; Failure unless every call went as written."""
        try:
            status = self.process.wait(RUN_S)
        except subprocess.TimeoutExpired:
            raise Failure("sipp %s: no end" % self.scenario) from None
        if status != SIPP_OK:
            kind = Unlucky if self._zero_in_res() else Failure
            raise kind("sipp %s: exit status %d: %s" % (
                self.scenario, status, self._complaint()))

    def _zero_in_res(self):
        answers = self.tap.since(self.mark, "MAA")
        return any(0 in (m.item(SIP_AUTHORIZATION) or b"") for m in answers)

    def _complaint(self):
        for name in ("errors", "screen"):
            path = self.folder / name
            text = path.read_text(errors="replace") if path.exists() else ""
            if text.strip():
                return " ".join(text.split())[-400:]
        return "nothing said"


def register(lab, people, expires=600, scenario="register", lines=None,
             contact=None):
    """Register these users, all at once."""
    port = lab.port["PHONE"]
    lines = lines or [person.injection() for person in people]
    sipp = Sipp(lab, scenario, port, expires=expires,
                contact=contact or port).inject(lines)
    with sipp:
        sipp.finish()


def call(lab, scenario, callee):
    """One call to this user name, of which no other phone knows."""
    sipp = Sipp(lab, scenario, lab.port["PHONE"], caller="caller",
                callee=callee, realm=REALM).once()
    with sipp:
        sipp.finish()


def call_answered(lab, callee, port):
    """One call to a user whose contact is this port; both ends content."""
    answer = Sipp(lab, "answer", port).once()
    with answer:
        call(lab, "call", callee)
        answer.finish()
