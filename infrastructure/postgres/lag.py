"""What holds the log's order up: events that wait for a transaction that is open."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, text

from application.ports.sequencing import OpenTransaction

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0

# Compared with scalars, not with a joined row: only so does the index begin at this place.
HAS_NO_POSITION = """
    (e.epoch, e.xid, e.id) > ((SELECT s.epoch FROM sequencer s), (SELECT s.xid FROM sequencer s),
                              (SELECT s.id FROM sequencer s))
"""

_FIRST_WAITING = text(
    f"SELECT e.id FROM events e WHERE {HAS_NO_POSITION} ORDER BY e.epoch, e.xid, e.id LIMIT 1"  # noqa: S608 - a constant
)

# Every transaction that has an id locks it, which all may see. What pg_stat_activity tells of
# another role's session is little: its pid and its application's name.
_OLDEST_TRANSACTION = text(
    """
    SELECT l.pid, a.usename AS user, a.application_name AS application, a.state,
           clock_timestamp() - a.xact_start AS open_for
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
      AND l.transactionid = pg_snapshot_xmin(pg_current_snapshot())::xid
    """
)


def oldest_transaction(connection: Connection) -> Sequence[OpenTransaction]:
    """The oldest transaction that has an id, in any database of the cluster; none if there is none.

    Later events wait for it. Transactions that only read have no id, and hold nothing up.
    """
    return [
        OpenTransaction(
            pid=row.pid,
            user=row.user,
            application=row.application,
            state=row.state,
            open_for=row.open_for,
        )
        for row in connection.execute(_OLDEST_TRANSACTION)
    ]


class LagWatch:
    """Warns when an event has waited for longer than `limit`, and at most every `again`."""

    def __init__(self, connection: Connection, limit: timedelta, again: timedelta) -> None:
        self._connection = connection
        self._limit = limit.total_seconds()
        self._again = again.total_seconds()
        self._next_look = 0.0
        self._waiting: int | None = None
        self._since = 0.0
        self._warned: float | None = None

    def look(self, now: float) -> None:
        """Called often, by the monotonic clock; asks the database about once a second."""
        if now < self._next_look:
            return
        self._next_look = now + min(_LOOK_SECONDS, self._limit / 2)
        waiting = self._connection.scalar(_FIRST_WAITING)
        if waiting is None or waiting != self._waiting:
            self._waiting, self._since = waiting, now
            if self._warned is not None:
                logger.info("the log's order goes on")
                self._warned = None
            return
        waited = now - self._since
        if waited >= self._limit and (self._warned is None or now - self._warned >= self._again):
            self._warned = now
            self._warn(waited)

    def _warn(self, waited: float) -> None:
        logger.warning(
            "events wait for a transaction that is open, and nobody is told of them; end it",
            extra={
                "waited_seconds": round(waited, 1),
                "transactions": [
                    {
                        "pid": each.pid,
                        "user": each.user,
                        "application": each.application,
                        "state": each.state,
                        "open_seconds": each.open_for and round(each.open_for.total_seconds(), 1),
                    }
                    for each in oldest_transaction(self._connection)
                ],
            },
        )
