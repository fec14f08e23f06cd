"""Database errors that mean: the log cannot serve now."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from application.ports.event_log import LogUnavailable

_WRONG_SCHEMA = (
    pg.UndefinedTable,
    pg.UndefinedColumn,
    pg.UndefinedFunction,
    pg.InvalidSchemaName,
    pg.InsufficientPrivilege,
)
_OUT_OF_REACH = (psycopg.OperationalError, psycopg.InterfaceError, pg.ReadOnlySqlTransaction)


@contextmanager
def reaching_the_log() -> Iterator[None]:
    """Turns errors of connections, timeouts and missing schema into LogUnavailable."""
    try:
        yield
    except PoolTimeout as error:
        raise LogUnavailable(
            "no connection to PostgreSQL came free in time; use a larger pool or fewer workers"
        ) from error
    except (DBAPIError, psycopg.Error) as error:
        if isinstance(_cause(error), _WRONG_SCHEMA):
            raise LogUnavailable(
                f"PostgreSQL lacks what this Datatrail needs ({reason_of(error)}); "
                "run: datatrail migrate"
            ) from error
        if out_of_reach(error):
            raise LogUnavailable(f"PostgreSQL cannot serve: {reason_of(error)}") from error
        raise


def out_of_reach(error: BaseException) -> bool:
    """Whether the error is about the connection or the server, not about what was asked."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(_cause(error), _OUT_OF_REACH)


def reason_of(error: DBAPIError | psycopg.Error) -> str:
    """The server's own first line: it names objects, never values of a row."""
    cause = _cause(error)
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]


def _cause(error: BaseException) -> BaseException | None:
    """The driver's own error."""
    return error.orig if isinstance(error, DBAPIError) else error
