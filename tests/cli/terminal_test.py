#!/usr/bin/env python3
"""Holds `agent` and `chat` to what a person at a terminal sees: streaming, Ctrl-C, Ctrl-D, history.

Usage: tests/cli/terminal_test.py PROGRAM
"""
import http.server
import json
import os
import pathlib
import pty
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from recording_provider import RecordingProvider, last_user_text  # noqa: E402

PROGRAM = ""
DEADLINE = 20  # seconds


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, home: str, *arguments: str):
        self.shown = self.before = ""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM, *arguments], {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm",
                                                       "LANG": "C.UTF-8", "NO_COLOR": "1"})

    def read(self) -> bool:
        if not select.select([self.descriptor], [], [], 0.2)[0]:
            return True
        try:
            piece = os.read(self.descriptor, 65536)
        except OSError:  # the program has closed its end
            return False
        self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)

    def wait(self, text: str) -> None:
        """Until `text` has been shown; what stood before it is in `before`."""
        end = time.monotonic() + DEADLINE
        while text not in self.shown:
            if not self.read() or time.monotonic() > end:
                raise AssertionError(f"never showed {text!r}; it showed {self.shown!r}")
        self.before, self.shown = self.shown.split(text, 1)

    def type(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def end(self) -> int:
        end = time.monotonic() + DEADLINE
        while self.read():
            if time.monotonic() > end:
                raise AssertionError(f"did not end; it showed {self.shown!r}")
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class FreeModels(http.server.BaseHTTPRequestHandler):
    """Two models that call tools."""

    def do_GET(self) -> None:
        self.reply({"data": [{"id": "m/a:free"}, {"id": "m/b:free"}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.reply({"choices": [{"message": {"tool_calls": [{}]}}]})

    def reply(self, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class AtATerminal(unittest.TestCase):
    def setUp(self) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="openclaw-terminal-")
        self.addCleanup(self.home.cleanup)
        self.state = pathlib.Path(self.home.name) / ".openclaw"
        self.state.mkdir()
        self.use_model("demo/echo")

    def use_model(self, model: str) -> None:
        text = f'{{agents: {{defaults: {{model: {{primary: "{model}"}}}}}}}}'
        (self.state / "openclaw.json").write_text(text, encoding="utf-8")

    def store_two_demo_keys(self) -> None:
        store = self.state / "agents/main/agent/auth-profiles.json"
        store.parent.mkdir(parents=True, exist_ok=True)
        keys = {f"demo:{name}": {"type": "api_key", "provider": "demo", "key": f"demo-key-number-{name}"}
                for name in ("first", "second")}
        store.write_text(json.dumps({"version": 1, "profiles": keys}))
        store.chmod(0o600)

    def open(self, *arguments: str) -> Terminal:
        return Terminal(self.home.name, *arguments)

    def test_chat_answers_line_by_line_until_ctrl_d(self) -> None:
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("hello there\r")
        chat.wait('reads: "hello there"')
        chat.wait("you> ")
        chat.type("/status\r")
        chat.wait("demo/echo")
        chat.wait("you> ")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)

    def test_chat_remembers_lines_in_a_private_file(self) -> None:
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("/status\r")
        chat.wait("you> ")
        chat.type("\x04")
        chat.end()
        self.assertEqual((self.state / "chat-history").stat().st_mode & 0o777, 0o600)
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("\x10\r")  # the line before
        chat.wait("demo/echo")
        chat.wait("you> ")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)

    def test_ctrl_c_empties_the_line(self) -> None:
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("never sent\x03")
        chat.wait("you> ")
        chat.type("sent\r")
        chat.wait('reads: "sent"')
        chat.wait("you> ")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)

    def test_ctrl_c_stops_the_reply_and_the_conversation_goes_on(self) -> None:
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("word " * 300 + "\r")  # the demo reads it back, a word each 25 ms
        chat.wait("[demo]")
        chat.type("\x03")
        chat.wait("(stopped)")
        chat.wait("you> ")
        chat.type("/quit\r")
        self.assertEqual(chat.end(), 0)

    def recorded(self) -> RecordingProvider:
        """A provider that keeps what it is asked, as the model in use."""
        provider = self.enterContext(RecordingProvider())
        (self.state / "openclaw.json").write_text(json.dumps({
            "models": {"providers": {"corp": {"baseUrl": provider.url + "/v1", "api": "openai-completions",
                                              "models": [{"id": "rec", "name": "rec"}]}}},
            "agents": {"defaults": {"model": {"primary": "corp/rec"}}}}))
        return provider

    def say(self, *typed: str) -> list:
        """What the provider is asked when this is typed, each piece after the prompt that the one before made."""
        provider = self.recorded()
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        for piece in typed:
            chat.type(piece)
        chat.wait(provider.reply)
        chat.wait("you> ")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)
        return [last_user_text(request.body) for request in provider.requests]

    def test_what_is_pasted_is_one_message(self) -> None:
        for paste, message in (("one\rtwo\rthree", "one\ntwo\nthree"), ("a\nb\n", "a\nb"),
                               ("größe\n\n  ü\t€ 😀", "größe\n\n  ü € 😀"), ("x\x03y\x7f", "xy")):
            with self.subTest(paste):
                self.assertEqual(self.say("\x1b[200~" + paste + "\x1b[201~", "\r"), [message])
        self.assertEqual(self.say("look: ", "\x1b[200~1\r2\x1b[201~", " end\r"), ["look: 1\n2 end"])

    def test_a_line_is_broken_by_a_backslash_or_alt_enter(self) -> None:
        self.assertEqual(self.say("one\\\r", "two\\\r", "three\r"), ["one\ntwo\nthree"])
        self.assertEqual(self.say("one\x1b\rtwo\r"), ["one\ntwo"])
        self.assertEqual(self.say("ends in two \\\\\r"), ["ends in two \\\\"])

    def test_silence_shows_a_sign_of_life_until_the_first_text(self) -> None:
        provider = self.recorded()
        provider.silent = threading.Event()
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("hello\r")
        chat.wait("waiting for the answer (2 s)")
        chat.wait("(3 s)")
        provider.silent.set()
        chat.wait("\r\x1b[K" + provider.reply)  # the line is empty again before the answer begins
        chat.wait("you> ")
        self.assertNotIn("\x1b[K", chat.before, "what was answered stays")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)

    def test_silence_within_an_answer_shows_a_sign_of_life_below_it(self) -> None:
        provider = self.recorded()
        chat = self.open("chat", "--local")
        chat.wait("you> ")
        chat.type("HOLD\r")
        chat.wait("pong from ")
        chat.wait("\x1bD\x1b[A\x1b7\x1b[B\rwaiting for more of the answer (2 s); Ctrl-C stops\x1b[K\x1b8")
        chat.wait("(3 s)")
        provider.released.set()
        chat.wait("\x1b[B\r\x1b[K\x1b8the recording")  # gone before the line goes on where it stopped
        chat.wait("you> ")
        self.assertNotIn("waiting", chat.before)
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)

    def test_how_an_answer_came_about_stands_on_a_line_of_its_own(self) -> None:
        self.use_model("demo/flaky")
        for command in (("chat", "--local"), ("agent", "--local", "--session-key", "another", "--message", "hello")):
            with self.subTest(command):
                self.store_two_demo_keys()
                program = self.open(*command)
                if command[0] == "chat":
                    program.wait("you> ")
                    program.type("hello\r")
                program.wait(" demo:second.\nnote: demo:first (demo/flaky): rate limited")
                if command[0] == "chat":
                    program.wait("\nyou> ".lstrip())
                    program.type("\x04")
                self.assertEqual(program.end(), 0)

    def test_the_notice_is_the_same_through_the_gateway(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        self.use_model("demo/flaky")
        self.store_two_demo_keys()
        gateway = self.open("gateway", "run", "--port", port)
        gateway.wait("locked by")
        chat = self.open("chat")
        chat.wait("you> ")
        chat.type("hello\r")
        chat.wait(" demo:second.\nnote: demo:first (demo/flaky): rate limited")
        chat.wait("you> ")
        chat.type("\x04")
        self.assertEqual(chat.end(), 0)
        gateway.type("\x03")
        self.assertEqual(gateway.end(), 0)

    def test_tables_and_profiles_are_cut_to_the_terminal_and_whole_in_a_pipe(self) -> None:
        long = "m" * 90
        (self.state / "openclaw.json").write_text(json.dumps({
            "agents": {"defaults": {"model": {"primary": f"lab/{long}"}}},
            "models": {"providers": {"lab": {"baseUrl": "http://127.0.0.1:9/v1", "models": [
                {"id": long, "name": long}]}}}}))
        listing = self.open("models", "list")
        self.assertEqual(listing.end(), 0)
        self.assertTrue(all(len(line) <= 80 for line in listing.shown.splitlines()), listing.shown)
        self.assertIn("…", listing.shown)
        piped = subprocess.run([PROGRAM, "models", "list"], env={"HOME": self.home.name}, text=True, check=True,
                               stdout=subprocess.PIPE).stdout
        self.assertIn(f"lab/{long} ", piped)

    def test_a_terminal_gets_twenty_profiles_and_a_pipe_all(self) -> None:
        folder = self.state / "agents/main/agent"
        folder.mkdir(parents=True)
        keys = {f"anthropic:p{i:02}": {"type": "token", "provider": "anthropic", "token": f"sk-ant-oat01-{i:040}"}
                for i in range(23)}
        (folder / "auth-profiles.json").write_text(json.dumps({"version": 1, "profiles": keys}))
        (folder / "auth-profiles.json").chmod(0o600)
        status = self.open("models", "status")
        self.assertEqual(status.end(), 0)
        self.assertIn("and 3 more (`--all-profiles` shows them)", status.shown)
        piped = subprocess.run([PROGRAM, "models", "status"], env={"HOME": self.home.name}, text=True, check=True,
                               stdout=subprocess.PIPE).stdout
        self.assertNotIn("--all-profiles", piped)
        for profile in keys:
            self.assertIn(f"  - {profile} ", piped)

    def test_agent_streams_to_a_terminal(self) -> None:
        agent = self.open("agent", "--local", "--message", "hello there")
        agent.wait("[demo] No model was asked")
        agent.wait("hello there")
        self.assertEqual(agent.end(), 0)

    def test_scan_asks_which_models_to_add(self) -> None:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FreeModels)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = self.state / "openclaw.json"
        config.write_text(f'''{{models: {{providers: {{openrouter: {{
            baseUrl: "http://127.0.0.1:{server.server_port}/v1", apiKey: "sk-or-v1-000000000000", models: []}}}}}}}}''')
        for typed, shown, kept in (("none\r", "Nothing changed.", 0), ("7\r", "7 is no number of the list", 0),
                                   ("2 1\r", "Added to the fallbacks: ", 2), ("\x04", "cancelled", 2)):
            scan = self.open("models", "scan")
            scan.wait("Enter for the best 2, or none: ")
            scan.type(typed)
            scan.wait(shown)
            scan.end()
            self.assertEqual(config.read_text().count("openrouter/m/"), kept)

    def test_agents_are_added_and_deleted_after_asking(self) -> None:
        add = self.open("agents", "add")
        add.wait("Agent name: ")
        add.type("Lab\n")
        add.wait("/workspace-lab]: ")
        add.type("\n")
        add.wait("Agent: lab")
        self.assertEqual(add.end(), 0)
        self.assertTrue((self.state / "workspace-lab").is_dir())
        for answer, status in (("\n", 130), ("n\n", 130), ("y\n", 0)):
            self.assertTrue((self.state / "agents/lab").is_dir())
            delete = self.open("agents", "delete", "lab")
            delete.wait("[y/N] ")
            delete.type(answer)
            self.assertEqual(delete.end(), status)
        self.assertFalse((self.state / "agents/lab").exists())
        self.assertEqual(len(list((self.state / "trash/agents").iterdir())), 1)

    def test_a_credential_is_added_by_answering(self) -> None:
        add = self.open("models", "auth", "add")
        add.wait("Provider (anthropic")
        add.type("antropic\r")
        add.wait("did you mean anthropic?")
        add.wait("Provider (anthropic")
        add.type("anthropic\r")
        add.wait("  3. bearer token")  # what can be chosen stands before the question
        add.wait("How do you log in? [1] ")
        add.type("\r")
        add.wait("Store it as [anthropic:default]: ")
        add.type("\r")
        add.wait("Paste API key for anthropic: ")
        add.type("sk-ant-api03-abcdefghijklmnopqrst\r")
        add.wait("Auth profile: anthropic:default (anthropic/api_key)")
        self.assertEqual(add.end(), 0)

    def test_a_secret_is_not_taken_for_a_name(self) -> None:
        add = self.open("models", "auth", "add")
        add.wait("Provider (anthropic")
        add.type("openrouter\r")
        add.wait("How do you log in? [1] ")
        add.type("1\r")
        add.wait("Store it as [openrouter:default]: ")
        add.type("sk-or-v1-0123456789abcdef0123456789abcdef\r")
        add.wait("looks like a secret, not like a profile id")
        self.assertEqual(add.end(), 1)
        self.assertFalse((self.state / "agents").exists())


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
