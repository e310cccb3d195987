"""A device as the protocol knows it: an Ed25519 key, made and used by openssl(1), that signs what it says of itself."""
import base64
import hashlib
import json
import struct
import subprocess
import tempfile
import time

from gateway_socket import CLOSE, TEXT, FrameClient


def openssl(*words: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True, timeout=60).stdout


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Device:
    def __init__(self, name: str = "phone", client: str = "cli", mode: str = "cli"):
        self.name, self.client, self.mode = name, client, mode
        self.key = openssl("genpkey", "-algorithm", "ed25519")
        raw = openssl("pkey", "-pubout", "-outform", "DER", stdin=self.key)[-32:]
        self.public_key, self.id = base64url(raw), hashlib.sha256(raw).hexdigest()

    def sign(self, text: str) -> str:
        with tempfile.NamedTemporaryFile() as file:
            file.write(text.encode())
            file.flush()
            return base64url(openssl("pkeyutl", "-sign", "-rawin", "-inkey", "/dev/stdin", "-in", file.name,
                                     stdin=self.key))

    def connect_params(self, nonce: str | None, version: str = "v3", token: str | None = None,
                       device_token: str | None = None, scopes: list[str] | None = None, role: str = "operator",
                       protocol: tuple[int, int] = (3, 4)) -> dict:
        signed_at = int(time.time() * 1000)
        fields = [version, self.id, self.client, self.mode, role, ",".join(scopes or []), str(signed_at),
                  token or device_token or ""]
        fields += [] if version == "v1" else [nonce or ""]
        fields += ["linux", "phone"] if version == "v3" else []
        device = {"id": self.id, "publicKey": self.public_key, "signature": self.sign("|".join(fields)),
                  "signedAt": signed_at}
        auth = {name: value for name, value in (("token", token), ("deviceToken", device_token)) if value}
        return {"minProtocol": protocol[0], "maxProtocol": protocol[1], "role": role,
                "client": {"id": self.client, "mode": self.mode, "version": "1", "platform": "Linux ",
                           "deviceFamily": "Phone", "displayName": self.name},
                **({"scopes": scopes} if scopes is not None else {}), **({"auth": auth} if auth else {}),
                "device": device if version == "v1" else device | {"nonce": nonce}}

    def connect(self, port: int, **how) -> "DeviceSocket":
        return DeviceSocket(port, self, **how)


class DeviceSocket(FrameClient):
    """Connects; what became of it stands in `hello`, or in `refusal` and `closed`."""

    def __init__(self, port: int, device: Device, version: str = "v3", nonce: str | None = None, **how):
        super().__init__(port)
        self.requests, self.events = 0, []
        self.hello, self.refusal, self.closed = {}, {}, ""
        _, challenge = self.receive()
        said = json.loads(challenge)["payload"]["nonce"]
        self.params = device.connect_params(nonce or said, version, **how)
        answer = self.ask("connect", self.params)
        if answer["ok"]:
            self.hello = answer["payload"]
        else:
            self.refusal = answer["error"]
            self.closed = self.wait_for_close()

    @property
    def token(self) -> str | None:
        return self.hello["auth"].get("deviceToken")

    @property
    def scopes(self) -> set[str]:
        return {name.removeprefix("operator.") for name in self.hello["auth"]["scopes"]}

    def ask(self, method: str, params: dict | None = None) -> dict:
        self.requests += 1
        name = str(self.requests)
        self.send(TEXT, json.dumps({"type": "req", "id": name, "method": method, "params": params or {}}).encode())
        return self.answer(name)

    def wait_for_close(self) -> str:
        """What the gateway closes with: the code and why."""
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                return f"{struct.unpack('!H', payload[:2])[0]} {payload[2:].decode()}"
