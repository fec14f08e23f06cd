"""The log as its owner archives it: reading recorded bytes, and letting go of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors as pg
from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    ScalarSelect,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from application.ports.archive import (
    ArchivedMeanwhile,
    ArchivedPart,
    ChainBroken,
    NotClosed,
    StoredEvent,
    StoredEvents,
)
from domain.session.errors import SessionUnknown
from domain.session.events import SessionClosed
from infrastructure.events.chain import GENESIS, hash_of_stored
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.tables import archives, events, streams

_PAGE = 500
_CLOSED = SessionClosed.__name__
_RELEASE = text("SELECT archive_events(:session_id, :first, :last, :digest, :size)")


class PostgresArchivableLog:
    """See the port `ArchivableLog`; `engine` connects as the owner of the log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def closed_before(self, moment: datetime) -> Sequence[UUID]:
        query = (
            select(events.c.session_id)
            .join(streams, streams.c.session_id == events.c.session_id)
            .where(
                events.c.type == _CLOSED,
                events.c.recorded_at < moment,
                streams.c.version > _last_archived(events.c.session_id),
            )
            .order_by(events.c.id)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.scalars(query).all()

    def unarchived(self, session_id: UUID) -> StoredEvents | None:
        of_session = events.c.session_id == session_id
        with reaching_the_log(), self._engine.connect() as connection:
            span = connection.execute(
                select(
                    streams.c.version, _last_archived(streams.c.session_id).label("archived")
                ).where(streams.c.session_id == session_id)
            ).one_or_none()
            if span is None:
                raise SessionUnknown(session_id)
            if not connection.scalar(select(exists().where(of_session, events.c.type == _CLOSED))):
                raise NotClosed(session_id)
            previous = connection.scalar(
                select(events.c.hash).where(of_session, events.c.version == span.archived)
            )
        if span.archived == span.version:
            return None
        return StoredEvents(
            session_id=session_id,
            first_version=span.archived + 1,
            last_version=span.version,
            previous_hash=previous or GENESIS,
        )

    def read(self, events: StoredEvents) -> Iterator[StoredEvent]:
        previous, expected = events.previous_hash, events.first_version
        for event in self._read(events):
            computed = hash_of_stored(event, events.session_id, previous)
            if event.version != expected or event.hash != computed:
                raise ChainBroken(events.session_id, event.version)
            yield event
            previous, expected = computed, expected + 1
        if expected != events.last_version + 1:
            raise ChainBroken(events.session_id, expected)

    def release(self, part: ArchivedPart) -> None:
        parameters = {
            "session_id": part.events.session_id,
            "first": part.events.first_version,
            "last": part.events.last_version,
            "digest": part.digest,
            "size": part.size_bytes,
        }
        try:
            with reaching_the_log(), self._engine.begin() as connection:
                connection.execute(_RELEASE, parameters)
        except IntegrityError as error:
            if isinstance(error.orig, pg.UniqueViolation | pg.RestrictViolation):
                raise ArchivedMeanwhile(part.events.session_id) from error
            raise

    def _read(self, wanted: StoredEvents) -> Iterator[StoredEvent]:
        after = wanted.first_version - 1
        while page := self._page(wanted, after):
            for row in page:
                if row.payload is None:
                    raise ArchivedMeanwhile(wanted.session_id)
                yield StoredEvent(
                    version=row.version,
                    event_id=row.event_id,
                    type=row.type,
                    schema_version=row.schema_version,
                    recorded_at=row.recorded_at,
                    metadata=row.metadata,
                    payload=row.payload,
                    hash=row.hash,
                )
            after = page[-1].version

    def _page(self, wanted: StoredEvents, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
        query = (
            select(events)
            .where(
                events.c.session_id == wanted.session_id,
                events.c.version > after,
                events.c.version <= wanted.last_version,
            )
            .order_by(events.c.version)
            .limit(_PAGE)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(query).all()


def _last_archived(session_id: ColumnElement[UUID]) -> ScalarSelect[int]:
    """The version of the last event of the session that an archive holds, 0 without any."""
    last = func.coalesce(func.max(archives.c.last_version), 0)
    return select(last).where(archives.c.session_id == session_id).scalar_subquery()
