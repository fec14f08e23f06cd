"""Interleavings of transactions, played one step after another: the same each time."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid5

import psycopg
from sqlalchemy import Engine

from infrastructure.postgres.own_connection import own_connection
from infrastructure.postgres.sequencer import Term, become_leader
from tests.gaps.followers import Follower
from tests.gaps.ledger import Ledger
from tests.gaps.transactions import Refused, Transaction

_NAMESPACE = UUID("6f4e2f0a-7b0e-4d5c-9a58-3c1f0f2f7a11")
# So few that the next are read ahead.
_BATCH = 3
_AT_ONCE = 6


@dataclass(frozen=True)
class Write:
    """A transaction appends some events to a stream; it begins with its first such step."""

    transaction: int
    stream: int
    events: int = 1


@dataclass(frozen=True)
class Commit:
    """A transaction commits."""

    transaction: int


@dataclass(frozen=True)
class Abort:
    """A transaction is taken back."""

    transaction: int


@dataclass(frozen=True)
class Follow:
    """All followers take what there is for them."""


Step = Write | Commit | Abort | Follow

OVERTAKEN: Sequence[Step] = (
    Write(0, stream=0),
    Write(1, stream=1),
    Commit(1),
    Follow(),
    Commit(0),
    Follow(),
)
"""Who was first to write is last to commit: the smaller id appears below a larger one."""


def younger_first(events: int) -> Sequence[Step]:
    """A transaction writes to a stream after a younger one did, so many events."""
    return (Write(0, 0), Write(1, 1), Commit(1), Write(0, 1, events), Commit(0), Follow())


def any_schedule(seed: int, steps: int, streams: int) -> Iterator[Step]:
    """Some steps of up to six transactions at once, none of which waits for another.

    A stream is written by one open transaction at a time, as its lock would have it.
    """
    chance = Random(seed)  # noqa: S311 - reproducible, no secret
    held: dict[int, set[int]] = {}
    begun = 0
    for _ in range(steps):
        match chance.choices(["write", "commit", "abort", "follow"], [60, 22, 8, 10])[0]:
            case "write":
                if len(held) < _AT_ONCE and chance.random() < 0.5:
                    held[begun] = set()
                    begun += 1
                if not held:
                    continue
                writer = chance.choice(list(held))
                taken = {s for other, mine in held.items() if other != writer for s in mine}
                free = [stream for stream in range(streams) if stream not in taken]
                if free:
                    stream = chance.choice(free)
                    held[writer].add(stream)
                    yield Write(writer, stream, chance.choice([1, 1, 2, 5]))
            case "follow":
                yield Follow()
            case end:
                if held:
                    ended = chance.choice(list(held))
                    del held[ended]
                    yield Commit(ended) if end == "commit" else Abort(ended)
    yield from map(Commit, held)
    yield Follow()


class Player:
    """Plays schedules on a database: one connection for each open transaction."""

    def __init__(self, engine: Engine, ledger: Ledger, followers: Sequence[Follower]) -> None:
        self._engine = engine
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._ledger = ledger
        self._followers = followers
        self._open: dict[int, tuple[psycopg.Connection, Transaction]] = {}
        self.refused = 0

    def play(self, steps: Sequence[Step] | Iterator[Step]) -> None:
        """All steps in their order. What is left of a transaction that was refused is passed."""
        with ExitStack() as stack:
            connections = [stack.enter_context(psycopg.connect(self._url)) for _ in range(_AT_ONCE)]
            leader, reading = (stack.enter_context(own_connection(self._engine)) for _ in "12")
            assert become_leader(leader)
            term = Term(leader, reading)
            for step in steps:
                match step:
                    case Write():
                        self._write(step, connections)
                    case Commit(transaction):
                        self._end(transaction, connections, commit=True)
                    case Abort(transaction):
                        self._end(transaction, connections, commit=False)
                    case Follow():
                        while term.advance(_BATCH):
                            pass
                        for follower in self._followers:
                            follower.follow()

    def _write(self, step: Write, connections: list[psycopg.Connection]) -> None:
        if step.transaction not in self._open:
            connection = connections.pop()
            self._open[step.transaction] = (
                connection,
                Transaction(connection, self._ledger, writer=0, number=step.transaction),
            )
        _, transaction = self._open[step.transaction]
        if not transaction.is_open:
            return
        try:
            transaction.append([uuid5(_NAMESPACE, str(step.stream))], step.events)
        except Refused:
            self.refused += 1

    def _end(self, number: int, connections: list[psycopg.Connection], *, commit: bool) -> None:
        connection, transaction = self._open.pop(number, (None, None))
        if connection is None or transaction is None:
            return
        if transaction.is_open:
            (transaction.commit if commit else transaction.abort)()
        connections.append(connection)
