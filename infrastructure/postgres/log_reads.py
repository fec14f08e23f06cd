"""Reading events in their order, past SQLAlchemy: its rows take several times as long."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.numeric import Int8
from sqlalchemy import Connection

from infrastructure.events.codec import EventCodec
from infrastructure.postgres.lazy_events import LazyEvent

_STORED = """
    'session-' || e.session_id, e.version, e.type, e.schema_version, e.payload, e.metadata, e.hash
"""
_PAGE = """
SELECT max(position), min(id - position), max(id - position)
FROM (SELECT position, id FROM log_order WHERE position > %b ORDER BY position LIMIT %b) AS page
"""
# Both without an order: the server would sort before it sends anything.
_RUN = f"""
SELECT e.id - %b, {_STORED} FROM events e WHERE e.id >= %b AND e.id <= %b
"""  # noqa: S608 - constants only
_ANY_ORDER = f"""
SELECT o.position, {_STORED} FROM log_order o JOIN events e ON e.id = o.id
WHERE o.position > %b AND o.position <= %b AND e.id >= %b AND e.id <= %b
"""  # noqa: S608 - constants only
_OF_STREAM = f"""
SELECT o.position, {_STORED} FROM events e LEFT JOIN log_order o ON o.id = e.id
WHERE e.session_id = %b AND e.version > %b ORDER BY e.version LIMIT %b
"""  # noqa: S608 - constants only

# The server goes on while these are taken: with a whole page at once, one waits for the other.
_TAKEN_AT_ONCE = 50


def stored_in_log(
    connection: Connection, codec: EventCodec, *, after: int, limit: int
) -> Sequence[LazyEvent]:
    """At most `limit` events after a position, in order, to be made `readable`.

    Raises the driver's errors.
    """
    with _driver(connection) as driver:
        with driver.cursor(binary=True) as cursor:
            page = cursor.execute(_PAGE, [Int8(after), Int8(limit)], prepare=True).fetchone()
        if page is None or page[0] is None:
            return []
        # Positions have no gaps and stay: whatever is sequenced now comes after the last.
        last, least, most = page
        ids = [Int8(after + 1 + least), Int8(last + most)]
        if least == most:
            # Ids count on as positions do, as those of writers who do not meet.
            events = _stored(driver, codec, _RUN, [Int8(least), *ids])
        else:
            # Told between which ids they lie, the server passes over them once. From positions
            # alone it would seek each.
            events = _stored(driver, codec, _ANY_ORDER, [Int8(after), Int8(last), *ids])
    return sorted(events, key=attrgetter("position"))


def stored_in_stream(
    connection: Connection,
    codec: EventCodec,
    session_id: UUID,
    *,
    after_version: int,
    limit: int | None,
) -> Sequence[LazyEvent]:
    """The same of a session after a version; all of them without a `limit`."""
    most = None if limit is None else Int8(limit)
    with _driver(connection) as driver:
        return _stored(driver, codec, _OF_STREAM, [session_id, Int8(after_version), most])


def _stored(
    driver: psycopg.Connection[Any],
    codec: EventCodec,
    query: LiteralString,
    parameters: Sequence[object],
) -> list[LazyEvent]:
    make = LazyEvent._make
    with driver.cursor(binary=True) as cursor:
        rows = cursor.stream(query, parameters, size=_TAKEN_AT_ONCE)
        return [make((*row, codec)) for row in rows]


@contextmanager
def _driver(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    """The psycopg connection; if it breaks, the pool is told."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
    try:
        yield driver
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise
