"""What an answered POST /v1/chat/completions costs: CPU of the whole gateway a call and the caller's wait, with 1 to
10,000 profiles of one provider, whole and streamed, without and with a `user` (a turn with session and transcript), and
how long GET /healthz takes beside it. The yardstick is the same caller at the model provider itself."""
import json
import multiprocessing
import os
import pathlib
import socket
import ssl
import statistics
import tempfile
import time

CPU_BUDGET_US, HEALTHZ_BUDGET_MS = 200, 2.0
TICK = os.sysconf("SC_CLK_TCK")


class Caller:
    """One kept connection; a call at a time."""

    def __init__(self, port: int, tls: bool = False):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = ssl._create_unverified_context().wrap_socket(self.socket)
        self.port, self.rest = port, b""

    def call(self, method: str, path: str, headers: dict, body: bytes = b"") -> int:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        self.socket.sendall(head.encode() + body)
        answer = self.until(b"\r\n\r\n")
        status = int(answer.split(b" ", 2)[1])
        lower = answer.lower()
        if b"transfer-encoding: chunked" in lower:
            self.until(b"0\r\n\r\n")
        else:
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            while len(self.rest) < length:
                self.more()
            self.rest = self.rest[length:]
        return status

    def until(self, mark: bytes) -> bytes:
        while mark not in self.rest:
            self.more()
        found, self.rest = self.rest.split(mark, 1)
        return found + mark

    def more(self) -> None:
        piece = self.socket.recv(1 << 16)
        if not piece:
            raise SystemExit("error: the connection ended in the middle of an answer")
        self.rest += piece


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def watch_healthz(port: int, stop, waits) -> None:
    caller, found = Caller(port), []
    while not stop.is_set():
        started = time.perf_counter()
        caller.call("GET", "/healthz", {})
        found.append((time.perf_counter() - started) * 1e3)
        time.sleep(0.003)
    waits.put(found)


def write_state(home: pathlib.Path, port: int, provider: int, profiles: int, token: str, private) -> None:
    state = home / ".openclaw"
    (state / "agents/main/agent").mkdir(parents=True, mode=0o700)
    state.chmod(0o700)
    private(state / "openclaw.json", {
        "gateway": {"mode": "local", "port": port, "auth": {"mode": "token", "token": token}},
        "agents": {"defaults": {"model": {"primary": "bench/model"}}},
        "models": {"providers": {"bench": {"baseUrl": f"http://127.0.0.1:{provider}", "api": "anthropic-messages",
                                           "models": [{"id": "model", "name": "model", "contextWindow": 200000,
                                                       "maxTokens": 8192}]}}}})
    private(state / "agents/main/agent/auth-profiles.json", {"version": 1, "profiles": {
        f"bench:p{i}": {"type": "api_key", "provider": "bench", "key": f"sk-bench-key-{i:032d}"}
        for i in range(profiles)}})


def measure(gateway, port: int, token: str, calls: int, streamed: bool, user: bool) -> dict:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def body(i: int) -> bytes:
        request = {"model": "openclaw", "stream": streamed, "messages": [{"role": "user", "content": "Hello, how are you?"}]}
        if user:
            request["user"] = f"bench-{streamed}-{i // 50}"  # a conversation of fifty turns
        return json.dumps(request, separators=(",", ":")).encode()

    caller = Caller(port)
    for i in range(20):
        if caller.call("POST", "/v1/chat/completions", headers, body(i)) != 200:
            raise SystemExit("error: a call was not answered with 200")
    stop, waits = multiprocessing.Event(), multiprocessing.Queue()
    watcher = multiprocessing.Process(target=watch_healthz, args=(port, stop, waits))
    watcher.start()
    time.sleep(0.2)
    spent, took = cpu_seconds(gateway.process.pid), []
    for i in range(calls):
        started = time.perf_counter()
        if caller.call("POST", "/v1/chat/completions", headers, body(i)) != 200:
            raise SystemExit("error: a call was not answered with 200")
        took.append((time.perf_counter() - started) * 1e6)
    spent = cpu_seconds(gateway.process.pid) - spent
    stop.set()
    beside = sorted(waits.get())
    watcher.join()
    # What /healthz itself cost is not the calls' (measured alone, below 10 us each).
    return {"cpu": spent / calls * 1e6, "p50": statistics.median(took), "p99": sorted(took)[int(len(took) * 0.99)],
            "healthz": beside[int(len(beside) * 0.99)]}


def yardstick(provider: int, calls: int) -> float:
    caller, took = Caller(provider), []
    for _ in range(calls):
        started = time.perf_counter()
        caller.call("POST", "/v1/messages", {}, b'{"model":"model"}')
        took.append((time.perf_counter() - started) * 1e6)
    return statistics.median(took)


def row(*cells) -> None:
    widths = (10, 20, 8, 10, 8, 8, 14)
    print("  ".join(str(cell).ljust(width) for cell, width in zip(cells, widths)).rstrip(), flush=True)


def run(args, tools) -> bool:
    """`tools`: Server, environment, free_port, write_private, heading, PROGRAM, PROVIDER and TOKEN of run.py."""
    tools["heading"](f"an answered call (budget {CPU_BUDGET_US} us CPU; /healthz p99 beside it {HEALTHZ_BUDGET_MS:.0f} ms)")
    row("profiles", "kind", "CPU us", "of budget", "p50 us", "p99 us", "healthz p99 ms")
    if os.cpu_count() > 1:
        os.sched_setaffinity(0, {0})
    good, provider = True, tools["free_port"]()
    with tempfile.TemporaryDirectory() as empty, \
            tools["Server"]([tools["PROVIDER"], provider], tools["environment"](pathlib.Path(empty)), core=0) as server:
        server.answered(provider, "/")
        for profiles in (1, 100, 1_000, 10_000):
            with tempfile.TemporaryDirectory() as folder:
                home, port = pathlib.Path(folder), tools["free_port"]()
                write_state(home, port, provider, profiles, tools["TOKEN"], tools["write_private"])
                with tools["Server"]([tools["PROGRAM"], "gateway", "run"], tools["environment"](home), core=1) as gateway:
                    gateway.answered(port, "/healthz")
                    for streamed, user in ((False, False), (True, False), (False, True), (True, True)):
                        result = measure(gateway, port, tools["TOKEN"], args.calls // (5 if user else 1), streamed, user)
                        kind = ("streamed" if streamed else "whole") + (", user" if user else "")
                        row(profiles, kind, f"{result['cpu']:.0f}", f"{result['cpu'] / CPU_BUDGET_US:.2f}",
                                     f"{result['p50']:.0f}", f"{result['p99']:.0f}", f"{result['healthz']:.2f}")
                        good &= result["cpu"] <= CPU_BUDGET_US and result["healthz"] <= HEALTHZ_BUDGET_MS
        row("-", "the provider itself", "", "", f"{yardstick(provider, args.calls):.0f}", "", "")
    return good
