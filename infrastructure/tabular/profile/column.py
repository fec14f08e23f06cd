"""The profile of one column: a pure function of its values, whatever it is called.

So it can be kept under the digest of the column's content. Every profile has the members ``type``,
``storage``, ``rows``, ``nulls``, ``distinct``, ``distinct_method``, ``role`` and ``top_values``,
and one named for its type: ``numeric``, ``text``, ``datetime`` or ``boolean``. Statistics of a
column without values are None. They hold values of cells: never log or record them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.table import ColumnType
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.profile.calendar import calendar_of
from infrastructure.tabular.profile.counting import EXACT, TOP_VALUES, counted
from infrastructure.tabular.profile.distribution import histogram
from infrastructure.tabular.profile.moments_in_time import moment_text
from infrastructure.tabular.profile.numbers import Numbers, numbers_of, ordered_values
from infrastructure.tabular.profile.roles import Role, role_of_numbers, role_of_text
from infrastructure.tabular.profile.sorted_numbers import most_frequent, quantile, runs_of
from infrastructure.tabular.profile.texts import texts_of, unlike
from infrastructure.tabular.profile.value_kinds import kind_mask
from infrastructure.tabular.shapes import logical_type

# Of the members that a profile has and of what they mean: one more for each change of them. A
# profile that was kept by another version is to be computed anew; one that names none is of 1.
PROFILE_VERSION = 1

_EXAMINED_NUMBERS = 1_000


def column_profile(series: pl.Series) -> Mapping[str, Any]:
    """Everything that is known of a column by its values, ready for JSON; without its name."""
    # Polars takes some names, such as ^$ and *, for patterns over the names of columns.
    series = series.alias("value")
    kind = logical_type(series.dtype)
    facts: dict[str, Any] = {
        "type": kind.value,
        "storage": str(series.dtype),
        "rows": len(series),
        "nulls": series.null_count(),
    }
    match kind:
        case ColumnType.INTEGER | ColumnType.NUMBER:
            return facts | _numeric(series)
        case ColumnType.TEXT:
            return facts | _text(series)
        case ColumnType.DATETIME:
            return facts | _datetime(series)
        case ColumnType.BOOLEAN:
            return facts | _boolean(series)
        case ColumnType.OTHER:
            return facts | _other(series)


def _numeric(series: pl.Series) -> dict[str, Any]:
    found = numbers_of(series)
    values = len(series) - series.null_count()
    role = role_of_numbers(values, found.runs, integers=series.dtype.is_integer())
    return {
        "distinct": found.distinct if _is_narrow(series) else _exact(series),
        "distinct_method": EXACT,
        "role": role.value,
        "kinds": _kinds_of_integers(series, found) if role is not Role.IDENTIFIER else [],
        "numeric": found.numeric,
        "distribution": found.distribution,
        "top_values": found.top,
    }


def _is_narrow(series: pl.Series) -> bool:
    """Whether its values are different exactly if they are as numbers of 64 bits."""
    wide = (pl.Int128, pl.UInt128)
    return not (series.dtype.is_decimal() or isinstance(series.dtype, wide))


def _exact(series: pl.Series) -> int:
    return series.n_unique() - (1 if series.null_count() else 0)


def _kinds_of_integers(series: pl.Series, found: Numbers) -> list[dict[str, Any]]:
    """What whole numbers may be instead of amounts: seconds since 1970, card numbers, dates."""
    values = found.runs.values
    if not series.dtype.is_integer() or not len(values) or not _is_narrow(series):
        return []
    low, high = int(values[0]), int(values[-1])
    some = pl.Series(values[:: -(-len(values) // _EXAMINED_NUMBERS)]).cast(pl.String)
    if low >= 10**12 and high < 10**19:
        share = float(kind_mask(some, "card_number").sum()) / len(some)
        if share > 0.5:
            return [{"kind": "card_number", "share": share}]
    for kind, unit in (("epoch_seconds", 1), ("epoch_milliseconds", 1000)):
        # From 2000 to 2040.
        if 946_684_800 * unit <= low and high < 2_208_988_800 * unit:
            return [{"kind": kind, "share": 1.0}]
    if low >= 19_000_101 and high <= 21_001_231:
        share = float(kind_mask(some, "datetime").sum()) / len(some)
        if share > 0.95:
            return [{"kind": "datetime", "share": share}]
    return []


def _text(series: pl.Series) -> dict[str, Any]:
    found = counted(series.cast(pl.String).drop_nulls())
    texts = texts_of(found)
    kinds = texts.examination.kinds
    role = role_of_text(
        values=len(series) - series.null_count(),
        distinct=found.distinct,
        kinds=kinds,
        words=texts.examination.words,
        longest=texts.text["max_length"] or 0,
    )
    regular = role.value in kinds and role not in {Role.NAME, Role.ADDRESS}
    return {
        "distinct": found.distinct,
        "distinct_method": found.method,
        "role": role.value,
        "text": texts.text,
        "top_values": texts.text["top_values"],
        **texts.facts,
        "unlike_role": unlike(found, texts, role.value) if regular else None,
    }


def _datetime(series: pl.Series) -> dict[str, Any]:
    dtype = series.dtype
    ordered = ordered_values(series.to_physical())
    runs = runs_of(ordered)
    distinct = len(runs.counts)
    role = Role.EMPTY if not distinct else Role.CONSTANT if distinct == 1 else Role.DATETIME
    counts = histogram(ordered)
    return {
        "distinct": distinct,
        "distinct_method": EXACT,
        "role": role.value,
        "datetime": {
            "min": moment_text(int(ordered[0]), dtype) if distinct else None,
            "max": moment_text(int(ordered[-1]), dtype) if distinct else None,
        },
        "median": moment_text(_median(ordered), dtype) if distinct else None,
        "calendar": calendar_of(runs, dtype),
        "distribution": {"histogram": _moments_histogram(counts, dtype)},
        "top_values": [
            {"value": moment_text(value, dtype), "count": n}
            for value, n in most_frequent(runs, TOP_VALUES)
        ],
    }


def _median(ordered: npt.NDArray[Any]) -> int:
    # Floating point rounds: the middle of moments far away would come out beyond them all.
    middle = round(quantile(ordered, 0.5) or 0)
    return min(max(middle, int(ordered[0])), int(ordered[-1]))


def _moments_histogram(
    counts: dict[str, list[float] | list[int]] | None, dtype: pl.DataType
) -> dict[str, Any] | None:
    if counts is None:
        return None
    limit = 2**62 if isinstance(dtype, pl.Datetime) else 2**31
    edges = [min(max(int(edge), -limit), limit) for edge in counts["edges"]]
    return {"edges": [moment_text(edge, dtype) for edge in edges], "counts": counts["counts"]}


def _boolean(series: pl.Series) -> dict[str, Any]:
    true = int(series.sum() or 0)
    false = len(series) - series.null_count() - true
    distinct = (true > 0) + (false > 0)
    role = (Role.EMPTY, Role.CONSTANT, Role.BOOLEAN)[distinct]
    counts = sorted([(True, true), (False, false)], key=lambda item: -item[1])
    return {
        "distinct": distinct,
        "distinct_method": EXACT,
        "role": role.value,
        "boolean": {"true": true, "false": false},
        "top_values": [{"value": value, "count": n} for value, n in counts if n],
    }


def _other(series: pl.Series) -> dict[str, Any]:
    """Lists, structures, bytes, times, durations: only how many there are."""
    if isinstance(series.dtype, pl.Object):
        series = pl.Series([None if v is None else repr(v) for v in series], dtype=pl.String)
    distinct = _exact(series)
    role = Role.EMPTY if not distinct else Role.CONSTANT if distinct == 1 else Role.OTHER
    span = isinstance(series.dtype, pl.Duration | pl.Time)
    ordered = np.sort(series.drop_nulls().to_physical().to_numpy()) if span else np.zeros(0)
    return {
        "distinct": distinct,
        "distinct_method": EXACT,
        "role": role.value,
        "span": _span(ordered, series.dtype) if len(ordered) else None,
        "top_values": [],
    }


def _span(ordered: Any, dtype: pl.DataType) -> dict[str, Any]:  # noqa: ANN401 - numpy of any type
    """The least and the greatest, in seconds: of the day, or of a duration."""
    unit = {"ms": 10**3, "us": 10**6, "ns": 10**9}[getattr(dtype, "time_unit", "ns") or "ns"]
    return {
        "min_seconds": json_value(int(ordered[0]) / unit),
        "max_seconds": json_value(int(ordered[-1]) / unit),
    }
