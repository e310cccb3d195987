"""Guessing: 10^6 tokens, 10^3 passwords and, where the program knows client certificates, 10^4 of them. None wins, memory
stays flat, the log bounded."""
import http.client
import json
import pathlib
import random
import shutil
import ssl
import subprocess
import tempfile
import time

from calls import Caller
from refusals import BODY, log_lines

TOKENS, PASSWORDS, CERTIFICATES = 1_000_000, 1_000, 10_000
GROWTH_MB = 4
LINES_A_MINUTE = 61
PASSWORD = "k7Qx9vLm2Rt4Wz8N-bench"
MANY_TOKENS = f"""
wrk.method = "POST"
wrk.body = '{BODY}'
local number = 0
local seed = os.time()
request = function()
  number = number + 1
  return wrk.format(nil, nil, {{["Content-Type"] = "application/json",
    ["Authorization"] = string.format("Bearer %016x%016x%016x", seed, number * 2654435761, number)}})
end
"""


def guess_tokens(port: int, folder: pathlib.Path) -> tuple[int, int]:
    """Guesses made, and how many of them were answered with anything but a refusal."""
    lua = folder / "tokens.lua"
    lua.write_text(MANY_TOKENS)
    made = won = 0
    while made < TOKENS:
        done = subprocess.run(["taskset", "-c", "0", "wrk", "-t1", "-c32", "-d5s", "-s", lua,
                               f"http://127.0.0.1:{port}/v1/chat/completions"], capture_output=True, text=True, check=True)
        words = done.stdout.split()
        answers = int(words[words.index("requests") - 1])
        refused = int(done.stdout.split("Non-2xx or 3xx responses: ")[1].split()[0]) if "Non-2xx" in done.stdout else 0
        made, won = made + answers, won + answers - refused
    return made, won


def guess_passwords(port: int) -> tuple[int, int]:
    caller, won = Caller(port), 0
    for i in range(PASSWORDS):
        guess = PASSWORD[:-1] + random.choice("0123456789") if i % 2 else f"password{i}"
        status = caller.call("POST", "/v1/chat/completions",
                             {"Authorization": f"Bearer {guess}", "Content-Type": "application/json"}, BODY.encode())
        won += status not in (401, 429)
    return PASSWORDS, won


def foreign_certificates(folder: pathlib.Path) -> list:
    """One signed by nobody, one by another authority, one by another authority of the same name."""
    made = []
    for name, issuer in (("alone", None), ("other", "/CN=another authority"), ("same", "/CN=bench authority")):
        key, cert, request = folder / f"{name}.key", folder / f"{name}.pem", folder / f"{name}.csr"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        if issuer is None:
            subprocess.run(["openssl", "req", "-x509", *curve, "-keyout", key, "-out", cert, "-subj", "/CN=alone"],
                           check=True, capture_output=True)
        else:
            root, root_key = folder / f"{name}-root.pem", folder / f"{name}-root.key"
            subprocess.run(["openssl", "req", "-x509", *curve, "-keyout", root_key, "-out", root, "-subj", issuer],
                           check=True, capture_output=True)
            subprocess.run(["openssl", "req", *curve[:-2], "-keyout", key, "-out", request, "-subj", "/CN=client"],
                           check=True, capture_output=True)
            subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", root, "-CAkey", root_key,
                            "-CAcreateserial", "-days", "2", "-out", cert], check=True, capture_output=True)
        made.append((cert, key))
    return made


def right_certificate(folder: pathlib.Path) -> tuple:
    """One that the authority in `folder` has signed for a client."""
    key, cert, request, extensions = (folder / f"right.{ending}" for ending in ("key", "pem", "csr", "ext"))
    extensions.write_text("extendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature\n")
    subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", request, "-subj", "/CN=client"], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", folder / "authority.pem", "-CAkey",
                    folder / "authority.key", "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", cert],
                   check=True, capture_output=True)
    return cert, key


def context_with(certificate: tuple) -> ssl.SSLContext:
    context = ssl._create_unverified_context()
    context.load_cert_chain(*certificate)
    return context


def is_let_in(port: int, context: ssl.SSLContext) -> bool:
    """Raises what isn't a refusal: nobody listening, no answer in time."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
    try:
        connection.request("POST", "/v1/chat/completions", BODY, {"Content-Type": "application/json"})
        return connection.getresponse().status not in (401, 403, 429)
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected):
        return False  # within TLS
    finally:
        connection.close()


def guess_certificates(port: int, folder: pathlib.Path) -> tuple[int, int]:
    """The right one is let in before and after, or refusals would say nothing."""
    contexts = [context_with(each) for each in foreign_certificates(folder)]
    right = context_with(right_certificate(folder))
    if not is_let_in(port, right):
        raise SystemExit("the certificate that counts isn't let in")
    won = sum(is_let_in(port, contexts[i % len(contexts)]) for i in range(CERTIFICATES))
    if not is_let_in(port, right):
        raise SystemExit("the certificate that counts isn't let in any more")
    return CERTIFICATES, won


def run_one(what: str, tools, change, guess, tls: bool = False) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        home, port = pathlib.Path(folder), tools["free_port"]()
        files = tools["certificate"](home) if tls else None
        tools["write_home"](home, port, files)
        path = home / ".openclaw" / "openclaw.json"
        config = json.loads(path.read_text())
        change(config["gateway"], home)
        tools["write_private"](path, config)
        env = tools["environment"](home)
        if subprocess.run([tools["PROGRAM"], "config", "validate"], env=env, capture_output=True).returncode != 0:
            tools["row"](what, "skipped: this program doesn't know them")
            return True
        with tools["Server"]([tools["PROGRAM"], "gateway", "run"], env, core=1) as gateway:
            gateway.answered(port, "/healthz", tls)
            guess_passwords(port) if what == "passwords" else None  # as it is after the first ones
            before, lines, began = gateway.resident_mb(), log_lines(home), time.monotonic()
            made, won = guess(port, home)
            minutes = (time.monotonic() - began) / 60 + 1
            grown, lines = gateway.resident_mb() - before, log_lines(home) - lines
        tools["row"](what, f"{made:,}", won, f"{grown:.1f} MB", f"{lines} lines")
        return won == 0 and grown <= GROWTH_MB and lines <= LINES_A_MINUTE * minutes


def by_password(gateway: dict, _home) -> None:
    gateway["auth"] = {"mode": "password", "password": PASSWORD}


def by_certificate(gateway: dict, home: pathlib.Path) -> None:
    authority = home / "authority.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-keyout", home / "authority.key", "-out", authority, "-subj", "/CN=bench authority"],
                   check=True, capture_output=True)
    gateway["tls"]["clientCa"] = str(authority)


def run(args, tools) -> bool:
    """`tools`: as for refusals.py, and certificate and write_private."""
    tools["heading"](f"guessing (none wins; memory grows by {GROWTH_MB} MB at most, the log by {LINES_A_MINUTE} lines a minute)")
    tools["row"]("what", "guesses", "won", "memory", "log")
    good = True
    if shutil.which("wrk"):
        good &= run_one("tokens", tools, lambda *_: None, guess_tokens)
    else:
        print("tokens skipped: wrk is not installed (./dev install-deps bench)")
    good &= run_one("passwords", tools, by_password, lambda port, _: guess_passwords(port))
    good &= run_one("certificates", tools, by_certificate, guess_certificates, tls=True)
    return good
