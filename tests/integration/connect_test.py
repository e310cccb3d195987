#!/usr/bin/env python3
"""What `openclaw connect` prints is pasted as it stands, and a program gets an answer through it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

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

    @unittest.skipUnless(shutil.which("curl"), "curl isn't here")
    def test_the_key_is_in_no_list_of_processes(self):
        text = self.connect(self.home(), "curl")
        self.assertNotIn(KEY, text.splitlines()[0])
        self.assertIn(KEY, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
