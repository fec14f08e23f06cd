"""Streams as they lie in the database, for whoever does not trust it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, select

from application.ports.audit import RawEvent, StreamEnd
from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.records import RECORDED
from infrastructure.postgres.tables import events, log_order, streams
from infrastructure.postgres.vacated_places import first_vacated

_BYTES = (
    events.c.session_id,
    events.c.version,
    events.c.event_id,
    events.c.type,
    events.c.schema_version,
    events.c.metadata,
    events.c.payload,
    events.c.hash,
    log_order.c.position,
)


class PostgresRawEvents:
    """See the port `RawEvents`. Raises ArchiveDamaged for what an archive has lost."""

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self._engine = engine
        self._archive = archive

    def end(self, session_id: UUID) -> StreamEnd | None:
        query = select(streams.c.version, streams.c.hash, streams.c.subject_id).where(
            streams.c.session_id == session_id
        )
        with reaching_the_log(), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return row and StreamEnd(version=row.version, hash=row.hash, subject_id=row.subject_id)

    def read(self, session_id: UUID, *, after_version: int, limit: int) -> Sequence[RawEvent]:
        return self._events(
            _of(session_id)
            .where(events.c.version > after_version)
            .order_by(events.c.version)
            .limit(limit)
        )

    def last(self, session_id: UUID, *, up_to: int) -> RawEvent | None:
        found = self._events(
            _of(session_id)
            .where(events.c.version <= up_to)
            .order_by(events.c.version.desc())
            .limit(1)
        )
        return found[0] if found else None

    def vacated(self, *, after: int, up_to: int) -> int | None:
        with reaching_the_log(), self._engine.connect() as connection:
            return first_vacated(connection, after=after, up_to=up_to)

    def _events(self, query: Select[Any]) -> Sequence[RawEvent]:
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            RawEvent(
                version=row.version,
                event_id=row.event_id,
                type=row.type,
                schema_version=row.schema_version,
                metadata=row.metadata,
                payload=row.payload,
                hash=row.hash,
                position=row.position,
            )
            for row in self._archive.filled(rows)
        ]


def _of(session_id: UUID) -> Select[Any]:
    return select(*_BYTES).select_from(RECORDED).where(events.c.session_id == session_id)
