"""Leases in PostgreSQL, by its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, DateTime, Engine, and_, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from application.ports.job_queue import Job
from application.ports.leases import Lease
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.projections import SessionTree, Tasks
from infrastructure.postgres.projections.tasks import FIRST_FINAL
from infrastructure.postgres.tables import claims, leases

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
        self._engine = engine

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
        )
        # Counted by task and not in the lease: between two claims of a task that kills its
        # workers, a message about another task of the session may claim it.
        again = case((claims.c.version == version, claims.c.count + 1), else_=1)
        count = (
            insert(claims)
            .values(task_id=job.task_id, version=version, count=1)
            .on_conflict_do_update(
                index_elements=["task_id"], set_={"version": version, "count": again}
            )
            .returning(claims.c.count)
        )
        with reaching_the_log(), self._engine.begin() as connection:
            if connection.scalar(take) is None:
                return None
            attempt = connection.execute(count).scalar_one()
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
        with reaching_the_log(), self._engine.begin() as connection:
            connection.execute(expire)

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        # An expired lease that nobody took is still ours to extend.
        extend = update(leases).where(_is(lease)).values(expires_at=_NOW + duration)
        with reaching_the_log(), self._engine.begin() as connection:
            return connection.execute(extend).rowcount == 1

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        tell = update(leases).where(_is(lease)).values(done=done, total=total)
        with reaching_the_log(), self._engine.begin() as connection:
            connection.execute(tell)

    def release(self, lease: Lease) -> None:
        # Without the token a renewal that comes late finds the lease lost.
        expire = update(leases).where(_is(lease)).values(expires_at=_NOW, token=None)
        with reaching_the_log(), self._engine.begin() as connection:
            connection.execute(expire)

    def abandoned(self, *, idle: timedelta) -> Sequence[Job]:
        tasks, sessions = Tasks().tasks, SessionTree().sessions
        first = (
            select(tasks.c.session_id, tasks.c.task_id)
            .ext(distinct_on(tasks.c.session_id))
            .where(tasks.c.progress < FIRST_FINAL, tasks.c.kind.is_not(None))
            .order_by(tasks.c.session_id, tasks.c.first_version)
            .subquery()
        )
        query = (
            select(first.c.session_id, first.c.task_id)
            .join(sessions, sessions.c.session_id == first.c.session_id)
            .outerjoin(leases, leases.c.session_id == first.c.session_id)
            .where(
                sessions.c.updated_at <= _NOW - idle,
                or_(leases.c.session_id.is_(None), leases.c.expires_at <= _NOW),
            )
            .order_by(sessions.c.updated_at)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Job(session_id=row.session_id, task_id=row.task_id) for row in rows]


def _is(lease: Lease) -> ColumnElement[bool]:
    if not isinstance(lease, _HeldLease):
        raise TypeError("only a lease that PostgresLeases gave can be renewed or released")
    return and_(leases.c.session_id == lease.session_id, leases.c.token == lease.token)
