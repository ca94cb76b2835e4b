"""The resources of the control socket: what they show, what they refuse."""

import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from urllib.parse import quote

from cx import lir, mar, pack, REGISTRATION, sar, SCSCF
from diameter import Client
from http_client import ask, get, path
from server import expect, HSS_HOST, REALM

FAULTS_MAX = 100
PAGE_MAX = 250
NAME_MAX = 255


def register(server, user, peer="scscf.example.org"):
    """MAR and SAR of a user."""
    with Client(server, peer) as client:
        got = client.ask(pack(mar(client, user.impi, user.impu)))
        expect(got.result() == 2001, "MAA %d" % got.result())
        got = client.ask(pack(sar(client, user.impi, user.impu,
                                  REGISTRATION)))
        expect(got.result() == 2001, "SAA %d" % got.result())


def name(user):
    """Its section."""
    return "user" + user.name[-4:]


def status_counts_and_names(server):
    """GET /status before and after a registration."""
    before = get(server, "/status")
    register(server, server.users[1])
    after = get(server, "/status")
    expect(before["identity"] == HSS_HOST and before["realm"] == REALM,
           "not its identity")
    expect(before["subscriptions"] == len(server.users), "not all of them")
    expect(before["registered"] == 0 and after["registered"] == 1,
           "registered: %s, %s" % (before["registered"], after["registered"]))
    expect(after["position"] > before["position"], "no journal position")
    expect(after["octets_written"] > before["octets_written"]
           and after["syncs"] > before["syncs"], "nothing written")
    expect(before["disk"] == "works" and before["durability"] == "sync",
           "the disk")
    expect(before["store"] == str(server.folder / "state"), "the store")
    expect(0 <= before["uptime_s"] < 60 and before["version"], "uptime")


def peers_show_who_is_connected(server):
    """GET /peers with one peer, and after it has left."""
    begin = int(time.time())
    with Client(server, "scscf.example.org") as client:
        peers = get(server, "/peers")["peers"]
        expect(len(peers) == 1, "%d peers" % len(peers))
        one = peers[0]
        expect(one["host"] == client.host and one["realm"] == client.realm,
               "not who it is: %s" % one)
        expect(one["address"] == "%s:%d" % client.socket.getsockname()[:2]
               and one["transport"] == "tcp", "not its address: %s" % one)
        expect(one["state"] == "R-Open" and one["open"] is True
               and one["watchdog"] == "OKAY", "not its state: %s" % one)
        expect(begin <= one["since_s"] <= time.time(), "not its time")
    end = time.monotonic() + 5
    while get(server, "/peers")["peers"]:
        expect(time.monotonic() < end, "the peer is still there")


def list_comes_in_pages(server):
    """Pages of every size give each subscription once, in order."""
    names = [name(user) for user in server.users.values()]
    for limit in (1, 7, 59, 60, 61, PAGE_MAX):
        found, after = [], ""
        while after is not None:
            page = get(server, "/subscriptions?limit=%d%s" % (
                limit, after and "&after=" + quote(after)))
            expect(len(page["subscriptions"]) <= limit, "a page too long")
            found += [one["name"] for one in page["subscriptions"]]
            after = page["next"]
        expect(found == names, "limit %d: %s" % (limit, found))


def list_goes_on_after_any_id(server):
    """after= a section's name, an IMPI or an IMPU."""
    user, follower = server.users[9], name(server.users[10])
    for after in (name(user), user.impi, user.impu, user.tel):
        page = get(server, "/subscriptions?after=%s&limit=1" % quote(after))
        expect(page["subscriptions"][0]["name"] == follower, after)
    last = get(server, "/subscriptions?after=" + name(server.users[60]))
    expect(last == {"subscriptions": [], "next": None}, "after the last")


