#!/usr/bin/env python3
"""`models status --probe`: true verdicts, alone and through a busy gateway, without a trace."""
import concurrent.futures
import hashlib
import http.client
import json
import pathlib
import re
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider, last_user_text, send, whole  # noqa: E402

TOKEN = "gateway-token-0123456789abcdef"
# What the stand-in does with a key that ends so, and what a probe says of it: the reference's word, ours.
VERDICTS = {"good": (200, "ok", ""), "bad": (401, "auth", "auth"), "broke": (402, "billing", "billing"),
            "busy": (429, "rate_limit", "rate_limit"), "down": (500, "unknown", "server_error"),
            "late": (0, "timeout", "timeout")}


class KeyedProvider(RecordingProvider):
    """Answers by the key; live turns (which say so) take a moment, so that probes meet them under way."""

    def answer(self, handler, body, anthropic):
        key = handler.headers.get("authorization", "")
        status = next((code for name, (code, *_) in VERDICTS.items() if key.endswith(name)), 200)
        if status == 0:
            time.sleep(2)
            return
        if "live" in last_user_text(body):
            time.sleep(0.2)
        if status == 200:
            if body.get("stream"):
                return super().answer(handler, body, anthropic)
            return send(handler, 200, "application/json", json.dumps(whole("OK", anthropic)))
        words = "Incorrect API key provided" if status < 500 else "A shard is down for"
        error = {"error": {"message": f"{words}: {key.split()[-1]}", "type": "recorded"}}
        send(handler, status, "application/json", json.dumps(error))

    def keys(self):
        return sorted(r.headers["authorization"].rsplit("-", 1)[-1] for r in self.requests)


def profile(name: str) -> dict:
    return {"type": "api_key", "provider": "corp", "key": f"corp-secret-key-{name}"}


def home(provider: RecordingProvider, names=tuple(VERDICTS), **settings) -> Home:
    config = {"gateway": {"mode": "local", "port": free_port(), "auth": {"token": TOKEN}},
              "models": {"providers": {"corp": {"baseUrl": provider.url + "/v1", "api": "openai-completions",
                                                "models": [{"id": "m1", "name": "m1"}, {"id": "m2", "name": "m2"}],
                                                **settings}}},
              "agents": {"defaults": {"model": {"primary": "corp/m1"}}}}
    return Home(config, {f"corp:{name}": profile(name) for name in names})


