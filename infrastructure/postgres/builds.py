"""Builds of projections: which there are, and the function that appends project with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    MetaData,
    RootTransaction,
    Row,
    Table,
    Text,
    and_,
    func,
    select,
    text,
)

from application.ports.projections import BuildState
from infrastructure.postgres.projections import (
    PROJECTIONS,
    SessionTree,
    definition_of,
    taken,
)
from infrastructure.postgres.tables import READ_MODELS, SERVICE_ROLE

builds = Table(
    "builds",
    MetaData(schema=READ_MODELS),
    Column("projection", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    # Tables and folds: what a build of this definition holds is said by the log alone.
    Column("definition", Text, nullable=False),
    Column("tables", ARRAY(Text), nullable=False),
    Column("fold", Text, nullable=False),
    Column("known_events", ARRAY(Text), nullable=False),
    # Every event up to this id is taken; of a live one, every event.
    Column("cut", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("built_at", DateTime(timezone=True)),
    Column("digest", Text),
    # Null when there was nothing to compare it with.
    Column("differences", JSON(none_as_null=True)),
    Column("error", Text),
)


@contextmanager
def as_service(connection: Connection, *, one_snapshot: bool = False) -> Iterator[RootTransaction]:
    """A transaction as the service's role, which owns the read models whoever works on them.

    With `one_snapshot` all of its queries see the database at one moment.
    """
    with connection.begin() as transaction:
        if one_snapshot:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text(f"SET LOCAL ROLE {SERVICE_ROLE}"))
        # A fold or a comparison takes as long as it takes.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
        yield transaction


def build_in(connection: Connection, name: str, state: BuildState) -> Row[Any] | None:
    """The projection's build of that state."""
    query = select(builds).where(builds.c.projection == name, builds.c.state == state)
    return connection.execute(query).one_or_none()


def suffix_of(number: int) -> str:
    """What ends the names of a build's tables, as long as it is not the live one."""
    return f"__b{number}"


def outdated_projections(connection: Connection) -> list[str]:
    """The projections whose live build is missing or of another definition than this code's."""
    query = select(builds.c.projection, builds.c.definition).where(
        builds.c.state == BuildState.LIVE
    )
    live = {row.projection: row.definition for row in connection.execute(query)}
    return [name for name, make in PROJECTIONS.items() if live.get(name) != definition_of(make(""))]


def every_event_is_known(connection: Connection) -> bool:
    """Whether every live build takes every event that this code can write."""
    query = select(builds.c.known_events).where(builds.c.state == BuildState.LIVE)
    ours = set(taken.known_events())
    return all(ours <= set(known) for known in connection.scalars(query))


def learn_events(connection: Connection) -> None:
    """Let live builds of this code's definition take the events that it knows."""
    ours = set(taken.known_events())
    for name, make in PROJECTIONS.items():
        live = build_in(connection, name, BuildState.LIVE)
        if live is None or live.definition != definition_of(make("")):
            continue
        connection.execute(
            builds.update()
            .where(builds.c.projection == name, builds.c.state == BuildState.LIVE)
            .values(known_events=sorted(ours | set(live.known_events)))
        )
    write_project_function(connection)


def write_project_function(connection: Connection) -> None:
    """Make the function that appends call: the folds of the live builds, over what is appended.

    It takes the events that each of them knows.
    """
    query = select(builds).where(builds.c.state == BuildState.LIVE)
    live = {row.projection: row for row in connection.execute(query)}
    if SessionTree.name not in live:
        return
    known = set.intersection(*(set(row.known_events) for row in live.values()))
    folds = ", ".join(live[name].fold for name in sorted(live))
    # The plan is kept: making one takes several times as long as the fold. It may be made while the
    # tables are empty, and used when they are full.
    connection.exec_driver_sql(
        f"""
        CREATE OR REPLACE FUNCTION {READ_MODELS}.project(session_ids uuid[]) RETURNS void
        LANGUAGE plpgsql
        SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $project$
        DECLARE
            how_many bigint;
        BEGIN
            WITH taken AS MATERIALIZED ({taken.of_sessions(sorted(known))}), {folds}
            SELECT count(*) INTO how_many FROM taken;
        END $project$
        """  # noqa: S608 - made of the folds and of the registry's names
    )


def drop_build(connection: Connection, build: Row[Any]) -> None:
    """Remove a build that is not live, and its tables."""
    for name in build.tables:
        table = f"{READ_MODELS}.{name}{suffix_of(build.number)}"
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    connection.execute(builds.delete().where(is_build(build)))


def swap_in(connection: Connection, build: Row[Any], *, cut: int) -> None:
    """Make the build live and keep the one that was, by renaming their tables.

    Nobody may be appending; both hold every event up to `cut`.
    """
    live = build_in(connection, build.projection, BuildState.LIVE)
    kept = build_in(connection, build.projection, BuildState.KEPT)
    if kept is not None and kept.number != build.number:
        drop_build(connection, kept)
    if live is not None:
        for name in live.tables:
            _rename(connection, name, name + suffix_of(live.number))
        # It took as many, append by append, and nobody counted.
        _change(connection, live, state=BuildState.KEPT, cut=cut, events=build.events)
    for name in build.tables:
        _rename(connection, name + suffix_of(build.number), name)
    _change(connection, build, state=BuildState.LIVE, cut=cut, built_at=func.clock_timestamp())
    write_project_function(connection)


def is_build(build: Row[Any]) -> ColumnElement[bool]:
    """True for the build's row."""
    return and_(builds.c.projection == build.projection, builds.c.number == build.number)


def _rename(connection: Connection, table: str, name: str) -> None:
    connection.execute(text(f"ALTER TABLE {READ_MODELS}.{table} RENAME TO {name}"))


def _change(connection: Connection, build: Row[Any], **values: object) -> None:
    connection.execute(builds.update().where(is_build(build)).values(**values))
