"""Leases in PostgreSQL, by its clock.

Nobody waits for the disk: a lease that a crash of the server takes back leaves its session to a
second worker, and of two results the log takes one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    Interval,
    Select,
    Subquery,
    Text,
    Uuid,
    all_,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.sql.dml import ReturningInsert

from application.ports.job_queue import Job
from application.ports.leases import Lease, Waiting
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import NOT_AWAITED, by_statement
from infrastructure.postgres.projections import SessionTree, Tasks
from infrastructure.postgres.projections.tasks import FIRST_FINAL
from infrastructure.postgres.tables import claims, leases

# One object each for all queries: SQLAlchemy knows a compiled query again by its tables.
_sessions, _tasks = SessionTree().sessions, Tasks().tasks

_NOW = func.clock_timestamp(type_=DateTime(timezone=True))
_DURATION = bindparam("duration", type_=Interval)
# Of no clock: one that was ahead when a lease was given up holds nobody up when it is set back.
_ENDED = literal("epoch").cast(DateTime(timezone=True))


@dataclass(frozen=True, kw_only=True)
class _HeldLease(Lease):
    """A lease with what tells its claim from every other: the attempt begins anew with each step,
    and threads of one process are one owner."""

    token: UUID


class PostgresLeases:
    """See the port `Leases`. A lease that is alive is refused to its own owner too: a lease
    belongs to one claim, and a doubled queue message makes one owner claim twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = by_statement(engine)

    def claim(self, job: Job, *, owner: str, duration: timedelta, version: int) -> Lease | None:
        token = uuid4()
        taken = {
            "session_id": job.session_id,
            "task_id": job.task_id,
            "owner": owner,
            "token": token,
            "duration": duration,
            "version": version,
        }
        with reaching_the_log(), self._engine.connect() as connection:
            attempt = connection.scalar(_CLAIM, taken)
        if attempt is None:
            return None
        return _HeldLease(
            session_id=job.session_id,
            task_id=job.task_id,
            owner=owner,
            attempt=attempt,
            token=token,
        )

    def clear(self) -> None:
        """End every lease. Only where no other worker can be alive."""
        expire = update(leases).values(expires_at=_ENDED, token=None)
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(expire)

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        # An expired lease that nobody took is still ours to extend.
        with reaching_the_log(), self._engine.connect() as connection:
            extended = connection.execute(_EXTEND, {**_held(lease), "duration": duration})
            return extended.rowcount == 1

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(_REPORT, {**_held(lease), "done": done, "total": total})

    def release(self, lease: Lease) -> None:
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(_RELEASE, _held(lease))

    def forgive(self, lease: Lease, *, within: timedelta) -> None:
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(_FORGIVE, {**_held(lease), "duration": within})

    def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(_LONGEST_WAITING, {"without": list(without)}).all()
        return [
            Waiting(
                job=Job(session_id=row.session_id, task_id=row.task_id),
                subject_id=row.subject_id,
                version=row.version,
            )
            for row in rows
        ]

    def abandoned(self, *, idle: timedelta) -> Sequence[Job]:
        first = _first_unfinished()
        query = (
            select(first.c.session_id, first.c.task_id)
            .join(_sessions, _sessions.c.session_id == first.c.session_id)
            .outerjoin(leases, leases.c.session_id == first.c.session_id)
            .where(
                # Those beyond now are of a clock that was ahead; they would be waited for in vain.
                ~_sessions.c.updated_at.between(_NOW - idle, _NOW + idle),
                or_(leases.c.session_id.is_(None), _is_over(idle)),
            )
            .order_by(_sessions.c.updated_at)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Job(session_id=row.session_id, task_id=row.task_id) for row in rows]


def _first_unfinished() -> Subquery:
    """The task of each session that is to be worked on first."""
    return (
        select(_tasks.c.session_id, _tasks.c.task_id, _tasks.c.created_at)
        .ext(distinct_on(_tasks.c.session_id))
        .where(_tasks.c.progress < FIRST_FINAL, _tasks.c.kind.is_not(None))
        .order_by(_tasks.c.session_id, _tasks.c.first_version)
        .subquery()
    )


