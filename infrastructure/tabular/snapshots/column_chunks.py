"""Telling that a column did not change from the bytes of its file alone, without unpacking it.

Pages that are the same bytes, under the same description of how to read them, hold the same cells;
other bytes say nothing. Writers make the same bytes of the same cells more often than not, so that
of a node's columns only those that changed have to be unpacked.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def chunk_digests(path: Path, parquet: pq.ParquetFile) -> dict[str, str]:
    """A digest of the stored bytes of each column that is not nested, by its name.

    It covers the type, and of each row group what its reader is told and all of its pages.
    """
    found, size = {}, path.stat().st_size
    groups = [parquet.metadata.row_group(group) for group in range(parquet.metadata.num_row_groups)]
    with path.open("rb") as file:
        for field, leaf in _plain_leaves(parquet.schema_arrow):
            digest = hashlib.sha256(_described(parquet, field, leaf))
            chunks = [group.column(leaf) for group in groups]
            if not all(_is_within(chunk, size) for chunk in chunks):
                continue
            for chunk in chunks:
                begin = _begin(chunk)
                told = [
                    chunk.num_values,
                    chunk.compression,
                    chunk.total_compressed_size,
                    chunk.data_page_offset - begin,
                    chunk.has_dictionary_page,
                    chunk.physical_type,
                    list(chunk.encodings),
                ]
                digest.update(json.dumps(told).encode() + b"\n")
                file.seek(begin)
                digest.update(file.read(chunk.total_compressed_size))
            found[field.name] = digest.hexdigest()
    return found


def _described(parquet: pq.ParquetFile, field: pa.Field, leaf: int) -> bytes:
    column = parquet.schema.column(leaf)
    ordered = pa.types.is_dictionary(field.type) and field.type.ordered
    described = [
        str(field.type),
        ordered,
        column.physical_type,
        str(column.logical_type),
        column.converted_type,
        column.max_definition_level,
        column.max_repetition_level,
        column.length,
    ]
    return json.dumps(described).encode() + b"\n"


def _begin(chunk: pq.ColumnChunkMetaData) -> int:
    if chunk.has_dictionary_page and chunk.dictionary_page_offset is not None:
        return min(int(chunk.dictionary_page_offset), int(chunk.data_page_offset))
    return int(chunk.data_page_offset)


def _is_within(chunk: pq.ColumnChunkMetaData, size: int) -> bool:
    """Whether the chunk is where it is said to be; the file may be a snippet's own making."""
    begin, length = _begin(chunk), chunk.total_compressed_size
    return bool(begin >= 0 and 0 <= length <= size - begin)


def _plain_leaves(schema: pa.Schema) -> Iterator[tuple[pa.Field, int]]:
    """The fields that are not nested, with the place of their chunk in a row group."""
    leaf = 0
    for field in schema:
        count = _leaves(field.type)
        if count == 1 and not pa.types.is_nested(field.type):
            yield field, leaf
        leaf += count


def _leaves(kind: Any) -> int:  # noqa: ANN401 - Arrow has no types of its own for mypy
    if isinstance(kind, pa.BaseExtensionType):
        return _leaves(kind.storage_type)
    if pa.types.is_struct(kind):
        return sum(_leaves(member.type) for member in kind)
    if pa.types.is_map(kind):
        return _leaves(kind.key_type) + _leaves(kind.item_type)
    if pa.types.is_nested(kind):
        return _leaves(kind.value_type)
    return 1
