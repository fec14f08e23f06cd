"""What writers know of their own transactions: the truth that deliveries are held against.

An event's id says which transaction wrote it, and as which of its events. So millions of events are
accounted for by a line for each transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Fate(StrEnum):
    """What became of a transaction, as its writer knows it."""

    COMMITTED = "committed"
    """It was acknowledged."""

    ABORTED = "aborted"

    UNKNOWN = "unknown"
    """The connection was lost while the commit was under way: all of it is there, or nothing."""


class Mark(NamedTuple):
    """What an event's id says: the run, the writer, its transaction, and the event within it."""

    run: int
    writer: int
    transaction: int
    number: int

    def event_id(self) -> UUID:
        """An id that nobody else makes; `run` and `number` have 32 bits, the others fewer."""
        transaction = self.writer << 40 | self.transaction
        return UUID(int=self.run << 96 | transaction << 32 | self.number)


def mark_of(event_id: UUID) -> Mark:
    """The reverse of `event_id`."""
    value = event_id.int
    return Mark(
        run=value >> 96,
        writer=value >> 72 & 0xFFFFFF,
        transaction=value >> 32 & 0xFFFFFFFFFF,
        number=value & 0xFFFFFFFF,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One transaction, and how many events it wrote."""

    writer: int
    transaction: int
    events: int
    fate: Fate


class Ledger:
    """The transactions of one run."""

    def __init__(self, run: int, lines: Iterable[Line] = ()) -> None:
        self.run = run
        self._lines = list(lines)

    def add(self, line: Line) -> None:
        self._lines.append(line)

    def merge(self, lines: Sequence[Line]) -> None:
        self._lines += lines

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def count(self, fate: Fate) -> int:
        """How many transactions ended so."""
        return sum(line.fate is fate for line in self._lines)

    def events(self, fate: Fate) -> int:
        """How many events those wrote."""
        return sum(line.events for line in self._lines if line.fate is fate)
