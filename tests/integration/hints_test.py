#!/usr/bin/env python3
"""Every command that a hint names can be run as it stands, and then it heals or answers.

Each case makes the situation in which the program prints a hint, runs the commands of the hint as a person would copy
them, and looks either whether the first command works now (HEALS) or whether the answer names what the hint promised
(a text). The last test looks into the sources: a hint whose command no case has produced, and that isn't excused with
a reason, fails it, so that no hint comes in unseen.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import shlex
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "src"
sys.path.insert(0, str(HERE.parent / "support"))
from program import PROGRAM, Home, Server, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

HEALS = object()  # the command that failed works after those of the hint
FAR = "https://corp.example/v1"  # a server that wants a key
KEY = "sk-hints-0123456789abcdef0123"
SEALING_KEY = "0123456789abcdef0123456789abcdef0123456789a="
INVITATION = "ocj_60rk4csm6mv3ee1sc5h66s35crr32chk6gtkcdsr75gp4rv4frjb"  # a sound code, of no gateway
commands_seen: set[str] = set()


def config(url: str = "http://127.0.0.1:9/v1", key: str | None = None, model: str = "corp/rec", **more) -> dict:
    provider = {"baseUrl": url, "api": "openai-completions", "auth": "api-key",
                "models": [{"id": "rec", "name": "rec"}, {"id": "second", "name": "second"}]}
    if key:
        provider["apiKey"] = key
    return {"models": {"providers": {"corp": provider}}, "agents": {"defaults": {"model": {"primary": model}}}, **more}


def profiles(**keys: str) -> dict:
    return {f"corp:{name}": {"type": "api_key", "provider": "corp", "key": key} for name, key in keys.items()}


def commands_in(text: str) -> list[str]:
    return re.findall(r"`(openclaw [^`]*)`", text)


class Case:
    """`command` fails, or notes something, with `hint` in what it prints; then come the hint's commands."""

    def __init__(self, name: str, command: list[str], hint: str, then, *, world=None, status: int | None = 1,
                 stdin: str = "", only: int | None = None, again: list[str] | None = None, statuses=(0,)):
        self.name, self.command, self.hint, self.then = name, command, hint, then
        self.world = world or (lambda: Home(config()))
        self.status, self.stdin, self.only, self.again, self.statuses = status, stdin, only, again or command, statuses


def broken_store() -> Home:
    home = Home(config(), profiles(work=KEY))
    (home.state / "agents/main/agent/auth-profiles.json").write_text('{"version": 1, "profiles": {"a": ')
    return home


def sealed(passphrase: bool = False) -> Home:
    home = Home(config(), profiles(work=KEY))
    key = home.folder / "sealing.key"
    key.write_text(SEALING_KEY)
    key.chmod(0o600)
    done = home.run("secrets", "seal", "--key-file", str(key))
    assert done.returncode == 0, done.stderr
    return home


def sealed_without_key() -> Home:
    home = sealed()
    (home.folder / "sealing.key").rename(home.folder / "elsewhere.key")
    return home


def alias_taken() -> Home:
    return Home(config() | {"agents": {"defaults": {"model": {"primary": "corp/rec"},
                                                    "models": {"corp/rec": {"alias": "fast"}}}}})


def two_profiles(**store) -> Home:
    home = Home(config())
    home.write("agents/main/agent/auth-profiles.json",
               {"version": 1, "profiles": profiles(work=KEY, home=KEY + "2"), **store})
    return home


def in_work(home: Home) -> Home:
    assert home.run("agents", "add", "work", "--workspace", str(home.folder / "w")).returncode == 0
    return home


def order_of_one_that_has_ended() -> Home:
    ended = {"corp:old": {"type": "token", "provider": "corp", "token": KEY, "expires": 1_700_000_000_000}}
    home = Home(config(FAR))
    home.write("agents/main/agent/auth-profiles.json",
               {"version": 1, "profiles": profiles(work=KEY + "9") | ended, "order": {"corp": ["corp:old"]}})
    return home


def with_client(*more: list[str]) -> Home:
    """A gateway whose client "phone" has a certificate; then come more commands."""
    home = Home(config())
    for words in (["add", "phone", "--out", str(home.folder / "first.pem")], *more):
        done = home.run("gateway", "cert", *words)
        assert done.returncode == 0, done.stderr
    return home


def damaged_ledger() -> Home:
    home = with_client()
    (home.state / "gateway/authority/ledger.json").write_text('{"clients": [')
    return home


def name_beyond_the_root() -> Home:
    home = with_client()
    ledger = home.read("gateway/authority/ledger.json")
    home.write("gateway/authority/ledger.json", ledger | {"serverNames": ["nas.example.com"]})
    return home


