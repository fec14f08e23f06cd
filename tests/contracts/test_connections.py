"""What every connection asks of the server, whatever the server's own defaults are."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from application.ports.event_log import LogUnavailable
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.embedded.programs import ENVIRONMENT, find_programs
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.tables import SERVICE_ROLE
from tests.contracts.conftest import LogDatabase
from tests.services.ports import free_ports
from tests.services.process import ServerProcess


@contextmanager
def server_on_tcp(place: Path) -> Iterator[str]:
    """A server that is reached as one on another machine is; the superuser's URL."""
    with EmbeddedPostgres(place):
        pass
    access = place / "data" / "pg_hba.conf"
    access.write_text("host all all 127.0.0.1/32 trust\n", encoding="utf-8")
    (port,) = free_ports(1)
    command = find_programs(place).command(
        *("postgres", "-D", str(place / "data"), "--listen_addresses=127.0.0.1"),
        *(f"--port={port}", "--unix_socket_directories="),
    )
    server = ServerProcess(command, env=ENVIRONMENT, log=place / "tcp.log")
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/datatrail"
        server.wait_until(lambda: answers(url), seconds=120)
        yield url.replace("://", "+psycopg://")
    finally:
        server.kill()


def answers(url: str) -> bool:
    """Whether it takes connections: while it starts up, its port does and it does not."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def setting(engine: Engine, name: str) -> float:
    """The value of a parameter on a connection, in seconds if it is a time."""
    query = text(
        "SELECT setting::float / CASE unit WHEN 'ms' THEN 1000 ELSE 1 END FROM pg_settings"
        " WHERE name = :name"
    )
    with engine.connect() as connection:
        return float(connection.execute(query, {"name": name}).scalar_one())


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")],
)
def test_an_acknowledged_event_is_on_the_disk_whatever_the_default_of_the_server(
    log_database: LogDatabase, theirs: str, ours: str
) -> None:
    name = log_database.engine.url.database
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "", 1)) as owner:
        owner.execute(
            f"ALTER ROLE {SERVICE_ROLE} IN DATABASE {name} SET synchronous_commit = '{theirs}'"
        )
    log_database.engine.dispose()
    with log_database.engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == ours


def test_the_server_notices_within_half_a_minute_that_a_client_is_gone(tmp_path: Path) -> None:
    """Until then it holds the locks of that client: of a migration, or of a rebuild."""
    with server_on_tcp(tmp_path) as url:
        engine = make_engine(url)
        idle, interval, count, unacknowledged = (
            setting(engine, f"tcp_{name}")
            for name in (
                *("keepalives_idle", "keepalives_interval", "keepalives_count"),
                "user_timeout",
            )
        )
        engine.dispose()
    assert 0 < idle + interval * count <= 30
    assert 0 < unacknowledged <= 30


def test_connections_that_the_server_has_ended_are_replaced_before_their_use(
    postgres: EmbeddedPostgres,
) -> None:
    engine = make_engine(postgres.url, pool_size=3)
    pids = pids_of_three(engine)
    with psycopg.connect(postgres.url.replace("+psycopg", "", 1), autocommit=True) as admin:
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS t (pid)"
        assert admin.execute(ended, [list(pids)]).fetchall() == [(True,)] * 3
    assert pids.isdisjoint(pids_of_three(engine))
    engine.dispose()


def pids_of_three(engine: Engine) -> set[int]:
    """The server's processes behind three connections at once."""
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.connect()) for _ in range(3)]
        return {each.execute(text("SELECT pg_backend_pid()")).scalar_one() for each in connections}


def test_a_server_that_cuts_what_it_has_just_taken_is_an_outage(postgres: EmbeddedPostgres) -> None:
    """As one does that crashes."""
    engine = make_engine(postgres.url)

    @event.listens_for(engine, "connect")
    def cut(taken: psycopg.Connection[Any], _: object) -> None:
        with psycopg.connect(postgres.url.replace("+psycopg", "", 1)) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10_000)", [taken.info.backend_pid])

    with pytest.raises(LogUnavailable), reaching_the_log(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()
