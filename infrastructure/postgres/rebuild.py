"""Building a projection anew from the log while the service goes on appending."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from infrastructure.events.codec import EventCodec
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.errors import RebuildInProgress, RebuildStalled, UnknownProjection
from infrastructure.postgres.locks import Lock, hold_for_transaction, key_of
from infrastructure.postgres.projections import PROJECTIONS, Projection
from infrastructure.postgres.records import Checkpoint, is_after, read_after
from infrastructure.postgres.tables import READ_MODELS, SERVICE_ROLE, builds, events

OnProgress = Callable[[str, int, int], None]
"""Takes the projection's name, how many events it has taken, and how many there were."""

_BATCH = 1000
_SWAP_WITH_AT_MOST = 500
_PATIENCE_SECONDS = 60.0


def quietly(_name: str, _done: int, _total: int) -> None:
    """Say nothing about progress."""


def rebuild(engine: Engine, name: str, on_progress: OnProgress = quietly) -> None:
    """Fold the whole log into new tables and swap them in for the live ones.

    Appends go on meanwhile; they wait only while the last few events are taken and the tables are
    renamed. When it is killed the live tables are untouched, and the next rebuild of the same
    projection removes what is left. Raises UnknownProjection, RebuildInProgress, RebuildStalled or
    LogUnavailable.
    """
    if name not in PROJECTIONS:
        raise UnknownProjection(name, tuple(PROJECTIONS))
    with reaching_the_log(), engine.connect() as connection, _alone(connection, name):
        _Rebuild(connection, name, on_progress).run()


@contextmanager
def _alone(connection: Connection, name: str) -> Iterator[None]:
    key = {"key": key_of(f"datatrail rebuild {name}")}
    with connection.begin():
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
            raise RebuildInProgress(name)
    try:
        yield
    finally:
        # A connection that was lost has no lock to give back, and is not asked to.
        if not connection.invalidated and not connection.closed:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


class _Rebuild:
    """One build of one projection on one connection."""

    def __init__(self, connection: Connection, name: str, on_progress: OnProgress) -> None:
        self._connection = connection
        self._live = PROJECTIONS[name]("")
        self._shadow = PROJECTIONS[name](f"__{secrets.token_hex(4)}")
        self._on_progress = on_progress
        self._codec = EventCodec()
        self._checkpoint = Checkpoint()
        self._done = 0

    def run(self) -> None:
        with self._transaction():
            _drop_leftovers(self._connection, self._live)
            self._shadow.metadata.create_all(self._connection, checkfirst=False)
            total = self._connection.scalar(select(func.count()).select_from(events)) or 0
        self._on_progress(self._live.name, 0, total)
        try:
            self._catch_up_and_swap(total)
        except BaseException:
            with self._transaction():
                self._shadow.metadata.drop_all(self._connection)
            raise

    def _catch_up_and_swap(self, total: int) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._catch_up(total) or not self._swap():
            if time.monotonic() > deadline:
                raise RebuildStalled(
                    f"the new build of {self._live.name} is {self._left()} events behind and "
                    "could not be swapped in: another transaction has been open for long. "
                    "End it (see pg_stat_activity) and rebuild again"
                )
            time.sleep(0.05)

    def _catch_up(self, total: int) -> bool:
        """Take every settled event; whether few enough others are left for the swap."""
        while True:
            with self._transaction():
                taken = self._take(limit=_BATCH, settled=True)
            self._on_progress(self._live.name, self._done, max(total, self._done))
            if taken < _BATCH:
                return self._left() <= _SWAP_WITH_AT_MOST

    def _take(self, *, limit: int | None, settled: bool) -> int:
        records, checkpoint = read_after(
            self._connection, self._checkpoint, limit=limit, codec=self._codec, settled=settled
        )
        for record in records:
            self._shadow.apply(self._connection, record)
        self._checkpoint = checkpoint
        self._done += len(records)
        return len(records)

    def _left(self) -> int:
        query = select(func.count()).select_from(events).where(is_after(self._checkpoint))
        with self._transaction():
            return self._connection.scalar(query) or 0

    def _swap(self) -> bool:
        """Take the last events and rename; False when appends did not make room in time."""
        before = self._checkpoint, self._done
        try:
            with self._transaction():
                # Short: while this waits for appends in flight, new ones wait behind it.
                self._connection.execute(text("SET LOCAL lock_timeout = '2s'"))
                hold_for_transaction(self._connection, Lock.APPENDS)
                self._take(limit=None, settled=False)
                self._rename()
        except DBAPIError as error:
            if not isinstance(error.orig, pg.LockNotAvailable | pg.DeadlockDetected):
                raise
            self._checkpoint, self._done = before
            return False
        return True

    def _rename(self) -> None:
        live, shadow = self._live.metadata.sorted_tables, self._shadow.metadata.sorted_tables
        for old, new in zip(live, shadow, strict=True):
            self._connection.execute(text(f"DROP TABLE IF EXISTS {old.fullname}"))
            self._connection.execute(text(f"ALTER TABLE {new.fullname} RENAME TO {old.name}"))
        built = {"version": self._live.version, "built_at": func.now()}
        self._connection.execute(
            insert(builds)
            .values(projection=self._live.name, **built)
            .on_conflict_do_update(index_elements=["projection"], set_=built)
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """As the service's role, which owns the read models whoever rebuilds them."""
        with self._connection.begin():
            self._connection.execute(text(f"SET LOCAL ROLE {SERVICE_ROLE}"))
            yield


def _drop_leftovers(connection: Connection, live: Projection) -> None:
    """Remove the tables of builds that were killed. Nobody else is building: the lock is ours."""
    names = "|".join(table.name for table in live.metadata.sorted_tables)
    leftover = re.compile(rf"({names})__[0-9a-f]{{8}}")
    for table in inspect(connection).get_table_names(schema=READ_MODELS):
        if leftover.fullmatch(table):
            connection.execute(text(f"DROP TABLE {READ_MODELS}.{table}"))