def two_devices_of_one_name() -> Home:
    """As the reference keeps them."""
    home = Home(config())
    keys = [bytes([number]) * 32 for number in (1, 2)]
    home.write("devices/paired.json",
               {hashlib.sha256(key).hexdigest(): {"publicKey": base64.urlsafe_b64encode(key).decode().rstrip("="),
                                                  "displayName": "phone"} for key in keys})
    return home


def with_key(*more: list[str], **settings) -> Home:
    """A gateway that has a key "notebook"; then come more commands."""
    home = Home(config(**settings))
    for words in (["create", "notebook"], *more):
        done = home.run("gateway", "keys", *words)
        assert done.returncode == 0, done.stderr
    return home


PASTE = ["models", "auth", "paste-api-key", "--provider"]
CERT = ["gateway", "cert"]
KEYS = ["gateway", "keys"]

CASES = [
    # what was typed
    Case("an unknown option", ["--foo"], r"see `openclaw --help`", "First steps"),
    Case("an unknown option of a group", ["models", "--foo"], r"see `openclaw models --help`", "auth"),
    Case("an option before its command", ["--force"], r"`openclaw agents delete`", "missing required argument",
         statuses=(1,)),
    Case("--force of the gateway", ["gateway", "--force"], r"`openclaw gateway status`", "Gateway:", statuses=(0, 4)),
    Case("a mistyped command", ["modles"], r"did you mean `openclaw models`\?", "Default"),
    Case("a command of the reference", ["doctor"], r"meanwhile `openclaw config validate`", "valid", only=0),
    Case("a missing argument", ["models", "set"], r"for example: `openclaw models set", "Default model"),
    Case("an empty message", ["agent", "--message", " "], r"`openclaw agent --message", "no gateway answers",
         statuses=(4,)),
    Case("a shell without completions", ["completion", "powershell"], r"`openclaw completion bash`", "complete -o"),
    # agents
    Case("an agent without a workspace", ["agents", "add", "x"], r"`openclaw agents add work --workspace ~/work`",
         "Agent: work"),
    Case("an agent that nobody knows", ["models", "auth", "list", "--agent", "nope"], r"`openclaw agents list`", "main"),
    Case("a reserved agent", ["agents", "add", "main", "--workspace", "~/m"], r"`openclaw agents list`", "main"),
    Case("an agent to delete without a terminal", ["agents", "delete", "work"], r"`openclaw agents delete work --force`",
         "work", world=lambda: in_work(Home(config()))),
    Case("a new agent's own credentials", ["agents", "add", "y", "--workspace", "~/y", "--model", "openai/gpt-5.2"],
         r"`openclaw models auth paste-api-key --provider openai --agent y`", "Auth profile: openai:default", status=0,
         stdin="sk-proj-0123456789abcdef0123456789abcdef"),
    Case("a new agent with a provider of one's own",
         ["agents", "add", "z", "--workspace", "~/z", "--model", "corp/rec"],
         r"`openclaw models auth paste-api-key --provider corp --custom --agent z`", "Auth profile: corp:default",
         status=0, stdin=KEY),
    # credentials
    Case("no credential at all", ["models", "status", "--check"], r"run `openclaw models auth paste-api-key --provider corp",
         HEALS, stdin=KEY, world=lambda: Home(config(FAR))),
    Case("no credential for a message", ["agent", "--local", "--message", "hi"],
         r"run `openclaw models auth paste-api-key --provider anthropic`", "Auth profile: anthropic:default",
         world=lambda: Home({}), status=3, stdin="sk-ant-api03-" + "a1B2c3D4e5" * 9),
    Case("a profile that isn't stored", ["models", "auth", "remove", "corp:nope"], r"`openclaw models auth list`",
         "Auth file"),
    Case("nothing said to log out of", ["models", "auth", "logout"], r"`openclaw models auth list`", "Auth file"),
    Case("nothing said to end the rest of", ["models", "auth", "cooldown", "clear"],
         r"`openclaw models auth cooldown list`", "rest"),
    Case("a login without a terminal", ["models", "auth", "add"],
         r"`openclaw models auth paste-api-key --provider NAME`", "unknown provider", status=3, statuses=(1,)),
    Case("an unknown profile to probe", ["models", "status", "--probe", "--probe-profile", "x:y"],
         r"`openclaw models auth list`", "Auth file"),
    Case("an unknown provider to probe", ["models", "status", "--probe", "--probe-provider", "qqqqqqqq"],
         r"`openclaw models status`", "Default"),
    Case("whole secrets without a terminal", ["models", "status", "--reveal"], r"`openclaw models status`", "Default"),
    Case("an order that leaves out all", ["models", "status", "--check"], r"run `openclaw models auth order set", HEALS,
         world=order_of_one_that_has_ended),
    Case("a key behind another one", PASTE + ["corp", "--custom", "--profile-id", "corp:new"],
         r"to put it first, run `openclaw models auth order set --provider corp corp:new", "corp:new", status=0,
         stdin=KEY + "3", world=two_profiles),
    Case("an agent's key behind main's", PASTE + ["corp", "--custom", "--profile-id", "corp:own", "--agent", "work"],
         r"to put it first, run `openclaw models auth order set --agent work --provider corp corp:own", "corp:own",
         status=0, stdin=KEY + "4", world=lambda: in_work(two_profiles())),
    Case("a damaged store", PASTE + ["corp", "--custom"], r"`openclaw models auth repair`", HEALS, world=broken_store,
         status=6, stdin=KEY),
    Case("the main agent's credential", ["models", "auth", "remove", "corp:work", "--agent", "work"],
         r"`openclaw models auth remove corp:work --agent main`", "corp:work", status=1, only=0,
         world=lambda: in_work(two_profiles())),
    Case("the main agent's credential, to be kept from others",
         ["models", "auth", "remove", "corp:work", "--agent", "work"],
         r"`openclaw models auth allow corp:work --agents main`", "corp:work", status=1, only=1,
         world=lambda: in_work(two_profiles())),
    Case("a subscription's token where a key belongs", PASTE + ["anthropic"],
         r"`openclaw models auth paste-token --provider anthropic`", "Auth profile: anthropic:manual",
         stdin="sk-ant-oat01-" + "a1B2c3D4e5" * 9),
    Case("a setup token of another provider", ["models", "auth", "setup-token", "--provider", "openai"],
         r"`openclaw models auth login --provider openai`", "needs a terminal", statuses=(3,)),
    Case("a key that nobody could verify", PASTE + ["corp", "--custom", "--verify"],
         r"`openclaw models status --probe`", "corp:default", status=4, stdin=KEY),
    Case("a key of a provider without models", PASTE + ["lab", "--custom", "--verify"],
         r"`openclaw models set lab/MODEL`", "Default model: lab/MODEL", status=None, stdin=KEY,
         world=lambda: Home({"models": {"providers": {"lab": {"baseUrl": FAR, "models": []}}}})),
    # models
    Case("free models without a key", ["models", "scan"], r"`openclaw models scan --no-probe`", "", status=3, only=1,
         world=lambda: Home({"models": {"providers": {"openrouter": {"baseUrl": "https://openrouter.invalid/v1",
                                                                     "models": []}}}}), statuses=(0, 4)),
    Case("an alias that another model has", ["models", "aliases", "add", "fast", "corp/second"],
         r"`openclaw models aliases remove ALIAS`", "Alias not found", world=alias_taken, statuses=(1,)),
    Case("an alias that nobody knows", ["models", "aliases", "remove", "zzzzzz"], r"`openclaw models aliases list`",
         "lias"),
    Case("a fallback that isn't one", ["models", "fallbacks", "remove", "corp/rec"],
         r"`openclaw models fallbacks list`", "allbacks"),
    Case("an image fallback that isn't one", ["models", "image-fallbacks", "remove", "corp/rec"],
         r"`openclaw models image-fallbacks list`", "allbacks"),
    Case("a provider that isn't there yet", ["config", "set", "models.providers.lab.baseUrl", "http://127.0.0.1:9/v1"],
         r"`openclaw models providers add lab --base-url http://127\.0\.0\.1:9/v1`", "--model ID", statuses=(4,)),
    Case("a variable that isn't set",
         ["models", "providers", "add", "lab", "--base-url", "http://127.0.0.1:9", "--key", "${LAB_KEY}"],
         r"`openclaw env` shows", ""),
    # settings
    Case("a setting that isn't there", ["config", "get", "gateway.nothing"], r"`openclaw config get` shows", "{"),
    Case("an unknown setting among many", ["config", "set", "agents.defaults.qqqqqqqqqq", "1"],
         r"see `openclaw config --help`", "config set"),
    Case("a setting that needs another one", ["config", "set", "auth.profiles.corp.provider", "corp"],
         r"`openclaw config set auth\.profiles\.corp '\{", "Updated auth.profiles.corp"),
    Case("a source that needs its path", ["config", "set", "secrets.providers.vault.source", "file"],
         r"`openclaw config set secrets\.providers\.vault '\{", "Updated secrets.providers.vault"),
    Case("several mistakes", ["models", "status"], r"see `openclaw config validate`", "gateway.port",
         world=lambda: Home(config() | {"gateway": {"port": "x", "bind": 3}}), statuses=(1,)),
    Case("a file that can't be read", ["config", "set", "gateway.port", "1234"], r"run `openclaw config validate`",
         "openclaw.json", world=lambda: Home("{ a: "), status=None, statuses=(1, 6)),
    Case("a remote gateway without an address", ["health"], r"`openclaw config set gateway\.remote\.url wss://HOST:PORT`",
         "gateway.remote.url", world=lambda: Home(config() | {"gateway": {"mode": "remote"}}), statuses=(0, 1)),
    Case("a token in another mode", ["gateway", "token", "show"], r"`openclaw gateway lock`", "Locked by password",
         world=lambda: Home(config(gateway={"auth": {"mode": "password", "password": "a long enough password"}}))),
    Case("no lock beside a proxy", ["gateway", "run"], r"`openclaw gateway lock token`", "Locked by token", status=3,
         world=lambda: Home(config(gateway={"auth": {"mode": "none"}, "trustedProxies": ["10.0.0.2"]}))),
    Case("a mistyped lock", ["gateway", "lock", "tokn"], r"`openclaw gateway lock token`", "Locked by token"),
    Case("--only of a token", ["gateway", "lock", "token", "--only"], r"`openclaw gateway lock mtls --only`",
         "nobody could come in", statuses=(1,)),
    Case("a lock that is set by hand", ["gateway", "lock", "password"], r"`openclaw config set gateway.auth.mode password`",
         "Updated gateway.auth.mode"),
    Case("a fingerprint where there is no TLS", ["health"],
         r"`openclaw config unset gateway\.remote\.tlsFingerprint`", "Removed", status=1, world=lambda: Home(
             config() | {"gateway": {"mode": "remote", "remote": {"url": "ws://127.0.0.1:9", "tlsFingerprint": "ab" * 32}}})),
    Case("an invitation without TLS", ["gateway", "cert", "invite", "laptop"],
         r"`openclaw config set gateway\.tls\.enabled true`", "Updated gateway.tls.enabled"),
    Case("joining a second remote gateway", ["gateway", "join", "127.0.0.1:9", INVITATION],
         r"first run `openclaw config unset gateway\.remote`", "Removed", status=5, world=lambda: Home(
             config() | {"gateway": {"mode": "remote", "remote": {"url": "wss://127.0.0.1:8"}}})),
    Case("no gateway to ask", ["health"], r"or see `openclaw gateway status`", "RPC probe: failed", status=4, only=1,
         statuses=(4,)),
    # certificates
    Case("no authorities yet", CERT + ["root"], r"run `openclaw gateway cert add NAME`", HEALS),
    Case("nobody has a certificate", CERT + ["list"], r"`openclaw gateway cert add NAME`", "NAME: ", status=0),
    Case("a second client of one name", CERT + ["add", "phone", "--out", "second.pem"],
         r"run `openclaw gateway cert revoke phone`", HEALS, world=with_client, status=5),
    Case("a certificate without TLS", CERT + ["add", "phone"], r"`openclaw config set gateway\.tls\.enabled true`",
         "Updated", status=0),
    Case("a client that nobody knows", CERT + ["revoke", "nobody"], r"see `openclaw gateway cert list`", "No client has"),
    Case("a client that was revoked", CERT + ["renew", "phone", "--out", "renewed.pem"],
         r"`openclaw gateway cert add phone`", HEALS, world=lambda: with_client(["revoke", "phone"]), status=3),
    Case("a damaged ledger", CERT + ["list"], r"`openclaw gateway cert restore FILE`", "add --yes", world=damaged_ledger,
         status=6, statuses=(1,)),
    Case("a name that wasn't added", CERT + ["names", "remove", "nas.example.com"],
         r"see `openclaw gateway cert names list`", "localhost"),
    Case("a name that the root may not vouch for", CERT + ["add", "tablet"],
         r"`openclaw gateway cert names add nas\.example\.com`", "add --yes", world=name_beyond_the_root, status=0,
         statuses=(1,)),
    Case("a root that devices need again", CERT + ["names", "add", "nas.example.com", "--yes"],
         r"`openclaw gateway cert root --out root\.crt`", "File: ", world=with_client, status=0),
    # devices
    Case("a device that nobody knows", ["devices", "remove", "nobody"], r"see `openclaw devices list`", "No device is paired"),
    Case("two devices of one name", ["devices", "remove", "phone"], r"`openclaw devices list --json` shows", "deviceId",
         world=two_devices_of_one_name),
    # named keys
    Case("nobody has a key", KEYS + ["list"], r"`openclaw gateway keys create NAME`", "ocg_", status=0),
    Case("a key that nobody knows", KEYS + ["revoke", "nobody"], r"see `openclaw gateway keys list`", "There are no keys"),
    Case("a second key of one name", KEYS + ["create", "notebook"], r"`openclaw gateway keys rotate notebook`", "ocg_",
         world=with_key, status=5),
    Case("a key that was revoked", KEYS + ["rotate", "notebook"], r"`openclaw gateway keys create NAME`", "ocg_",
         world=lambda: with_key(["revoke", "notebook"]), status=3),
    # secrets
    Case("a client that isn't known", ["connect", "crul"], r"`openclaw connect` lists them", "OpenAI SDK"),
    Case("a client that can't work yet", ["connect", "gemini"], r"`openclaw connect` lists what works", "works"),
    Case("a key that can be taken back", ["connect", "curl"], r"`openclaw gateway keys revoke curl`", "lets nobody in", status=0),
    Case("a client where only certificates open", ["connect", "curl"], r"`openclaw gateway cert add NAME`", "NAME: ",
         world=lambda: Home(config(gateway={"auth": {"mode": "mtls"}, "tls": {"enabled": True}}))),
    Case("a client's model that is none", ["connect", "curl", "--model", "a b"], r"`openclaw models list` shows", "rec"),
    Case("nothing is sealed", ["secrets", "unseal", "--yes"], r"run `openclaw secrets seal`", "say where the key is kept",
         statuses=(1,)),
    Case("no place for the sealing key", ["secrets", "seal"], r"`openclaw secrets seal --key-file /etc/openclaw/sealing\.key --create`",
         "", statuses=(0, 1, 3, 4, 7)),
    Case("another sealing key", ["secrets", "seal", "--key", "systemd"], r"`openclaw secrets rekey --key systemd`", "",
         world=sealed, statuses=(0, 1, 3, 4)),
    Case("no sealing to re-key", ["secrets", "rekey"], r"run `openclaw secrets seal --key passphrase`",
         "--passphrase-file", statuses=(1,)),
    Case("a sealing key that is gone", PASTE + ["corp", "--custom", "--profile-id", "corp:more"],
         r"see `openclaw secrets status`", "Not opened here", status=None, stdin=KEY + "5", world=sealed_without_key,
         statuses=(0, 1, 3, 4)),
    Case("secrets in plain", ["secrets", "audit"], r"`openclaw secrets seal`", "say where the key is kept", status=None,
         world=lambda: Home(config(), profiles(work=KEY)), statuses=(1,)),
]