def list_shows_the_state(server):
    """A line says who is registered where."""
    register(server, server.users[2])
    one, two = get(server, "/subscriptions?limit=3")["subscriptions"][1:]
    expect(one == {"name": name(server.users[2]),
                   "impi": server.users[2].impi,
                   "impu": server.users[2].impu,
                   "state": "registered", "scscf": SCSCF}, one)
    expect(two["state"] == "not registered" and two["scscf"] is None, two)


def list_refuses_a_bad_query(server):
    """Limits at their ends, what is no number, what is not known."""
    for query, status in (("limit=1", 200), ("limit=%d" % PAGE_MAX, 200),
                          ("limit=0", 400), ("limit=%d" % (PAGE_MAX + 1), 400),
                          ("limit=-1", 400), ("limit=x", 400), ("limit=", 400),
                          ("limit=99999999999999999999", 400), ("from=1", 400),
                          ("limit", 400), ("after=%", 400), ("after=%0", 400),
                          ("after=%00", 400), ("after=nobody", 404),
                          ("after=", 404), ("", 200), ("&&", 200)):
        got = ask(server, "GET", "/subscriptions?" + query)
        expect(got.status == status, "%s: %d" % (query, got.status))


def show_finds_every_kind_of_id(server):
    """The same for the name, the IMPI and each IMPU."""
    user = server.users[11]
    first = get(server, "/subscriptions/" + name(user))
    expect(first["name"] == name(user), "not the user")
    expect([i["impi"] for i in first["impis"]] == [user.impi], "IMPIs")
    expect([i["impu"] for i in first["impus"]] == [user.impu, user.tel],
           "IMPUs")
    expect(first["impus"][0]["profile"] == "default", "the profile")
    for number in (user.impi, user.impu, user.tel, "+1-555-0011"):
        target = "/subscriptions/" + quote(
            number if ":" in number or "@" in number else "tel:" + number,
            safe="")
        expect(get(server, target) == first, target)


def show_never_shows_a_key(server):
    """K, OP, OPc, passwords and HA1 are in no answer."""
    for number in (1, 50):
        user = server.users[number]
        for what in ("", "/why"):
            body = ask(server, "GET", "/subscriptions/%s%s" % (
                name(user), what)).body.lower()
            for secret in (user.k, user.op, user.password):
                expect(not secret or secret.encode() not in body, "a key")
            for word in (b'"k"', b"opc", b"ha1", b"password", b"amf"):
                expect(word not in body, "%s is in the answer" % word)


def show_follows_the_registration(server):
    """Pending after MAR, registered after SAR, SEQ grows."""
    user = server.users[12]
    target = "/subscriptions/" + name(user)
    with Client(server, "scscf.example.org") as client:
        client.ask(pack(mar(client, user.impi, user.impu)))
        got = get(server, target)
        expect(got["sets"] == [{"set": 1, "state": "not registered",
                                "registered": [], "pending": [user.impi]}],
               got["sets"])
        expect(got["impis"][0]["seq"] > 0, "SEQ")
        client.ask(pack(sar(client, user.impi, user.impu, REGISTRATION)))
        got = get(server, target)
        expect(got["sets"] == [{"set": 1, "state": "registered",
                                "registered": [user.impi], "pending": []}],
               got["sets"])
        expect(got["scscf"] == {"name": SCSCF, "host": client.host,
                                "realm": client.realm}, got["scscf"])


def unknown_ids_are_404(server):
    """A name at the limit, and one past it."""
    for one in ("nobody", "sip:nobody@" + REALM, "x" * NAME_MAX,
                "x" * (NAME_MAX + 1), "%C3%A4", "%FF", "%2F"):
        for what in ("", "/why"):
            got = ask(server, "GET", "/subscriptions/%s%s" % (one, what))
            expect(got.status == 404, "%s: %d" % (one, got.status))
    for one in ("%", "%4", "%zz", "%00"):
        got = ask(server, "GET", "/subscriptions/" + one)
        expect(got.status == 400, "%s: %d" % (one, got.status))