def _is_over(duration: timedelta | BindParameter[timedelta]) -> ColumnElement[bool]:
    """Whether a lease that was given for `duration` has ended.

    One that lasts twice as long and more is of a clock that was ahead, and its holder may be dead:
    who is alive renews it by the clock as it is now.
    """
    lasts = cast(duration, Interval)
    return ~leases.c.expires_at.between(_NOW, _NOW + lasts + lasts)


def _held(lease: Lease) -> dict[str, UUID]:
    """What `_IS_HELD` asks for."""
    if not isinstance(lease, _HeldLease):
        raise TypeError("only a lease that PostgresLeases gave can be renewed or released")
    return {"held_session": lease.session_id, "held_token": lease.token}


def _claim() -> ReturningInsert[int]:
    taken = {
        "session_id": bindparam("session_id", type_=Uuid),
        "task_id": bindparam("task_id", type_=Uuid),
        "owner": bindparam("owner", type_=Text),
        "token": bindparam("token", type_=Uuid),
        "expires_at": _NOW + _DURATION,
        "done": null(),
        "total": null(),
    }
    take = (
        insert(leases)
        .from_select(list(taken), select(*taken.values()).where(NOT_AWAITED))
        .on_conflict_do_update(index_elements=["session_id"], set_=taken, where=_is_over(_DURATION))
        .returning(leases.c.task_id)
        .cte()
    )
    # Counted by task and not in the lease: between two claims of a task that kills its workers, a
    # message about another task of the session may claim it.
    version = bindparam("version", type_=Integer)
    again = case((claims.c.version == version, claims.c.count + 1), else_=1)
    return (
        insert(claims)
        .from_select(
            ["task_id", "version", "count"], select(take.c.task_id, version, literal_column("1"))
        )
        .on_conflict_do_update(
            index_elements=["task_id"], set_={"version": version, "count": again}
        )
        .returning(claims.c.count)
    )


def _longest_waiting() -> Select[Any]:
    first = _first_unfinished()
    came_to_nothing = and_(
        claims.c.task_id == leases.c.task_id, claims.c.version == _sessions.c.version
    )
    without = bindparam("without", type_=ARRAY(Uuid))
    longest = (
        select(_sessions.c.subject_id, _sessions.c.version, first)
        .ext(distinct_on(_sessions.c.subject_id))
        .join(_sessions, _sessions.c.session_id == first.c.session_id)
        .outerjoin(leases, leases.c.session_id == first.c.session_id)
        .outerjoin(claims, came_to_nothing)
        .where(
            first.c.session_id != all_(without),
            or_(leases.c.session_id.is_(None), leases.c.expires_at <= _NOW),
            claims.c.task_id.is_(None),
        )
        .order_by(_sessions.c.subject_id, first.c.created_at)
        .subquery()
    )
    return select(longest).order_by(longest.c.created_at)


# Made once, as each task asks them all.
_IS_HELD = and_(
    leases.c.session_id == bindparam("held_session", type_=Uuid),
    leases.c.token == bindparam("held_token", type_=Uuid),
    NOT_AWAITED,
)
_CLAIM = _claim()
_EXTEND = update(leases).where(_IS_HELD).values(expires_at=_NOW + _DURATION)
_REPORT = update(leases).where(_IS_HELD).values(done=bindparam("done"), total=bindparam("total"))
# Without the token a renewal that comes late finds the lease lost.
_RELEASE = update(leases).where(_IS_HELD).values(expires_at=_ENDED, token=null())
_FORGIVE = (
    update(claims)
    .where(
        claims.c.task_id == select(leases.c.task_id).where(_IS_HELD).scalar_subquery(),
        ~exists().where(
            _sessions.c.session_id == bindparam("held_session", type_=Uuid),
            ~_sessions.c.updated_at.between(_NOW - _DURATION, _NOW + _DURATION),
        ),
    )
    .values(count=claims.c.count - 1)
)
_LONGEST_WAITING = _longest_waiting()
