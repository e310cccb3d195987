#!/usr/bin/env python3
"""The audit log of a running gateway: what stands in it, that it bears the gateway's end, and what its proof finds."""
import json
import os
import pathlib
import signal
import sys
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402


class AuditLog(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.home = Home({"gateway": {"port": self.port}})
        self.addCleanup(self.home.__exit__, None, None, None)

    def ask(self, token: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", b"{}",
                                         {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def entries(self, *arguments: str) -> list[dict]:
        done = self.home.run("audit", "list", "--json", *arguments)
        return json.loads(done.stdout)["entries"] if done.returncode == 0 else []

    def wait_for(self, what: str) -> dict:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for entry in self.entries("--limit", "1000"):
                if what in json.dumps(entry):
                    return entry
        self.fail(f"no line with {what}: {self.entries()}")

    def token(self) -> str:
        return (self.home.state / "credentials/gateway-token").read_text().strip()

    def test_it_tells_who_was_let_in_refused_and_what_was_changed(self):
        with self.home.gateway():
            for _ in range(20):
                self.assertIn(self.ask("a-wrong-token-a-wrong-token"), (401, 429))
            self.ask(self.token())
            self.assertEqual(self.home.run("gateway", "call", "config.get").returncode, 0)
            self.assertEqual(self.home.run("config", "set", "gateway.auth.rateLimit.maxAttempts", "20").returncode, 0)
            self.assertEqual(self.home.run("gateway", "call", "config.schema").returncode, 0)
            self.assertEqual(self.wait_for("wrong secret")["event"], "refused")
            self.assertEqual(self.wait_for('"token"')["event"], "admitted")
            self.assertEqual(self.wait_for("config.schema")["principal"], "owner")
            self.assertEqual(self.wait_for("config set gateway.auth.rateLimit.maxAttempts")["transport"], "command")
            status = json.loads(self.home.run("status", "--json").stdout)
            self.assertEqual(sum(status["gateway"]["audit"]["refusals"].values()), 20)
        self.assertEqual(self.entries()[-1]["event"], "stopped")
        self.assertEqual(self.home.run("audit", "verify").returncode, 0)
        text = "".join(file.read_text() for file in (self.home.state / "logs/audit").glob("*.jsonl"))
        self.assertNotIn("a-wrong-token", text)
        self.assertNotIn(self.token(), text)
        self.assertNotIn("config.get\"", text)  # reading is nobody's decision

    def test_it_stands_over_the_death_of_the_gateway_and_a_torn_line(self):
        with self.home.gateway() as gateway:
            self.wait_for('"started"')
            os.kill(gateway.process.pid, signal.SIGKILL)
            gateway.process.wait()
        file = self.home.state / "logs/audit/audit-000001.jsonl"
        with file.open("a") as torn:
            torn.write('{"n":')
        self.assertIn("ends within a line", self.home.run("audit", "verify").stdout)
        with self.home.gateway():
            self.wait_for('"mended"')
        self.assertEqual(self.home.run("audit", "verify").returncode, 0)

    def test_a_folder_that_may_not_be_written_costs_nobody_anything(self):
        logs = self.home.state / "logs"
        logs.mkdir(parents=True)
        (logs / "audit").write_text("a file where the folder should be")
        with self.home.gateway():
            self.assertEqual(self.ask("a-wrong-token-a-wrong-token"), 401)
            until = time.monotonic() + 20
            audit: dict = {}
            while "problem" not in audit and time.monotonic() < until:
                audit = json.loads(self.home.run("status", "--json").stdout)["gateway"]["audit"]
            self.assertIn("problem", audit)
            self.assertEqual(audit["refusals"], {"wrong secret": 1})
            self.assertIn("not written as it should be", self.home.run("gateway", "status").stdout)
            (logs / "audit").unlink()
            self.wait_for("wrong secret")

    def test_verify_names_the_line_that_is_wrong_and_ends_with_6(self):
        with self.home.gateway():
            self.wait_for('"started"')
        file = self.home.state / "logs/audit/audit-000001.jsonl"
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([lines[0], lines[1].replace("started", "stopped"), *lines[2:]]))
        done = self.home.run("audit", "verify")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("audit-000001.jsonl line 2 (number 2): is not what was written", done.stdout)
        file.write_text("".join(lines[:2]))
        done = self.home.run("audit", "verify", "--json")
        self.assertEqual(done.returncode, 6)
        self.assertIn("missing at the end", json.loads(done.stdout)["faults"][0]["what"])

    def test_nothing_is_written_where_it_is_off(self):
        self.assertEqual(self.home.run("config", "set", "gateway.audit.enabled", "false").returncode, 0)
        before = {path.name for path in (self.home.state / "logs").glob("audit/*")}
        with self.home.gateway():
            self.ask("a-wrong-token-a-wrong-token")
        self.assertEqual({path.name for path in (self.home.state / "logs").glob("audit/*")}, before)


if __name__ == "__main__":
    unittest.main()
