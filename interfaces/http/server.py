"""Serving HTTP with uvicorn."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from interfaces.http.app import create_app
from interfaces.http.event_streams import HEARTBEAT_SECONDS
from interfaces.http.session_watch import SessionWatch
from interfaces.service import Service

GRACE_SECONDS = 10
BACKLOG = 2048
# A request gives the interpreter up at each wait for the database, and gets it back behind those
# that compute: a thread that looks at an upload would keep it for Python's usual 5 ms each time.
SWITCH_SECONDS = 0.0005
MESSAGE_BYTES = 4096


class AddressUnusable(Exception):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port} ({reason}). Choose another host with --host or "
            "DATATRAIL_HOST, or another port with --port or DATATRAIL_PORT; port 0 is any that is "
            "free."
        )


def serve(
    service: Service, *, host: str, port: int, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` is given the URL once the address is ours.

    Raises AddressUnusable.
    """
    with _listen(host, port) as listener:
        if on_ready is not None:
            on_ready(_url(listener))
        _server(service).run(sockets=[listener])


@contextmanager
def serving(service: Service, *, host: str, port: int) -> Iterator[str]:
    """Serve in a background thread while the context lasts, and give the URL.

    Raises AddressUnusable.
    """
    with _listen(host, port) as listener:
        server = _server(service)
        thread = threading.Thread(target=server.run, args=([listener],), name="http")
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                time.sleep(0.01)
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Waits for open requests when it stops, so it first ends those that would never end."""

    def __init__(self, config: uvicorn.Config, watch: SessionWatch) -> None:
        super().__init__(config)
        self._watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order."""
        self._watch.close()
        await super().shutdown(sockets)


class _SocketProtocol(WebSocketsSansIOProtocol):
    """Knows that a WebSocket which was refused is answered; uvicorn would log an error for it."""

    async def send(self, message: ASGISendEvent) -> None:
        """Send it."""
        await super().send(message)
        self.handshake_complete = self.handshake_complete or self.close_sent


def _server(service: Service) -> uvicorn.Server:
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(service)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws=_SocketProtocol,
        # Clients have nothing to say there.
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=HEARTBEAT_SECONDS,
        ws_ping_timeout=HEARTBEAT_SECONDS,
    )
    return _Server(config, app.state.watch)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        # Python adds the address to the system's reason, and we say it ourselves.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise AddressUnusable(host, port, reason) from error
    # A connection has it from its listener; asyncio sets it only where the protocol is named, which
    # it is not here. Without it, the body of an answer waits 40 ms for its header's receipt.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
