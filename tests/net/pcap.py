"""Captures, and what tshark reads in them.

A pcap file of raw IPv4 (link type 101), with TCP segments of port 3868 whose
lengths, sequence numbers and checksums are right.
"""

import struct
import subprocess

PORT = 3868
CLIENT_PORT = 40000
RAW_IP = 101
ETHERNET = 14
COMPLAINTS = ["frame.number", "_ws.malformed", "_ws.expert.severity",
              "_ws.expert.message"]
SYN, ACK, PSH = 0x02, 0x10, 0x08
LOOPBACK = bytes([127, 0, 0, 1])
SEGMENT_MAX = 60000
WARNING = 0x600000
TSHARK_S = 60


def checksum(octets):
    """RFC 1071."""
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(ports, seq, ack, flags, value):
    """An IPv4 packet with a TCP segment."""
    tcp = bytearray(struct.pack("!HHIIBBHHH", *ports, seq, ack, 0x50, flags,
                                65535, 0, 0) + value)
    pseudo = LOOPBACK * 2 + struct.pack("!HH", 6, len(tcp))
    tcp[16:18] = struct.pack("!H", checksum(pseudo + bytes(tcp)))
    head = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0,
                                 0x4000, 64, 6, 0, LOOPBACK, LOOPBACK))
    head[10:12] = struct.pack("!H", checksum(bytes(head)))
    return bytes(head + tcp)


class Connection:
    """One TCP connection; packets() are those of its messages."""

    def __init__(self, number):
        self.client = CLIENT_PORT + number
        self.next = {True: 1000, False: 2000}

    def packet(self, sent, flags, value=b""):
        """The next packet of one side."""
        ports = (self.client, PORT) if sent else (PORT, self.client)
        octets = segment(ports, self.next[sent],
                         0 if flags == SYN else self.next[not sent], flags,
                         value)
        self.next[sent] += len(value) + (flags & SYN > 0)
        return octets

    def packets(self, seen):
        """The handshake, then (when, sent, octets) of every message."""
        start = seen[0][0] if seen else 0
        yield start, self.packet(True, SYN)
        yield start, self.packet(False, SYN | ACK)
        yield start, self.packet(True, ACK)
        for when, sent, octets in seen:
            assert len(octets) <= SEGMENT_MAX
            yield when, self.packet(sent, PSH | ACK, octets)


def write(path, connections):
    """A capture of connections, each a list of (when, sent, octets)."""
    packets = [p for number, seen in enumerate(connections)
               for p in Connection(number).packets(seen)]
    with open(path, "wb") as file:
        file.write(struct.pack("!IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144,
                               RAW_IP))
        for when, octets in sorted(packets, key=lambda p: p[0]):
            file.write(struct.pack("!IIII", int(when), int(when % 1 * 1e6),
                                   len(octets), len(octets)) + octets)


def read(path, fields, ports=()):
    """What tshark finds in each frame: a list of values for each field, and
    for those of COMPLAINTS."""
    command = ["tshark", "-r", str(path), "-T", "fields", "-E",
               "occurrence=a", "-E", "aggregator=\x01",
               "-o", "tcp.analyze_sequence_numbers:FALSE"]
    for port in ports:
        command += ["-d", "tcp.port==%d,diameter" % port]
    fields = COMPLAINTS + list(fields)
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TSHARK_S, check=False)
    if done.returncode != 0:
        raise OSError("tshark: " + done.stderr.decode()[-300:])
    return [{field: value.split("\x01") if value else []
             for field, value in zip(fields, line.split("\t"))}
            for line in done.stdout.decode().split("\n") if line]


def complaints(frames):
    """Warnings and errors of tshark, and frames it calls malformed."""
    found = []
    for frame in frames:
        number = frame["frame.number"][0]
        found += [(number, "malformed " + m) for m in frame["_ws.malformed"]]
        found += [(number, message) for severity, message in zip(
            frame["_ws.expert.severity"], frame["_ws.expert.message"])
            if int(severity, 0) >= WARNING]
    return found


def merge(path, paths):
    """One capture of several, by tshark's own tool."""
    subprocess.run(["mergecap", "-w", str(path), *map(str, paths)],
                   stdin=subprocess.DEVNULL, timeout=TSHARK_S, check=True)


def payloads(path):
    """What the TCP segments of a capture of Ethernet and IPv4 hold, read
    without tshark."""
    octets = path.read_bytes()
    order = "<" if octets[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    at = 24
    while at < len(octets):
        length = struct.unpack_from(order + "I", octets, at + 8)[0]
        packet = octets[at + 16 + ETHERNET:at + 16 + length]
        tcp = packet[4 * (packet[0] & 15):]
        yield tcp[4 * (tcp[12] >> 4):]
        at += 16 + length
