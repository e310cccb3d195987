#!/usr/bin/env python3
"""Turns over each provider API against aimock, a third-party stand-in for model providers."""
import json
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, Server, free_port, wait_for_port  # noqa: E402

PEERS = pathlib.Path(os.environ.get("OPENCLAW_TEST_PEERS", ""))
NODE = next(iter(PEERS.glob("node_modules/node-linux-*/bin/node")), None)
AIMOCK = PEERS / "node_modules/@copilotkit/aimock/dist/aimock-cli.js"

# provider id, its config beside the base URL, model
APIS = (("anthropic", {"api": "anthropic-messages"}, "", "claude-mock"),
        ("openai", {"api": "openai-completions"}, "/v1", "gpt-mock"),
        ("openrouter", {"api": "openai-completions"}, "/api/v1", "openai/gpt-mock"),
        ("corp", {"api": "openai-completions"}, "/v1", "corp-model"))


def key(provider: str, name: str) -> dict:
    return {"type": "api_key", "provider": provider, "key": f"sk-test-{provider}-{name}-0123456789"}


class Providers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.base = f"http://127.0.0.1:{cls.port}"
        cls.aimock = Server([NODE, AIMOCK, "--config", HERE / "aimock/aimock.json", "--port", cls.port],
                            {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, HERE / "aimock")
        wait_for_port(cls.port)

    @classmethod
    def tearDownClass(cls):
        cls.aimock.stop()

    def home(self, provider, settings, path, model, fallbacks=()):
        # A test id of its own starts the stand-in's sequences afresh.
        headers = {"X-Test-Id": self.id() + provider}
        entry = {"baseUrl": self.base + path, "headers": headers, "models": [{"id": model, "name": model}], **settings}
        config = {"gateway": {"mode": "local", "port": free_port()}, "models": {"providers": {provider: entry}},
                  "agents": {"defaults": {"model": {"primary": f"{provider}/{model}", "fallbacks": list(fallbacks)}}}}
        profiles = {f"{provider}:one": key(provider, "one"), f"{provider}:two": key(provider, "two")}
        return Home(config, profiles)

    def each_api(self):
        for api in APIS:
            with self.subTest(provider=api[0]), self.home(*api) as home:
                yield api[0], home

    def usage(self, home, profile):
        return home.read("agents/main/agent/auth-profiles.json").get("usageStats", {}).get(profile, {})

    def test_a_turn_answers_over_each_api(self):
        for provider, home in self.each_api():
            done = home.run("agent", "--local", "--message", "ping", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("pong from the stand-in", done.stdout)
            json.loads(done.stdout)
            self.assertIn("lastUsed", self.usage(home, f"{provider}:one"))

    def test_text_arrives_unharmed_in_pieces_of_one_character(self):
        for _, home in self.each_api():
            done = home.run("agent", "--local", "--message", "UNICODE")
            self.assertIn("Grüße, 你好, 🦞 and “quotes”", done.stdout, done.stderr)

    def test_a_refused_credential_rotates_to_the_next(self):
        rests = {"401": "cooldownUntil", "402": "disabledUntil", "429": "cooldownUntil", "529": None}
        for status, rest in rests.items():
            for provider, home in self.each_api():
                done = home.run("agent", "--local", "--message", f"FIRST_{status} please")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"the second credential answered after {status}", done.stdout, done.stderr)
                if rest:
                    self.assertIn(rest, json.dumps(self.usage(home, f"{provider}:one")))
                self.assertIn("lastUsed", self.usage(home, f"{provider}:two"))

    def test_when_every_credential_is_refused_the_failure_is_said_and_is_no_reply(self):
        for status in ("401", "402", "429", "500", "529"):
            for provider, home in self.each_api():
                done = home.run("agent", "--local", "--message", f"ALWAYS_{status}")
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(done.stdout, "")
                self.assertIn(status, done.stderr)
                self.assertNotIn("lastUsed", self.usage(home, f"{provider}:one"))

    def test_an_overflow_costs_no_credential_its_standing(self):
        for provider, home in self.each_api():
            done = home.run("agent", "--local", "--message", "OVERFLOW")
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("cooldownUntil", json.dumps(self.usage(home, f"{provider}:one")))

    def test_a_stream_cut_in_the_middle_is_never_a_short_success(self):
        for _, home in self.each_api():
            done = home.run("agent", "--local", "--message", "CUT", "--json")
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertNotIn('"status": "ok"', done.stdout)

    def test_the_same_turn_works_through_the_gateway(self):
        for _, home in self.each_api():
            with home.gateway():
                done = home.run("agent", "--message", "ping")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("pong from the stand-in", done.stdout)


if __name__ == "__main__":
    if NODE is None or not AIMOCK.exists():
        sys.exit("error: the test peers are not installed; run ./dev test")
    unittest.main()
