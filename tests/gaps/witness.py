"""Looks at each delivered event, and says at the end what was wrong with all of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tests.gaps.ledger import Fate, Ledger, Line, mark_of

_EXAMPLES = 5


class Fault(StrEnum):
    """What must not happen to an event."""

    LOST = "a committed event was not delivered"
    DOUBLED = "an event was delivered twice"
    ABORTED = "an event of an aborted transaction was delivered"
    TORN = "a transaction was delivered in part"
    MISORDERED = "an event came before its predecessor in the stream"
    HOLE = "a position was left out"
    CHANGED = "another event came at a position that was taken"


class Delivered(NamedTuple):
    """An event as a follower gets it. `place` is where it stands in the order that is followed."""

    place: int
    event_id: UUID
    stream_id: str
    version: int
    hash: bytes


class Witness:
    """Sees what one follower is given.

    A `dense` order has the places 1, 2, 3, … Only in such an order, and only if the follower
    says so, may an event come again: then it must be the very same at the very same place.
    """

    def __init__(self, run: int, *, dense: bool) -> None:
        self._run = run
        self._dense = dense
        self._examples: dict[Fault, list[str]] = defaultdict(list)
        self._heads: dict[str, int] = {}
        self._seen: set[UUID] = set()
        self.hashes: list[bytes] = []
        self.redelivered = 0

    def take(self, events: Sequence[Delivered], *, may_come_again: bool = False) -> None:
        """See the next events."""
        for event in events:
            if may_come_again and event.place <= len(self.hashes):
                self.redelivered += 1
                if self.hashes[event.place - 1] != event.hash:
                    self._note(Fault.CHANGED, event)
            else:
                self._take(event)

    def faults(self, ledger: Ledger) -> Mapping[Fault, Sequence[str]]:
        """Examples of whatever was wrong, given what the writers know."""
        found = {fault: list(examples) for fault, examples in self._examples.items()}
        delivered = Counter(
            (mark.writer, mark.transaction)
            for mark in map(mark_of, self._seen)
            if mark.run == self._run
        )
        for line in ledger:
            count = delivered.pop((line.writer, line.transaction), 0)
            fault = _fault_of(line, count)
            if fault is not None:
                found.setdefault(fault, []).append(f"{count} of the events of {line}")
        # What no line of the ledger tells of was written by a transaction that never ended.
        for transaction in delivered:
            found.setdefault(Fault.ABORTED, []).append(f"of a transaction unheard of {transaction}")
        return {fault: examples[:_EXAMPLES] for fault, examples in found.items()}

    def _take(self, event: Delivered) -> None:
        if self._dense and event.place != len(self.hashes) + 1:
            self._note(Fault.HOLE, event)
        if event.event_id in self._seen:
            self._note(Fault.DOUBLED, event)
        elif event.version != self._heads.get(event.stream_id, 0) + 1:
            self._note(Fault.MISORDERED, event)
        self._heads[event.stream_id] = event.version
        self._seen.add(event.event_id)
        self.hashes.append(event.hash)

    def _note(self, fault: Fault, event: Delivered) -> None:
        if len(self._examples[fault]) < _EXAMPLES:
            self._examples[fault].append(
                f"version {event.version} of {event.stream_id} at {event.place}"
            )


def _fault_of(line: Line, delivered: int) -> Fault | None:
    match line.fate:
        case Fate.COMMITTED if delivered < line.events:
            return Fault.LOST
        case Fate.ABORTED if delivered:
            return Fault.ABORTED
        case Fate.UNKNOWN if delivered not in {0, line.events}:
            return Fault.TORN
    return None
