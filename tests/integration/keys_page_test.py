#!/usr/bin/env python3
"""The commands of docs/keys.md, run as they stand there, one block after the other, beside a running gateway."""
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from page import blocks, run_blocks, text_of  # noqa: E402
from program import ROOT, Home, free_port  # noqa: E402
from recording_provider import RecordingProvider  # noqa: E402

PAGE = text_of("keys.md")


def world(provider: RecordingProvider) -> Home:
    corp = {"baseUrl": provider.url + "/v1", "api": "openai-completions", "apiKey": "sk-corp-0123456789",
            "models": [{"id": "rec", "name": "rec"}]}
    return Home({"gateway": {"port": free_port()}, "models": {"providers": {"corp": corp}},
                 "agents": {"defaults": {"model": {"primary": "corp/rec"}}}})


class Page(unittest.TestCase):
    def test_every_command_works_where_it_stands(self):
        self.assertGreater(len(blocks(PAGE)), 4)
        with RecordingProvider() as provider, world(provider) as home, home.gateway():
            run_blocks(self, PAGE, home)
            self.assertTrue(provider.requests, "no block has asked a model")

    def test_every_client_and_every_page_that_it_names_is_there(self):
        with Home() as home:
            known = home.run("connect").stdout
        clients = PAGE[PAGE.index("| client |"):PAGE.index("## A key by hand")]
        rows = re.findall(r"^\| (`[^|]*`) \|", clients, re.MULTILINE)
        named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
        self.assertEqual(named, {line.split()[0] for line in known.splitlines()[1:]})
        for page in re.findall(r"\]\(([a-z-]+\.md)", PAGE):
            self.assertTrue((ROOT / "docs" / page).is_file(), page)


if __name__ == "__main__":
    unittest.main()
