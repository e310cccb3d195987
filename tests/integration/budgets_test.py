#!/usr/bin/env python3
"""How much a named key may use, as its holder and the owner meet it: refusals, headers, sums, and what is left after a
restart, a kill and a damaged database."""
import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import signal
import sqlite3
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from gateway_socket import GatewaySocket  # noqa: E402
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

TOKEN = "correct-horse-battery-staple-77"
CALL_TOKENS = 15  # of each answer of the recording provider: 10 and 5
CALL_COST = (10 * 3 + 5 * 15) / 1e6


class Answer:
    def __init__(self, status: int, headers: dict, text: str):
        self.status, self.headers, self.text = status, headers, text

    @property
    def error(self) -> dict:
        return json.loads(self.text)["error"]


class Budgets(unittest.TestCase):
    def setUp(self):
        self.provider = RecordingProvider()
        self.port = free_port()
        models = [{"id": "rec", "name": "rec", "maxTokens": 300, "cost": {"input": 3, "output": 15}},
                  {"id": "dark", "name": "dark", "maxTokens": 300}]
        self.home = Home({
            "gateway": {"port": self.port, "auth": {"mode": "token", "token": TOKEN}, "keys": {"repeatLimit": 0}},
            "models": {"providers": {"corp": {"baseUrl": self.provider.url + "/v1", "api": "openai-completions",
                                              "apiKey": "sk-corp-0123456789", "models": models}}},
            "agents": {"defaults": {"model": {"primary": "corp/rec"}}}})
        self.gateway = self.home.gateway()

    def tearDown(self):
        self.provider.released.set()
        self.gateway.stop()
        self.home.__exit__()
        self.provider.__exit__()

    def restart(self, how: int = signal.SIGTERM) -> None:
        self.gateway.stop(how)
        self.gateway = self.home.gateway()

    def keys(self, *arguments: str) -> dict:
        done = self.home.run("gateway", "keys", *arguments, "--json")
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def key(self, name: str, *arguments: str) -> str:
        return self.keys("create", name, "--scopes", "chat,read", "--time-zone", "UTC", *arguments)["key"]

    def call(self, key: str, text: str = "hello", **body) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            body = {"model": "corp/rec", "max_tokens": 100, "messages": [{"role": "user", "content": text}], **body}
            connection.request("POST", "/v1/chat/completions", json.dumps(body),
                               {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())

    def used(self, name: str) -> float:
        return self.keys("show", name)["standing"]["budgets"][0]["used"]

    def until(self, condition, what: str) -> None:
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def database(self) -> pathlib.Path:
        return self.home.state / "gateway/gateway.sqlite"

    def test_a_budget_refuses_by_the_number_that_it_shows(self):
        key = self.key("child", "--budget", "day=3000-tokens")
        answered = 0
        while (answer := self.call(key, stream=answered % 2 == 1)).status == 200:
            answered += 1
            self.assertLess(answered, 400)
            self.assertIn("x-openclaw-budget-day-tokens", answer.headers)
        self.assertGreater(answered, 100)
        self.assertEqual(len(self.provider.requests), answered, "a refused call was sent")
        self.assertEqual(answer.status, 429)
        self.assertEqual((answer.error["code"], answer.error["type"]), ("insufficient_quota", "insufficient_quota"))
        self.assertIn("of the budget of this day", answer.error["message"])
        self.assertEqual(answer.headers["x-should-retry"], "false")
        self.assertTrue(0 < int(answer.headers["retry-after"]) <= 24 * 3600, answer.headers)
        used = answered * CALL_TOKENS
        self.assertIn(f"left={3000 - used}; limit=3000; ", answer.headers["x-openclaw-budget-day-tokens"])
        self.assertIn(f"{used} of 3000 tokens are spent", answer.error["message"])
        self.assertEqual(self.used("child"), used)
        self.assertEqual(self.call(key, stream=True).status, 429, "before anything is streamed")
        with GatewaySocket(self.port, token=key) as socket:
            status = socket.ask("usage.status")["payload"]
            self.assertEqual(status["budgets"][0]["used"], used)
            self.assertTrue(status["budgets"][0]["warned"])
        self.assertEqual(self.call(TOKEN).status, 200, "the owner has no budget")
        self.restart()
        self.assertEqual(self.used("child"), used)
        self.assertEqual(self.call(key).status, 429)
        self.assertIn("has spent", self.gateway.output + "".join(
            path.read_text() for path in (self.home.state / "logs").glob("*.log")))

    def test_money_is_counted_by_the_price_and_summed_for_the_owner(self):
        key, dark = self.key("work", "--budget", "month=1USD"), self.key("dark", "--budget", "day=1USD")
        for stream in (False, True):
            self.assertEqual(self.call(key, stream=stream).status, 200)
        self.assertAlmostEqual(self.used("work"), 2 * CALL_COST, places=9)
        refused = self.call(dark, model="corp/dark")
        self.assertEqual((refused.status, refused.error["code"]), (429, "unknown_price"))
        self.assertIn("usage.fallbackPrice", refused.error["message"])
        euros = self.key("euros", "--budget", "day=1EUR")
        self.assertIn("nothing has a price in EUR", self.call(euros).error["message"])
        self.assertEqual(self.call(TOKEN, model="corp/dark").status, 200)
        cost = json.loads(self.home.run("gateway", "usage-cost", "--json").stdout)
        self.assertEqual(cost["totals"]["totalTokens"], 3 * CALL_TOKENS)
        self.assertAlmostEqual(cost["totals"]["totalCost"], 2 * CALL_COST, places=9)
        self.assertEqual(cost["totals"]["missingCostEntries"], 1)
        shown = self.home.run("gateway", "usage-cost")
        self.assertIn(f"Total: $0.0002 · {3 * CALL_TOKENS} tokens", shown.stdout)
        self.assertIn("Missing entries: 1", shown.stdout)
        self.assertIn("usage.fallbackPrice", shown.stderr)
        with GatewaySocket(self.port, token=key) as socket:
            mine = socket.ask("usage.cost", {"days": 1})["payload"]["totals"]
            self.assertEqual(mine["totalTokens"], 2 * CALL_TOKENS, "a key sees what it has used alone")
            other = {"of": [{"account": "owner", "allowance": {}}]}
            self.assertFalse(socket.ask("usage.status", other)["ok"])
        done = self.home.run("config", "set", "usage.fallbackPrice", '{"input": 3, "output": 15}')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.call(dark, model="corp/dark").status, 200)

    def test_a_minutes_requests_tokens_and_answers_at_once_are_held(self):
        key = self.key("brisk", "--rpm", "3")
        for left in (2, 1, 0):
            answer = self.call(key)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["x-ratelimit-remaining-requests"], str(left))
            self.assertEqual(answer.headers["x-ratelimit-limit-requests"], "3")
        refused = self.call(key)
        self.assertEqual((refused.status, refused.error["code"]), (429, "rate_limit_exceeded"))
        self.assertTrue(0 < int(refused.headers["retry-after"]) <= 61)
        self.assertIn("x-ratelimit-reset-requests", refused.headers)
        self.assertNotIn("x-should-retry", refused.headers)
        self.assertEqual(self.call(self.key("tokens", "--tpm", "100")).status, 429)
        single = self.key("single", "--streams", "1")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            first = pool.submit(self.call, single, "HOLD", stream=True)
            self.until(lambda: any("HOLD" in json.dumps(r.body) for r in self.provider.requests), "nothing was asked")
            self.assertEqual(self.call(single).error["code"], "rate_limit_exceeded")
            self.provider.released.set()
            self.assertEqual(first.result().status, 200)
        self.assertEqual(self.call(single).status, 200)

    def test_sixty_four_calls_at_once_never_overrun_a_budget(self):
        key = self.key("crowd", "--budget", "day=4000-tokens")
        silent = self.provider.silent = threading.Event()
        texts = ["hello", "FAIL_500", "MIDSTREAM_ERROR", "FAIL_429"]
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            calls = [pool.submit(self.call, key, texts[i // 2 % 4], stream=i % 2 == 0) for i in range(64)]
            self.until(lambda: sum(call.done() for call in calls) + len(self.provider.requests) >= 64, "calls are missing")
            self.assertLessEqual(self.used("crowd"), 4000)
            silent.set()
            statuses = [call.result().status for call in calls]
        self.assertGreater(statuses.count(200), 3)
        self.assertGreater(statuses.count(429), 3)
        self.assertLessEqual(self.used("crowd"), 4000)
        shown = self.used("crowd")
        self.restart()
        self.assertEqual(self.used("crowd"), shown)

    def test_what_a_killed_gateway_had_reserved_is_spent(self):
        key = self.key("child", "--budget", "day=32000-tokens")
        self.assertEqual(self.call(key).status, 200)
        self.assertEqual(self.used("child"), CALL_TOKENS)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            held = pool.submit(self.call, key, "HOLD", stream=True)
            self.until(lambda: len(self.provider.requests) == 2, "nothing was asked")
            self.gateway.stop(signal.SIGKILL)
            with contextlib.suppress(OSError, http.client.HTTPException):
                held.result()
        left_behind = self.used("child")
        self.assertGreater(left_behind, 1000, "nothing of the open block counts")
        self.assertLess(left_behind, 3000)
        self.gateway = self.home.gateway()
        self.assertEqual(self.used("child"), left_behind, "looking without a gateway and with one must agree")
        self.assertEqual(self.call(key).status, 200)
        self.assertEqual(self.used("child"), left_behind + CALL_TOKENS)

    def test_a_shared_account_pays_once_for_all_its_keys(self):
        one, two = (self.key(name, "--account", "family", "--budget", "day=3000-tokens") for name in ("anna", "ben"))
        self.assertEqual(self.call(one).status, 200)
        self.assertEqual(self.call(two).status, 200)
        self.assertEqual((self.used("anna"), self.used("ben")), (2 * CALL_TOKENS, 2 * CALL_TOKENS))

    def test_a_database_that_cant_be_used_is_closed_for_keys_and_open_for_the_owner(self):
        key = self.key("child", "--budget", "day=32000-tokens")
        self.assertEqual(self.call(key).status, 200)
        self.gateway.stop()
        sound = self.database().read_bytes()
        newer = sqlite3.connect(self.database())
        with contextlib.closing(newer), newer:
            newer.execute("UPDATE schema_versions SET version = 99 WHERE room = 'usage'")
        with self.home.gateway() as self.gateway:
            refused = self.call(key)
            self.assertEqual((refused.status, refused.error["code"]), (503, "budget_unavailable"))
            self.assertIn("newer version", refused.error["message"])
            self.assertEqual(self.call(TOKEN).status, 200)
        self.assertEqual(self.home.run("gateway", "keys", "show", "child").returncode, 1)
        for side in ("-wal", "-shm"):
            pathlib.Path(f"{self.database()}{side}").unlink(missing_ok=True)
        self.database().write_bytes(sound[:4096] + b"\0" * (len(sound) - 4096))
        with self.home.gateway() as self.gateway:
            self.assertIn(self.call(key).status, (401, 503))
            self.assertEqual(self.call(TOKEN).status, 200)
            self.assertIn("mv ", self.home.run("gateway", "keys", "list").stderr)
        self.database().write_bytes(sound)
        self.gateway = self.home.gateway()
        self.assertEqual(self.call(key).status, 200)
        self.assertEqual(self.used("child"), 2 * CALL_TOKENS, "something of it was lost")

    def test_a_database_that_another_program_holds_refuses_keys_until_it_is_let_go(self):
        key = self.key("child", "--budget", "day=32000-tokens")
        holder = sqlite3.connect(self.database(), isolation_level=None)
        with contextlib.closing(holder):
            holder.execute("BEGIN IMMEDIATE")
            refused = self.call(key)
            self.assertEqual(refused.status, 503)
            self.assertIn("held by another program", refused.error["message"])
            self.assertEqual(self.call(TOKEN).status, 200)
            holder.execute("ROLLBACK")
        self.assertEqual(self.call(key).status, 200)


if __name__ == "__main__":
    unittest.main()
