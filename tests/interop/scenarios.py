"""What is tried, one function each; Failure says why it did not go well.

Every scenario has subscribers of its own (lab.users), so that one does not
depend on what another has left behind. The order is that of `ALL`.
"""

import signal
import subprocess

import sipp
from lab import Failure, REALM, SERVICES_USER, User
from phone import Phone, Sim
from tap import (CONFIDENTIALITY_KEY, DIGEST_HA1, INTEGRITY_KEY, ORIGIN_HOST,
                 PUBLIC_IDENTITY, SERVER_ASSIGNMENT_TYPE, SIP_AUTHORIZATION,
                 SIP_DIGEST_AUTHENTICATE, USER_AUTHORIZATION_TYPE, avps)

HSSCTL_S = 10
PUSH_S = 5
WAIT_S = 3
FIRST_REGISTRATION = 2001
SUBSEQUENT_REGISTRATION = 2002
SUCCESS = 2001
UNREGISTERED_SERVICE = 2003
USER_UNKNOWN = 5001
NOT_REGISTERED = 5003
REGISTRATION, RE_REGISTRATION = 1, 2
UNREGISTERED_USER, USER_DEREGISTRATION = 3, 5
DE_REGISTRATION = 1
PIECE_OCTETS = 7
SECRET_AVPS = {SIP_AUTHORIZATION: "XRES", CONFIDENTIALITY_KEY: "CK",
               INTEGRITY_KEY: "IK", SIP_DIGEST_AUTHENTICATE: "HA1"}


def expect(condition, reason):
    """Failure with this reason unless the condition is true."""
    if not condition:
        raise Failure(reason)


def names(messages):
    """The names of the messages in one line, for a reason."""
    return " ".join(m.name() for m in messages) or "nothing"


def results(messages, name):
    """The results of the answers of that name."""
    return [m.result() for m in messages if m.name() == name]


def expect_saa(lab, mark, kind):
    """One SAR of this kind was sent and answered with success."""
    done = lab.tap.wait(
        mark, lambda seen: any(m.name() == "SAA" for m in seen), WAIT_S)
    seen = lab.tap.since(mark)
    kinds = [m.number(SERVER_ASSIGNMENT_TYPE)
             for m in seen if m.name() == "SAR"]
    expect(done and kinds == [kind] and results(seen, "SAA") == [SUCCESS],
           "want one SAR of type %d and SAA 2001, got types %s, results %s"
           % (kind, kinds, results(seen, "SAA")))


def expect_reply(reply, status):
    """The phone's last reply has this status."""
    expect(reply.status == status, "want %d for the REGISTER, got %d %s"
           % (status, reply.status, reply.reason))


def expect_schemes(lab, mark, asked, given):
    """All MARs asked for the one scheme, all MAAs gave the other."""
    seen = lab.tap.since(mark)
    found = [[m.scheme() for m in seen if m.name() == name]
             for name in ("MAR", "MAA")]
    expect(found == [[asked], [given]],
           "want MAR %s and MAA %s, got %s" % (asked, given, found))


def expect_rta(lab, mark):
    """One RTR was sent to the S-CSCF and answered with success."""
    lab.tap.wait(mark, lambda seen: any(m.name() == "RTA" for m in seen),
                 WAIT_S)
    found = results(lab.tap.since(mark), "RTA")
    expect(found == [SUCCESS], "RTA results %s" % found)


def phone_for(lab, user, sim=None):
    """A phone of this user at the I-CSCF."""
    return Phone(user.name, REALM, lab.port["ICSCF"],
                 sim or Sim(user.k, user.op))


