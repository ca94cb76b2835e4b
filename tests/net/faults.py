"""A disk that gives errors: strace makes the system calls of hssd fail, those
on files of the store alone, while it runs or while it starts."""

import contextlib
import os
import shutil
import signal
import subprocess

from compact import BATCHES_MAX, IN_PLACE, load, LOADED
from crash import registered, Sim
from cx import lir, pack, SCSCF
from diameter import Client
from disk import (agree_after_kill, change, journal_size, refuses,
                  served_without_disk, SUCCESS, take, UNABLE_TO_COMPLY)
from server import expect, wait_for

ATTACH_S = 10
NEARLY = (4 << 20) - (1 << 17)  # octets of a journal that has not grown yet
CANNOT = "the new state cannot be written: "
RUN_S = 20
RECOVERY_S = 5
STRACE = ["strace"] if os.geteuid() == 0 else ["sudo", "-n", "strace"]
WRITES = "write,writev,pwrite64"
SYNCS = "fsync,fdatasync"
RENAMES = "rename,renameat,renameat2"
NEW = ["state.new", "journal.new"]


def fault(calls, error, paths):
    """Arguments of strace: these calls on these files fail so."""
    return ["-f", "-qq", "-e", "trace=" + calls, "-e",
            "inject=%s:error=%s" % (calls, error),
            *(word for path in paths for word in ("-P", str(path)))]


@contextlib.contextmanager
def failing(server, calls, error, names=("journal",)):
    """Calls on the journal, or other files of the store, fail."""
    paths = [path for name in names
             for path in (name, server.folder / "state" / name)]
    with subprocess.Popen(
            STRACE + fault(calls, error, paths)
            + ["-o", str(server.folder / "strace.log"),
               "-p", str(server.pid())], stdin=subprocess.DEVNULL) as strace:
        try:
            wait_for(lambda: traced(server.pid()), ATTACH_S, "strace")
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(ATTACH_S)
    wait_for(lambda: not traced(server.pid()), ATTACH_S, "strace's end")


def traced(pid):
    """Whether each thread of the process has a tracer."""
    tasks = "/proc/%d/task" % pid
    return all("TracerPid:\t0\n" not in open(
        "%s/%s/status" % (tasks, task), encoding="ascii").read()
        for task in os.listdir(tasks))


def goes_through(server, calls, error):
    """5012 for what needs the disk, others are served; when the disk works
    again, so does hssd, and it knows what it said before and after."""
    user, fresh, late = (server.users[n] for n in (21, 22, 23))
    sim = Sim(user)
    with Client(server, "scscf.example.org") as client:
        expect(change(client, user) == SUCCESS, "no registration")
        take(client, user, sim)
        mark = server.hssd.size()
        with failing(server, calls, error):
            got = change(client, fresh)
            expect(got == UNABLE_TO_COMPLY, "SAA %d" % got)
            got = change(client, late)
            expect(got == UNABLE_TO_COMPLY, "second SAA %d" % got)
            lia = client.ask(pack(lir(client, fresh.impu))).result()
            expect(lia == UNABLE_TO_COMPLY, "LIA %d" % lia)
            served_without_disk(server, client, user)
            said = server.hssd.said(mark)
            expect("5012" in said, "the log says nothing: " + said)
        wait_for(lambda: change(client, late) == SUCCESS, RECOVERY_S,
                 "recovery")
        expect(not refuses(client, user, sim), "no vectors")
    agree_after_kill(server, (user, fresh, late))
    with Client(server, "scscf.example.org") as client:
        take(client, user, sim)
        for one in (user, fresh, late):
            change(client, one, 5)


def write_error(server):
    """EIO from write(2)."""
    goes_through(server, WRITES, "EIO")


def no_space_left(server):
    """ENOSPC from write(2)."""
    goes_through(server, WRITES, "ENOSPC")


def sync_error(server):
    """EIO from fdatasync(2): what was written is not durable."""
    goes_through(server, SYNCS, "EIO")


