"""Digests of what columns and tables say, however they are stored. ADR 18 is the specification.

A *content digest* is of one column without its name; the *table digest* is made of those and of
the names, so that a table whose columns are known needs no cell read. In short, with integers
little-endian, ``u64`` of 8 bytes, and ``text(s)`` the UTF-8 length of s as u64 and then its bytes::

    table   = SHA-256( "datatrail table digest 2\\n" u64(rows) u64(columns)
                       text(name[0]) content[0] text(name[1]) content[1] … ), written td2:<hex>
    content = SHA-256( text(type) body )
    body    = u64(length) SHA-256(validity) part[0] part[1] …

Columns are in order. ``validity`` has one bit for each row, least significant first, 1 for a value,
padded with zero bits to a whole byte; it is there when no row is null, too. The parts by type:

    type                                   part
    bool                                   SHA-256 of bits like validity
    int8 … int64, uint8 … uint64           SHA-256 of the values in their own width
    float16, float32, float64              likewise, IEEE 754; any NaN is the quiet NaN with sign
                                           and payload 0; -0.0 and 0.0 differ
    timestamp[U] or timestamp[U, zone]     SHA-256 of int64; U is ms, us or ns; seconds count as ms
    date32[day], time32[U], time64[U],     SHA-256 of the values in their own width
    duration[U], decimal128(p, s), …
    text, binary                           SHA-256 of length+1 end offsets from 0 as int64,
                                           SHA-256 of the bytes of all values
    list<T>                                offsets as for text, then body of all elements as T
    struct<name: T, …>                     body of each field; a null struct's fields are null
    null                                   none

A value under a null is all zero bits, or empty. Dictionary-encoded columns count as their values,
extension types as their storage, and every way to store text, binary or lists as that one type.

Version 1, ``td1:``, is what events of earlier versions name. It has the same bodies::

    table   = SHA-256( "datatrail table digest 1\\n" u64(rows) u64(columns) column[0] column[1] … )
    column  = SHA-256( text(name) text(type) body )
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from infrastructure.tabular.snapshots.column_bodies import body_of, canonical_type, type_name

VERSION = "td2"


class ContentHasher:
    """The content digest of a column that comes in pieces, each an Arrow array of its type."""

    def __init__(self, kind: pa.DataType) -> None:
        self.type = type_name(kind)
        self._body = body_of(canonical_type(kind))

    def add(self, values: pa.Array) -> None:
        """Take the next rows."""
        self._body.add(values)

    def digest(self) -> str:
        """The content digest of all rows so far, in hexadecimal."""
        return hashlib.sha256(_text(self.type) + b"".join(self._body.parts())).hexdigest()

    def column_digest_1(self, name: str) -> bytes:
        """What version 1 takes of the column."""
        return hashlib.sha256(
            _text(name) + _text(self.type) + b"".join(self._body.parts())
        ).digest()


def content_digest(column: pa.ChunkedArray | pa.Array) -> str:
    """The content digest of a whole column."""
    return _hashed(column).digest()


def table_digest(rows: int, columns: Sequence[tuple[str, str]]) -> str:
    """The table digest, from the name and the content digest of each column in order."""
    whole = hashlib.sha256(b"datatrail table digest 2\n" + struct.pack("<QQ", rows, len(columns)))
    for name, content in columns:
        whole.update(_text(name) + bytes.fromhex(content))
    return f"{VERSION}:{whole.hexdigest()}"


def digest_of_table(table: pa.Table) -> str:
    """The table digest of an Arrow table."""
    contents = [content_digest(column) for column in table.columns]
    return table_digest(table.num_rows, list(zip(table.column_names, contents, strict=True)))


def digest_of_file(snapshot: Path, version: str = VERSION) -> str:
    """The table digest of a Parquet file in this version, td1 or td2; a column is read at a time.

    Raises ValueError for a version that there is not.
    """
    with pq.ParquetFile(snapshot) as opened:
        names, rows = opened.schema_arrow.names, opened.metadata.num_rows
        hashed = [_hashed(column) for column in _columns(opened, names)]
    if version == VERSION:
        contents = [hasher.digest() for hasher in hashed]
        return table_digest(rows, list(zip(names, contents, strict=True)))
    if version != "td1":
        raise ValueError(f"there is no version {version!r} of the table digest")
    whole = hashlib.sha256(b"datatrail table digest 1\n" + struct.pack("<QQ", rows, len(names)))
    for name, hasher in zip(names, hashed, strict=True):
        whole.update(hasher.column_digest_1(name))
    return f"td1:{whole.hexdigest()}"


def _columns(opened: pq.ParquetFile, names: Sequence[str]) -> Iterable[pa.ChunkedArray]:
    for index, name in enumerate(names):
        if names.count(name) == 1:
            yield opened.read(columns=[name]).column(name)
        else:
            yield opened.read().column(index)


def _hashed(column: pa.ChunkedArray | pa.Array) -> ContentHasher:
    hasher = ContentHasher(column.type)
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        hasher.add(chunk)
    return hasher


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded
