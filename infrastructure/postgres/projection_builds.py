"""Projections for who runs the service; see the port."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine, Row, func, select

from application.ports.progress import OnProgress, quietly
from application.ports.projections import (
    Build,
    BuildState,
    Difference,
    UnknownProjection,
)
from infrastructure.postgres import rebuild
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.builds import builds
from infrastructure.postgres.locks import held_keys
from infrastructure.postgres.projections import PROJECTIONS, definition_of, taken
from infrastructure.postgres.tables import streams


class PostgresProjections:
    """See the port `Projections`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def names(self) -> Sequence[str]:
        return tuple(PROJECTIONS)

    def builds(self) -> Sequence[Build]:
        query = select(builds).order_by(builds.c.projection, builds.c.number)
        total = select(func.coalesce(func.sum(streams.c.version), 0))
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
            held = held_keys(connection)
            events = int(connection.scalar(total) or 0)
        return [
            _build(row, events, is_running=rebuild.rebuild_key(row.projection) in held)
            for row in rows
        ]

    def rebuild(self, name: str, on_progress: OnProgress = quietly) -> Build:
        return self._done(rebuild.rebuild, name, on_progress)

    def verify(self, name: str, on_progress: OnProgress = quietly) -> Build:
        return self._done(rebuild.verify, name, on_progress)

    def rollback(self, name: str, on_progress: OnProgress = quietly) -> Build:
        return self._done(rebuild.rollback, name, on_progress)

    def _done(
        self, do: Callable[[Engine, str, OnProgress], int], name: str, on_progress: OnProgress
    ) -> Build:
        if name not in PROJECTIONS:
            raise UnknownProjection(name, self.names())
        number = do(self._engine, name, on_progress)
        return next(b for b in self.builds() if (b.projection, b.number) == (name, number))


def _build(row: Row[Any], total_events: int, *, is_running: bool) -> Build:
    state = BuildState(row.state)
    make = PROJECTIONS.get(row.projection)
    is_current = make is not None and row.definition == definition_of(make(""))
    return Build(
        projection=row.projection,
        number=row.number,
        state=state,
        is_current=is_current and set(taken.known_events()) <= set(row.known_events),
        is_running=is_running,
        events=total_events if state is BuildState.LIVE else row.events,
        total_events=total_events,
        began_at=row.began_at,
        built_at=row.built_at,
        digest=row.digest,
        differences=(
            None if row.differences is None else tuple(_difference(d) for d in row.differences)
        ),
        error=row.error,
    )


def _difference(recorded: dict[str, Any]) -> Difference:
    return Difference(
        table=recorded["table"], rows=recorded["rows"], examples=tuple(recorded["examples"])
    )
