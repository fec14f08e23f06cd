"""The columns of a table in a file, by what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from domain.table import Column
from infrastructure.tabular.profile import column_profile
from infrastructure.tabular.profile.counting import ESTIMATED
from infrastructure.tabular.shapes import column_of, logical_type
from infrastructure.tabular.snapshots.column_chunks import chunk_digests
from infrastructure.tabular.snapshots.digests import ContentHasher, content_digest
from infrastructure.tabular.snapshots.kindred import Kindred
from infrastructure.tabular.snapshots.threads import mapped_in_order

# Most of the work on short columns is the interpreter's own, and threads only take turns.
_FEW_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class Profiled:
    """What is known of a column's cells; the profile holds some: never log or record it."""

    column: Column
    profile: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class FoundColumn:
    """A column as a file has it. `key` and `chunks` are those of StoredColumn.

    `profiled` is None for a column that an earlier snapshot has.
    """

    name: str
    type: str
    content: str
    labels: str | None
    key: str
    chunks: str | None
    profiled: Profiled | None = None


def found_columns(
    table: Path, parquet: pq.ParquetFile, names: Sequence[str], kindred: Kindred
) -> list[FoundColumn]:
    """Some columns; of those known by their bytes no cell is read, others are read once."""
    chunks = chunk_digests(table, parquet)
    found = {
        name: FoundColumn(
            name=name,
            type=same.type,
            content=same.content,
            labels=same.labels,
            key=same.key,
            chunks=chunks[name],
        )
        for name in names
        if (same := kindred.of_chunks(chunks.get(name))) is not None
    }
    others = [name for name in names if name not in found]
    look = partial(_looked_at, chunks, kindred)
    columns = _columns(parquet, others)
    is_short = parquet.metadata.num_rows <= _FEW_ROWS
    looked_at = map(look, columns) if is_short else mapped_in_order(look, columns)
    found.update((each.name, each) for each in looked_at)
    return [found[name] for name in names]


def _columns(parquet: pq.ParquetFile, names: list[str]) -> Iterator[tuple[str, pa.ChunkedArray]]:
    for name in names:
        yield name, parquet.read(columns=[name], use_threads=False).column(name)


def _looked_at(
    chunks: Mapping[str, str], kindred: Kindred, named: tuple[str, pa.ChunkedArray]
) -> FoundColumn:
    name, cells = named
    hasher = ContentHasher(cells.type)
    for chunk in cells.chunks:
        hasher.add(chunk)
    content = hasher.digest()
    labels = _labels(cells) if pa.types.is_dictionary(cells.type) else None
    key = content if labels is None else f"{content} {labels}"
    return FoundColumn(
        name=name,
        type=hasher.type,
        content=content,
        labels=labels,
        key=key,
        chunks=chunks.get(name),
        profiled=_profiled(pl.Series(name, pl.from_arrow(cells)))
        if kindred.of_key(key) is None
        else None,
    )


def _labels(cells: pa.ChunkedArray) -> str:
    """A digest of the categories: two columns may have the same cells and others to choose from."""
    categories: dict[Any, None] = {}
    for chunk in cells.chunks:
        categories.update(dict.fromkeys(chunk.dictionary.to_pylist()))
    content = content_digest(pa.array(list(categories), cells.type.value_type))
    ordered = "ordered" if cells.type.ordered else "unordered"
    return sha256(f"{ordered} {content}".encode()).hexdigest()


def _profiled(series: pl.Series) -> Profiled:
    profile = column_profile(series)
    if profile["distinct_method"] == ESTIMATED:
        return Profiled(column=column_of(series), profile=profile)
    column = Column(
        name=series.name,
        type=logical_type(series.dtype),
        nulls=profile["nulls"],
        distinct=profile["distinct"],
    )
    return Profiled(column=column, profile=profile)
