"""Cuts through the log: an id such that every event up to it can be seen, and none comes later."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors as pg
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from infrastructure.postgres.locks import Lock, hold_for_transaction
from infrastructure.postgres.tables import events

_LOCK_TIMEOUT = "300ms"
_PAUSE_SECONDS = 0.5


def hold_appends(connection: Connection) -> int:
    """Hold appends off until the transaction ends; the id of the last event.

    Raises what `waits_for_appends` takes, if it takes long: while this waits for appends in
    flight, new ones wait behind it.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
    hold_for_transaction(connection, Lock.APPENDS)
    return connection.scalar(select(func.coalesce(func.max(events.c.id), 0))) or 0


@contextmanager
def waits_for_appends(until: float, refusal: Exception) -> Iterator[None]:
    """Sleeps a little when locks could not be had, so that it can be tried again.

    After the moment `until`, by the monotonic clock, `refusal` is raised.
    """
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, pg.LockNotAvailable | pg.DeadlockDetected):
            raise
        if time.monotonic() > until:
            raise refusal from error
        time.sleep(_PAUSE_SECONDS)
