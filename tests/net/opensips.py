"""A client shaped like OpenSIPS's aaa_diameter and auth_aka: the realm for a
Server-Name in its MAR, SIP-Authorization outside the item, and a dictionary
that refuses an answer with any other AVP that has the M bit."""

from avps import M
from cx import auth_item, mar, named, pack, REGISTRATION, sar, SCSCF, uar
from crash import challenges, Sim
from diameter import Client
from milenage import Milenage, xor
from server import expect

BASE = {"Session-Id", "Origin-Host", "Origin-Realm", "Auth-Session-State",
        "Vendor-Specific-Application-Id", "Result-Code",
        "Experimental-Result"}
KNOWN = {
    "UAA": BASE | {"Server-Name"},
    "MAA": BASE | {"User-Name", "Public-Identity", "SIP-Number-Auth-Items",
                   "SIP-Auth-Data-Item"},
    "SAA": BASE | {"User-Name", "Public-Identity", "User-Data",
                   "Charging-Information"},
}
ITEM = {"SIP-Item-Number", "SIP-Authentication-Scheme", "SIP-Authenticate",
        "SIP-Authorization", "Confidentiality-Key", "Integrity-Key"}
AHEAD = 0x4000 << 5


def strict(answer, name):
    """The answer, if such a dictionary takes it."""
    unknown = [a.name for a in answer.avps
               if a.flags & M and a.name not in KNOWN[name]]
    expect(not unknown, "%s: %s with the M bit" % (name, unknown))
    return answer


def auts_of(sim, rand, sqn_ms):
    """What a SIM at sqn_ms answers to a challenge that is behind."""
    sqn = sqn_ms.to_bytes(6, "big")
    functions = Milenage(sim.k, sim.opc, rand)
    return xor(sqn, functions.f5star()) + functions.f1star(sqn, bytes(2))


def registers_with_the_realm_in_its_mar(server):
    """UAR, MAR, resynchronisation beside the item, SAR: as OpenSIPS does."""
    user = server.users[49]
    sim = Sim(user)
    realm = "sip:" + server.realm
    with Client(server, "opensips.example.org") as client:
        uaa = strict(client.ask(pack(uar(client, user.impi, user.impu))),
                     "UAA")
        expect(uaa.get("Server-Name"), "UAA without Server-Name")
        request = mar(client, user.impi, user.impu, server=realm)
        maa = strict(client.ask(pack(request)), "MAA")
        challenge, = challenges(maa)
        auts = challenge[:16] + auts_of(sim, challenge[:16], AHEAD)
        code, avps = mar(client, user.impi, user.impu, auth_item(),
                         server=realm)
        maa = strict(client.ask(pack(
            (code, {**avps, **named(SIP_Authorization=auts)}))), "MAA")
        challenge, = challenges(maa)
        item, = maa.all("SIP-Auth-Data-Item")
        expect({a.name for a in item} == ITEM, "another item")
        sqn = int.from_bytes(sim.open(challenge), "big")
        expect(sqn > AHEAD, "SQN %012x is not after the SIM's" % sqn)
        saa = strict(client.ask(pack(
            sar(client, user.impi, user.impu, REGISTRATION))), "SAA")
        expect(saa.result() == 2001 and saa.get("User-Data"),
               "SAA %d" % saa.result())
        uaa = client.ask(pack(uar(client, user.impi, user.impu)))
        expect(uaa.get("Server-Name") == SCSCF,
               "Server-Name is %r" % uaa.get("Server-Name"))


CASES = [registers_with_the_realm_in_its_mar]
