"""How far the one order of all events has come, for the operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class OpenTransaction:
    """A transaction in the database's cluster that later events wait for.

    What the service's role may not see of another's session is None. A transaction that was
    prepared for two-phase commit has no session, and none of this.
    """

    pid: int | None
    user: str | None
    application: str | None
    state: str | None
    open_for: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The newest checkpoint that was signed and is in object storage."""

    epoch: int
    size: int
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The log did not go on from what was anchored: events are lost or were altered.

    `epoch` is the one in which the log goes on.
    """

    raised_at: datetime
    epoch: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Follower:
    """A named reader of the log, and the last position that it was done with."""

    name: str
    position: int


@dataclass(frozen=True, kw_only=True)
class SequencingReport:
    """Where the sequencer is.

    `size` events have a position. `waiting` others have none yet, counted up to a hundred thousand,
    the first of them recorded at `waiting_since`. `passed_over` events were recorded and neither
    have a position nor will be given one, because they stand before the order's end or are gone:
    other than 0, it says that the database was altered; None while too many wait to tell. `is_led`
    tells whether any process is sequencing.
    """

    epoch: int
    size: int
    is_led: bool
    waiting: int
    waiting_since: datetime | None
    passed_over: int | None
    held_up_by: Sequence[OpenTransaction]
    followers: Sequence[Follower]
    anchor: Anchor | None
    alarms: Sequence[Alarm]


class Sequencing(Protocol):
    """Looks at the sequencer from any process."""

    def report(self) -> SequencingReport:
        """Raises LogUnavailable."""
