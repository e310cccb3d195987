#!/usr/bin/env python3
"""The commands of docs/audit-log.md, run as they stand there, one block after the other, beside a running gateway."""
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from page import blocks, name_settings, run_blocks, text_of  # noqa: E402
from program import Home, free_port  # noqa: E402

PAGE = text_of("audit-log.md")


class Page(unittest.TestCase):
    def test_every_command_works_where_it_stands(self):
        self.assertGreater(len(blocks(PAGE)), 2)
        with Home({"gateway": {"port": free_port()}}) as home, home.gateway():
            while not list(home.state.glob("logs/audit/*.jsonl")) or home.run("audit", "list").returncode != 0:
                pass  # the first line is written behind; the test runner's own limit ends this
            run_blocks(self, PAGE, home)

    def test_every_setting_that_the_page_names_is_one(self):
        name_settings(self, PAGE)


if __name__ == "__main__":
    unittest.main()