def run(server, command):
    """Its exit status, None if it goes on, and what it says."""
    with subprocess.Popen(
            command, cwd=server.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=RUN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            return None, said.decode()
    return process.returncode, said.decode()


def refused_start(server, calls, error, names, wanted):
    """A start that meets this fault ends with status 1 and says where; the
    next one has all there was."""
    paths = [path for name in names
             for path in (name, server.folder / "state" / name)]
    status, said = run(server, STRACE + fault(calls, error, paths) + [
        "-o", "/dev/null", "-E", "ASAN_OPTIONS=detect_leaks=0",
        *server.hssd.command])
    expect(status == 1, "exit status %s: %s" % (status, said[-300:]))
    expect(str(server.folder / "state") in said and wanted in said,
           "it says " + said[-300:])


@contextlib.contextmanager
def registration_kept(server):
    """hssd is killed, and what it knew is there when it starts again."""
    user = server.users[24]
    with Client(server, "scscf.example.org") as client:
        expect(change(client, user) == SUCCESS, "no registration")
    server.hssd.stop(signal.SIGKILL)
    yield
    server.start()
    expect(registered(server, user) == SCSCF, "it is lost")


@contextlib.contextmanager
def without_store(server):
    """The store's folder is as if it had never been."""
    store, aside = server.folder / "state", server.folder / "state.aside"
    store.rename(aside)
    try:
        yield
    finally:
        shutil.rmtree(store, ignore_errors=True)
        aside.rename(store)


def first_start_with_errors(server):
    """EIO and ENOSPC when the store's files are made: write, sync, rename;
    a second start makes them."""
    for calls, error, names, wanted in (
            (RENAMES, "EIO", ["state"], "Input/output error"),
            (RENAMES, "EIO", ["journal"], "Input/output error"),
            (WRITES, "EIO", NEW, "Input/output error"),
            (WRITES, "ENOSPC", NEW, "No space left"),
            (SYNCS, "EIO", NEW, "Input/output error")):
        with registration_kept(server), without_store(server):
            refused_start(server, calls, error, names, wanted)
            server.start()
            server.hssd.stop()


def new_state_fails(server, calls, error, names, wanted):
    """A new state cannot be written while hssd serves: the log says so and
    all goes on; the next start has all there was and writes it."""
    users = [server.users[n] for n in (24, 25, 24)]
    with Client(server, "scscf.example.org") as client:
        expect(change(client, users[0]) == SUCCESS, "no registration")
        mark = server.hssd.size()
        while journal_size(server) < NEARLY:
            load(client, server.users[LOADED], 5)
        with failing(server, calls, error, names):
            for _ in range(BATCHES_MAX):
                load(client, server.users[LOADED], 1)
                if CANNOT in server.hssd.said(mark):
                    break
            expect(CANNOT + wanted in server.hssd.said(mark),
                   "it says " + server.hssd.said(mark)[-300:])
        expect(change(client, users[1]) == SUCCESS, "no registration")
    mark = server.hssd.size()
    agree_after_kill(server, users)
    wait_for(lambda: IN_PLACE in server.hssd.said(mark), RECOVERY_S,
             "the new state")


def rename_error_of_new_state(server):
    """EIO from rename(2), of the state and of the journal."""
    for name in ("state.new", "journal"):
        new_state_fails(server, RENAMES, "EIO", [name], "Input/output error")


def write_and_sync_errors_of_new_state(server):
    """EIO and ENOSPC when the new state is written."""
    for calls, error, wanted in (
            (WRITES, "ENOSPC", "No space left"),
            (SYNCS, "EIO", "Input/output error")):
        new_state_fails(server, calls, error, ["state.new"], wanted)


def read_only_store(server):
    """EROFS for whatever is opened to be written."""
    with registration_kept(server):
        refused_start(server, "openat", "EROFS", ["lock", "journal", *NEW],
                      "Read-only file system")


CASES = [write_error, no_space_left, sync_error, first_start_with_errors,
         read_only_store, rename_error_of_new_state,
         write_and_sync_errors_of_new_state]
