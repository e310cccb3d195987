#!/usr/bin/env python3
"""What changes on disk is in use by the next request, and the turn that is running ends undisturbed."""
import json
import pathlib
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import PROGRAM, Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

OLD, NEW, OTHER = ("sk-live-old-0123456789abcdef", "sk-live-new-0123456789abcdef", "sk-live-other-0123456789ab")
BOUND = 60  # seconds; only a test that fails gets there


def config(provider: RecordingProvider, port: int, model: str = "corp/rec") -> dict:
    models = [{"id": "rec", "name": "rec"}, {"id": "second", "name": "second"}]
    return {"gateway": {"port": port},
            "models": {"providers": {"corp": {"baseUrl": provider.url + "/v1", "api": "openai-completions",
                                              "apiKey": "${CORP_KEY}", "models": models}}},
            "agents": {"defaults": {"model": {"primary": model}}}}


def profiles(**keys: str) -> dict:
    return {f"corp:{name}": {"type": "api_key", "provider": "corp", "key": key} for name, key in keys.items()}


class Live(unittest.TestCase):
    def setUp(self):
        self.provider = self.enterContext(RecordingProvider())
        self.port = free_port()
        self.home = self.enterContext(Home(config(self.provider, self.port), profiles(work=OLD)))
        self.home.write(".env", f"CORP_KEY={OTHER}\n")
        self.gateway = self.enterContext(self.home.gateway())
        self.turns = 0

    def store(self, keys: dict, **members) -> None:
        self.home.write("agents/main/agent/auth-profiles.json", {"version": 1, "profiles": keys, **members})

    def next_request(self):
        """One turn in a session of its own; what the provider got."""
        self.turns += 1
        before = len(self.provider.requests)
        done = self.home.run("agent", "--session-key", f"turn-{self.turns}", "--message", "ping")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.provider.requests), before + 1)
        return self.provider.requests[-1]

    def key_of_next_request(self) -> str:
        return self.next_request().headers["authorization"].removeprefix("Bearer ")

    def running_turn(self) -> subprocess.Popen:
        before = len(self.provider.requests)
        turn = subprocess.Popen([PROGRAM, "agent", "--message", "HOLD"], env=self.home.environment(), text=True,
                                cwd=self.home.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL)
        end = time.monotonic() + BOUND
        while len(self.provider.requests) == before and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(len(self.provider.requests), before + 1)
        return turn

    def test_each_change_is_in_use_by_the_next_request_while_a_turn_is_running(self):
        turn = self.running_turn()
        self.assertEqual(self.key_of_next_request(), OLD)
        self.store(profiles(work=NEW))
        self.assertEqual(self.key_of_next_request(), NEW)
        self.store(profiles(work=NEW, home=OLD), order={"corp": ["corp:home", "corp:work"]})
        self.assertEqual(self.key_of_next_request(), OLD)
        self.store({})
        self.assertEqual(self.key_of_next_request(), OTHER)
        self.home.write(".env", f"CORP_KEY={NEW}\n")
        self.assertEqual(self.key_of_next_request(), NEW)
        self.home.write("openclaw.json", config(self.provider, self.port, "corp/second"))
        self.assertEqual(self.next_request().body["model"], "second")

        self.assertIsNone(turn.poll(), "the turn was not waited for")
        self.provider.released.set()
        stdout, stderr = turn.communicate(timeout=BOUND)
        self.assertEqual(turn.returncode, 0, stderr)
        self.assertIn(self.provider.reply, stdout)
        held = [r for r in self.provider.requests if "HOLD" in json.dumps(r.body)]
        self.assertEqual(len(held), 1, "the running turn was sent once")

    def test_the_watch_takes_over_a_change_without_a_request(self):
        self.home.write("openclaw.json", config(self.provider, self.port, "corp/second"))
        self.gateway.wait_for("config change applied (agents)", BOUND)
        self.store(profiles(work=NEW))
        self.gateway.wait_for("credentials read again (main)", BOUND)
        self.home.write("openclaw.json", "{ broken")
        self.gateway.wait_for("config reload skipped", BOUND)
        self.assertEqual(self.next_request().body["model"], "second")
        self.assertIn('"problem"', self.home.run("gateway", "call", "status", "--json").stdout)

    def test_another_gateway_token_counts_at_once(self):
        token_file = self.home.state / "credentials/gateway-token"
        old = token_file.read_text().strip()
        self.assertEqual(self.status_with(old), 200)
        token_file.write_text("another-gateway-token-0123456789\n")
        self.assertEqual(self.status_with(old), 401)
        self.assertEqual(self.status_with("another-gateway-token-0123456789"), 200)

    def status_with(self, token: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", method="POST",
                                         data=json.dumps({"messages": [{"role": "user", "content": "ping"}]}).encode(),
                                         headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=BOUND) as response:
                return response.status
        except urllib.error.HTTPError as refused:
            return refused.code


if __name__ == "__main__":
    unittest.main()
