"""A phone with a SIM: REGISTER over UDP with AKAv1-MD5.

RFC 3261 as far as a REGISTER needs it, RFC 2617 for the digest, RFC 3310
for AKA and its `auts`, TS 33.102 clause 6.3 for the SIM's checks and
annex C.2 for its array of sequence numbers. It answers no request.
"""

import base64
import hashlib
import os
import re
import socket
import time

from milenage import Milenage, opc_from_op, xor

RETRANSMIT_S = 0.5
CHALLENGE_S = 0.03
ANSWER_S = 8.0
IND_BITS = 5


class Refused(Exception):
    """The network's challenge is not one that this SIM accepts."""


class Sim:
    """K, OPc and the sequence numbers; checks AUTN and makes AUTS."""

    def __init__(self, k, op):
        self.k = bytes.fromhex(k)
        self.opc = opc_from_op(self.k, bytes.fromhex(op))
        self.seq = [0] * (1 << IND_BITS)
        self.accepted = []

    def run_ahead(self, steps):
        """Spend sequence numbers, as if in another network."""
        ahead = max(self.seq) + steps
        self.seq = [ahead] * len(self.seq)

    def highest(self):
        """SQN_MS, 6 octets: the highest accepted (TS 33.102, C.2.1)."""
        seq = max(self.seq)
        ind = self.seq.index(seq)
        return ((seq << IND_BITS) | ind).to_bytes(6, "big")

    def answer(self, nonce, check_mac=True):
        """(RES, None) when AUTN is fresh, (None, AUTS) when it is not."""
        challenge = base64.b64decode(nonce)
        if len(challenge) < 32:
            raise Refused("nonce of %d octets" % len(challenge))
        rand, autn = challenge[:16], challenge[16:32]
        functions = Milenage(self.k, self.opc, rand)
        if not check_mac:
            return functions.f2(), None
        sqn = xor(autn[:6], functions.f5())
        if functions.f1(sqn, autn[6:8]) != autn[8:]:
            raise Refused("AUTN has a wrong MAC")
        if not self._fresh(int.from_bytes(sqn, "big")):
            return None, self._auts(functions)
        return functions.f2(), None

    def _fresh(self, sqn):
        ind = sqn & ((1 << IND_BITS) - 1)
        if sqn >> IND_BITS <= self.seq[ind]:
            return False
        self.seq[ind] = sqn >> IND_BITS
        self.accepted.append(sqn)
        return True

    def _auts(self, functions):
        """TS 33.102, 6.3.3: MAC-S is made with an AMF of zero."""
        sqn = self.highest()
        mac = functions.f1star(sqn, b"\0\0")
        return xor(sqn, functions.f5star()) + mac


class Reply:
    """A SIP response: status, reason and the headers by lower-case name."""

    def __init__(self, text):
        head = text.split("\r\n\r\n")[0].split("\r\n")
        words = head[0].split(" ", 2)
        self.status = int(words[1])
        self.reason = words[2] if len(words) > 2 else ""
        self.headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())

    def challenge(self):
        """The parameters of WWW-Authenticate."""
        text = self.headers.get("www-authenticate", "")
        pairs = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', text)
        return {name.lower(): a or b for name, a, b in pairs}


def _md5(*parts):
    return hashlib.md5(b":".join(parts)).hexdigest().encode()


class Phone:
    """One registration: a socket, a Call-ID, a CSeq that goes up."""

    def __init__(self, user, realm, proxy_port, sim):
        self.realm = realm
        self.impu = "sip:%s@%s" % (user, realm)
        self.impi = "%s@%s" % (user, realm)
        self.user = user
        self.sim = sim
        self.check_mac = True
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.proxy = ("127.0.0.1", proxy_port)
        self.call_id = os.urandom(8).hex()
        self.cseq = 0
        self.resyncs = 0

    def close(self):
        """Give the socket back."""
        self.socket.close()

    def register(self, expires=600):
        """The whole flow; the last reply. Resynchronises once if need be."""
        reply = self._send(expires, self._credentials())
        for _ in range(2):
            if reply.status != 401:
                break
            challenge = reply.challenge()
            res, auts = self.sim.answer(challenge["nonce"], self.check_mac)
            if auts is not None:
                self.resyncs += 1
            # Kamailio marks a challenge as sent after it has sent it.
            time.sleep(CHALLENGE_S)
            reply = self._send(
                expires, self._credentials(challenge, res, auts))
        return reply

    def _credentials(self, challenge=None, res=None, auts=None):
        uri = "sip:" + self.realm
        challenge = challenge or {}
        nonce = challenge.get("nonce", "")
        fields = [("username", self.impi), ("realm", self.realm),
                  ("nonce", nonce), ("uri", uri)]
        if not nonce:
            fields.append(("response", ""))
        else:
            fields += self._response(challenge, uri, res or b"")
        if auts is not None:
            fields.append(("auts", base64.b64encode(auts).decode()))
        quoted = ", ".join('%s="%s"' % field for field in fields)
        if nonce and "qop" in challenge:
            quoted += ", qop=auth, nc=00000001"
        return "Digest " + quoted + ", algorithm=AKAv1-MD5"

    def _response(self, challenge, uri, password):
        """RFC 2617, 3.2.2; the password is RES as it is (RFC 3310, 3.4)."""
        nonce = challenge["nonce"].encode()
        ha1 = _md5(self.impi.encode(), self.realm.encode(), password)
        ha2 = _md5(b"REGISTER", uri.encode())
        if "qop" not in challenge:
            return [("response", _md5(ha1, nonce, ha2).decode())]
        cnonce = os.urandom(4).hex()
        answer = _md5(ha1, nonce, b"00000001", cnonce.encode(), b"auth", ha2)
        return [("response", answer.decode()), ("cnonce", cnonce)]

    def _request(self, expires, authorization):
        self.cseq += 1
        host = "127.0.0.1:%d" % self.socket.getsockname()[1]
        lines = [
            "REGISTER sip:%s SIP/2.0" % self.realm,
            "Via: SIP/2.0/UDP %s;branch=z9hG4bK%s" % (
                host, os.urandom(6).hex()),
            "Max-Forwards: 70",
            "From: <%s>;tag=%s" % (self.impu, os.urandom(4).hex()),
            "To: <%s>" % self.impu,
            "Call-ID: " + self.call_id,
            "CSeq: %d REGISTER" % self.cseq,
            "Contact: <sip:%s@%s>;expires=%d" % (self.user, host, expires),
            "Expires: %d" % expires,
            'P-Visited-Network-ID: "%s"' % self.realm,
            "Authorization: " + authorization,
            "Supported: path",
            "Content-Length: 0",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _send(self, expires, authorization):
        """Send until a final response to this CSeq comes."""
        request = self._request(expires, authorization)
        end = time.monotonic() + ANSWER_S
        self.socket.settimeout(RETRANSMIT_S)
        self.socket.sendto(request, self.proxy)
        while time.monotonic() < end:
            try:
                text = self.socket.recv(65535).decode("utf-8", "replace")
            except socket.timeout:
                self.socket.sendto(request, self.proxy)
                continue
            reply = Reply(text)
            cseq = reply.headers.get("cseq", "").split(" ")[0]
            if reply.status >= 200 and cseq == str(self.cseq):
                return reply
        raise Refused("no answer to REGISTER within %g s" % ANSWER_S)
