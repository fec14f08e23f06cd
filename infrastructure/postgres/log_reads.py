"""Reading events in their order, past SQLAlchemy: its rows take several times as long."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection

from infrastructure.postgres.lazy_events import LazyEvent, MakeEvent
from infrastructure.postgres.prepared import BIGINT, UUID_, Prepared, driver_of

_STORED = """
    'session-' || e.session_id, e.version, e.type, e.schema_version, e.payload, e.metadata, e.hash
"""
_PAGES_AHEAD = 8
_SPAN = Prepared(
    "span",
    """
    SELECT max(position), min(id - position), max(id - position)
    FROM (
        SELECT position, id FROM log_order WHERE position > $1::bigint
        ORDER BY position LIMIT $2::bigint
    ) AS span
    """,
)
_RUN = Prepared(
    "run",
    f"""
    SELECT e.id - $1::bigint, {_STORED} FROM events e
    WHERE e.id >= $2::bigint AND e.id <= $3::bigint ORDER BY e.id
    """,  # noqa: S608 - constants only
)
# Without an order: the server would sort before it sends anything.
_ANY_ORDER = Prepared(
    "any_order",
    f"""
    SELECT o.position, {_STORED} FROM log_order o JOIN events e ON e.id = o.id
    WHERE o.position > $1::bigint AND o.position <= $2::bigint
      AND e.id >= $3::bigint AND e.id <= $4::bigint
    """,  # noqa: S608 - constants only
)
_OF_STREAM = Prepared(
    "of_stream",
    f"""
    SELECT o.position, {_STORED} FROM events e LEFT JOIN log_order o ON o.id = e.id
    WHERE e.session_id = $1::uuid AND e.version > $2::bigint ORDER BY e.version LIMIT $3::bigint
    """,  # noqa: S608 - constants only
)
_POSITION = itemgetter(0)


class LogReader:
    """Reads the log page by page, for one reader; once for several it asks where they lie.

    To ask for each would let both sides wait for one another twice as often.
    """

    def __init__(self, make: MakeEvent) -> None:
        self._make = make
        # Of each connection, for another may lead to a database that was restored from a dump.
        self._spans: WeakKeyDictionary[psycopg.Connection[Any], _Span] = WeakKeyDictionary()

    def page(self, connection: Connection, *, after: int, limit: int) -> Sequence[LazyEvent]:
        """At most `limit` events after a position, in order, to be made `readable`.

        Raises the driver's errors.
        """
        with driver_of(connection) as driver:
            span = self._span(driver, after, limit)
            if span is None:
                return []
            last = min(after + limit, span.last)
            ids = (after + 1 + span.least, last + span.most)
            if span.least == span.most:
                # Ids count on as positions do, as those of writers who do not meet.
                return _RUN.taken(driver, _numbers(span.least, *ids), self._make)
            # Told between which ids they lie, the server passes over them once. From positions
            # alone it would seek each.
            events = _ANY_ORDER.taken(driver, _numbers(after, last, *ids), self._make)
        return sorted(events, key=_POSITION)

    def _span(self, driver: psycopg.Connection[Any], after: int, limit: int) -> "_Span | None":
        span = self._spans.get(driver)
        # Positions have no gaps and stay: whatever is sequenced later comes after these.
        if span is None or not span.after <= after < span.last:
            ((last, *bounds),) = _SPAN.rows(driver, _numbers(after, limit * _PAGES_AHEAD))
            if last is None:
                return None
            self._spans[driver] = span = _Span(after, last, *bounds)
        return span


class _Span(NamedTuple):
    """Positions up to `last`, and by how much the ids of their events exceed them."""

    after: int
    last: int
    least: int
    most: int


def stored_in_stream(
    connection: Connection,
    make: MakeEvent,
    session_id: UUID,
    *,
    after_version: int,
    limit: int | None,
) -> Sequence[LazyEvent]:
    """The same of a session after a version; all of them without a `limit`."""
    most = None if limit is None else BIGINT.send(limit)
    sent = [UUID_.send(session_id), BIGINT.send(after_version), most]
    with driver_of(connection) as driver:
        return _OF_STREAM.taken(driver, sent, make)


def _numbers(*numbers: int) -> Sequence[bytes]:
    return [BIGINT.send(number) for number in numbers]