def register(lab):
    """A phone with a SIM registers: UAR, MAR, UAR, SAR.

    The MAR assigns the S-CSCF, so the second UAR finds one (29.228, 6.1.1).
    """
    mark = lab.tap.mark()
    sipp.register(lab, [lab.users[1]])
    expect_saa(lab, mark, REGISTRATION)
    seen = lab.tap.since(mark)
    expect(results(seen, "UAA") == [FIRST_REGISTRATION,
                                    SUBSEQUENT_REGISTRATION],
           "UAA results %s" % results(seen, "UAA"))
    expect(results(seen, "MAA") == [SUCCESS],
           "MAA results %s" % results(seen, "MAA"))
    expect_schemes(lab, mark, "Digest-AKAv1-MD5", "Digest-AKAv1-MD5")


def reregister(lab):
    """A registered phone registers again."""
    sipp.register(lab, [lab.users[2]])
    mark = lab.tap.mark()
    sipp.register(lab, [lab.users[2]])
    expect_saa(lab, mark, RE_REGISTRATION)
    found = results(lab.tap.since(mark), "UAA")
    expect(found == [SUBSEQUENT_REGISTRATION] * 2, "UAA results %s" % found)


def deregister(lab):
    """A registered phone goes: SAR 5, and it can't be called any more."""
    sipp.register(lab, [lab.users[3]])
    mark = lab.tap.mark()
    sipp.register(lab, [lab.users[3]], expires=0)
    expect_saa(lab, mark, USER_DEREGISTRATION)
    kinds = [m.number(USER_AUTHORIZATION_TYPE)
             for m in lab.tap.since(mark, "UAR")]
    expect(kinds == [DE_REGISTRATION] * 2, "UAR types %s" % kinds)
    mark = lab.tap.mark()
    sipp.call(lab, "call-absent", lab.users[3].name)
    found = results(lab.tap.since(mark), "LIA")
    expect(found == [NOT_REGISTERED], "LIA results %s" % found)


def wrong_key(lab):
    """A SIM with another K answers the challenge: 403, and no SAR."""
    user = lab.users[4]
    phone = phone_for(lab, user, Sim("ff" * 16, user.op))
    phone.check_mac = False
    mark = lab.tap.mark()
    expect_reply(phone.register(), 403)
    phone.close()
    expect(not lab.tap.since(mark, "SAR"), "a SAR for a wrong key")


def unknown_user(lab):
    """A phone that is nobody's: UAA 5001, 403."""
    mark = lab.tap.mark()
    sipp.register(lab, [User(9999)], scenario="register-unknown")
    found = results(lab.tap.since(mark), "UAA")
    expect(found == [USER_UNKNOWN], "UAA results %s" % found)


def resync(lab):
    """The SIM is a thousand numbers ahead: AUTS, then registered."""
    phone = phone_for(lab, lab.users[5])
    phone.sim.run_ahead(1000)
    mark = lab.tap.mark()
    expect_reply(phone.register(), 200)
    expect(phone.resyncs == 1, "%d resynchronisations" % phone.resyncs)
    expect(len(lab.tap.since(mark, "MAR")) == 2, "want two MARs, got "
           + names(lab.tap.since(mark)))
    expect_reply(phone.register(), 200)
    phone.close()
    expect(phone.resyncs == 1, "resynchronised again")


def no_algorithm(lab):
    """A SIM's phone that names no algorithm: the HSS chooses AKA."""
    line = lab.users[6].injection().rsplit(";", 1)[0] + ";\n"
    mark = lab.tap.mark()
    sipp.register(lab, None, lines=[line])
    expect_saa(lab, mark, REGISTRATION)
    expect_schemes(lab, mark, "unknown", "Digest-AKAv1-MD5")


def digest(lab):
    """A phone with a password registers, whatever the scheme's name."""
    for number, algorithm, asked in ((20, "MD5", "Digest-MD5"),
                                     (21, "3GPP-Digest", "SIP Digest")):
        line = lab.users[number].injection().replace("=MD5\n",
                                                 "=" + algorithm + "\n")
        mark = lab.tap.mark()
        sipp.register(lab, None, lines=[line])
        expect_saa(lab, mark, REGISTRATION)
        expect_schemes(lab, mark, asked, "SIP Digest")


