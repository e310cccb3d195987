#!/usr/bin/env python3
"""Plants secrets of odd shapes in every place that may hold one, runs every command, and looks for them everywhere else:
in what was printed, in every file but those that were given them, in process lists and environments, in core dumps."""
import base64
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import program  # noqa: E402
from program import Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

FAR_FUTURE_MS = 4102444800000
# Some look like keys, most don't: what protects them must not be their shape.
SECRETS = {
    "api key": "sk-ant-api03-kaNaRy01-AAAAbbbbCCCCdddd",
    "openai key": "sk-proj-kaNaRy02_EEEEffffGGGGhhhh",
    "setup token": "sk-ant-oat01-kaNaRy03-" + "t" * 80,
    "access": "kaNaRy04.eyJhbGciOiJub25lIn0.c2lnbmF0dXJl",
    "refresh": "kaNaRy05!refresh~with'odd$chars",
    "slash": "kaNaRy06/plus+slash/equals==",
    "quote": "kaNaRy07\"quote\\backslash",
    "percent": "kaNaRy08%41%20percent",
    "words": "kaNaRy09correct-horse-battery-staple",
    "hex": "ca9a4e10" * 6,
    "digits": "90712345678901234567890123456711",
    "unicode": "kaNaRy12-schlüssel-ключ",
    "short": "kNr13#z9",
    "environment": "kaNaRy14-from-the-process",
    "dotenv": "kaNaRy15-from-the-dotenv-file",
    "config key": "kaNaRy16-from-the-config",
    "config env": "kaNaRy17-from-the-env-block",
    "header": "kaNaRy18-in-a-header",
    "gateway token": "kaNaRy19-locks-the-gateway",
    "pasted": "sk-kaNaRy20pastedpastedpastedpasted",
}
STORED = ("api key", "openai key", "setup token", "access", "refresh", "slash", "quote", "percent", "words", "hex", "digits",
          "unicode", "short")


def forms_of(secret: str) -> set[bytes]:
    """The secret as it may lie about: plain, in JSON, in base64 at any offset, in hex, in a URL."""
    raw = secret.encode()
    forms = {raw, json.dumps(secret)[1:-1].encode(), json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
             raw.hex().encode(), raw.hex().upper().encode(), urllib.parse.quote(secret, safe="").encode(),
             urllib.parse.quote(secret).encode()}
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters depend on what stands beside the secret.
        forms.add(text[(0, 2, 3)[offset]:-4])
    return {form for form in forms if len(form) >= 6}


FORMS = {name: forms_of(secret) for name, secret in SECRETS.items()}


def found_in(data: bytes) -> list[str]:
    return [name for name, forms in FORMS.items() if any(form in data for form in forms)]


def environment_of(pid: int) -> bytes:
    """Empty where the kernel shows it to nobody but root, because the process doesn't let itself be dumped."""
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:
        return b""


