#!/usr/bin/env python3
"""Prints the benchmarks, each as a ratio against its budget or a peer. The long ones are proofs: what they showed last
stands in docs/proofs.md.

Usage: bench/run.py [cold] [profiles] [start] [memory] [healthz] [--runs N] [--reference COMMAND]
       bench/run.py property [--cases N]
       bench/run.py strangers [--seconds N] [--kinds KIND...]
       bench/run.py calls [--calls N]
       bench/run.py refusals
       bench/run.py guesses
       bench/run.py crowd [--seconds N]

  cold      start-up of five commands: wall time and peak memory, median of N
  profiles  `models status` over a store of 10,000 profiles: wall time and peak memory, median of N
  start     exec of `gateway run` to its first answered request, median of N; nginx beside it
  memory    the idle gateway's resident memory, TLS loaded; nginx beside it
  healthz   GET /healthz over keep-alive on one core against nginx serving a file of the same size,
            plain and TLS, interleaved in one run (needs nginx and wrk)
  property  N random states (default 200,000): what `models status` calls effective against what a
            recording provider receives; the program of the test of 10,000. Only when it is named
  strangers 1,000 connections without a credential, each doing its worst for N seconds (default 10; the
            kinds stand in bench/strangers.py): what the gateway's memory grows by (budget 32 MB), how long
            the owner's commands take (100 ms) and authenticated turns against idle (2 x). Only when it is named
  refusals  a wrong bearer to POST /v1/chat/completions over kept connections, log on: answers a second of the gateway's
            CPU (goal 100,000), memory and log lines; nginx comparing the same header beside it (needs wrk)
  guesses   10^6 tokens, 10^3 passwords and, where the program knows them, 10^4 client certificates are tried: none wins,
            memory stays flat, the log bounded. Only when it is named
  crowd     10,000 slow and half-open connections for N seconds: an authenticated caller's p99 against idle (2 x) and
            memory (32 MB). Only when it is named
  calls     an answered POST /v1/chat/completions with 1 to 10,000 profiles, whole and streamed, without and with a
            user: CPU of the whole gateway a call, the caller's wait, /healthz beside it (see bench/calls.py)

COMMAND (default: the environment's OPENCLAW_REFERENCE) starts the reference implementation; where it is
given, `cold`, `start` and `memory` measure it too. Everything listens on loopback and ends by itself.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = ROOT / "build" / "release"
PROGRAM = RELEASE / "openclaw"
PROVIDER = RELEASE / "bench" / "model_provider"
COLD = RELEASE / "bench" / "cold"
TOKEN = "bench-token-0123456789abcdef0123456789abcdef"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(home: pathlib.Path) -> dict:
    return {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", "LANG": "C.UTF-8"}


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return key, cert


def write_home(home: pathlib.Path, port: int, tls: tuple | None = None) -> None:
    state = home / ".openclaw"
    agent = state / "agents" / "main" / "agent"
    agent.mkdir(parents=True, mode=0o700)
    state.chmod(0o700)
    gateway = {"mode": "local", "port": port, "auth": {"mode": "token", "token": TOKEN}}
    if tls:
        gateway["tls"] = {"enabled": True, "keyPath": str(tls[0]), "certPath": str(tls[1])}
    write_private(state / "openclaw.json", {"gateway": gateway})
    profiles = {f"anthropic:p{i}": {"type": "api_key", "provider": "anthropic", "key": f"sk-ant-bench-{i:032d}"}
                for i in range(10)}
    write_private(agent / "auth-profiles.json", {"version": 1, "profiles": profiles})


def write_private(path: pathlib.Path, document: dict) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n")
    path.chmod(0o600)


class Server:
    """A server process that is ended by id when the block ends."""

    def __init__(self, command: list, env: dict, core: int | None = None):
        prefix = ["taskset", "-c", str(core)] if core is not None and os.cpu_count() > 1 else []
        self.started = time.perf_counter()
        self.process = subprocess.Popen(prefix + [str(c) for c in command], env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def answered(self, port: int, path: str, tls: bool = False) -> float:
        """Milliseconds from exec to the first answer; waits at most 60 s."""
        context = ssl._create_unverified_context() if tls else None
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
        while time.perf_counter() - self.started < 60:
            if self.process.poll() is not None:
                sys.exit(f"error: {self.process.args} ended with {self.process.returncode}")
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as plain:
                    s = context.wrap_socket(plain) if tls else plain
                    s.sendall(request)
                    if s.recv(16).startswith(b"HTTP/1.1"):
                        return (time.perf_counter() - self.started) * 1e3
            except OSError:
                time.sleep(0.0002)
        sys.exit(f"error: no answer on port {port} within 60 s")

    def resident_mb(self, field: str = "VmRSS") -> float:
        total = 0
        for pid in [self.process.pid] + children(self.process.pid):
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(field + ":"):
                    total += int(line.split()[1])
        return total / 1024


def children(pid: int) -> list:
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(x) for x in path.read_text().split()] if path.exists() else []
    return direct + [c for d in direct for c in children(d)]


def nginx(folder: pathlib.Path, port: int, tls_port: int, body: bytes) -> list:
    key, cert = certificate(folder)
    (folder / "healthz").write_bytes(body)
    config = folder / "nginx.conf"
    temporary = "".join(f"{n}_temp_path {folder}/t;" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config.write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json; {temporary}
  sendfile on; tcp_nopush on; open_file_cache max=100; ssl_protocols TLSv1.3;
  ssl_certificate {cert}; ssl_certificate_key {key};
  server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{tls_port} ssl; root {folder}; }}
}}""")
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-p", folder]


