#!/usr/bin/env python3
"""Logins at an issuer: made with a browser, by a paste, in two steps and on another screen; renewed by the command and
by the gateway; and never a refresh token sent twice, whatever happens in between."""
import http.server
import json
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from login_server import CLIENT, LoginServer  # noqa: E402
from program import PROGRAM, Home, free_port  # noqa: E402

STORE = "agents/main/agent/auth-profiles.json"
PROFILE = "lab:me@example.com"


def config(issuer: LoginServer, model_url: str = "http://127.0.0.1:1", **more) -> dict:
    return {"gateway": {"mode": "local", "port": free_port()},
            "auth": {"oauth": {"providers": {"lab": {"issuer": issuer.url, "clientId": CLIENT,
                                                     "redirectUris": [f"http://127.0.0.1:{free_port()}/callback"],
                                                     "scopes": ["openid", "offline_access"], **more}}}},
            "models": {"providers": {"lab": {"baseUrl": model_url, "api": "openai-completions",
                                             "models": [{"id": "one", "name": "one"}]}}},
            "agents": {"defaults": {"model": {"primary": "lab/one"}}}}


def browse(url: str) -> tuple[int, str]:
    """What a person's browser does: it follows the redirect to this host."""
    try:
        with urllib.request.urlopen(url, timeout=60) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class StrictModel:
    """A provider that answers only with an access token that its issuer gave."""

    def __init__(self, issuer: LoginServer):
        self.seen: list[str] = []
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                token = self.headers.get("authorization", "").removeprefix("Bearer ")
                model.seen.append(token)
                good = token in issuer.access
                body = json.dumps({"choices": [{"message": {"role": "assistant", "content": "hello"},
                                                "finish_reason": "stop"}]} if good else
                                  {"error": {"message": "token expired", "code": "invalid_api_key"}}).encode()
                self.send_response(200 if good else 401)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