def unknown_paths_are_404(server):
    """What is beside, above and below the resources."""
    for target in ("/", "//", "/status/", "/status/x", "//status",
                   "/subscriptions/", "/subscriptions/x/y",
                   "/subscriptions/x/why/z", "/subscriptions//why",
                   "/Status", "/reload/x", "/..", "/%2e%2e/status"):
        for method in ("GET", "POST"):
            got = ask(server, method, target)
            expect(got.status == 404, "%s: %d" % (target, got.status))


def wrong_methods_are_405(server):
    """And Allow names the right one."""
    for target, allow in (("/status", "GET"), ("/peers", "GET"),
                          ("/subscriptions", "GET"),
                          ("/subscriptions/x", "GET, DELETE"),
                          ("/subscriptions/x/why", "GET"),
                          ("/subscriptions/x/deregister", "POST"),
                          ("/subscriptions/x/push", "POST"),
                          ("/reload", "POST"), ("/import", "POST"),
                          ("/export", "GET")):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "X"):
            if method in allow.split(", "):
                continue
            got = ask(server, method, target)
            expect(got.status == 405 and got.fields["Allow"] == allow,
                   "%s %s: %d" % (method, target, got.status))


def reload_takes_new_files(server):
    """POST /reload: a new user is there; what needs a start is named."""
    old = server.subscribers, server.conf
    try:
        server.subscribers = old[0].replace("[user0060]", "[renamed]")
        server.conf = old[1].replace("watchdog = 6", "watchdog = 7")
        server.write()
        got = ask(server, "POST", "/reload")
        expect(got.status == 200 and got.json == {
            "subscriptions": len(server.users),
            "needs_start": ["watchdog"]}, got.body)
        expect(get(server, "/subscriptions/renamed")["name"] == "renamed",
               "not reloaded")
    finally:
        server.subscribers, server.conf = old
        server.write()
        ask(server, "POST", "/reload")


def reload_tells_every_fault(server):
    """409 with file and line of each, at most a hundred of them."""
    old = server.subscribers
    try:
        server.subscribers = old + "[bad]\nimpi = x@%s\ncolour = red\n" % REALM
        server.write()
        got = ask(server, "POST", "/reload")
        expect(got.status == 409 and got.json["count"] ==
               len(got.json["faults"]) > 0, got.body)
        fault = got.json["faults"][0]
        expect(fault["file"] == str(server.folder / "subscribers")
               and fault["line"] == server.subscribers.count("\n")
               and "colour" in fault["what"], fault)
        expect(get(server, "/status")["subscriptions"] == len(server.users),
               "a faulty reload has changed something")
        server.subscribers = "".join(
            "[u%d]\ncolour = red\n" % i for i in range(FAULTS_MAX + 50))
        server.write()
        got = ask(server, "POST", "/reload")
        expect(got.status == 409 and len(got.json["faults"]) == FAULTS_MAX
               and got.json["count"] > FAULTS_MAX,
               "%d faults of %d" % (len(got.json["faults"]),
                                    got.json["count"]))
    finally:
        server.subscribers = old
        server.write()
    expect(ask(server, "POST", "/reload", b"{}").status == 400, "a body")
    expect(ask(server, "POST", "/reload").status == 200, "not again")


def why_says_what_diameter_says(server):
    """Before and after a registration, as real requests are answered."""
    user = server.users[13]
    target = "/subscriptions/%s/why" % quote(user.tel)

    def decisions():
        got = get(server, target)
        expect(got["impi"] == user.impi and got["impu"] == user.tel, "who")
        for one in got["requests"]:
            expect(one["why"] and one["what"], "no reason: %s" % one)
        return {(one["request"], one["type"]):
                (one["experimental"], one["result"], one["client"])
                for one in got["requests"]}
    before = decisions()
    expect(list(before) == [("UAR", 0), ("UAR", 1), ("LIR", None),
                            ("MAR", None), ("SAR", 1), ("SAR", 2),
                            ("SAR", 3), ("SAR", 5)], list(before))
    expect(before["UAR", 0][:2] == (True, 2001), "not 2001")
    expect(before["LIR", None] == (
        True, 5003, "the I-CSCF answers the caller 480"), before)
    register(server, user)
    after = decisions()
    expect(after["UAR", 0][:2] == (True, 2002), "not 2002")
    expect(after["LIR", None][:2] == (False, 2001), "not 2001")
    with Client(server, "icscf.example.org") as client:
        got = client.ask(pack(lir(client, user.tel)))
        expect(got.result() == 2001, "LIA %d" % got.result())