def median(values) -> float:
    return statistics.median(list(values))


def row(*cells) -> None:
    widths = (44, 14, 14, 12, 10)
    print("  ".join(str(c).ljust(w) for c, w in zip(cells, widths)).rstrip(), flush=True)


def heading(text: str) -> None:
    print(f"\n{text}\n" + "-" * len(text))


def measure_cold(command: list, env: dict, runs: int) -> tuple[float, float]:
    samples = []
    for _ in range(runs):
        done = subprocess.run([COLD] + [str(c) for c in command], env=env, capture_output=True, check=True)
        sample = json.loads(done.stdout)
        if sample["rc"] not in (0, 1, 2):
            sys.exit(f"error: {command} ended with {sample['rc']}")
        samples.append(sample)
    return median(s["wall_ms"] for s in samples), median(s["rss_mb"] for s in samples)


COMMANDS = (["--version"], ["--help"], ["models", "status"],
            ["models", "auth", "order", "get", "--provider", "anthropic"], ["agents", "list"])


def bench_cold(args) -> bool:
    heading(f"start-up of commands (median of {args.runs}; budget 5 ms wall, 10 MB peak)")
    row("command", "wall ms", "peak MB", "of budget", "reference")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        write_home(home, free_port())
        for command in COMMANDS:
            wall, peak = measure_cold([PROGRAM] + command, environment(home), args.runs)
            beside = "not installed"
            if args.reference:
                reference = measure_cold(args.reference.split() + command, environment(home), 3)[0]
                beside = f"{reference / wall:.0f} x slower"
            good &= wall <= 5 and peak <= 10
            row(" ".join(command), f"{wall:.2f}", f"{peak:.1f}", f"{wall / 5:.2f}", beside)
    return good


def write_many(path: pathlib.Path, count: int, now_ms: int) -> None:
    """A store as it looks after a while: several providers, kinds of credentials and fates."""
    profiles, usage = {}, {}
    for i in range(count):
        provider = ("anthropic", "openai", "openrouter", "corp")[i % 4]
        entry = {"type": "api_key", "provider": provider, "key": f"sk-bench-{i:032d}"}
        if i % 5 == 0:
            entry = {"type": "token", "provider": provider, "token": f"sk-ant-oat01-{i:032d}", "addedAt": now_ms - i * 60000}
        profiles[f"{provider}:p{i}"] = entry
        if i % 3 == 0:
            usage[f"{provider}:p{i}"] = {"lastUsed": now_ms - i * 1000, "errorCount": 0}
        if i % 7 == 0:
            usage[f"{provider}:p{i}"] = {"lastFailureAt": now_ms - 1000, "cooldownUntil": now_ms + 3600000, "errorCount": 1,
                                         "lastFailure": {"reason": "rate_limit", "status": 429, "text": "slow down"}}
    write_private(path, {"version": 1, "profiles": profiles, "usageStats": usage})


