"""The types of columns of text, decided on whole columns and never with a loss."""

from dataclasses import dataclass

import polars as pl

from domain.dataset import Interpretation
from domain.parse_report import ColumnReading, Doubt
from infrastructure.tabular.types.column_decisions import ColumnDecision
from infrastructure.tabular.types.date_layouts import CENTURY
from infrastructure.tabular.types.missing_words import MISSING_SIGNS, MISSING_WORDS
from infrastructure.tabular.types.numeric_dates import iso_readings
from infrastructure.tabular.types.type_decisions import decide_columns, sampled_columns

__all__ = ["MISSING_WORDS", "Decisions", "decide", "typed", "typed_datetimes"]

_SIGNS = (
    "signs such as - or ? were taken for missing values: give the option missing with the words "
    "that are, or the type text, to have it otherwise"
)
_UNKNOWN = "types were given for columns that the table does not have"


@dataclass(frozen=True)
class Decisions:
    """How every column of a text of so many rows is read, and what could be otherwise."""

    rows: int
    columns: tuple[ColumnReading, ...]
    doubts: tuple[Doubt, ...]
    _decided: tuple[ColumnDecision, ...]

    def typed(self, text: pl.LazyFrame) -> pl.LazyFrame:
        """The same rows in their order, each column with its type, of the text decided on."""
        return text.select(column.typed().alias(column.name) for column in self._decided)


def decide(text: pl.LazyFrame, interpretation: Interpretation) -> Decisions:
    """The types of the columns of `text`, which are all strings.

    Reads all of it, in bounded memory: once when the first rows are like the rest, and once or
    twice more for the columns where they are not.
    """
    columns = sampled_columns(text, interpretation)
    decide_columns(text, columns)
    return decisions(columns, interpretation)


def decisions(decided: list[ColumnDecision], interpretation: Interpretation) -> Decisions:
    """What was decided, as it is told."""
    readings = tuple(_column_reading(column) for column in decided)
    return Decisions(
        rows=decided[0].counted.rows if decided else 0,
        columns=readings,
        doubts=_doubts(decided, interpretation),
        _decided=tuple(decided),
    )


def typed(text: pl.Series) -> pl.Series:
    """The column with its type: Int64, Float64, Boolean, Datetime in microseconds, or String."""
    frame = text.to_frame().lazy()
    return decide(frame, Interpretation()).typed(frame).collect().to_series()


def typed_datetimes(values: pl.Series) -> pl.Series | None:
    """ISO dates or times of one shape as Datetime; in UTC when each ends in Z or +00:00."""
    frame = values.alias("x").to_frame()
    for reading in iso_readings():
        fits, convert = reading.fits, reading.convert
        if fits and convert and frame.select(fits(pl.col("x")).all()).item():
            return frame.select(convert(pl.col("x"))).to_series().alias(values.name)
    return None


def _column_reading(column: ColumnDecision) -> ColumnReading:
    return ColumnReading(
        name=column.name,
        type=column.reading.type,
        values=column.counted.rows - column.missing,
        missing=column.missing,
        missing_words=column.words,
        format=column.reading.format,
        unit=column.reading.unit,
    )


def _doubts(columns: list[ColumnDecision], given: Interpretation) -> tuple[Doubt, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for column in columns:
        # What comes first, the day or the month, leaves open of which century it is.
        century = CENTURY if "%y" in (column.reading.format or "") else None
        for uncertainty in {column.reading.uncertainty: None, century: None}:
            if uncertainty is not None:
                found.setdefault((uncertainty.kind, uncertainty.message), []).append(column.name)
        values, strays = column.counted.rows - column.missing, column.counted.strays
        if column.near_miss and (message := column.near_miss.message(strays, values)):
            found.setdefault((f"mostly_{column.near_miss.name}", message), []).append(column.name)
        if not set(column.words).isdisjoint(MISSING_SIGNS):
            found.setdefault(("missing_sign", _SIGNS), []).append(column.name)
    unknown = given.types.keys() - {column.name for column in columns}
    if unknown:
        found["unknown_column", _UNKNOWN] = sorted(unknown)
    return tuple(
        Doubt(kind=kind, names=tuple(names), message=message)
        for (kind, message), names in found.items()
    )
