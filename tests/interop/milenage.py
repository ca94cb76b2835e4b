"""AES-128 and Milenage for a phone: the SIM's half of AKA.

TS 35.206: f1, f1*, f2, f3, f4, f5, f5* with the constants of clause 4.1,
RES of 8 octets. FIPS 197 for the cipher, encryption only. Written for
clearness, slow, and independent of the server's own: the two check each
other. self_test() proves it by test set 1 of TS 35.208 clause 4.3.
"""


def _xtime(octet):
    octet <<= 1
    return octet ^ 0x11B if octet & 0x100 else octet


def _multiply(left, right):
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = _xtime(left)
        right >>= 1
    return product


def _make_sbox():
    """FIPS 197, 5.1.1: the inverse in GF(2^8), then the affine map."""
    sbox = [0x63]
    for octet in range(1, 256):
        inverse = next(i for i in range(1, 256) if _multiply(octet, i) == 1)
        value = 0x63
        for turn in range(5):
            value ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
        sbox.append(value)
    return bytes(sbox)


SBOX = _make_sbox()


def xor(left, right):
    """The exclusive or of two strings of one length."""
    assert len(left) == len(right)
    return bytes(a ^ b for a, b in zip(left, right))


def _round_keys(key):
    words = [key[i:i + 4] for i in range(0, 16, 4)]
    constant = 1
    while len(words) < 44:
        word = words[-1]
        if len(words) % 4 == 0:
            word = bytes(SBOX[b] for b in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _xtime(constant)
        words.append(xor(words[-4], word))
    return [b"".join(words[i:i + 4]) for i in range(0, 44, 4)]


def _mix_column(column):
    a, b, c, d = column
    total = a ^ b ^ c ^ d
    return bytes((a ^ total ^ _xtime(a ^ b), b ^ total ^ _xtime(b ^ c),
                  c ^ total ^ _xtime(c ^ d), d ^ total ^ _xtime(d ^ a)))


def aes128(key, block):
    """One block of 16 octets, encrypted."""
    keys = _round_keys(key)
    state = xor(block, keys[0])
    for number in range(1, 11):
        state = bytes(SBOX[state[(i * 5) % 16]] for i in range(16))
        if number < 10:
            state = b"".join(_mix_column(state[i:i + 4])
                             for i in range(0, 16, 4))
        state = xor(state, keys[number])
    return state


def _turn(block, bits):
    """Cyclic shift to the left; Milenage turns by whole octets."""
    octets = bits // 8
    return block[octets:] + block[:octets]


class Milenage:
    """The functions for one K and OPc and one RAND."""

    def __init__(self, k, opc, rand):
        self.k = k
        self.opc = opc
        self.temp = aes128(k, xor(rand, opc))

    def _out(self, turn, constant):
        block = _turn(xor(self.temp, self.opc), turn)
        block = block[:15] + bytes([block[15] ^ constant])
        return xor(aes128(self.k, block), self.opc)

    def _out1(self, sqn, amf):
        in1 = (sqn + amf) * 2
        block = xor(self.temp, _turn(xor(in1, self.opc), 64))
        return xor(aes128(self.k, block), self.opc)

    def f1(self, sqn, amf):
        """MAC-A, 8 octets."""
        return self._out1(sqn, amf)[:8]

    def f1star(self, sqn, amf):
        """MAC-S, 8 octets."""
        return self._out1(sqn, amf)[8:]

    def f2(self):
        """RES, 8 octets."""
        return self._out(0, 1)[8:]

    def f3(self):
        """CK, 16 octets."""
        return self._out(32, 2)

    def f4(self):
        """IK, 16 octets."""
        return self._out(64, 4)

    def f5(self):
        """AK, 6 octets."""
        return self._out(0, 1)[:6]

    def f5star(self):
        """AK for a resynchronisation, 6 octets."""
        return self._out(96, 8)[:6]


def opc_from_op(k, op):
    """OPc = E[OP]K xor OP (TS 35.206, 4.1)."""
    return xor(aes128(k, op), op)


# TS 35.208, 4.3, test set 1.
SET_1 = {
    "k": "465b5ce8b199b49faa5f0a2ee238a6bc",
    "rand": "23553cbe9637a89d218ae64dae47bf35",
    "sqn": "ff9bb4d0b607",
    "amf": "b9b9",
    "op": "cdc202d5123e20f62b6d676ac72cb318",
    "opc": "cd63cb71954a9f4e48a5994e37a02baf",
    "f1": "4a9ffac354dfafb3",
    "f1star": "01cfaf9ec4e871e9",
    "f2": "a54211d5e3ba50bf",
    "f5": "aa689c648370",
    "f3": "b40ba9a3c58b2a05bbf0d987b21bf8cb",
    "f4": "f769bcd751044604127672711c6d3441",
    "f5star": "451e8beca43b",
}


def self_test():
    """Raise AssertionError unless test set 1 comes out whole."""
    want = {name: bytes.fromhex(text) for name, text in SET_1.items()}
    got_opc = opc_from_op(want["k"], want["op"])
    functions = Milenage(want["k"], got_opc, want["rand"])
    sqn, amf = want["sqn"], want["amf"]
    got = {
        "opc": got_opc,
        "f1": functions.f1(sqn, amf),
        "f1star": functions.f1star(sqn, amf),
        "f2": functions.f2(),
        "f3": functions.f3(),
        "f4": functions.f4(),
        "f5": functions.f5(),
        "f5star": functions.f5star(),
    }
    for name, value in got.items():
        assert value == want[name], "Milenage test set 1: " + name
