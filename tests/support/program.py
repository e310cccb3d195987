"""Runs the program under test with a home of its own, and the servers that it talks to.

Everything listens on loopback, is bounded in time and is ended by id. The program is named by the
environment's OPENCLAW_PROGRAM.
"""
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAM = os.environ.get("OPENCLAW_PROGRAM", "")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Home:
    """A fresh home directory with a state directory in it; removed at the end of the block."""

    def __init__(self, config: dict | str | None = None, profiles: dict | None = None, agent: str = "main"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="openclaw-test-"))
        self.state = self.folder / ".openclaw"
        self.state.mkdir(mode=0o700)
        self.variables: dict[str, str] = {}
        if config is not None:
            self.write("openclaw.json", config)
        if profiles is not None:
            self.write(f"agents/{agent}/agent/auth-profiles.json", {"version": 1, "profiles": profiles})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, content: dict | str) -> pathlib.Path:
        path = self.state / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2) + "\n")
        path.chmod(0o600)
        return path

    def read(self, name: str):
        return json.loads((self.state / name).read_text())

    def environment(self) -> dict:
        kept = {k: v for k, v in os.environ.items() if k.startswith(("ASAN_", "UBSAN_", "TSAN_", "LSAN_", "LLVM_"))}
        return {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb",
                **kept, **self.variables}

    def run(self, *arguments: str, stdin: str = "", timeout: float = 60) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], input=stdin, text=True, capture_output=True, timeout=timeout,
                              env=self.environment(), cwd=self.folder, start_new_session=True)

    def gateway(self, *arguments: str) -> "Server":
        server = Server([PROGRAM, "gateway", "run", *arguments], self.environment(), self.folder)
        server.wait_for("listening on", 60)
        return server


class Server:
    """A process that runs until the block ends; its output is kept for messages."""

    def __init__(self, command: list, environment: dict, folder: pathlib.Path):
        self.output = ""
        self.process = subprocess.Popen([str(c) for c in command], env=environment, cwd=folder, text=False,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.output += self.process.communicate(timeout=60)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the server did not end within 60 s after its signal:\n" + self.output) from None
        return self.process.returncode

    def wait_for(self, text: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while text not in self.output:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                raise AssertionError(f"{text!r} did not appear; the output was:\n{self.output}")
            self.output += piece.decode(errors="replace")


def wait_for_port(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise AssertionError(f"nothing listens on port {port}") from None
            time.sleep(0.02)
