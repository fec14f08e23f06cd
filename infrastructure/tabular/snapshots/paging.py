"""Some rows of a stored table: filtered, sorted, and a page of what is left."""

from collections.abc import Sequence

import polars as pl

from application.ports.snapshots import Page, QueryRefused, RowQuery
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.precise_moments import with_precise_moments
from infrastructure.tabular.snapshots.column_names import named_columns
from infrastructure.tabular.snapshots.conditions import parsed_condition
from infrastructure.tabular.snapshots.open_tables import OpenTable

_ROW = "row"


def page_of(table: OpenTable, query: RowQuery) -> Page:
    """The page. Only columns that decide over rows are read whole. Raises QueryRefused."""
    names = named_columns("columns", query.columns, table.names) or table.names
    rows: Sequence[int]
    if query.numbers is not None:
        total = len(query.numbers)
        rows = query.numbers[query.offset : query.offset + query.limit]
    elif not query.where and not query.sort:
        total = table.rows
        rows = range(min(query.offset, total), min(query.offset + query.limit, total))
    else:
        found = _chosen_rows(table, query)
        total = len(found)
        rows = found.slice(query.offset, query.limit).to_list()
    frame = with_precise_moments(table.taken(names, rows))
    return Page(
        columns=tuple(names),
        rows=[[json_value(value) for value in row] for row in frame.iter_rows()],
        offset=query.offset,
        total=total,
    )


def _chosen_rows(table: OpenTable, query: RowQuery) -> pl.Series:
    """The numbers of the rows that fulfil all conditions, in order."""
    conditions = [parsed_condition(text, table.names) for text in query.where]
    order = _order(query.sort, table.names)
    needed = list(dict.fromkeys([*(each.column for each in conditions), *order]))
    # Called by place: a column may have any name, and that of the row's number.
    places = {name: str(place) for place, name in enumerate(needed)}
    series = [_comparable(table.series(name)).alias(places[name]) for name in needed]
    frame = pl.DataFrame(series)
    for name in order:
        if frame.schema[places[name]].is_nested():
            raise QueryRefused("sort", f"The column {name!r} holds lists, which have no order.")
    lazy = frame.lazy().with_row_index(_ROW)
    for condition in conditions:
        place = places[condition.column]
        lazy = lazy.filter(condition.expression(pl.col(place), frame.schema[place]))
    if order:
        lazy = lazy.sort(
            [pl.col(places[name]) for name in order],
            descending=list(order.values()),
            nulls_last=True,
            maintain_order=True,
        )
    return lazy.select(_ROW).collect().to_series()


def _order(sort: Sequence[str], names: Sequence[str]) -> dict[str, bool]:
    """The columns to sort by, and whether each begins with the largest."""
    order: dict[str, bool] = {}
    for name in named_columns("sort", sort, [*names, *(f"-{name}" for name in names)]):
        plain = name in names
        order.setdefault(name if plain else name[1:], not plain)
    return order


def _comparable(series: pl.Series) -> pl.Series:
    """Labels as their text; NaN as missing, as which it is shown."""
    if series.dtype.is_float():
        return series.fill_nan(None)
    if isinstance(series.dtype, pl.Categorical | pl.Enum):
        return series.cast(pl.String)
    return series
