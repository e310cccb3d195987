#!/usr/bin/env python3
"""Rests as they meet the wire: of one model, of a variable's key in the gateway's memory, and their end."""
import http.client
import json
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

KEY = "sk-ant-api03-canary-0123456789abcdef"


def home(provider: RecordingProvider, profiles: dict) -> Home:
    models = [{"id": name, "name": name} for name in ("one", "two")]
    return Home({"gateway": {"mode": "local", "port": free_port()},
                 "models": {"providers": {"anthropic": {"baseUrl": provider.url, "api": "anthropic-messages",
                                                        "models": models}}},
                 "agents": {"defaults": {"model": {"primary": "anthropic/one"}}}}, profiles)


def written(place: Home, name: str, member: str) -> dict:
    """The document once the gateway has brought what it learned to the disk, which is soon after it tells."""
    end = time.monotonic() + 60
    while member not in place.read(name) and time.monotonic() < end:
        time.sleep(0.02)
    return place.read(name)


def complete(place: Home, message: str, user: str | None = None) -> tuple[int, int, str]:
    """Status, Retry-After (0: none) and body of a chat completion."""
    gateway = place.read("openclaw.json")["gateway"]
    token = (place.state / "credentials/gateway-token").read_text().strip()
    connection = http.client.HTTPConnection("127.0.0.1", gateway["port"], timeout=60)
    body = {"model": "openclaw", "messages": [{"role": "user", "content": message}], **({"user": user} if user else {})}
    connection.request("POST", "/v1/chat/completions", json.dumps(body),
                       {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, int(answer.headers["Retry-After"] or 0), text


STORED = {"anthropic:work": {"type": "api_key", "provider": "anthropic", "key": KEY}}


class Rests(unittest.TestCase):
    def ask(self, place: Home, message: str, session: str):
        return place.run("agent", "--session-key", session, "--message", message)

    def test_a_limit_of_one_model_leaves_the_other_on_the_same_key_alone(self):
        with RecordingProvider() as provider, home(provider, STORED) as place, place.gateway():
            refused = self.ask(place, "FAIL_429_FOR_3600", "a")
            self.assertNotEqual(refused.returncode, 0)
            place.run("models", "set", "anthropic/two")
            answered = self.ask(place, "ping", "b")
            self.assertEqual(answered.returncode, 0, answered.stderr)
            self.assertIn(provider.reply, answered.stdout)
            self.assertEqual([r.body["model"] for r in provider.requests], ["one", "two"])
            place.run("models", "set", "anthropic/one")
            resting = self.ask(place, "ping", "c")
            self.assertNotEqual(resting.returncode, 0)
            self.assertIn("cooling for one", resting.stderr + resting.stdout)
            self.assertEqual(len(provider.requests), 2, "nothing was sent")
            self.assertEqual(place.run("models", "auth", "cooldown", "clear", "anthropic:work").returncode, 0)
            self.assertEqual(self.ask(place, "ping", "d").returncode, 0)

    def test_a_named_time_reaches_the_caller_and_a_guessed_one_keeps_nobody_waiting(self):
        with RecordingProvider() as provider, home(provider, STORED) as place:
            with place.gateway():
                self.assertEqual(complete(place, "FAIL_429_FOR_3600")[:2], (429, 3600))
                for user in (None, "somebody"):
                    status, seconds, text = complete(place, "ping", user)
                    self.assertEqual(status, 429)
                    self.assertTrue(3000 < seconds <= 3600, seconds)
                    self.assertIn("openclaw models auth cooldown clear --provider anthropic", text)
                self.assertEqual(len(provider.requests), 1)
                self.assertEqual(place.run("models", "status", "--check").returncode, 1)
            # A guess, of ten seconds ago.
            name = "agents/main/agent/auth-profiles.json"
            store = place.read(name)
            trouble = store["usageStats"]["anthropic:work"]["models"]["one"]
            trouble["lastFailure"].pop("endIsNamed")
            trouble["lastFailureAt"] -= 10_000
            place.write(name, store)
            for command in (("models", "status"), ("explain",)):
                self.assertIn("resting, tried on demand", place.run(*command).stdout)
            self.assertEqual(place.run("models", "status", "--check").returncode, 1)
            with place.gateway():
                self.assertEqual(complete(place, "ping")[0], 200)
                self.assertEqual(place.run("models", "status", "--check").returncode, 0)

    def test_a_new_key_under_the_same_id_is_used_at_once(self):
        with RecordingProvider() as provider, home(provider, STORED) as place, place.gateway():
            self.assertNotEqual(self.ask(place, "FAIL_402", "a").returncode, 0)
            self.assertNotEqual(self.ask(place, "ping", "b").returncode, 0)
            self.assertEqual(len(provider.requests), 1)
            name = "agents/main/agent/auth-profiles.json"
            store = written(place, name, "usageStats")
            self.assertIn("disabledUntil", store["usageStats"]["anthropic:work"])
            self.assertNotIn("canary", json.dumps(store["usageStats"]))
            store["profiles"]["anthropic:work"]["key"] = "sk-ant-api03-another-0123456789abcdef"
            place.write(name, store)
            self.assertEqual(self.ask(place, "ping", "c").returncode, 0)
            self.assertEqual(provider.requests[-1].headers["x-api-key"], "sk-ant-api03-another-0123456789abcdef")

    def test_a_variables_key_rests_in_the_gateways_memory(self):
        with RecordingProvider() as provider, home(provider, {}) as place:
            place.variables["ANTHROPIC_API_KEY"] = KEY
            with place.gateway():
                self.assertNotEqual(self.ask(place, "FAIL_429_FOR_3600", "a").returncode, 0)
                self.assertNotEqual(self.ask(place, "ping", "b").returncode, 0)
                self.assertEqual(len(provider.requests), 1)
                rows = json.loads(place.run("models", "auth", "cooldown", "list", "--json").stdout)
                self.assertTrue(rows["gateway"])
                self.assertEqual(rows["cooldowns"][0]["place"], "ANTHROPIC_API_KEY")
                done = place.run("models", "auth", "cooldown", "clear", "--all")
                self.assertIn("ANTHROPIC_API_KEY may be used again.", done.stdout)
                self.assertEqual(self.ask(place, "ping", "c").returncode, 0)


if __name__ == "__main__":
    unittest.main()
