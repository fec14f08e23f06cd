"""Conditions on rows, written ``column:operator:value`` and compared in the column's own type."""

import datetime as dt
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from application.ports.snapshots import QueryRefused
from infrastructure.tabular.snapshots.column_names import no_such_column

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_MISSING = ("isnull", "notnull")
OPERATORS = (*_COMPARED, "contains", *_MISSING)
_LARGEST = 2**64


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition. `value` is the text that was given, None where the operator takes none."""

    column: str
    operator: str
    value: str | None

    def expression(self, cells: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        """Whether a cell of a column of this type fulfils it. Raises QueryRefused."""
        if self.operator == "isnull":
            return cells.is_null()
        if self.operator == "notnull":
            return cells.is_not_null()
        if self.operator == "contains":
            if not isinstance(dtype, pl.String):
                raise self._refused("holds no text, so that 'contains' means nothing for it")
            return cells.str.contains(pl.lit(self.value), literal=True)
        compared = _COMPARED[self.operator](cells, self._literal(dtype))
        return pl.Expr.and_(cells.is_not_null(), compared)

    def _literal(self, dtype: pl.DataType) -> pl.Expr:
        text = self.value or ""
        if isinstance(dtype, pl.String):
            return pl.lit(text, pl.String)
        if isinstance(dtype, pl.Boolean):
            if self.operator not in {"eq", "ne"} or text not in {"true", "false"}:
                raise self._refused("holds true and false: compare with eq:true or eq:false")
            return pl.lit(text == "true")
        if dtype.is_numeric():
            return self._number(text, dtype)
        if isinstance(dtype, pl.Datetime | pl.Date):
            return self._moment(text, dtype)
        raise self._refused("is of a type that can only be asked for isnull and notnull")

    def _number(self, text: str, dtype: pl.DataType) -> pl.Expr:
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise self._refused("holds numbers: compare with one, like 12 or -0.5") from None
        if not dtype.is_decimal() and number.is_finite() and number == number.to_integral_value():
            if abs(number) >= _LARGEST:
                raise self._refused("is compared with whole numbers of at most 64 bits")
            return pl.lit(int(number))
        if number.is_nan() or (dtype.is_decimal() and not number.is_finite()):
            raise self._refused("holds numbers: compare with one, like 12 or -0.5")
        if dtype.is_decimal():
            return pl.lit(number)
        return pl.lit(float(number) if number.is_finite() else math.copysign(math.inf, number))

    def _moment(self, text: str, dtype: pl.Datetime | pl.Date) -> pl.Expr:
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise self._refused(
                "holds dates: compare with one in ISO 8601, like 2024-05-01 or 2024-05-01T12:30:00"
            ) from None
        zone = getattr(dtype, "time_zone", None)
        if zone is None and moment.tzinfo is not None:
            raise self._refused("holds times without a zone: leave out the offset")
        if zone is not None:
            moment = moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(ZoneInfo(zone))
        if isinstance(dtype, pl.Date):
            return pl.lit(moment)
        return pl.lit(moment, pl.Datetime("us", zone))

    def _refused(self, why: str) -> QueryRefused:
        return QueryRefused("where", f"The column {self.column!r} {why}.")


def parsed_condition(text: str, names: Sequence[str]) -> Condition:
    """The condition that is written so; the longest name of a column that fits is meant.

    Raises QueryRefused.
    """
    for name in sorted(names, key=len, reverse=True):
        rest = text.removeprefix(f"{name}:")
        if rest == text and not text.startswith(f"{name}:"):
            continue
        wanted, colon, value = rest.partition(":")
        if wanted in _MISSING and not colon:
            return Condition(column=name, operator=wanted, value=None)
        if (wanted in _COMPARED or wanted == "contains") and colon:
            return Condition(column=name, operator=wanted, value=value)
    raise _not_understood(text, names)


def _not_understood(text: str, names: Sequence[str]) -> QueryRefused:
    column, colon, rest = text.partition(":")
    if colon and column not in names and not any(text.startswith(f"{name}:") for name in names):
        return no_such_column("where", column, names)
    example = "price:ge:10, name:contains:Ann or email:isnull"
    if rest.partition(":")[0] in {*_COMPARED, "contains"}:
        return QueryRefused("where", f"The operator needs a value after it, as in {example}.")
    return QueryRefused(
        "where",
        f"A condition is column:operator:value, as in {example}. "
        f"Operators are {', '.join(OPERATORS)}.",
    )
