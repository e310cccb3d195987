#!/usr/bin/env python3
"""The commands of docs/devices.md, run as they stand there, one block after the other, beside a running gateway."""
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from device import Device  # noqa: E402
from page import blocks, run_blocks, text_of  # noqa: E402
from program import ROOT, Home, free_port  # noqa: E402

PAGE = text_of("devices.md")
TOKEN = "correct-horse-battery-staple-77"


class Page(unittest.TestCase):
    def test_every_command_works_where_it_stands(self):
        self.assertGreater(len(blocks(PAGE)), 4)
        port = free_port()
        with Home({"gateway": {"port": port, "auth": {"mode": "token", "token": TOKEN}}}) as home, home.gateway():
            with Device("Anna's phone").connect(port, token=TOKEN) as socket:
                self.assertIsNotNone(socket.token, socket.refusal)
            with Device("stranger").connect(port) as socket:
                self.assertEqual(socket.refusal["code"], "NOT_PAIRED")
            run_blocks(self, PAGE, home)
            self.assertIn("No device is paired", home.run("devices", "list").stdout)

    def test_every_page_that_it_names_is_there(self):
        for page in re.findall(r"\]\(([a-z-]+\.md)", PAGE):
            self.assertTrue((ROOT / "docs" / page).is_file(), page)


if __name__ == "__main__":
    unittest.main()
