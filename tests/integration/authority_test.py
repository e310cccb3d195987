#!/usr/bin/env python3
"""The gateway's own authorities, as the programs of others see them: openssl(1) and Python's TLS at its strictest.

A gateway that is only told to serve TLS makes its certificate itself; the files that `gateway cert add` makes open in
openssl, in the form that they promise; what the ledger says counts at once.
"""
import contextlib
import http.client
import json
import pathlib
import re
import shlex
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, ROOT, Home, free_port  # noqa: E402

TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef"


def config(port: int, **auth) -> dict:
    return {"gateway": {"port": port, "tls": {"enabled": True}, "auth": {"token": TOKEN} | auth}}


def cert(home: Home, *words: str, status: int = 0) -> dict:
    done = home.run("gateway", "cert", *words, "--json")
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout else {}


def openssl(*words: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["openssl", *words], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return (done.stdout + done.stderr).decode()


class Authority(unittest.TestCase):
    def root_of(self, home: Home) -> str:
        return home.run("gateway", "cert", "root").stdout

    def context(self, home: Home, client: str = "") -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.root_of(home))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        if client:
            context.load_cert_chain(client)
        return context

    def ask(self, port: int, context: ssl.SSLContext, token: str = "") -> int:
        """The status of an answer to a request that needs a proof."""
        head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with contextlib.closing(http.client.HTTPSConnection("localhost", port, context=context, timeout=30)) as connection:
            connection.request("POST", "/v1/chat/completions", body="{}", headers=head)
            return connection.getresponse().status

    def refuses(self, port: int, context: ssl.SSLContext) -> bool:
        """By an alert, or by an answer that says why."""
        try:
            return self.ask(port, context) in (401, 403)
        except OSError:
            return True

    def server_certificate(self, port: int, context: ssl.SSLContext) -> dict:
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=30)
        connection.connect()
        self.addCleanup(connection.close)
        return connection.sock.getpeercert()

    def test_a_gateway_that_is_told_to_serve_tls_shows_a_certificate_that_stands_the_strictest_look(self):
        port = free_port()
        with Home(config(port)) as home, home.gateway():
            context = self.context(home)
            shown = self.server_certificate(port, context)
            self.assertIn(("DNS", "localhost"), shown["subjectAltName"])
            self.assertEqual(self.ask(port, context, TOKEN), 400, "let in, and its body makes no sense")
            self.assertEqual(self.ask(port, context), 401)
            folder = home.state / "gateway/authority"
            (home.folder / "root.crt").write_text(self.root_of(home))
            openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost", "-CAfile",
                    str(home.folder / "root.crt"), str(folder / "server.crt"))

    def test_names_come_into_the_certificate_without_a_restart_and_its_key_stays(self):
        port = free_port()
        with Home(config(port)) as home, home.gateway():
            before = cert(home, "list")["server"]
            cert(home, "names", "add", "nas.example.com", "--yes")
            shown = self.server_certificate(port, self.context(home))
            self.assertIn(("DNS", "nas.example.com"), shown["subjectAltName"])
            self.assertEqual(cert(home, "list")["server"]["publicKeySha256"], before["publicKeySha256"])

    def test_a_certificate_lets_in_until_it_is_revoked_and_is_seen(self):
        port = free_port()
        with Home(config(port, mode="mtls")) as home:
            cert(home, "add", "curl", "--scopes", "read,write", "--out", str(home.folder / "curl.pem"))
            cert(home, "add", "other", "--out", str(home.folder / "other.pem"))
            with home.gateway():
                mine = self.context(home, str(home.folder / "curl.pem"))
                self.assertEqual(self.ask(port, mine), 400, "let in, and its body makes no sense")
                self.assertTrue(self.refuses(port, self.context(home)))
                cert(home, "revoke", "curl")
                self.assertTrue(self.refuses(port, mine))
                self.assertEqual(home.run("health").returncode, 0, "the owner's socket asks for no certificate")
            clients = {each["name"]: each for each in cert(home, "list")["clients"]}
            self.assertEqual(clients["curl"]["lastAddress"], "127.0.0.1")
            self.assertNotIn("lastSeenAt", clients["other"])

    def test_a_damaged_ledger_closes_the_door_for_certificates_and_not_for_the_owner(self):
        port = free_port()
        with Home(config(port)) as home:
            cert(home, "add", "curl", "--scopes", "read,write", "--out", str(home.folder / "curl.pem"))
            with home.gateway() as gateway:
                mine = self.context(home, str(home.folder / "curl.pem"))
                self.assertEqual(self.ask(port, mine), 400)
                (home.state / "gateway/authority/ledger.json").write_text('{"clients": [')
                gateway.wait_for("ledger.json", 60)
                self.assertTrue(self.refuses(port, mine))
                self.assertEqual(home.run("health").returncode, 0)
            with home.gateway():
                self.assertEqual(self.ask(port, self.context(home), TOKEN), 400, "it starts all the same")

    def test_every_form_opens_in_openssl_and_is_what_it_promises(self):
        old, new = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048", "PBES2, PBKDF2, AES-256-CBC, Iteration 10000"
        with Home(config(free_port())) as home:
            for importer, form, mac in (("iphone", old, "sha1, Iteration 2048"), ("mac", old, "sha1"),
                                        ("android", old, "sha1"), ("windows", old, "sha1"),
                                        ("firefox", new, "sha256, Iteration 10000"), ("linux", new, "sha256")):
                with self.subTest(importer):
                    file = home.folder / f"{importer}.p12"
                    made = cert(home, "add", importer, "--for", importer, "--out", str(file))
                    told = openssl("pkcs12", "-in", str(file), "-info", "-noenc", "-passin", f"pass:{made['password']}")
                    self.assertEqual(told.count(form), 2, told)
                    self.assertIn(f"MAC: {mac}", told)
                    self.assertEqual(told.count("friendlyName: " + importer), 2)
                    self.assertEqual(told.count("BEGIN CERTIFICATE"), 1)
                    certificate = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", told, re.S)[0]
                    self.check_client(home, certificate, made["id"])

    def check_client(self, home: Home, certificate: str, record: str) -> None:
        (home.folder / "client.crt").write_text(certificate)
        openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile",
                str(home.state / "gateway/authority/client-root.crt"), str(home.folder / "client.crt"))
        text = openssl("x509", "-noout", "-text", stdin=certificate.encode())
        self.assertIn(f"URI:openclaw:client:{record}", text)
        self.assertIn("Public-Key: (2048 bit)", text)

    def test_a_request_of_ones_own_key_is_renewed_and_nothing_else_of_it_counts(self):
        with Home(config(free_port())) as home:
            made = cert(home, "add", "laptop", "--out", str(home.folder / "laptop.pem"))
            key, request = str(home.folder / "own.key"), str(home.folder / "own.csr")
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                    request, "-subj", "/CN=root", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
                    "subjectAltName=DNS:bank.example")
            out = home.folder / "own.crt"
            self.assertEqual(cert(home, "renew", "laptop", "--request", request, "--out", str(out))["id"], made["id"])
            text = openssl("x509", "-noout", "-text", stdin=out.read_bytes())
            self.assertIn("Subject: CN = laptop", text)
            self.assertIn("CA:FALSE", text)
            self.assertNotIn("bank.example", text)
            self.assertEqual(openssl("x509", "-noout", "-pubkey", stdin=out.read_bytes()),
                             openssl("pkey", "-in", key, "-pubout"))

    def test_the_commands_of_the_page_work_as_they_stand(self):
        page = (ROOT / "docs/lock.md").read_text()
        blocks = re.findall(r"^```\w*\n(.*?)^```$", page, re.S | re.M)
        commands = [line for block in blocks for line in block.splitlines() if line.startswith("openclaw gateway cert ")]
        self.assertGreaterEqual(len(commands), 10)
        asked = {"backup": ["--passphrase-file", "passphrase"], "restore": ["--passphrase-file", "passphrase", "--yes"],
                 "replace": ["--yes"]}  # what a person is asked for
        with Home(config(free_port())) as home:
            (home.folder / "passphrase").write_text("correct horse battery")
            for command in commands:
                words = shlex.split(command)[1:]
                done = home.run(*words, *asked.get(words[2], []))
                self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")

    def test_programs_that_issue_at_once_all_leave_their_record_and_one_of_a_name_wins(self):
        with Home(config(free_port())) as home:
            names = ["a", "b", "c", "same", "same"]
            running = [subprocess.Popen([PROGRAM, "gateway", "cert", "add", name, "--out", f"{at}.pem"],
                                        env=home.environment(), cwd=home.folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL) for at, name in enumerate(names)]
            statuses = [each.wait(60) for each in running]
            self.assertEqual(sorted(statuses), [0, 0, 0, 0, 5])
            listed = cert(home, "list")
            self.assertEqual(sorted(each["name"] for each in listed["clients"]), ["a", "b", "c", "same"])
            self.assertEqual(len(listed["clientRoots"]), 1)


if __name__ == "__main__":
    unittest.main()
