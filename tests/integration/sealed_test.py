#!/usr/bin/env python3
"""Sealed secrets as a person meets them: nothing in plain on the disk, the right key on the wire."""
import base64
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider, send  # noqa: E402

KEY = "sk-ant-api03-canary-0123456789abcdef"
LATER = "sk-ant-api03-later-9876543210fedcba"
CORP = "corp-canary-0123456789abcdef"


def home(provider: RecordingProvider) -> Home:
    config = {"gateway": {"mode": "local", "port": free_port()},
              "models": {"providers": {
                  "anthropic": {"baseUrl": provider.url, "api": "anthropic-messages", "models": [{"id": "rec", "name": "rec"}]},
                  "corp": {"baseUrl": provider.url + "/v1", "api": "openai-completions", "apiKey": CORP,
                           "models": [{"id": "rec", "name": "rec"}]}}},
              "agents": {"defaults": {"model": {"primary": "anthropic/rec"}}}}
    place = Home(config, {"anthropic:work": {"type": "api_key", "provider": "anthropic", "key": KEY}})
    place.write("agents/main/agent/auth-profiles.json.bak", json.dumps({"key": KEY}))
    return place


class Gossip(RecordingProvider):
    """Refuses every request and repeats all it was sent, and things that it can't know."""
    words = ""

    def answer(self, handler, body, anthropic):
        carried = " ".join(value for name, value in handler.headers.items() if name.lower().startswith("x-"))
        send(handler, 401, "application/json", json.dumps({"error": {"message": f"refused: {carried} {self.words}"}}))


