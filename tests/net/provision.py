"""Subscriptions that come in and go while hssd serves: import, export, delete,
over the control socket and by hssctl."""

import json
import pathlib
import re
import signal
import subprocess
import threading

from change import Scscf
from crash import challenges, registered, Sim
from cx import lir, mar, pack, REGISTRATION, sar, SCSCF, uar
from diameter import Client, RTR, PPR
from disk import FREE, journal_size, limit, make_journal_longer
from hssctl import good, run
from http_client import ask, get, path
from server import expect, REALM, Server, wait_for
from lab import User

IMPORT_MAX = 4 << 20
NO_DISK = "503"
PAGE_MAX = 250
UNKNOWN_USER = -5001


def write(server, name, text):
    """A file of the test's; its path."""
    file = server.folder / name
    file.write_text(text)
    return str(file)


def import_text(server, text, args=("-",)):
    """What hssctl says to an import from stdin."""
    return subprocess.run(
        [str(server.build / "tools" / "hssctl"), "-s", path(server), "import",
         *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=60, check=False, text=True)


def import_good(server, text):
    """An import that must succeed."""
    done = import_text(server, text)
    expect(done.returncode == 0 and not done.stderr, done.stderr)
    return done.stdout


def delete(server, user):
    """The same for a deletion."""
    return good(server, "delete", user.impi)


def serves(server, user, sim=None):
    """Registers a user: UAR, MAR, SAR, LIR."""
    with Client(server, "scscf.example.org") as client:
        got = client.ask(pack(uar(client, user.impi, user.impu)))
        expect(got.result() in (-2001, -2002), "UAA %d" % got.result())
        got = client.ask(pack(mar(client, user.impi, user.impu)))
        expect(got.result() == 2001, "MAA %d" % got.result())
        for challenge in challenges(got):
            (sim or Sim(user)).take(challenge)
        got = client.ask(pack(sar(client, user.impi, user.impu,
                                  REGISTRATION)))
        expect(got.result() == 2001, "SAA %d" % got.result())
        got = client.ask(pack(lir(client, user.impu)))
        expect(got.get("Server-Name") == SCSCF, "LIA %d" % got.result())


def knows(server, user):
    """Whether a UAR about him is answered with anything but unknown."""
    with Client(server) as client:
        got = client.ask(pack(uar(client, user.impi, user.impu))).result()
    return got != UNKNOWN_USER


def kill(server):
    """kill -9 and a new start."""
    server.hssd.stop(signal.SIGKILL)
    server.start()


def imported_user_is_served(server):
    """A UAR is refused before, all is served after, and by restarts."""
    user, sim = User(101), Sim(User(101))
    expect(not knows(server, user), "known before")
    out = import_good(server, user.section())
    expect(out == "Imported: 1 subscriptions, 0 of them in the place of "
           "others; there are 61 now.\n", out)
    serves(server, user, sim)
    for restart in (kill, lambda s: (s.hssd.stop(), s.start())):
        restart(server)
        expect(registered(server, user) == SCSCF, "lost")
        serves(server, user, sim)
    delete(server, user)


def import_is_all_or_nothing(server):
    """Every fault is told with the file as it was given and its line."""
    user = User(102)
    file = write(server, "some.users", user.section() + "foo = bar\n\n[x]\n"
                 "impi = %s\n" % user.impi)
    before = get(server, "/status")
    status, out, err = run(server, "import", file)
    lines = err.splitlines()
    expect(status == 1 and not out, "%d %s" % (status, out))
    expect(lines[0].startswith("%s:10: unknown key `foo`" % file), err)
    expect("%s:12: the section has no impu" % file in lines, err)
    expect(lines[-1] == "hssctl: there are faults, so nothing is changed",
           err)
    expect(not knows(server, user), "something has changed")
    after = get(server, "/status")
    expect(after["subscriptions"] == before["subscriptions"], "counts")
    done = import_text(server, "nonsense\n")
    expect(done.returncode == 1 and done.stderr.startswith("stdin:1: "),
           done.stderr)


def owners_are_kept_apart(server):
    """Neither side takes what is the other's, and both are named."""
    user, theirs = User(103), server.users[1]
    subscribers = str(server.folder / "subscribers")
    section = "[user%s]" % theirs.name[-4:]
    done = import_text(server, user.section() + theirs.section())
    for line, what in ((10, "section %s is in" % section),
                       (11, "impi %s is in %s of" % (theirs.impi, section)),
                       (17, "impu %s is in %s of" % (theirs.tel, section))):
        fault = "stdin:%d: %s %s already\n" % (line, what, subscribers)
        expect(fault in done.stderr, "%s not in %s" % (fault, done.stderr))
    status, _, err = run(server, "delete", theirs.impi)
    expect(status == 1 and subscribers in err, err)
    import_good(server, user.section())
    old = server.subscribers
    server.subscribers += "\n" + user.section()
    server.write()
    status, _, err = run(server, "reload")
    expect(status == 1 and subscribers in err and "hssctl delete" in err, err)
    server.hssd.stop()
    said = refuses_to_start(server)
    expect("was imported" in said and subscribers in said, said)
    server.subscribers = old
    server.write()
    server.start()
    expect(knows(server, user), "lost")
    delete(server, user)


def refuses_to_start(server):
    """What it says then."""
    done = subprocess.run(
        [str(server.build / "tools" / "hssd"), "-c",
         str(server.folder / "hssd.conf")], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=30, check=False, text=True)
    expect(done.returncode == 1, "exit status %d" % done.returncode)
    return done.stdout


def reload_keeps_imported(server):
    """With its state; HUP and hssctl reload alike."""
    user = User(104)
    import_good(server, user.section())
    serves(server, user)
    good(server, "reload")
    expect(registered(server, user) == SCSCF, "not registered any more")
    expect(get(server, "/subscriptions/user0104")["sets"][0]["state"]
           == "registered", "its state")
    good(server, "reload")
    delete(server, user)
    expect(not knows(server, user), "still there")


def deletion_tells_the_scscf(server):
    """An RTR, and he is gone; also after kill -9."""
    user = User(105)
    import_good(server, user.section())
    with Scscf(server, user) as scscf:
        out = good(server, "delete", "user0105")
        expect(out == "Deleted: [user0105].\n", out)
        rtr = scscf.rtr(RTR)
        expect(rtr.get("User-Name") == user.impi, "not he")
        scscf.send(scscf.answer(rtr) if hasattr(scscf, "answer") else b"")
    expect(not knows(server, user), "still there")
    kill(server)
    expect(not knows(server, user), "back again")
    status, _, err = run(server, "delete", "user0105")
    expect(status == 1 and "there is no subscription user0105" in err, err)


def replacement_tells_the_scscf(server):
    """A PPR with the new display name; he stays registered, SQN goes on."""
    user, sim = User(106), Sim(User(106))
    import_good(server, user.section())
    serves(server, user, sim)
    with Client(server, "scscf.example.org") as scscf:
        out = import_good(server, user.section().replace(
            "impu = " + user.tel, 'impu = %s display="New"' % user.tel))
        expect("1 of them in the place" in out, out)
        got = scscf.receive()
        expect(got is not None and got.code == PPR and got.request(),
               "no PPR")
    expect(registered(server, user) == SCSCF, "not registered any more")
    serves(server, user, sim)
    kill(server)
    serves(server, user, sim)
    delete(server, user)
    import_good(server, user.section())
    serves(server, user, sim)
    delete(server, user)


def nothing_acknowledged_is_lost(server):
    """Imports and deletions, each followed by kill -9 at once."""
    users = [User(n) for n in range(110, 116)]
    for user in users:
        import_good(server, user.section())
        kill(server)
    expect(all(knows(server, user) for user in users), "an import is lost")
    for user in users:
        delete(server, user)
        kill(server)
    expect(not any(knows(server, user) for user in users),
           "a deletion is lost")


def export_has_all_in_their_format(server):
    """hssd -n takes it, and the state is there as comments."""
    user = User(120)
    import_good(server, user.section())
    serves(server, user)
    out = good(server, "export")
    sections = re.findall(r"^\[(.*)\]$", out, re.M)
    expect(sections == ["user%04d" % n for n in range(1, 61)] + ["user0120"],
           sections)
    expect("[user0120]\n# S-CSCF %s at scscf.example.org\n"
           "# set 1: registered with %s\nimpi = %s\n"
           % (SCSCF, user.impi, user.impi) in out, out[-600:])
    expect("\nk = %s\n" % user.k in out and "\nop = " not in out
           and "password" not in out and "\nha1 = " in out, "keys")
    pages, target = "", "/export?limit=7"
    while target:
        page = get(server, target)
        pages += page["text"]
        after = page["next"]
        target = after and "/export?limit=7&after=" + after
    expect(pages == out, "pages are not the whole")
    old = server.subscribers
    server.subscribers = out
    server.write()
    done = subprocess.run(
        [str(server.build / "tools" / "hssd"), "-n", "-c",
         str(server.folder / "hssd.conf")], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=30, check=False, text=True)
    server.subscribers = old
    server.write()
    expect(done.returncode == 0, done.stdout)
    delete(server, user)


def export_round_trips(server):
    """Imported into an empty hssd, exported there, it is the same octets;
    again after kill -9; and SQNs go on behind those that were given out."""
    user = server.users[2]
    sim = Sim(user)
    serves(server, user, sim)
    here = "".join(line + "\n" for line in good(server, "export").splitlines()
                   if not line.startswith("#"))
    other = Server(server.build)
    try:
        other.subscribers = ""
        other.write()
        other.start()
        import_good(other, here)
        expect(good(other, "export") == here, "not the same")
        kill(other)
        expect(good(other, "export") == here, "not the same after kill -9")
        serves(other, user, sim)
        other.hssd.check(0)
    finally:
        other.remove()


def text_at_its_limit_and_one_past(server):
    """4 MiB is taken; one octet more is refused, by hssctl and by hssd."""
    user = User(130)
    text = user.section()
    text += "\n" * (IMPORT_MAX - len(text))
    import_good(server, text)
    expect(knows(server, user), "not imported")
    delete(server, user)
    done = import_text(server, text + "\n")
    expect(done.returncode == 2 and "split it" in done.stderr, done.stderr)
    got = ask(server, "POST", "/import", (text + "\n").encode())
    expect(got.status == 413, "status %d" % got.status)
    got = ask(server, "POST", "/reload", b" " * 4097)
    expect(got.status == 413, "status %d elsewhere" % got.status)
    expect(not knows(server, user), "imported all the same")


def many_at_once(server):
    """Thousands come in by one import while others are served, and go."""
    users = [User(n) for n in range(1000, 10000)]
    text = "".join(user.section() for user in users)
    results = []
    thread = threading.Thread(
        target=lambda: results.append(import_text(server, text)))
    thread.start()
    with Client(server) as client:
        while thread.is_alive():
            got = client.ask(pack(lir(client, server.users[3].impu)))
            expect(got is not None, "no answer meanwhile")
    thread.join()
    expect(results[0].returncode == 0, results[0].stderr)
    kill(server)
    expect(get(server, "/status")["subscriptions"]
           == 9060, "not all")
    expect(knows(server, users[-1]), "not the last")
    import_good(server, text)
    with Client(server):
        for user in users:
            got = ask(server, "DELETE", "/subscriptions/" + user.impi)
            expect(got.status == 200, "status %d" % got.status)
    expect(get(server, "/status")["subscriptions"] == 60, "not all gone")


def resources_refuse_what_they_do_not_take(server):
    """Methods, bodies and queries."""
    for method, target, body, status in (
            ("GET", "/import", b"", 405), ("POST", "/export", b"", 405),
            ("GET", "/export", b"x", 400), ("POST", "/import", b"", 409),
            ("POST", "/import?nam=x", b"", 400),
            ("POST", "/import?name=", b"", 400),
            ("POST", "/import?name=%zz", b"", 400),
            ("GET", "/export?limit=0", b"", 400),
            ("GET", "/export?limit=%d" % (PAGE_MAX + 1), b"", 400),
            ("GET", "/export?after=nobody", b"", 404),
            ("DELETE", "/subscriptions/nobody", b"", 404),
            ("DELETE", "/subscriptions/user0001", b"x", 400),
            ("DELETE", "/subscriptions/user0001", b"", 409)):
        got = ask(server, method, target, body)
        expect(got.status == status, "%s %s: %d, want %d" % (
            method, target, got.status, status))
    got = ask(server, "POST", "/subscriptions/user0001")
    expect(got.status == 405 and got.fields["Allow"] == "GET, DELETE",
           got.fields)
    got = ask(server, "POST", "/import?name=a%20b", b"x\n")
    expect(got.json["faults"] == [{
        "file": "a b", "line": 1,
        "what": "a line must be [name], key = value or # comment"}], got.json)


def full_disk_changes_nothing(server):
    """503 with the reason; then nothing has changed, and it recovers."""
    user, late, kept = User(140), User(141), User(142)
    import_good(server, kept.section())
    with Client(server, "scscf.example.org") as client:
        make_journal_longer(server, client)
        limit(server, journal_size(server))
        got = ask(server, "POST", "/import", user.section().encode())
        expect(got.status == 503 and "File too large" in got.json["error"],
               got.json)
        got = ask(server, "POST", "/import", late.section().encode())
        expect(got.status == 503 and "nothing is changed"
               in got.json["error"], got.json)
        expect(not knows(server, late), "imported without a disk")
        got = ask(server, "DELETE", "/subscriptions/" + kept.impi)
        expect(got.status == 503, got.json)
        expect(knows(server, kept), "deleted without a disk")
        limit(server, FREE)
        wait_for(lambda: ask(server, "POST", "/import",
                             late.section().encode()).status == 200, 5,
                 "recovery")
    kill(server)
    expect(knows(server, late) and knows(server, kept), "lost")
    for one in (user, late, kept):
        ask(server, "DELETE", "/subscriptions/" + one.impi)


def file_that_cannot_be_read(server):
    """Exit status 2 and the reason."""
    for file in ("/nowhere", str(server.folder)):
        status, out, err = run(server, "import", file)
        expect(status == 2 and not out and file in err, err)


def json_is_what_hssd_says(server):
    """--json, of an import, a refusal, a deletion."""
    user = User(150)
    file = write(server, "one.users", user.section())
    got = json.loads(good(server, "--json", "import", file))
    expect(got == {"imported": 1, "replaced": 0, "subscriptions": 61}, got)
    got = json.loads(good(server, "--json", "delete", user.impu))
    expect(got == {"deleted": "user0150"}, got)
    status, out, _ = run(server, "--json", "delete", user.impu)
    expect(status == 1 and json.loads(out)["error"], out)
    expect(pathlib.Path(file).exists() and REALM in user.impi, "the test")


CASES = [imported_user_is_served, import_is_all_or_nothing,
         owners_are_kept_apart, reload_keeps_imported,
         deletion_tells_the_scscf, replacement_tells_the_scscf,
         nothing_acknowledged_is_lost, export_has_all_in_their_format,
         export_round_trips, text_at_its_limit_and_one_past, many_at_once,
         resources_refuse_what_they_do_not_take, full_disk_changes_nothing,
         file_that_cannot_be_read, json_is_what_hssd_says]
