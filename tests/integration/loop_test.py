#!/usr/bin/env python3
"""The thread that answers waits for no disk: what the kernel was asked for by it, counted by strace, while calls are
answered and their outcomes are written behind them."""
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import Home, PROGRAM, Server, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

TOKEN = "loop-test-token-0123456789abcdef0123456789"
DISK = "open,openat,openat2,creat,rename,renameat,renameat2,fsync,fdatasync,sync_file_range"
STORE = "agents/main/agent/auth-profiles.json"


class Loop(unittest.TestCase):
    def call(self, port: int, user: str | None, message: str = "ping") -> int:
        body = {"model": "openclaw", "messages": [{"role": "user", "content": message}]}
        if user:
            body["user"] = user
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        return status

    def test_no_answer_waits_for_a_disk(self):
        port = free_port()
        with RecordingProvider() as provider, Home(
                {"gateway": {"mode": "local", "port": port, "auth": {"mode": "token", "token": TOKEN}},
                 "models": {"providers": {"anthropic": {"baseUrl": provider.url, "api": "anthropic-messages",
                                                        "models": [{"id": "one", "name": "one"}]}}},
                 "agents": {"defaults": {"model": {"primary": "anthropic/one"}}}},
                {f"anthropic:{i}": {"type": "api_key", "provider": "anthropic", "key": f"sk-ant-loop-{i:032d}"}
                 for i in range(3)}) as home:
            trace = home.folder / "trace"
            # The leak check can't run under a tracer.
            leaks = "detect_leaks=0" + (":" + os.environ["ASAN_OPTIONS"] if "ASAN_OPTIONS" in os.environ else "")
            home.variables["ASAN_OPTIONS"] = leaks
            command = ["strace", "-f", "-qq", "-e", f"trace={DISK}", "-o", trace, PROGRAM, "gateway", "run"]
            with Server(command, home.environment(), home.folder) as gateway:
                gateway.wait_for("listening on", 60)
                loop = int(re.search(r"\(PID (\d+)\)", gateway.output).group(1))
                try:
                    for user in (None, "somebody"):  # what is done once is done: the first look at stores and sessions
                        self.assertEqual(self.call(port, user), 200)
                    before = len(trace.read_text(errors="replace").splitlines())
                    for _ in range(10):
                        self.assertEqual(self.call(port, None), 200)
                        self.assertEqual(self.call(port, "somebody"), 200)
                    self.assertEqual(self.call(port, None, "FAIL_429"), 429)
                    end = time.monotonic() + 30
                    while "cooldownUntil" not in (home.state / STORE).read_text() and time.monotonic() < end:
                        time.sleep(0.05)
                    lines = trace.read_text(errors="replace").splitlines()[before:]
                finally:  # strace ends with what it traces
                    subprocess.run(["kill", str(loop)], check=True)
            mine = [line for line in lines if line.split()[0] == str(loop)]
            self.assertEqual(mine, [], "asked for by the loop's thread")
            self.assertTrue([line for line in lines if "rename" in line and "auth-profiles" in line],
                            "somebody else wrote what was learned")


if __name__ == "__main__":
    unittest.main()