def wrong_password(lab):
    """A phone with a wrong password: 403, and no SAR."""
    mark = lab.tap.mark()
    sipp.register(lab, None, scenario="register-refused",
                  lines=[lab.users[22].injection(wrong_password=True)])
    expect(not lab.tap.since(mark, "SAR"), "a SAR for a wrong password")


def call(lab):
    """A call finds the S-CSCF by LIR and the callee answers."""
    contact = lab.port["PHONE"] + 4
    sipp.register(lab, [lab.users[7]], contact=contact)
    mark = lab.tap.mark()
    sipp.call_answered(lab, lab.users[7].name, contact)
    found = results(lab.tap.since(mark), "LIA")
    expect(found == [SUCCESS], "LIA results %s" % found)


def call_unknown(lab):
    """A call to nobody: LIA 5001, which Kamailio makes a 604."""
    mark = lab.tap.mark()
    sipp.call(lab, "call-unknown", "nobody")
    found = results(lab.tap.since(mark), "LIA")
    expect(found == [USER_UNKNOWN], "LIA results %s" % found)


def call_absent(lab):
    """A call to a known user who never registered: LIA 5003, 480."""
    mark = lab.tap.mark()
    sipp.call(lab, "call-absent", lab.users[8].name)
    found = results(lab.tap.since(mark), "LIA")
    expect(found == [NOT_REGISTERED], "LIA results %s" % found)


def call_unregistered(lab):
    """A call to an absent user with services: LIA 2003, SAR type 3."""
    mark = lab.tap.mark()
    sipp.call(lab, "call-absent", lab.users[SERVICES_USER].name)
    expect_saa(lab, mark, UNREGISTERED_USER)
    found = results(lab.tap.since(mark), "LIA")
    expect(found == [UNREGISTERED_SERVICE], "LIA results %s" % found)


def several(lab):
    """Five phones register at once, one of them with a password."""
    people = [lab.users[n] for n in (9, 10, 11, 12, 20)]
    mark = lab.tap.mark()
    sipp.register(lab, people)
    done = {m.value(PUBLIC_IDENTITY).decode()
            for m in lab.tap.since(mark, "SAR")}
    expect(done == {user.impu for user in people},
           "SARs for %s" % " ".join(sorted(done)))


def chopped(lab):
    """Every message both ways comes in pieces of seven octets."""
    lab.tap.piece = PIECE_OCTETS
    try:
        lab.tap.cut()
        lab.wait_connected()
        mark = lab.tap.mark()
        sipp.register(lab, [lab.users[13]])
        expect_saa(lab, mark, REGISTRATION)
        sipp.register(lab, [lab.users[n] for n in (13, 9, 10)])
    finally:
        lab.tap.piece = 0


def admin_deregister(lab):
    """hssctl de-registers: RTR, RTA 2001, and calls don't get through."""
    sipp.register(lab, [lab.users[11]])
    mark = lab.tap.mark()
    done = subprocess.run(
        [str(lab.hssctl), "-s", str(lab.folder / "control.sock"),
         "deregister", lab.users[11].impi], capture_output=True, text=True,
        timeout=HSSCTL_S, check=False)
    expect(done.returncode == 0, "hssctl: exit status %d: %s"
           % (done.returncode, (done.stdout + done.stderr).strip()))
    expect_rta(lab, mark)
    sipp.call(lab, "call-absent", lab.users[11].name)


def dropped(lab):
    """The operator drops a subscriber: RTR first, and then nobody knows."""
    user = lab.users[19]
    sipp.register(lab, [user])
    mark = lab.tap.mark()
    lab.drop_user(user)
    expect_rta(lab, mark)
    sipp.call(lab, "call-unknown", user.name)


