"""The columns of a table in a file, by what they say."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from infrastructure.tabular.snapshots.column_chunks import chunk_digests
from infrastructure.tabular.snapshots.column_files import pieces
from infrastructure.tabular.snapshots.digests import ContentHasher, content_digest
from infrastructure.tabular.snapshots.kindred import Kindred
from infrastructure.tabular.snapshots.threads import THREADS

_Categories = dict[Any, None]


@dataclass(frozen=True, kw_only=True)
class FoundColumn:
    """A column as a file has it. `key` and `chunks` are those of StoredColumn."""

    name: str
    type: str
    content: str
    labels: str | None
    key: str
    chunks: str | None


def found_columns(table: Path, parquet: pq.ParquetFile, kindred: Kindred) -> list[FoundColumn]:
    """The columns with their digests; of those that are known by their bytes no cell is read."""
    chunks = chunk_digests(table, parquet)
    schema = parquet.schema_arrow
    found = {
        name: FoundColumn(
            name=name,
            type=same.type,
            content=same.content,
            labels=same.labels,
            key=same.key,
            chunks=digest,
        )
        for name, digest in chunks.items()
        if (same := kindred.of_chunks(digest)) is not None
    }
    others = [name for name in schema.names if name not in found]
    with ThreadPoolExecutor(THREADS) as threads:
        hashed = _hashed(parquet, others, threads)
    for name in others:
        hasher, categories = hashed[name]
        content = hasher.digest()
        labels = None if categories is None else _labels(schema.field(name).type, categories)
        found[name] = FoundColumn(
            name=name,
            type=hasher.type,
            content=content,
            labels=labels,
            key=content if labels is None else f"{content} {labels}",
            chunks=chunks.get(name),
        )
    return [found[name] for name in schema.names]


def _hashed(
    parquet: pq.ParquetFile, names: Sequence[str], threads: ThreadPoolExecutor
) -> dict[str, tuple[ContentHasher, _Categories | None]]:
    """The content of some columns, and the categories of those that have such."""
    found: dict[str, tuple[ContentHasher, _Categories | None]] = {}
    for name in names:
        kind = parquet.schema_arrow.field(name).type
        found[name] = ContentHasher(kind), {} if pa.types.is_dictionary(kind) else None

    def add(name: str, column: pa.ChunkedArray) -> None:
        hasher, categories = found[name]
        for chunk in column.chunks:
            hasher.add(chunk)
            if categories is not None:
                categories.update(dict.fromkeys(chunk.dictionary.to_pylist()))

    for some, piece in pieces(parquet, names):
        list(threads.map(add, some, piece.select(list(some)).columns))
    return found


def _labels(kind: pa.DataType, categories: Mapping[Any, None]) -> str:
    """A digest of the categories: two columns may have the same cells and others to choose from."""
    content = content_digest(pa.array(list(categories), kind.value_type))
    return sha256(f"{'ordered' if kind.ordered else 'unordered'} {content}".encode()).hexdigest()