class Hints(unittest.TestCase):
    def run_case(self, case: Case) -> None:
        with case.world() as home:
            done = home.run(*case.command, stdin=case.stdin)
            printed = done.stdout + done.stderr
            if case.status is not None:
                self.assertEqual(done.returncode, case.status, printed)
            self.assertRegex(printed, case.hint)
            self.follow(home, case, printed)

    def follow(self, home: Home, case: Case, printed: str) -> None:
        hint = next(line for line in printed.splitlines() if re.search(case.hint, line))
        commands = commands_in(hint)
        self.assertTrue(commands, hint)
        if case.only is not None:
            commands = commands[case.only:case.only + 1]
        commands_seen.update(commands)
        answers = ""
        for command in commands:
            done = self.copy(home, command, case.stdin)
            answers += done.stdout + done.stderr
            self.assertIn(done.returncode, (0,) if case.then is HEALS else case.statuses, f"{command}\n{answers}")
        if case.then is not HEALS:
            return self.assertIn(case.then, answers)
        done = home.run(*case.again, stdin=case.stdin)
        self.assertEqual(done.returncode, 0, f"{commands} did not heal it:\n{done.stdout}{done.stderr}")

    def copy(self, home: Home, command: str, stdin: str):
        words = [os.path.expanduser(word.replace("~", str(home.folder))) for word in shlex.split(command)]
        return home.run(*words[1:], stdin=stdin)

    def test_each_hint_can_be_followed(self):
        for case in CASES:
            with self.subTest(case.name):
                self.run_case(case)

    def test_a_gateway_of_another_profile_is_told_from_ones_own(self):
        port = free_port()
        with Home(config(gateway={"port": port})) as home, home.gateway():
            other = ["--profile", "work"]
            home.run(*other, "config", "set", "gateway.port", str(port))
            done = home.run(*other, "health")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("no gateway of this state directory runs", done.stderr)
            start, keep = commands_in(done.stderr)
            commands_seen.update((start.replace(" --profile work", ""), keep.replace(" --profile work", "")))
            self.assertIn("--profile work", start)
            with Server([PROGRAM, *shlex.split(start)[1:]], home.environment(), home.folder) as gateway:
                gateway.wait_for("listening on", 60)
                self.assertEqual(home.run(*other, "health").returncode, 0)
            self.assertEqual(self.copy(home, keep, "").returncode, 0)

    def test_a_port_that_another_program_has_leads_to_another_port(self):
        with RecordingProvider() as other:
            port = int(other.url.rsplit(":", 1)[1])
            with Home(config(gateway={"port": port})) as home:
                for words, status in ((("health",), 4), (("gateway", "run"), 5)):
                    done = home.run(*words)
                    self.assertEqual(done.returncode, status, done.stderr)
                    (command,) = commands_in(done.stderr)
                    commands_seen.add(command)
                    with Server([PROGRAM, *shlex.split(command)[1:]], home.environment(), home.folder) as gateway:
                        gateway.wait_for("listening on", 60)
                        self.assertEqual(home.run("health").returncode, 0)

    def test_commands_in_what_is_printed_are_for_the_profile_that_is_in_use(self):
        with Home(config(FAR)) as home:
            (home.folder / ".openclaw-work").mkdir(mode=0o700)
            (home.folder / ".openclaw-work/openclaw.json").write_bytes((home.state / "openclaw.json").read_bytes())
            (home.folder / ".openclaw-work/openclaw.json").chmod(0o600)
            printed = home.run("--profile", "work", "models", "status").stdout
            command = next(each for each in commands_in(printed) if "paste-api-key" in each)
            self.assertIn("--profile work", command)
            self.assertEqual(self.copy(home, command, KEY).returncode, 0)
            self.assertEqual(home.run("--profile", "work", "models", "status", "--check").returncode, 0)
            self.assertEqual(home.run("models", "status", "--check").returncode, 1)

    def test_the_gateway_says_at_its_start_that_nobody_can_answer_and_how_to_change_that(self):
        with Home(config(FAR, gateway={"port": free_port()})) as home, home.gateway() as gateway:
            gateway.wait_for("no message can be answered yet", 60)
            gateway.wait_for("--custom`", 60)
            command = commands_in(gateway.output)[-1]
            commands_seen.add(command)
            self.assertEqual(self.copy(home, command, KEY).returncode, 0)
            self.assertEqual(home.run("models", "status", "--check").returncode, 0)

    def test_a_refused_token_names_where_it_came_from(self):
        port = free_port()
        with Home(config(gateway={"port": port})) as home, home.gateway():
            home.variables["OPENCLAW_GATEWAY_TOKEN"] = "another-token-0123456789abcdef"
            done = home.run("health", "--url", f"ws://127.0.0.1:{port}")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("OPENCLAW_GATEWAY_TOKEN", done.stderr)
            commands_seen.update(commands_in(done.stderr))
            self.assertEqual(self.copy(home, "openclaw gateway status", "").returncode, 0)

    def test_a_refused_token_for_a_gateway_elsewhere_is_mended_with_its_own(self):
        port = free_port()
        with Home(config(gateway={"port": port})) as there, there.gateway(), Home(config(gateway={
                "mode": "remote", "remote": {"url": f"ws://127.0.0.1:{port}", "token": "another-token-9f2c41d7"}})) as home:
            done = home.run("health")
            self.assertEqual(done.returncode, 3, done.stderr)
            show, write = commands_in(done.stderr.splitlines()[-1])
            commands_seen.update((show, write))
            token = self.copy(there, show, "").stdout
            self.assertEqual(self.copy(home, write, token).returncode, 0)
            self.assertEqual(home.run("health").returncode, 0)

    def test_a_refused_new_key_is_removed_by_the_command_that_is_named(self):
        with RecordingProvider() as provider, Home(config(provider.url + "/v1")) as home:
            provider.refuses = True
            done = home.run(*PASTE, "corp", "--custom", "--verify", stdin=KEY)
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            (command,) = commands_in(done.stderr.splitlines()[-1])
            commands_seen.add(command)
            self.assertEqual(self.copy(home, command, "").returncode, 0)
            self.assertEqual(home.read("agents/main/agent/auth-profiles.json")["profiles"], {})

    def test_a_session_whose_credential_its_agent_may_not_use_goes_on_when_it_is_allowed_again(self):
        with RecordingProvider() as provider, in_work(Home(config(provider.url + "/v1"), profiles(work=KEY))) as home:
            home.run("chat", "--local", stdin="/model corp/rec@corp:work\n")
            self.assertEqual(home.run("models", "auth", "allow", "corp:work", "--agents", "work").returncode, 0)
            say = ("agent", "--local", "--agent", "main", "--message", "hi")
            done = home.run(*say)
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            allow, chat = commands_in(done.stderr)
            commands_seen.update((allow, chat))
            self.assertEqual(self.copy(home, allow, "").returncode, 0)
            self.assertEqual(home.run(*say).returncode, 0)

    def test_nothing_but_chat_is_told_to_send_a_slash_command(self):
        with RecordingProvider() as provider:
            port = free_port()
            settings = config(provider.url + "/v1", key=KEY, gateway={"port": port})
            with Home(settings) as home, home.gateway():
                for way in ([], ["--local"]):
                    for fault in ("FAIL_400", "FAIL_404", "FAIL_402", "FAIL_500", "FAIL_529"):
                        session = f"s{fault}{len(way)}"
                        done = home.run("agent", *way, "--session-key", session, "--message", fault)
                        self.assertNotEqual(done.returncode, 0, fault)
                        self.assertNotRegex(done.stderr, r"(^| )/(model|new|stop)\b", fault)
                        for command in commands_in(done.stderr):
                            commands_seen.add(command)
                            self.assertIn(self.copy(home, command, KEY).returncode, (0, 1))
                        home.run("models", "auth", "cooldown", "clear", "--all")
                told = home.run("chat", "--session-key", "other", stdin="FAIL_500\n").stderr
                self.assertIn("/model", told)

    def test_what_a_command_of_the_reference_is_replaced_by_can_be_run(self):
        table = (SOURCES / "cli/commands/not_offered.cpp").read_text()
        names = re.findall(r'NotOffered\{"([^"]+)"', table)
        self.assertGreater(len(names), 30)
        followed = {}
        with Home(config(gateway={"port": free_port()})) as home:
            for name in names:
                done = home.run(*name.split(), "--some-flag")
                self.assertEqual(done.returncode, 1, name)
                self.assertIn("is a command of the reference", done.stderr, name)
                for command in commands_in(done.stderr):
                    if command not in followed:
                        followed[command] = self.outcome(home, command)
                    self.assertNotRegex(followed[command], "unknown (command|option)", f"{name}: {command}")
        commands_seen.update(followed)

    def outcome(self, home: Home, command: str) -> str:
        if command not in ("openclaw gateway", "openclaw gateway run"):
            done = self.copy(home, command, "")
            return done.stdout + done.stderr
        with Server([PROGRAM, *command.split()[1:]], home.environment(), home.folder) as gateway:
            gateway.wait_for("listening on", 60)
            return gateway.output

    def test_what_an_audit_advises_mends_what_it_found(self):
        """The first command of each advice, with what stands for a value or a file filled in; then the finding is gone."""
        token = "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c"
        cases = (("gateway.bind_no_auth", {"bind": "lan", "auth": {"mode": "none", "token": token}}),
                 ("gateway.loopback_no_auth", {"auth": {"mode": "none", "token": token}}),
                 ("gateway.rate_limit_lenient",
                  {"auth": {"mode": "password", "password": token, "rateLimit": {"maxAttempts": 500}}}),
                 ("config.secrets.gateway_password_in_config", {"auth": {"mode": "password", "password": token}}),
                 ("config.secrets.gateway_token_in_config", {"auth": {"token": token}}),
                 ("gateway.trusted_proxies_wide", {"trustedProxies": ["::/0"]}),
                 ("gateway.trusted_proxies_unread", {"trustedProxies": ["proxy.example"]}),
                 ("gateway.trusted_proxies_missing", {"controlUi": {"allowedOrigins": ["https://app.example.com"]}}),
                 ("gateway.control_ui.origin_without_tls", {"controlUi": {"allowedOrigins": ["http://app.example.com"]}}),
                 ("gateway.control_ui.origin_unread", {"controlUi": {"allowedOrigins": ["*"]}}),
                 ("gateway.tailscale_funnel", {"tailscale": {"mode": "funnel"}}),
                 ("gateway.tls.certificate_unusable", {"tls": {"enabled": True, "certPath": "/absent", "keyPath": "/absent"}}),
                 ("secrets.unsealed", {}))
        for check, gateway in cases:
            stored = KEY if check == "secrets.unsealed" else None
            with self.subTest(check), Home(config(key=stored, gateway={"port": free_port()} | gateway)) as home:
                home.variables["OPENCLAW_GATEWAY_SECRET"] = token
                self.follow_advice(home, check, token)
        with Home(config()) as home:
            (home.state / "openclaw.json").chmod(0o644)
            self.follow_advice(home, "fs.config.perms_world_readable", token)

    def follow_advice(self, home: Home, check: str, token: str) -> None:
        advice = {finding["checkId"]: finding.get("remediation", "") for finding in self.audit(home)}
        self.assertIn(check, advice)
        commands = commands_in(advice[check])
        commands_seen.update(commands)
        certificate = HERE.parent / "fuzz/corpus/certificate/p256.pem"
        path = str(home.folder / "sealing.key") if "seal" in commands[0] else str(certificate)
        done = home.run(*[path if word == "PATH" else word for word in shlex.split(commands[0])[1:]])
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        self.assertNotIn(check, [finding["checkId"] for finding in self.audit(home)], done.stdout + done.stderr)

    def audit(self, home: Home) -> list:
        return json.loads(home.run("security", "audit", "--json").stdout)["findings"]

    def test_within_the_sources_stands_no_hint_that_was_not_followed(self):
        if len(commands_seen) < 20:
            self.skipTest("the other tests have not run")
        missing = {}
        for command, file in hints_in_sources():
            pattern = re.sub(r"\\\{\d?\\\}", ".+", re.escape(command))
            seen = any(re.fullmatch(pattern, each) for each in commands_seen)
            if not seen and command not in EXCUSED:
                missing[command] = file
        self.maxDiff = None
        self.assertEqual(missing, {}, "write a case for each, or excuse it with a reason")


