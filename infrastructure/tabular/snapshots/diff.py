"""What makes one stored table the other: a column at a time, and only columns that differ."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from application.ports.snapshots import (
    ChangedRow,
    ColumnDifference,
    ColumnFacts,
    Difference,
    RowDifference,
)
from domain.difference import ColumnChange
from domain.table import Column
from infrastructure.tabular.json_values import JsonValue, json_value
from infrastructure.tabular.precise_moments import with_precise_moments
from infrastructure.tabular.snapshots.diff_rows import (
    MatchedRows,
    by_content,
    by_key,
    by_origin,
    by_place,
    left_over,
)
from infrastructure.tabular.snapshots.open_tables import OpenTable

_GIVE_A_KEY = "To match rows by what identifies them, give a key."


def difference(
    before: OpenTable, after: OpenTable, *, key: Sequence[str], sample: int
) -> Difference:
    """The difference, with at most `sample` changed rows. Raises QueryRefused."""
    names = _names_before(before, after)
    differing = [new for new, old in names.items() if old and before.keys[old] != after.keys[new]]
    matched = _matched(before, after, key, names, differing)
    cells = _ChangedCells(matched, sample)
    for name in differing:
        old = names[name]
        if old is not None:
            cells.compare(name, before.series(old), after.series(name))
    same_order = [old for old in names.values() if old] == [
        name for name in before.names if name in names.values()
    ]
    return Difference(
        same=before.rows == after.rows
        and [before.keys[name] for name in before.names]
        == [after.keys[name] for name in after.names]
        and before.names == after.names,
        columns_reordered=not same_order,
        columns=_columns(before, after, names, cells.counts),
        rows=RowDifference(
            before=before.rows,
            after=after.rows,
            matching=matched.matching,
            note=matched.note,
            matched=matched.count,
            changed=cells.rows,
            only_before=before.rows - matched.count,
            only_after=after.rows - matched.count,
            first_only_before=left_over(before.rows, matched.before, sample),
            first_only_after=left_over(after.rows, matched.after, sample),
        ),
        sample=_sample(after, key, cells),
    )


def _names_before(before: OpenTable, after: OpenTable) -> dict[str, str | None]:
    """What each column of the table after was called before; None for a new one.

    A column that is new by its name and has the content of one that is gone was renamed.
    """
    gone = [name for name in before.names if name not in after.names]
    names: dict[str, str | None] = {}
    for name in after.names:
        if name in before.names:
            names[name] = name
            continue
        found = next((old for old in gone if before.keys[old] == after.keys[name]), None)
        names[name] = found
        if found is not None:
            gone.remove(found)
    return names


def _matched(
    before: OpenTable,
    after: OpenTable,
    key: Sequence[str],
    names: Mapping[str, str | None],
    differing: Sequence[str],
) -> MatchedRows:
    if key:
        return by_key(before, after, key)
    if (carried := by_origin(before, after)) is not None:
        return carried
    same = [name for name, old in names.items() if old is not None and name not in differing]
    telling = [name for name in same if after.columns[name].distinct > 1]
    of_one_type = [
        name for name in differing if after.columns[name].type is before.columns[name].type
    ]
    if before.rows == after.rows:
        if telling or not differing:
            shown = f"{len(same)} column{'s' * (len(same) != 1)}"
            note = f"Rows are matched by their place: {shown} hold the same, row for row."
            return by_place(after.rows, note)
        moved = by_content(before, after, of_one_type, "The same rows, in another order.")
        if of_one_type and moved.count == after.rows:
            return moved
        return by_place(
            after.rows,
            "Rows are matched by their place alone, as there are as many as before; no column "
            f"says whether they moved. {_GIVE_A_KEY}",
        )
    return by_content(
        before,
        after,
        of_one_type,
        "The number of rows changed, so that rows are matched where all cells that both tables "
        f"have are the same; of a row that was changed nobody can tell what became. {_GIVE_A_KEY}",
    )


class _ChangedCells:
    """Counts cells that differ, and keeps the first."""

    def __init__(self, matched: MatchedRows, most: int) -> None:
        self.matched = matched
        self.counts: dict[str, int] = {}
        self._most = most
        self._any: pl.Series | None = None
        self._first: dict[int, dict[str, tuple[Any, Any]]] = {}

    @property
    def rows(self) -> int:
        """How many matched rows have another cell."""
        return 0 if self._any is None else int(self._any.sum())

    @property
    def first(self) -> list[tuple[int, dict[str, tuple[Any, Any]]]]:
        """The first of these rows, with the cells before and after."""
        return sorted(self._first.items())[: self._most]

    def compare(self, name: str, before: pl.Series, after: pl.Series) -> None:
        """Take a column that may differ."""
        old, new = self.matched.cells_before(before), self.matched.cells_after(after)
        changed = _differs(old, new)
        self.counts[name] = int(changed.sum())
        self._any = changed if self._any is None else self._any | changed
        # The first changed rows of all columns are among the first ones of each.
        first = changed.arg_true().head(self._most)
        shown = zip(first, _shown(old.gather(first)), _shown(new.gather(first)), strict=True)
        for row, was, became in shown:
            self._first.setdefault(int(row), {})[name] = (was, became)


def _shown(cells: pl.Series) -> list[JsonValue]:
    return [json_value(cell) for cell in with_precise_moments(cells.to_frame()).to_series()]


def _differs(old: pl.Series, new: pl.Series) -> pl.Series:
    """Where cells are not the same; missing ones are, NaNs are, 0.0 and -0.0 are not."""
    old, new = _unlabelled(old), _unlabelled(new)
    if old.dtype == new.dtype:
        changed = old.ne_missing(new)
        if old.dtype.is_float():
            signs = np.signbit(old.fill_null(0.0).to_numpy()) != np.signbit(
                new.fill_null(0.0).to_numpy()
            )
            changed = changed | (pl.Series(signs) & (old == 0).fill_null(False))
        return changed
    if old.dtype.is_numeric() and new.dtype.is_numeric():
        return old.ne_missing(new)
    return _texts(old).ne_missing(_texts(new))


def _unlabelled(series: pl.Series) -> pl.Series:
    labels = isinstance(series.dtype, pl.Categorical | pl.Enum)
    return series.cast(pl.String) if labels else series


def _texts(series: pl.Series) -> pl.Series:
    if series.dtype.is_nested() or isinstance(series.dtype, pl.Binary):
        texts = [None if cell is None else str(json_value(cell)) for cell in series]
        return pl.Series(texts, dtype=pl.String)
    return series.cast(pl.String)


def _columns(
    before: OpenTable,
    after: OpenTable,
    names: Mapping[str, str | None],
    counts: Mapping[str, int],
) -> list[ColumnDifference]:
    """Every column of the table after in its order, then those that are gone."""
    gone = [name for name in before.names if name not in names.values()]
    touched = [name for name, old in names.items() if name in counts or old is None]
    facts_before = _facts(before, [*gone, *(old for name in counts if (old := names[name]))])
    facts_after = _facts(after, touched)
    found = [
        ColumnDifference(
            name=name,
            was=old,
            change=_change(name, old, counts),
            changed_cells=None if old is None else counts.get(name, 0),
            before=None if old is None else facts_before.get(old, _plain(before.columns[old])),
            after=facts_after.get(name, _plain(after.columns[name])),
        )
        for name, old in names.items()
    ]
    return found + [
        ColumnDifference(
            name=name,
            was=name,
            change=ColumnChange.REMOVED,
            changed_cells=None,
            before=facts_before[name],
            after=None,
        )
        for name in gone
    ]


def _change(name: str, old: str | None, counts: Mapping[str, int]) -> ColumnChange:
    if old is None:
        return ColumnChange.ADDED
    if name in counts:
        return ColumnChange.CHANGED
    return ColumnChange.UNCHANGED if old == name else ColumnChange.RENAMED


def _plain(column: Column) -> ColumnFacts:
    return ColumnFacts(type=column.type, nulls=column.nulls, distinct=column.distinct)


def _facts(table: OpenTable, names: Sequence[str]) -> dict[str, ColumnFacts]:
    """What the profiles say, which were made with the nodes: no cell is read for it."""
    profiles = table.profiles(names)
    facts = {}
    for name in names:
        column, profile = table.columns[name], profiles.get(name, {})
        numbers = profile.get("numeric") or profile.get("datetime") or {}
        facts[name] = ColumnFacts(
            type=column.type,
            nulls=column.nulls,
            distinct=column.distinct,
            min=numbers.get("min"),
            max=numbers.get("max"),
            mean=numbers.get("mean"),
        )
    return facts


def _sample(after: OpenTable, key: Sequence[str], cells: _ChangedCells) -> list[ChangedRow]:
    first = cells.first
    places = [cells.matched.rows_of(match) for match, _ in first]
    keys = with_precise_moments(after.taken(key, [row for _, row in places]))
    return [
        ChangedRow(
            row_before=old,
            row_after=new,
            key={name: json_value(keys[name][at]) for name in keys.columns},
            cells=changed,
        )
        for at, ((old, new), (_, changed)) in enumerate(zip(places, first, strict=True))
    ]
