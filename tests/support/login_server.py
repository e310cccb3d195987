"""An OAuth server on loopback for one client: PKCE (S256) required, refresh tokens good for one use, device codes.

Whoever opens the authorization address is logged in at once and redirected. Every refresh token that came is kept in
`spent`; one that comes a second time ends its login, as real issuers do. `script` holds answers (status, body) for the
next token requests; None cuts the connection.
"""
import base64
import hashlib
import http.server
import json
import secrets
import threading
import urllib.parse

CLIENT = "our-client"


class LoginServer:
    def __init__(self, lifetime: int = 3600):
        self.lifetime = lifetime
        self.codes: dict[str, dict] = {}
        self.refresh: set[str] = set()
        self.access: set[str] = set()
        self.spent: list[str] = []
        self.revoked: list[str] = []
        self.script: list = []
        self.approved = threading.Event()  # the person on the other screen
        self.polls = 0
        self.lock = threading.Lock()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self, status: int, body: dict | str, headers: dict | None = None):
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                if url.path == "/.well-known/openid-configuration":
                    return self.reply(200, server.metadata())
                if url.path != "/authorize":
                    return self.reply(404, {})
                asked = dict(urllib.parse.parse_qsl(url.query))
                answer = server.authorize(asked)
                self.reply(302, "", {"location": asked["redirect_uri"] + "?" + urllib.parse.urlencode(answer)})

            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
                path = urllib.parse.urlsplit(self.path).path
                if path == "/device":
                    return self.reply(200, server.begin_device())
                if path == "/revoke":
                    server.revoked.append(form.get("token", ""))
                    return self.reply(200, {})
                answer = server.token(form)
                if answer is None:
                    self.close_connection = True
                    return self.connection.close()
                self.reply(*answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that were killed
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def metadata(self) -> dict:
        return {"issuer": self.url, "authorization_endpoint": self.url + "/authorize",
                "token_endpoint": self.url + "/token", "device_authorization_endpoint": self.url + "/device",
                "revocation_endpoint": self.url + "/revoke",
                "authorization_response_iss_parameter_supported": True}

    def authorize(self, asked: dict) -> dict:
        answer = {"state": asked.get("state", ""), "iss": self.url}
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return {**answer, "error": "invalid_request"}
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        return {**answer, "code": code}

    def begin_device(self) -> dict:
        return {"device_code": "the-device-code", "user_code": "WDJB-MJHT", "verification_uri": self.url + "/enter",
                "expires_in": 60, "interval": 1}

    def grant(self) -> tuple:
        access, refresh = "access-" + secrets.token_hex(16), "refresh-" + secrets.token_hex(16)
        self.access.add(access)
        self.refresh.add(refresh)
        account = base64.urlsafe_b64encode(json.dumps({"sub": "u-1", "email": "me@example.com"}).encode()).rstrip(b"=")
        return 200, {"access_token": access, "refresh_token": refresh, "expires_in": self.lifetime,
                     "token_type": "Bearer", "id_token": f"e30.{account.decode()}.c2ln"}

    def token(self, form: dict):
        with self.lock:
            if form.get("grant_type") == "refresh_token":
                self.spent.append(form.get("refresh_token", ""))
            if self.script:
                return self.script.pop(0)
            if form.get("client_id") != CLIENT:
                return 401, {"error": "invalid_client"}
            if form["grant_type"] == "authorization_code":
                asked = self.codes.pop(form["code"], None)
                hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
                fits = asked and base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == asked["code_challenge"]
                return self.grant() if fits and form["redirect_uri"] == asked["redirect_uri"] else (
                    400, {"error": "invalid_grant"})
            if form["grant_type"] == "refresh_token":
                if form["refresh_token"] not in self.refresh:
                    return 400, {"error": "invalid_grant", "error_description": "it was used already"}
                self.refresh.remove(form["refresh_token"])
                return self.grant()
            self.polls += 1
            if not self.approved.is_set():
                return 400, {"error": "authorization_pending"}
            return self.grant()
