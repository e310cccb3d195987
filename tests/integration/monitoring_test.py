#!/usr/bin/env python3
"""The scripts for cron, systemd and phones: what they say of credentials that last, end soon or have ended, and whom
they tell, how often."""
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import PROGRAM, ROOT, Home  # noqa: E402

SCRIPTS = ROOT / "scripts" / "auth-monitoring"
HOUR = 3_600_000
CONFIG = {"models": {"providers": {"corp": {"baseUrl": "https://corp.example/v1", "api": "openai-completions",
                                            "models": [{"id": "rec", "name": "rec"}]}}},
          "agents": {"defaults": {"model": {"primary": "corp/rec"}}}}


def ends_in(ms: int) -> dict:
    return {"corp:work": {"type": "token", "provider": "corp", "token": "tok-0123456789abcdef0123",
                          "expires": int(time.time() * 1000) + ms}}


class Monitoring(unittest.TestCase):
    def run_script(self, home: Home, name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run([str(SCRIPTS / name), *arguments], capture_output=True, text=True, timeout=60,
                              env={**home.environment(), "OPENCLAW": PROGRAM, **variables}, cwd=home.folder)

    def monitor(self, home: Home, **variables: str) -> subprocess.CompletedProcess:
        return self.run_script(home, "auth-monitor.sh", NOTIFY_COMMAND='printf "%s %s\\n" "$STATE" "$MESSAGE" >> told',
                               **variables)

    def told(self, home: Home) -> list[str]:
        file = home.folder / "told"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []

    def test_one_word_says_how_it_stands(self):
        for ms, word, status in ((48 * HOUR, "OK", 0), (3 * HOUR, "EXPIRING", 2), (-HOUR, "EXPIRED", 1)):
            with Home(CONFIG, ends_in(ms)) as home:
                said = self.run_script(home, "auth-status.sh", "simple")
                self.assertEqual((said.stdout.strip(), said.returncode), (word, status), said.stderr)
                self.assertEqual(self.run_script(home, "auth-status.sh").returncode, status)
                self.assertTrue(self.run_script(home, "auth-status.sh", "json").stdout.startswith("{"))

    def test_somebody_is_told_once_of_each_change(self):
        with Home(CONFIG, ends_in(3 * HOUR)) as home:
            for _ in range(3):
                self.assertEqual(self.monitor(home).returncode, 2)
            self.assertEqual(self.told(home), ["EXPIRING"])
            home.write("agents/main/agent/auth-profiles.json", {"version": 1, "profiles": ends_in(-HOUR)})
            for _ in range(2):
                self.assertEqual(self.monitor(home).returncode, 1)
            self.assertEqual(self.told(home), ["EXPIRING", "EXPIRED"])
            home.write("agents/main/agent/auth-profiles.json", {"version": 1, "profiles": ends_in(90 * HOUR)})
            for _ in range(2):
                self.assertEqual(self.monitor(home).returncode, 0)
            self.assertEqual(self.told(home), ["EXPIRING", "EXPIRED", "OK"])

    def test_it_is_said_again_after_the_quiet_time(self):
        with Home(CONFIG, ends_in(-HOUR)) as home:
            self.monitor(home)
            self.monitor(home, QUIET_SECONDS="0")
            self.assertEqual(self.told(home), ["EXPIRED", "EXPIRED"])

    def test_what_could_not_be_sent_is_sent_at_the_next_look(self):
        with Home(CONFIG, ends_in(-HOUR)) as home:
            failed = self.run_script(home, "auth-monitor.sh", NOTIFY_COMMAND="false")
            self.assertEqual(failed.returncode, 1)
            self.assertIn("could not be sent", failed.stderr)
            self.monitor(home)
            self.assertEqual(self.told(home), ["EXPIRED"])

    def test_hours_before_an_end_are_chosen(self):
        with Home(CONFIG, ends_in(30 * HOUR)) as home:
            self.assertEqual(self.monitor(home, WARN_HOURS="2").returncode, 0)
            self.assertEqual(self.told(home), [])
            self.monitor(home, WARN_HOURS="36")
            self.assertEqual(self.told(home), ["EXPIRING"])
            self.assertEqual(self.monitor(home, WARN_HOURS="two").returncode, 3)

    def test_a_message_is_data_and_never_a_command(self):
        with Home(CONFIG, {"corp:$(touch owned)": ends_in(-HOUR)["corp:work"]}) as home:
            self.monitor(home)
            self.assertFalse((home.folder / "owned").exists())

    def test_the_program_is_named_where_it_is_missing(self):
        with Home(CONFIG) as home:
            said = self.run_script(home, "auth-status.sh", OPENCLAW="/nowhere/openclaw")
            self.assertEqual(said.returncode, 3)
            self.assertIn("/nowhere/openclaw is not found", said.stderr)

    def test_the_units_are_sound(self):
        with Home(CONFIG) as home:
            shown = self.run_script(home, "setup-auth-monitoring.sh", "show", WARN_HOURS="6",
                                    NOTIFY_COMMAND='mail -s "openclaw 100%" me')
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn('Environment="WARN_HOURS=6"', shown.stdout)
            self.assertIn('NOTIFY_COMMAND=mail -s \\"openclaw 100%%\\" me', shown.stdout)
            if not shutil.which("systemd-analyze"):
                return
            service, timer = shown.stdout.split("\n# openclaw-auth-monitor.timer\n")
            for name, text in (("service", service.split("\n", 1)[1]), ("timer", timer)):
                (home.folder / f"openclaw-auth-monitor.{name}").write_text(text)
            units = [str(home.folder / f"openclaw-auth-monitor.{name}") for name in ("service", "timer")]
            verified = subprocess.run(["systemd-analyze", "verify", "--user", *units], capture_output=True, text=True,
                                      timeout=60, env={**os.environ, "XDG_RUNTIME_DIR": str(home.folder)})
            own = [line for line in verified.stderr.splitlines() if "openclaw-auth-monitor" in line]
            self.assertEqual(own, [])


if __name__ == "__main__":
    unittest.main()
