"""Leases in PostgreSQL, by its clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Engine,
    Select,
    Subquery,
    Uuid,
    all_,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from application.ports.job_queue import Job
from application.ports.leases import Lease, Waiting
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import by_statement
from infrastructure.postgres.projections import SessionTree, Tasks
from infrastructure.postgres.projections.tasks import FIRST_FINAL
from infrastructure.postgres.tables import claims, leases

# One object each for all queries: SQLAlchemy knows a compiled query again by its tables.
_sessions, _tasks = SessionTree().sessions, Tasks().tasks

_NOW = func.clock_timestamp(type_=DateTime(timezone=True))


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
            "task_id": job.task_id,
            "owner": owner,
            "token": token,
            "expires_at": _NOW + duration,
            "done": None,
            "total": None,
        }
        take = (
            insert(leases)
            .values(session_id=job.session_id, **taken)
            .on_conflict_do_update(
                index_elements=["session_id"], set_=taken, where=leases.c.expires_at <= _NOW
            )
            .returning(leases.c.session_id)
            .cte()
        )
        # Counted by task and not in the lease: between two claims of a task that kills its
        # workers, a message about another task of the session may claim it.
        again = case((claims.c.version == version, claims.c.count + 1), else_=1)
        first = select(literal(job.task_id, Uuid), literal(version), literal(1)).select_from(take)
        count = (
            insert(claims)
            .from_select(["task_id", "version", "count"], first)
            .on_conflict_do_update(
                index_elements=["task_id"], set_={"version": version, "count": again}
            )
            .returning(claims.c.count)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            attempt = connection.scalar(count)
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
        expire = update(leases).values(expires_at=_NOW, token=None)
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(expire)

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        # An expired lease that nobody took is still ours to extend.
        extend = update(leases).where(_is(lease)).values(expires_at=_NOW + duration)
        with reaching_the_log(), self._engine.connect() as connection:
            return connection.execute(extend).rowcount == 1

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        tell = update(leases).where(_is(lease)).values(done=done, total=total)
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(tell)

    def release(self, lease: Lease) -> None:
        # Without the token a renewal that comes late finds the lease lost.
        expire = update(leases).where(_is(lease)).values(expires_at=_NOW, token=None)
        with reaching_the_log(), self._engine.connect() as connection:
            connection.execute(expire)

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
                _sessions.c.updated_at <= _NOW - idle,
                _is_free(),
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


def _is_free() -> ColumnElement[bool]:
    return or_(leases.c.session_id.is_(None), leases.c.expires_at <= _NOW)


def _is(lease: Lease) -> ColumnElement[bool]:
    if not isinstance(lease, _HeldLease):
        raise TypeError("only a lease that PostgresLeases gave can be renewed or released")
    return and_(leases.c.session_id == lease.session_id, leases.c.token == lease.token)


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
            _is_free(),
            claims.c.task_id.is_(None),
        )
        .order_by(_sessions.c.subject_id, first.c.created_at)
        .subquery()
    )
    return select(longest).order_by(longest.c.created_at)


# Made once: every worker asks it before and after each task.
_LONGEST_WAITING = _longest_waiting()
