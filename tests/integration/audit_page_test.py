#!/usr/bin/env python3
"""The commands of docs/audit-log.md, run as they stand there, one block after the other, beside a running gateway."""
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import PROGRAM, ROOT, Home, free_port  # noqa: E402

PAGE = (ROOT / "docs/audit-log.md").read_text(encoding="utf-8")


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


class Page(unittest.TestCase):
    def test_every_command_works_where_it_stands(self):
        self.assertGreater(len(blocks()), 2)
        with Home({"gateway": {"port": free_port()}}) as home, home.gateway():
            (home.folder / "bin").mkdir()
            (home.folder / "bin/openclaw").symlink_to(pathlib.Path(PROGRAM).resolve())
            environment = home.environment() | {"PATH": f"{home.folder}/bin:{home.environment()['PATH']}"}
            while not list(home.state.glob("logs/audit/*.jsonl")) or home.run("audit", "list").returncode != 0:
                pass  # the first line is written behind; the test runner's own limit ends this
            for block in blocks():
                with self.subTest(block):
                    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], env=environment, cwd=home.folder,
                                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
                    self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")

    def test_every_setting_that_the_page_names_is_one(self):
        known = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
        for name in set(re.findall(r"`(gateway\.(?!sock)[A-Za-z.]+)[`:]", PAGE)):
            self.assertTrue(f"`{name}" in known, name)


if __name__ == "__main__":
    unittest.main()
