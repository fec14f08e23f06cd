"""Projections: read models that can be thrown away and built anew from the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from application.ports.progress import OnProgress
from application.ports.projections import (
    Build,
    BuildState,
    Difference,
    Projections,
    UnknownProjection,
)
from interfaces.cli.plain_text import counted, one_line, printable
from interfaces.cli.startup import started_settings
from interfaces.composition.databases import projections as opened

app = typer.Typer(
    help="Read models folded from the log.", no_args_is_help=True, add_completion=False
)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Which ones; all, if none is named.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Which one.")]

DIFFERENT = 1
"""The exit status of `verify` when a projection is not what the log says."""

_DIGEST_CHARACTERS = 8


@app.callback()
def projections() -> None:
    """Read models folded from the log."""


@app.command("list")
def list_builds() -> None:
    """Show each projection's builds: what is live, kept, unfinished, or was verified."""
    with opened(started_settings(quiet=True)) as projections:
        builds = projections.builds()
    table = Table(box=box.SIMPLE)
    for heading in ("projection", "build", "state", "events", "since", "digest"):
        table.add_column(heading, no_wrap=True)
    for build in builds:
        since = (build.built_at or build.began_at).astimezone()
        table.add_row(
            build.projection,
            str(build.number),
            build.state,
            f"{build.events:,}",
            f"{since:%Y-%m-%d %H:%M}",
            _kept_digest(build),
        )
    console = Console(soft_wrap=True)
    console.print(table)
    for build in builds:
        if remarks := "; ".join(_remarks(build)):
            console.print(Text(f"Build {build.number} of {build.projection}: {remarks}."))


@app.command()
def rebuild(names: Names = None) -> None:
    """Build projections anew from the log and swap them in, while the service runs or not.

    What was begun and not finished is gone on with. The build before is kept for `rollback`.
    """
    with _working(names) as (projections, chosen, show):
        built = [projections.rebuild(name, show) for name in chosen]
    for build in built:
        Console().print(Text("; ".join([f"Rebuilt {build.projection}", *_compared(build)]) + "."))


@app.command()
def verify(names: Names = None) -> None:
    """Build projections beside the live ones and compare; exits with 1 if they differ."""
    with _working(names) as (projections, chosen, show):
        built = [projections.verify(name, show) for name in chosen]
    for build in built:
        Console().print(Text("; ".join([f"Verified {build.projection}", *_compared(build)]) + "."))
    if any(build.differences for build in built):
        raise typer.Exit(DIFFERENT)


@app.command()
def rollback(name: Name) -> None:
    """Bring the build back that was live before, caught up with the log."""
    with _working([name]) as (projections, (chosen,), show):
        build = projections.rollback(chosen, show)
    Console().print(f"Build {build.number} of {build.projection} is live again.")


@contextmanager
def _working(names: list[str] | None) -> Iterator[tuple[Projections, list[str], OnProgress]]:
    """The projections, those that are named, and bars that show how far the work on them is."""
    with opened(started_settings(quiet=True)) as projections, _bars() as bars:
        known = projections.names()
        chosen = list(dict.fromkeys(names or known))
        for name in chosen:
            if name not in known:
                raise UnknownProjection(name, known)
        rows = {name: bars.add_task(name, total=None) for name in chosen}

        def show(name: str, done: int, total: int) -> None:
            bars.update(rows[name], completed=done, total=total)

        yield projections, chosen, show


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _kept_digest(build: Build) -> str:
    """Of the live build, the digest is of rows that have gone on since: it fits no other."""
    digest = None if build.state is BuildState.LIVE else build.digest
    return (digest or "")[:_DIGEST_CHARACTERS]


def _remarks(build: Build) -> Iterator[str]:
    if build.is_running:
        yield "being worked on"
    elif build.state is BuildState.BUILDING:
        yield "unfinished: a rebuild goes on with it"
    if build.error:
        yield f"stopped: {printable(build.error)}"
    if not build.is_current:
        yield "made by another version of Datatrail"
    if build.differences:
        yield from map(_told, build.differences)


def _compared(build: Build) -> Iterator[str]:
    match build.differences:
        case None:
            yield "there was nothing to compare it with"
        case ():
            yield "the live one was what the log says"
        case differences:
            yield from map(_told, differences)


def _told(difference: Difference) -> str:
    examples = ", ".join(one_line(key, 80) for key in difference.examples)
    return (
        f"in {difference.table}, {counted(difference.rows, 'row')} of the live build differed "
        f"from the log ({examples})"
    )
