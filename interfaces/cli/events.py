"""A session's audit trail in the terminal."""

import sys
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from application.ports.event_log import EventLog, RecordedEvent, session_stream
from application.ports.read_models import ReadModels
from interfaces.cli.event_table import event_table
from interfaces.cli.plain_text import one_line
from interfaces.cli.startup import started_settings
from interfaces.composition.databases import Records, records
from interfaces.http.event_documents import event_document

_PAGE = 500
_SUGGESTED = 5


class SessionNotFound(Exception):
    """The log holds no such session; the message names some that it does hold."""


def events(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")],
    *,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object a line."),
    ] = False,
) -> None:
    """List a session's events in the order in which they were appended."""
    settings = started_settings(quiet=True)
    with records(settings) as found:
        stream = stream_of(session, found)
        recorded = every_event(found.log, stream)
        if as_json:
            for each in recorded:
                sys.stdout.buffer.write(event_document(each) + b"\n")
            sys.stdout.flush()
        else:
            console = Console()
            console.print(event_table(list(recorded), console.width))


def stream_of(session: str, found: Records) -> str:
    """The stream of the session named. Raises SessionNotFound."""
    try:
        stream = session_stream(UUID(session.removeprefix("session-")))
    except ValueError:
        raise SessionNotFound(
            f"{one_line(session)!r} is not a session's id, which is a UUID. "
            f"{_suggestions(found.read_models)}"
        ) from None
    if not found.log.read(stream, limit=1):
        raise SessionNotFound(
            f"There is no session {session} in this log. {_suggestions(found.read_models)}"
        )
    return stream


def _suggestions(read_models: ReadModels) -> str:
    newest = read_models.sessions(limit=_SUGGESTED)
    if not newest:
        return "It holds no session yet."
    lines = [f"  {view.session_id}  {one_line(view.title)}" for view in newest]
    return "\n".join(["The newest ones are:", *lines])


def every_event(log: EventLog, stream: str) -> Iterator[RecordedEvent]:
    version = 0
    while page := log.read(stream, after_version=version, limit=_PAGE):
        yield from page
        version = page[-1].version
