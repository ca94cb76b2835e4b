"""Scenarios of identities and rights: sets, barring, visited networks."""

from lab import ALL_BARRED, AT_HOME, ELSEWHERE, ONLY_BARRED, SEVERAL
from scenarios import (expect, expect_reply, expect_saa, phone_for,
                       REGISTRATION, results)

AUTHORIZATION_REJECTED = 5003
ROAMING_NOT_ALLOWED = 5004


def registered(lab, user):
    """The user's phone registers; the reply."""
    phone = phone_for(lab, user)
    mark = lab.tap.mark()
    reply = phone.register()
    phone.close()
    expect_reply(reply, 200)
    expect_saa(lab, mark, REGISTRATION)
    return reply


def refused(lab, user, result):
    """The user's phone gets 403, because the UAA has this result."""
    phone = phone_for(lab, user)
    mark = lab.tap.mark()
    reply = phone.register()
    phone.close()
    expect_reply(reply, 403)
    found = results(lab.tap.since(mark), "UAA")
    expect(found == [result], "UAA results %s" % found)
    expect(not lab.tap.since(mark, "MAR"), "a MAR for a refused user")


def several_identities(lab):
    """The unbarred of the set, in order, are what the phone is told."""
    user = lab.users[SEVERAL]
    reply = registered(lab, user)
    listed = reply.headers.get("p-associated-uri", "")
    found = [part.strip(" <>") for part in listed.split(",")]
    expect(found == [user.impu, user.tel], "P-Associated-URI: " + listed)


def barred(lab):
    """The only identity is barred, or the subscription: UAA 5003, 403."""
    for number in (ONLY_BARRED, ALL_BARRED):
        refused(lab, lab.users[number], AUTHORIZATION_REJECTED)


def roaming_refused(lab):
    """The network is not in the user's list: UAA 5004, 403."""
    refused(lab, lab.users[ELSEWHERE], ROAMING_NOT_ALLOWED)
    registered(lab, lab.users[AT_HOME])


ALL = {
    function.__name__.replace("_", "-"): function for function in (
        several_identities, barred, roaming_refused)
}
