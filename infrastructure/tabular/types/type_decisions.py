"""The types of all columns of a text, decided on every value in one pass, or few.

A sample of the first rows tells of each column which reading is the first that fits; a pass over
the whole text counts whether every value fits it. Where one does not, examples of those join the
sample, and the column gets the next reading that fits them all: so a column has the first of its
readings that every value fits, and no sample decides anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from domain.dataset import Interpretation
from infrastructure.tabular.types.column_decisions import ColumnDecision

_SAMPLED_CELLS = 400_000
_LEAST_ROWS, _MOST_ROWS = 200, 2000
_COLUMNS_AT_ONCE = 500


def sampled_columns(text: pl.LazyFrame, given: Interpretation) -> list[ColumnDecision]:
    """The columns of `text` with its first rows as their evidence, each with its likely reading."""
    names = text.collect_schema().names()
    rows = min(_MOST_ROWS, max(_LEAST_ROWS, _SAMPLED_CELLS // max(1, len(names))))
    sample = text.head(rows).collect(engine="streaming")
    columns = [ColumnDecision(index, name, given) for index, name in enumerate(names)]
    for column, cells in zip(columns, sample.get_columns(), strict=True):
        column.note(cell for cell in cells if cell)
        column.choose()
    return columns


def decide_columns(text: pl.LazyFrame, columns: Sequence[ColumnDecision]) -> None:
    """Give each of the sampled columns the first reading that fits every value."""
    for some in _batches(columns):
        _count(text, some)
    settle(text, columns)


def settle(text: pl.LazyFrame, columns: Sequence[ColumnDecision]) -> None:
    """The same, for columns whose cells were counted."""
    while wrong := [column for column in columns if column.counted.unexplained]:
        for some in _batches(wrong):
            found = _row(text, [example for column in some for example in column.examples()])
            for column in some:
                column.learn(found)
                column.choose()
            _count(text, some)
    _follow_conventions(columns)


def _follow_conventions(columns: Sequence[ColumnDecision]) -> None:
    """Read columns that tell nothing for sure as the others are written, if those agree."""
    seen: dict[str, set[str]] = {}
    for reading in (column.reading for column in columns):
        if reading.convention and not reading.choices:
            what, how = reading.convention
            seen.setdefault(what, set()).add(how)
    for column in columns:
        unsure = column.reading.uncertainty
        for choice in column.reading.choices:
            what, how = choice.convention or ("", "")
            if unsure and seen.get(what) == {how}:
                message = "no value tells it; the values were read as those of other columns are"
                column.reading = replace(choice, uncertainty=replace(unsure, message=message))


def _count(text: pl.LazyFrame, columns: Sequence[ColumnDecision]) -> None:
    counts = _row(text, [count for column in columns for count in column.counts()])
    for column in columns:
        column.counted = column.counted_in(counts)


def _batches(columns: Sequence[ColumnDecision]) -> Iterator[Sequence[ColumnDecision]]:
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        yield columns[start : start + _COLUMNS_AT_ONCE]


def _row(text: pl.LazyFrame, exprs: list[pl.Expr]) -> dict[str, Any]:
    return text.select(exprs).collect(engine="streaming").row(0, named=True)
