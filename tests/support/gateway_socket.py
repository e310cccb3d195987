"""Clients of the gateway's websocket, small enough to be read: one of bare frames, and one that connects, asks, and waits
for the end."""
import json
import socket
import struct

TEXT, CLOSE = 1, 8


class FrameClient:
    """Sends and receives frames, and nothing by itself."""

    def __init__(self, port: int, headers: dict[str, str] | None = None):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.rest = b""
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self.socket.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.more()
        self.rest = self.rest.split(b"\r\n\r\n", 1)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def more(self) -> None:
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise AssertionError("the connection ended")
        self.rest += piece

    def take(self, count: int) -> bytes:
        while len(self.rest) < count:
            self.more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def send(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | length) if length < 126 else \
            struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        self.socket.sendall(head + b"\0\0\0\0" + payload)  # masked with zeros

    def receive(self) -> tuple[int, bytes]:
        first, length = struct.unpack("!BB", self.take(2))
        if length == 126:
            length, = struct.unpack("!H", self.take(2))
        elif length == 127:
            length, = struct.unpack("!Q", self.take(8))
        return first & 15, self.take(length)

    def answer(self, wanted: str) -> dict:
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                raise AssertionError(f"closed with {struct.unpack('!H', payload[:2])[0]}: {payload[2:].decode()}")
            frame = json.loads(payload) if opcode == TEXT else {}
            if frame.get("id") == wanted:
                return frame


class GatewaySocket(FrameClient):
    def __init__(self, port: int, token: str | None = None, headers: dict[str, str] | None = None):
        super().__init__(port, headers)
        self.requests = 0
        answer = self.ask("connect", {
            "minProtocol": 3, "maxProtocol": 4, "role": "operator",
            "client": {"id": "test", "version": "1", "platform": "linux", "mode": "backend"},
            **({"auth": {"token": token}} if token else {})})
        if not answer.get("ok"):
            self.socket.close()
            raise AssertionError(f"refused: {answer}")
        self.hello = answer["payload"]

    def ask(self, method: str, params: dict | None = None) -> dict:
        self.requests += 1
        name = str(self.requests)
        self.send(TEXT, json.dumps({"type": "req", "id": name, "method": method, "params": params or {}}).encode())
        return self.answer(name)

    def event(self, name: str) -> dict:
        """The next one of that name, whatever comes before."""
        while True:
            opcode, payload = self.receive()
            frame = json.loads(payload) if opcode == TEXT else {}
            if frame.get("event") == name:
                return frame["payload"]

    def wait_for_close(self) -> int:
        """The code that the gateway closes with, whatever it says before."""
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                return struct.unpack("!H", payload[:2])[0]
