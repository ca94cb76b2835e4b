"""Damaged journals, wrong files, a store in use, reloading."""

import shutil
import signal
import subprocess

from cx import lir, pack, REGISTRATION, RE_REGISTRATION, sar, SCSCF
from diameter import Client
from server import expect, wait_for
from lab import User, write_hss
from crash import NOT_REGISTERED, registered

RUN_S = 10
GROUPS = 30
USER_UNKNOWN = -5001

WRONG_CONF = """\
identity = "hss"
realm = "ims.mnc001.mcc001.3gppnetwork.org"
listen = {"udp://127.0.0.1:3868"}
subscribers = {"subscribers"}
profiles = "profiles"
store = "state"
colour = "blue"
watchdog = 5
unknown-peers = maybe
unknown-peers = accept
scscf "sip:scscf.example.org" { capabilities = {0, -1} }
peer "a.example.org" {
	from = {"127.0.0.0/40"}
	connect = "tcp://nowhere"
}
charging "default" { primary-ccf = "ccf.example.org" }
"""
WRONG_CONF_LINES = [1, 3, 7, 8, 10, 11, 13, 14, 16]
WRONG_SYNTAX = WRONG_CONF.replace('"hss"', '"hss')

WRONG_SUBSCRIBERS = """\
[alice]
impi = a@example.org
scheme = aka
k = fec86ba6eb707ed08905757b1bb44b
op = dbc59adcb6f9a0ef735477b7fadf8374
impu = sip:a@example.org
colour = blue
profile = default
[bob]
impi = b@example.org
scheme = magic
impu = nonsense
profile = none
just words
[carol]
impi = c@example.org
scheme = aka
impu = sip:c@example.org
profile = default
"""
WRONG_SUBSCRIBERS_LINES = [4, 7, 11, 12, 13, 14, 16]

SIM = """\
impi = %s@example.org
scheme = aka
k = fec86ba6eb707ed08905757b1bb44b8f
op = dbc59adcb6f9a0ef735477b7fadf8374
impu = sip:%s@example.org
profile = default
"""
DOUBLES = ("[a]\n" + SIM % ("a", "a") + "[b]\n" + SIM % ("a", "b") + "[a]\n"
           + SIM % ("c", "c") + "[d]\n" + SIM % ("d", "a"))
DOUBLES_LINES = [9, 15, 27]

PROFILES = {
    "nogroup": ("<InitialFilterCriteria>\n<Priority>0</Priority>\n"
                "<TriggerPoint>\n<ConditionTypeCNF>0</ConditionTypeCNF>\n"
                "<SPT>\n<Method>INVITE</Method>\n</SPT>\n</TriggerPoint>\n"
                "<ApplicationServer>\n<ServerName>sip:as.example.org"
                "</ServerName>\n</ApplicationServer>\n"
                "</InitialFilterCriteria>\n", 5),
    "empty": ("<InitialFilterCriteria>\n<Priority>0</Priority>\n"
              "<ApplicationServer>\n<ServerName></ServerName>\n"
              "</ApplicationServer>\n</InitialFilterCriteria>\n", 4),
    "torn": ("<InitialFilterCriteria>\n<Priority>0</Priority>\n"
             "</TriggerPoint>\n", 3),
    "order": ("<InitialFilterCriteria>\n<ApplicationServer>\n"
              "<ServerName>sip:as.example.org</ServerName>\n"
              "</ApplicationServer>\n<Priority>0</Priority>\n"
              "</InitialFilterCriteria>\n", 5),
}


def run(server, folder, *options):
    """Run hssd to its end; exit status and what it said."""
    done = subprocess.run(
        [str(server.build / "tools" / "hssd"), *options, "-c",
         str(folder / "hssd.conf")], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=RUN_S,
        check=False)
    return done.returncode, done.stdout.decode()


def refused(server, folder, *wanted):
    """Neither -n nor a normal start takes the folder: exit status 1, each
    wanted text is said, and nothing is left of it."""
    for options in (("-n",), ()):
        status, said = run(server, folder, *options)
        expect(status == 1, "%s: exit status %d: %s" % (options, status,
                                                        said[-300:]))
        for text in wanted:
            expect(text in said, "%s: no %s in: %s" % (options, text,
                                                       said[-900:]))


