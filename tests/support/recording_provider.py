"""A model provider on loopback that keeps every request, headers included, and answers over both APIs.

The last user text chooses the answer: FAIL_<status>, or FAIL_<status>_FOR_<seconds> with a Retry-After; ECHO_<status>
(the error repeats the credential that the request carried), MIDSTREAM_ERROR (some text, then an error inside the
stream), HOLD (the stream stops in its middle until `released` is set), anything else is answered with `reply`.
"""
import http.server
import json
import pathlib
import re
import ssl
import threading


class Recorded:
    def __init__(self, path: str, headers, body: dict):
        self.path, self.body = path, body
        self.headers = {name.lower(): value for name, value in headers.items()}


class RecordingProvider:
    reply = "pong from the recording provider"

    def __init__(self, certificate: pathlib.Path | None = None):
        """Speaks TLS with a certificate: a PEM file with its key."""
        self.requests: list[Recorded] = []
        self.released = threading.Event()
        self.refuses = False  # every request gets a 401
        self.silent: threading.Event | None = None  # until it is set, nothing is said, not even a head
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                provider.requests.append(Recorded(self.path, self.headers, body))
                if provider.silent:
                    provider.silent.wait(60)
                provider.answer(self, body, self.path.endswith("/messages"))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                     do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, body, anthropic):
        text = "FAIL_401" if self.refuses else last_user_text(body)
        failure = re.search(r"(FAIL|ECHO)_(\d{3})(?:_FOR_(\d+))?", text)
        if failure:
            status = int(failure[2])
            carried = handler.headers.get("x-api-key") or handler.headers.get("authorization") or ""
            words = f"recorded {status}" + (f": {carried} is not valid" if failure[1] == "ECHO" else "")
            error = {"type": "error", "error": {"type": "recorded", "message": words}}
            return send(handler, status, "application/json", json.dumps(error),
                        {"retry-after": failure[3]} if failure[3] else {})
        if not body.get("stream"):
            return send(handler, 200, "application/json", json.dumps(whole(self.reply, anthropic)))
        pieces = ["partial "] if "MIDSTREAM_ERROR" in text else re.findall(r"\S+\s*", self.reply)
        events = start(anthropic) + [delta(piece, anthropic) for piece in pieces]
        if "HOLD" in text:
            return self.hold(handler, events, end(anthropic))
        events += broken(anthropic) if "MIDSTREAM_ERROR" in text else end(anthropic)
        send(handler, 200, "text/event-stream", "".join(events))


    def hold(self, handler, events, last_events):
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        handler.wfile.write("".join(events[:2]).encode())
        handler.wfile.flush()
        if self.released.wait(120):
            handler.wfile.write("".join(events[2:] + last_events).encode())


def last_user_text(body: dict) -> str:
    content = [m["content"] for m in body["messages"] if m["role"] == "user"][-1]
    return content if isinstance(content, str) else " ".join(block.get("text", "") for block in content)


def send(handler, status: int, kind: str, text: str, headers: dict | None = None) -> None:
    data = text.encode()
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("content-length", str(len(data)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def event(data: dict | str) -> str:
    name = f"event: {data['type']}\n" if isinstance(data, dict) and "type" in data else ""
    return f"{name}data: {data if isinstance(data, str) else json.dumps(data)}\n\n"


def whole(text: str, anthropic: bool) -> dict:
    if anthropic:
        return {"id": "m", "type": "message", "model": "rec", "content": [{"type": "text", "text": text}],
                "stop_reason": "end_turn", "usage": {"input_tokens": 10, "output_tokens": 5}}
    return {"id": "m", "model": "rec", "choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                                                    "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5}}


def start(anthropic: bool) -> list[str]:
    message = {"id": "m", "model": "rec", "usage": {"input_tokens": 10, "output_tokens": 1}}
    return [event({"type": "message_start", "message": message})] if anthropic else []


def delta(text: str, anthropic: bool) -> str:
    if anthropic:
        return event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def broken(anthropic: bool) -> list[str]:
    error = {"type": "overloaded_error", "message": "Overloaded"}
    return [event({"type": "error", "error": error} if anthropic else {"error": error})]


def end(anthropic: bool) -> list[str]:
    if anthropic:
        return [event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}),
                event({"type": "message_stop"})]
    return [event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
            event({"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}), event("[DONE]")]
