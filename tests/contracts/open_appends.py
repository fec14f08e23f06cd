"""Appends whose transaction a test holds open, through the one function that may write."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine

from application.ports.event_log import Metadata
from infrastructure.events.codec import encode_metadata
from tests.contracts.histories import START

_APPEND = """
SELECT outcome FROM append_events(
    ARRAY[%(session)s]::uuid[], ARRAY[%(session)s]::uuid[], ARRAY[%(after)s]::bigint[],
    ARRAY[%(count)s]::integer[], %(ids)s::uuid[],
    array_fill('SessionClosed'::text, ARRAY[%(count)s]), array_fill(1, ARRAY[%(count)s]),
    array_fill('{}'::bytea, ARRAY[%(count)s]), %(metadatas)s::bytea[],
    array_fill(%(at)s::timestamptz, ARRAY[%(count)s]), array_fill(NULL::uuid, ARRAY[%(count)s]),
    array_fill(NULL::uuid, ARRAY[%(count)s]), array_fill(NULL::uuid, ARRAY[%(count)s]),
    array_fill(NULL::text, ARRAY[%(count)s])
)
"""


def append_on(
    connection: Connection, *, session_id: UUID | None = None, after: int = 0, count: int = 1
) -> list[UUID]:
    """Append events that say nothing, in the transaction of `connection`; their ids."""
    ids = [uuid4() for _ in range(count)]
    metadatas = [
        encode_metadata(
            Metadata(event_id=id_, actor="ann", recorded_at=START, correlation_id=uuid4())
        )
        for id_ in ids
    ]
    outcome = connection.exec_driver_sql(
        _APPEND,
        {
            "session": session_id or uuid4(),
            "after": after,
            "count": count,
            "ids": ids,
            "metadatas": metadatas,
            "at": START,
        },
    ).scalar_one()
    assert outcome == "appended"
    return ids


def append_now(
    engine: Engine, *, session_id: UUID | None = None, after: int = 0, count: int = 1
) -> list[UUID]:
    """The same, committed."""
    with engine.begin() as connection:
        return append_on(connection, session_id=session_id, after=after, count=count)


@contextmanager
def slow_append(engine: Engine) -> Iterator[UUID]:
    """An append whose transaction stays open until the block ends, then commits; its event's id."""
    with engine.connect() as connection:
        (event_id,) = append_on(connection)
        yield event_id
        connection.commit()
