#!/usr/bin/env python3
"""The matrix of client certificates: every kind of certificate that somebody may show, against every kind of route, in
TLS 1.2 and 1.3, with the program as it is installed and certificates made by the openssl command line. A stranger
gets the same answer whatever is wrong with his; the log has the one reason."""
import pathlib
import socket
import ssl
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from authority import AUTHORITY, CLIENT, Certificate  # noqa: E402
from program import Home, free_port  # noqa: E402

LET_IN, ALERT = "let in", "alert"
ROUTES = {
    "health": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "call": "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "websocket": "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
}
HEARD = {"health": "HTTP/1.1 200", "call": "HTTP/1.1 400", "websocket": "HTTP/1.1 101"}
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def purpose(value: str) -> str:
    return CLIENT.replace("extendedKeyUsage=clientAuth\n", f"extendedKeyUsage={value}\n" if value else "")


class Client:
    """One that believes any server, shows that certificate, and says once what it says."""

    def __init__(self, own: Certificate | None, others=(), version: str = "1.3"):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.minimum_version = self.context.maximum_version = VERSIONS[version]
        self.context.set_ciphers("DEFAULT:@SECLEVEL=0")  # what is weak is for the gateway to refuse
        if own:
            self.context.load_cert_chain(own.chain(*others), own.key)
        self.session, self.resumed = None, False

    def say(self, port: int, text: str) -> str:
        """The first line of the answer; "alert" and its name where the handshake was refused."""
        try:
            with socket.create_connection(("127.0.0.1", port), 30) as plain:
                with self.context.wrap_socket(plain, server_hostname="localhost", session=self.session) as tls:
                    tls.sendall(text.encode())
                    answer = tls.recv(65536)
                    self.session, self.resumed = tls.session, tls.session_reused
                    return answer.decode(errors="replace").split("\r\n")[0] or "nothing"
        except ssl.SSLError as error:
            return f"alert {error.reason}"


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.port = free_port()
        make = cls.make
        cls.company = make("company", subject="/CN=Company", form=AUTHORITY)
        cls.server = make("server", cls.company, "/CN=localhost",
                          "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n")
        cls.alice = make("alice", cls.company, "/CN=alice")
        cls.home.write("lists.pem", cls.company.revocation_list())
        cls.home.write("company.pem", cls.company.pem.read_text())
        cls.configure({"clientCa": str(cls.home.state / "company.pem"), "clientScopes": ["write"]})
        cls.gateway = cls.home.gateway()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        cls.home.__exit__()

    @classmethod
    def make(cls, name: str, *arguments, **keywords) -> Certificate:
        return Certificate(cls.home.folder / "certificates" / name, *arguments, **keywords)

    @classmethod
    def configure(cls, tls: dict, auth: dict | None = None) -> None:
        cls.home.write("openclaw.json", {"gateway": {
            "port": cls.port, "auth": auth or {"mode": "mtls"},
            "tls": {"enabled": True, "certPath": str(cls.server.pem), "keyPath": str(cls.server.key), **tls}}})

    def log(self) -> str:
        return "".join(path.read_text() for path in (self.home.state / "logs").glob("*.log"))

    def until(self, condition, what: str) -> None:
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def expect_reason(self, row: str, own, others, outcome: str, reason: str) -> None:
        before = len(self.log())
        seen = Client(own, others).say(self.port, ROUTES["health"])
        if outcome == LET_IN:
            self.assertTrue(seen.startswith(HEARD["health"]), f"{row}: {seen}")
        else:
            self.assertEqual(seen.split(" ")[0], ALERT, f"{row}: {seen}")
            self.until(lambda: "refused handshake" in self.log()[before:], f"{row}: nothing in the log")
            self.assertIn(reason, self.log()[before:], row)

    def expect_everywhere(self, row: str, own, others, outcome: str) -> None:
        for version in VERSIONS:
            for route, text in ROUTES.items():
                seen = Client(own, others, version).say(self.port, text)
                wanted = HEARD[route] if outcome == LET_IN else ALERT
                self.assertTrue(seen.startswith(wanted), f"{row}, TLS {version}, {route}: {seen}")

    def test_1_every_kind_of_certificate_on_every_route(self):
        make, company = self.make, self.company
        other = make("other", subject="/CN=Other", form=AUTHORITY)
        twin = make("twin", subject="/CN=Company", form=AUTHORITY)
        middle = make("middle", company, "/CN=Company clients", AUTHORITY)
        below = make("below", middle, "/CN=below")
        under_alice = make("under-alice", self.alice, "/CN=mallory")
        padding = [make(f"padding-{i}", company, "/CN=x", CLIENT + "nsComment=" + "x" * 25000 + "\n") for i in range(4)]
        rows = [
            ("none", None, (), ALERT, "no client certificate was shown"),
            ("right", self.alice, (), LET_IN, ""),
            ("of another authority", make("bob", other), (), ALERT, "no authority of ours has signed it"),
            ("of one of the same name", make("eve", twin), (), ALERT, "client certificate refused"),
            ("ended", make("ended", company, begins=-86400, ends=-60), (), ALERT, "it has ended"),
            ("not yet valid", make("early", company, begins=86400), (), ALERT, "it isn't valid yet"),
            ("without a purpose", make("no-eku", company, form=purpose("")), (), ALERT, "doesn't name clientAuth"),
            ("of any purpose", make("any-eku", company, form=purpose("anyExtendedKeyUsage")), (), ALERT,
             "doesn't name clientAuth"),
            ("for servers and clients", make("both", company, form=purpose("serverAuth,clientAuth")), (), LET_IN, ""),
            ("for servers", make("server-eku", company, form=purpose("serverAuth")), (), ALERT, "doesn't name clientAuth"),
            ("of another use", make("usage", company, form=CLIENT.replace("digitalSignature", "keyEncipherment")), (),
             ALERT, "digitalSignature"),
            ("signed by a leaf", under_alice, (self.alice,), ALERT, "signed by a certificate that may sign no others"),
            ("signed by itself", make("self"), (), ALERT, "it has signed itself"),
            ("an authority's own", middle, (), ALERT, "it is the certificate of an authority"),
            ("without its intermediate", below, (), ALERT, "a certificate in between is missing"),
            ("with its intermediate", below, (middle,), LET_IN, ""),
            ("without a subject", make("nobody", company, "/"), (), ALERT, "its subject is empty"),
            ("with two names", make("two", company, "/CN=alice/CN=bob"), (), ALERT, "more than one common name"),
            ("with a weak key", make("weak", company, key="1024"), (), ALERT, "too weak"),
            ("signed with SHA-1", make("sha1", company, digest="sha1"), (), ALERT, "too weak"),
            ("Ed25519", make("ed", company, key="ED25519"), (), LET_IN, ""),
            ("RSA", make("rsa", company, key="2048"), (), LET_IN, ""),
            ("with 100 KB behind it", self.alice, padding, ALERT, "refused handshake"),
        ]
        for row in rows:  # first, as the log tells of so many refusals in a minute and no more
            with self.subTest(row[0]):
                self.expect_reason(*row)
        for row in rows:
            with self.subTest(row[0] + " everywhere"):
                self.expect_everywhere(*row[:4])

    def test_2_every_state_of_a_revocation_list(self):
        """Each is seen at the door, and named by status."""
        lists = self.home.state / "lists.pem"
        revoked = self.make("revoked", self.company, "/CN=revoked")
        forger = self.make("forger", subject="/CN=Company", form=AUTHORITY)

        def door(own: Certificate) -> str:
            return Client(own).say(self.port, ROUTES["health"]).split(" ")[0]

        def state(text: str, own: Certificate, outcome: str, named: str) -> None:
            self.home.write("lists.pem", text)
            wanted = "HTTP/1.1" if outcome == LET_IN else ALERT
            self.until(lambda: named in self.status(), f"status doesn't say {named!r}: {self.status()}")
            self.until(lambda: door(own) == wanted, f"{named or 'good'}: {door(own)}")

        first = self.company.revocation_list()
        self.home.write("lists.pem", "")
        self.configure({"clientCa": str(self.home.state / "company.pem"), "clientCrl": [str(lists)],
                        "clientScopes": ["write"]})
        self.until(lambda: door(self.alice) == ALERT, "a missing list closes the door")
        self.until(lambda: "no usable revocation list" in self.status(), "status names it")
        state(self.company.revocation_list(begins=3600), self.alice, ALERT, "isn't valid yet")
        state(self.company.revocation_list(), self.alice, LET_IN, "")
        held = Client(revoked)
        self.assertTrue(held.say(self.port, ROUTES["health"]).startswith("HTTP/1.1 200"))
        self.company.revoke(revoked)
        state(self.company.revocation_list(), revoked, ALERT, "")
        self.assertEqual(held.say(self.port, ROUTES["health"]).split(" ")[0], ALERT, "nor by an old session")
        self.assertEqual(door(self.alice), "HTTP/1.1")
        state(first, revoked, ALERT, "older than the one in use")
        state(forger.revocation_list(), revoked, ALERT, "wrongly signed")
        state("hello", revoked, ALERT, "no revocation list in it")
        self.assertEqual(door(self.alice), "HTTP/1.1", "the last good one counts on")
        state(self.company.revocation_list(begins=-7200, ends=-3600), self.alice, ALERT, "has ended")

    def status(self) -> str:
        return self.home.run("status").stdout

    def test_3_pins_and_tokens(self):
        pinned, sibling = (self.make(name, self.make("far-" + name, subject="/CN=Far", form=AUTHORITY))
                           for name in ("pinned", "sibling"))
        token = "token-of-the-matrix-0123456789"
        self.configure({"clientPins": ["SHA256:" + pinned.key_digest().upper()], "clientScopes": ["write"]},
                       {"token": token})

        def call(own, bearer: str = "") -> str:
            text = ROUTES["call"].replace("\r\n\r\n", f"\r\nAuthorization: Bearer {bearer}\r\n\r\n", 1) if bearer else \
                ROUTES["call"]
            return Client(own).say(self.port, text)

        self.until(lambda: call(pinned).startswith("HTTP/1.1 400"), "the pinned one is let in")
        self.assertTrue(call(sibling).startswith(ALERT))
        self.assertTrue(call(None).startswith("HTTP/1.1 401"))
        self.assertTrue(call(None, token).startswith("HTTP/1.1 400"))
        self.assertTrue(call(pinned, "wrong" * 5).startswith("HTTP/1.1 401"), "who offers a token is judged by it")

    def test_4_other_programs_get_in_with_theirs(self):
        self.configure({"clientCa": str(self.home.state / "company.pem"), "clientScopes": ["write"]})
        self.until(lambda: Client(None).say(self.port, ROUTES["health"]).startswith(ALERT), "closed again")
        url = f"https://localhost:{self.port}/healthz"
        curl = ["curl", "--silent", "--show-error", "--max-time", "30", "--cacert", str(self.company.pem), url]
        own = ["--cert", str(self.alice.pem), "--key", str(self.alice.key)]
        self.assertIn('"ok":true', subprocess.run([*curl, *own], capture_output=True, text=True, timeout=60).stdout)
        refused = subprocess.run(curl, capture_output=True, text=True, timeout=60)
        self.assertIn("alert", refused.stderr)
        script = ("const o={ca:fs.readFileSync(process.argv[1])};if(process.argv[3]){o.cert=fs.readFileSync("
                  "process.argv[3]);o.key=fs.readFileSync(process.argv[4])}https.get(process.argv[2],o,r=>r.on('data',"
                  "d=>console.log(String(d)))).on('error',e=>console.log(e.code))")
        node = ["node", "-e", f"const fs=require('fs'),https=require('https');{script}", str(self.company.pem), url]
        self.assertIn('"ok":true', subprocess.run([*node, str(self.alice.pem), str(self.alice.key)], text=True,
                                                  capture_output=True, timeout=60).stdout)
        self.assertIn("CERTIFICATE_REQUIRED", subprocess.run(node, text=True, capture_output=True, timeout=60).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
