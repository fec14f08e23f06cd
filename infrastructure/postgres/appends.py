"""Appends as the log's own function takes them: any number in one round trip and transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection

from application.ports.event_log import Metadata, NewEvent
from infrastructure.events.codec import EncodedEvent
from infrastructure.postgres.records import branch_of, node_of, parent_of, task_of


class Outcome(StrEnum):
    """What became of an append. Anything but APPENDED left the log as it was."""

    APPENDED = "appended"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    WRONG_VERSION = "wrong version"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A new event in its recorded form."""

    new: NewEvent
    encoded: EncodedEvent
    metadata_bytes: bytes
    metadata: Metadata


@dataclass(frozen=True, kw_only=True)
class Append:
    """Events for one stream, and the version that they are to follow."""

    session_id: UUID
    subject_id: UUID
    expected_version: int
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An append's outcome; the stream's version after it; the new events' hashes."""

    outcome: Outcome
    version: int
    hashes: Sequence[bytes]


_PER_APPEND = ("uuid", "uuid", "bigint", "integer")
_PER_EVENT = (
    *("uuid", "text", "integer", "bytea", "bytea", "timestamptz"),
    *("uuid", "uuid", "uuid", "text"),
)

_ARRAYS = ", ".join(f"%b::{kind}[]" for kind in (*_PER_APPEND, *_PER_EVENT))
_APPEND = f"SELECT * FROM append_and_project({_ARRAYS})"  # noqa: S608 - constants only
# One event needs no count, and the driver adapts scalars several times quicker than arrays.
_SCALARS = ", ".join(f"%b::{kind}" for kind in (*_PER_APPEND[:-1], *_PER_EVENT))
_APPEND_ONE = f"SELECT * FROM append_event_and_project({_SCALARS})"  # noqa: S608 - constants only


def append_all(
    connection: Connection[tuple[Any, ...]], appends: Sequence[Append]
) -> Sequence[Answer]:
    """Append all that can be, none of them empty; the answers in the order of `appends`.

    Raises the driver's errors.
    """
    if [len(append.entries) for append in appends] == [1]:
        scalars = [value for array in _arguments(appends) for value in array]
        version, hash_ = _call(connection, _APPEND_ONE, scalars[:3] + scalars[4:])[0]
        if version is not None:
            return [Answer(outcome=Outcome.APPENDED, version=version, hashes=[hash_])]
    # Heads are locked in one order by all, so that no two calls wait for each other.
    order = sorted(range(len(appends)), key=lambda index: appends[index].session_id)
    arguments = list(_arguments([appends[index] for index in order]))
    answers = {
        order[number - 1]: Answer(outcome=Outcome(outcome), version=version, hashes=hashes or ())
        for number, outcome, version, hashes in _call(connection, _APPEND, arguments)
    }
    return [answers[index] for index in range(len(appends))]


def _call(
    connection: Connection[tuple[Any, ...]], call: LiteralString, arguments: Sequence[object]
) -> Sequence[tuple[Any, ...]]:
    """The function's rows. Prepared, and binary both ways: half the driver's work otherwise."""
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(call, arguments, prepare=True).fetchall()


def _arguments(appends: Sequence[Append]) -> Iterator[list[object]]:
    """One array for each of _PER_APPEND, then of _PER_EVENT."""
    yield [append.session_id for append in appends]
    yield [append.subject_id for append in appends]
    yield [append.expected_version for append in appends]
    yield [len(append.entries) for append in appends]
    entries = [entry for append in appends for entry in append.entries]
    yield [entry.metadata.event_id for entry in entries]
    yield [entry.encoded.type for entry in entries]
    yield [entry.encoded.schema_version for entry in entries]
    yield [entry.encoded.payload for entry in entries]
    yield [entry.metadata_bytes for entry in entries]
    yield [entry.metadata.recorded_at for entry in entries]
    yield [task_of(entry.new.event) for entry in entries]
    yield [node_of(entry.new.event) for entry in entries]
    yield [parent_of(entry.new.event) for entry in entries]
    yield [branch_of(entry.new.event) for entry in entries]
