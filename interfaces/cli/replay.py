"""Making a session's tables again from what was uploaded, to prove that its code gives its data."""

import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from application.recorded_nodes import RecordedNodes, recorded_nodes
from application.replay import Replayer
from interfaces.cli import verify_bundle
from interfaces.cli.events import every_event, stream_of
from interfaces.cli.plain_text import one_line, printable
from interfaces.cli.replay_report import Source, document_of, exit_code_of, told
from interfaces.cli.startup import started_settings
from interfaces.composition.databases import records
from interfaces.composition.replays import opened_events, replayer, replayer_of_bundle
from interfaces.settings import Settings


class NothingToReplay(Exception):
    """What was named is neither a session nor a bundle."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"{one_line(target)!r} is neither a session's id, which is a UUID, nor an audit bundle "
            "that is there."
        )


class BundleNotProven(Exception):
    """Nothing can be said of a session by a bundle that is not what was recorded."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{printable(str(path))} is not proven, so it was not replayed: {printable(why)} "
            "datatrail audit verify says more."
        )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A session's nodes as they were recorded, and what replays them."""

    source: Source
    recorded: RecordedNodes
    replayer: AbstractContextManager[Replayer]


def replay(
    target: Annotated[
        str, typer.Argument(metavar="SESSION", help="A session's id, or the file of its bundle.")
    ],
    *,
    public_key: Annotated[
        str | None,
        typer.Option(metavar="VKEY", help="The log's key as you know it, or a file with it."),
    ] = None,
    fresh_jails: Annotated[
        bool, typer.Option("--fresh-jails", help="Give every step a jail of its own; slower.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make every node of a session again in a jail, and compare it with what is recorded.

    Each node is made of the one that was made again before it, from the uploaded bytes on. Steps
    share a jail; one that does not come out as recorded gets a jail of its own before it is said
    to differ. Nothing is recorded or stored. From a bundle alone: export it with --with-uploads
    and --reveal.

    Exit codes: 0 all nodes are reproduced, 1 some are not, 2 some could not be judged.
    """
    settings = started_settings(quiet=True)
    found = (
        _of_log(settings, target)
        if _is_session(target)
        else _of_bundle(settings, Path(target), public_key)
    )
    with found.replayer as parts, _bar() as bar:
        task = bar.add_task("steps", total=found.recorded.steps)
        replayed = parts.replay(
            found.recorded,
            lambda _what, done, total: bar.update(task, completed=done, total=total),
            fresh_jails=fresh_jails,
        )
    if as_json:
        typer.echo(json.dumps(document_of(replayed, found.source), indent=2, ensure_ascii=False))
    else:
        console = Console(soft_wrap=True, highlight=False)
        for line in told(replayed, found.source):
            console.print(line, markup=False)
    sys.exit(exit_code_of(replayed))


def _of_log(settings: Settings, session: str) -> _Found:
    with records(settings) as found:
        stream = stream_of(session, found)
        recorded = recorded_nodes(each.event for each in every_event(found.log, stream))
    source = Source(session_id=stream.removeprefix("session-"))
    return _Found(source=source, recorded=recorded, replayer=nullcontext(replayer(settings)))


def _of_bundle(settings: Settings, path: Path, public_key: str | None) -> _Found:
    if not path.is_file():
        raise NothingToReplay(str(path))
    verification = verify_bundle.verify(path, public_key=public_key, show=True)
    report = verification.report
    if report.unreadable or report.problems:
        raise BundleNotProven(path, _why(report.unreadable, report.problems))
    events = opened_events(
        (event.type, event.schema_version, payload) for event, payload in verification.shown
    )
    source = Source(session_id=report.session_id, bundle=path, key_was_given=report.key_was_given)
    return _Found(
        source=source,
        recorded=recorded_nodes(events),
        replayer=replayer_of_bundle(settings, path),
    )


def _why(unreadable: str, problems: Sequence[verify_bundle.Problem]) -> str:
    return f"{unreadable}." if unreadable else problems[0].sentence


def _is_session(target: str) -> bool:
    try:
        UUID(target.removeprefix("session-"))
    except ValueError:
        return False
    return True


def _bar() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("Replaying {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
