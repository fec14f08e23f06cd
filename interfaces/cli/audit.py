"""A session's audit bundle: making it from the log, and proving it without the log."""

import json
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from application.audit import BundleOptions, Exported
from interfaces.cli import verify_bundle
from interfaces.cli.events import SessionNotFound
from interfaces.cli.plain_text import counted, mebibytes, one_line, printable
from interfaces.cli.startup import started_settings
from interfaces.cli.whole_files import require_place, written_whole
from interfaces.composition.audits import joined_audit_exporter

app = typer.Typer(
    help="Proof of a session's history, for others to check.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def audit() -> None:
    """Proof of a session's history, for others to check."""


@app.command()
def export(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default audit-SESSION.zip."),
    ] = None,
    snapshots: Annotated[
        bool, typer.Option("--snapshots", help="Put the tables' files in, not only their digests.")
    ] = False,
    uploads: Annotated[
        bool,
        typer.Option("--with-uploads", help="Put the uploaded files in, to replay from them."),
    ] = False,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Put the key in that opens what people wrote: keep it safe."),
    ] = False,
    since: Annotated[
        list[int] | None,
        typer.Option(
            metavar="SIZE", help="Prove that the log only grew since its checkpoint of this size."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write a session's events, and the proof that they are in the log, to one file."""
    settings = started_settings(quiet=True)
    session_id = _session_id(session)
    destination = out or Path(f"audit-{session_id}.zip")
    require_place(destination, force=force)
    options = BundleOptions(snapshots=snapshots, uploads=uploads, reveal=reveal, since=since or ())
    with joined_audit_exporter(settings) as exporter, _bars() as bars:
        chosen = {"snapshots": snapshots, "uploads": uploads}
        wanted = ("events", "proofs", *(what for what in chosen if chosen[what]))
        tasks = {what: bars.add_task(what, total=None) for what in wanted}

        def show(what: str, done: int, total: int) -> None:
            bars.update(tasks[what], completed=done, total=total)

        with written_whole(destination) as written:
            exported = exporter.export(session_id, written, options, show)
            if reveal:
                written.chmod(0o600)
    _say(exported, destination, options)


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE")],
    *,
    public_key: Annotated[
        str | None,
        typer.Option(metavar="VKEY", help="The log's key as you know it, or a file with it."),
    ] = None,
    anchor: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An older checkpoint or bundle that you kept."),
    ] = None,
    anchor_key: Annotated[
        str | None,
        typer.Option(metavar="VKEY", help="The log's key at that time, if it has another now."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the events, once proven.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Prove a bundle offline.

    Exit codes: 0 proven, 1 not proven, 2 unreadable, 3 proven under the bundle's own key only,
    which anybody may have made, as no --public-key was given.
    """
    with _bars() as bars:
        task = bars.add_task("events", total=None)
        verification = verify_bundle.verify(
            bundle,
            public_key=public_key,
            anchor=anchor,
            anchor_key=anchor_key,
            show=show,
            on_event=lambda done, total: bars.update(task, completed=done, total=total),
        )
    if as_json:
        typer.echo(json.dumps(verify_bundle.as_document(verification), indent=2))
    else:
        typer.echo(verify_bundle.told(verification, bundle), nl=False)
    sys.exit(verification.report.exit_code)


def _session_id(session: str) -> UUID:
    try:
        return UUID(session.removeprefix("session-"))
    except ValueError:
        raise SessionNotFound(
            f"{one_line(session)!r} is not a session's id, which is a UUID. "
            "The service lists them at GET /v1/sessions."
        ) from None


def _say(exported: Exported, destination: Path, options: BundleOptions) -> None:
    console = Console(soft_wrap=True, highlight=False)
    size = mebibytes(destination.stat().st_size)
    lines = [
        f"Wrote {printable(str(destination))}, {size}: {counted(exported.events, 'event')}, "
        f"proven under the log's checkpoint of {counted(exported.checkpoint.size, 'event')}.",
        f"Check it anywhere: datatrail audit verify {printable(str(destination))} "
        f"--public-key {exported.public_key}",
    ]
    if options.reveal and exported.has_sealed:
        lines.append("It holds the key to what people wrote in this session: keep it safe.")
    elif exported.has_sealed:
        lines.append(
            "What people wrote in it is sealed; --reveal adds the key, if it was not erased."
        )
    for line in lines:
        console.print(line, markup=False)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