def forms(value: str) -> list[bytes]:
    raw = value.encode()
    found = [raw, raw.hex().encode(), raw.hex().upper().encode()]
    for before in range(3):
        text = base64.b64encode(b"x" * before + raw)
        found.append(text[(before * 8 + 5) // 6:-4])
    return found


class Sealed(unittest.TestCase):
    def assert_gone(self, place: Home, *values: str):
        for path in place.state.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for value in values:
                    for form in forms(value):
                        self.assertNotIn(form, content, f"{path} holds a secret")

    def ok(self, place: Home, *arguments: str, **more):
        done = place.run(*arguments, **more)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        for value in (KEY, CORP, LATER):
            self.assertNotIn(value, done.stdout + done.stderr)
        return done

    def sent_key(self, place: Home, provider: RecordingProvider, header: str = "x-api-key", *more: str) -> str:
        provider.requests.clear()
        self.ok(place, "agent", "--local", "--message", "ping", *more)
        return provider.requests[0].headers.get(header)

    def seal(self, place: Home) -> None:
        self.ok(place, "secrets", "seal", "--key-file", str(place.folder / "sealing.key"), "--create")

    def test_what_is_sealed_leaves_no_byte_behind_and_is_opened_for_the_wire(self):
        with RecordingProvider() as provider, home(provider) as place:
            self.assertEqual(place.run("secrets", "audit").returncode, 1)
            self.seal(place)
            self.assert_gone(place, KEY, CORP)
            self.assertEqual((place.folder / "sealing.key").stat().st_mode & 0o777, 0o600)
            self.assertFalse((place.state / "agents/main/agent/auth-profiles.json.bak").exists())
            self.ok(place, "secrets", "audit")
            status = json.loads(self.ok(place, "secrets", "status", "--json").stdout)
            self.assertTrue(status["sealed"] and status["key"]["opensHere"])
            self.assertEqual([file["sealed"] for file in status["files"]], [1, 1])
            self.ok(place, "models", "status", "--check")
            self.assertEqual(self.sent_key(place, provider), KEY)
            self.assert_gone(place, KEY, CORP)

    def test_the_gateway_opens_what_is_sealed_and_what_is_pasted_while_it_runs(self):
        with RecordingProvider() as provider, home(provider) as place:
            self.seal(place)
            with place.gateway():
                self.ok(place, "agent", "--message", "ping")
                self.assertEqual(provider.requests[0].headers["x-api-key"], KEY)
                self.ok(place, "models", "auth", "paste-api-key", "--provider", "anthropic", "--profile-id",
                        "anthropic:work", stdin=LATER)
                provider.requests.clear()
                self.ok(place, "agent", "--message", "ping")
                self.assertEqual(provider.requests[0].headers["x-api-key"], LATER)
            self.assert_gone(place, KEY, CORP, LATER)

    def test_what_a_provider_repeats_is_written_nowhere(self):
        header, other = "kaNaRy-header-0123456789", "kaNaRy-other-agents-key-0123"
        with Gossip() as provider, home(provider) as place:
            config = place.read("openclaw.json")
            config["models"]["providers"]["anthropic"]["headers"] = {"X-Team": {"source": "env", "id": "TEAM_HEADER"}}
            place.write("openclaw.json", config)
            place.variables["TEAM_HEADER"] = header
            profiles = place.read("agents/main/agent/auth-profiles.json")
            profiles["profiles"]["other:key"] = {"type": "api_key", "provider": "other", "key": other}
            place.write("agents/main/agent/auth-profiles.json", profiles)
            self.seal(place)
            # What another provider says of a key that it was never given can only be hidden from the log.
            provider.words = f"{CORP} {other}"
            with place.gateway() as server:
                said = place.run("agent", "--message", "ping")
            self.assertEqual(provider.requests[0].headers["x-team"], header)
            self.assertIn("refused: ", said.stderr)
            self.assertNotIn(header, said.stdout + said.stderr)
            log = server.output + "".join(path.read_text() for path in place.state.rglob("*.log"))
            self.assertIn("refused: ", log)
            for value in (header, KEY, CORP, other):
                self.assertNotIn(value, log)
            self.assert_gone(place, header, KEY)

    def test_every_secret_of_the_config_is_sealed_and_of_use_all_the_same(self):
        token, header, variable = "token-canary-0123456789", "header-canary-0123456789", "xai-canary-0123456789"
        with RecordingProvider() as provider, home(provider) as place:
            config = place.read("openclaw.json")
            config["gateway"]["auth"] = {"mode": "token", "token": token}
            config["env"] = {"vars": {"REC_API_KEY": variable}}
            config["models"]["providers"]["anthropic"]["headers"] = {"X-Team": header, "X-Plain": "${HOME}"}
            config["models"]["providers"]["rec"] = {"baseUrl": provider.url + "/v1", "api": "openai-completions",
                                                    "apiKey": "REC_API_KEY", "models": [{"id": "rec", "name": "rec"}]}
            place.write("openclaw.json", "// kept\n" + json.dumps(config, indent=2))
            self.assertEqual(place.run("secrets", "audit").returncode, 1)
            self.seal(place)
            self.assert_gone(place, KEY, CORP, token, header, variable)
            text = (place.state / "openclaw.json").read_text()
            self.assertIn("// kept", text)
            self.assertIn("${HOME}", text)
            self.ok(place, "secrets", "audit")
            self.ok(place, "config", "validate")
            with place.gateway():
                self.ok(place, "agent", "--message", "ping")
                self.assertEqual(provider.requests[-1].headers["x-team"], header)
                url = f"ws://127.0.0.1:{config['gateway']['port']}"
                self.ok(place, "gateway", "call", "health", "--url", url, "--token", token)
                self.assertNotEqual(place.run("gateway", "call", "health", "--url", url, "--token", "wrong").returncode, 0)
            self.ok(place, "models", "set", "rec/rec")
            self.assertEqual(self.sent_key(place, provider, "authorization"), "Bearer " + variable)
            self.assert_gone(place, token, header, variable)
            # A lock that can't be opened is not taken for one that was never set.
            (place.folder / "sealing.key").rename(place.folder / "elsewhere.key")
            done = place.run("gateway", "run")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("gateway.auth.token is sealed and can't be opened", done.stderr)
            self.assertFalse((place.state / "credentials/gateway-token").exists())
            (place.folder / "elsewhere.key").rename(place.folder / "sealing.key")
            self.ok(place, "secrets", "unseal", "--yes")
            back = (place.state / "openclaw.json").read_text()
            for value in (token, header, variable, CORP):
                self.assertIn(value, back)

    def test_a_new_key_opens_everything_and_the_old_one_nothing(self):
        with RecordingProvider() as provider, home(provider) as place:
            self.seal(place)
            self.ok(place, "secrets", "rekey", "--key", "passphrase", "--passphrase-file", "-", stdin="correct horse battery")
            (place.folder / "sealing.key").unlink()
            # Without the passphrase nothing is sent at all; a sealed text is never taken for a key.
            provider.requests.clear()
            done = place.run("agent", "--local", "--message", "ping")
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(provider.requests, [])
            self.assertIn("passphrase", done.stdout + done.stderr)
            place.variables["OPENCLAW_SEALING_PASSPHRASE"] = "correct horse battery"
            self.assertEqual(self.sent_key(place, provider), KEY)

    def test_a_missing_or_wrong_key_touches_nothing_and_stores_nothing_in_plain(self):
        with RecordingProvider() as provider, home(provider) as place:
            self.seal(place)
            key_file = place.folder / "sealing.key"
            key = key_file.read_text()
            before = (place.state / "agents/main/agent/auth-profiles.json").read_bytes()
            for damage in (lambda: key_file.unlink(), lambda: key_file.write_text("x" * 43)):
                damage()
                key_file.exists() and key_file.chmod(0o600)
                done = place.run("models", "auth", "paste-api-key", "--provider", "anthropic", stdin=LATER)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("not stored", done.stderr)
                self.assertNotEqual(place.run("secrets", "unseal", "--yes").returncode, 0)
                self.assertEqual((place.state / "agents/main/agent/auth-profiles.json").read_bytes(), before)
                self.assert_gone(place, LATER)
            key_file.write_text(key)
            self.ok(place, "secrets", "unseal", "--yes")
            self.assertEqual(place.read("agents/main/agent/auth-profiles.json")["profiles"]["anthropic:work"]["key"], KEY)
            self.assertFalse((place.state / "credentials/sealing.json").exists())
            self.assertEqual(self.sent_key(place, provider), KEY)


if __name__ == "__main__":
    unittest.main()
