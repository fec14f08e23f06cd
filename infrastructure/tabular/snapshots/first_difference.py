"""Where two tables first differ; implements the port ``TableComparison``.

Cells are the same exactly when the table digest takes them for the same: they are compared by their
content digests, stretch by stretch.
"""

from itertools import zip_longest
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from application.ports.table_comparison import Place
from infrastructure.tabular.snapshots.column_bodies import type_name
from infrastructure.tabular.snapshots.digests import content_digest, digest_of_file


class ParquetComparison:
    """Compares tables in Parquet files, a column at a time."""

    def digest(self, table: Path, version: str) -> str:
        """See the port."""
        return digest_of_file(table, version)

    def first_difference(self, recorded: Path, replayed: Path) -> Place | None:
        """See the port."""
        with pq.ParquetFile(recorded) as before, pq.ParquetFile(replayed) as after:
            names = zip_longest(before.schema_arrow.names, after.schema_arrow.names)
            for name, other in names:
                if name is None:
                    return Place(column=other, row=None, what="is there, and was not")
                if other is None:
                    return Place(column=name, row=None, what="is not there any more")
                if name != other:
                    return Place(column=name, row=None, what="stood where another column is now")
                place = _difference(name, before, after)
                if place is not None:
                    return place
            rows = before.metadata.num_rows, after.metadata.num_rows
        if rows[0] != rows[1]:
            return Place(column=None, row=min(rows), what=_other_length(*rows))
        return None


def _difference(name: str, before: pq.ParquetFile, after: pq.ParquetFile) -> Place | None:
    first, second = (each.read(columns=[name]).column(name) for each in (before, after))
    types = type_name(first.type), type_name(second.type)
    if types[0] != types[1]:
        return Place(column=name, row=None, what=f"was of type {types[0]}, and is {types[1]} now")
    row = first_unlike_row(first, second)
    if row is None:
        return None
    if row == min(len(first), len(second)):
        return Place(column=name, row=row, what=_other_length(len(first), len(second)))
    return Place(column=name, row=row, what="has another cell")


def _other_length(before: int, after: int) -> str:
    return f"had {before:,} rows, and has {after:,} now"


def first_unlike_row(first: pa.ChunkedArray, second: pa.ChunkedArray) -> int | None:
    """The first row at which columns of one type differ; where one ends, if all rows before agree.

    None if they are the same. By halves: every cell is hashed about twice.
    """
    alike, end = 0, min(len(first), len(second))
    if _same(first, second, alike, end):
        return None if len(first) == len(second) else end
    # The first unlike row is in [alike, end) all the time.
    while end - alike > 1:
        middle = (alike + end) // 2
        if _same(first, second, alike, middle):
            alike = middle
        else:
            end = middle
    return alike


def _same(first: pa.ChunkedArray, second: pa.ChunkedArray, start: int, end: int) -> bool:
    stretches = (each.slice(start, end - start) for each in (first, second))
    return len({content_digest(stretch) for stretch in stretches}) == 1
