"""Reading the events that views are folded from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Engine, Row, Select, Uuid, and_, cast, func, select

from application.views.past_event import PastEvent
from domain.session.events import SessionEvent
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.projections import Tasks
from infrastructure.postgres.projections.tasks import FIRST_FINAL
from infrastructure.postgres.tables import events

Place = tuple[UUID, int]
"""A session and a version: where an event stands."""

_tasks = Tasks().tasks

_EVENT = (
    events.c.session_id,
    events.c.version,
    events.c.type,
    events.c.schema_version,
    events.c.payload,
    events.c.hash,
    events.c.event_id,
    events.c.task_id,
    events.c.recorded_at,
)


class PastEvents:
    """Events by where they belong, each list in the order of versions.

    Every method raises LogUnavailable, and UnreadableEvent where an event cannot be read.
    """

    def __init__(self, engine: Engine, codec: EventCodec, archive: Archive) -> None:
        self._engine = engine
        self._codec = codec
        self._archive = archive

    def of_session(
        self,
        session_id: UUID,
        types: Sequence[str],
        *,
        tasks: Select[tuple[UUID]] | None = None,
        after_version: int = 0,
        limit: int | None = None,
    ) -> Sequence[PastEvent]:
        """Those of the session that are of these types, and of these tasks or of none."""
        query = _of_types(types).where(
            events.c.session_id == session_id, events.c.version > after_version
        )
        if tasks is not None:
            query = query.where(events.c.task_id.is_(None) | events.c.task_id.in_(tasks))
        return self._read(query.limit(limit))

    def of_task(self, task_id: UUID, types: Sequence[str]) -> Sequence[PastEvent]:
        """Those of the task that are of these types."""
        # Nothing of a task comes after its end: other tasks' events need not be looked through.
        until_its_end = (_tasks.c.progress < FIRST_FINAL) | (events.c.version <= _tasks.c.version)
        query = (
            _of_types(types)
            .join(_tasks, _tasks.c.session_id == events.c.session_id)
            .where(
                _tasks.c.task_id == task_id,
                events.c.task_id == task_id,
                events.c.version >= _tasks.c.first_version,
                until_its_end,
            )
        )
        return self._read(query)

    def at(self, places: Iterable[tuple[UUID, int | None]]) -> Mapping[Place, SessionEvent]:
        """The events that stand there, in one query."""
        wanted = sorted({(session, version) for session, version in places if version is not None})
        if not wanted:
            return {}
        sessions, versions = zip(*wanted, strict=True)
        asked = (
            func.unnest(cast(list(sessions), ARRAY(Uuid)), cast(list(versions), ARRAY(BigInteger)))
            .table_valued("session_id", "version")
            .render_derived(name="asked")
        )
        query = select(*_EVENT).join(
            asked,
            and_(events.c.session_id == asked.c.session_id, events.c.version == asked.c.version),
        )
        return {(past.session_id, past.version): past.event for past in self._read(query)}

    def _read(self, query: Select[Any]) -> Sequence[PastEvent]:
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [self._past(row) for row in self._archive.filled(rows)]

    def _past(self, row: Row[Any]) -> PastEvent:
        event = self._codec.decode(
            row.type,
            row.schema_version,
            row.payload,
            event_id=row.event_id,
            session_id=row.session_id,
        )
        return PastEvent(
            session_id=row.session_id,
            version=row.version,
            task_id=row.task_id,
            at=row.recorded_at,
            event=event,
        )


def _of_types(types: Sequence[str]) -> Select[Any]:
    return select(*_EVENT).where(events.c.type.in_(types)).order_by(events.c.version)
