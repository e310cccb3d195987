#!/usr/bin/env python3
"""Clients that speak in their own way: JSON in binary websocket frames, pings without end."""
import json
import pathlib
import struct
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from gateway_socket import CLOSE, TEXT, FrameClient  # noqa: E402
from program import Home, free_port  # noqa: E402

TOKEN = "gateway-token-0123456789abcdef"
BINARY, PING = 2, 9


def request(name: str, method: str, params: dict) -> bytes:
    return json.dumps({"type": "req", "id": name, "method": method, "params": params}, ensure_ascii=False).encode()


CONNECT = {"minProtocol": 3, "maxProtocol": 3, "auth": {"token": TOKEN}, "role": "operator",
           "scopes": ["operator.admin"],
           "client": {"id": "cli", "version": "1", "platform": "ios", "mode": "cli", "displayName": "Télé 📱"}}


class Clients(unittest.TestCase):
    def home(self) -> Home:
        return Home({"gateway": {"mode": "local", "port": free_port(), "auth": {"mode": "token", "token": TOKEN}}}, {})

    def test_json_in_binary_frames_is_understood(self):
        with self.home() as place, place.gateway():
            client = FrameClient(place.read("openclaw.json")["gateway"]["port"])
            client.send(BINARY, request("1", "connect", CONNECT))
            self.assertTrue(client.answer("1")["ok"])
            client.send(BINARY, request("2", "health", {}))
            self.assertTrue(client.answer("2")["payload"]["ok"])
            client.send(TEXT, request("3", "health", {}))
            self.assertTrue(client.answer("3")["payload"]["ok"])

    def test_a_stranger_pings_a_few_times_and_a_client_as_often_as_it_likes(self):
        with self.home() as place, place.gateway():
            port = place.read("openclaw.json")["gateway"]["port"]
            stranger = FrameClient(port)
            for _ in range(17):
                stranger.send(PING, b"x")
            opcode, payload = stranger.receive()
            while opcode != CLOSE:
                opcode, payload = stranger.receive()
            self.assertEqual(struct.unpack("!H", payload[:2])[0], 1008)
            client = FrameClient(port)
            client.send(TEXT, request("1", "connect", CONNECT))
            client.answer("1")
            for _ in range(100):
                client.send(PING, b"x")
            client.send(TEXT, request("2", "health", {}))
            self.assertTrue(client.answer("2")["ok"])

    def test_other_bytes_are_refused(self):
        with self.home() as place, place.gateway():
            for connected in (False, True):
                client = FrameClient(place.read("openclaw.json")["gateway"]["port"])
                if connected:
                    client.send(TEXT, request("1", "connect", CONNECT))
                    client.answer("1")
                client.send(BINARY, b"\x00\xff\xfe{}")
                while True:
                    opcode, payload = client.receive()
                    if opcode == CLOSE:
                        break
                self.assertEqual(struct.unpack("!H", payload[:2])[0], 1003)


if __name__ == "__main__":
    unittest.main(verbosity=2)
