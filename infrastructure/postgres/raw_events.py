"""Streams as they lie in the database, for whoever does not trust it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, select, text

from application.ports.audit import RawEvent, StreamEnd
from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.records import RECORDED
from infrastructure.postgres.tables import events, log_order, streams

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


# Tile by tile, since a tile is read as a whole; places are looked at in the first that differs.
_VACATED = text(
    """
    WITH places AS MATERIALIZED (
        SELECT (o.position - 1) / 256 AS tile, count(*) AS held, min(o.position) AS first,
               string_agg(sha256('\\x00'::bytea || e.hash), ''::bytea ORDER BY o.position) AS leaves
        FROM log_order o JOIN events e ON e.id = o.id
        WHERE o.position > :after AND o.position <= :up_to
        GROUP BY 1
    ), differing AS (
        SELECT t.index AS tile
        FROM generate_series(:after / 256, (:up_to - 1) / 256) AS t (index)
        LEFT JOIN places p ON p.tile = t.index
        LEFT JOIN merkle_tiles m ON m.level = 0 AND m.index = t.index
        WHERE :after < :up_to AND (
            p.first = greatest(t.index * 256, :after) + 1
            AND p.held = least(t.index * 256 + 256, :up_to) - p.first + 1
            AND p.leaves = substring(
                m.hashes FROM ((p.first - 1 - t.index * 256) * 32 + 1)::integer
                FOR (p.held * 32)::integer
            )
        ) IS NOT TRUE
        ORDER BY t.index LIMIT 1
    )
    SELECT min(place) FROM differing d
    CROSS JOIN generate_series(
        greatest(d.tile * 256, :after) + 1, least(d.tile * 256 + 256, :up_to)
    ) AS place
    LEFT JOIN merkle_tiles m ON m.level = 0 AND m.index = d.tile
    LEFT JOIN (log_order o JOIN events e ON e.id = o.id) ON o.position = place
    WHERE sha256('\\x00'::bytea || e.hash) IS DISTINCT FROM substring(
        m.hashes FROM ((place - 1 - d.tile * 256) * 32 + 1)::integer FOR 32
    )
    """
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
            position = connection.scalar(_VACATED, {"after": after, "up_to": up_to})
        return None if position is None else int(position)

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
