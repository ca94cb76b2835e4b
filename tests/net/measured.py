"""cxclient load against hssd: what it counts; never how fast it is."""

import json
import signal
import subprocess
import time

from cx import SCSCF
from server import expect, REALM

USERS = 49
CLIENT_S = 20
SETTLE_S = 0.5


def command(server, *arguments):
    """The command line of a load."""
    return [str(server.build / "tools" / "cxclient"), "-s",
            "127.0.0.1:%d" % server.port, "-R", REALM, "-S", SCSCF, "--json",
            "-i", "00101%010u@" + REALM, *arguments, "load"]


def rows(text):
    """The objects that it printed."""
    return [json.loads(line) for line in text.splitlines()]


def results(shown):
    """How many, by kind and result."""
    return {(row["step"], row["outcome"]): row["count"]
            for row in shown if "count" in row}


def load(server, *arguments, status=0):
    """Run one for a second; its rows."""
    done = subprocess.run(
        command(server, "--duration", "1", *arguments),
        stdin=subprocess.DEVNULL, capture_output=True, timeout=CLIENT_S,
        check=False, text=True)
    expect(done.returncode == status, "exit %d: %s" % (
        done.returncode, (done.stdout + done.stderr)[-300:]))
    return rows(done.stdout)


def load_counts_what_it_sent(server):
    """All kinds at a rate on two connections, after registering."""
    load(server, "--mix", "0:0:1:0", "--type", "registration",
         "--count", str(USERS), "--rate", "200")
    shown = load(server, "--count", str(USERS), "--rate", "200",
                 "--connections", "2")
    counts = results(shown)
    expect(set(counts) == {
        ("UAR", "2002 SUBSEQUENT_REGISTRATION"), ("MAR", "2001 SUCCESS"),
        ("SAR", "2001 SUCCESS"), ("LIR", "2001 SUCCESS")}, counts)
    expect(max(counts.values()) - min(counts.values()) <= 1, counts)
    total = [row for row in shown if row["step"] == "all"]
    expect(total[0]["answers"] == sum(counts.values()), shown)


def load_counts_refusals(server):
    """Users that there aren't: exit status 1, and the result told."""
    counts = results(load(server, "--mix", "0:0:0:1", "--first", "900",
                          "--window", "1", status=1))
    expect(list(counts) == [("LIR", "5001 ERROR_USER_UNKNOWN")], counts)


def load_ends_with_its_table_on_int(server):
    """INT long before its time is over."""
    with subprocess.Popen(
            command(server, "--duration", "3600", "--mix", "0:0:0:1",
                    "--first", "900", "--rate", "50"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True) as process:
        time.sleep(SETTLE_S)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=CLIENT_S)
    expect(process.returncode == 1, "exit %d" % process.returncode)
    expect(("LIR", "5001 ERROR_USER_UNKNOWN") in results(rows(said)), said)


CASES = [load_counts_what_it_sent, load_counts_refusals,
         load_ends_with_its_table_on_int]
