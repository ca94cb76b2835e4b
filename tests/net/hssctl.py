"""hssctl: what it prints, and its exit status."""

import json
import os
import socket
import subprocess
import threading

from api import name, register
from cx import SCSCF
from diameter import Client
from http_client import get, path
from server import expect, HSS_HOST

COMMANDS = ["status", "peers", "list", "show", "why", "deregister", "push",
            "import", "export", "delete", "reload"]


def run(server, *args, to=None):
    """Exit status, stdout and stderr of hssctl."""
    done = subprocess.run(
        [str(server.build / "tools" / "hssctl"), "-s",
         to or path(server), *args], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=30, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def good(server, *args):
    """What it prints when all is well."""
    status, out, err = run(server, *args)
    expect(status == 0 and not err, "%s: %d %s" % (args, status, err))
    return out


def status_is_for_people(server):
    """A fact a line."""
    out = dict(line.split(None, 1) for line in
               good(server, "status").splitlines())
    expect(out["identity"] == HSS_HOST and out["disk"] == "works"
           and out["subscriptions"] == "60", out)


def json_is_what_the_server_says(server):
    """--json, before and behind the command."""
    user = name(server.users[3])
    for args, target in ((["show", user], "/subscriptions/" + user),
                         (["why", user], "/subscriptions/%s/why" % user),
                         (["peers"], "/peers")):
        expected = get(server, target)
        for line in (["--json", *args], [*args, "--json"]):
            expect(json.loads(good(server, *line)) == expected, line)


def list_has_a_line_each(server):
    """Below a head whose columns the lines keep to."""
    register(server, server.users[4])
    lines = good(server, "list").splitlines()
    expect(len(lines) == 61 and lines[0].split()[0] == "NAME", lines[0])
    column = lines[0].index("STATE")
    expect(all(line[column:].startswith(("registered", "not registered"))
               for line in lines[1:]), "columns")
    expect(SCSCF in lines[4] and lines[5].endswith("-"), lines[4])


def show_takes_any_id(server):
    """And says what there is, in tables."""
    user = server.users[4]
    first = good(server, "show", name(user))
    for one in (user.impi, user.impu, user.tel):
        expect(good(server, "show", one) == first, one)
    for word in (user.impi, user.impu, user.tel, "registered", SCSCF, "aka",
                 "default"):
        expect(word in first, "%s is not there:\n%s" % (word, first))
    expect(user.k not in first, "a key")


def peers_has_a_line_each(server):
    """Or says that there are none."""
    expect("No peer" in good(server, "peers"), "not none")
    with Client(server, "scscf.example.org") as client:
        lines = good(server, "peers").splitlines()
        expect(len(lines) == 2 and lines[1].split()[:3] == [
            client.host, client.realm, "R-Open"], lines)


def why_tells_the_rules(server):
    """Result, step and what the client does."""
    out = good(server, "why", server.users[5].tel)
    for word in ("Experimental 5003", "6.1.4.1 step 4",
                 "the I-CSCF answers the caller 480"):
        expect(word in out, "%s is not there:\n%s" % (word, out))


def reload_tells_faults(server):
    """Exit 1, each fault a line on stderr."""
    expect("60 subscriptions" in good(server, "reload"), "not 60")
    old = server.subscribers
    try:
        server.subscribers = old + "colour = red\nsize = 3\n"
        server.write()
        status, out, err = run(server, "reload")
        lines = err.splitlines()
        expect(status == 1 and not out and len(lines) == 3
               and lines[0].startswith("%s:%d: " % (
                   server.folder / "subscribers", old.count("\n") + 1))
               and "nothing is changed" in lines[2], err)
        status, out, err = run(server, "--json", "reload")
        expect(status == 1 and len(json.loads(out)["faults"]) == 2, out)
    finally:
        server.subscribers = old
        server.write()


def refusals_are_1(server):
    """With the server's sentence."""
    for command in ("show", "why"):
        status, out, err = run(server, command, "no/bo%dy")
        expect(status == 1 and not out and "no/bo%dy" in err, err)


def usage_is_2(server):
    """And explains itself; what is not there yet is said so."""
    for args in ([], ["-x"], ["show"], ["show", "a", "b"], ["list", "x"],
                 ["deregister"], ["deregister", "a", "permanent", "c"],
                 ["push"], ["import"], ["import", "a", "b"], ["export", "x"],
                 ["delete"], ["show", ""], ["show", "x" * 400 + "/" * 300]):
        status, out, err = run(server, *args)
        expect(status == 2 and err and not out, "%s: %d" % (args, status))
    for command in ("trace", "frobnicate"):
        status, out, err = run(server, command, "x")
        expect(status == 2 and "this version has no command " + command
               in err, err)
    text = good(server, "-h")
    for command in COMMANDS:
        expect("\n  " + command in text, "%s is not explained" % command)
    expect("trace" not in text, "trace is explained")
    expect(good(server, "-V").startswith("hssctl "), "no version")


def no_server_is_2(server):
    """Nobody there, no hssd there, a path too long, one not ours."""
    nobody = str(server.folder / "nobody.sock")
    for to in (nobody, "/" + "x" * 200, str(server.folder)):
        status, out, err = run(server, "status", to=to)
        expect(status == 2 and err.startswith("hssctl: ") and not out, err)
    for says in (b"", b"220 hello\r\n", b"HTTP/1.1 200 OK\r\n\r\n[]",
                 b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
                 b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{",
                 b"HTTP/1.1 20\r\n\r\n{}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.bind(nobody)
            other.listen(1)
            thread = threading.Thread(target=answer, args=(other, says))
            thread.start()
            status, out, err = run(server, "status", to=nobody)
            thread.join()
        os.unlink(nobody)
        expect(status == 2 and not out and "no hssd" in err,
               "%r: %d %s" % (says, status, err))


def answer(listener, octets):
    """Accept one connection, read some, say that, close."""
    sock, _ = listener.accept()
    with sock:
        sock.recv(4096)
        sock.sendall(octets)


CASES = [
    status_is_for_people, json_is_what_the_server_says, list_has_a_line_each,
    show_takes_any_id, peers_has_a_line_each, why_tells_the_rules,
    reload_tells_faults, refusals_are_1, usage_is_2, no_server_is_2,
]
