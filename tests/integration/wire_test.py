#!/usr/bin/env python3
"""What the wire carries: each kind of credential in its header, our own name, and nothing else of ours."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

KEY = "sk-ant-api03-canary-0123456789abcdef"
SETUP_TOKEN = "sk-ant-oat01-canary-0123456789abcdef"
PLAIN = "corp-canary-0123456789abcdef"
FAR_FUTURE_MS = 4102444800000

# provider, api, profile, header, its value
CREDENTIALS = (
    ("anthropic", "anthropic-messages", {"type": "api_key", "key": KEY}, "x-api-key", KEY),
    ("anthropic", "anthropic-messages", {"type": "token", "token": SETUP_TOKEN}, "authorization", f"Bearer {SETUP_TOKEN}"),
    ("anthropic", "anthropic-messages",
     {"type": "oauth", "access": SETUP_TOKEN, "refresh": "sk-ant-ort01-canary", "expires": FAR_FUTURE_MS},
     "authorization", f"Bearer {SETUP_TOKEN}"),
    ("openai", "openai-completions", {"type": "api_key", "key": PLAIN}, "authorization", f"Bearer {PLAIN}"),
    ("openrouter", "openai-completions", {"type": "api_key", "key": PLAIN}, "authorization", f"Bearer {PLAIN}"),
)


def home(provider: RecordingProvider, name: str, api: str, profile: dict) -> Home:
    path = "" if api == "anthropic-messages" else "/v1"
    config = {"gateway": {"mode": "local", "port": free_port()},
              "models": {"providers": {name: {"baseUrl": provider.url + path, "api": api,
                                              "models": [{"id": "rec", "name": "rec"}]}}},
              "agents": {"defaults": {"model": {"primary": f"{name}/rec"}}}}
    return Home(config, {f"{name}:work": {"provider": name, **profile}})


def self_signed(folder: pathlib.Path) -> pathlib.Path:
    """A certificate of 127.0.0.1 and its key, in one PEM file."""
    both = folder / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", both,
                    "-out", folder / "certificate.pem"], check=True, capture_output=True)
    both.write_text(both.read_text() + (folder / "certificate.pem").read_text())
    return both


class Wire(unittest.TestCase):
    def each_credential(self):
        for name, api, profile, header, value in CREDENTIALS:
            with self.subTest(provider=name, kind=profile["type"]), RecordingProvider() as provider:
                with home(provider, name, api, profile) as place:
                    yield provider, place, header, value

    def test_each_kind_of_credential_travels_in_its_header_and_nowhere_else(self):
        for provider, place, header, value in self.each_credential():
            done = place.run("agent", "--local", "--message", "ping")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(provider.reply, done.stdout)
            self.assertEqual(len(provider.requests), 1)
            sent = provider.requests[0]
            self.assertEqual(sent.headers.get(header), value)
            self.assertNotIn("canary", sent.path + json.dumps(sent.body))
            others = {"x-api-key", "authorization"} - {header}
            self.assertFalse(others & sent.headers.keys())

    def test_a_header_that_the_owner_wrote_goes_out_and_no_key_beside_it(self):
        for name, api, written in (("corp", "openai-completions", {"Authorization": "Basic b3duZXI6d3JvdGU="}),
                                   ("anthropic", "anthropic-messages", {"Authorization": "Bearer owner-wrote-it"}),
                                   ("anthropic", "anthropic-messages", {"X-API-Key": "owner-wrote-it"}),
                                   ("azure", "openai-completions", {"api-key": "owner-wrote-it"})):
            with self.subTest(headers=written), RecordingProvider() as provider:
                with home(provider, name, api, {"type": "api_key", "key": KEY}) as place:
                    config = place.read("openclaw.json")
                    config["models"]["providers"][name]["headers"] = written
                    place.write("openclaw.json", config)
                    done = place.run("agent", "--local", "--message", "ping")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    sent = provider.requests[0].headers
                    header, value = next(iter(written.items()))
                    self.assertEqual(sent.get(header.lower()), value)
                    self.assertNotIn("canary", json.dumps(sent))
                    told = place.run("explain")
                    self.assertEqual(told.returncode, 0, told.stderr)
                    self.assertIn(f"Uses  : models.providers.{name}.headers.{header} (config)", told.stdout)
                    self.assertIn(f"left out: models.providers.{name}.headers.{header} is sent in its place", told.stdout)

    def test_an_id_that_begins_with_its_providers_name_goes_out_whole(self):
        with RecordingProvider() as provider:
            with home(provider, "nvidia", "openai-completions", {"type": "api_key", "key": PLAIN}) as place:
                config = place.read("openclaw.json")
                config["models"]["providers"]["nvidia"]["models"] = [
                    {"id": "nvidia/nemotron-x", "name": "N"}, {"id": "qwen3.6-27b@iq3_xxs", "name": "Q"}]
                config["agents"]["defaults"]["model"]["primary"] = "nvidia/nemotron-x"
                config["agents"]["defaults"]["models"] = {"nvidia/qwen3.6-27b@iq3_xxs": {"alias": "local/q"}}
                place.write("openclaw.json", config)
                for model in ("nvidia/nemotron-x", "nvidia/qwen3.6-27b@iq3_xxs", "nvidia/nvidia/nemotron-x", "local/q"):
                    self.assertEqual(place.run("models", "set", model).returncode, 0)
                    done = place.run("agent", "--local", "--message", "ping")
                    self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual([request.body["model"] for request in provider.requests],
                                 ["nvidia/nemotron-x", "qwen3.6-27b@iq3_xxs", "nvidia/nemotron-x", "qwen3.6-27b@iq3_xxs"])

    def test_we_never_present_ourselves_as_another_product(self):
        for provider, place, _, _ in self.each_credential():
            place.run("agent", "--local", "--message", "ping")
            sent = provider.requests[0]
            self.assertRegex(sent.headers["user-agent"], r"^openclaw/\d")
            self.assertNotIn("x-app", sent.headers)
            self.assertNotIn("claude-code", json.dumps([sent.headers, sent.body]).lower())
            self.assertNotIn("claude code", json.dumps(sent.body).lower())

    def test_a_server_is_trusted_by_the_systems_authorities_and_those_that_are_named(self):
        name, api, profile, _, _ = CREDENTIALS[0]
        with tempfile.TemporaryDirectory() as folder:
            certificate = self_signed(pathlib.Path(folder))
            with RecordingProvider(certificate) as provider, home(provider, name, api, profile) as place:
                def ask(variables):
                    place.variables = variables
                    return place.run("agent", "--local", "--message", "ping")
                stranger = ask({})
                self.assertNotEqual(stranger.returncode, 0)
                self.assertIn("the certificate is not trusted", stranger.stderr)
                self.assertIn("NODE_EXTRA_CA_CERTS", stranger.stderr)
                gone = ask({"NODE_EXTRA_CA_CERTS": f"{folder}/gone.pem"})
                self.assertNotEqual(gone.returncode, 0)
                self.assertIn("gone.pem", gone.stderr)
                self.assertEqual(provider.requests, [])
                for variable in ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"):
                    known = ask({variable: str(certificate)})
                    self.assertEqual(known.returncode, 0, known.stderr)

    def test_an_error_inside_a_stream_is_a_failure(self):
        for _, place, _, _ in self.each_credential():
            done = place.run("agent", "--local", "--message", "MIDSTREAM_ERROR", "--json")
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertIn("verloaded", done.stdout + done.stderr)

    def test_no_credential_is_shown_when_it_is_refused(self):
        for _, place, _, _ in self.each_credential():
            done = place.run("agent", "--local", "--message", "FAIL_401")
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("canary", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
