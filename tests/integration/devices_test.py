#!/usr/bin/env python3
"""Paired devices, with keys of their own: how one comes in, gets a token, comes back by it, and how that ends."""
import json
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from device import Device  # noqa: E402
from gateway_socket import GatewaySocket  # noqa: E402
from program import Home, free_port  # noqa: E402

TOKEN = "correct-horse-battery-staple-77"


class Devices(unittest.TestCase):
    auth = {"mode": "token", "token": TOKEN}
    mismatch = "AUTH_TOKEN_MISMATCH"

    def setUp(self):
        self.port = free_port()
        self.home = Home({"gateway": {"port": self.port, "auth": self.auth}})
        self.gateway = self.home.gateway()
        self.tokens: list[str] = []

    def tearDown(self):
        self.gateway.stop()
        for token in self.tokens:
            self.assertNotIn(token, self.gateway.output, "the gateway prints a device's token")
            for path in self.home.folder.rglob("*"):
                if path.is_file() and path.name != "paired.json":
                    self.assertNotIn(token.encode(), path.read_bytes(), f"{path} holds a device's token")
        self.home.__exit__()

    def devices(self, *arguments: str, status: int = 0) -> dict:
        done = self.home.run("devices", *arguments, *(["--json"] if status == 0 else []))
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if status == 0 else {"error": done.stderr}

    def token_of(self, device: Device, **how) -> str:
        """Pairs it with the gateway's own token."""
        with device.connect(self.port, token=TOKEN, **how) as socket:
            self.assertIsNotNone(socket.token, socket.refusal or socket.hello.get("auth"))
            self.tokens.append(socket.token)
            return socket.token

    def request_of(self, device: Device, **how) -> str:
        with device.connect(self.port, **how) as socket:
            self.assertEqual(socket.refusal.get("code"), "NOT_PAIRED", socket.refusal or socket.hello)
            self.assertTrue(socket.closed.startswith("1008 pairing required"), socket.closed)
            return socket.refusal["details"]["requestId"]

    def code_of(self, device: Device, **how) -> str:
        """Of the refusal; "" when it is let in."""
        with device.connect(self.port, **how) as socket:
            return "" if socket.hello else socket.refusal["details"]["code"]

    def test_a_device_that_brings_the_token_is_paired_and_comes_back_by_its_own(self):
        for version in ("v2", "v3"):
            for asked in (["operator.read"], ["operator.admin", "operator.approvals", "operator.pairing"], None):
                device = Device()
                with device.connect(self.port, version=version, token=TOKEN, scopes=asked) as socket:
                    self.assertEqual(socket.hello["auth"]["role"], "operator")
                    self.assertGreater(socket.hello["auth"]["issuedAtMs"], 1_600_000_000_000)
                    token, scopes = socket.token, socket.scopes
                    self.tokens.append(token)
                for way in ({"token": token}, {"device_token": token}):
                    with device.connect(self.port, version=version, scopes=asked, **way) as socket:
                        self.assertEqual(socket.scopes, scopes)
                        self.assertEqual(socket.hello["auth"]["method"], "device")
                        self.assertIsNone(socket.token, "it keeps the one that it has")
                        self.assertTrue(socket.ask("health")["ok"])

    def test_the_first_version_names_a_device_and_pairs_none(self):
        device = Device()
        with device.connect(self.port, version="v1", token=TOKEN) as socket:
            self.assertTrue(socket.hello, socket.refusal)
            self.assertIsNone(socket.token, "somebody else may have heard the same")
        self.assertEqual(self.devices("list")["paired"], [])
        token = self.token_of(device)
        self.assertEqual(self.code_of(device, version="v1", token=token), self.mismatch)

    def test_what_was_not_signed_for_this_connection_is_refused(self):
        device = Device()
        token = self.token_of(device)
        self.assertEqual(self.code_of(device, token=TOKEN, nonce="a26937de-d88c-4436-85e5-c1a270f4a1dd"),
                         "DEVICE_AUTH_NONCE_MISMATCH")
        other = Device()
        self.assertEqual(self.code_of(other, token=token), self.mismatch, "a token needs its device's key")
        other.id, other.public_key = device.id, device.public_key
        self.assertEqual(self.code_of(other, token=TOKEN), "DEVICE_AUTH_SIGNATURE_INVALID")
        self.assertEqual(self.code_of(other, token=token), self.mismatch, "a token without the key is nothing")
        with self.assertRaises(AssertionError):
            GatewaySocket(self.port, token=token)

    def test_a_device_without_a_secret_waits_until_somebody_lets_it_in(self):
        device = Device("Anna's phone")
        asked = ["operator.read", "operator.write", "operator.admin"]
        with GatewaySocket(self.port, token=TOKEN) as watcher:
            request = self.request_of(device, scopes=asked)
            self.assertEqual(self.request_of(device, scopes=asked), request, "it asks once")
            listed = self.devices("list")
            self.assertEqual([(each["requestId"], each["deviceId"], each["displayName"], set(each["scopes"]))
                              for each in listed["pending"]], [(request, device.id, "Anna's phone", set(asked))])
            told = watcher.event("device.pair.requested")
            self.assertEqual(told["requestId"], request)
            self.devices("approve", request, "--scope", "chat")
            self.assertEqual(watcher.event("device.pair.resolved")["decision"], "approved")
        self.until(lambda: ("device.pair.approve", f"Anna's phone ({device.id[:8]})") in self.changes())
        with device.connect(self.port, scopes=asked) as socket:
            self.assertEqual(socket.scopes, {"chat"})
            token = socket.token
            self.tokens.append(token)
        self.assertEqual(self.code_of(device, scopes=asked), "PAIRING_REQUIRED", "the key alone opened once")
        self.assertEqual(self.code_of(device, device_token=token), "")
        paired, = self.devices("list")["paired"]
        self.assertEqual((paired["deviceId"], paired["scopes"]), (device.id, ["operator.chat"]))
        self.assertGreaterEqual(paired["lastSeenAtMs"], paired["approvedAtMs"])

    def test_a_rejected_device_stays_out_and_may_ask_again(self):
        device = Device()
        request = self.request_of(device)
        self.devices("reject", request)
        self.assertEqual(self.devices("list")["pending"], [])
        self.assertIn("unknown requestId", self.devices("approve", request, status=1)["error"])
        self.assertNotEqual(self.request_of(device), request)

    def test_the_newest_request_is_shown_before_it_is_let_in(self):
        self.assertIn("no device waits", self.devices("approve", status=1)["error"])
        request = self.request_of(Device("laptop"), scopes=["operator.read"])
        shown = self.devices("approve", status=1)["error"]
        self.assertIn("laptop", shown)
        self.assertIn(request, shown)
        self.assertEqual(self.devices("list")["paired"], [])
        self.devices("approve", "--latest")
        self.assertEqual(self.devices("list")["paired"][0]["displayName"], "laptop")

    def ends_within_a_second(self, device: Device, token: str, *command: str) -> None:
        with device.connect(self.port, device_token=token) as socket:
            self.assertTrue(socket.hello, socket.refusal)
            self.devices(*command)
            begun = time.monotonic()
            self.assertEqual(socket.wait_for_close(), "1008 device token no longer counts")
            self.assertLess(time.monotonic() - begun, 1.0)
        for way in ({"token": token}, {"device_token": token}):
            code = self.code_of(device, **way)
            gone = command[0] in ("remove", "clear") and "token" in way
            self.assertEqual(code, self.mismatch if gone else "AUTH_DEVICE_TOKEN_MISMATCH", f"{command} {way}")

    def test_a_rotation_ends_the_tokens_before_it_and_never_gives_more(self):
        device = Device()
        token = self.token_of(device, scopes=["operator.write", "operator.pairing"])
        self.assertIn("no more than it was approved for",
                      self.devices("rotate", "--device", device.id, "--scope", "admin", status=1)["error"])
        with device.connect(self.port, device_token=token) as socket:
            answer = self.devices("rotate", "--device", device.id[:8], "--scope", "chat")
            self.tokens.append(answer["token"])
            self.assertEqual(answer["scopes"], ["operator.chat"])
            self.assertEqual(socket.wait_for_close(), "1008 device token no longer counts")
        self.assertEqual(self.code_of(device, device_token=token), "AUTH_DEVICE_TOKEN_MISMATCH")
        with device.connect(self.port, device_token=answer["token"]) as socket:
            self.assertEqual(socket.scopes, {"chat"})

    def test_a_device_that_rotates_its_own_token_is_told_the_new_one_first(self):
        device = Device()
        token = self.token_of(device, scopes=["operator.pairing"])
        with device.connect(self.port, device_token=token) as socket:
            answer = socket.ask("device.token.rotate", {"deviceId": device.id, "role": "operator"})
            self.tokens.append(answer["payload"]["token"])
            self.assertEqual(socket.wait_for_close(), "1008 device token no longer counts")
        self.assertEqual(self.code_of(device, device_token=answer["payload"]["token"]), "")

    def test_revoked_removed_and_cleared_devices_are_out_within_a_second(self):
        for command in ("revoke --device {}", "remove {}", "clear --yes"):
            device = Device()
            token = self.token_of(device)
            self.ends_within_a_second(device, token, *command.format(device.id).split())
            # Whoever has the gateway's token pairs it anew, and the old one stays what it is.
            self.assertEqual(self.code_of(device, device_token=self.token_of(device)), "")
            self.assertEqual(self.code_of(device, device_token=token), "AUTH_DEVICE_TOKEN_MISMATCH")

    def test_nobody_manages_a_device_that_may_do_more(self):
        chief, helper = Device("chief"), Device("helper")
        token = self.token_of(chief)
        helping = self.token_of(helper, scopes=["operator.pairing", "operator.read"])
        wants_much, wants_little = Device("much"), Device("little")
        much = self.request_of(wants_much, scopes=["operator.admin"])
        little = self.request_of(wants_little, scopes=["operator.read"])
        with helper.connect(self.port, device_token=helping) as socket:
            for method, params in (("device.pair.approve", {"requestId": much}),
                                   ("device.token.rotate", {"deviceId": chief.id, "role": "operator"}),
                                   ("device.token.rotate", {"deviceId": chief.id, "role": "operator",
                                                            "scopes": ["operator.read"]}),
                                   ("device.token.revoke", {"deviceId": chief.id, "role": "operator"}),
                                   ("device.pair.rename", {"deviceId": chief.id, "displayName": "mine"}),
                                   ("device.pair.remove", {"deviceId": chief.id})):
                answer = socket.ask(method, params)
                self.assertEqual(answer["error"]["code"], "FORBIDDEN", f"{method}: {answer}")
                self.assertIn("missing scope: operator.", answer["error"]["message"])
            self.assertTrue(socket.ask("device.pair.approve", {"requestId": little})["ok"])
            self.assertTrue(socket.ask("device.pair.approve", {"requestId": much, "scopes": ["operator.read"]})["ok"])
            # By its key alone the chief would be what it was.
            self.assertEqual(self.code_of(chief, device_token="lost"), "AUTH_DEVICE_TOKEN_MISMATCH")
            repair = self.request_of(chief, scopes=["operator.read"])
            self.assertEqual(socket.ask("device.pair.approve", {"requestId": repair})["error"]["code"], "FORBIDDEN")
        self.assertEqual(self.code_of(chief, device_token=token), "", "nothing has become of it")
        for device in (wants_much, wants_little):
            with device.connect(self.port) as socket:
                self.assertEqual(socket.scopes, {"read"})
                self.tokens.append(socket.token)

    def test_a_wish_for_more_costs_no_working_token(self):
        device = Device()
        token = self.token_of(device, scopes=["operator.read"])
        with device.connect(self.port, device_token=token, scopes=["operator.admin"]) as socket:
            self.assertEqual(socket.scopes, {"read"})
        request, = self.devices("list")["pending"]
        self.assertEqual((request["scopes"], request["isRepair"]), (["operator.admin"], True))
        self.devices("approve", request["requestId"])
        with device.connect(self.port, device_token=token, scopes=["operator.admin"]) as socket:
            self.assertEqual(socket.scopes, {"admin"})

    def test_devices_of_the_reference_come_by_their_tokens_and_its_file_stays(self):
        device, token = Device(), "2e72f5f7288e4facb75014ff0298d02b"
        record = {"deviceId": device.id, "publicKey": device.public_key, "platform": "linux", "clientId": "cli",
                  "clientMode": "cli", "role": "operator", "roles": ["operator"], "scopes": ["operator.read"],
                  "tokens": {"operator": {"token": token, "role": "operator", "scopes": ["operator.read"],
                                          "createdAtMs": 1795337119317}},
                  "createdAtMs": 1795337119317, "approvedAtMs": 1795337119317}
        file = self.home.write("devices/paired.json", {device.id: record})
        before = file.read_bytes()
        self.assertEqual([each["deviceId"] for each in self.devices("list")["paired"]], [device.id])
        self.until(lambda: self.code_of(device, version="v2", token=token, scopes=["operator.read"]) == "")
        self.ends_within_a_second(device, token, "revoke", "--device", device.id)
        self.assertEqual(self.code_of(device, device_token=self.token_of(device)), "")
        self.assertEqual(self.code_of(device, token=token), "AUTH_DEVICE_TOKEN_MISMATCH")
        self.devices("remove", device.id)
        self.assertEqual(self.devices("list")["paired"], [])
        self.assertEqual(file.read_bytes(), before)

    def test_without_a_gateway_its_files_are_managed(self):
        device = Device()
        token = self.token_of(device)
        self.gateway.stop()
        self.assertEqual(len(self.devices("list")["paired"]), 1)
        self.devices("rename", "--device", device.id, "--name", "kitchen")
        self.devices("revoke", "--device", "kitchen")
        self.assertIn("gateway", self.devices("approve", "--latest", status=4)["error"])
        self.gateway = self.home.gateway()
        self.assertEqual(self.code_of(device, device_token=token), "AUTH_DEVICE_TOKEN_MISMATCH")
        self.gateway.stop()
        self.devices("clear", "--yes")
        self.assertEqual(self.devices("list")["paired"], [])

    def test_a_damaged_file_lets_no_device_in_and_keeps_nobody_else_out(self):
        device = Device()
        token = self.token_of(device)
        whole = (self.home.state / "gateway/devices.json").read_text()
        with device.connect(self.port, device_token=token) as socket:
            self.home.write("gateway/devices.json", "{\"devices\": 5}")
            self.assertEqual(socket.wait_for_close(), "1008 device token no longer counts")
        self.assertEqual(self.code_of(device, device_token=token), "AUTH_DEVICES_UNAVAILABLE")
        GatewaySocket(self.port, token=TOKEN).__exit__()
        self.assertIn("devices.json", self.home.run("gateway", "status").stdout)
        self.assertIn("devices.json", self.devices("list", status=6)["error"])
        self.home.write("gateway/devices.json", whole)
        self.until(lambda: self.code_of(device, device_token=token) == "")

    def test_a_rotation_of_the_gateways_token_leaves_devices_alone_unless_all_is_said(self):
        device = Device()
        token = self.token_of(device)
        done = self.home.run("gateway", "token", "rotate", "--grace", "0")
        self.assertIn("paired devices keep tokens of their own (1)", done.stderr)
        self.assertEqual(self.code_of(device, device_token=token), "")
        with device.connect(self.port, device_token=token) as socket:
            done = self.home.run("gateway", "token", "rotate", "--grace", "0", "--all", "--json")
            self.assertEqual(json.loads(done.stdout)["devicesEnded"], 1, done.stderr)
            self.assertEqual(socket.wait_for_close(), "1008 device token no longer counts")

    def test_strangers_leave_little_and_are_told_what_to_do(self):
        known = [self.request_of(Device(f"stranger {number}")) for number in range(4)]
        with Device("one more").connect(self.port) as socket:
            self.assertEqual(socket.refusal["code"], "NOT_PAIRED")
            self.assertNotIn("requestId", socket.refusal["details"])
            self.assertIn("too many", socket.refusal["message"])
        self.assertEqual(len(self.devices("list")["pending"]), 4)
        long_winded = Device("x" * 20_000)
        for request in known:
            self.devices("reject", request)
        self.request_of(long_winded)
        self.assertLess(len(self.devices("list")["pending"][0]["displayName"]), 300)

    def changes(self) -> list[tuple[str, str]]:
        """What the audit log says was changed, and of what."""
        entries = json.loads(self.home.run("audit", "list", "--json").stdout)["entries"]
        return [(entry.get("what"), entry.get("reason")) for entry in entries if entry["event"] == "changed"]

    def until(self, condition) -> None:
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)


class DevicesByPassword(Devices):
    auth = {"mode": "password", "password": TOKEN}
    mismatch = "AUTH_PASSWORD_MISMATCH"

    def test_a_rotation_of_the_gateways_token_leaves_devices_alone_unless_all_is_said(self):
        pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
