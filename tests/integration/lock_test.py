#!/usr/bin/env python3
"""The lock of the gateway as a person meets it: a token that is replaced, who is let in by whose word, and the way back."""
import contextlib
import hashlib
import http.client
import json
import pathlib
import ssl
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from authority import openssl_bytes as openssl  # noqa: E402
from gateway_socket import GatewaySocket  # noqa: E402
from program import Home, free_port  # noqa: E402


def http_status(port: int, token: str | None = None, **headers: str) -> int:
    """What a call of an application gets. An empty conversation is refused with 400 by whoever let it in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request("POST", "/v1/chat/completions", "{}",
                       {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}})
    status = connection.getresponse().status
    connection.close()
    return status


LET_IN, REFUSED = 400, 401


class Client:
    """An application over TLS, with a key and a certificate of its own that nobody has signed."""

    def __init__(self, home: Home, port: int):
        self.port, self.key, self.certificate = port, home.folder / "client.key", home.folder / "client.crt"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                "-subj", "/CN=pinned", "-addext", "extendedKeyUsage=clientAuth", "-addext", "keyUsage=digitalSignature",
                "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", self.key, "-out", self.certificate)
        spki = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        self.pin = hashlib.sha256(spki).hexdigest()

    def status(self, token: str | None = None, by_certificate: bool = False) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if by_certificate:
            context.load_cert_chain(self.certificate, self.key)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with contextlib.closing(connection):
            connection.request("POST", "/v1/chat/completions", "{}", headers)
            return connection.getresponse().status


class Lock(unittest.TestCase):
    def ok(self, home: Home, *arguments: str, **more):
        done = home.run(*arguments, **more)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def callers(self, home: Home) -> list:
        return json.loads(self.ok(home, "gateway", "lock", "--json").stdout)["callers"]

    def token(self, home: Home) -> str:
        return self.ok(home, "gateway", "token", "show", "--reveal").stdout.strip()

    def test_a_replaced_token_is_right_until_its_end_and_what_it_opened_ends_then(self):
        port = free_port()
        with Home({"gateway": {"port": port}}) as home, home.gateway() as server:
            old = self.token(home)
            with GatewaySocket(port, token=old) as by_old:
                self.ok(home, "gateway", "token", "rotate", "--grace", "3s")
                new = self.token(home)
                self.assertNotEqual(old, new)
                with GatewaySocket(port, token=new) as by_new:
                    self.assertEqual(by_old.wait_for_close(), 1008)
                    self.assertEqual(http_status(port, old), REFUSED)
                    self.assertEqual(http_status(port, new), LET_IN)
                    self.assertTrue(by_new.ask("health")["ok"])
            server.stop()
            self.assertEqual(home.read("credentials/gateway-token-before.json"), {})

    def test_after_a_leak_what_the_old_token_opened_ends_at_once(self):
        port = free_port()
        with Home({"gateway": {"port": port}}) as home, home.gateway():
            old = self.token(home)
            with GatewaySocket(port, token=old) as by_old:
                self.ok(home, "gateway", "token", "rotate", "--grace", "0")
                self.assertEqual(by_old.wait_for_close(), 1008)
            self.assertEqual(http_status(port, old), REFUSED)

    def test_the_token_before_survives_a_restart_and_only_the_last_one_does(self):
        port = free_port()
        with Home({"gateway": {"port": port}}) as home:
            with home.gateway():
                oldest = self.token(home)
                self.ok(home, "gateway", "token", "rotate", "--grace", "1h")
                old = self.token(home)
                self.ok(home, "gateway", "token", "rotate", "--grace", "1h")
                self.assertEqual(http_status(port, oldest), REFUSED)
            with home.gateway():
                self.assertEqual(http_status(port, old), LET_IN)
                self.assertEqual(http_status(port, oldest), REFUSED)
                self.assertEqual(http_status(port, self.token(home)), LET_IN)
            stored = (home.state / "credentials/gateway-token-before.json").read_text()
            self.assertNotIn(old, stored)

    def test_each_place_of_a_token_is_written_where_it_stands(self):
        old = "5f0c1b9e7a3d42868c1e9f04b7d2a658"
        for place, config, env in (
                ("gateway.auth.token", '{\n  // ours\n  gateway: {port: PORT, auth: {token: "%s"}},\n}\n' % old, None),
                ("OPENCLAW_GATEWAY_TOKEN (~/.openclaw/.env)", "{gateway: {port: PORT}}\n",
                 f"# ours\nOPENCLAW_GATEWAY_TOKEN={old}\n")):
            port = free_port()
            with self.subTest(place), Home(config.replace("PORT", str(port))) as home:
                if env:
                    home.write(".env", env)
                with home.gateway():
                    shown = json.loads(self.ok(home, "gateway", "token", "rotate", "--json").stdout)
                    self.assertEqual(shown["source"], place)
                    self.assertTrue(shown["inUse"])
                    self.assertEqual(http_status(port, old), LET_IN)
                    self.assertEqual(http_status(port, self.token(home)), LET_IN)
                text = (home.state / (".env" if env else "openclaw.json")).read_text()
                self.assertIn("ours", text)
                self.assertNotIn(old, text)

    def test_a_mismatch_names_the_sources_and_fingerprints_of_both_sides(self):
        port = free_port()
        with Home({"gateway": {"port": port, "auth": {"token": "a-token-in-the-config-012"}}}) as home, home.gateway():
            home.variables["OPENCLAW_GATEWAY_TOKEN"] = "a-token-in-this-shell-0123"
            done = home.run("gateway", "status", "--url", f"ws://127.0.0.1:{port}")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertRegex(done.stderr, r"OPENCLAW_GATEWAY_TOKEN #[0-9a-f]{8}")
            self.assertRegex(done.stderr, r"the gateway that runs here is locked by token #[0-9a-f]{8} from gateway\.auth\.token")
            self.assertIn("unset OPENCLAW_GATEWAY_TOKEN", done.stderr)

    def test_a_trusted_proxy_names_the_user_and_his_scopes(self):
        port = free_port()
        with Home({"gateway": {"port": port, "trustedProxies": ["127.0.0.1"], "auth": {
                "mode": "trusted-proxy", "identityScopes": {"eve@example.com": ["operator.read"]},
                "trustedProxy": {"userHeader": "X-User", "allowLoopback": True,
                                 "allowUsers": ["alice@example.com", "eve@example.com"]}}}}) as home, home.gateway():
            self.assertEqual(http_status(port, X_User="alice@example.com"), LET_IN)
            self.assertEqual(http_status(port, X_User="mallory@example.com"), REFUSED)
            self.assertEqual(http_status(port), REFUSED)
            self.assertEqual(http_status(port, X_User="eve@example.com"), 403)
            with GatewaySocket(port, headers={"X-User": "eve@example.com"}) as by_eve:
                self.assertEqual(by_eve.hello["auth"]["scopes"], ["operator.read"])
                self.ok(home, "config", "set", "gateway.auth.trustedProxy.allowUsers", '["alice@example.com"]')
                self.assertEqual(by_eve.wait_for_close(), 1008)
            # the owner needs nobody's word
            self.ok(home, "gateway", "status")

    def test_certificates_come_beside_the_token_then_alone_and_the_keyboard_undoes_it(self):
        port = free_port()
        with Home({"gateway": {"port": port}}) as home, home.gateway():
            done = self.ok(home, "gateway", "lock", "mtls")
            self.assertIn("Made two authorities in ~/.openclaw/gateway/authority (yours only).", done.stdout)
            self.assertIn("Checked from outside: no token refused, a wrong token refused, the token accepted, foreign "
                          "certificate refused, ours accepted.", done.stdout)
            self.assertIn("The token still works; no client has a certificate yet.", done.stdout)
            self.assertEqual(list((home.state / "gateway/authority").glob("trial-*")), [])
            self.assertEqual(self.callers(home), [], "its own tries are nobody's visits")
            again = self.ok(home, "gateway", "lock", "mtls", "--dry-run")
            self.assertIn("It is locked so already", again.stdout)

            refused = home.run("gateway", "lock", "mtls", "--only", "--yes")
            self.assertEqual(refused.returncode, 1, refused.stdout)
            self.assertIn("nobody could come in", refused.stderr)

            client = Client(home, port)
            self.ok(home, "config", "set", "gateway.tls.clientPins", json.dumps([client.pin]))
            unsure = home.run("gateway", "lock", "mtls", "--only")
            self.assertEqual(unsure.returncode, 1, unsure.stdout)
            self.assertIn("add --yes if that is meant", unsure.stderr)
            token = self.token(home)
            self.assertEqual(client.status(token=token), LET_IN)

            done = self.ok(home, "gateway", "lock", "mtls", "--only", "--yes")
            self.assertIn("Checked from outside: no certificate refused, foreign certificate refused, ours accepted.",
                          done.stdout)
            self.assertIn("Undo here at any time: openclaw gateway lock token", done.stdout)
            with self.assertRaises(OSError):
                client.status(token=token)
            self.assertNotEqual(client.status(by_certificate=True), REFUSED)

            before = len(self.callers(home))
            done = self.ok(home, "gateway", "lock", "token")
            self.assertIn("the token accepted", done.stdout)
            self.assertEqual(len(self.callers(home)), before)
            self.assertEqual(client.status(token=token), LET_IN)
            self.assertEqual(len(self.callers(home)), before + 1, "whoever else comes is told")
            self.assertEqual(client.status(), REFUSED)

    def test_an_address_with_the_wrong_beginning_is_told_from_one_where_nobody_is(self):
        plain, secured = free_port(), free_port()
        with Home({"gateway": {"port": plain}}) as home, home.gateway(), Home(
                {"gateway": {"port": secured, "tls": {"enabled": True}}}) as other, other.gateway():
            for url, hint in ((f"ws://127.0.0.1:{secured}", "begin its address with wss://"),
                              (f"wss://127.0.0.1:{plain}", "begin its address with ws://")):
                done = home.run("health", "--url", url)
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertIn(f"what answers at {url} speaks", done.stderr)
                self.assertIn(hint, done.stderr)
            joining = home.run("gateway", "join", "--no-config", f"127.0.0.1:{plain}",
                               "ocj_60rk4csm6mv3ee1sc5h66s35crr32chk6gtkcdsr75gp4rv4frjb")
            self.assertIn("speaks no TLS; the code was not sent", joining.stderr)
            # whoever stands between could answer in the clear: elsewhere nobody is told to do without TLS
            home.write("openclaw.json", {"gateway": {"mode": "remote", "remote": {"url": f"wss://127.0.0.1:{plain}"}}})
            done = home.run("health")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn("turn TLS on there", done.stderr)
            self.assertNotIn("ws://", done.stderr.split("hint:")[1])

    def test_a_setting_of_tls_that_cannot_be_used_is_not_called_in_use(self):
        with Home({"gateway": {"port": free_port(), "tls": {"enabled": True}}}) as home, home.gateway():
            for setting, value in (("clientCa", "/nonexist"), ("certPath", "/nonexist"), ("clientPins", '["abc"]')):
                done = self.ok(home, "config", "set", f"gateway.tls.{setting}", value)
                self.assertIn("The running gateway can't use all of it", done.stdout)
                undone = self.ok(home, "config", "unset", f"gateway.tls.{setting}")
                self.assertIn("The running gateway uses it now.", undone.stdout)

    def test_without_a_lock_only_this_host_comes_in_and_the_way_back_is_one_command(self):
        port = free_port()
        with Home({"gateway": {"port": port, "auth": {"mode": "none"}}}) as home, home.gateway() as server:
            server.wait_for("whoever runs a program on this host may do everything", 60)
            self.assertEqual(http_status(port), LET_IN)
            self.assertEqual(http_status(port, X_Forwarded_For="192.0.2.7"), REFUSED)
            with GatewaySocket(port) as anybody:
                done = self.ok(home, "gateway", "lock", "token")
                self.assertIn("no token refused, a wrong token refused, the token accepted", done.stdout)
                self.assertEqual(anybody.wait_for_close(), 1008)
            self.assertEqual(http_status(port), REFUSED)
            self.assertEqual(http_status(port, self.token(home)), LET_IN)


if __name__ == "__main__":
    unittest.main()
