"""Projections: read models that can be thrown away and built anew from the log."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from interfaces.cli.startup import started_settings
from interfaces.composition import projection_names, rebuild_projections

app = typer.Typer(help="Read models folded from the log.", no_args_is_help=True)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Which ones; all, if none is named.")
]


class ProjectionUnknown(Exception):
    """There is no projection of this name."""

    def __init__(self, name: str) -> None:
        known = ", ".join(projection_names())
        super().__init__(f"There is no projection {name!r}. There are: {known}.")


@app.callback()
def projections() -> None:
    """Read models folded from the log."""


@app.command()
def rebuild(names: Names = None) -> None:
    """Build projections anew from the log and swap them in, while the service runs or not."""
    settings = started_settings(quiet=True)
    chosen = list(dict.fromkeys(names or projection_names()))
    for name in chosen:
        if name not in projection_names():
            raise ProjectionUnknown(name)
    with _bars() as bars:
        rows = {name: bars.add_task(name, total=None) for name in chosen}

        def show(name: str, done: int, total: int) -> None:
            bars.update(rows[name], completed=done, total=total)

        rebuild_projections(settings, chosen, show)
    Console().print(f"Rebuilt: {', '.join(chosen)}.")


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
