"""A column of cells, decided and typed: what the tests of types look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from domain.dataset import Interpretation
from domain.parse_report import ColumnReading
from infrastructure.tabular.types.column_types import decide


@dataclass(frozen=True)
class Read:
    """The typed values of one column, how it was read, and the kinds of its doubts."""

    values: list[Any]
    dtype: pl.DataType
    column: ColumnReading
    doubts: tuple[str, ...]


def read(cells: Sequence[str | None], given: Interpretation | None = None) -> Read:
    """The column named ``v`` with these cells."""
    text = pl.DataFrame({"v": cells}, schema={"v": pl.String}).lazy()
    decisions = decide(text, given or Interpretation())
    typed = decisions.typed(text).collect()["v"]
    (column,) = decisions.columns
    kinds = tuple(doubt.kind for doubt in decisions.doubts)
    return Read(typed.to_list(), typed.dtype, column, kinds)
