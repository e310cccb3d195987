"""10,000 connections that are half-open or slow, each coming again a second after it was sent away, beside one caller who
has proven himself: his waits against idle, and what the gateway's memory grows by."""
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from calls import Caller

COUNT, FACTOR, GROWTH_MB = 10_000, 2, 32
ENOUGH_MS = 1  # a handshake of TLS takes longer than an idle gateway's p99: twice that can't be asked for beside it
KINDS = ("quiet", "slow", "half", "tls")


def percentiles(waits: list) -> tuple[float, float]:
    ordered = sorted(waits)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]


class Asking:
    """Refused for what it says behind the door, so that no model's time counts; TLS where the gateway speaks it."""

    def __init__(self, port: int, tls: bool, token: str):
        self.caller = Caller(port, tls)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def once(self) -> float:
        began = time.perf_counter()
        status = self.caller.call("POST", "/v1/chat/completions", self.headers, b"{}")
        if status != 400:
            raise SystemExit(f"error: an authenticated call was answered with {status}")
        return (time.perf_counter() - began) * 1e3


def measure(kind: str, seconds: float, tools) -> dict:
    tls = kind == "tls"
    with tempfile.TemporaryDirectory() as folder:
        home, port = pathlib.Path(folder), tools["free_port"]()
        tools["write_home"](home, port, tools["certificate"](home) if tls else None)
        with tools["Server"]([tools["PROGRAM"], "gateway", "run"], tools["environment"](home)) as gateway:
            gateway.answered(port, "/healthz", tls)
            asking = Asking(port, tls, tools["TOKEN"])
            idle = [asking.once() for _ in range(3000)]
            before = gateway.resident_mb()
            crowd = subprocess.Popen(["nice", "-n", "10", sys.executable, tools["ROOT"] / "bench" / "strangers.py", str(port),
                                      str(COUNT), str(seconds), kind, "1"], stdout=subprocess.PIPE, text=True)
            time.sleep(2)  # they are all there
            waits = []
            while crowd.poll() is None:
                waits.append(asking.once())
            return {"idle": percentiles(idle), "beside": percentiles(waits), "calls": len(waits),
                    "growth": gateway.resident_mb("VmHWM") - before, "connections": int(crowd.communicate()[0])}


def run(args, tools) -> bool:
    """`tools`: as for guesses.py, and ROOT."""
    tools["heading"](f"{COUNT:,} slow and half-open connections for {args.seconds:g} s (an authenticated caller's p99 within "
                     f"{FACTOR} x idle or {ENOUGH_MS} ms, memory within {GROWTH_MB} MB)")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < COUNT + 100:
        print(f"skipped: only {hard:,} files may be open (ulimit -Hn)")
        return True
    print("kind       idle p50  p99 ms  beside p50  p99 ms  p99 x idle  growth MB  connections", flush=True)
    good = True
    for kind in KINDS:
        found = measure(kind, args.seconds, tools)
        factor = found["beside"][1] / found["idle"][1]
        print(f"{kind:10} {found['idle'][0]:8.2f} {found['idle'][1]:7.2f} {found['beside'][0]:11.2f} {found['beside'][1]:7.2f}"
              f" {factor:11.2f} {found['growth']:10.1f}  {found['connections']:11,}", flush=True)
        good &= (factor <= FACTOR or found["beside"][1] <= ENOUGH_MS) and found["growth"] <= GROWTH_MB
    return good
