"""The verbs that serve HTTP until they are told to stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer
from rich.console import Console

from application.ports.sandbox import SandboxUnavailable
from interfaces.cli.shared_parts import require_shared_parts
from interfaces.cli.startup import started_settings
from interfaces.composition.processes import Adapters, opened, service
from interfaces.http.server import serve as serve_http
from interfaces.relay import relaying
from interfaces.settings import Settings
from interfaces.worker import working

console = Console()
progress = Console(stderr=True)

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any that is free."),
]


def up(host: Host = None, port: Port = None) -> None:
    """Run the whole service in this process: API, relay and workers.

    Needs no Docker, no root and no key. Data is kept under DATATRAIL_HOME and is there again at
    the next start.
    """
    settings = started_settings()
    with _ended_by_signals(), ExitStack() as everything:
        with progress.status("Starting the database and migrating it"):
            adapters = everything.enter_context(opened(settings))
        with progress.status("Trying the sandbox"):
            _warn_without_jail(adapters)
        everything.enter_context(working(adapters))
        everything.enter_context(relaying(adapters))
        _serve(adapters, settings, host, port)


def _warn_without_jail(adapters: Adapters) -> None:
    """Tables can be read, looked at and exported without a jail; only messages need one."""
    try:
        adapters.sandbox.check()
    except SandboxUnavailable as missing:
        progress.print(f"Messages cannot be worked on here: {missing}", markup=False)
        progress.print("What this machine lacks: datatrail doctor")


def serve(host: Host = None, port: Port = None) -> None:
    """Run the API only; workers and relay run elsewhere."""
    settings = require_shared_parts(started_settings())
    with _ended_by_signals(), opened(settings) as adapters:
        _serve(adapters, settings, host, port)


def _serve(adapters: Adapters, settings: Settings, host: str | None, port: int | None) -> None:
    serve_http(
        service(adapters),
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        on_ready=_announce,
    )


def _announce(url: str) -> None:
    console.print(f"Datatrail listens on [bold]{url}[/]", soft_wrap=True)
    console.print(f"Try it in a browser: {url}/docs    Stop it with Ctrl+C", soft_wrap=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let Ctrl+C and SIGTERM end the process in order, with exit code 0, at whatever point.

    While uvicorn serves it takes them itself, and raises them again when its last request is done.
    """

    def end(_number: int, _frame: object) -> None:
        # Once: a signal in the middle of stopping must not cut that short.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        sys.exit(0)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
