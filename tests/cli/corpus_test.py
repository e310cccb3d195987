#!/usr/bin/env python3
"""Every recorded provider error through `openclaw explain error --jsonl`: class, order and time.

Usage: tests/cli/corpus_test.py PROGRAM CORPUS...
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def explain(program: str, lines: str) -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="openclaw-corpus-") as home:
        answer = subprocess.run([program, "explain", "error", "--jsonl"], input=lines, text=True, encoding="utf-8",
                                capture_output=True, timeout=60, env={"HOME": home, "PATH": os.environ["PATH"]})
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def main() -> int:
    program, *corpora = sys.argv[1:]
    wrong = 0
    for corpus in corpora:
        text = pathlib.Path(corpus).read_text(encoding="utf-8")
        cases = [json.loads(line) for line in text.splitlines()]
        # What a person noted beside the error must not help.
        asked = "".join(json.dumps({k: v for k, v in case.items() if k in ("id", "provider", "status", "headers", "body")})
                        + "\n" for case in cases)
        answers = explain(program, asked)
        assert [case["id"] for case in cases] == [answer["id"] for answer in answers], "another order"
        for case, answer in zip(cases, answers):
            assert answer["reason"], case["id"]
            if answer["class"] != case["class"]:
                wrong += 1
                print(f'{case["id"]}: {answer["class"]} instead of {case["class"]}, because of {answer["reason"]}')
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
