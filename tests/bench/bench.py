"""What the benchmarks share: a core each for server and client, CPU time,
cxclient load."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(
    pathlib.Path(__file__).resolve().parent.parent / "net"))

# pylint: disable=wrong-import-position
from cx import SCSCF  # noqa: E402
from server import expect, REALM  # noqa: E402

SERVER_CORE, CLIENT_CORE = 0, 1
UTIME, STIME = 13, 14  # fields of /proc/PID/stat, from 0


def pin(core):
    """For Popen: the child runs on this core, if there is such a one."""
    def preexec():
        if core in os.sched_getaffinity(0):
            os.sched_setaffinity(0, {core})
    return preexec


def pin_threads(pid, core=SERVER_CORE):
    """The same for all threads of a process that runs already; None: they
    may run on any core again."""
    cores = os.sched_getaffinity(0)
    for task in pathlib.Path("/proc/%d/task" % pid).iterdir():
        os.sched_setaffinity(int(task.name),
                             {core} if core in cores else cores)


def cpu_s(pid):
    """CPU seconds that a process has used."""
    stat = pathlib.Path("/proc/%d/stat" % pid).read_text()
    fields = ["", ""] + stat.rpartition(")")[2].split()
    return ((int(fields[UTIME]) + int(fields[STIME])) /
            os.sysconf("SC_CLK_TCK"))


def load_command(build, port, *arguments):
    """The command line of cxclient load about users whose IMSI begins with
    00101."""
    return [str(build / "tools" / "cxclient"), "-s", "127.0.0.1:%d" % port,
            "-R", REALM, "-S", SCSCF, "-i", "00101%010u@" + REALM, "--json",
            *arguments, "load"]


def total_of(shown):
    """The row of totals in what cxclient load printed."""
    return [row for row in map(json.loads, shown.splitlines())
            if row["step"] == "all" and "rate" in row][0]


def load(build, port, *arguments):
    """Run cxclient load; its row of totals."""
    done = subprocess.run(  # pylint: disable=subprocess-popen-preexec-fn
        load_command(build, port, *arguments), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
        preexec_fn=pin(CLIENT_CORE))
    expect(done.returncode == 0, (done.stdout + done.stderr)[-300:])
    return total_of(done.stdout)
