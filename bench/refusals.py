"""What it costs to refuse a wrong bearer: POST /v1/chat/completions with a small body over kept connections, log on,
answers a second of the gateway's own CPU, nginx comparing the same header beside it, interleaved."""
import pathlib
import shutil
import os
import subprocess
import tempfile

from calls import cpu_seconds

GOAL = 100_000  # a second and core
BODY = '{"model":"openclaw","messages":[{"role":"user","content":"Hello, how are you?"}]}'
WRONG = "Bearer ocg_wrong-0123456789abcdef0123456789abcdef"


def script(folder: pathlib.Path) -> pathlib.Path:
    path = folder / "refusals.lua"
    path.write_text(f"""
wrk.method = "POST"
wrk.body = '{BODY}'
wrk.headers["Authorization"] = "{WRONG}"
wrk.headers["Content-Type"] = "application/json"
""")
    return path


def refusals(pid: int, port: int, lua: pathlib.Path, seconds: float) -> tuple[float, float]:
    """Answers a second of the server's CPU, and a second of the clock."""
    before = cpu_seconds(pid)
    done = subprocess.run(["taskset", "-c", "0", "wrk", "-t1", "-c32", f"-d{seconds:g}s", "-s", lua,
                           f"http://127.0.0.1:{port}/v1/chat/completions"], capture_output=True, text=True, check=True)
    spent = cpu_seconds(pid) - before
    words = done.stdout.split()
    answers = int(words[words.index("requests") - 1])
    refused = int(done.stdout.split("Non-2xx or 3xx responses: ")[1].split()[0]) if "Non-2xx" in done.stdout else 0
    if refused != answers:
        raise SystemExit(f"error: {answers - refused} of {answers} wrong bearers were not refused\n{done.stdout}")
    return answers / spent, answers / seconds


def nginx_command(folder: pathlib.Path, port: int, token: str) -> list:
    (folder / "t").mkdir()
    temporary = "".join(f"{n}_temp_path {folder}/t;" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = folder / "nginx.conf"
    config.write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json; {temporary}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      if ($http_authorization != "Bearer {token}") {{ return 401 '{{"error":{{"message":"Unauthorized","type":"unauthorized"}}}}'; }}
      return 204;
    }}
  }}
}}""")
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-p", folder]


def log_lines(home: pathlib.Path) -> int:
    return sum(len(path.read_text().splitlines()) for path in (home / ".openclaw" / "logs").glob("*.log"))


def run(args, tools) -> bool:
    """`tools`: Server, environment, free_port, write_home, heading, median, row, PROGRAM and TOKEN of run.py."""
    tools["heading"](f"refusing a wrong bearer, keep-alive, log on (median of {args.rounds} interleaved rounds; goal "
                     f"{GOAL:,} a second of CPU)")
    if not shutil.which("wrk"):
        print("skipped: wrk is not installed (./dev install-deps bench)")
        return True
    beside = bool(shutil.which("nginx")) or os.path.exists("/usr/sbin/nginx")
    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        home, web = pathlib.Path(a), pathlib.Path(b)
        web.chmod(0o755)
        port, web_port, lua = tools["free_port"](), tools["free_port"](), script(home)
        tools["write_home"](home, port)
        mine, theirs = [], []
        with tools["Server"]([tools["PROGRAM"], "gateway", "run"], tools["environment"](home), core=1) as gateway:
            gateway.answered(port, "/healthz")
            before = gateway.resident_mb()
            refusals(gateway.process.pid, port, lua, 1)
            for _ in range(args.rounds):
                mine.append(refusals(gateway.process.pid, port, lua, 3))
                if beside:
                    with tools["Server"](nginx_command(web, web_port, tools["TOKEN"]), tools["environment"](web),
                                         core=1) as peer:
                        peer.answered(web_port, "/")
                        worker = int(pathlib.Path(f"/proc/{peer.process.pid}/task/{peer.process.pid}/children")
                                     .read_text().split()[0])
                        theirs.append(refusals(worker, web_port, lua, 3))
                    shutil.rmtree(web / "t")
            grown, lines = gateway.resident_mb() - before, log_lines(home)
    median, row = tools["median"], tools["row"]
    row("server", "a CPU second", "a second", "of the goal")
    rate = median(each[0] for each in mine)
    row("openclaw", f"{rate:,.0f}", f"{median(e[1] for e in mine):,.0f}", f"{rate / GOAL:.2f}")
    if theirs:
        other = median(each[0] for each in theirs)
        row("nginx", f"{other:,.0f}", f"{median(e[1] for e in theirs):,.0f}", f"{other / GOAL:.2f}")
    minutes = (1 + 6 * args.rounds) / 60 + 1
    print(f"memory grew by {grown:.1f} MB; {lines} lines in the log")
    return rate >= GOAL and grown <= 4 and lines <= 100 + 61 * minutes
