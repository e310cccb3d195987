#!/usr/bin/env python3
"""What `openclaw connect` prints is pasted as it stands, and a program gets an answer through it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

KEY = "gateway-token-0123456789abcdef0123"
NASTY = "it's \"a\" $KEY \\ with `all` of it"
# As an SDK does: everything comes from the environment.
PYTHON = """
import json, os, urllib.request
request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions",
    json.dumps({"model": "openclaw", "messages": [{"role": "user", "content": "Hello"}]}).encode(),
    {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
"""


class Connect(unittest.TestCase):
    def setUp(self):
        self.provider = self.enterContext(RecordingProvider())

    def home(self, key: str = KEY, **gateway) -> Home:
        home = self.enterContext(Home({
            "gateway": {"mode": "local", "port": free_port(), "auth": {"mode": "token", "token": key}, **gateway},
            "models": {"providers": {"corp": {"baseUrl": self.provider.url + "/v1", "api": "openai-completions",
                                              "apiKey": "sk-corp-0123456789", "models": [{"id": "rec", "name": "rec"}]}}},
            "agents": {"defaults": {"model": {"primary": "corp/rec"}}}}))
        (home.folder / "key").write_text(key + "\n")
        return home

    def connect(self, home: Home, client: str, *more: str) -> str:
        done = home.run("connect", client, "--key-file", "key", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def shell(self, home: Home, text: str) -> str:
        done = subprocess.run(["bash", "-eu", "-c", text], cwd=home.folder, env=home.environment(), text=True,
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def answer_by_curl(self, home: Home) -> str:
        return json.loads(self.shell(home, self.connect(home, "curl")))["choices"][0]["message"]["content"]

    def answer_by_python(self, home: Home) -> str:
        (home.folder / "ask.py").write_text(PYTHON)
        return self.shell(home, self.connect(home, "openai-sdk") + f"{sys.executable} ask.py").strip()

    def test_curl_and_a_program_get_an_answer(self):
        for tls in ({}, {"tls": {"enabled": True}}):
            with self.subTest(tls):
                home = self.home(**tls)
                with home.gateway():
                    self.assertEqual(self.answer_by_curl(home), self.provider.reply)
                    self.assertEqual(self.answer_by_python(home), self.provider.reply)

    def test_a_key_of_any_characters_arrives_as_it_is(self):
        home = self.home(NASTY)
        with home.gateway():
            self.assertEqual(self.answer_by_curl(home), self.provider.reply)
            self.assertEqual(self.answer_by_python(home), self.provider.reply)

    def test_every_name_that_is_given_reaches_the_gateway_with_its_certificate(self):
        home = self.home(tls={"enabled": True})
        with home.gateway():
            made = json.loads(self.connect(home, "curl", "--json"))
            self.assertIn("localhost", made["otherHosts"])
            for host in made["otherHosts"]:
                text = self.connect(home, "curl", "--host", host)
                self.assertEqual(json.loads(self.shell(home, text))["object"], "chat.completion", host)

    def test_a_host_that_the_certificate_does_not_name_is_said(self):
        home = self.home(tls={"enabled": True})
        with home.gateway():
            done = home.run("connect", "curl", "--key-file", "key", "--host", "nas.example.com")
            self.assertEqual(done.returncode, 0)
            self.assertIn("doesn't name nas.example.com; `openclaw gateway cert names add", done.stderr)
            self.assertIn("https://nas.example.com:", done.stdout)

    def test_another_openclaw_talks_to_it_by_the_file_that_is_printed(self):
        for tls in ({}, {"tls": {"enabled": True}}):
            with self.subTest(tls):
                home = self.home(**tls)
                with home.gateway(), Home(self.connect(home, "openclaw")) as other:
                    done = other.run("agent", "--message", "Hello")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(self.provider.reply, done.stdout)

    def test_the_block_goes_to_a_file_for_its_owner_and_not_to_the_terminal(self):
        home = self.home()
        for client in ("curl", "continue"):
            done = home.run("connect", client, "--key-file", "-", "--out", f"{client}.block", stdin=KEY + "\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotIn(KEY, done.stdout + done.stderr)
            written = home.folder / f"{client}.block"
            self.assertEqual(written.stat().st_mode & 0o777, 0o600)
            self.assertIn(KEY, written.read_text())
            again = home.run("connect", client, "--key-file", "key", "--out", f"{client}.block", "--json")
            self.assertEqual(again.returncode, 5)
            self.assertEqual(again.stdout, "")

    def test_a_client_that_cannot_work_yet_gets_nothing(self):
        home = self.home()
        listed = json.loads(home.run("connect", "--json").stdout)
        self.assertIn("curl", [client["client"] for client in listed if client["works"]])
        for client in listed:
            if client["works"]:
                continue
            done = home.run("connect", client["client"], "--key-file", "key", "--out", "block")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(client["missing"], done.stderr)
            self.assertFalse((home.folder / "block").exists())

    def test_what_it_says_that_is_missing_is_missing(self):
        home = self.home()
        with home.gateway():
            made = json.loads(self.connect(home, "openai-sdk", "--json"))
            notes = "\n".join(made["notes"])
            self.assertIn("tools, images and other formats than text are refused (400)", notes)
            for more in ({"tools": [{"type": "function", "function": {"name": "f"}}]},
                         {"response_format": {"type": "json_object"}}):
                self.assertEqual(self.status(made, "POST", "/chat/completions", more), 400)
            self.assertEqual("GET /v1/models isn't answered yet" in notes, self.status(made, "GET", "/models") == 404)

    def status(self, made: dict, method: str, path: str, more: dict | None = None) -> int:
        variables = made["variables"]
        body = {"model": made["model"], "messages": [{"role": "user", "content": "Hello"}], **(more or {})}
        asked = urllib.request.Request(
            variables["OPENAI_BASE_URL"] + path, json.dumps(body).encode() if method == "POST" else None,
            {"Authorization": "Bearer " + variables["OPENAI_API_KEY"], "Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_it_says_so_where_nobody_listens(self):
        home = self.home()
        nobody = "nobody listens on port"
        self.assertIn(nobody, home.run("connect", "curl", "--key-file", "key").stderr)
        with home.gateway():
            self.assertNotIn(nobody, home.run("connect", "curl", "--key-file", "key").stderr)
        with home.gateway("--port", str(free_port())):
            self.assertIn(nobody, home.run("connect", "curl", "--key-file", "key").stderr)

    def test_the_list_fits_a_terminal(self):
        for line in self.home().run("connect").stdout.splitlines():
            self.assertLessEqual(len(line), 80)

    def test_a_key_is_made_for_each_client_and_opens_what_it_is_for_until_it_is_revoked(self):
        home = self.home()
        with home.gateway():
            for name in ("curl", "curl-2", "notebook"):
                named = ("--name", name) if name == "notebook" else ()
                done = home.run("connect", "curl", *named)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"note: the key isn't shown again: {name}: chat; until it is revoked", done.stderr)
                self.assertNotIn(KEY, done.stdout)
                self.assertEqual(json.loads(self.shell(home, done.stdout))["object"], "chat.completion")
            text = done.stdout
            self.assertEqual(home.run("gateway", "keys", "revoke", "notebook").returncode, 0)
            refused = subprocess.run(["bash", "-c", text], cwd=home.folder, env=home.environment(), text=True,
                                     capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
            self.assertIn("401", refused.stdout + refused.stderr)
            again = home.run("connect", "curl", "--name", "curl")
            self.assertEqual((again.returncode, again.stdout), (5, ""))

    def test_another_openclaw_gets_a_key_that_writes_and_reads(self):
        home = self.home(tls={"enabled": True})
        with home.gateway():
            with Home(self.made(home, "openclaw").stdout) as other:
                self.assertIn(self.provider.reply, other.run("agent", "--message", "Hello").stdout)
                self.assertEqual(other.run("health").returncode, 0)

    def made(self, home: Home, client: str, *more: str) -> subprocess.CompletedProcess:
        done = home.run("connect", client, *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_a_key_that_nobody_was_given_is_none(self):
        home = self.home()
        done = home.run("connect", "curl", "--out", "no/such/folder/block")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(json.loads(home.run("gateway", "keys", "list", "--json").stdout)["keys"], [])

    def test_a_new_key_is_restricted_as_it_was_said(self):
        home = self.home()
        with home.gateway():
            made = json.loads(self.made(home, "openai-sdk", "--models", "other/*", "--expires", "12h", "--json").stdout)
            self.assertEqual(made["key"]["limits"]["models"], ["other/*"])
            self.assertTrue(made["key"]["endsAt"])
            self.assertEqual(self.status(made, "POST", "/chat/completions"), 403)
        for wrong in (["--expires", "0"], ["--models", ""]):
            self.assertEqual(home.run("connect", "curl", *wrong).returncode, 1, wrong)
        self.assertEqual(home.run("connect", "curl", "--key-file", "key", "--models", "a/*").returncode, 1)

    def test_no_key_is_made_where_nothing_is_printed(self):
        home = self.home()
        for words in (["gemini"], ["crul"], ["curl", "--model", "a b"], ["curl", "--host", "not a host"],
                      ["curl", "--out", "key"], ["curl", "--name", "a b"]):
            done = home.run("connect", *words)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertEqual(done.stdout, "")
        self.assertFalse((home.state / "gateway/gateway.sqlite").exists())

    @unittest.skipUnless(shutil.which("curl"), "curl isn't here")
    def test_the_key_is_in_no_list_of_processes(self):
        text = self.connect(self.home(), "curl")
        self.assertNotIn(KEY, text.splitlines()[0])
        self.assertIn(KEY, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
