#!/usr/bin/env python3
"""What only the wiring can get wrong: whether the real program hands its parts the local time zone, the proxy of the
environment and the time to drain. Builders and fakes make worlds of their own, and never miss what main.cpp forgets."""
import os
import pathlib
import re
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import PROGRAM, Home, Server, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

STORED = {"anthropic:work": {"type": "api_key", "provider": "anthropic", "key": "sk-ant-api03-wiring-0123456789ab"}}
SESSIONS = "agents/main/sessions/sessions.json"


def home(url: str, session: dict | None = None) -> Home:
    return Home({"gateway": {"mode": "local", "port": free_port()}, **({"session": session} if session else {}),
                 "models": {"providers": {"anthropic": {"baseUrl": url, "api": "anthropic-messages",
                                                        "models": [{"id": "one", "name": "one"}]}}},
                 "agents": {"defaults": {"model": {"primary": "anthropic/one"}}}}, STORED)


def zone_where_it_is_half_past(hour: int) -> tuple[str, int]:
    """A zone in which that is the time now, and by how many minutes it is ahead of UTC (-720 to 719)."""
    now = time.gmtime()
    ahead = (hour * 60 + 30 - now.tm_hour * 60 - now.tm_min + 720) % 1440 - 720
    sign = "-" if ahead >= 0 else "+"  # POSIX counts to the west
    return f"<here>{sign}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}", ahead


def reset_hour_far_from_utc() -> tuple[int, str]:
    """An hour that began 30 minutes ago in some zone, and isn't near in UTC; and that zone."""
    zones = [(hour, *zone_where_it_is_half_past(hour)) for hour in (0, 12)]
    hour, zone, _ = max(zones, key=lambda entry: abs(entry[2]))
    return hour, zone


