"""Columns that determine another one in nearly every row, such as a postcode its city."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import polars as pl

from infrastructure.tabular.json_values import json_value

_NEARLY = 0.97
_GROUP = 3
_USUAL = 0.9
_CLEAR = 2 / 3
_ROWS = 30_000
_SHOWN = 3
_SEED = 1


@dataclass(frozen=True, kw_only=True)
class BrokenDependency:
    """`rows` rows have another value in `second` than nearly all that share theirs in `first`."""

    first: str
    second: str
    rows: int
    examples: Sequence[dict[str, Any]]
    about: bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A column that may determine others, and how many different values it has."""

    series: pl.Series
    distinct: int


def broken_dependencies(columns: Sequence[Candidate]) -> list[BrokenDependency]:
    """Dependencies that hold in at least 97 % of the rows and not in all, the surest first.

    Only where values of `first` come again three times on the average, and where in each group
    that breaks it two thirds agree: else nobody can say what is right. Of long tables, some rows
    are looked at; where those would tear groups apart, some values of `first` with all of theirs.
    Of two columns that determine each other, the surer direction is told.
    """
    found: dict[frozenset[str], BrokenDependency] = {}
    for one, other in permutations(range(len(columns)), 2):
        broken = _broken(columns[one], columns[other].series)
        if broken is None:
            continue
        pair = frozenset({broken.first, broken.second})
        if pair not in found or broken.rows < found[pair].rows:
            found[pair] = broken
    return sorted(found.values(), key=lambda each: each.rows)


def _broken(candidate: Candidate, second: pl.Series) -> BrokenDependency | None:
    first = candidate.series
    step = max(1, len(first) // _ROWS)
    rows = _some(candidate, second, step).drop_nulls()
    pairs = rows.group_by("a", "b").len()
    groups = pairs.group_by("a").agg(
        all=pl.col("len").sum(),
        most=pl.col("len").max(),
        usual=pl.col("b").sort_by("len").last(),
        other=pl.col("b").sort_by("len").first(),
    )
    violations = int((groups["all"] - groups["most"]).sum()) if groups.height else 0
    if not violations or violations > (1 - _NEARLY) * rows.height:
        return None
    if rows.height < _GROUP * groups.height or not _tells(pairs, rows.height):
        return None
    breaking = groups.filter(pl.col("all") > pl.col("most"))
    if (breaking["most"] / breaking["all"]).min() < _CLEAR:  # type: ignore[operator]  # a float
        return None
    return BrokenDependency(
        first=first.name,
        second=second.name,
        rows=violations * step,
        examples=[_example(each) for each in _shown(breaking)],
        about=step > 1,
    )


def _some(candidate: Candidate, second: pl.Series, step: int) -> pl.DataFrame:
    rows = pl.DataFrame({"a": candidate.series, "b": second})
    if step == 1:
        return rows
    if candidate.distinct * _GROUP * _GROUP * step <= rows.height:
        # Every so manyeth row would see only some values of what comes again in a fixed order.
        return rows.sample(rows.height // step, seed=_SEED)
    return rows.filter(pl.col("a").hash() % step == 0)


def _tells(pairs: pl.DataFrame, rows: int) -> bool:
    """Whether the second column varies at all: else anything determines it."""
    most = pairs.group_by("b").agg(pl.col("len").sum())["len"].max()
    return isinstance(most, int) and most < _USUAL * rows


def _shown(breaking: pl.DataFrame) -> list[dict[str, Any]]:
    return breaking.sort("all", "a", descending=[True, False]).head(_SHOWN).to_dicts()


def _example(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": json_value(group["a"]),
        "usual": json_value(group["usual"]),
        "other": json_value(group["other"]),
    }
