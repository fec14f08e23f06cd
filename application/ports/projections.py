"""Projections for who runs the service: what is built, and building anew from the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from application.ports.progress import OnProgress, quietly


class UnknownProjection(Exception):
    """There is no projection of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no projection {name!r}; there are {', '.join(known)}")
        self.name = name


class RebuildInProgress(Exception):
    """Somebody else is building the projection now."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"projection {name} is being built by somebody already; wait for that to end"
        )
        self.name = name


class RebuildStalled(Exception):
    """The new build could not catch up with the log or be swapped in; the live one is untouched."""


class ProjectionStopped(Exception):
    """A build met an event that it does not know. The live one is untouched."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"the build of projection {name} stopped: {reason}. A newer Datatrail wrote that "
            "event; rebuild with that one. Nothing was changed"
        )
        self.name = name


class NothingToRollBackTo(Exception):
    """No earlier build is kept that this Datatrail could read; the message says why."""


class BuildState(StrEnum):
    """What a build of a projection is for. There is at most one of each state."""

    BUILDING = "building"
    """Being made, or left unfinished: the next rebuild goes on with it."""

    LIVE = "live"
    KEPT = "kept"
    """The one that was live before; `rollback` brings it back."""

    VERIFIED = "verified"
    """What the last `verify` found; its tables are gone."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A table in which the live build was not what the log says.

    `rows` is how many rows are missing, too many, or others; `examples` are keys of some of them.
    """

    table: str
    rows: int
    examples: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Build:
    """A build of a projection.

    `differences` between the live build of that time and this one is None when they could not be
    compared: there was none, or none of the same definition. `digest` names the rows that were
    compared. `error` says why it stopped. `is_current` tells whether it is of the definition, and
    takes the events, that this Datatrail knows; `is_running` whether somebody works on it now.
    """

    projection: str
    number: int
    state: BuildState
    is_current: bool
    is_running: bool
    events: int
    total_events: int
    began_at: datetime
    built_at: datetime | None
    digest: str | None
    differences: Sequence[Difference] | None
    error: str | None


class Projections(Protocol):
    """Every method raises LogUnavailable when the database cannot be reached.

    Appends go on during each of these. What was begun and not ended, by whatever death, is gone on
    with when it is asked for again. All raise UnknownProjection; those that build raise
    RebuildInProgress, RebuildStalled and ProjectionStopped.
    """

    def names(self) -> Sequence[str]:
        """Every projection there is."""

    def builds(self) -> Sequence[Build]:
        """Every build there is, by projection and number."""

    def rebuild(self, name: str, on_progress: OnProgress = quietly) -> Build:
        """Fold the whole log into a new build, compare it with the live one, and swap it in.

        What was live is kept. A difference is reported, and mended by the swap. `on_progress` is
        told the projection's name and how many events are taken, by the other two as well.
        """

    def verify(self, name: str, on_progress: OnProgress = quietly) -> Build:
        """Fold the whole log beside the live build, compare the two, and throw it away."""

    def rollback(self, name: str, on_progress: OnProgress = quietly) -> Build:
        """Let the kept build catch up with the log and exchange it with the live one.

        Raises NothingToRollBackTo.
        """
