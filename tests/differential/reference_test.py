"""Compares the program with the reference over generated states: `models status --json --check` and
`models auth order get --json`. Every difference must be one that docs/differences.md explains; the rules below name
its line. Skipped (77) where OPENCLAW_REFERENCE, "NODE FOLDER/openclaw.mjs", names no installed reference.

    OPENCLAW_REFERENCE="node /opt/openclaw/openclaw.mjs" python3 reference_test.py [COUNT [FIRST]]
"""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import states

HERE = pathlib.Path(__file__).resolve().parent
DIFFERENCES = HERE.parent.parent / "docs/differences.md"
NORMAL = {"z.ai": "zai", "z-ai": "zai", "qwen": "qwen-portal"}


def normal(provider: str) -> str:
    return NORMAL.get(provider.lower(), provider.lower())


def prepare(folder: pathlib.Path, state: dict) -> None:
    for _ in range(100):  # the reference may still be writing into it
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
    agent = folder / ".openclaw/agents/main/agent"
    agent.mkdir(parents=True, mode=0o700, exist_ok=True)
    for name, content in (("agents/main/agent/auth-profiles.json", state["store"]), ("openclaw.json", state["config"])):
        if content is not None:
            path = folder / ".openclaw" / name
            path.write_text(json.dumps(content, indent=2) + "\n")
            path.chmod(0o600)
    if state["dotenv"]:
        (folder / ".openclaw/.env").write_text(state["dotenv"])
    for path in (folder, folder / ".openclaw"):
        path.chmod(0o700)