def hints_in_sources():
    """Each command in backticks that stands in a text of the sources, but for pages and helps."""
    for file in sorted(SOURCES.rglob("*.cpp")):
        if file.name in ("help.cpp", "reference.cpp", "settings_page.cpp", "audit_page.cpp", "output.cpp", "complete.cpp"):
            continue
        lines = [line for line in file.read_text().splitlines() if not line.strip().startswith("//")]
        text = re.sub(r'"\s*\n\s*"', "", "\n".join(lines)).replace('\\"', '"')
        text = re.sub(r"\.(details|summary|help) =\s*\"[^\n]*", "", text)
        for command in re.findall(r"`(openclaw [^`]*)`", text):
            yield command, file.name


# What no case here can produce, and why.
EXCUSED = {
    "openclaw gateway cert invite NAME": "for the gateway's machine, not this one: tests/integration/enrol_test.py",
    "openclaw devices approve {}": "for the newest request: tests/integration/devices_test.py",
    "openclaw devices remove DEVICE": "at the thousandth device: tests/unit/access/devices_test.cpp",
    "openclaw gateway join HOST:PORT CODE": "with the code that the other machine shows: tests/integration/enrol_test.py",
    "openclaw gateway join nas.local:18789 CODE": "an example of the line that the other machine shows",
    "openclaw gateway cert renew {}": "a line of the gateway's log, days before an end: tests/unit/access/authority/ends_test.cpp",
    "openclaw gateway keys update {} --expires 90d": "for a key that ended: tests/integration/keys_test.py",
    "openclaw gateway keys update NAME --clear-breaker": "in an answer over HTTP: tests/integration/keys_test.py",
    "openclaw gateway keys update NAME --account NAME-2": "after a clock was set back: tests/unit/usage/governor_test.cpp",
    "openclaw models auth login --provider {}": "after a login that failed: tests/integration/logins_test.py",
    "openclaw models auth login start --provider {}": "after one that ended: tests/integration/logins_test.py",
    "openclaw models auth paste-api-key": "for a key that was pasted for an answer: tests/unit/oauth/attempt_test.cpp",
    "openclaw config set {} ID": "for a client that nobody has registered: tests/unit/oauth/issuer_test.cpp",
    "openclaw secrets": "says who holds the lock; no step",
    "openclaw secrets rekey": "after a re-key that was cut off: tests/integration/sealed_test.py",
    "openclaw secrets unseal --yes": "after an unsealing that was cut off: tests/integration/sealed_test.py",
    "openclaw models auth remove PROFILE": "beside it, for what can't be opened any more: tests/cli/secrets_seal.txt",
    "openclaw secrets seal --purge-legacy": "for old files that hold secrets: tests/cli/secrets_seal.txt",
    "openclaw config set gateway.bind loopback": "beside the first advice of a security audit: tests/unit/cli/remedies_test.cpp",
    "openclaw migrate": "the same, for what was never taken over: tests/cli/secrets_seal.txt",
    "openclaw migrate --dry-run": "a line of the gateway's log: tests/cli/migrate.txt",
    "openclaw migrate --rename-conflicts": "for what has changed in a newer OpenClaw's database: tests/cli/newest.txt",
    "openclaw agents add {0} --workspace ~/{0}": "for credentials of an agent that nobody configured",
    "openclaw config set gateway.port PORT": "where another user's program has the port: tests/integration/wiring_test.py",
    "openclaw migrate --from {}": "for a store of old that nobody reads: tests/cli/split_state.txt",
    "openclaw migrate --from ~/{}": "names the home that was meant: tests/cli/migrate.txt",
}


if __name__ == "__main__":
    unittest.main()
