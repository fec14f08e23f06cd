"""Connections to PostgreSQL, with bounds on every wait."""

from datetime import timedelta
from select import POLLIN, poll
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, make_url
from sqlalchemy.exc import DisconnectionError

from infrastructure.events.json_values import canonical_bytes, parse

DRIVER = "postgresql+psycopg"

# The server's timeouts bound nothing when its host is gone or a network drops packets: the system's
# defaults would wait for hours, the relay among those who wait.
_DEAD_SERVER = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}

# The same for the server: a session keeps its locks for as long as its client is not known dead.
_DEAD_CLIENT = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "30000",
}

_SET = """
SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS given (name, value)
"""

_UNUSED = "unused"

# What is acknowledged is on the disk, whatever the server's default is; a stricter one stays.
_DURABLE = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""


def make_engine(
    url: str,
    *,
    pool_size: int = 5,
    statement_timeout: timedelta = timedelta(seconds=30),
    lock_timeout: timedelta = timedelta(seconds=10),
    autocommit: bool = False,
) -> Engine:
    """An engine over at most `pool_size` connections; nothing connects before its first use.

    `url` may begin with ``postgresql://`` or name another driver: psycopg 3 is used. Statements
    and waits for locks that take longer fail, as does waiting 10 s for a free connection; a
    timeout of zero means none. With `autocommit` each statement is a transaction. A connection that
    the server has ended is not used again. Dispose of the engine to close its connections.
    """
    engine = create_engine(
        make_url(url).set(drivername=DRIVER),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        # The one last used has its statements prepared, and its server process at hand.
        pool_use_lifo=True,
        isolation_level="AUTOCOMMIT" if autocommit else None,
        # A statement that is a transaction leaves nothing to take back.
        pool_reset_on_return=None if autocommit else "rollback",
        # Parameters hold what people wrote: they have no place in an exception's text.
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "datatrail",
            # Whatever the environment or the server would have: text is sent as it is.
            "client_encoding": "utf-8",
            **_DEAD_SERVER,
        },
        # JSON columns take and give our own dataclasses, and lose nothing.
        json_serializer=lambda value: canonical_bytes(value).decode(),
        json_deserializer=parse,
    )
    limits = {
        "statement_timeout": statement_timeout,
        "lock_timeout": lock_timeout,
        "idle_in_transaction_session_timeout": timedelta(minutes=5),
    }
    parameters = {
        **{name: str(int(limit.total_seconds() * 1000)) for name, limit in limits.items()},
        **_DEAD_CLIENT,
        "TimeZone": "UTC",
        # Appends must see what was committed while they waited for a lock, whatever the server's
        # default is.
        "default_transaction_isolation": "read committed",
    }

    @event.listens_for(engine, "connect")
    def bound_every_wait(connection: Any, record: Any) -> None:  # noqa: ANN401 - DBAPI's own
        connection.execute(_SET, [list(parameters), list(parameters.values())])
        connection.execute(_DURABLE)
        connection.commit()
        record.info[_UNUSED] = True

    @event.listens_for(engine, "checkout")
    def refuse_what_was_cut(connection: Any, record: Any, _: object) -> None:  # noqa: ANN401
        # Another one would fare no better: a server that crashes cuts what it has just taken.
        if record.info.pop(_UNUSED, False):
            return
        # Nobody awaits an answer on it: what is there to be read is the server's goodbye. To ask
        # for a sign of life would take a round trip before each use.
        readable = poll()
        readable.register(connection.fileno(), POLLIN)
        if readable.poll(0):
            raise DisconnectionError("the server has ended this connection")

    return engine


NOT_AWAITED = func.set_config("synchronous_commit", "off", True) == "off"
"""A condition that always holds, of a statement whose transaction does not wait for the disk.

Only of what the log knows anyway: a crash of the server may take back the last half second. The
log itself is as durable as before, whatever else is written at the same time.
"""


def by_statement(engine: Engine) -> Engine:
    """The same pool, each statement a transaction: it takes two round trips less, of four."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")