def wrong(server, conf=None, subscribers=None):
    """A folder with these files instead of the right ones."""
    folder = server.folder / "wrong"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_hss(folder, conf or server.conf, subscribers
              or server.subscribers)
    return folder


def at(name, lines):
    """How faults in those lines begin."""
    return ["%s:%d: " % (name, line) for line in lines]


def wrong_configuration(server):
    """Every fault of hssd.conf by line; a fault of syntax too."""
    refused(server, wrong(server, conf=WRONG_CONF),
            *at("hssd.conf", WRONG_CONF_LINES))
    refused(server, wrong(server, conf=WRONG_SYNTAX), "hssd.conf:")
    folder = wrong(server)
    (folder / "hssd.conf").unlink()
    refused(server, folder, "hssd.conf: ")


def wrong_subscribers(server):
    """Every fault of the subscribers by line."""
    refused(server, wrong(server, subscribers=WRONG_SUBSCRIBERS),
            *at("subscribers", WRONG_SUBSCRIBERS_LINES))
    folder = wrong(server)
    (folder / "subscribers").unlink()
    refused(server, folder, "subscribers")


def subscribers_twice(server):
    """A name, an IMPI, an IMPU that is there already."""
    refused(server, wrong(server, subscribers=DOUBLES),
            *at("subscribers", DOUBLES_LINES))


def wrong_profiles(server):
    """Every fault of the profiles by line, together with others."""
    folder = wrong(server, subscribers=WRONG_SUBSCRIBERS)
    for name, (text, _) in PROFILES.items():
        (folder / "profiles" / (name + ".xml")).write_text(text)
    refused(server, folder, *at("subscribers", WRONG_SUBSCRIBERS_LINES),
            *("profiles/%s.xml:%d: " % (name, line)
              for name, (_, line) in PROFILES.items()))


def right_files_pass_the_check(server):
    """-n on the files in use: exit status 0, and no store is made."""
    status, said = run(server, wrong(server), "-n")
    expect(status == 0, "exit status %d: %s" % (status, said))
    left = sorted(p.name for p in (server.folder / "wrong").iterdir())
    expect(left == ["hssd.conf", "profiles", "subscribers"],
           "it has left %s" % left)


def second_hssd_on_the_store(server):
    """Refused, naming the holder; the first goes on."""
    folder = wrong(server, conf=server.conf.replace(
        'store = "state"', 'store = "%s"' % (server.folder / "state")))
    status, said = run(server, folder)
    expect(status == 1, "exit status %d" % status)
    expect("lock" in said and str(server.pid()) in said,
           "it says %s" % said[-300:])
    with Client(server) as client:
        expect(client.ask(client.dwr()).result() == 2001, "no DWA")


def second_hssd_on_the_port(server):
    """Refused with the address; exit status 1."""
    status, said = run(server, wrong(server))
    expect(status == 1 and str(server.port) in said,
           "exit status %d: %s" % (status, said[-300:]))


def journal_of(server):
    """The journal of 30 groups, after kill -9: its path and lines."""
    user = server.users[12]
    with Client(server) as client:
        for turn in range(GROUPS):
            saa = client.ask(pack(sar(
                client, user.impi, user.impu,
                5 if turn % 2 else REGISTRATION)))
            expect(saa.result() == 2001, "SAA %d" % saa.result())
        saa = client.ask(pack(sar(client, user.impi, user.impu,
                                  REGISTRATION)))
        expect(saa.result() == 2001, "SAA %d" % saa.result())
    server.hssd.stop(signal.SIGKILL)
    path = server.folder / "state" / "journal"
    lines = path.read_bytes().split(b"\n")[:-1]
    expect(len(lines) > GROUPS, "%d lines of journal" % len(lines))
    return path, lines


def torn_tail(server):
    """What a crash leaves unfinished is cut, with a line in the log, and
    all before it counts."""
    for tail in (b"0123abcd 99", b"garbage\n", bytes(700), b"\xff" * 5000):
        path, _ = journal_of(server)
        whole = path.read_bytes()
        path.write_bytes(whole + tail)
        mark = server.hssd.size()
        server.start()
        expect("%d octets" % len(tail) in server.hssd.said(mark)
               and "cut off" in server.hssd.said(mark),
               "no word of the cut: " + server.hssd.said(mark)[-400:])
        expect(registered(server, server.users[12]) == SCSCF, "state lost")


