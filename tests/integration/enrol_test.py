#!/usr/bin/env python3
"""How a computer and a phone get their certificates: a real gateway, a real terminal, another home that joins."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from authority import openssl_bytes as openssl  # noqa: E402
from program import PROGRAM, Home, free_port  # noqa: E402

TOKEN = "enrol-test-token-0123456789abcdef"


class Authority:
    """A server root and a certificate of 127.0.0.1 that it has signed, with the chain as a gateway shows it."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(exist_ok=True)
        self.root, self.chain, self.key = folder / "root.pem", folder / "chain.pem", folder / "server.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=test root", "-addext", "keyUsage=critical,keyCertSign", "-keyout", folder / "root.key", "-out", self.root)
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", self.key, "-out", folder / "server.csr")
        openssl("x509", "-req", "-in", folder / "server.csr", "-CA", self.root, "-CAkey", folder / "root.key", "-days", "2",
                "-copy_extensions", "copyall", "-out", folder / "server.pem")
        self.chain.write_text((folder / "server.pem").read_text() + self.root.read_text())


class Request:
    """A key of our own and a request that proves it, as any program could make them."""

    def __init__(self, folder: pathlib.Path, name: str):
        key = folder / f"{name}.key"
        self.pem = openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                           "/CN=admin/O=operator.admin", "-keyout", key).decode()
        self.pem = self.pem[self.pem.index("-----BEGIN"):]
        self.public_key_hash = hashlib.sha256(openssl("pkey", "-in", key, "-pubout", "-outform", "DER")).hexdigest()


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, home: Home, *words: str):
        self.text = ""
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.chdir(home.folder)
            os.execve(PROGRAM, [PROGRAM, *words], {**home.environment(), "COLUMNS": "100"})

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match:
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            try:
                piece = os.read(self.descriptor, 65536) if ready else b""
            except OSError:
                piece = b""
            if not piece:
                raise AssertionError(f"{pattern!r} did not appear; the terminal shows:\n{self.text}")
            self.text += piece.decode(errors="replace").replace("\r\n", "\n")
        return found

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def end(self) -> int:
        with contextlib.suppress(OSError):
            while piece := os.read(self.descriptor, 65536):
                self.text += piece.decode(errors="replace").replace("\r\n", "\n")
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


