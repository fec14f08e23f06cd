"""Tables between Parquet and pandas, without losing what a cell is. Runs in the jail and outside.

Imports nothing of ours but the types that a snapshot may hold: the jail sees these files alone.
"""

from collections.abc import Callable, Iterator, Set
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.extensions import ExtensionDtype

from infrastructure.tabular.plain_types import NotPlain, representable

LONGEST_COLUMN_NAME = 1_000
_RANGES = (pd.IntervalDtype, pd.PeriodDtype)
TEXT_SAYS_ALL = (Fraction, IPv4Address, IPv6Address, UUID, pd.Interval, pd.Period)
# Of these, Arrow would make the one of the other, and drop the time of a day or make moments of
# numbers. A bool is an int to Python, and a datetime a date.
_KINDS = ((bool, np.bool_), (datetime,), (date,), (timedelta,), (bytes,), (str,))
_NULLABLE: dict[pa.DataType, ExtensionDtype] = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}
_TEXT: dict[pa.DataType, ExtensionDtype] = {
    kind: pd.StringDtype(na_value=float("nan")) for kind in (pa.string(), pa.large_string())
}


class Refused(Exception):
    """A frame cannot become a table. `kind` is a stable word, `names` are the columns concerned."""

    def __init__(self, kind: str, *names: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.names = names


def read_table(file: str | pa.NativeFile) -> pd.DataFrame:
    """A Parquet file, or that at a path: nullable where there are nulls, ``str`` for text."""
    table = pq.read_table(file, use_threads=False, pre_buffer=False).replace_schema_metadata(None)
    series = [_series(column) for column in table.columns]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=range(table.num_rows))
    frame.columns = pd.Index(table.column_names, dtype="str")
    return frame