def torn_last_line(server):
    """A last line half written is a torn tail too: without it the state is
    that of the line before."""
    path, lines = journal_of(server)
    octets = path.read_bytes()
    path.write_bytes(octets[:-len(lines[-1]) // 2])
    mark = server.hssd.size()
    server.start()
    expect("cut off" in server.hssd.said(mark), "no word of the cut")
    expect(registered(server, server.users[12]) is None, "state not before")


def damage_in_the_middle(server):
    """Refused with file and line, and the files stay as they are."""
    path, lines = journal_of(server)
    right = path.read_bytes()
    state = path.parent / "state"
    for number in (2, GROUPS // 2):
        octets = bytearray(right)
        place = len(b"\n".join(lines[:number - 1])) + 30
        octets[place] ^= 1
        path.write_bytes(octets)
        status, said = run(server, server.folder)
        expect(status == 1 and "journal:%d: " % number in said,
               "exit status %d: %s" % (status, said[-300:]))
        expect(path.read_bytes() == octets, "the journal was changed")
    path.write_bytes(right)
    snapshot = state.read_bytes()
    state.write_bytes(snapshot[:-3])
    status, said = run(server, server.folder)
    expect(status == 1 and "state:" in said,
           "state: exit status %d: %s" % (status, said[-300:]))
    state.write_bytes(snapshot)
    server.start()
    expect(registered(server, server.users[12]) == SCSCF, "state lost")


def hang_up(server, text):
    """HUP; what it says from then to the text."""
    mark = server.hssd.size()
    server.hssd.process.send_signal(signal.SIGHUP)
    wait_for(lambda: text in server.hssd.said(mark), 5, text)
    return server.hssd.said(mark)


def known(server, user):
    """Whether the user is there."""
    with Client(server) as client:
        lia = client.ask(pack(lir(client, user.impu)))
        expect(lia.result() in (2001, NOT_REGISTERED, USER_UNKNOWN),
               "LIA %d" % lia.result())
        return lia.result() != USER_UNKNOWN


def reload_adds_and_removes(server):
    """HUP with a good file: users come and go, connections and other
    registrations stay."""
    new, old = User(90), server.users[40]
    subscribers = server.subscribers
    with Client(server) as client:
        server.subscribers = subscribers.replace(
            old.section(), "") + "\n" + new.section()
        server.write()
        hang_up(server, "reloaded")
        expect(known(server, new), "the new user is not known")
        expect(not known(server, old), "the old user is still known")
        user = server.users[12]
        saa = client.ask(pack(sar(client, user.impi, user.impu,
                                  RE_REGISTRATION)))
        expect(saa.result() == 2001, "SAA %d" % saa.result())
    server.subscribers = subscribers
    server.write()
    hang_up(server, "reloaded")
    expect(known(server, old) and not known(server, new), "not undone")


def reload_of_wrong_files(server):
    """HUP with a broken file: it says where, and nothing changes."""
    new = User(91)
    subscribers, conf = server.subscribers, server.conf
    broken = {
        "subscribers": subscribers + "\n" + new.section() + "[x]\nfoo = 1\n",
        "conf": conf + "\ncolour = blue\n",
    }
    for name, text in broken.items():
        setattr(server, name, text)
        if name == "conf":
            server.subscribers = subscribers + "\n" + new.section()
        server.write()
        said = hang_up(server, "nothing is changed")
        where = "%s:%d: " % (
            {"conf": "hssd.conf"}.get(name, name),
            len(text.splitlines()))
        expect(where in said, "no %s in: %s" % (where, said[-400:]))
        expect(not known(server, new), "the new user is known")
        expect(known(server, server.users[1]), "an old user is lost")
        server.subscribers, server.conf = subscribers, conf
    server.write()
    hang_up(server, "reloaded")


CASES = [
    wrong_configuration, wrong_subscribers, subscribers_twice,
    wrong_profiles, right_files_pass_the_check, second_hssd_on_the_store,
    second_hssd_on_the_port, torn_tail, torn_last_line,
    damage_in_the_middle, reload_adds_and_removes, reload_of_wrong_files,
]
