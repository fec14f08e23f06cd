"""One transaction of several appends, which may be held open for as long as a test likes."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from psycopg import errors as pg

from infrastructure.postgres.appends import Outcome, append_all
from tests.gaps.ledger import Fate, Ledger, Line, Mark
from tests.gaps.stories import append_to

_RACES = (pg.SerializationFailure, pg.DeadlockDetected, pg.UniqueViolation, pg.LockNotAvailable)


class Refused(Exception):
    """Another writer was first: the transaction was rolled back."""


class Transaction:
    """Appends through the service's own functions; its end is entered into the ledger.

    A connection that is lost ends it too, and raises psycopg.OperationalError.
    """

    def __init__(
        self, connection: psycopg.Connection, ledger: Ledger, *, writer: int, number: int
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._mark = Mark(run=ledger.run, writer=writer, transaction=number, number=0)
        self._events = 0
        self.is_open = True

    def append(self, session_ids: Sequence[UUID], count: int) -> None:
        """Append `count` events to each session. Raises Refused."""
        try:
            heads = self._heads(session_ids)
            appends = [
                append_to(session_id, heads.get(session_id, 0), self._next_ids(count))
                for session_id in session_ids
            ]
            answers = append_all(self._connection, appends)
        except _RACES as race:
            self.abort()
            raise Refused(str(race)) from race
        except psycopg.OperationalError:
            self._end(Fate.ABORTED)
            raise
        if any(answer.outcome is not Outcome.APPENDED for answer in answers):
            self.abort()
            raise Refused("another writer appended since the head was read")

    def commit(self) -> None:
        """Make it last."""
        try:
            self._connection.commit()
        except psycopg.OperationalError:
            self._end(Fate.UNKNOWN)
            raise
        self._end(Fate.COMMITTED)

    def abort(self) -> None:
        """Take it back."""
        self._end(Fate.ABORTED)
        self._connection.rollback()

    def _heads(self, session_ids: Sequence[UUID]) -> dict[UUID, int]:
        query = "SELECT session_id, version FROM streams WHERE session_id = ANY(%s)"
        return dict(self._connection.execute(query, [list(session_ids)]).fetchall())

    def _next_ids(self, count: int) -> list[UUID]:
        first = self._events
        self._events += count
        return [
            self._mark._replace(number=number).event_id() for number in range(first, first + count)
        ]

    def _end(self, fate: Fate) -> None:
        self.is_open = False
        self._ledger.add(
            Line(
                writer=self._mark.writer,
                transaction=self._mark.transaction,
                events=self._events,
                fate=fate,
            )
        )
