"""Connections that are nobody else's: what is held by a session must end with its holder."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


@contextmanager
def own_connection(engine: Engine) -> Iterator[Connection]:
    """A connection outside of the pool, each statement a transaction; closed at the end.

    Session locks and LISTEN last as long as a session. A pool would keep it for whoever comes next.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        connection.detach()
        yield connection
    except DBAPIError as error:
        if error.connection_invalidated:
            # Known to be lost: closing it in order would only fail once more.
            connection.invalidate(error)
        raise
    finally:
        connection.close()