def why_changes_nothing(server):
    """No SQN is used, no state changes, nothing is written."""
    for number in (14, 51):
        user = server.users[number]
        target = "/subscriptions/" + name(user)
        files = [server.folder / "state" / f for f in ("journal", "state")]
        before = get(server, target), get(server, "/status")["position"], [
            f.read_bytes() for f in files if f.exists()]
        get(server, target + "/why")
        after = get(server, target), get(server, "/status")["position"], [
            f.read_bytes() for f in files if f.exists()]
        expect(before == after, "changed: %s %s" % (before, after))


def socket_is_the_owners_alone(server):
    """Mode 0600."""
    mode = os.stat(path(server)).st_mode
    expect(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, oct(mode))


def socket_left_over_is_replaced(server):
    """kill -9 leaves it, the next start takes it; a clean end removes it."""
    server.hssd.stop(signal.SIGKILL)
    expect(os.path.exists(path(server)), "killed, and its socket is gone")
    server.start()
    expect(get(server, "/status"), "no answer")
    server.hssd.stop()
    expect(not os.path.exists(path(server)), "stopped, but its socket stays")
    server.start()


def fails_to_start(server, control, words):
    """A second hssd of these words at the end of its log."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="net."))
    try:
        for each in ("subscribers", "hssd.conf"):
            shutil.copy(server.folder / each, folder)
        shutil.copytree(server.folder / "profiles", folder / "profiles")
        conf = (folder / "hssd.conf").read_text()
        (folder / "hssd.conf").write_text(conf.replace(
            'control = "control.sock"', 'control = "%s"' % control).replace(
                ":%d" % server.port, ":%d" % (server.port + 1)))
        done = subprocess.run(
            [str(server.build / "tools" / "hssd"), "-c",
             str(folder / "hssd.conf")], stderr=subprocess.PIPE, timeout=20,
            check=False, text=True)
        expect(done.returncode == 1 and words in done.stderr
               and control in done.stderr, "%d: %s" % (done.returncode,
                                                       done.stderr))
    finally:
        shutil.rmtree(folder)


def socket_in_use_is_not_taken(server):
    """Nor is a file that is no socket, nor a folder that is not there."""
    fails_to_start(server, path(server), "another process answers")
    expect(get(server, "/status"), "the first one's socket is gone")
    file = server.folder / "precious"
    file.write_text("precious")
    fails_to_start(server, str(file), "there is a file")
    expect(file.read_text() == "precious", "a file was overwritten")
    fails_to_start(server, str(server.folder / "none" / "x.sock"),
                   "No such file")


def other_socket_stays(server):
    """A datagram socket there is not ours to remove."""
    where = str(server.folder / "other.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(where)
        fails_to_start(server, where, "another process answers")
        expect(os.path.exists(where), "removed")
    os.unlink(where)


CASES = [
    status_counts_and_names, peers_show_who_is_connected, list_comes_in_pages,
    list_goes_on_after_any_id, list_shows_the_state, list_refuses_a_bad_query,
    show_finds_every_kind_of_id, show_never_shows_a_key,
    show_follows_the_registration, unknown_ids_are_404, unknown_paths_are_404,
    wrong_methods_are_405, reload_takes_new_files, reload_tells_every_fault,
    why_says_what_diameter_says, why_changes_nothing,
    socket_is_the_owners_alone, socket_left_over_is_replaced,
    socket_in_use_is_not_taken, other_socket_stays,
]
