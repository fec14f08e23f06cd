"""Measuring several ways of doing one thing in turn, so that all meet the same machine."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is measured. `scale` is of the number of events or rows, `seconds` of one window."""

    rounds: int = 5
    scale: float = 1.0
    seconds: float = 4.0

    def scaled(self, full: int) -> int:
        """So many of the `full` number of events or rows."""
        return max(1000, int(full * self.scale))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one way reached in each round."""

    unit: str
    samples: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A row of the table of targets: the median of `ours` over the median of `peer`."""

    row: str
    ours: str
    peer: str
    at_least: float | None
    ratio: float

    @property
    def is_met(self) -> bool | None:
        """None where nothing is asked for."""
        return None if self.at_least is None else self.ratio >= self.at_least


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A row of the table of targets that names no peer: a figure that must not be exceeded."""

    row: str
    unit: str
    at_most: float
    value: float

    @property
    def is_met(self) -> bool:
        return self.value <= self.at_most


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a bench found, and how it went about it."""

    name: str
    how: str
    figures: Mapping[str, Figure]
    comparisons: Sequence[Comparison] = ()
    bounds: Sequence[Bound] = ()
    notes: Sequence[str] = field(default=())

    @property
    def misses_a_target(self) -> bool:
        met = [*(row.is_met for row in self.comparisons), *(row.is_met for row in self.bounds)]
        return False in met


def in_turn(
    rounds: int, unit: str, ways: Iterable[str], measure: Callable[[str], float]
) -> dict[str, Figure]:
    """Measure each way once a round; who goes first changes from round to round.

    `measure` does the work once and returns the figure that it reached.
    """
    names = list(ways)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            samples[name].append(measure(name))
    return {name: Figure(unit=unit, samples=found) for name, found in samples.items()}


def compare(
    figures: Mapping[str, Figure], row: str, ours: str, peer: str, at_least: float | None = None
) -> Comparison:
    """The row's comparison, from the figures of both."""
    ratio = figures[ours].median / figures[peer].median
    return Comparison(row=row, ours=ours, peer=peer, at_least=at_least, ratio=ratio)
