#!/usr/bin/env python3
"""What others had to learn about locks like ours, one test for each lesson, against the real program.

Each was a hole that gateways of this kind have had: something that a client says of itself, or something that only
looks like a proof, let somebody in. A lesson is named for what must not help.
"""
import base64
import http.server
import json
import os
import pathlib
import socket
import struct
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402

TOKEN = "lessons-8c0f1d7b93e24a6f8c0f1d7b93e24a6f"
OTHER = "lessons-57ab0e6d21c94f3857ab0e6d21c94f38"
HELLO = b'{"model":"openclaw","messages":[{"role":"user","content":"hi"}]}'
PATIENCE = 20


def home(token: str = TOKEN, **gateway) -> Home:
    config = {"gateway": {"mode": "local", "port": free_port(), "auth": {"mode": "token", "token": token}, **gateway},
              "agents": {"defaults": {"model": {"primary": "demo/echo"}}}}
    place = Home(config, {"demo:first": {"type": "api_key", "provider": "demo", "key": "lessons-demo-key"}})
    place.port = config["gateway"]["port"]
    return place


class Raw:
    """A connection on which one says what one likes."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, words: bytes) -> None:
        self.socket.sendall(words)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.rest:
            piece = self.socket.recv(65536)
            if not piece:
                raise AssertionError(f"ended before {mark!r}: {self.rest!r}")
            self.rest += piece
        found, self.rest = self.rest.split(mark, 1)
        return found + mark

    def everything(self) -> bytes:
        """Until the other side ends the connection."""
        try:
            while piece := self.socket.recv(65536):
                self.rest += piece
        except ConnectionResetError:
            pass
        return self.rest

    def answer(self) -> tuple[int, str, bytes]:
        """One answer with a length: status, head, body."""
        head = self.until(b"\r\n\r\n").decode()
        length = next((int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0)
        while len(self.rest) < length:
            piece = self.socket.recv(65536)
            if not piece:
                raise AssertionError("ended within a body")
            self.rest += piece
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(head.split(" ")[1]), head, body


def request(method: str, target: str, headers: dict | None = None, body: bytes = b"") -> bytes:
    fields = {"Host": "127.0.0.1", **(headers or {})}
    if body:
        fields["Content-Length"] = str(len(body))
    return f"{method} {target} HTTP/1.1\r\n".encode() + b"".join(
        f"{name}: {value}\r\n".encode() for name, value in fields.items()) + b"\r\n" + body


def ask(port: int, headers: dict | None = None, target: str = "/v1/chat/completions") -> int:
    with Raw(port) as raw:
        raw.say(request("POST", target, headers, HELLO))
        return raw.answer()[0]


class FrameClient:
    """A websocket client that sends whatever it is told to."""

    def __init__(self, port: int, target: str = "/", headers: dict | None = None):
        self.raw = Raw(port)
        self.raw.say(request("GET", target, {
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **(headers or {})}))
        self.status, self.head, _ = self.raw.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.raw.socket.close()

    def send(self, message: dict) -> None:
        text = json.dumps(message).encode()
        length = struct.pack("!B", 0x80 | len(text)) if len(text) < 126 else struct.pack("!BH", 0xFE, len(text))
        self.raw.say(b"\x81" + length + b"\0\0\0\0" + text)

    def take(self, count: int) -> bytes:
        while len(self.raw.rest) < count:
            piece = self.raw.socket.recv(65536)
            if not piece:
                raise EOFError
            self.raw.rest += piece
        found, self.raw.rest = self.raw.rest[:count], self.raw.rest[count:]
        return found

    def receive(self) -> dict | tuple:
        """The next message, or ("closed", code, reason)."""
        while True:
            try:
                first, second = self.take(2)
                size = second & 0x7F
                if size == 126:
                    size = struct.unpack("!H", self.take(2))[0]
                elif size == 127:
                    size = struct.unpack("!Q", self.take(8))[0]
                payload = self.take(size)
            except (EOFError, ConnectionResetError):
                return ("closed", 1006, "")
            if first & 0x0F == 8:
                return ("closed", struct.unpack("!H", payload[:2])[0] if payload else 1005, payload[2:].decode())
            if first & 0x0F == 1:
                return json.loads(payload)

    def call(self, method: str, params: dict, name: str = "1"):
        """The answer to it, events passed over; or how the socket was closed."""
        self.send({"type": "req", "id": name, "method": method, "params": params})
        while True:
            message = self.receive()
            if isinstance(message, tuple) or message.get("type") == "res":
                return message

    def connect(self, auth: dict | None = None, **more):
        params = {"minProtocol": 3, "maxProtocol": 3,
                  "client": {"id": "cli", "version": "1", "platform": "linux", "mode": "cli"}, **more}
        if auth is not None:
            params["auth"] = auth
        return self.call("connect", params, "connect")


def let_in(answer) -> bool:
    return isinstance(answer, dict) and answer.get("ok") is True


class Lessons(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = home()
        cls.gateway = cls.place.gateway()
        cls.port = cls.place.port

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        cls.place.__exit__()

    def refused(self, **more):
        with FrameClient(self.port) as client:
            answer = client.connect(**more)
        self.assertFalse(let_in(answer), more)
        return answer

    def test_scopes_that_a_client_declares_give_it_nothing(self):
        everything = ["operator.admin", "operator.write", "operator.read", "operator.approvals", "operator.pairing"]
        self.refused(scopes=everything)
        self.refused(auth={"token": OTHER}, scopes=everything)
        with FrameClient(self.port) as client:  # with the right token they can only lower what it gives
            self.assertTrue(let_in(client.connect({"token": TOKEN}, scopes=["operator.read"])))
            self.assertFalse(let_in(client.call("sessions.reset", {"key": "main", "scopes": everything}, "2")))
            client.send({"type": "req", "id": "3", "method": "sessions.reset", "params": {"key": "main"}, "scopes": everything})
            self.assertFalse(let_in(client.receive()))
            self.assertFalse(let_in(client.call("connect", {"scopes": everything, "auth": {"token": TOKEN}}, "4")))
            self.assertFalse(let_in(client.call("sessions.reset", {"key": "main"}, "5")))

    def test_a_role_that_a_client_declares_gives_it_nothing(self):
        for role in ("operator", "node", "admin", "owner", "system", ""):
            self.refused(role=role)
        with FrameClient(self.port) as client:
            if let_in(client.connect({"token": TOKEN}, role="node", scopes=["operator.admin"])):
                self.assertFalse(let_in(client.call("sessions.reset", {"key": "main"}, "2")))
        for role in ("admin", "owner", "system"):
            with FrameClient(self.port) as client:
                self.assertFalse(let_in(client.connect({"token": TOKEN}, role=role)), role)

    def test_the_name_of_a_known_client_gives_it_nothing(self):
        for name, mode in (("openclaw-control-ui", "webchat"), ("webchat", "webchat"), ("gateway-client", "backend"),
                           ("cli", "cli"), ("openclaw-macos", "ui"), ("node-host", "node"), ("openclaw-probe", "probe")):
            self.refused(client={"id": name, "version": "1", "platform": "linux", "mode": mode})

    def test_coming_from_this_host_gives_nobody_anything(self):
        self.refused()
        self.assertEqual(ask(self.port), 401)
        for host in ("localhost", f"127.0.0.1:{self.port}", "[::1]", "127.0.0.1"):
            self.assertEqual(ask(self.port, {"Host": host}), 401)

    def test_headers_of_a_proxy_give_nobody_anything(self):
        claims = ({"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"},
                  {"X-Forwarded-For": "::1", "X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"},
                  {"Tailscale-User-Login": "owner@example.com", "X-Forwarded-For": "100.64.0.1",
                   "X-Forwarded-Proto": "https", "X-Forwarded-Host": "host.ts.net"},
                  {"X-Forwarded-User": "admin"}, {"X-Auth-Request-User": "admin"}, {"Remote-User": "admin"},
                  {"X-OpenClaw-Token": "true"}, {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-S-DN": "CN=owner"},
                  {"X-Client-Cert": "MIIB"}, {"X-OpenClaw-Scopes": "operator.admin"})
        for headers in claims:
            with self.subTest(headers=headers):
                self.assertEqual(ask(self.port, headers), 401)
                with FrameClient(self.port, headers=headers) as client:
                    self.assertFalse(client.status == 101 and let_in(client.connect()))

    def test_a_token_that_is_there_is_not_a_token_that_is_right(self):
        almost = ("", " ", "null", "undefined", "true", "[object Object]", TOKEN[:-1], TOKEN + "0", TOKEN.upper(),
                  TOKEN[:-1] + "g", TOKEN + "\u0000", "Bearer " + TOKEN, TOKEN[: len(TOKEN) // 2])
        for token in almost:
            for field in ("token", "password"):
                with self.subTest(token=token, field=field):
                    self.refused(auth={field: token})
        for wrong in (None, True, 1, [], [TOKEN], {"token": TOKEN}):
            with self.subTest(token=wrong):
                self.refused(auth={"token": wrong})
        self.refused(auth={"Token": TOKEN})
        self.refused(auth={"deviceToken": TOKEN})
        for value in ("Bearer", "Bearer ", "Bearer null", "Basic " + base64.b64encode(f":{TOKEN}".encode()).decode(),
                      TOKEN, f"Token {TOKEN}", f"Bearer{TOKEN}", f"Bearer {TOKEN} x", f"Bearer {TOKEN[:-1]}"):
            with self.subTest(authorization=value):
                self.assertIn(ask(self.port, {"Authorization": value}), (401, 429))

    def test_a_token_in_an_address_is_not_taken_and_not_written_down(self):
        for target in (f"/v1/chat/completions?token={TOKEN}", f"/v1/chat/completions?access_token={TOKEN}",
                       f"/v1/chat/completions?auth={TOKEN}&password={TOKEN}"):
            self.assertIn(ask(self.port, target=target), (401, 429))
        with FrameClient(self.port, f"/?token={TOKEN}") as client:
            self.assertFalse(let_in(client.connect()))
        for log in (self.place.state / "logs").glob("*.log"):
            self.assertNotIn(TOKEN, log.read_text())

    def test_a_link_that_names_another_gateway_leads_nowhere(self):
        for target in ("/?gatewayUrl=wss://evil.example", "/chat?gatewayUrl=wss://evil.example&token=x",
                       "/?session=main&gatewayUrl=%77ss%3A%2F%2Fevil.example", "//evil.example/%2e%2e",
                       "/\\evil.example"):
            with self.subTest(target=target), Raw(self.port) as raw:
                raw.say(request("GET", target, {"Connection": "close"}))
                answer = raw.everything().decode().lower()
                self.assertNotIn("evil.example", answer)
                self.assertNotIn("location:", answer)

    def test_an_absolute_target_does_not_get_past_the_check_of_the_host(self):
        with Raw(self.port) as raw:
            raw.say(request("POST", "http://rebound.example/v1/chat/completions",
                            {"Host": "127.0.0.1", "Authorization": f"Bearer {TOKEN}"}, HELLO))
            self.assertEqual(raw.answer()[0], 403)

    def test_nothing_is_smuggled_behind_a_refusal(self):
        """A second request that only one of two readers would see, hidden in or behind one that is refused."""
        inner = request("POST", "/v1/chat/completions", {"Authorization": f"Bearer {TOKEN}"}, HELLO)
        wrong = {"Authorization": f"Bearer {OTHER}"}
        line = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + OTHER + "\r\n"
        hidden = {
            "length and coding": line + f"Content-Length: {len(inner)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "coding and length": line + f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
            "two lengths": line + f"Content-Length: 0\r\nContent-Length: {len(inner)}\r\n\r\n",
            "a coding that is none": line + "Transfer-Encoding: xchunked\r\n\r\n",
            "a folded coding": line + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
            "bare line feeds": line.replace("\r\n", "\n") + "\n",
            "two hosts": line + "Host: localhost\r\n\r\n",
            "two credentials": line + f"Authorization: Bearer {TOKEN}\r\n\r\n",
            "a body that isn't there yet": line + f"Content-Length: {len(inner) + 1}\r\n\r\n",
            "chunks without end": line + "Transfer-Encoding: chunked\r\n\r\n" + f"{len(inner) + 8:x}\r\n",
        }
        for what, words in hidden.items():
            with self.subTest(what=what), Raw(self.port) as raw:
                raw.say(words.encode() + inner)
                answers = raw.everything()
                self.assertEqual(answers.count(b"HTTP/1.1 "), 1, answers)
                self.assertIn(answers.split(b" ")[1], (b"400", b"401", b"429"))
        with Raw(self.port) as raw:  # one behind the other, each with its own length, is no smuggling
            raw.say(request("POST", "/v1/chat/completions", wrong, HELLO) + request("GET", "/healthz") +
                    request("POST", "/v1/chat/completions", wrong, HELLO))
            self.assertEqual([raw.answer()[0] in (401, 429), raw.answer()[0], raw.answer()[0] in (401, 429)], [True, 200, True])

    def test_a_flood_of_upgrades_keeps_nobody_out(self):
        before = self.log_lines()
        flood = []
        for i in range(600):
            raw = Raw(self.port)
            raw.say(request("GET", "/", {"Upgrade": "websocket", "Connection": "Upgrade",
                                         "Sec-WebSocket-Version": "13" if i % 2 else "8",
                                         "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}))
            flood.append(raw)
        with FrameClient(self.port) as client:
            self.assertTrue(let_in(client.connect({"token": TOKEN})))
            for raw in flood[:50]:
                raw.socket.close()
            self.assertTrue(let_in(client.call("health", {}, "2")))
        self.assertEqual(self.place.run("gateway", "call", "health").returncode, 0)
        self.assertEqual(ask(self.port, {"Authorization": f"Bearer {TOKEN}"}), 200)
        for raw in flood:
            raw.socket.close()
        self.assertLess(self.log_lines() - before, 200)

    def log_lines(self) -> int:
        return sum(len(log.read_text().splitlines()) for log in (self.place.state / "logs").glob("*.log"))


class LessonsOfTheirOwn(unittest.TestCase):
    """Those that change the lock or lock an address out."""

    def test_an_address_is_the_same_however_it_is_written(self):
        spellings = ("203.0.113.7", "::ffff:203.0.113.7", "::FFFF:cb00:7107", "203.0.113.7:4711", "[::ffff:203.0.113.7]:1")
        with home(trustedProxies=["127.0.0.1"]) as place, place.gateway():
            wrong = {"Authorization": f"Bearer {OTHER}"}
            statuses = [ask(place.port, wrong | {"X-Forwarded-For": spellings[i % len(spellings)]}) for i in range(11)]
            self.assertEqual(statuses, [401] * 10 + [429])
            household = [ask(place.port, wrong | {"X-Forwarded-For": f"2001:db8:1:2::{i:x}"}) for i in range(11)]
            self.assertEqual(household, [401] * 10 + [429])
            self.assertEqual(ask(place.port, wrong | {"X-Forwarded-For": "203.0.113.8"}), 401)
            right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.7"}
            self.assertEqual(ask(place.port, right), 200)  # and nobody's guesses keep out a right token

    def test_wrong_guesses_of_every_surface_are_counted_together(self):
        with home() as place, place.gateway():
            for _ in range(5):
                self.assertEqual(ask(place.port, {"Authorization": f"Bearer {OTHER}"}), 401)
                with FrameClient(place.port) as client:
                    self.assertFalse(let_in(client.connect({"password": OTHER})))
            self.assertEqual(ask(place.port, {"Authorization": f"Bearer {OTHER}"}), 429)
            with FrameClient(place.port) as client:
                answer = client.connect({"token": OTHER})
            self.assertEqual(answer["error"]["details"]["code"], "AUTH_RATE_LIMITED")

    def test_what_a_revoked_secret_has_opened_is_closed(self):
        with home() as place, place.gateway(), FrameClient(place.port) as client, Raw(place.port) as kept:
            self.assertTrue(let_in(client.connect({"token": TOKEN})))
            kept.say(request("POST", "/v1/chat/completions", {"Authorization": f"Bearer {TOKEN}"}, HELLO))
            self.assertEqual(kept.answer()[0], 200)
            config = place.read("openclaw.json")
            config["gateway"]["auth"]["token"] = OTHER
            place.write("openclaw.json", config)
            while not isinstance(message := client.receive(), tuple):
                pass  # events, until the socket is closed
            self.assertEqual(message[1], 1008)
            kept.say(request("POST", "/v1/chat/completions", {"Authorization": f"Bearer {TOKEN}"}, HELLO))
            self.assertEqual(kept.answer()[0], 401)
            self.assertEqual(ask(place.port, {"Authorization": f"Bearer {OTHER}"}), 200)


class OpenDoor(http.server.BaseHTTPRequestHandler):
    """A gateway that serves whoever comes."""

    protocol_version = "HTTP/1.1"

    heard: list = []

    def do_POST(self):
        self.heard.append(str(self.headers))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Audits(unittest.TestCase):
    def found(self, place: Home) -> set:
        return {each["checkId"] for each in json.loads(place.run("security", "audit", "--deep", "--json").stdout)["findings"]}

    def test_an_audit_sees_that_what_answers_is_locked(self):
        with home() as place, place.gateway():
            found = self.found(place)
        self.assertIn("gateway.live", found)
        self.assertFalse(found & {"gateway.live_open", "gateway.live_wrong_proof", "gateway.live_transport", "gateway.probe_failed"})

    def test_an_audit_sees_a_door_that_stands_open_and_tells_it_no_secret(self):
        with home() as place, http.server.ThreadingHTTPServer(("127.0.0.1", place.port), OpenDoor) as door:
            serving = threading.Thread(target=door.serve_forever)
            serving.start()
            try:
                found = self.found(place)
            finally:
                door.shutdown()
                serving.join()
        self.assertLessEqual({"gateway.live_open", "gateway.live_wrong_proof"}, found)
        self.assertEqual(len(OpenDoor.heard), 2)
        self.assertNotIn(TOKEN, "".join(OpenDoor.heard))

    def test_an_audit_sees_that_the_gateway_runs_without_what_is_written(self):
        with home() as place, place.gateway():
            certificate = str(HERE.parent / "fuzz/corpus/certificate/p256.pem")
            config = place.read("openclaw.json")
            config["gateway"]["tls"] = {"enabled": True, "certPath": certificate, "keyPath": certificate}
            place.write("openclaw.json", config)
            found = self.found(place)
        self.assertIn("gateway.live_transport", found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
