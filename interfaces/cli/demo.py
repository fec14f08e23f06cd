"""`datatrail demo`: the main job on a real, messy file, through the real API."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from interfaces.cli.api_client import ApiClient
from interfaces.cli.demo_script import SAMPLE
from interfaces.cli.demonstration import Demonstration
from interfaces.cli.plain_text import printable
from interfaces.cli.startup import started_settings
from interfaces.composition.processes import opened, service
from interfaces.http.server import serving
from interfaces.relay import relaying
from interfaces.settings import Settings
from interfaces.worker import working

console = Console(highlight=False)
progress = Console(stderr=True)


class NoSuchFile(Exception):
    """The file to demonstrate on is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"There is no file {file}. Check the path, or give none for the sample.")


def demo(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A table of yours; else a sample.")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep data and export in DIR, to look at afterwards."),
    ] = None,
) -> None:
    """Clean a messy file from upload to export, and show every step.

    Runs the whole service for a moment, on data of its own: it touches no other session.
    """
    source = SAMPLE if file is None else file
    if not source.is_file():
        raise NoSuchFile(source)
    settings = started_settings(quiet=True)
    with _home(keep) as home, ExitStack() as stack:
        with progress.status("Starting the database, the API, the relay and the workers"):
            url = stack.enter_context(_running(_embedded(settings, home)))
        console.print(f"Datatrail runs at {url}", soft_wrap=True)
        with progress.status("Working") as status:
            client = ApiClient(url, title=f"Demonstration on {printable(source.name)[:150]}")
            stack.callback(client.close)
            Demonstration(client, console, say=status.update).run(source, home / "cleaned.csv")
    _say_where_to_look_next(client.session_id, keep)


@contextmanager
def _home(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="datatrail-demo-") as directory:
        yield Path(directory)


def _embedded(settings: Settings, home: Path) -> Settings:
    """These settings with every part in this process, whatever they are otherwise."""
    return settings.model_copy(
        update={
            "home": home,
            "database_url": None,
            "amqp_url": None,
            "s3_bucket": None,
            "keys_bucket": None,
            "model_base_url": None,
        }
    )


@contextmanager
def _running(settings: Settings) -> Iterator[str]:
    """The whole service in this process, on a port that is free; gives its URL."""
    with (
        opened(settings) as adapters,
        working(adapters),
        relaying(adapters),
        serving(service(adapters), host="127.0.0.1", port=0) as url,
    ):
        yield url


def _say_where_to_look_next(session_id: str, keep: Path | None) -> None:
    console.rule("Where to look next", align="left", style="dim")
    console.print("[bold]make up[/]                     starts the service for your own files")
    console.print("[bold]http://127.0.0.1:8000/docs[/]  is its API, to try in a browser")
    console.print("[bold]datatrail profile FILE[/]      says what is in a file of yours")
    if keep is None:
        console.print("[bold]datatrail demo --keep DIR[/]   keeps the data and the export")
        return
    home = f"DATATRAIL_HOME={escape(str(keep.absolute()))}"
    for verb in (f"events {session_id}", "up"):
        console.print(f"[bold]{home} datatrail {verb}[/]", soft_wrap=True)
    console.print(f"The cleaned table is {escape(str(keep / 'cleaned.csv'))}", soft_wrap=True)