def files_of(place: Home) -> dict:
    kept = {}
    for path in sorted(place.state.rglob("*")):
        # What turns have used is written behind; probes have no part in it.
        if path.name.startswith("gateway.sqlite"):
            continue
        if path.is_file() and "logs" not in path.parts and path.suffix not in (".log", ".sock", ".lock"):
            kept[str(path.relative_to(place.state))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return kept


def until_written(place: Home, turns: int) -> None:
    """What turns have said follows them to the disk: until the records of that many say how they ended."""
    sessions = place.state / "agents" / "main" / "sessions"
    for _ in range(6000):
        index = sessions / "sessions.json"
        records = json.loads(index.read_text()) if index.exists() else {}
        if sum(record.get("inputTokens", 0) > 0 for record in records.values()) >= turns:
            return
        time.sleep(0.01)
    raise AssertionError(f"the records of {turns} turns were not written within a minute")


def probes(done) -> dict:
    return json.loads(done.stdout)["auth"]["probes"]


class Probe(unittest.TestCase):
    arguments = ("models", "status", "--probe", "--probe-timeout", "600", "--probe-concurrency", "6")

    def check_verdicts(self, done):
        summary = probes(done)
        self.assertEqual(summary["totalTargets"], len(VERDICTS))
        self.assertEqual([r["label"] for r in summary["results"]], sorted(f"corp:{name}" for name in VERDICTS))
        for result in summary["results"]:
            _, status, reason = VERDICTS[result["label"].split(":")[1]]
            self.assertEqual((result["status"], result.get("reason", "")), (status, reason), result)
            self.assertNotIn("corp-secret-key", json.dumps(result))
        self.assertNotIn("corp-secret-key", done.stdout + done.stderr)

    def test_without_a_gateway_each_profile_gets_its_verdict_and_nothing_is_written(self):
        with KeyedProvider() as provider, home(provider) as place:
            before = files_of(place)
            done = place.run(*self.arguments, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("6 requests of at most 8 output tokens", done.stderr)
            self.check_verdicts(done)
            self.assertEqual(files_of(place), before)
            self.assertEqual(provider.keys(), sorted(VERDICTS))
            for request in provider.requests:
                self.assertEqual(request.body.get("max_tokens") or request.body.get("max_completion_tokens"), 8)

    def test_check_fails_when_a_probe_does(self):
        with KeyedProvider() as provider, home(provider, ("good", "bad")) as place:
            self.assertEqual(place.run("models", "status", "--check").returncode, 0)
            done = place.run(*self.arguments, "--check")
            self.assertEqual(done.returncode, 1)
            self.assertIn("check: 1 of 2 probes failed: corp/m1 corp:bad (api_key) auth", done.stderr)
            done = place.run(*self.arguments, "--check", "--probe-profile", "corp:good")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_all_models_and_the_config_key_are_asked_too(self):
        with KeyedProvider() as provider, home(provider, ("good",), apiKey="conf-key-good") as place:
            results = probes(place.run(*self.arguments, "--json", "--probe-models"))["results"]
            self.assertEqual([(r["label"], r["source"], r["model"], r["status"]) for r in results],
                             [("corp:good", "profile", "corp/m1", "ok"), ("corp:good", "profile", "corp/m2", "ok"),
                              ("models.json", "models.json", "corp/m1", "ok"),
                              ("models.json", "models.json", "corp/m2", "ok")])

    def test_the_table_is_for_people(self):
        with KeyedProvider() as provider, home(provider, ("good", "bad")) as place:
            done = place.run(*self.arguments)
            self.assertIn("Auth probes\n┌", done.stdout)
            self.assertRegex(done.stdout, r"│ corp/m1 +│ corp:good \(api_key\) +│ ok · \d+ms +│")
            self.assertRegex(done.stdout, r"│ +│ +│ ↳ 401 ")
            self.assertRegex(done.stdout, r"\nProbed 2 targets in \d")

    def test_through_a_busy_gateway_nothing_is_disturbed(self):
        with KeyedProvider() as provider, home(provider) as place, place.gateway():
            port = place.read("openclaw.json")["gateway"]["port"]
            names = sorted(VERDICTS, key=lambda name: (name != "good", name))  # the good key serves all turns
            place.run("models", "auth", "order", "set", "--provider", "corp", *(f"corp:{name}" for name in names))
            with concurrent.futures.ThreadPoolExecutor(50) as pool:
                turns = [pool.submit(ask, port, number) for number in range(50)]
                during = place.run(*self.arguments, "--json")
                answers = [turn.result() for turn in turns]
            self.assertIn("through the gateway", during.stderr)
            self.check_verdicts(during)
            self.assertEqual({status for status, _ in answers}, {200}, answers[:3])
            until_written(place, 50)
            self.assertEqual(place.run("models", "auth", "cooldown", "clear", "corp:good").returncode, 0)  # writes all uses
            # Now that nothing else writes: probes alone leave every file as it is.
            before = files_of(place)
            self.check_verdicts(place.run(*self.arguments, "--json"))
            self.assertEqual(files_of(place), before)
            self.assertFalse([name for name in before if "probe" in name])

    def test_the_gateways_own_environment_is_asked(self):
        with KeyedProvider() as provider, home(provider, ()) as place:
            config = place.read("openclaw.json")
            config["models"]["providers"]["openai"] = {"baseUrl": provider.url + "/v1", "models": [{"id": "g", "name": "g"}]}
            config["agents"]["defaults"]["model"]["primary"] = "openai/g"
            place.write("openclaw.json", config)
            with place.gateway():
                place.variables["OPENAI_API_KEY"] = "shell-only-good"
                done = place.run("agent", "--message", "hello")
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("OPENAI_API_KEY (environment): not set", done.stderr)
                self.assertIn("OPENAI_API_KEY is set in your shell, not in the gateway", done.stderr)
                self.assertRegex(done.stderr, r"run `openclaw models auth paste-api-key --provider openai`")
                self.assertNotIn(str(place.folder), done.stderr)
                done = place.run("explain", "openai/g")
                self.assertIn("In the gateway:", done.stdout)
                self.assertIn("OPENAI_API_KEY (environment): set in your shell, not in the gateway", done.stdout)
                done = place.run("models", "status", "--check")
                self.assertEqual(done.returncode, 1)
                self.assertIn("in the gateway: check: openai/g (default): nothing usable", done.stderr)
                status, body = ask(place.read("openclaw.json")["gateway"]["port"], 0)
                self.assertEqual(status, 502)
                self.assertIn("no usable credential for openai", body)
                self.assertNotIn("looked at", body)
                results = probes(place.run(*self.arguments, "--json"))["results"]
                self.assertNotIn("openai", [result["provider"] for result in results])


def ask(port: int, number: int):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = {"model": "openclaw", "messages": [{"role": "user", "content": f"live {number}"}], "user": f"u{number}"}
    connection.request("POST", "/v1/chat/completions", json.dumps(body),
                       {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"})
    answer = connection.getresponse()
    text = re.sub(r"\s+", " ", answer.read().decode())
    connection.close()
    return answer.status, text


if __name__ == "__main__":
    unittest.main(verbosity=2)
