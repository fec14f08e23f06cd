"""Appends as the log's own function takes them: any number in one round trip and transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection

from application.ports.event_log import Metadata, NewEvent
from infrastructure.events.codec import EncodedEvent
from infrastructure.postgres.records import branch_of, node_of, parent_of, task_of


class Outcome(StrEnum):
    """What became of an append. Anything but APPENDED left the log as it was.

    BUSY: another transaction was writing to the stream; nobody else was to wait for it.
    """

    APPENDED = "appended"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    WRONG_VERSION = "wrong version"
    BUSY = "busy"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A new event in its recorded form."""

    new: NewEvent
    encoded: EncodedEvent
    metadata_bytes: bytes
    metadata: Metadata

    def arguments(self) -> tuple[object, ...]:
        """One for each of _PER_EVENT."""
        event, encoded = self.new.event, self.encoded
        return (
            *(self.metadata.event_id, encoded.type, encoded.schema_version, encoded.payload),
            *(self.metadata_bytes, self.metadata.recorded_at),
            *(task_of(event), node_of(event), parent_of(event), branch_of(event)),
        )


@dataclass(frozen=True, kw_only=True)
class Append:
    """Events for one stream, and the version that they are to follow."""

    session_id: UUID
    subject_id: UUID
    expected_version: int
    entries: Sequence[Entry]

    def arguments(self) -> tuple[object, ...]:
        """One for each of _PER_APPEND."""
        return (self.session_id, self.subject_id, self.expected_version, len(self.entries))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An append's outcome; the stream's version after it (0 if BUSY); the new events' hashes."""

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
_APPEND_ONE = f"""
WITH appended AS MATERIALIZED (SELECT append_event({_SCALARS}) AS hash)
SELECT hash, CASE WHEN hash IS NOT NULL THEN read_models.project(ARRAY[%b::uuid]) END FROM appended
"""  # noqa: S608 - constants only


def append_all(
    connection: Connection[tuple[Any, ...]], appends: Sequence[Append]
) -> Sequence[Answer]:
    """Append all that can be, none of them empty; the answers in the order of `appends`.

    Raises the driver's errors.
    """
    if len(appends) == 1 and len(appends[0].entries) == 1:
        append = appends[0]
        arguments = [*append.arguments()[:-1], *append.entries[0].arguments(), append.session_id]
        if (hash_ := _call(connection, _APPEND_ONE, arguments)[0][0]) is not None:
            version = append.expected_version + 1
            return [Answer(outcome=Outcome.APPENDED, version=version, hashes=[hash_])]
    # Heads are locked in one order by all, so that no two calls wait for each other.
    order = sorted(range(len(appends)), key=lambda index: appends[index].session_id.int)
    sorted_appends = [appends[index] for index in order]
    entries = [entry for append in sorted_appends for entry in append.entries]
    arrays = [
        list(array)
        for array in (
            *zip(*(append.arguments() for append in sorted_appends), strict=True),
            *zip(*(entry.arguments() for entry in entries), strict=True),
        )
    ]
    answers = {
        order[number - 1]: Answer(outcome=Outcome(outcome), version=version, hashes=hashes or ())
        for number, outcome, version, hashes in _call(connection, _APPEND, arrays)
    }
    return [answers[index] for index in range(len(appends))]


def _call(
    connection: Connection[tuple[Any, ...]], call: LiteralString, arguments: Sequence[object]
) -> Sequence[tuple[Any, ...]]:
    """The function's rows. Prepared, and binary both ways: half the driver's work otherwise."""
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(call, arguments, prepare=True).fetchall()
