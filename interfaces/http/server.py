"""Serving HTTP with uvicorn."""

import socket
from collections.abc import Callable

import uvicorn

from interfaces.http.app import create_app
from interfaces.service import Service

GRACE_SECONDS = 10
BACKLOG = 2048


class AddressUnusable(Exception):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port} ({reason}). Choose another with --port or "
            "DATATRAIL_PORT; port 0 takes any that is free."
        )


def serve(
    service: Service, *, host: str, port: int, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` is given the URL once the address is ours.

    Raises AddressUnusable.
    """
    listener = _listen(host, port)
    with listener:
        config = uvicorn.Config(
            create_app(service),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        if on_ready is not None:
            on_ready(_url(listener))
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressUnusable(host, port, error.strerror or str(error)) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
