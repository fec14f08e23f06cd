"""Moving what closed sessions say to object storage."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from application.archive import ArchiveDiffers, Archiver
from application.ports.archive import ArchivedMeanwhile, ArchivedPart, ChainBroken, NotClosed
from domain.session.errors import SessionUnknown
from interfaces.cli.events import SessionNotFound
from interfaces.cli.plain_text import counted, one_line, printable
from interfaces.cli.startup import started_settings
from interfaces.composition.archives import archiving

console = Console(soft_wrap=True, highlight=False)

_OF_ONE_SESSION = (SessionUnknown, NotClosed, ChainBroken, ArchiveDiffers, ArchivedMeanwhile)


class SomeNotArchived(Exception):
    """The others were."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{counted(count, 'session')} could not be archived: why is said above.")


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
        ended = [_archived(found.archiver, each) for each in dict.fromkeys(named)]
    parts = [part for part in ended if isinstance(part, ArchivedPart)]
    size = counted(sum(part.size_bytes for part in parts), "byte")
    console.print(f"Archived {counted(len(parts), 'session')}, {size}.")
    if refused := sum(isinstance(each, Exception) for each in ended):
        raise SomeNotArchived(refused)


def _archived(archiver: Archiver, session_id: UUID) -> ArchivedPart | Exception | None:
    """Archive and tell; one session that cannot be archived keeps no other from it."""
    try:
        part = archiver.archive(session_id)
    except _OF_ONE_SESSION as refused:
        console.print(f"{session_id}: not archived: {printable(str(refused))}")
        return refused
    if part is None:
        console.print(f"{session_id}: archived already")
    else:
        events = part.events.last_version - part.events.first_version + 1
        console.print(f"{session_id}: {counted(events, 'event')}, archives/{part.digest}")
    return part


def _session_id(session: str) -> UUID:
    try:
        return UUID(session.removeprefix("session-"))
    except ValueError:
        raise SessionNotFound(
            f"{one_line(session)!r} is not a session's id, which is a UUID."
        ) from None
