"""Building a projection anew from the log while the service goes on appending."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, Row, func, select, text
from sqlalchemy.exc import DBAPIError

from application.ports.progress import OnProgress, quietly
from application.ports.projections import (
    BuildState,
    Difference,
    NothingToRollBackTo,
    ProjectionStopped,
    RebuildInProgress,
    RebuildStalled,
    UnknownProjection,
)
from infrastructure.postgres.availability import reaching_the_log, reason_of
from infrastructure.postgres.builds import (
    as_service,
    build_in,
    builds,
    drop_build,
    is_build,
    suffix_of,
    swap_in,
)
from infrastructure.postgres.comparison import differences_between, digest_of
from infrastructure.postgres.cuts import hold_appends, waits_for_appends
from infrastructure.postgres.locks import give_back, key_of, try_for_session
from infrastructure.postgres.projections import (
    PROJECTIONS,
    Projection,
    definition_of,
    fold_of,
    taken,
)
from infrastructure.postgres.tables import streams

# A chunk is a second of work or so: what a kill can cost.
_CHUNK = 250_000
_SWAP_WITH_AT_MOST = 2_000
_PATIENCE_SECONDS = 60.0
_EVERY_ID = 2**63 - 1


def rebuild(engine: Engine, name: str, on_progress: OnProgress = quietly) -> int:
    """See the port `Projections`; the number of the build that is live now."""
    with _building(engine, name, on_progress) as building:
        building.go_on_or_begin()
        building.catch_up()
        building.compare()
        building.swap_in()
        return building.number


def verify(engine: Engine, name: str, on_progress: OnProgress) -> int:
    """See the port `Projections`; the number of the build that was compared."""
    with _building(engine, name, on_progress) as building:
        building.go_on_or_begin()
        building.catch_up()
        building.compare()
        building.end_verified()
        return building.number


def rollback(engine: Engine, name: str, on_progress: OnProgress) -> int:
    """See the port `Projections`; the number of the build that is live now."""
    with _building(engine, name, on_progress) as building:
        building.go_on_with_kept()
        building.catch_up()
        building.swap_in()
        return building.number


def rebuild_key(name: str) -> int:
    """The key of the advisory lock that whoever builds the projection holds."""
    return key_of(f"datatrail rebuild {name}")


@contextmanager
def _building(engine: Engine, name: str, on_progress: OnProgress) -> Iterator["_Building"]:
    if name not in PROJECTIONS:
        raise UnknownProjection(name, tuple(PROJECTIONS))
    with reaching_the_log(), engine.connect() as connection, _alone(connection, name):
        building = _Building(connection, name, on_progress)
        try:
            yield building
        except DBAPIError as error:
            if not isinstance(error.orig, pg.Error) or error.orig.sqlstate != taken.UNKNOWN_EVENT:
                raise
            building.stop(reason_of(error))
            raise ProjectionStopped(name, reason_of(error)) from error


@contextmanager
def _alone(connection: Connection, name: str) -> Iterator[None]:
    with connection.begin():
        if not try_for_session(connection, rebuild_key(name)):
            raise RebuildInProgress(name)
    try:
        yield
    finally:
        # A connection that was lost has no lock to give back, and is not asked to.
        if not connection.invalidated and not connection.closed:
            with connection.begin():
                give_back(connection, rebuild_key(name))


class _Building:
    """One build of one projection on one connection. What it got done is in the build's row."""

    _build: Row[Any]
    _new: Projection

    def __init__(self, connection: Connection, name: str, on_progress: OnProgress) -> None:
        self._connection = connection
        self._name = name
        self._on_progress = on_progress
        self._definition = definition_of(PROJECTIONS[name](""))
        self._known = taken.known_events()

    @property
    def number(self) -> int:
        """Counts the projection's builds."""
        return int(self._build.number)

    def go_on_or_begin(self) -> None:
        """Take up the unfinished build; remove it first if it is of another definition."""
        with as_service(self._connection):
            found = build_in(self._connection, self._name, BuildState.BUILDING)
            if found is not None and found.definition != self._definition:
                drop_build(self._connection, found)
                found = None
            self._take_up(self._begun() if found is None else found)

    def go_on_with_kept(self) -> None:
        """Take up the kept build. Raises NothingToRollBackTo."""
        with as_service(self._connection):
            kept = build_in(self._connection, self._name, BuildState.KEPT)
            if kept is None:
                raise NothingToRollBackTo(
                    f"no earlier build of projection {self._name} is kept: it was built once"
                )
            if kept.definition != self._definition:
                raise NothingToRollBackTo(
                    f"build {kept.number} of projection {self._name} was made by another version "
                    "of Datatrail, which this one cannot read; roll back with that one"
                )
            self._take_up(kept)

    def catch_up(self) -> None:
        """Take the log in chunks, up to a cut that few events are behind."""
        with self._connection.begin():
            total = int(
                self._connection.scalar(select(func.coalesce(func.sum(streams.c.version), 0))) or 0
            )
        self._tell(total)
        while True:
            until = self._cut()
            left = until - self._build.cut
            while self._build.cut < until:
                with as_service(self._connection):
                    self._take(until=min(self._build.cut + _CHUNK, until))
                self._tell(total)
            if left <= _SWAP_WITH_AT_MOST:
                break
        # Of a table that is known to be empty, plans would be made, and kept, that read it all.
        if self._build.events:
            with as_service(self._connection):
                for table in self._new.tables.values():
                    self._connection.execute(text(f"ANALYZE {table.fullname}"))

    def compare(self) -> None:
        """Record what the live build has that the log does not say, and the reverse."""
        digest, differences = self._compared()
        found = None if differences is None else [asdict(each) for each in differences]
        with as_service(self._connection):
            self._change(digest=digest, differences=found)

    def swap_in(self) -> None:
        """Take the last events and exchange the tables, while nobody appends."""
        deadline, reached = time.monotonic() + _PATIENCE_SECONDS, self._build
        while True:
            # Whatever an attempt took that failed was undone.
            self._build = reached
            with waits_for_appends(deadline, self._stalled()), as_service(self._connection):
                until = hold_appends(self._connection)
                self._take(until=until)
                swap_in(self._connection, self._build, cut=until)
                return

    def end_verified(self) -> None:
        """Throw the tables away and keep what was found."""
        with as_service(self._connection):
            before = build_in(self._connection, self._name, BuildState.VERIFIED)
            if before is not None:
                drop_build(self._connection, before)
            for table in self._new.tables.values():
                self._connection.execute(text(f"DROP TABLE {table.fullname}"))
            self._change(state=BuildState.VERIFIED, built_at=func.clock_timestamp())

    def stop(self, reason: str) -> None:
        """Record, for the operator to see, why it cannot go on."""
        with as_service(self._connection):
            self._change(error=reason)

    def _begun(self) -> Row[Any]:
        query = select(func.coalesce(func.max(builds.c.number), 0) + 1)
        number = self._connection.scalar(query.where(builds.c.projection == self._name)) or 1
        new = PROJECTIONS[self._name](suffix_of(number))
        new.metadata.create_all(self._connection, checkfirst=False)
        live = PROJECTIONS[self._name]("")
        return self._connection.execute(
            builds.insert()
            .values(
                projection=self._name,
                number=number,
                state=BuildState.BUILDING,
                definition=self._definition,
                tables=list(live.tables),
                fold=fold_of(live),
                known_events=self._known,
            )
            .returning(builds)
        ).one()

    def _take_up(self, build: Row[Any]) -> None:
        self._build = build
        self._new = PROJECTIONS[self._name](suffix_of(build.number))
        self._change(known_events=self._known, error=None)

    def _cut(self) -> int:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            with waits_for_appends(deadline, self._stalled()), self._connection.begin():
                return hold_appends(self._connection)

    def _take(self, *, until: int) -> None:
        """Fold the events behind the build's cut, and move it, in the transaction at hand."""
        events = self._fold(until)
        self._change(cut=until, events=self._build.events + events)

    def _fold(self, until: int) -> int:
        """Take the events behind the build's cut that can be seen; how many they were."""
        source = taken.of_ids(self._known, after=self._build.cut, until=until)
        statement = f"""
        WITH taken AS MATERIALIZED ({source}), {fold_of(self._new)}
        SELECT count(*) FROM taken
        """  # noqa: S608 - made of the registry's names and of numbers
        # Estimates of how many sessions there are would often choose to sort all events.
        self._connection.execute(text("SET LOCAL enable_sort = off"))
        return int(self._connection.execute(text(statement)).scalar_one())

    def _compared(self) -> tuple[str, Sequence[Difference] | None]:
        """The digest of the new build, and how the live one differs; None if it cannot be said.

        Both at one moment, while appends go on: a snapshot holds each event together with what the
        live build made of it. Folding what the new build has not taken of them is undone.
        """
        live = PROJECTIONS[self._name]("")
        with as_service(self._connection, one_snapshot=True) as transaction:
            found = build_in(self._connection, self._name, BuildState.LIVE)
            self._fold(_EVERY_ID)
            digest = digest_of(self._connection, self._new.tables)
            differences: Sequence[Difference] | None = None
            if found is not None and found.definition == self._definition:
                differences = ()
                if digest_of(self._connection, live.tables) != digest:
                    differences = differences_between(
                        self._connection, live.tables, self._new.tables
                    )
            transaction.rollback()
        return digest, differences

    def _change(self, **values: object) -> None:
        self._build = self._connection.execute(
            builds.update().where(is_build(self._build)).values(**values).returning(builds)
        ).one()

    def _tell(self, total: int) -> None:
        self._on_progress(self._name, self._build.events, max(total, self._build.events))

    def _stalled(self) -> RebuildStalled:
        return RebuildStalled(
            f"build {self.number} of projection {self._name} could not get past appends or queries "
            "that have been running for long. End them (see pg_stat_activity) and start it again: "
            "it goes on where it stopped"
        )
