"""Moving what closed sessions say to object storage."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from application.ports.archive import ArchivedPart
from interfaces.cli.events import SessionNotFound
from interfaces.cli.plain_text import counted, one_line
from interfaces.cli.startup import started_settings
from interfaces.composition import archiving

console = Console(soft_wrap=True, highlight=False)


def archive(
    sessions: Annotated[
        list[str] | None, typer.Argument(metavar="[SESSION]...", help="Closed sessions.")
    ] = None,
    *,
    closed_before: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Also every session that was closed before this day or time, in UTC.",
        ),
    ] = None,
) -> None:
    """Move the bytes of closed sessions' events to object storage, as Parquet files.

    Everything reads as before, and every event stays and proves them. It needs the owner's URL,
    and does no harm when it is killed or run again.
    """
    named = [_session_id(session) for session in sessions or ()]
    if not named and closed_before is None:
        raise typer.BadParameter("name a session, or give --closed-before")
    with archiving(started_settings(quiet=True)) as found:
        if closed_before is not None:
            named += found.log.closed_before(closed_before.replace(tzinfo=UTC))
        parts = [_told(each, found.archiver.archive(each)) for each in dict.fromkeys(named)]
    _sum_up([part for part in parts if part is not None])


def _told(session_id: UUID, part: ArchivedPart | None) -> ArchivedPart | None:
    if part is None:
        console.print(f"{session_id}: archived already")
    else:
        events = part.events.last_version - part.events.first_version + 1
        console.print(f"{session_id}: {counted(events, 'event')}, archives/{part.digest}")
    return part


def _sum_up(parts: Sequence[ArchivedPart]) -> None:
    size = counted(sum(part.size_bytes for part in parts), "byte")
    console.print(f"Archived {counted(len(parts), 'session')}, {size}.")


def _session_id(session: str) -> UUID:
    try:
        return UUID(session.removeprefix("session-"))
    except ValueError:
        raise SessionNotFound(
            f"{one_line(session)!r} is not a session's id, which is a UUID."
        ) from None
