"""Database errors that mean: the log cannot serve now."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from application.ports.event_log import LogUnavailable

_WRONG_SCHEMA = (
    pg.UndefinedTable,
    pg.UndefinedColumn,
    pg.InvalidSchemaName,
    pg.InsufficientPrivilege,
)


@contextmanager
def reaching_the_log() -> Iterator[None]:
    """Turns errors of connections, timeouts and missing schema into LogUnavailable."""
    try:
        yield
    except PoolTimeout as error:
        raise LogUnavailable(
            "no connection to PostgreSQL came free in time; use a larger pool or fewer workers"
        ) from error
    except DBAPIError as error:
        if isinstance(error.orig, _WRONG_SCHEMA):
            raise LogUnavailable(
                f"PostgreSQL lacks what this Datatrail needs ({reason_of(error)}); "
                "run: datatrail migrate"
            ) from error
        if out_of_reach(error):
            raise LogUnavailable(f"PostgreSQL cannot serve: {reason_of(error)}") from error
        raise


def out_of_reach(error: BaseException) -> bool:
    """Whether the error is about the connection or the server, not about what was asked."""
    return isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError)
        and (error.connection_invalidated or isinstance(error.orig, pg.ReadOnlySqlTransaction))
    )


def reason_of(error: DBAPIError) -> str:
    """The server's own first line: it names objects, never values of a row."""
    return (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
