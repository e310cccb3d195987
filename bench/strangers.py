#!/usr/bin/env python3
"""Strangers in front of a gateway: COUNT connections at once, each doing its worst for SECONDS, and each coming again
when it was sent away, at once or PAUSE seconds later. Kinds:

  bodies    1 MiB to /v1/chat/completions, without a credential
  heads     HEAD /healthz without end, never reading an answer
  half      a websocket that is opened and says nothing
  frames    a websocket whose first message announces 512 KiB, and sends them
  short     a websocket whose first message stops just below what a handshake may have
  slow      15 KiB of a head, then a byte a second
  upgrades  upgrades that fail
  pings     a websocket that pings without end, never reading an answer
  tls       a ClientHello, and then nothing (for a gateway that speaks TLS)
  silent    nothing at all
  mixed     all but tls and silent, in equal parts
  quiet     silent, half and slow, in equal parts

Usage: bench/strangers.py PORT COUNT SECONDS KIND [PAUSE]. Prints how many connections were made. Loopback only.
"""
import collections
import errno
import itertools
import resource
import selectors
import socket
import ssl
import struct
import sys
import time

HOST = "Host: 127.0.0.1\r\n"
UPGRADE = ("GET / HTTP/1.1\r\n" + HOST + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: {}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


def frame(opcode: int, payload: bytes, announced: int | None = None) -> bytes:
    length = len(payload) if announced is None else announced
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | length) if length < 126 else struct.pack("!BBQ", 0x80 | opcode, 0xFF, length)
    return head + b"\0\0\0\0" + payload


def client_hello() -> bytes:
    outgoing = ssl.MemoryBIO()
    session = ssl._create_unverified_context().wrap_bio(ssl.MemoryBIO(), outgoing)
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


OPEN = UPGRADE.format(13).encode()
# kind -> (said at once, said again and again, whether the answers are read)
WORDS = {
    "bodies": (b"POST /v1/chat/completions HTTP/1.1\r\n" + HOST.encode() + b"Content-Length: 1048576\r\n\r\n" + b"x" * 1048576, b"", True),
    "heads": (b"", (b"HEAD /healthz HTTP/1.1\r\n" + HOST.encode() + b"\r\n") * 100, False),
    "half": (OPEN, b"", True),
    "frames": (OPEN + frame(1, b"x" * 524288), b"", True),
    "short": (OPEN + frame(1, b"x" * 32000, 32768), b"", True),
    "slow": (b"GET / HTTP/1.1\r\n" + HOST.encode() + b"X: " + b"x" * 15000, None, True),
    "upgrades": (UPGRADE.format(12).encode(), UPGRADE.format(12).encode(), True),
    "pings": (OPEN, frame(9, b"p" * 100) * 50, False),
    "tls": (client_hello(), b"", True),
    "silent": (b"", b"", True),
}
CROWDS = {"mixed": [kind for kind in WORDS if kind not in ("tls", "silent")], "quiet": ["silent", "half", "slow"]}


class Stranger:
    def __init__(self, crowd: "Crowd", kind: str):
        self.crowd, (self.first, self.again, self.reads) = crowd, WORDS[kind]
        self.socket = None
        self.come()

    def come(self) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.left = memoryview(self.first)
        try:
            self.socket.connect(self.crowd.address)
        except BlockingIOError:
            pass
        self.crowd.watch(self)
        self.crowd.made += 1

    def leave(self) -> None:
        self.crowd.selector.unregister(self.socket)
        self.socket.close()

    def act(self, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ and self.reads and not self.socket.recv(65536):
                raise ConnectionResetError
            if mask & selectors.EVENT_WRITE:
                self.say()
        except BlockingIOError:
            pass
        except OSError as problem:
            if problem.errno == errno.EMFILE:
                raise
            self.leave()
            self.crowd.expect(self)

    def say(self) -> None:
        if not self.left and self.again:
            self.left = memoryview(self.again)
        if self.left:
            self.left = self.left[self.socket.send(self.left):]
        if not self.left and not self.again:
            self.crowd.selector.modify(self.socket, selectors.EVENT_READ, self)

    def drip(self) -> None:
        if self.again is None and not self.left and self.socket.fileno() >= 0:
            self.left = memoryview(b"x")
            self.crowd.selector.modify(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self)


class Crowd:
    def __init__(self, port: int, count: int, kind: str, pause: float):
        self.address, self.made, self.pause = ("127.0.0.1", port), 0, pause
        self.selector, self.away = selectors.DefaultSelector(), collections.deque()
        kinds = itertools.cycle(CROWDS.get(kind, [kind]))
        self.strangers = [Stranger(self, next(kinds)) for _ in range(count)]

    def watch(self, stranger: Stranger) -> None:
        events = selectors.EVENT_WRITE | (selectors.EVENT_READ if stranger.reads else 0)
        self.selector.register(stranger.socket, events, stranger)

    def expect(self, stranger: Stranger) -> None:
        self.away.append((time.monotonic() + self.pause, stranger))

    def run(self, seconds: float) -> None:
        end, next_drip = time.monotonic() + seconds, time.monotonic() + 1
        while (now := time.monotonic()) < end:
            for key, mask in self.selector.select(0.05):
                key.data.act(mask)
            while self.away and self.away[0][0] <= now:
                self.away.popleft()[1].come()
            if now >= next_drip:
                next_drip = now + 1
                for stranger in self.strangers:
                    stranger.drip()


def main() -> int:
    port, count, seconds, kind = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    pause = float(sys.argv[5]) if len(sys.argv) > 5 else 0
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = Crowd(port, count, kind, pause)
    crowd.run(seconds)
    print(crowd.made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
