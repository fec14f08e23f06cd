"""Which row of one table is which of another: by a key, by their places, or by what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from application.ports.snapshots import QueryRefused
from domain.difference import Matching
from infrastructure.tabular.snapshots.open_tables import OpenTable

_BEFORE, _AFTER = "before", "after"
_SEEDS = (1, 2)
_FACTOR = 0x9E3779B97F4A7C15


@dataclass(frozen=True, kw_only=True)
class MatchedRows:
    """Pairs of rows, in the order of the table after; None stands for each row and itself."""

    matching: Matching
    note: str
    count: int
    before: pl.Series | None = None
    after: pl.Series | None = None

    def cells_before(self, series: pl.Series) -> pl.Series:
        """The cells of the matched rows of a column before."""
        return series if self.before is None else series.gather(self.before)

    def cells_after(self, series: pl.Series) -> pl.Series:
        """The same of a column after."""
        return series if self.after is None else series.gather(self.after)

    def rows_of(self, match: int) -> tuple[int, int]:
        """The numbers of the two rows of a match."""
        if self.before is None or self.after is None:
            return match, match
        return int(self.before[match]), int(self.after[match])


def by_place(rows: int, note: str) -> MatchedRows:
    """Each row and the one in its place."""
    return MatchedRows(matching=Matching.POSITION, note=note, count=rows)


def by_key(before: OpenTable, after: OpenTable, key: Sequence[str]) -> MatchedRows:
    """Rows of one key. A key that is missing or comes twice in a table is of no row.

    Raises QueryRefused for a key that is not in both tables.
    """
    for name in key:
        if name not in before.names or name not in after.names:
            raise QueryRefused("key", f"The column {name!r} is not in both tables: give another.")
    named = ", ".join(map(repr, key))
    unique = f"Rows are matched by {named}."
    if before.rows == after.rows and all(before.keys[name] == after.keys[name] for name in key):
        first = pl.DataFrame([after.series(name).alias(str(i)) for i, name in enumerate(key)])
        if first.height == first.drop_nulls().n_unique():
            count = after.rows
            return MatchedRows(matching=Matching.KEY, note=unique, count=count)
    frames = []
    for table, row in ((before, _BEFORE), (after, _AFTER)):
        columns = [_comparable(table.series(name)).alias(str(i)) for i, name in enumerate(key)]
        frames.append(pl.DataFrame(columns).with_row_index(row))
    frames = _of_same_types(frames, len(key))
    on = [str(i) for i in range(len(key))]
    alone = [frame.drop_nulls(on).filter(pl.struct(on).is_unique()) for frame in frames]
    pairs = alone[1].join(alone[0], on=on, how="inner", maintain_order="left")
    left_out = sum(frame.height - some.height for frame, some in zip(frames, alone, strict=True))
    note = (
        unique
        if not left_out
        else (
            f"{unique} {left_out:,} rows have no key or share it with others of their table, "
            "and are matched with none."
        )
    )
    return MatchedRows(
        matching=Matching.KEY,
        note=note,
        count=pairs.height,
        before=pairs[_BEFORE],
        after=pairs[_AFTER],
    )


def by_origin(before: OpenTable, after: OpenTable) -> MatchedRows | None:
    """Rows that came from the same row. None when the tables' rows come from different tables."""
    if before.labels.origin != after.labels.origin:
        return None
    note = "Rows are matched by where they come from: each step of the session handed them on."
    if before.labels == after.labels:
        return MatchedRows(matching=Matching.ORIGIN, note=note, count=after.rows)
    first, second = (
        pl.DataFrame([table.numbers().alias("label")]).with_row_index(row)
        for table, row in ((before, _BEFORE), (after, _AFTER))
    )
    pairs = second.join(first, on="label", how="inner", maintain_order="left")
    return MatchedRows(
        matching=Matching.ORIGIN,
        note=note,
        count=pairs.height,
        before=pairs[_BEFORE],
        after=pairs[_AFTER],
    )


def by_content(
    before: OpenTable, after: OpenTable, columns: Sequence[str], note: str
) -> MatchedRows:
    """Rows that are alike in all of these columns, as often as they come in both tables.

    Rows are compared by 128 bits of hashes, a column at a time. Without a column none are alike.
    """
    if not columns:
        none = pl.Series([], dtype=pl.UInt32)
        return MatchedRows(matching=Matching.CONTENT, note=note, count=0, before=none, after=none)
    hashes = [
        _hashes(table, columns).with_row_index(row)
        for table, row in (
            (before, _BEFORE),
            (after, _AFTER),
        )
    ]
    on = [str(seed) for seed in _SEEDS]
    # The second of two equal rows is matched with the second of those in the other table.
    numbered = [
        frame.with_columns(pl.int_range(pl.len()).over(on).alias("which")) for frame in hashes
    ]
    pairs = numbered[1].join(numbered[0], on=[*on, "which"], how="inner", maintain_order="left")
    return MatchedRows(
        matching=Matching.CONTENT,
        note=note,
        count=pairs.height,
        before=pairs[_BEFORE],
        after=pairs[_AFTER],
    )


def left_over(rows: int, matched: pl.Series | None, most: int) -> list[int]:
    """The first rows that are not matched."""
    if matched is None:
        return []
    alone = pl.Series([True]).new_from_index(0, rows).scatter(matched, False)
    return [int(row) for row in alone.arg_true().head(most)]


def _hashes(table: OpenTable, columns: Sequence[str]) -> pl.DataFrame:
    found: list[pl.Series] | None = None
    for name in columns:
        series = _comparable(table.series(name))
        new = [series.hash(seed).alias(str(seed)) for seed in _SEEDS]
        if found is not None:
            # An odd factor, so that equal cells in two columns do not cancel out; all wraps.
            new = [old * _FACTOR + each for old, each in zip(found, new, strict=True)]
        found = new
    return pl.DataFrame(found or [pl.Series(str(s), [0] * table.rows, pl.UInt64) for s in _SEEDS])


def _comparable(series: pl.Series) -> pl.Series:
    """Labels as their text: the numbers behind them are another table's."""
    labels = isinstance(series.dtype, pl.Categorical | pl.Enum)
    return series.cast(pl.String) if labels else series


def _of_same_types(frames: Sequence[pl.DataFrame], width: int) -> list[pl.DataFrame]:
    """Keys that changed their type are compared as text."""
    changed = [str(i) for i in range(width) if frames[0].schema[str(i)] != frames[1].schema[str(i)]]
    return [frame.with_columns(pl.col(changed).cast(pl.String)) for frame in frames]
