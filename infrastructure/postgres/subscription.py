"""Following the log by position."""

from collections.abc import Callable, Sequence
from itertools import takewhile

from sqlalchemy import BigInteger, Connection, Engine, Text, bindparam, select
from sqlalchemy.dialects.postgresql import Insert, insert

from application.ports.event_log import RecordedEvent
from application.ports.subscription import Batch
from infrastructure.events.codec import EventCodec
from infrastructure.events.errors import UnknownEventType
from infrastructure.postgres.archived_bytes import Archive, NoArchive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import NOT_AWAITED, by_statement
from infrastructure.postgres.lazy_events import LazyEvent, made_for, readable
from infrastructure.postgres.log_reads import LogReader
from infrastructure.postgres.tables import subscriptions

_READER = bindparam("reader", type_=Text)
_SAVED = select(subscriptions.c.position).where(subscriptions.c.name == _READER)


def _forward() -> Insert:
    reached = select(_READER, bindparam("reached", type_=BigInteger)).where(NOT_AWAITED)
    insertion = insert(subscriptions).from_select(["name", "position"], reached)
    new = insertion.excluded
    return insertion.on_conflict_do_update(
        index_elements=["name"],
        set_={"position": new.position},
        # A reader that was overtaken must not move it back.
        where=subscriptions.c.position < new.position,
    )


_FORWARD = _forward()

Take = Callable[[Connection, Sequence[RecordedEvent]], None]
"""Writes what a view makes of some events, on the connection it is given."""


class PostgresSubscription:
    """See the port `Subscription`. One saved position for each `name`.

    Raises UnknownEventType at an event of a type that this code does not know, once all before it
    were delivered: nothing is passed over. What an event says is decoded when it is first asked,
    and raises UnreadableEvent there.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        codec: EventCodec | None = None,
        *,
        archive: Archive | None = None,
    ) -> None:
        self._engine = engine
        self._by_statement = by_statement(engine)
        self._name = name
        self._codec = codec or EventCodec()
        self._reader = LogReader(made_for(self._codec))
        self._archive = archive or NoArchive()

    def pending(self, limit: int) -> Batch:
        with reaching_the_log(), self._by_statement.connect() as connection:
            saved = connection.scalar(_SAVED, {"reader": self._name})
            return self._read(connection, saved or 0, limit)

    def acknowledge(self, batch: Batch) -> None:
        with reaching_the_log(), self._by_statement.connect() as connection:
            connection.execute(_FORWARD, {"reader": self._name, "reached": batch.position})

    def project(self, limit: int, take: Take) -> int:
        """Let `take` write the next events into a view in this database; how many they were.

        The view and the saved position move in one transaction: whatever fails, each event is in
        the view once. Readers of one name take turns.
        """
        first = insert(subscriptions).values(name=self._name, position=0).on_conflict_do_nothing()
        mine = subscriptions.c.name == self._name
        with reaching_the_log(), self._engine.begin() as connection:
            connection.execute(first)
            saved = connection.execute(
                select(subscriptions.c.position).where(mine).with_for_update()
            ).scalar_one()
            batch = self._read(connection, saved, limit)
            if batch.events:
                take(connection, batch.events)
                connection.execute(
                    subscriptions.update().where(mine).values(position=batch.position)
                )
        return len(batch.events)

    def _read(self, connection: Connection, after: int, limit: int) -> Batch:
        stored = self._reader.page(connection, after=after, limit=limit)
        try:
            events = readable(stored, self._codec, self._archive)
        except UnknownEventType:
            # What comes before it is delivered first; then it is the next, and it is said.
            known = list(takewhile(self._knows, stored))
            if not known:
                raise
            events = readable(known, self._codec, self._archive)
        last = events[-1].position if events else None
        return Batch(events=events, position=after if last is None else last)

    def _knows(self, event: LazyEvent) -> bool:
        return self._codec.knows(event.type, event.schema_version)