class Impostor:
    """A TLS server with another certificate, which notes whatever it is sent."""

    def __init__(self, authority: Authority):
        self.received = b""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(authority.chain, authority.key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        connection, _ = self.listener.accept()
        connection.settimeout(30)
        with contextlib.suppress(OSError), self.context.wrap_socket(connection, server_side=True) as secured:
            while piece := secured.recv(4096):
                self.received += piece

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()  # lets go whoever still waits
        self.thread.join(60)
        self.listener.close()


class Enrolment(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.places = contextlib.ExitStack()
        cls.folder = pathlib.Path(cls.places.enter_context(tempfile.TemporaryDirectory()))
        cls.authority = Authority(cls.folder / "ours")
        cls.port = free_port()
        cls.gateway_home = cls.places.enter_context(Home(cls.config_of(cls.port)))
        cls.gateway = cls.places.enter_context(cls.gateway_home.gateway())

    @classmethod
    def config_of(cls, port):
        return {"gateway": {"mode": "local", "port": port, "auth": {"token": TOKEN, "rateLimit": {"maxAttempts": 1000}},
                            "tls": {"enabled": True, "certPath": str(cls.authority.chain), "keyPath": str(cls.authority.key)}}}

    @classmethod
    def tearDownClass(cls):
        cls.places.close()

    def invite(self, name: str, *options: str) -> dict:
        done = self.gateway_home.run("gateway", "cert", "invite", name, "--host", "127.0.0.1", "--json", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def post(self, path: str, bearer: str = "", body: bytes = b"", kind: str = "application/json", key: str = ""):
        context = ssl.create_default_context(cafile=str(self.authority.root))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)
        headers = {"Content-Type": kind, **({"Authorization": f"Bearer {bearer}"} if bearer else {}),
                   **({"OpenClaw-Key": key} if key else {})}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    def join_by_hand(self, code: str, request: Request):
        return self.post("/enrol/join", code, json.dumps({"request": request.pem}).encode(), key=request.public_key_hash)

    def logged(self) -> str:
        return "".join(path.read_text() for path in (self.gateway_home.state / "logs").glob("*.log"))

    def ledger(self, name: str) -> list:
        records = self.gateway_home.read("gateway/authority/ledger.json")
        return [each for each in json.dumps(records).split('"id"') if f'"{name}"' in each]

    def test_another_machine_joins_and_its_commands_talk_to_the_gateway(self):
        invited = self.invite("laptop")
        with Home({}) as laptop:
            joined = laptop.run("gateway", "join", invited["host"], invited["code"])
            self.assertEqual(joined.returncode, 0, joined.stderr)
            self.assertIn('certificate "laptop" until', joined.stdout)
            remote = laptop.read("openclaw.json")["gateway"]
            self.assertEqual((remote["mode"], remote["remote"]["url"]), ("remote", f"wss://127.0.0.1:{self.port}"))
            own = laptop.state / "gateway" / "client" / f"127.0.0.1_{self.port}"
            keys = list(own.glob("key-*.pem"))
            self.assertEqual(len(keys), 1)
            self.assertEqual(keys[0].stat().st_mode & 0o777, 0o600)
            self.assertEqual(own.stat().st_mode & 0o777, 0o700)
            self.assertNotIn("BEGIN", (self.gateway_home.state / "gateway/authority/ledger.json").read_text())
            token = laptop.write("token", TOKEN)
            health = laptop.run("gateway", "call", "health", "--json", "--token-file", str(token),
                                "--url", f"wss://127.0.0.1:{self.port}")
            self.assertEqual(health.returncode, 0, health.stderr)
            self.assertTrue(json.loads(health.stdout)["ok"])
            again = laptop.run("gateway", "join", invited["host"], invited["code"])
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(list(own.glob("key-*.pem")), keys)

    def test_the_request_names_a_key_and_nothing_else(self):
        status, _, content = self.join_by_hand(self.invite("modest")["code"], Request(self.folder, "modest"))
        self.assertEqual(status, 200, content)
        text = openssl("x509", "-noout", "-subject", "-ext", "subjectAltName,basicConstraints,extendedKeyUsage",
                       input=json.loads(content)["certificate"].encode()).decode()
        self.assertIn("modest", text)
        self.assertNotIn("admin", text)
        self.assertIn("TLS Web Client Authentication", text)

    def test_whatever_is_wrong_with_a_code_the_stranger_sees_the_same(self):
        spent, ended, withdrawn, good = (self.invite(name)["code"] for name in ("spent", "ended", "withdrawn", "good"))
        self.assertEqual(self.join_by_hand(spent, Request(self.folder, "first"))[0], 200)
        path = self.gateway_home.state / "gateway/authority/invitations.json"
        invitations = json.loads(path.read_text())
        for each in invitations["invitations"]:
            if each["name"] == "ended":
                each["endsMs"] = int(time.time() * 1000) - 1
            if each["name"] == "withdrawn":
                each["step"] = "withdrawn"
        path.write_text(json.dumps(invitations))
        mistyped = good[:-1] + ("0" if good[-1] != "0" else "1")
        unknown = self.invite_elsewhere()
        stranger = Request(self.folder, "stranger")
        answers = {code: self.join_by_hand(code, stranger) for code in (spent, ended, withdrawn, mistyped, unknown)}
        shown = {(status, content, tuple(sorted(name for name in headers))) for status, headers, content in answers.values()}
        self.assertEqual(len(shown), 1, shown)
        self.assertEqual(next(iter(answers.values()))[0], 401)
        log = self.logged()
        for truth in ("spent code", "ended code", "withdrawn code", "mistyped code", "unknown code"):
            self.assertIn(f"reason={truth}", log)
        for code in answers:
            self.assertNotIn(code, log)
        self.assertEqual(self.join_by_hand(good, stranger)[0], 200)

    def invite_elsewhere(self) -> str:
        with Home(self.config_of(free_port())) as other:
            done = other.run("gateway", "cert", "invite", "elsewhere", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)["code"]

    def test_an_answer_that_was_lost_is_given_again_to_the_same_key_alone(self):
        code = self.invite("again")["code"]
        request = Request(self.folder, "again")
        first, second = self.join_by_hand(code, request), self.join_by_hand(code, request)
        self.assertEqual((first[0], second[0]), (200, 200))
        self.assertEqual(json.loads(first[2])["certificate"], json.loads(second[2])["certificate"])
        self.assertEqual(self.join_by_hand(code, Request(self.folder, "thief"))[0], 401)

    def test_a_gateway_that_died_after_it_had_marked_the_code_goes_on_for_that_key(self):
        code = self.invite("crashed")["code"]
        request = Request(self.folder, "crashed")
        path = self.gateway_home.state / "gateway/authority/invitations.json"
        invitations = json.loads(path.read_text())
        for each in invitations["invitations"]:
            if each["name"] == "crashed":
                each.update(step="spent", publicKey=request.public_key_hash)
        path.write_text(json.dumps(invitations))
        self.assertEqual(self.join_by_hand(code, Request(self.folder, "other"))[0], 401)
        self.assertEqual(self.join_by_hand(code, request)[0], 200)

    def test_a_join_that_found_nobody_goes_on_with_the_same_code_and_key(self):
        port = free_port()
        with Home(self.config_of(port)) as home, Home({}) as laptop:
            invited = home.run("gateway", "cert", "invite", "patient", "--host", "127.0.0.1", "--json")
            self.assertEqual(invited.returncode, 0, invited.stderr)
            self.assertIn("no gateway answers the code yet", home.run(
                "gateway", "cert", "invite", "other", "--no-wait").stderr)
            code = json.loads(invited.stdout)["code"]
            early = laptop.run("gateway", "join", f"127.0.0.1:{port}", "-", stdin=code)
            self.assertEqual(early.returncode, 4, early.stderr)
            keys = list((laptop.state / "gateway" / "client").rglob("key-*.pem"))
            self.assertEqual(len(keys), 1)
            with home.gateway():
                joined = laptop.run("gateway", "join", f"127.0.0.1:{port}", "-", stdin=code)
                self.assertEqual(joined.returncode, 0, joined.stderr)
            self.assertEqual(list((laptop.state / "gateway" / "client").rglob("key-*.pem")), keys)

    def test_to_another_server_the_code_is_never_sent(self):
        code = self.invite("careful")["code"]
        impostor_authority = Authority(self.folder / "theirs")
        with Home({}) as laptop, Impostor(impostor_authority) as impostor:
            joined = laptop.run("gateway", "join", f"127.0.0.1:{impostor.port}", code)
            self.assertEqual(joined.returncode, 3, joined.stderr)
            self.assertIn("the code was not sent", joined.stderr)
            self.assertFalse((laptop.state / "openclaw.json").read_text().count("remote"))
        self.assertEqual(impostor.received, b"")

    def test_a_mistyped_code_goes_nowhere(self):
        code = self.invite("typo")["code"]
        with Home({}) as laptop:
            done = laptop.run("gateway", "join", "127.0.0.1:1", code[:-1] + ("0" if code[-1] != "0" else "1"))
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("cut or mistyped", done.stderr)
            self.assertFalse((laptop.state / "gateway").exists())

    def test_a_machine_with_a_gateway_or_a_remote_of_its_own_keeps_its_config(self):
        invited = self.invite("keeper")
        for section in ({"mode": "local"}, {"mode": "remote", "remote": {"url": "wss://elsewhere:18789"}}):
            with self.subTest(section=section), Home({"gateway": section}) as laptop:
                refused = laptop.run("gateway", "join", invited["host"], invited["code"])
                self.assertEqual(refused.returncode, 5, refused.stderr)
                self.assertIn("--no-config", refused.stderr)
        with Home({"gateway": {"mode": "local"}}) as laptop:
            joined = laptop.run("gateway", "join", invited["host"], invited["code"], "--no-config")
            self.assertEqual(joined.returncode, 0, joined.stderr)
            self.assertEqual(laptop.read("openclaw.json"), {"gateway": {"mode": "local"}})

    def test_the_inviting_terminal_waits_and_tells_what_happens(self):
        terminal = Terminal(self.gateway_home, "gateway", "cert", "invite", "awaited", "--host", "127.0.0.1")
        code = terminal.wait_for(r"(ocj_\w{52})").group(1)
        self.post("/enrol/join", code[:-1] + ("0" if code[-1] != "0" else "1"))
        terminal.wait_for(r"127\.0\.0\.1 tried a mistyped code")
        with Home({}) as laptop:
            joined = laptop.run("gateway", "join", f"127.0.0.1:{self.port}", code)
            self.assertEqual(joined.returncode, 0, joined.stderr)
        terminal.wait_for(r"Joined from 127\.0\.0\.1\. awaited: .*read.*, until 20\d\d-")
        self.assertEqual(terminal.end(), 0)

    def test_ctrl_c_takes_the_invitation_back(self):
        terminal = Terminal(self.gateway_home, "gateway", "cert", "invite", "regretted", "--host", "127.0.0.1")
        code = terminal.wait_for(r"(ocj_\w{52})").group(1)
        terminal.wait_for("Waiting")
        os.kill(terminal.process, signal.SIGINT)
        self.assertEqual(terminal.end(), 130, terminal.text)
        self.assertEqual(self.join_by_hand(code, Request(self.folder, "late"))[0], 401)

    def open_link(self, terminal: Terminal):
        code = terminal.wait_for(r"https://127\.0\.0\.1:\d+/enrol#([0-9A-Z-]{24})").group(1)
        terminal.wait_for("Waiting")
        status, _, content = self.post("/enrol/open", code)
        self.assertEqual(status, 200, content)
        return code, json.loads(content)

    def test_a_phone_gets_its_file_once_after_the_words_were_compared(self):
        terminal = Terminal(self.gateway_home, "gateway", "cert", "invite", "phone", "--for", "iphone", "--scopes", "read",
                            "--host", "127.0.0.1")
        code, opened = self.open_link(terminal)
        self.assertIn("█", terminal.text)
        form = f"ticket={opened['ticket']}".encode(), "application/x-www-form-urlencoded"
        self.assertEqual(self.post("/enrol/open", code)[0], 401)
        self.assertEqual(self.post("/enrol/file", "", *form)[0], 401)
        self.assertEqual(json.loads(self.post("/enrol/wait", opened["ticket"])[2]), {"step": "opened"})
        terminal.wait_for(re.escape(f'Does the device show "{opened["words"]}"?'))
        terminal.type("y\n")
        password = terminal.wait_for(r"Password for the file: (\S+)").group(1)
        self.assertEqual(json.loads(self.post("/enrol/wait", opened["ticket"])[2]), {"step": "confirmed"})
        status, headers, content = self.post("/enrol/file", "", *form)
        self.assertEqual(status, 200, content)
        self.assertEqual(headers["Content-Type"], "application/x-pkcs12")
        self.assertEqual(self.post("/enrol/file", "", *form)[0], 401)
        terminal.wait_for(r"phone: read, until")
        self.assertEqual(terminal.end(), 0, terminal.text)
        file = self.folder / "phone.p12"
        file.write_bytes(content)
        self.assertIn(b"BEGIN CERTIFICATE", openssl("pkcs12", "-in", file, "-passin", f"pass:{password}", "-nokeys"))
        self.assertEqual(list((self.gateway_home.state / "gateway/authority").glob("handout-*")), [])

    def test_a_no_at_the_terminal_leaves_the_phone_with_nothing(self):
        terminal = Terminal(self.gateway_home, "gateway", "cert", "invite", "stranger-phone", "--for", "android",
                            "--host", "127.0.0.1")
        _, opened = self.open_link(terminal)
        terminal.wait_for("Does the device show")
        terminal.type("n\n")
        self.assertEqual(terminal.end(), 3, terminal.text)
        self.assertEqual(json.loads(self.post("/enrol/wait", opened["ticket"])[2]), {"step": "refused"})
        self.assertEqual(self.ledger("stranger-phone"), [])

    def get(self, path: str):
        context = ssl.create_default_context(cafile=str(self.authority.root))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), content

    def test_the_page_loads_nothing_and_runs_only_its_own_script(self):
        self.invite("page")
        status, headers, content = self.get("/enrol")
        self.assertEqual(status, 200)
        policy = headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        for kind, tag in (("script-src", "script"), ("style-src", "style")):
            inside = re.search(rf"<{tag}>(.*?)</{tag}>", content, re.S).group(1)
            digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
            self.assertIn(f"{kind} 'sha256-{digest}'", policy)
        self.assertNotRegex(content, r"https?://|src=|@import|url\(")
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_where_nobody_is_invited_there_is_no_page(self):
        port = free_port()
        with Home(self.config_of(port)) as home, home.gateway():
            context = ssl.create_default_context(cafile=str(self.authority.root))
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
            connection.request("GET", "/enrol")
            self.assertEqual(connection.getresponse().status, 404)
            connection.close()

    def test_a_gateway_without_tls_invites_nobody(self):
        with Home({"gateway": {"mode": "local"}}) as home:
            done = home.run("gateway", "cert", "invite", "laptop")
            self.assertEqual(done.returncode, 1)
            self.assertIn("gateway.tls.enabled", done.stderr)

    def test_the_configured_fingerprint_lets_commands_in_and_keeps_impostors_out(self):
        def hash_of(*words):
            return hashlib.sha256(openssl(*words, input=self.authority.chain.read_bytes())).hexdigest()
        leaf = hash_of("x509", "-outform", "DER")
        key = hashlib.sha256(openssl("pkey", "-pubin", "-outform", "DER", input=openssl(
            "x509", "-noout", "-pubkey", input=self.authority.chain.read_bytes()))).hexdigest()
        root = hashlib.sha256(openssl("x509", "-in", self.authority.root, "-outform", "DER")).hexdigest()
        for pin, code in ((leaf, 0), (f"sha256:{leaf.upper()}", 0), (key, 0), (root, 0), ("ab" * 32, 3)):
            remote = {"url": f"wss://127.0.0.1:{self.port}", "token": TOKEN, "tlsFingerprint": pin}
            with self.subTest(pin=pin), Home({"gateway": {"mode": "remote", "remote": remote}}) as laptop:
                for command in (["gateway", "call", "health"], ["health"], ["gateway", "status"]):
                    done = laptop.run(*command)
                    self.assertEqual(done.returncode, code, done.stderr)
                    if code:
                        self.assertIn("gateway tls fingerprint mismatch", done.stderr)
                        self.assertIn(key, done.stderr)



class JoinedMachine(unittest.TestCase):
    """What its commands say of a gateway that is another machine's."""

    def join(self, home: Home, laptop: Home, port: int) -> None:
        invited = home.run("gateway", "cert", "invite", "laptop", "--host", "localhost", "--json")
        self.assertEqual(invited.returncode, 0, invited.stderr)
        joined = laptop.run("gateway", "join", f"localhost:{port}", json.loads(invited.stdout)["code"])
        self.assertEqual(joined.returncode, 0, joined.stderr)

    def test_nothing_that_is_written_here_is_told_of_the_gateway_there(self):
        port = free_port()
        with Home({"gateway": {"port": port, "tls": {"enabled": True}}}) as home, Home({}) as laptop:
            with home.gateway():
                self.join(home, laptop, port)
                self.check_what_it_says(laptop)
            ended = laptop.run("health")
            self.assertEqual(ended.returncode, 4, ended.stderr)
            self.assertIn("look on its machine", ended.stderr)

    def check_what_it_says(self, laptop: Home) -> None:
        health = laptop.run("health", "--verbose")
        self.assertEqual(health.returncode, 0, health.stderr)
        self.assertIn('Proof: this machine\'s certificate "laptop"', health.stdout)
        self.assertNotIn("Bind:", health.stdout)
        status = laptop.run("gateway", "status")
        self.assertEqual(status.returncode, 0, status.stderr)
        self.assertIn("Gateway: on another machine", status.stdout)
        self.assertNotIn("bind=", status.stdout)
        self.assertNotIn("Config mismatch", status.stdout)
        told = json.loads(laptop.run("gateway", "status", "--json").stdout)
        self.assertEqual(told["port"]["status"], "unknown")
        self.assertNotIn("daemon", told["config"])

    def test_after_the_authorities_were_replaced_it_is_told_to_join_again_and_that_helps(self):
        port = free_port()
        with Home({"gateway": {"port": port, "tls": {"enabled": True}}}) as home, Home({}) as laptop, home.gateway():
            self.join(home, laptop, port)
            replaced = home.run("gateway", "cert", "replace", "--yes")
            self.assertEqual(replaced.returncode, 0, replaced.stderr)
            done = laptop.run("health")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("doesn't prove that it is the gateway that this machine has joined", done.stderr)
            self.assertIn("`openclaw gateway join HOST:PORT CODE`", done.stderr)
            self.join(home, laptop, port)
            healed = laptop.run("health")
            self.assertEqual(healed.returncode, 0, healed.stderr)


class ByCertificateOnly(unittest.TestCase):
    """Where certificates are all that counts, somebody without one gets as far as the enrolment and no further."""

    def test_who_joined_needs_nothing_but_the_certificate(self):
        with tempfile.TemporaryDirectory() as folder:
            authority, port = Authority(pathlib.Path(folder) / "ours"), free_port()
            config = {"gateway": {"mode": "local", "port": port, "auth": {"mode": "mtls"},
                                  "tls": {"enabled": True, "certPath": str(authority.chain), "keyPath": str(authority.key)}}}
            with Home(config) as home, Home({}) as laptop, Home({}) as stranger:
                invited = home.run("gateway", "cert", "invite", "laptop", "--host", "127.0.0.1", "--json", "--scopes", "read")
                self.assertEqual(invited.returncode, 0, invited.stderr)
                with home.gateway():
                    self.check_stranger(authority, port, "/enrol", 200)
                    self.check_stranger(authority, port, "/healthz", 401)
                    joined = laptop.run("gateway", "join", f"127.0.0.1:{port}", json.loads(invited.stdout)["code"])
                    self.assertEqual(joined.returncode, 0, joined.stderr)
                    health = laptop.run("gateway", "call", "health", "--json")
                    self.assertEqual(health.returncode, 0, health.stderr)
                    refused = laptop.run("gateway", "call", "gateway.refresh", "--json")
                    self.assertIn("missing scope", refused.stderr)
                    self.end_invitations(home)
                    with self.assertRaises((ssl.SSLError, ConnectionError)):
                        self.check_stranger(authority, port, "/enrol", 200)
                    outside = stranger.run("health", "--url", f"wss://127.0.0.1:{port}")
                    self.assertEqual(outside.returncode, 3, outside.stderr)
                    still = laptop.run("health")
                    self.assertEqual(still.returncode, 0, still.stderr)

    def test_a_certificate_renews_itself_after_two_thirds_of_its_time_and_after_its_end(self):
        with tempfile.TemporaryDirectory() as folder:
            authority, port = Authority(pathlib.Path(folder) / "ours"), free_port()
            config = {"gateway": {"mode": "local", "port": port, "auth": {"mode": "mtls"},
                                  "tls": {"enabled": True, "certPath": str(authority.chain), "keyPath": str(authority.key)}}}
            with Home(config) as home, Home({}) as laptop:
                invited = home.run("gateway", "cert", "invite", "laptop", "--host", "127.0.0.1", "--json", "--scopes", "read")
                with home.gateway():
                    joined = laptop.run("gateway", "join", f"127.0.0.1:{port}", json.loads(invited.stdout)["code"])
                    self.assertEqual(joined.returncode, 0, joined.stderr)
                own = laptop.state / "gateway" / "client" / f"127.0.0.1_{port}"
                (certificate,), (key,) = own.glob("certificate-*.pem"), own.glob("key-*.pem")
                before = key.read_bytes()
                for began, ends, renewed in ((-80, 10, True), (-100, -10, True), (-20, 70, False), (-140, -50, None)):
                    with self.subTest(began=began, ends=ends):
                        self.date(home, pathlib.Path(folder), certificate, key, began, ends)
                        old = certificate.read_text()
                        with home.gateway():
                            health = laptop.run("health")
                        if renewed is None:
                            self.assertEqual(health.returncode, 3, health.stderr)
                            self.assertIn("ended more than 30 days ago", health.stderr)
                        else:
                            self.assertEqual(health.returncode, 0, health.stderr)
                        self.assertEqual(certificate.read_text() != old, bool(renewed))
                self.assertEqual(key.read_bytes(), before)

    def date(self, home, folder, certificate, key, began: int, ends: int) -> None:
        """Gives the client's last certificate other dates, in its file and in the gateway's ledger."""
        now, day = int(time.time()), 86400
        serial = openssl("x509", "-in", certificate, "-noout", "-serial").decode().strip().split("=")[1]
        ledger = home.read("gateway/authority/ledger.json")
        (record,) = (each for each in self.records_in(ledger) if each["name"] == "laptop")
        authority = home.state / "gateway/authority"
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text(serial + "\n")
        (folder / "ca.conf").write_text(f"""
[ca]
default_ca = c
[c]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = p
x509_extensions = e
[p]
commonName = supplied
[e]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
subjectAltName = URI:openclaw:client:{record["id"]}
""")
        def when(days): return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(now + days * day))
        openssl("req", "-new", "-key", key, "-subj", "/CN=laptop", "-out", folder / "dated.csr")
        openssl("ca", "-batch", "-notext", "-config", folder / "ca.conf", "-in", folder / "dated.csr", "-out", certificate,
                "-cert", authority / "client-root.crt", "-keyfile", authority / "client-root.key", "-startdate", when(began),
                "-enddate", when(ends))
        last = record["leaves"][-1]
        begins_key, ends_key = (next(name for name in last if name.startswith(what)) for what in ("begin", "end"))
        last[begins_key], last[ends_key] = (now + began * day) * 1000, (now + ends * day) * 1000
        record["leaves"] = [last]
        home.write("gateway/authority/ledger.json", ledger)

    def records_in(self, ledger) -> list:
        return next(value for value in ledger.values() if isinstance(value, list) and value and "leaves" in value[0])

    def check_stranger(self, authority, port, path, status):
        context = ssl.create_default_context(cafile=str(authority.root))
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
        try:
            connection.request("GET", path)
            self.assertEqual(connection.getresponse().status, status, path)
        finally:
            connection.close()

    def end_invitations(self, home):
        path = home.state / "gateway/authority/invitations.json"
        invitations = json.loads(path.read_text())
        for each in invitations["invitations"]:
            each["endsMs"] = 1
        path.write_text(json.dumps(invitations))
        end = time.monotonic() + 30
        while time.monotonic() < end:  # until the gateway has seen the file, which it is told of by the kernel
            with socket.create_connection(("127.0.0.1", self.port_of(home)), 5) as plain, contextlib.suppress(OSError):
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                with context.wrap_socket(plain) as secured:
                    secured.sendall(b"GET /enrol HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if secured.recv(1):
                        continue
            return

    def port_of(self, home) -> int:
        return home.read("openclaw.json")["gateway"]["port"]


if __name__ == "__main__":
    unittest.main()
