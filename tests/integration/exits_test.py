#!/usr/bin/env python3
"""One fault ends with one exit status, whichever way it is met: in this process or through a gateway, as one message
or in a conversation."""
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

KEY = "sk-exits-0123456789abcdef0123"
ROUTES = {
    "a message here": ["agent", "--local", "--message", "{}"],
    "a message through the gateway": ["agent", "--message", "{}"],
    "a conversation here": ["chat", "--local"],
    "a conversation through the gateway": ["chat"],
}
# What the provider answers, and the exit status of that fault.
FAULTS = {"FAIL_401": 3, "FAIL_402": 3, "FAIL_403": 3, "FAIL_400": 1, "FAIL_404": 4, "FAIL_500": 4, "FAIL_529": 4,
          "MIDSTREAM_ERROR": 4}


def config(provider: RecordingProvider, port: int, **defaults) -> dict:
    return {"gateway": {"port": port},
            "models": {"providers": {"corp": {"baseUrl": provider.url + "/v1", "api": "openai-completions",
                                              "models": [{"id": "rec", "name": "rec"}]}}},
            "agents": {"defaults": {"model": {"primary": "corp/rec"}, **defaults}}}


class ExitStatuses(unittest.TestCase):
    def setUp(self):
        self.provider = self.enterContext(RecordingProvider())
        self.settings = config(self.provider, free_port())
        keys = {"corp:a": {"type": "api_key", "provider": "corp", "key": KEY}}
        self.home = self.enterContext(Home(self.settings, keys))

    def by(self, route: str, text: str, session: str):
        words = [word.format(text) for word in ROUTES[route]]
        return self.home.run(*words, "--session-key", session, stdin=text + "\n")

    def fresh(self, name: str) -> str:
        self.home.run("models", "auth", "cooldown", "clear", "--all")
        return "".join(c for c in name.lower() if c.isalnum())

    def test_of_a_providers_fault(self):
        with self.home.gateway():
            for fault, status in FAULTS.items():
                for route in ROUTES:
                    with self.subTest(fault=fault, route=route):
                        done = self.by(route, fault, self.fresh(fault + route))
                        self.assertEqual(done.returncode, status, done.stdout + done.stderr)

    def test_of_a_time_out_is_that_of_what_took_too_long(self):
        with self.home.gateway():
            for way in ([], ["--local"]):
                for form in ([], ["--json"]):
                    with self.subTest(way=way, form=form):
                        session = self.fresh("timeout" + "".join(way + form))
                        done = self.home.run("agent", *way, *form, "--timeout", "1", "--session-key", session,
                                             "--message", "HOLD")
                        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
                        self.assertRegex(done.stderr, "error: .*(no complete answer within 1 s|no answer in time)")
                        self.assertNotIn('"status": "ok"', done.stdout)
            answer = self.home.run("gateway", "call", "agent", "--expect-final", "--params",
                                   json.dumps({"message": "HOLD", "timeout": 1, "idempotencyKey": "late"}))
            self.assertEqual(answer.returncode, 4, answer.stdout + answer.stderr)
            waited = self.home.run("gateway", "call", "agent.wait", "--params", json.dumps({"runId": "late"}))
            self.assertEqual(json.loads(waited.stdout)["status"], "timeout")

    def test_of_an_unknown_agent_session_or_credential(self):
        with self.home.gateway():
            for way in ([], ["--local"]):
                with self.subTest(way):
                    say = ("agent", *way, "--message", "hi")
                    self.assertEqual(self.home.run(*say, "--agent", "nobody").returncode, 1)
                    self.assertEqual(self.home.run(*say, "--session-id", "0" * 8).returncode, 1)
            self.home.write("agents/main/agent/auth-profiles.json", {"version": 1, "profiles": {}})
            self.home.write("openclaw.json", self.settings | {"agents": {"defaults": {"model": {"primary": "anthropic/x"}}}})
            for route in ROUTES:
                with self.subTest(route):
                    done = self.by(route, "hello", self.fresh("nobody" + route))
                    self.assertEqual(done.returncode, 3, done.stdout + done.stderr)

    def test_of_a_gateway_that_is_not_there(self):
        for words in (["agent", "--message", "x"], ["chat"], ["health"], ["sessions"], ["gateway", "status"],
                      ["gateway", "call", "health"]):
            with self.subTest(words):
                self.assertEqual(self.home.run(*words, stdin="x\n").returncode, 4)

    def test_of_a_config_that_is_invalid(self):
        self.home.write("openclaw.json", self.settings | {"gateway": {"port": "x"}})
        for words in (["agent", "--message", "x"], ["agent", "--local", "--message", "x"], ["chat"], ["health"],
                      ["models", "status"], ["models", "list"], ["explain"], ["gateway", "run"],
                      ["config", "validate"]):
            with self.subTest(words):
                self.assertEqual(self.home.run(*words, stdin="x\n").returncode, 1)


if __name__ == "__main__":
    unittest.main()
