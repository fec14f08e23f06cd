"""Writers that do to a log what it fears: slow transactions, long ones, idle ones, aborted ones."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random
from uuid import UUID

import psycopg

from tests.gaps.ledger import Ledger
from tests.gaps.transactions import Refused, Transaction

_RETRY_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a writer writes.

    Of its transactions, one in `slow_one_in` makes several appends with pauses of up to `pause`
    seconds between, and one in `idle_one_in` then stays open for up to `idle` seconds. One in
    `aborted_one_in` is taken back. Each append is of up to `events` events.
    """

    events: int = 5
    slow_one_in: int = 4
    pause: float = 0.02
    idle_one_in: int = 40
    idle: float = 0.5
    aborted_one_in: int = 6


class Writer:
    """One of several that write to the same sessions, with a connection of its own."""

    def __init__(
        self,
        conninfo: str,
        ledger: Ledger,
        sessions: Sequence[UUID],
        *,
        number: int,
        seed: int,
        habits: Habits,
    ) -> None:
        self._conninfo = conninfo
        self._ledger = ledger
        self._sessions = sorted(sessions)
        self._number = number
        self._chance = Random(f"{seed}/{number}")  # noqa: S311 - reproducible, no secret
        self._habits = habits
        self._transactions = 0
        self.outages = 0

    def run(self, may_go_on: Callable[[], bool]) -> None:
        """Write until `may_go_on` says no, through outages of the database."""
        while may_go_on():
            try:
                with closing(psycopg.connect(self._conninfo, connect_timeout=5)) as connection:
                    while may_go_on():
                        self._write(connection)
            except psycopg.OperationalError:
                self.outages += 1
                time.sleep(_RETRY_SECONDS)

    def _write(self, connection: psycopg.Connection) -> None:
        chance, habits = self._chance, self._habits
        transaction = Transaction(
            connection, self._ledger, writer=self._number, number=self._transactions
        )
        self._transactions += 1
        try:
            self._append(transaction)
        except Refused:
            return
        if self._one_in(habits.idle_one_in):
            time.sleep(chance.uniform(0, habits.idle))
        if self._one_in(habits.aborted_one_in):
            transaction.abort()
        else:
            transaction.commit()

    def _append(self, transaction: Transaction) -> None:
        chance, habits = self._chance, self._habits
        if not self._one_in(habits.slow_one_in):
            count = chance.randint(1, habits.events)
            transaction.append([chance.choice(self._sessions)], count)
            return
        # In one order by all, as the log's own callers do, or they would wait for each other.
        several = sorted(chance.sample(self._sessions, min(4, len(self._sessions))))
        for at, session_id in enumerate(several):
            if at:
                time.sleep(chance.uniform(0, habits.pause))
            transaction.append([session_id], chance.randint(1, habits.events))

    def _one_in(self, many: int) -> bool:
        return self._chance.random() < 1 / many
