"""Appends as the log's own function takes them: any number in one round trip and transaction."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from psycopg import Connection

from application.ports.event_log import NewEvent
from infrastructure.events.codec import EncodedEvent
from infrastructure.postgres.prepared import (
    BIGINT,
    BYTEA,
    INTEGER,
    TEXT,
    TIMESTAMPTZ,
    UUID_,
    Kind,
    Prepared,
)
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


class Row(NamedTuple):
    """A new event in its recorded form, with the columns that queries join on."""

    event_id: UUID
    type: str
    schema_version: int
    payload: bytes
    metadata: bytes
    recorded_at: datetime
    task_id: UUID | None
    node_id: UUID | None
    parent_id: UUID | None
    branch: str | None

    @classmethod
    def of(cls, new: NewEvent, encoded: EncodedEvent, metadata_bytes: bytes) -> Self:
        """The row of an event that was encoded."""
        return cls(
            event_id=new.metadata.event_id,
            type=encoded.type,
            schema_version=encoded.schema_version,
            payload=encoded.payload,
            metadata=metadata_bytes,
            recorded_at=new.metadata.recorded_at,
            task_id=task_of(new.event),
            node_id=node_of(new.event),
            parent_id=parent_of(new.event),
            branch=branch_of(new.event),
        )


class Append(NamedTuple):
    """Events for one stream, and the version that they are to follow."""

    session_id: UUID
    subject_id: UUID
    expected_version: int
    rows: Sequence[Row]

    def arguments(self) -> tuple[object, ...]:
        """One for each of _PER_APPEND."""
        return (self.session_id, self.subject_id, self.expected_version, len(self.rows))


class Answer(NamedTuple):
    """An append's outcome; the stream's version after it (0 if BUSY); the new events' hashes."""

    outcome: Outcome
    version: int
    hashes: Sequence[bytes]


_PER_APPEND = (UUID_, UUID_, BIGINT, INTEGER)
_PER_EVENT = (
    *(UUID_, TEXT, INTEGER, BYTEA, BYTEA, TIMESTAMPTZ),
    *(UUID_, UUID_, UUID_, TEXT),
)


def _parameters(kinds: Sequence[Kind], suffix: str = "") -> str:
    return ", ".join(f"${n}::{kind.name}{suffix}" for n, kind in enumerate(kinds, start=1))


_ALL = (*_PER_APPEND, *_PER_EVENT)
_APPEND = Prepared(
    "append",
    f"SELECT * FROM append_and_project({_parameters(_ALL, '[]')})",  # noqa: S608 - constants only
)
# One event needs no count, and no arrays.
_ONE = (*_PER_APPEND[:-1], *_PER_EVENT)
_APPEND_ONE = Prepared(
    "append_one",
    f"""
    SELECT hash, CASE WHEN hash IS NOT NULL THEN read_models.project(ARRAY[$1::uuid]) END
    FROM (SELECT append_event({_parameters(_ONE)}) AS hash) AS appended
    """,  # noqa: S608 - constants only
)


def append_all(
    connection: Connection[tuple[Any, ...]], appends: Sequence[Append]
) -> Sequence[Answer]:
    """Append all that can be, none of them empty; the answers in the order of `appends`.

    In a transaction as a cursor would be: without autocommit it is the caller's to end. Raises the
    driver's errors.
    """
    if len(appends) == 1 and len(appends[0].rows) == 1:
        append = appends[0]
        if (hash_ := _append_one(connection, append, append.rows[0])) is not None:
            return [Answer(Outcome.APPENDED, append.expected_version + 1, (hash_,))]
    # Heads are locked in one order by all, so that no two calls wait for each other.
    order = sorted(range(len(appends)), key=lambda index: appends[index].session_id.int)
    sorted_appends = [appends[index] for index in order]
    columns = (
        *zip(*(append.arguments() for append in sorted_appends), strict=True),
        *zip(*(row for append in sorted_appends for row in append.rows), strict=True),
    )
    arrays = [kind.array(column) for kind, column in zip(_ALL, columns, strict=True)]
    answers = {
        order[number - 1]: Answer(outcome=Outcome(outcome), version=version, hashes=hashes or ())
        for number, outcome, version, hashes in _APPEND.rows(connection, arrays)
    }
    return [answers[index] for index in range(len(appends))]


def _append_one(connection: Connection[tuple[Any, ...]], append: Append, row: Row) -> bytes | None:
    """The new event's hash; None when anything does not fit, and nothing was done."""
    # In the order of _ONE, and without a loop over it, which takes as long again.
    sent = [
        UUID_.send(append.session_id),
        UUID_.send(append.subject_id),
        BIGINT.send(append.expected_version),
        UUID_.send(row.event_id),
        TEXT.send(row.type),
        INTEGER.send(row.schema_version),
        row.payload,
        row.metadata,
        TIMESTAMPTZ.send(row.recorded_at),
        None if row.task_id is None else UUID_.send(row.task_id),
        None if row.node_id is None else UUID_.send(row.node_id),
        None if row.parent_id is None else UUID_.send(row.parent_id),
        None if row.branch is None else TEXT.send(row.branch),
    ]
    return _APPEND_ONE.first_value(connection, sent)
