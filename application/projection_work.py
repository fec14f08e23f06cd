"""Long work on projections, done in the background of a service, for its operator to look at."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from threading import Lock, Thread

from application.ports.clock import Clock
from application.ports.event_log import LogUnavailable
from application.ports.progress import OnProgress
from application.ports.projections import (
    Build,
    BuildState,
    NothingToRollBackTo,
    Projections,
    ProjectionStopped,
    RebuildInProgress,
    RebuildStalled,
    UnknownProjection,
)

logger = logging.getLogger(__name__)

_SPEAKING = (
    LogUnavailable,
    NothingToRollBackTo,
    ProjectionStopped,
    RebuildInProgress,
    RebuildStalled,
)


class WorkKind(StrEnum):
    """What is done."""

    REBUILD = "rebuild"
    VERIFY = "verify"
    ROLLBACK = "rollback"


class WorkStatus(StrEnum):
    """Where it stands. The last two are final."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Work:
    """Work on a projection by this process.

    `first_events` were taken when it began, by whoever began the same build before; `events` are
    now, of `total_events`. `build` is what came of it, `error` why it failed.
    """

    projection: str
    kind: WorkKind
    status: WorkStatus
    began_at: datetime
    ended_at: datetime | None = None
    first_events: int | None = None
    events: int = 0
    total_events: int | None = None
    build: Build | None = None
    error: str | None = None

    def events_per_second(self, now: datetime) -> float | None:
        """How fast it is; None as long as that cannot be said."""
        seconds = ((self.ended_at or now) - self.began_at).total_seconds()
        if self.first_events is None or self.events == self.first_events or seconds <= 0:
            return None
        return (self.events - self.first_events) / seconds

    def seconds_left(self, now: datetime) -> float | None:
        """How long it will take to catch up with the log, at this pace; None if nobody knows."""
        rate = self.events_per_second(now)
        if rate is None or self.total_events is None or self.status is not WorkStatus.RUNNING:
            return None
        return max(0, self.total_events - self.events) / rate


class ProjectionWork:
    """Starts work on projections in threads of their own, and knows how the last of each went.

    A thread ends with its process: the build that it leaves is gone on with when asked for again.
    """

    def __init__(self, projections: Projections, clock: Clock) -> None:
        self._projections = projections
        self._clock = clock
        self._last: dict[str, Work] = {}
        self._lock = Lock()

    @property
    def projections(self) -> Projections:
        """What is worked on."""
        return self._projections

    def last(self, name: str) -> Work | None:
        """What this process does, or last did, to the projection."""
        with self._lock:
            return self._last.get(name)

    def start(self, name: str, kind: WorkKind) -> Work:
        """Begin. Raises UnknownProjection, RebuildInProgress, NothingToRollBackTo."""
        known = self._projections.names()
        if name not in known:
            raise UnknownProjection(name, known)
        builds = [build for build in self._projections.builds() if build.projection == name]
        if kind is WorkKind.ROLLBACK and not any(b.state is BuildState.KEPT for b in builds):
            raise NothingToRollBackTo(f"no earlier build of projection {name} is kept")
        with self._lock:
            last = self._last.get(name)
            here = last is not None and last.status is WorkStatus.RUNNING
            if here or any(build.is_running for build in builds):
                raise RebuildInProgress(name)
            work = Work(
                projection=name,
                kind=kind,
                status=WorkStatus.RUNNING,
                began_at=self._clock.now(),
            )
            self._last[name] = work
        Thread(target=self._do, args=(name, kind), name=f"{kind} {name}", daemon=True).start()
        return work

    def _do(self, name: str, kind: WorkKind) -> None:
        verbs: Mapping[WorkKind, Callable[[str, OnProgress], Build]] = {
            WorkKind.REBUILD: self._projections.rebuild,
            WorkKind.VERIFY: self._projections.verify,
            WorkKind.ROLLBACK: self._projections.rollback,
        }
        try:
            build = verbs[kind](name, self._tell)
        except _SPEAKING as error:
            logger.warning("work on a projection failed", exc_info=error)
            self._end(name, WorkStatus.FAILED, error=str(error))
        except Exception:
            logger.exception("work on a projection failed")
            self._end(name, WorkStatus.FAILED, error="the service's log has the cause")
            raise
        else:
            self._end(name, WorkStatus.SUCCEEDED, build=build)

    def _tell(self, name: str, done: int, total: int) -> None:
        with self._lock:
            work = self._last[name]
            first = done if work.first_events is None else work.first_events
            self._last[name] = replace(work, first_events=first, events=done, total_events=total)

    def _end(
        self,
        name: str,
        status: WorkStatus,
        *,
        build: Build | None = None,
        error: str | None = None,
    ) -> None:
        with self._lock:
            self._last[name] = replace(
                self._last[name],
                status=status,
                ended_at=self._clock.now(),
                build=build,
                error=error,
            )
