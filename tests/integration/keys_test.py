#!/usr/bin/env python3
"""Named keys as applications and their owner meet them: where a key may stand, what it may do, and how it ends."""
import contextlib
import http.client
import json
import pathlib
import ssl
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from authority import AUTHORITY, Certificate  # noqa: E402
from gateway_socket import GatewaySocket  # noqa: E402
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

TOKEN = "correct-horse-battery-staple-77"


class Keys(unittest.TestCase):
    def setUp(self):
        self.provider = RecordingProvider()
        self.port = free_port()
        rec = [{"id": name, "name": name} for name in ("rec", "dear")]
        self.home = Home({
            "gateway": {"port": self.port, "auth": {"mode": "token", "token": TOKEN}, "keys": {"repeatLimit": 5}},
            "models": {"providers": {"corp": {"baseUrl": self.provider.url + "/v1", "api": "openai-completions",
                                              "apiKey": "sk-corp-0123456789", "models": rec}}},
            "agents": {"defaults": {"model": {"primary": "corp/rec"}}, "list": [{"id": "main"}, {"id": "work"}]}})
        self.gateway = self.home.gateway()
        self.secrets: list[str] = []

    def tearDown(self):
        self.provider.released.set()
        self.gateway.stop()
        for secret in self.secrets:
            self.assertNotIn(secret, self.gateway.output, "the gateway prints a key")
            for path in self.home.folder.rglob("*"):
                if path.is_file():
                    self.assertNotIn(secret.encode(), path.read_bytes(), f"{path} holds a key")
        self.home.__exit__()
        self.provider.__exit__()

    def ok(self, *arguments: str, status: int = 0) -> dict:
        done = self.home.run("gateway", "keys", *arguments, *(["--json"] if status == 0 else []))
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if status == 0 else {"error": done.stderr}

    def key(self, name: str, *arguments: str) -> str:
        key = self.ok("create", name, *arguments)["key"]
        self.secrets.append(key.rsplit("_", 1)[1])
        return key

    def log(self) -> str:
        return "".join(path.read_text() for path in (self.home.state / "logs").glob("*.log"))

    def call(self, headers: dict, **body) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            text = {"messages": [{"role": "user", "content": "hello"}], **body}
            connection.request("POST", "/v1/chat/completions", json.dumps(text),
                               {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")

    def said_by(self, key: str, **body) -> int:
        return self.call({"Authorization": f"Bearer {key}"}, **body)[0]

    def refusal_of_socket(self, key: str) -> str:
        with self.assertRaises(AssertionError) as refused:
            GatewaySocket(self.port, token=key)
        return str(refused.exception)

    def until(self, condition, what: str) -> None:
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def test_a_key_opens_it_wherever_programs_put_one(self):
        key, other = self.key("notebook"), self.key("other")
        bearer = {"Authorization": f"Bearer {key}"}
        for headers in (bearer, {"x-api-key": key}, {"api-key": key}, bearer | {"x-api-key": key},
                        {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"Bearer {TOKEN}", "x-api-key": "sk-1"}):
            self.assertEqual(self.call(headers)[0], 200, headers)
        for headers in (bearer | {"x-api-key": other}, bearer | {"api-key": "sk-1"}, {"x-api-key": key, "api-key": other}):
            status, answer = self.call(headers)
            self.assertEqual(status, 400, headers)
            self.assertIn("send one", answer["error"]["message"])
        self.assertEqual(self.call({})[0], 401)
        with GatewaySocket(self.port, token=key) as socket:
            self.assertEqual(set(socket.hello["auth"]["scopes"]), {"operator.chat", "operator.read"})
            self.assertFalse(socket.ask("gateway.lock")["ok"])

    def test_what_is_no_key_of_ours_is_refused_alike_and_its_reason_is_in_the_log(self):
        key = self.key("notebook")
        foreign = "ocg_aaaaaaaaaaaa_" + "b" * 46
        wrong = {key[:-1]: "damaged key", key[:-1] + ("a" if key[-1] != "a" else "b"): "damaged key",
                 foreign: "damaged key", "ocg_": "damaged key"}
        with Home({"gateway": {"mode": "local"}}) as elsewhere:
            of_another = json.loads(elsewhere.run("gateway", "keys", "create", "notebook", "--json").stdout)["key"]
        wrong[of_another] = "unknown key"
        answers = set()
        for offered, reason in wrong.items():
            before = len(self.log())
            status, answer = self.call({"x-api-key": offered})
            answers.add((status, json.dumps(answer)))
            self.until(lambda: f"reason={reason}" in self.log()[before:], f"{offered}: {self.log()[before:]}")
        self.assertEqual(len(answers), 1, answers)
        for offered in wrong:
            self.assertIn("AUTH_TOKEN_MISMATCH", self.refusal_of_socket(offered), offered)
        revoked = self.key("revoked")
        self.ok("revoke", "revoked")
        self.assertIn("AUTH_KEY_REFUSED", self.refusal_of_socket(revoked))
        self.assertEqual(self.said_by(key), 200, "a right one is never made to wait")

    def test_a_key_is_kept_to_its_models_agents_sessions_and_scopes(self):
        model = self.key("model", "--models", "corp/rec")
        agent = self.key("agent", "--agents", "work", "--scopes", "chat,read")
        session = self.key("session", "--sessions", "agent:work:mine", "--scopes", "chat,read")
        reader = self.key("reader", "--scopes", "read")
        self.assertEqual(self.said_by(model, model="corp/rec"), 200)
        self.assertEqual(self.said_by(model, model="corp/dear"), 403)
        self.assertEqual(self.call({"x-api-key": agent, "x-openclaw-agent-id": "work"})[0], 200)
        self.assertEqual(self.call({"x-api-key": agent, "x-openclaw-agent-id": "main"})[0], 403)
        self.assertEqual(self.call({"x-api-key": session, "x-openclaw-session-key": "agent:work:mine"})[0], 200)
        self.assertEqual(self.call({"x-api-key": session, "x-openclaw-session-key": "agent:work:yours"})[0], 403)
        self.assertEqual(self.call({"x-api-key": reader})[0], 403)

    def test_a_revoked_key_loses_its_websockets_and_its_answers_under_way(self):
        key = self.key("notebook", "--scopes", "chat,read")
        ended = threading.Event()
        heard: list[str] = []

        def listen():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            with contextlib.closing(connection):
                connection.request("POST", "/v1/chat/completions", json.dumps(
                    {"stream": True, "messages": [{"role": "user", "content": "HOLD"}]}),
                    {"Content-Type": "application/json", "x-api-key": key})
                answer = connection.getresponse()
                while line := answer.readline():
                    heard.append(line.decode())
            ended.set()
        with GatewaySocket(self.port, token=key) as socket:
            threading.Thread(target=listen, daemon=True).start()
            self.until(lambda: any("pong" in line for line in heard), "nothing was streamed")
            self.ok("revoke", "notebook")
            self.assertEqual(socket.wait_for_close(), 1008)
        self.assertTrue(ended.wait(60), "the answer goes on")
        self.assertIn('"error"', "".join(heard))
        self.assertNotIn("[DONE]", "".join(heard))
        status, answer = self.call({"x-api-key": key})
        self.assertEqual((status, answer["error"]["type"]), (401, "key_refused"))
        self.assertIn('"notebook" was revoked', answer["error"]["message"])

    def test_a_gateway_notices_by_itself_what_another_process_has_changed(self):
        key = self.key("notebook")
        self.assertEqual(self.said_by(key), 200)
        (self.home.state / "gateway.sock").rename(self.home.state / "out-of-the-way.sock")  # nobody can tell it
        with GatewaySocket(self.port, token=key) as socket:
            self.ok("revoke", "notebook")
            self.assertEqual(socket.wait_for_close(), 1008)

    def test_a_key_ends_by_itself_and_closes_what_it_opened(self):
        key = self.key("short", "--expires", "1h")
        with GatewaySocket(self.port, token=key) as socket:
            self.ok("update", "short", "--expires", "1s")
            self.assertEqual(socket.wait_for_close(), 1008)
        self.assertEqual(self.said_by(key), 401)
        # That it has ended is kept, whatever the clock says later.
        self.until(lambda: "endedAt" in self.ok("show", "short"), "it isn't noted that it has ended")
        self.ok("update", "short", "--expires", "1h")
        self.assertEqual(self.said_by(key), 200)

    def test_the_secret_before_is_right_for_its_grace_and_only_the_last_one(self):
        first = self.key("notebook")
        second = self.ok("rotate", "notebook")["key"]
        self.assertEqual([self.said_by(key) for key in (first, second)], [200, 200])
        third = self.ok("rotate", "notebook", "--grace", "1h")["key"]
        self.assertEqual([self.said_by(key) for key in (first, second, third)], [401, 200, 200])
        with GatewaySocket(self.port, token=second) as socket:
            fourth = self.ok("rotate", "notebook", "--grace", "0")["key"]
            self.assertEqual(socket.wait_for_close(), 1008)
        self.assertEqual([self.said_by(key) for key in (second, third, fourth)], [401, 401, 200])
        with GatewaySocket(self.port, token=fourth) as socket:
            self.ok("rotate", "notebook", "--grace", "2s")
            self.assertEqual(socket.wait_for_close(), 1008, "when the grace is over")
        self.secrets += [key.rsplit("_", 1)[1] for key in (second, third, fourth)]

    def test_a_run_of_equal_calls_is_ended_and_let_go_on(self):
        key = self.key("loop")
        statuses = [self.said_by(key) for _ in range(7)]
        self.assertEqual(statuses, [200] * 5 + [429] * 2)
        asked = len(self.provider.requests)
        status, answer = self.call({"x-api-key": key})
        self.assertEqual((status, answer["error"]["code"]), (429, "repeated_request"))
        self.assertIn("--clear-breaker", answer["error"]["message"])
        self.assertEqual(len(self.provider.requests), asked, "what is refused costs nothing")
        self.assertEqual(self.said_by(key, messages=[{"role": "user", "content": "another"}]), 200)
        self.assertEqual(self.said_by(TOKEN), 200)
        self.ok("update", "loop", "--clear-breaker")
        self.assertEqual(self.said_by(key), 200)

    def test_a_run_of_equal_messages_is_ended_over_a_websocket_too(self):
        key = self.key("chatty")
        with GatewaySocket(self.port, token=key) as socket:
            said = [socket.ask("chat.send", {"sessionKey": "loop", "message": "again", "idempotencyKey": f"run-{i}"})
                    for i in range(7)]
            self.assertEqual([answer["ok"] for answer in said], [True] * 5 + [False] * 2)
            error = said[-1]["error"]
            self.assertEqual((error["code"], error["details"]["code"]), ("UNAVAILABLE", "repeated_request"))
            self.assertGreater(error["retryAfterMs"], 0)
            # What was accepted is answered again, and another message is none of the loop.
            for params in ({"message": "again", "idempotencyKey": "run-0"}, {"message": "else", "idempotencyKey": "b"}):
                self.assertTrue(socket.ask("chat.send", {"sessionKey": "loop", **params})["ok"])

    def test_where_certificates_are_required_a_key_opens_nothing_without_one_and_says_who_calls_beside_one(self):
        folder = self.home.folder / "certificates"
        company = Certificate(folder / "company", subject="/CN=Company", form=AUTHORITY)
        server = Certificate(folder / "server", company, "/CN=localhost",
                             "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n")
        alice = Certificate(folder / "alice", company, "/CN=alice")
        port = free_port()
        authority = self.home.write("company.pem", company.pem.read_text())
        with Home({"gateway": {"port": port, "auth": {"mode": "mtls"}, "tls": {
                "enabled": True, "certPath": str(server.pem), "keyPath": str(server.key), "clientCa": str(authority),
                "clientScopes": ["read"]}}}) as home, home.gateway():
            key = json.loads(home.run("gateway", "keys", "create", "app", "--scopes", "chat", "--json").stdout)["key"]

            def said(certificate: Certificate | None, headers: dict):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                if certificate:
                    context.load_cert_chain(certificate.chain(), certificate.key)
                connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
                with contextlib.closing(connection):
                    try:
                        connection.request("POST", "/v1/chat/completions", "{}",
                                           {"Content-Type": "application/json", **headers})
                        return connection.getresponse().status
                    except OSError:
                        return "alert"
            let_in = 400  # an empty conversation
            self.assertEqual(said(None, {"x-api-key": key}), "alert")
            self.assertEqual(said(alice, {}), 403, "he may only read")
            self.assertEqual(said(alice, {"x-api-key": key}), let_in)
            self.assertEqual(said(alice, {"x-api-key": key[:-1]}), 401)
            self.assertEqual(said(alice, {"Authorization": f"Bearer {key}", "api-key": "another"}), 400)

    def test_a_check_judges_a_key_as_the_gateway_does(self):
        key = self.key("notebook", "--scopes", "chat")
        said = self.home.run("gateway", "check", "--header", f"x-api-key: {key}", "--json")
        self.assertEqual(json.loads(said.stdout)["principal"], 'key "notebook"', said.stderr)
        self.ok("revoke", "notebook")
        said = self.home.run("gateway", "check", "--header", f"x-api-key: {key}")
        self.assertEqual((said.returncode, said.stdout.splitlines()[0]), (3, "Refused: the key is revoked"))

    def test_when_a_key_was_used_last_is_there_for_who_asks(self):
        key = self.key("notebook")
        self.assertNotIn("lastUsedAt", self.ok("show", "notebook"))
        self.assertEqual(self.said_by(key), 200)
        self.assertEqual(self.ok("show", "notebook").get("lastAddress"), "127.0.0.1")

    def test_a_damaged_database_closes_it_to_keys_and_to_nobody_else(self):
        key = self.key("notebook")
        database = self.home.state / "gateway/gateway.sqlite"
        kept = {path: path.read_bytes() for path in database.parent.glob("gateway.sqlite*")}
        for path in kept:
            path.unlink()
        database.write_bytes(b"x" * 8192)
        self.until(lambda: self.said_by(key) == 503, "it goes on with what it knew")
        self.assertEqual(self.said_by(TOKEN), 200)
        self.assertIn("no named key opens the gateway", self.log())
        self.assertIn("Keys       open nothing: ", self.home.run("status").stdout)
        self.assertIn("No named key opens the gateway: ", self.home.run("gateway", "status").stdout)
        refused = self.ok("list", status=6)["error"]
        self.assertIn(str(database), refused)
        self.assertIn("hint: ", refused)
        self.assertEqual(database.read_bytes(), b"x" * 8192, "it was touched")
        database.unlink()
        for path, content in kept.items():
            path.write_bytes(content)
        self.until(lambda: self.said_by(key, messages=[{"role": "user", "content": "again"}]) == 200, "it stays closed")

    def test_a_key_is_written_to_a_file_that_nobody_else_reads_or_is_not_made(self):
        file = self.home.folder / "key.txt"
        made = self.ok("create", "notebook", "--out", str(file))
        self.assertNotIn("key", made)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        key = file.read_text().strip()
        self.assertEqual(self.said_by(key), 200)
        self.assertIn("is there already", self.ok("create", "second", "--out", str(file), status=5)["error"])
        self.assertIn("second", self.ok("create", "second", "--out", "/nowhere/key", status=1)["error"]
                      + self.ok("show", "second", status=1)["error"])
        self.assertEqual(file.read_text().strip(), key)
        file.unlink()


if __name__ == "__main__":
    unittest.main()
