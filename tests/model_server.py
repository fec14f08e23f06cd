"""A real HTTP server that speaks the chat completions protocol, with scripted replies."""

import json
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeAlias

from tests.services.ports import free_ports


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request as it came in; names of headers in lower case; `body` is empty for GET."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def response_format(self) -> str:
        """``json_schema``, ``json_object`` or, where the client demands nothing, ``text``."""
        demanded = self.body.get("response_format") or {"type": "text"}
        return str(demanded["type"])

    @property
    def text(self) -> str:
        """All messages, one after the other."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


class Exchange(BaseHTTPRequestHandler):
    """One request, which a reply of the script answers."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer(json.loads(self.rfile.read(length)))

    def send(
        self,
        status: int,
        content: bytes,
        *,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
        promised: int | None = None,
    ) -> None:
        """Answer, with a Content-Length of `promised` bytes if that is to be a lie."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait, but not past the end of the server; whether that has come."""
        return self.server.ended.wait(seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""

    def _answer(self, body: Mapping[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(method=self.command, path=self.path, headers=headers, body=body)
        self.server.received(received)(received, self)


Behaviour: TypeAlias = Callable[[Received, Exchange], None]
"""How a request is answered."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self.ended = threading.Event()
        self.requests: list[Received] = []
        self.script: list[Behaviour] = []
        self.models: Behaviour = lists_models("scripted")
        self._lock = threading.Lock()

    def received(self, request: Received) -> Behaviour:
        """Note the request and choose how to answer it."""
        with self._lock:
            self.requests.append(request)
            if request.path.endswith("/models"):
                return self.models
            if not request.path.endswith("/chat/completions") or not self.script:
                return fails(404)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are part of the tests."""


class ModelServer:
    """The server, on a free port of 127.0.0.1, for as long as the ``with`` block lasts."""

    def __init__(self) -> None:
        self._server = _Server(free_ports(1)[0])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def asked(self) -> Sequence[Received]:
        """The chat completions that were asked for, in order."""
        return [r for r in self._server.requests if r.path == "/v1/chat/completions"]

    def script(self, *replies: Behaviour) -> None:
        """Answer the next requests so; the last reply answers all that follow."""
        self._server.script = list(replies)

    def serve_models(self, reply: Behaviour) -> None:
        """Answer ``GET /v1/models`` so."""
        self._server.models = reply


def says(
    text: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
    tokens: tuple[int, int] | None = (100, 20),
) -> Behaviour:
    """A good completion; `tokens` are those of prompt and reply, if the server counts."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if tokens:
        body["usage"] = {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
        }
    return answers(body)


def answers(body: object) -> Behaviour:
    """Any JSON with status 200."""
    return lambda _, exchange: exchange.send(200, json.dumps(body).encode())


def serves_a_page() -> Behaviour:
    """What a web site answers."""
    return lambda _, exchange: exchange.send(200, b"<html>Welcome</html>", kind="text/html")


def lists_models(*names: str) -> Behaviour:
    return answers({"object": "list", "data": [{"id": n, "object": "model"} for n in names]})


def fails(
    status: int, *, code: str | None = None, message: str = "no", retry_after: str | None = None
) -> Behaviour:
    """An error as servers of this protocol report it."""
    content = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    headers = {"Retry-After": retry_after} if retry_after else {}
    return lambda _, exchange: exchange.send(status, content, headers=headers)


def redirects(elsewhere: str) -> Behaviour:
    """Sends the client to another address."""
    return lambda _, exchange: exchange.send(302, b"", headers={"Location": elsewhere})


def fails_repeating_the_request(status: int) -> Behaviour:
    """An error whose message holds all that the client sent, its key too."""

    def behaviour(received: Received, exchange: Exchange) -> None:
        echo = json.dumps({"headers": dict(received.headers), "body": received.body})
        fails(status, message=echo, code=echo)(received, exchange)

    return behaviour


def refuses_formats(status: int, *formats: str, otherwise: Behaviour) -> Behaviour:
    """A server that does not know these response formats."""

    def behaviour(received: Received, exchange: Exchange) -> None:
        refused = received.response_format in formats
        (fails(status) if refused else otherwise)(received, exchange)

    return behaviour


def hangs() -> Behaviour:
    """Takes the request and never answers."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        exchange.wait()
        exchange.close_connection = True

    return behaviour


def trickles(*, every_seconds: float) -> Behaviour:
    """Starts an answer and sends one more byte now and then, without end."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        exchange.send(200, b"{", promised=10**9)
        while not exchange.wait(every_seconds):
            exchange.wfile.write(b" ")
            exchange.wfile.flush()

    return behaviour


def never_ends(status: int, *, packed: bool) -> Behaviour:
    """Sends spaces as fast as they are taken, `packed` by gzip or as they are."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        headers = {"Content-Encoding": "gzip"} if packed else {}
        exchange.send(status, b"", promised=10**12, headers=headers)
        packer = zlib.compressobj(wbits=31) if packed else None
        spaces = b" " * 2**20
        while not exchange.wait(0):
            sent = packer.compress(spaces) + packer.flush(zlib.Z_FULL_FLUSH) if packer else spaces
            exchange.wfile.write(sent)

    return behaviour


def breaks_off() -> Behaviour:
    """Closes the connection in the middle of the answer."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        exchange.send(200, b'{"choices": [', promised=500)
        exchange.close_connection = True

    return behaviour


def hangs_up() -> Behaviour:
    """Closes the connection without an answer."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        exchange.close_connection = True

    return behaviour