class Reference:
    def __init__(self, command: str):
        node, program = command.split()
        root = pathlib.Path(program).resolve().parent
        self.process = subprocess.Popen([node, HERE / "reference_driver.mjs", root], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def ask(self, request: dict) -> list:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the reference has ended")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)


def ours(environment: dict, *arguments: str) -> dict:
    done = subprocess.run([os.environ["OPENCLAW_PROGRAM"], *arguments], env=environment, cwd=environment["HOME"],
                          capture_output=True, text=True, timeout=60)
    return {"out": done.stdout, "exit": done.returncode, "error": done.stderr}


# ---- what is compared ----------------------------------------------------------------------------------------------

def label(text: str) -> str:
    """A profile's label without its masked secret and without its remaining time."""
    text = re.sub(r"=(token:)?(?!OAuth)[^ ]*", lambda m: "=" + (m[1] or "") + "*", text)
    return re.sub(r" \[(cooldown|disabled[^ \]]*)[^\]]*\]", r" [\1]", text)


def facts(answer: dict) -> dict:
    """The comparable facts of `models status --json --check`, flat."""
    result = {"exit": answer["exit"]}
    try:
        document = json.loads(answer["out"])
    except json.JSONDecodeError:
        return {**result, "document": "none"}
    for key in ("configPath", "agentDir", "defaultModel", "resolvedDefault", "fallbacks", "imageModel",
                "imageFallbacks", "aliases", "allowed"):
        result[key] = document.get(key)
    auth = document["auth"]
    for key in ("storePath", "providersWithOAuth", "missingProvidersInUse"):
        result[key] = auth[key]
    result["shell"] = auth["shellEnvFallback"]["enabled"]
    for entry in auth["providers"]:
        name = f"provider {entry['provider']}"
        result[f"{name} effective"] = entry["effective"]["kind"]
        result[f"{name} counts"] = {k: v for k, v in entry["profiles"].items() if k != "labels"}
        result[f"{name} labels"] = sorted(label(text) for text in entry["profiles"]["labels"])
        result[f"{name} env"] = entry.get("env", {}).get("source")
        result[f"{name} key"] = "modelsJson" in entry
    for entry in auth["unusableProfiles"]:
        result[f"unusable {entry['profileId']}"] = (entry["kind"], entry.get("reason"))
    for entry in auth["oauth"]["profiles"]:
        result[f"health {entry['profileId']}"] = (entry["provider"], entry["type"], entry["status"], entry["label"])
    for entry in auth["oauth"]["providers"]:
        result[f"health of {entry['provider']}"] = entry["status"]
    return result


# ---- what explains a difference ------------------------------------------------------------------------------------

def records(state: dict) -> dict:
    return (state["store"] or {}).get("profiles", {})


def is_broken(record: dict) -> bool:
    return record["type"] == "api_key" and "key" not in record


def has_odd_expiry(record: dict) -> bool:
    ends = record.get("expires")
    return isinstance(ends, str) or (isinstance(ends, int) and 0 < ends < 10**11)


def judged(program: dict) -> dict:
    """What the program says of each provider beside the reference's members."""
    try:
        document = json.loads(program["out"])
    except json.JSONDecodeError:
        return {"providers": {}, "checks": []}
    return {"providers": {p["provider"]: p for p in document["auth"]["providers"]},
            "checks": document.get("checks", [])}


def unusable_for_a_reason(entry: dict) -> bool:
    """Stored profiles are there, none can be used, and each says why."""
    stored = [c for c in entry.get("candidates", []) if c["source"] == "profile"]
    return bool(stored) and all(c["verdict"] not in ("chosen", "in_reserve") and c["reason"] for c in stored)


def explain(key: str, theirs, mine, state: dict, reference: dict, program: dict) -> str | None:
    """The line of docs/differences.md that explains this difference, or None."""
    profiles = records(state)
    own = judged(program)
    if reference.get("document") == "none" and any(is_broken(r) for r in profiles.values()):
        return "C7"  # the reference dies of such a record
    if key == "exit":  # the models in use must say so themselves, with a reason
        checks = [c for c in own["checks"] if c["reason"]]
        worst = 1 if any(c["exit"] == 1 for c in checks) else 2 if any(c["exit"] == 2 for c in checks) else 0
        return "M4" if checks and worst == mine else None
    spelled = [r["provider"] for r in profiles.values() if normal(r["provider"]) != r["provider"]]
    subject = key.split(" ")[-2] if key.startswith("provider ") else key.split(" ")[-1]
    if spelled and (normal(subject) in map(normal, spelled) or subject in profiles or key == "providersWithOAuth"):
        return "C11"
    if key == "missingProvidersInUse":
        return "M4"
    if key in ("allowed", "aliases"):  # its defaults for an Anthropic key add the default model
        both = [list(side.values()) if key == "aliases" else side for side in (theirs or {}, mine or {})]
        if [model for model in both[0] if model not in both[1]] == [reference.get("resolvedDefault")]:
            return "M19"
    if key == "allowed" or key == "health of anthropic":
        primary = (state["config"] or {}).get("agents", {}).get("defaults", {}).get("model", {}).get("primary", "/")
        if "/" not in primary and mine in (None, [entry for entry in theirs if entry != f"anthropic/{primary}"]):
            return "M18"
    if key.startswith("health ") and not key.startswith("health of"):
        return "C16" if subject in profiles and has_odd_expiry(profiles[subject]) else None
    if key.startswith("health of"):
        if any(normal(r["provider"]) == subject and has_odd_expiry(r) for r in profiles.values()):
            return "C16"
        return "M13" if (theirs, mine) == ("missing", "static") else None
    entry = own["providers"].get(subject, {})
    if key.endswith(" effective") and theirs == "profiles":
        return "C6" if unusable_for_a_reason(entry) else None
    if key.startswith("provider ") and theirs is None:
        return "M13" if entry.get("effective", {}).get("kind") == "keyless" else None
    if key.startswith("unusable "):  # both rests run: the kind is that of the one that ends last
        return "M13" if theirs and mine and {theirs[0], mine[0]} == {"cooldown", "disabled"} else None
    return None


def compare(state: dict, reference_answer: dict, program: dict) -> tuple[list, collections.Counter]:
    reference, ours_facts = facts(reference_answer), facts(program)
    unexplained, explained = [], collections.Counter()
    for key in sorted(set(reference) | set(ours_facts)):
        theirs, mine = reference.get(key), ours_facts.get(key)
        if theirs == mine:
            continue
        line = explain(key, theirs, mine, state, reference, program)
        if line is None:
            unexplained.append(f"{key}: reference {theirs!r}, program {mine!r}")
        else:
            explained[line] += 1
    return unexplained, explained


def order_facts(answer: dict) -> dict:
    try:
        return {"exit": answer["exit"], **json.loads(answer["out"])}
    except json.JSONDecodeError:
        return {"exit": answer["exit"]}


def main() -> int:
    command = os.environ.get("OPENCLAW_REFERENCE")
    if not command or not all(pathlib.Path(shutil.which(p) or p).exists() for p in command.split()):
        print("skipped: OPENCLAW_REFERENCE names no installed reference")
        return 77
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    known = set(re.findall(r"\[([A-Z]\d+)\]", DIFFERENCES.read_text()))
    total, failures = collections.Counter(), 0
    base = pathlib.Path(tempfile.mkdtemp(prefix="openclaw-differential-"))
    home = base / "home"
    reference = Reference(command)
    try:
        for number in range(first, first + count):
            state = states.state(number)
            environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **state["variables"]}
            prepare(home, state)
            theirs = reference.ask({"env": environment, "cwd": str(home), "commands": [
                {"name": "status", "options": {"json": True, "check": True}},
                {"name": "order", "options": {"json": True, "provider": state["provider"]}}]})
            prepare(home, state)  # the reference may have written
            status = ours(environment, "models", "status", "--json", "--check")
            order = ours(environment, "models", "auth", "order", "get", "--json", "--provider", state["provider"])
            unexplained, explained = compare(state, theirs[0], status)
            spelled = any(normal(k) != k for k in (state["store"] or {}).get("order", {}))
            order_theirs, order_ours = order_facts(theirs[1]), order_facts(order)
            for key in sorted(set(order_theirs) | set(order_ours)):
                if order_theirs.get(key) == order_ours.get(key) or key not in order_theirs:
                    continue
                if key == "order" and spelled:
                    explained["C11"] += 1
                else:
                    unexplained.append(f"order get {key}: reference {order_theirs.get(key)!r}, program {order_ours.get(key)!r}")
            total += explained
            if unexplained:
                failures += 1
                print(f"state {number}:")
                for text in unexplained:
                    print(f"  {text}")
    finally:
        reference.close()
        shutil.rmtree(base, ignore_errors=True)
    missing = set(total) - known
    if missing:
        print(f"docs/differences.md has no line {', '.join(sorted(missing))}")
    print(f"{count} states, {failures} with an unexplained difference; explained: "
          + ", ".join(f"{line} {n}x" for line, n in sorted(total.items())))
    return 1 if failures or missing else 0


if __name__ == "__main__":
    sys.exit(main())