def _series(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us"))
    elif pa.types.is_null(column.type):
        column = column.cast(pa.large_string())
    if _is_list_of_text(column.type):
        # Python's lists, as str.split leaves them: pandas has .str[0] for these alone.
        lists = pd.Series(column.to_pylist(), dtype="object")
        if _comes_back(lists, column):
            return lists
    if not _has_dtype(column.type):
        return pd.Series(pd.arrays.ArrowExtensionArray(column))
    types = _TEXT | _NULLABLE if column.null_count else _TEXT
    series: pd.Series = column.to_pandas(types_mapper=types.get)
    # Of one piece without nulls, pandas would be given Arrow's own memory, which cannot be written
    # into: df.loc[rows, name] = value does.
    return series.copy() if column.num_chunks == 1 and not column.null_count else series


def _has_dtype(kind: pa.DataType) -> bool:
    """Whether pandas has a dtype of its own that gives this Arrow type back."""
    return (
        kind in _NULLABLE
        or kind in _TEXT
        or pa.types.is_floating(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_duration(kind)
        or pa.types.is_dictionary(kind)
    )


def _is_list_of_text(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.ListType | pa.LargeListType) and kind.value_type in _TEXT


def _comes_back(values: pd.Series, column: pa.ChunkedArray) -> bool:
    again = pa.chunked_array([pa.array(values, from_pandas=True)])
    return _is_list_of_text(again.type) and bool(again.cast(column.type).equals(column))


def to_arrow(
    frame: object, most_columns: int, in_words: Callable[[pd.Series], pd.Series] | None = None
) -> pa.Table:
    """`frame` as an Arrow table without an index and with distinct, textual column names.

    Raises Refused when it is not a dataframe or holds what a table cannot. With `in_words`, what it
    makes of a column whose values have no common type is kept as text.
    """
    if frame is None:
        raise Refused("nothing")
    if isinstance(frame, pd.Series):
        raise Refused("series")
    if not isinstance(frame, pd.DataFrame):
        raise Refused("not_a_table")
    if frame.shape[1] > most_columns:
        raise Refused("too_many_columns")
    frame = labelled(frame)
    names = list(_column_names(frame))
    if not names and len(frame):
        raise Refused("no_columns")
    arrays = [_array(frame.iloc[:, place], name, in_words) for place, name in enumerate(names)]
    return pa.table(arrays, names=names)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with columns of one level, to which its index belongs if that tells something."""
    return _without_index(_with_one_level(frame))


def _with_one_level(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of several levels (agg, pivot) by the names of all that have one: ``price_mean``."""
    # A view: the caller's own frame keeps its index and its names.
    frame = frame.copy(deep=False)
    if frame.columns.nlevels == 1:
        frame.columns = frame.columns.rename(None)
        return frame
    named = [
        [str(part) for part in names if not pd.isna(part) and part != ""] for names in frame.columns
    ]
    frame.columns = pd.Index(["_".join(parts) for parts in named], dtype="str")
    return frame


def _without_index(frame: pd.DataFrame) -> pd.DataFrame:
    """An index is data if it is named (groupby, set_index) or does not just count (describe)."""
    for level in reversed(range(frame.index.nlevels)):
        names = list(frame.index.names)
        if names[level] is None and _tells(frame.index.get_level_values(level)):
            names[level] = free_name(frame, "index")
            frame.index = frame.index.set_names(names)
        if names[level] is not None and names[level] not in frame.columns:
            frame = frame.reset_index(level=level)
    return frame.reset_index(drop=True)


def _tells(labels: pd.Index) -> bool:
    """Whether labels without a name tell something: numbers of rows do not, nor with a total."""
    if labels.inferred_type == "floating":
        return bool((labels.dropna() % 1 != 0).any())
    return not labels.inferred_type.startswith(("integer", "mixed", "boolean", "empty"))


def free_name(frame: pd.DataFrame, name: str) -> str:
    """`name`, or the first of name_2, name_3, … that no column has."""
    names = (name, *(f"{name}_{number}" for number in range(2, frame.shape[1] + 3)))
    return next(each for each in names if each not in frame.columns)


def _column_names(frame: pd.DataFrame) -> Iterator[str]:
    seen = set()
    for column in frame.columns:
        if pd.isna(column):
            raise Refused("nameless_column")
        name = str(column)
        if len(name) > LONGEST_COLUMN_NAME or "\0" in name or not _encodable(name):
            raise Refused("unusable_name")
        if name in seen:
            raise Refused("duplicate_columns", name)
        seen.add(name)
        yield name


def _encodable(text: str) -> bool:
    """Whether no half of a surrogate pair is in `text`."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _array(
    column: pd.Series, name: str, in_words: Callable[[pd.Series], pd.Series] | None
) -> pa.ChunkedArray:
    try:
        return _typed(column, name)
    except Refused:
        if in_words is None:
            raise
        return pa.chunked_array([pa.array(in_words(column), pa.large_string(), from_pandas=True)])


def _typed(column: pd.Series, name: str) -> pa.ChunkedArray:
    try:
        array = pa.array(_storable(column), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        raise Refused("mixed_column", name) from None
    except (pa.ArrowNotImplementedError, TypeError):
        raise Refused("unsupported_column", name) from None
    if isinstance(array.type, pa.BaseExtensionType):
        raise Refused("unsupported_column", name)
    try:
        return representable(
            array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
        )
    except NotPlain as obstacle:
        raise Refused(obstacle.kind, name) from None


def _storable(column: pd.Series) -> pd.Series:
    """Intervals and periods, which pd.cut and to_period make, as their text; sparse as dense."""
    kind = column.dtype
    if isinstance(kind, _RANGES):
        return column.astype("str").where(column.notna())
    if isinstance(kind, pd.CategoricalDtype) and isinstance(kind.categories.dtype, _RANGES):
        return column.cat.rename_categories([str(label) for label in kind.categories])
    if isinstance(kind, pd.SparseDtype):
        return pd.Series(np.asarray(column))
    return _plain_objects(column) if isinstance(kind, np.dtype) and kind.hasobject else column


def _plain_objects(column: pd.Series) -> pd.Series:
    """Sets as lists, identifiers as text, whole numbers beyond 64 bits as decimals."""
    known = column[column.notna()]
    kinds = set(map(type, known))
    if len({next((some for some in _KINDS if issubclass(kind, some)), ()) for kind in kinds}) > 1:
        raise pa.ArrowInvalid("values that Arrow would take for those of another kind")
    if kinds and all(issubclass(kind, datetime) for kind in kinds):
        if len({moment.tzinfo is None for moment in known}) > 1:
            # Arrow would take those without a time zone for UTC, and say nothing.
            raise pa.ArrowInvalid("moments with and without a time zone")
        return column
    if kinds and kinds <= {set, frozenset}:
        return column.map(in_order, na_action="ignore")
    if kinds and all(issubclass(kind, TEXT_SAYS_ALL) for kind in kinds):
        return column.map(str, na_action="ignore").where(column.notna(), None)
    if kinds == {int} and not (-(2**63) <= min(known) <= max(known) < 2**63):
        return column.map(Decimal, na_action="ignore")
    return column


def in_order(cells: Set[object]) -> list[object]:
    """A set has no order of its own, but what is stored must not depend on hashes."""
    return sorted(cells, key=lambda cell: (type(cell).__name__, cell))