class SocksProxy:
    """A SOCKS5 proxy that asks for a user, and leads every request to one port of this host."""

    def __init__(self, target: int):
        self.asked = []
        proxy = self

        class Serve(socketserver.BaseRequestHandler):
            def take(self, size: int) -> bytes:
                data = b""
                while len(data) < size:
                    piece = self.request.recv(size - len(data))
                    if not piece:
                        raise ConnectionError
                    data += piece
                return data

            def handle(self):
                self.take(self.take(2)[1])
                self.request.sendall(b"\x05\x02")
                user = self.take(self.take(2)[1]).decode()
                password = self.take(self.take(1)[0]).decode()
                self.request.sendall(b"\x01\x00")
                name = self.take(self.take(5)[4]).decode()
                proxy.asked.append((user, password, name, int.from_bytes(self.take(2))))
                with socket.create_connection(("127.0.0.1", target)) as upstream:
                    self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
                    threading.Thread(target=relay, args=(upstream, self.request), daemon=True).start()
                    relay(self.request, upstream)

        def relay(source: socket.socket, sink: socket.socket):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Serve)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Wiring(unittest.TestCase):
    def ask(self, place: Home, message: str = "ping", *more: str) -> subprocess.CompletedProcess:
        return place.run("agent", "--session-key", "main", "--message", message, *more)

    def session_of(self, place: Home) -> str:
        return place.read(SESSIONS)["agent:main:main"]["sessionId"]

    def last_used_an_hour_ago(self, place: Home) -> None:
        sessions = place.read(SESSIONS)
        sessions["agent:main:main"]["updatedAt"] = int((time.time() - 3600) * 1000)
        place.write(SESSIONS, sessions)

    def continues(self, place: Home, zone: str, ask) -> bool:
        """Whether a session that was last used an hour ago goes on in that zone."""
        self.last_used_an_hour_ago(place)
        before = self.session_of(place)
        place.variables["TZ"] = zone
        done = ask()
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.session_of(place) == before

    def test_a_session_starts_afresh_at_the_local_hour(self):
        hour, zone = reset_hour_far_from_utc()
        with RecordingProvider() as provider, home(provider.url, {"reset": {"mode": "daily", "atHour": hour}}) as place:
            def through_a_gateway():
                with place.gateway():
                    return self.ask(place)

            def in_this_process():
                return self.ask(place, "ping", "--local")

            self.assertEqual(in_this_process().returncode, 0)
            for ask in (through_a_gateway, in_this_process):
                self.assertTrue(self.continues(place, "UTC", ask), f"{ask.__name__}: hour {hour} isn't near in UTC")
                self.assertFalse(self.continues(place, zone, ask), f"{ask.__name__}: {hour}:30 in {zone}")

    def test_requests_go_through_the_proxy_of_the_environment(self):
        with RecordingProvider() as proxy, home("http://api.example.test") as place:
            place.variables["HTTP_PROXY"] = place.variables["http_proxy"] = proxy.url
            with place.gateway():
                self.assertEqual(self.ask(place).returncode, 0)
            self.assertEqual(self.ask(place, "ping", "--local").returncode, 0)
            self.assertEqual([request.path for request in proxy.requests],
                             ["http://api.example.test/v1/messages"] * 2)

    def test_requests_go_through_a_socks_proxy_of_the_environment(self):
        with RecordingProvider() as provider, SocksProxy(provider.server.server_port) as proxy, \
                home("http://api.example.test:8080") as place:
            place.variables["ALL_PROXY"] = f"socks5h://me:secret%40word@127.0.0.1:{proxy.port}"
            with place.gateway():
                self.assertEqual(self.ask(place).returncode, 0)
            self.assertEqual(self.ask(place, "ping", "--local").returncode, 0)
            self.assertEqual(proxy.asked, [("me", "secret@word", "api.example.test", 8080)] * 2)
            self.assertEqual([request.path for request in provider.requests], ["/v1/messages"] * 2)

    def test_a_proxy_that_cannot_be_used_stops_only_what_needs_it(self):
        for variable, address in (("ALL_PROXY", "socks4://u:hunter2@proxy"), ("HTTP_PROXY", "https://proxy"),
                                  ("http_proxy", "http://u:hunter2@")):
            with RecordingProvider() as provider, home(provider.url) as place:
                place.variables[variable] = address
                with place.gateway() as gateway:
                    gateway.wait_for(f"{variable} ", 10)
                    self.assertEqual(self.ask(place).returncode, 0, address)
                settings = place.read("openclaw.json")
                settings["models"]["providers"]["anthropic"]["baseUrl"] = "http://api.example.test"
                place.write("openclaw.json", settings)
                far = self.ask(place, "ping", "--local")
                self.assertNotEqual(far.returncode, 0)
                self.assertIn(variable, far.stdout + far.stderr)
                self.assertNotIn("hunter2", far.stdout + far.stderr)

    def test_a_turn_that_runs_is_answered_before_the_gateway_ends(self):
        with RecordingProvider() as provider, home(provider.url) as place, place.gateway() as gateway:
            asking = subprocess.Popen([PROGRAM, "agent", "--session-key", "main", "--message", "HOLD"], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=place.environment(),
                                      stdin=subprocess.DEVNULL, cwd=place.folder, start_new_session=True)
            try:
                while not provider.requests and asking.poll() is None:
                    time.sleep(0.01)
                gateway.process.send_signal(signal.SIGTERM)
                gateway.wait_for("waiting up to", 30)
                provider.released.set()
                out, errors = asking.communicate(timeout=60)
            finally:
                asking.kill()
            self.assertEqual(asking.returncode, 0, errors)
            self.assertIn(provider.reply, out)

    @unittest.skipUnless(os.geteuid() == 0, "only root can start another user's program")
    def test_whoever_else_listens_on_the_gateways_port_is_told_nothing(self):
        port, token = free_port(), "wiring-token-0123456789abcdef"
        listener = ("import os, socket, sys\nos.setgid(65534)\nos.setuid(65534)\ns = socket.socket()\n"
                    f"s.bind(('127.0.0.1', {port}))\ns.listen()\nprint('listening on', flush=True)\n"
                    "while True: print('heard', s.accept()[0].recv(4096), flush=True)")
        with Home({"gateway": {"port": port, "auth": {"token": token}}}) as place:
            with Server([sys.executable, "-c", listener], place.environment(), place.folder) as stranger:
                stranger.wait_for("listening on", 30)
                asked = [place.run(*command) for command in (
                    ["health"], ["gateway", "status"], ["agent", "--message", "nothing for strangers"],
                    ["health", "--url", f"ws://localhost:{port}", "--token", token])]
                for done in asked:
                    self.assertEqual(done.returncode, 3, done.stderr)
                    self.assertIn("held by a program of the user", done.stderr)
                    self.assertNotIn("ok", done.stdout)
                stranger.wait_for("heard", 30)
                self.assertEqual(stranger.output.count("heard"), stranger.output.count("heard b''"))

    def test_status_names_a_program_that_holds_the_port_without_a_word(self):
        for backlog in (0, 5):  # one that lets no second connection in either
            with socket.socket() as silent:
                silent.bind(("127.0.0.1", 0))
                silent.listen(backlog)
                port = silent.getsockname()[1]
                with Home({"gateway": {"port": port}}) as place:
                    done = place.run("gateway", "status", "--timeout", "200")
                    self.assertEqual(done.returncode, 4, done.stdout)
                    self.assertIn(f"Somebody who doesn't answer listens on port {port}:", done.stdout)
                    self.assertIn(f"on 127.0.0.1:{port}", done.stdout)
                    self.assertIn("another program listens there", done.stderr)
                    self.assertNotIn("start it with", done.stderr)
                    other = re.search(r"gateway run --port (\d+)`", done.stderr)[1]
                    with place.gateway("--port", other):
                        pass

    def until(self, what, holds) -> None:
        end = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def test_the_log_file_is_begun_anew_when_it_was_rotated_or_removed(self):
        with RecordingProvider() as provider, home(provider.url) as place, place.gateway() as gateway:
            folder = place.state / "logs"
            self.until("a log file", lambda: any(folder.glob("openclaw-*.log")))
            log = next(folder.glob("openclaw-*.log"))
            self.until("what was logged at the start", lambda: "listening" in log.read_text())
            log.rename(folder / "rotated.log")
            gateway.process.send_signal(signal.SIGHUP)
            self.until("a new file at SIGHUP", lambda: log.exists() and "SIGHUP" in log.read_text())
            self.assertNotIn("SIGHUP", (folder / "rotated.log").read_text())
            self.assertEqual(log.stat().st_mode & 0o777, 0o600)
            log.unlink()

            def is_there_after_a_line():
                gateway.process.send_signal(signal.SIGUSR1)
                return log.exists()
            self.until("a new file without SIGHUP", is_there_after_a_line)

    def test_a_gateway_that_cant_open_what_is_sealed_says_so_at_its_start(self):
        with RecordingProvider() as provider, home(provider.url) as place:
            sealed = place.run("secrets", "seal", "--key", "passphrase", "--passphrase-file", "-",
                               stdin="correct horse battery")
            self.assertEqual(sealed.returncode, 0, sealed.stderr)
            with place.gateway() as gateway:
                gateway.stop()
                self.assertIn("what is sealed can't be opened: the passphrase is not known here", gateway.output)
                self.assertIn("OPENCLAW_SEALING_PASSPHRASE", gateway.output)
            (place.state / "credentials/sealing.json").unlink()
            with place.gateway() as gateway:
                gateway.stop()
                self.assertIn("sealing.json is gone", gateway.output)


if __name__ == "__main__":
    unittest.main()
