"""Cx requests (TS 29.229 6.1) as lists of AVPs by name, and as octets.

A request is a dictionary from the AVP's name to its octets, in the order of
the specification, so that a test can take one away, change one, or add one.
"""

import itertools

from diameter import (avp, CX, LIR, MAR, message, P, R, SAR, UAR, vsai)

SESSIONS = itertools.count(1)
AKA = "Digest-AKAv1-MD5"
SCSCF = "sip:scscf.example.org:6060"
REGISTRATION, RE_REGISTRATION, UNREGISTERED_USER = 1, 2, 3
USER_DEREGISTRATION = 5


def head(client):
    """What every request begins with."""
    session = "%s;1;%d" % (client.host, next(SESSIONS))
    return {
        "Session-Id": avp("Session-Id", session),
        "Vendor-Specific-Application-Id": vsai(),
        "Auth-Session-State": avp("Auth-Session-State", 1),
        "Origin-Host": avp("Origin-Host", client.host),
        "Origin-Realm": avp("Origin-Realm", client.realm),
        "Destination-Realm": avp("Destination-Realm", client.realm),
    }


def named(**values):
    """AVPs of the table, written as Python writes names."""
    return {name: avp(name, value) for name, value in (
        (key.replace("_", "-"), value) for key, value in values.items())}


def uar(client, impi, impu, **more):
    """UAR: may this user register?"""
    return UAR, {**head(client), **named(
        User_Name=impi, Public_Identity=impu,
        Visited_Network_Identifier=client.realm.encode(), **more)}


def lir(client, impu, **more):
    """LIR: where is this user?"""
    return LIR, {**head(client), **named(Public_Identity=impu, **more)}


def auth_item(scheme=AKA, auts=None):
    """SIP-Auth-Data-Item of a request; auts: RAND and AUTS."""
    members = [avp("SIP-Authentication-Scheme", scheme)]
    if auts:
        members.append(avp("SIP-Authorization", auts))
    return members


def mar(client, impi, impu, item=None, items=1, server=SCSCF):
    """MAR: authentication vectors."""
    return MAR, {**head(client), **named(
        User_Name=impi, Public_Identity=impu,
        SIP_Auth_Data_Item=item or auth_item(),
        SIP_Number_Auth_Items=items, Server_Name=server)}


def sar(client, impi, impu, kind, server=SCSCF, available=0):
    """SAR: this user is served here, or no longer."""
    return SAR, {**head(client), **named(
        User_Name=impi, Public_Identity=impu, Server_Name=server,
        Server_Assignment_Type=kind,
        User_Data_Already_Available=available)}


def pack(request, extra=b"", flags=R | P, app=CX, **header):
    """The request as octets; extra: AVPs at its end."""
    code, avps = request
    return message(code, list(avps.values()) + [extra], flags, app, **header)