def bench_profiles(args) -> bool:
    heading(f"models status over 10,000 profiles (median of {args.runs}; budget 50 ms wall)")
    row("command", "wall ms", "peak MB", "of budget")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        write_home(home, free_port())
        write_many(home / ".openclaw/agents/main/agent/auth-profiles.json", 10_000, int(time.time() * 1000))
        for command, budget in ((["models", "status"], 50), (["models", "status", "--check", "--plain"], 50),
                                (["models", "status", "--json"], None)):
            wall, peak = measure_cold([PROGRAM] + command, environment(home), args.runs)
            good &= budget is None or wall <= budget
            row(" ".join(command), f"{wall:.2f}", f"{peak:.1f}", f"{wall / budget:.2f}" if budget else "none")
    return good


def start_once(command: list, port: int, path: str, env: dict, settle: float) -> tuple[float, float]:
    with Server(command, env, core=1) as server:
        ms = server.answered(port, path)
        if settle:
            time.sleep(settle)
        return ms, server.resident_mb()


def starts(name: str, make, runs: int, settle: float) -> list:
    """make(folder, port) prepares a server in a fresh folder and gives its command."""
    out = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            command, path = make(pathlib.Path(folder), port)
            out.append(start_once(command, port, path, environment(pathlib.Path(folder)), settle))
    return out


def ours(folder: pathlib.Path, port: int):
    write_home(folder, port)
    return [PROGRAM, "gateway", "run"], "/healthz"


def theirs(reference: str):
    def make(folder: pathlib.Path, port: int):
        write_home(folder, port)
        return reference.split() + ["gateway", "--port", str(port)], "/"
    return make


def peer(folder: pathlib.Path, port: int):
    (folder / "t").mkdir()
    return nginx(folder, port, free_port(), b"{}"), "/healthz"


def bench_start(args) -> bool:
    heading(f"gateway start to first answer (median of {args.runs}; budget 15 ms)")
    row("server", "ms", "of budget")
    results = {"openclaw": median(s[0] for s in starts("ours", ours, args.runs, 0))}
    if shutil.which("nginx") or os.path.exists("/usr/sbin/nginx"):
        results["nginx"] = median(s[0] for s in starts("nginx", peer, args.runs, 0))
    if args.reference:
        results["reference"] = median(s[0] for s in starts("reference", theirs(args.reference), 3, 0))
    for name, ms in results.items():
        row(name, f"{ms:.1f}", f"{ms / 15:.2f}")
    return results["openclaw"] <= 15


def bench_memory(args) -> bool:
    heading("idle gateway, resident memory with TLS loaded (budget 12 MB)")
    row("server", "MB", "of budget")
    with tempfile.TemporaryDirectory() as folder:
        home, port = pathlib.Path(folder), free_port()
        write_home(home, port, certificate(home))
        with Server([PROGRAM, "gateway", "run"], environment(home), core=1) as server:
            server.answered(port, "/healthz", tls=True)
            time.sleep(1)
            mine = server.resident_mb()
    row("openclaw", f"{mine:.1f}", f"{mine / 12:.2f}")
    if shutil.which("nginx") or os.path.exists("/usr/sbin/nginx"):
        beside = median(s[1] for s in starts("nginx", peer, 3, 1))
        row("nginx", f"{beside:.1f}", f"{beside / 12:.2f}")
    if args.reference:
        beside = median(s[1] for s in starts("reference", theirs(args.reference), 1, 5))
        row("reference", f"{beside:.1f}", f"{beside / 12:.2f}")
    return mine <= 12


