"""The commands of a page of docs/, run as they stand there, one block after the other, beside a running gateway."""
import pathlib
import re
import subprocess
import unittest

from program import PROGRAM, ROOT, Home


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", page, re.DOTALL)


def run_blocks(test: unittest.TestCase, page: str, home: Home) -> None:
    (home.folder / "bin").mkdir()
    (home.folder / "bin/openclaw").symlink_to(pathlib.Path(PROGRAM).resolve())
    environment = home.environment() | {"PATH": f"{home.folder}/bin:{home.environment()['PATH']}"}
    for block in blocks(page):
        with test.subTest(block):
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], env=environment, cwd=home.folder,
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
            test.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")


def name_settings(test: unittest.TestCase, page: str) -> None:
    """Every setting of the gateway that the page names is one."""
    known = text_of("settings.md")
    for name in set(re.findall(r"`(gateway\.(?!sock)[A-Za-z.]+)[`:]", page)):
        test.assertTrue(f"`{name}" in known, name)
