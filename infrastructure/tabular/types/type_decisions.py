"""The types of all columns of a text, decided on every value in one pass, or few.

A sample of the first rows tells of each column which reading is the first that fits; a pass over
the whole text counts whether every value fits it. Where one does not, examples of those join the
sample, and the column gets the next reading that fits them all: so a column has the first of its
readings that every value fits, and no sample decides anything.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from domain.dataset import Interpretation
from infrastructure.tabular.types.column_decisions import ColumnDecision

_SAMPLED_CELLS = 400_000
_LEAST_ROWS, _MOST_ROWS = 200, 2000
_COLUMNS_AT_ONCE = 500


def decide_columns(text: pl.LazyFrame, given: Interpretation) -> list[ColumnDecision]:
    """The reading of each column of `text`, and the counts of its cells."""
    names = text.collect_schema().names()
    rows = min(_MOST_ROWS, max(_LEAST_ROWS, _SAMPLED_CELLS // max(1, len(names))))
    sample = text.head(rows).collect(engine="streaming")
    columns = [ColumnDecision(index, name, given) for index, name in enumerate(names)]
    for column, cells in zip(columns, sample.get_columns(), strict=True):
        column.note(cell for cell in cells if cell)
    undecided = columns
    while undecided:
        for column in undecided:
            column.choose()
        few = range(0, len(undecided), _COLUMNS_AT_ONCE)
        undecided = [c for i in few for c in _checked(text, undecided[i : i + _COLUMNS_AT_ONCE])]
    _follow_conventions(columns)
    return columns


def _follow_conventions(columns: list[ColumnDecision]) -> None:
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


def _checked(text: pl.LazyFrame, columns: Sequence[ColumnDecision]) -> list[ColumnDecision]:
    """Those of the columns whose reading does not fit every value, with new examples."""
    counts = _row(text, [pl.len().alias("rows"), *(e for c in columns for e in c.counts())])
    for column in columns:
        column.rows = counts["rows"]
        column.empty = counts[f"{column.index} empty"]
        column.blank = counts[f"{column.index} blank"]
        column.worded = counts[f"{column.index} worded"]
        column.strays = counts[f"{column.index} strays"]
    wrong = [column for column in columns if counts[f"{column.index} unexplained"]]
    if wrong:
        found = _row(text, [e for column in wrong for e in column.examples()])
        for column in wrong:
            column.learn(found)
    return wrong


def _row(text: pl.LazyFrame, exprs: list[pl.Expr]) -> dict[str, Any]:
    return text.select(exprs).collect(engine="streaming").row(0, named=True)