class Watch(threading.Thread):
    """Samples command lines and environments of every process of the program, as other users' tools would see them."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.hits: set[str] = set()
        self.samples = 0

    def run(self):
        while not self.ended.wait(0.002):
            for process in pathlib.Path("/proc").iterdir():
                if process.name.isdigit():
                    self.look_at(process)
            self.samples += 1

    def look_at(self, process: pathlib.Path):
        try:
            if os.readlink(process / "exe") != os.path.realpath(program.PROGRAM):
                return
            for name in ("cmdline", "environ"):
                data = (process / name).read_bytes()
                # A process that has just started still has the environment that it was given.
                if name == "environ" and self.is_new(process):
                    continue
                for secret in found_in(data):
                    self.hits.add(f"{secret} in {name} of a process")
        except OSError:
            pass  # it has ended

    @staticmethod
    def is_new(process: pathlib.Path) -> bool:
        started = int((process / "stat").read_text().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
        return float(pathlib.Path("/proc/uptime").read_text().split()[0]) - started < 0.5

    def stop(self):
        self.ended.set()
        self.join()


def profiles() -> dict:
    key = lambda name, provider: {"type": "api_key", "provider": provider, "key": SECRETS[name]}  # noqa: E731
    return {
        "anthropic:key": key("api key", "anthropic"),
        "anthropic:setup": {"type": "token", "provider": "anthropic", "token": SECRETS["setup token"]},
        "anthropic:login": {"type": "oauth", "provider": "anthropic", "access": SECRETS["access"],
                            "refresh": SECRETS["refresh"], "expires": FAR_FUTURE_MS},
        "openai:key": key("openai key", "openai"),
        **{f"corp:{name}": key(name, "corp")
           for name in ("slash", "quote", "percent", "words", "hex", "digits", "unicode", "short")},
    }


# Every command with arguments that make it do its work; {H} is the home folder.
SESSION = {
    "agent": [["--message", "hello"], ["--message", "ECHO_401", "--json"], ["--local", "--message", "ECHO_429"],
              ["--message", "MIDSTREAM_ERROR"]],
    "chat": [[]],
    "status": [[], ["--json"]],
    "audit list": [[], ["--json"], ["--denied", "--since", "1h"]],
    "audit tail": [["--limit", "100"], ["--json"]],
    "audit verify": [[], ["--json"]],
    "sessions": [[]],
    "sessions list": [["--json"]],
    "health": [[], ["--json"]],
    "gateway usage-cost": [[], ["--days", "7", "--json"]],
    "models": [[]],
    "models status": [[], ["--json", "--check"], ["--plain"], ["--probe", "--probe-models", "--json"]],
    "models list": [[], ["--all", "--json"], ["--plain"]],
    "models scan": [["--no-probe", "--json"]],
    "models set": [["corp/rec"]],
    "models set-image": [["corp/rec"]],
    "models aliases list": [["--json"]],
    "models aliases add": [["c", "corp/rec"]],
    "models aliases remove": [["c"]],
    "models fallbacks list": [[]],
    "models fallbacks add": [["openai/rec"]],
    "models fallbacks remove": [["openai/rec"]],
    "models fallbacks clear": [[]],
    "models image-fallbacks list": [[]],
    "models image-fallbacks add": [["openai/rec"]],
    "models image-fallbacks remove": [["openai/rec"]],
    "models image-fallbacks clear": [[]],
    "models providers add": [["spare", "--base-url", "http://127.0.0.1:9/v1", "--key", "-"],
                             ["spare", "--base-url", "http://127.0.0.1:9/v1", "--key", "-", "--model", "m"],
                             ["extra", "--base-url", "http://127.0.0.1:9/v1", "--key", "-", "--model", "m", "--json"]],
    "models auth list": [[], ["--json"]],
    "models auth repair": [["--dry-run"], ["--json"]],
    "models auth add": [[]],
    "models auth login": [["--provider", "corp"]],
    "models auth setup-token": [["--profile-id", "anthropic:twin"]],
    "models auth paste-api-key": [["--provider", "corp", "--profile-id", "corp:pasted", "--verify"]],
    "models auth paste-token": [["--provider", "corp", "--profile-id", "corp:token", "--custom"]],
    "models auth order get": [["--provider", "corp", "--json"]],
    "models auth order set": [["--provider", "corp", "corp:words", "corp:short"]],
    "models auth order clear": [["--provider", "corp"]],
    "models auth cooldown list": [[], ["--json"]],
    "models auth cooldown set": [["corp:hex", "--for", "30m", "--reason", "bench"]],
    "models auth cooldown clear": [["--all"]],
    "models auth activate": [["corp:quote"]],
    "models auth allow": [["corp:words", "--all", "--json"], ["corp:words"]],
    "models auth refresh": [[], ["--json"]],
    "models auth remove": [["corp:pasted"]],
    "models auth logout": [["corp:token", "--yes"]],
    "secrets status": [[], ["--json"]],
    "secrets audit": [[], ["--json"], ["--paths"]],
    "secrets seal": [["--dry-run", "--key-file", "{H}/seal.key", "--create"], ["--key-file", "{H}/seal.key", "--create"]],
    "secrets rekey": [[]],
    "secrets unseal": [["--yes", "--json"]],
    "explain": [[], ["corp/rec"], ["corp/rec@corp:short"]],
    "explain error": [["--status", "401", "--provider", "anthropic"]],
    "agents": [[]],
    "agents list": [[], ["--json"]],
    "agents add": [["spare", "--workspace", "{H}/spare"]],
    "agents set-identity": [["--agent", "spare", "--name", "Spare", "--json"]],
    "agents delete": [["spare", "--force", "--json"]],
    "migrate": [["--dry-run", "--json"], []],
    "gateway": [["--help"]],
    "gateway run": [[]],
    "gateway status": [[], ["--json"]],
    "gateway call": [["config.get"], ["config.schema"], ["models.list"], ["health"],
                     ["config.patch", "--params", '{"raw":"{ui:{prefs:{theme:1}}}"}']],
    "gateway health": [[]],
    "gateway lock": [[], ["--json"], ["token", "--dry-run"]],
    "gateway token show": [[], ["--json"]],
    "gateway check": [["--peer", "127.0.0.1", "--header", "Authorization: Bearer wrong"], ["--peer", "192.0.2.1", "--json"]],
    "gateway cert add": [["phone", "--out", "{H}/phone.pem", "--json"], ["tablet", "--for", "linux", "--out", "{H}/tablet.p12"]],
    "gateway cert list": [[], ["--json"]],
    "gateway cert root": [[], ["--json"]],
    "gateway cert renew": [["phone", "--out", "{H}/renewed.pem"]],
    "gateway cert export": [["phone", "--for", "firefox", "--out", "{H}/phone.p12", "--json"]],
    "gateway cert invite": [["laptop", "--no-wait"]],
    "gateway join": [["127.0.0.1:9", "wrong"]],
    "connect": [[], ["--json"], ["curl"], ["openai-sdk", "--json"], ["continue", "--out", "{H}/continue.yaml"], ["gemini"]],
    "gateway cert names add": [["nas.example.com", "--yes"]],
    "gateway cert names list": [[], ["--json"]],
    "gateway cert names remove": [["nas.example.com"]],
    "gateway cert revoke": [["tablet"]],
    "gateway cert backup": [["{H}/authorities.backup", "--passphrase-file", "{H}/passphrase"]],
    "gateway cert restore": [["{H}/authorities.backup", "--passphrase-file", "{H}/passphrase", "--yes"]],
    "gateway cert replace": [["--dry-run"], ["--yes", "--json"]],
    "devices list": [[], ["--json"]],
    "devices approve": [["--latest"]],
    "devices reject": [["3f0c9a52-0b7e-4c1d-9d58-1a2b3c4d5e6f"]],
    "devices rename": [["--device", "phone", "--name", "tablet"]],
    "devices rotate": [["--device", "phone"]],
    "devices revoke": [["--device", "phone"]],
    "devices remove": [["phone"]],
    "devices clear": [["--yes", "--pending"]],
    "gateway keys create": [["app", "--models", "a/*", "--json"], ["file", "--out", "{H}/app.key"]],
    "gateway keys list": [[], ["--json"]],
    "gateway keys show": [["app"], ["app", "--json"]],
    "gateway keys update": [["app", "--expires", "10d"]],
    "gateway keys rotate": [["app", "--grace", "10m"]],
    "gateway keys revoke": [["app"]],
    "security audit": [[], ["--deep", "--json"]],
    "gateway token rotate": [["--grace", "10m", "--json"], ["--grace", "0"]],
    "config get": [["models"], ["gateway"], ["env"], []],
    "config set": [["messages.ackReaction", "x"]],
    "config unset": [["messages.ackReaction"]],
    "config file": [[]],
    "config validate": [[], ["--json"]],
    "env": [[], ["--json"]],
    "help": [[]],
    "completion": [["bash"]],
}
STDIN = {"models providers add": SECRETS["pasted"], "models auth paste-api-key": SECRETS["pasted"],
         "models auth paste-token": SECRETS["words"],
         "models auth setup-token": SECRETS["setup token"]}


def configuration(provider: RecordingProvider) -> dict:
    def entry(path, api, **more):
        return {"baseUrl": provider.url + path, "api": api, "models": [{"id": "rec", "name": "rec"}], **more}
    return {
        "gateway": {"mode": "local", "port": free_port(), "auth": {"mode": "token", "token": SECRETS["gateway token"]}},
        "env": {"vars": {"XAI_API_KEY": SECRETS["config env"]}},
        "models": {"providers": {
            "anthropic": entry("", "anthropic-messages"), "openai": entry("/v1", "openai-completions"),
            "corp": entry("/v1", "openai-completions", apiKey=SECRETS["config key"],
                          headers={"X-Team": SECRETS["header"]}),
            "openrouter": {"baseUrl": provider.url + "/api/v1", "models": []}}},
        "agents": {"defaults": {"model": {"primary": "anthropic/rec", "fallbacks": ["corp/rec"]}}},
    }


class Canary(unittest.TestCase):
    def setUp(self):
        self.provider = RecordingProvider()
        self.home = Home(configuration(self.provider), profiles())
        self.home.write(".env", f"MISTRAL_API_KEY={SECRETS['dotenv']}\n")
        passphrase = pathlib.Path(self.home.folder) / "passphrase"
        passphrase.write_text("a passphrase of some words for the backup\n")
        passphrase.chmod(0o600)
        self.home.variables["GROQ_API_KEY"] = SECRETS["environment"]

    def tearDown(self):
        self.home.__exit__()
        self.provider.__exit__()

    def run_session(self) -> bytes:
        """Everything that the commands printed."""
        printed = b""
        for name, variants in SESSION.items():
            if name == "gateway run":
                continue  # it runs
            for arguments in variants:
                arguments = [a.replace("{H}", str(self.home.folder)) for a in arguments]
                done = self.home.run(*name.split(), *arguments, stdin=STDIN.get(name, ""))
                text = (done.stdout + done.stderr).encode()
                self.assertEqual(found_in(text), [], f"openclaw {name} {' '.join(arguments)} prints a secret")
                printed += text
        return printed

    def check_files(self, given: set[pathlib.Path]):
        for path in self.home.folder.rglob("*"):
            if path.is_file() and path not in given:
                self.assertEqual(found_in(path.read_bytes()), [], f"{path.relative_to(self.home.folder)} holds a secret")

    def test_every_command_is_in_the_session(self):
        reference = (HERE.parent.parent / "docs/commands.md").read_text()
        commands = {line[3:].strip() for line in reference.splitlines() if line.startswith("## ")}
        self.assertEqual(commands - set(SESSION), set(), "these commands are not watched")

    def test_no_secret_leaves_the_places_that_were_given_it(self):
        watch = Watch()
        watch.start()
        with self.home.gateway() as gateway:
            printed = self.run_session()
            self.assertEqual(found_in(environment_of(gateway.process.pid)), [], "the gateway's environment holds a secret")
        watch.stop()
        self.assertGreater(watch.samples, 0)
        self.assertEqual(watch.hits, set())
        self.assertGreater(len(printed), 10_000, "the session did nothing")
        carried = " ".join(value for request in self.provider.requests for value in request.headers.values())
        self.assertIn(SECRETS["api key"], carried, "no credential was used")
        self.assertEqual(found_in(gateway.output.encode()), [], "the gateway prints a secret")
        state = self.home.state
        given = {state / "openclaw.json", state / ".env", state / "agents/main/agent/auth-profiles.json"}
        # A backup may hold what the config holds (S6).
        given |= set(state.glob("openclaw.json.bak*"))
        self.check_files(given)

    def test_no_secret_is_in_the_state_directory_once_it_is_sealed(self):
        # A .env file is for its owner to keep; audit names it.
        (self.home.state / ".env").unlink()
        key = self.home.folder / "elsewhere.key"
        sealed = self.home.run("secrets", "seal", "--key-file", str(key), "--create")
        self.assertEqual(sealed.returncode, 0, sealed.stderr)
        with self.home.gateway():
            for name in ("agent", "models status", "models auth list", "models auth order set", "models auth paste-api-key",
                         "models set", "explain", "secrets status"):
                for arguments in SESSION[name]:
                    done = self.home.run(*name.split(), *arguments, stdin=STDIN.get(name, ""))
                    self.assertEqual(found_in((done.stdout + done.stderr).encode()), [], name)
        carried = " ".join(value for request in self.provider.requests for value in request.headers.values())
        self.assertIn(SECRETS["pasted"], carried, "what was pasted after sealing was not used")
        self.check_files({key})

    def test_a_crash_leaves_no_core_with_secrets(self):
        def allow_cores():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        folder = pathlib.Path(tempfile.mkdtemp(prefix="openclaw-core-", dir=self.home.folder))
        process = subprocess.Popen([program.PROGRAM, "gateway", "run"], env=self.home.environment(), cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   preexec_fn=allow_cores)
        for line in process.stdout:
            if b"listening on" in line:
                break
        process.send_signal(signal.SIGABRT)  # a sanitizer would catch SIGSEGV
        process.stdout.read()
        process.stdout.close()
        _, status = os.waitpid(process.pid, 0)  # not wait(): it drops the flag
        process.returncode = status
        self.assertTrue(os.WIFSIGNALED(status))
        self.assertFalse(os.WCOREDUMP(status), "a core was dumped")
        self.assertEqual([p.name for p in folder.iterdir()], [])


if __name__ == "__main__":
    unittest.main()