class Logins(unittest.TestCase):
    def log_in(self, home: Home) -> dict:
        process = subprocess.Popen([PROGRAM, "models", "auth", "login", "--provider", "lab", "--json"],
                                   env=home.environment(), cwd=home.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        event = json.loads(process.stdout.readline())
        self.assertEqual(event["event"], "open")
        address = urllib.parse.urlsplit(event["redirectUri"])
        # What browsers send besides, and stale tabs, end nothing.
        self.assertEqual(browse(f"http://{address.netloc}/favicon.ico")[0], 404)
        self.assertEqual(browse(f"{event['redirectUri']}?code=x&state=of-another-login")[0], 400)
        status, page = browse(event["url"])
        rest, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(status, 200)
        self.assertIn("You are logged in", page)
        return json.loads(rest)

    def ended(self, home: Home) -> None:
        """The stored login's access token ended a minute ago."""
        store = home.read(STORE)
        store["profiles"][PROFILE]["expires"] = int(time.time() * 1000) - 60_000
        home.write(STORE, store)

    def test_one_is_made_with_a_browser(self):
        with LoginServer() as issuer, Home(config(issuer)) as home:
            self.assertEqual(self.log_in(home)["profileId"], PROFILE)
            stored = home.read(STORE)["profiles"][PROFILE]
            self.assertEqual(stored["type"], "oauth")
            self.assertIn(stored["access"], issuer.access)
            self.assertIn(stored["refresh"], issuer.refresh)
            self.assertEqual(stored["email"], "me@example.com")
            self.assertEqual((home.state / STORE).stat().st_mode & 0o777, 0o600)

    def test_one_is_made_in_two_steps(self):
        with LoginServer() as issuer, Home(config(issuer)) as home:
            begun = home.run("models", "auth", "login", "start", "--provider", "lab", "--json")
            self.assertEqual(begun.returncode, 0, begun.stderr)
            asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(json.loads(begun.stdout)["url"]).query))
            came = asked["redirect_uri"] + "?" + urllib.parse.urlencode(issuer.authorize(asked))
            wrong = home.run("models", "auth", "login", "finish", "--provider", "lab", stdin=came.replace("state=", "state=x"))
            self.assertNotEqual(wrong.returncode, 0)
            self.assertFalse((home.state / STORE).exists())
            finished = home.run("models", "auth", "login", "finish", "--provider", "lab", stdin=came)
            self.assertEqual(finished.returncode, 0, finished.stderr)
            self.assertIn(PROFILE, home.read(STORE)["profiles"])
            again = home.run("models", "auth", "login", "finish", "--provider", "lab", stdin=came)
            self.assertIn("models auth login start --provider lab", again.stderr)

    def test_one_is_made_on_another_screen(self):
        with LoginServer() as issuer, Home(config(issuer)) as home:
            process = subprocess.Popen([PROGRAM, "models", "auth", "login", "--provider", "lab", "--device-code", "--json"],
                                       env=home.environment(), cwd=home.folder, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            event = json.loads(process.stdout.readline())
            self.assertEqual((event["event"], event["userCode"]), ("device-code", "WDJB-MJHT"))
            while issuer.polls < 1:
                time.sleep(0.05)
            issuer.approved.set()
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
            self.assertIn(PROFILE, home.read(STORE)["profiles"])

    def test_one_that_is_denied_stores_nothing(self):
        with LoginServer() as issuer, Home(config(issuer)) as home:
            issuer.script = [(400, {"error": "invalid_grant"})]
            begun = home.run("models", "auth", "login", "start", "--provider", "lab", "--json")
            asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(json.loads(begun.stdout)["url"]).query))
            came = asked["redirect_uri"] + "?" + urllib.parse.urlencode(issuer.authorize(asked))
            finished = home.run("models", "auth", "login", "finish", "--provider", "lab", stdin=came)
            self.assertNotEqual(finished.returncode, 0)
            self.assertIn("invalid_grant", finished.stderr)
            self.assertFalse((home.state / STORE).exists())

    def test_the_command_renews_it(self):
        with LoginServer() as issuer, Home(config(issuer)) as home:
            self.log_in(home)
            before = home.read(STORE)["profiles"][PROFILE]
            renewed = home.run("models", "auth", "refresh", "--json")
            self.assertEqual(renewed.returncode, 0, renewed.stderr)
            self.assertEqual(json.loads(renewed.stdout)["logins"][0]["status"], "renewed")
            after = home.read(STORE)["profiles"][PROFILE]
            self.assertNotEqual(after["refresh"], before["refresh"])
            self.assertEqual(issuer.spent, [before["refresh"]])

    def test_a_message_renews_one_that_has_ended(self):
        with LoginServer() as issuer:
            model = StrictModel(issuer)
            with Home(config(issuer, model.url)) as home:
                self.log_in(home)
                self.ended(home)
                with home.gateway():
                    answer = home.run("agent", "--message", "hi", "--json")
                    self.assertEqual(answer.returncode, 0, answer.stderr)
                self.assertEqual(len(issuer.spent), 1)
                self.assertIn(model.seen[-1], issuer.access)
                self.assertEqual(len(model.seen), 1)  # the ended token was never sent

    def test_a_refusal_before_its_end_renews_it_once(self):
        with LoginServer() as issuer:
            model = StrictModel(issuer)
            with Home(config(issuer, model.url)) as home:
                self.log_in(home)
                issuer.access.clear()  # its access token counts no more
                with home.gateway():
                    answer = home.run("agent", "--message", "hi", "--json")
                    self.assertEqual(answer.returncode, 0, answer.stderr)
                self.assertEqual(len(issuer.spent), 1)
                self.assertEqual(len(model.seen), 2)

    def test_many_processes_and_copies_make_one_call(self):
        with LoginServer() as issuer, Home({**config(issuer)}) as home:
            self.log_in(home)
            store = home.read(STORE)
            home.write("openclaw.json", {**home.read("openclaw.json"), "agents": {
                "defaults": {"model": {"primary": "lab/one"}}, "list": [{"id": "main"}, {"id": "work"}]}})
            home.write("agents/work/agent/auth-profiles.json", store)
            command = [PROGRAM, "models", "auth", "refresh", PROFILE, "--json", "--agent"]
            processes = [subprocess.Popen([*command, agent], env=home.environment(), cwd=home.folder,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                         for agent in ["main", "work"] * 4]
            ends = [process.communicate(timeout=120) and process.returncode for process in processes]
            self.assertEqual(len(issuer.spent), len(set(issuer.spent)))
            self.assertEqual(set(ends), {0})
            tokens = {home.read(f"agents/{agent}/agent/auth-profiles.json")["profiles"][PROFILE]["refresh"]
                      for agent in ("main", "work")}
            self.assertEqual(tokens, issuer.refresh)

    def test_a_killed_renewal_is_never_repeated(self):
        for moment in range(12):
            with LoginServer() as issuer, Home(config(issuer)) as home:
                self.log_in(home)
                process = subprocess.Popen([PROGRAM, "models", "auth", "refresh", PROFILE], env=home.environment(),
                                           cwd=home.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                time.sleep(0.01 * moment)
                process.send_signal(signal.SIGKILL)
                process.wait()
                home.run("models", "auth", "refresh", PROFILE)
                self.assertEqual(len(issuer.spent), len(set(issuer.spent)), moment)
                # Either the store has what was given last, or it says that nobody knows.
                stored = home.read(STORE)["profiles"][PROFILE]["refresh"]
                if stored not in issuer.refresh:
                    said = home.run("models", "auth", "refresh", PROFILE)
                    self.assertIn("log in again", said.stderr)

    def test_a_lost_answer_and_a_dead_token_take_a_new_login(self):
        for answer in (None, (502, "<html>bad gateway</html>"), (400, {"error": "invalid_grant"})):
            with LoginServer() as issuer, Home(config(issuer)) as home:
                self.log_in(home)
                issuer.script = [answer]
                for _ in range(3):
                    said = home.run("models", "auth", "refresh", PROFILE)
                    self.assertNotEqual(said.returncode, 0)
                    self.assertIn("openclaw models auth login --provider lab", said.stderr)
                self.assertEqual(len(issuer.spent), 1)
                self.log_in(home)
                self.assertEqual(home.run("models", "auth", "refresh", PROFILE).returncode, 0)


if __name__ == "__main__":
    unittest.main()