def pushed(lab):
    """A changed profile: Kamailio does not answer PPR, so RTR follows, and
    the user has to register again."""
    user = lab.users[14]
    sipp.register(lab, [user])
    mark = lab.tap.mark()
    lab.change_user(user, user.tel, user.tel + " barred",
                    "push-fallback = deregister\n")
    lab.tap.wait(mark, lambda seen: any(m.name() == "RTA" for m in seen),
                 PUSH_S + WAIT_S)
    names = [m.name() for m in lab.tap.since(mark)
             if m.name()[:2] in ("PP", "RT")]
    expect(names == ["PPR", "RTR", "RTA"], "messages %s" % names)
    sipp.call(lab, "call-absent", user.name)


def killed(lab):
    """hssd is killed: registrations and sequence numbers outlive it."""
    phone = phone_for(lab, lab.users[15])
    expect_reply(phone.register(), 200)
    lab.hssd.stop(signal.SIGKILL)
    lab.hssd.start_ready()
    lab.wait_connected()
    again(lab, phone)


def again(lab, phone):
    """A registered phone, registering again, is known and in step."""
    before = phone.sim.accepted[-1]
    mark = lab.tap.mark()
    expect_reply(phone.register(), 200)
    phone.close()
    found = results(lab.tap.since(mark), "UAA")
    expect(set(found) == {SUBSEQUENT_REGISTRATION},
           "the registration is forgotten: UAA results %s" % found)
    expect(phone.resyncs == 0, "a sequence number came twice")
    expect(phone.sim.accepted[-1] > before, "SQN went from %012x to %012x"
           % (before, phone.sim.accepted[-1]))


def cscf_restart(lab):
    """Both CSCFs start anew and know nothing; the phone comes again."""
    phone = phone_for(lab, lab.users[16])
    expect_reply(phone.register(), 200)
    for program in (lab.icscf, lab.scscf):
        program.stop()
    lab.tap.cut()
    for program in (lab.icscf, lab.scscf):
        program.start()
    lab.wait_connected()
    again(lab, phone)


def terminated(lab):
    """TERM: DPR to both CSCFs, exit status 0, and all goes on after."""
    phone = phone_for(lab, lab.users[17])
    expect_reply(phone.register(), 200)
    mark = lab.tap.mark()
    status = lab.hssd.stop(signal.SIGTERM)
    hosts = {m.value(ORIGIN_HOST) for m in lab.tap.since(mark, "DPR")}
    links = {m.link for m in lab.tap.since(mark, "DPR") if m.from_server}
    expect(len(links) == 2 and len(hosts) == 1,
           "DPR on %d of the 2 connections" % len(links))
    expect(status == 0, "exit status %s after TERM" % status)
    lab.hssd.start_ready()
    lab.wait_connected()
    again(lab, phone)


def secrets(lab):
    """No key, vector or password is in hssd's log, at -v -v."""
    sim, digest_user = lab.users[1], lab.users[20]
    words = {"K": sim.k, "OP": sim.op, "password": digest_user.password}
    mark = lab.hssd.size()
    seen = lab.tap.mark()
    expect_reply(phone_for(lab, sim).register(), 200)
    sipp.register(lab, [digest_user])
    for message in lab.tap.since(seen, "MAA"):
        for code, what in SECRET_AVPS.items():
            value = message.item(code)
            if value is not None and code == SIP_DIGEST_AUTHENTICATE:
                words[what] = dict(avps(value))[DIGEST_HA1].decode()
            elif value is not None:
                words[what] = value.hex()
    expect(len(words) == 3 + len(SECRET_AVPS), "saw " + " ".join(words))
    log = lab.hssd.said(mark).lower()
    for what, value in words.items():
        expect(value not in log, "hssd's log shows a " + what)


ALL = {
    function.__name__.replace("_", "-"): function for function in (
        register, reregister, deregister, wrong_key, unknown_user, resync,
        no_algorithm, digest, wrong_password, call, call_unknown,
        call_absent, call_unregistered, several, chopped, admin_deregister,
        dropped, pushed, killed,
        cscf_restart, terminated, secrets)
}