def requests_a_second(port: int, tls: bool, seconds: int = 3) -> float:
    scheme = "https" if tls else "http"
    done = subprocess.run(["taskset", "-c", "0", "wrk", "-t1", "-c32", f"-d{seconds}s", f"{scheme}://127.0.0.1:{port}/healthz"],
                          capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        sys.exit("error: /healthz did not answer 200:\n" + done.stdout)
    return float(next(line.split()[1] for line in done.stdout.splitlines() if "Requests/sec" in line))


def bench_healthz(args) -> bool:
    heading(f"/healthz over keep-alive, one core (median of {args.rounds} interleaved rounds; budget 0.8 x nginx)")
    if not shutil.which("wrk") or not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
        print("skipped: nginx or wrk is not installed (./dev install-deps bench)")
        return True
    row("transport", "openclaw /s", "nginx /s", "ratio")
    good = True
    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b, tempfile.TemporaryDirectory() as c:
        plain_home, tls_home, web = pathlib.Path(a), pathlib.Path(b), pathlib.Path(c)
        os.chmod(web, 0o755)
        (web / "t").mkdir()
        ports = {"plain": free_port(), "tls": free_port(), "nginx plain": free_port(), "nginx tls": free_port()}
        write_home(plain_home, ports["plain"])
        write_home(tls_home, ports["tls"], certificate(tls_home))
        with Server([PROGRAM, "gateway", "run"], environment(plain_home), core=1) as plain, \
                Server([PROGRAM, "gateway", "run"], environment(tls_home), core=1) as secure:
            plain.answered(ports["plain"], "/healthz")
            secure.answered(ports["tls"], "/healthz", tls=True)
            body = fetch(ports["plain"], "/healthz")
            with Server(nginx(web, ports["nginx plain"], ports["nginx tls"], body), environment(web), core=1) as peer_:
                peer_.answered(ports["nginx plain"], "/healthz")
                for kind in ("plain", "tls"):
                    pairs = [(requests_a_second(ports[kind], kind == "tls"),
                              requests_a_second(ports["nginx " + kind], kind == "tls")) for _ in range(args.rounds)]
                    mine, beside = median(p[0] for p in pairs), median(p[1] for p in pairs)
                    row(kind, f"{mine:.0f}", f"{beside:.0f}", f"{mine / beside:.2f}")
                    good &= mine >= 0.8 * beside
    return good


def fetch(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while piece := s.recv(65536):
            received += piece
    return received.partition(b"\r\n\r\n")[2]


def bench_property(args) -> bool:
    """Parts of the test beside each other, one for each core."""
    heading(f"models status against the wire, {args.cases:,} random states")
    name = "test_status_is_the_wire"
    subprocess.run(["cmake", "--preset", "dev"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "dev", "--target", name], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    started, shards = time.perf_counter(), max(1, min(8, os.cpu_count() or 1))
    program = ROOT / "build" / "dev" / "tests" / "unit" / "chat" / name
    settings = {**os.environ, "OPENCLAW_PROPERTY_COUNT": str(args.cases), "GTEST_TOTAL_SHARDS": str(shards)}
    running = [subprocess.Popen([program, "--gtest_brief=1"], env={**settings, "GTEST_SHARD_INDEX": str(i)},
                                stdout=subprocess.PIPE, text=True) for i in range(shards)]
    outputs = [each.communicate()[0] for each in running]
    good = all(each.returncode == 0 for each in running)
    if not good:
        print("\n".join(outputs))
    row("states", "seconds", "all agree")
    row(f"{args.cases:,}", f"{time.perf_counter() - started:.0f}", "yes" if good else "NO")
    return good


TURN = b'{"model":"openclaw","messages":[{"role":"user","content":"hi"}]}'


def ask(port: int, tls: bool, body: bytes, status: bytes) -> float:
    """Milliseconds for an authenticated request over a connection of its own."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        s = ssl._create_unverified_context().wrap_socket(plain) if tls else plain
        s.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                  b"Content-Type: application/json\r\nAuthorization: Bearer " + TOKEN.encode() +
                  b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        answer = s.recv(65536)
    if not answer.startswith(b"HTTP/1.1 " + status):
        sys.exit("error: an authenticated request was not answered:\n" + answer.decode(errors="replace"))
    return (time.perf_counter() - began) * 1e3


def ask_a_turn(port: int, tls: bool) -> float:
    return ask(port, tls, TURN, b"200")


def ask_at_the_door(port: int, tls: bool) -> float:
    """Admitted, its body read, and refused for what it says: without the time that a model takes."""
    return ask(port, tls, b"{}", b"400")


def ask_as_owner(env: dict) -> float:
    """Milliseconds for a command over the admin socket, the program's start among them."""
    began = time.perf_counter()
    done = subprocess.run([PROGRAM, "gateway", "call", "health"], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("error: the owner's command failed:\n" + done.stderr)
    return (time.perf_counter() - began) * 1e3


class Crowd:
    """1,000 strangers of bench/strangers.py. They would have processors of their own: here they get what is left."""

    def __init__(self, port: int, seconds: float, kind: str):
        command = [sys.executable, ROOT / "bench" / "strangers.py", str(port), "1000", str(seconds), kind]
        self.process = subprocess.Popen(["nice", "-n", "10"] + command, stdout=subprocess.PIPE, text=True)

    def there(self) -> bool:
        return self.process.poll() is None

    def connections(self) -> int:
        return int(self.process.communicate()[0])


def under_strangers(kind: str, seconds: float) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        home, port, tls = pathlib.Path(folder), free_port(), kind == "tls"
        write_home(home, port, certificate(home) if tls else None)
        state = home / ".openclaw"
        config = json.loads((state / "openclaw.json").read_text())
        config["agents"] = {"defaults": {"model": {"primary": "demo/echo"}}}
        write_private(state / "openclaw.json", config)
        write_private(state / "agents/main/agent/auth-profiles.json", {"version": 1, "profiles": {
            "demo:first": {"type": "api_key", "provider": "demo", "key": "bench-demo-key"}}})
        env, owner, turns, door = environment(home), [], [], []
        with Server([PROGRAM, "gateway", "run"], env) as server:
            server.answered(port, "/healthz", tls)
            ask_as_owner(env)
            idle = {"turn": median(ask_a_turn(port, tls) for _ in range(5)),
                    "door": median(ask_at_the_door(port, tls) for _ in range(50))}
            before = most = server.resident_mb()
            crowd = Crowd(port, seconds, kind)
            time.sleep(1)
            while crowd.there():
                owner += [ask_as_owner(env) for _ in range(5)]
                door += [ask_at_the_door(port, tls) for _ in range(5)]
                turns.append(ask_a_turn(port, tls))
                most = max(most, server.resident_mb("VmHWM"))
            made = crowd.connections()
    late = sorted(owner)[len(owner) * 95 // 100]
    return {"growth": most - before, "owner": median(owner), "late": late, "worst": max(owner), "turn": median(turns) / idle["turn"],
            "door": median(door), "idle door": idle["door"], "connections": made}


STRANGERS = ("mixed", "bodies", "heads", "half", "frames", "short", "slow", "upgrades", "pings", "tls")


def bench_calls(args) -> bool:
    sys.path.insert(0, str(ROOT / "bench"))
    import calls
    return calls.run(args, globals())


def bench_refusals(args) -> bool:
    sys.path.insert(0, str(ROOT / "bench"))
    import refusals
    return refusals.run(args, globals())


def bench_guesses(args) -> bool:
    sys.path.insert(0, str(ROOT / "bench"))
    import guesses
    return guesses.run(args, globals())


def bench_crowd(args) -> bool:
    sys.path.insert(0, str(ROOT / "bench"))
    import crowd
    return crowd.run(args, globals())


def bench_strangers(args) -> bool:
    heading(f"1,000 strangers for {args.seconds:g} s (budget 32 MB, 95 % of the owner's commands within 100 ms, turns within 2 x idle)")
    print("kind       growth MB  owner ms (p95, most)  turn x idle  door ms (idle)  connections", flush=True)
    good = True
    for kind in args.kinds or STRANGERS:
        found = under_strangers(kind, args.seconds)
        print(f"{kind:10} {found['growth']:9.1f}  {found['owner']:8.1f} {found['late']:5.0f} {found['worst']:5.0f}  {found['turn']:11.2f}"
              f"  {found['door']:7.2f} {found['idle door']:6.2f}  {found['connections']:11,}", flush=True)
        good &= found["growth"] <= 32 and found["late"] <= 100 and found["turn"] <= 2
    return good


BENCHES = {"cold": bench_cold, "profiles": bench_profiles, "start": bench_start, "memory": bench_memory,
           "healthz": bench_healthz, "property": bench_property, "strangers": bench_strangers, "calls": bench_calls, "refusals": bench_refusals,
           "guesses": bench_guesses, "crowd": bench_crowd}
WHEN_NAMED = ("property", "strangers", "guesses", "crowd")
USUAL = [name for name in BENCHES if name not in WHEN_NAMED]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="default: all but property, strangers, guesses and crowd")
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=6000)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--kinds", nargs="*", choices=STRANGERS, help="of strangers; default: each")
    parser.add_argument("--reference", default=os.environ.get("OPENCLAW_REFERENCE", ""))
    args = parser.parse_args()
    if not PROGRAM.exists() and args.names != ["property"]:
        sys.exit(f"error: {PROGRAM} is missing\nhint: run ./dev build")
    over = [name for name in args.names or USUAL if not BENCHES[name](args)]
    print("\n" + ("over budget: " + ", ".join(over) if over else "all within budget"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
