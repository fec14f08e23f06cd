"""A whole table as one Parquet file, from the files that hold its columns."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.manifests import Manifest, StoredColumn
from infrastructure.tabular.snapshots.column_files import ColumnFile
from infrastructure.tabular.snapshots.digests import ContentHasher


def assemble(artifacts: Artifacts, manifest: Manifest, destination: Path) -> Path:
    """Write the new file `destination`; nothing is left of it on failure.

    Memory is that of some rows. Each column is compared with its digest on the way, unless its
    file was. Raises ObjectMissing and ArtifactCorrupt.
    """
    with ExitStack() as stack:
        files = {
            digest: stack.enter_context(
                ColumnFile(artifacts, ArtifactKind.COLUMNS, digest, checked=False)
            )
            for digest in dict.fromkeys(each.file for each in manifest.columns)
        }
        if _is_one_file(manifest, files):
            return artifacts.fetch(ArtifactKind.COLUMNS, manifest.columns[0].file, destination)
        try:
            _write(manifest, files, destination)
        except BaseException:
            destination.unlink(missing_ok=True)
            raise
    return destination


def _is_one_file(manifest: Manifest, files: dict[str, ColumnFile]) -> bool:
    names = [each.name for each in manifest.columns]
    stored = [each.stored_as for each in manifest.columns]
    return len(files) == 1 and all(file.names == names == stored for file in files.values())


def _write(manifest: Manifest, files: dict[str, ColumnFile], destination: Path) -> None:
    columns = manifest.columns
    schema = pa.schema(
        [files[each.file].schema_of(each.stored_as).with_name(each.name) for each in columns]
    )
    hashers = {
        each.name: ContentHasher(field.type)
        for each, field in zip(columns, schema, strict=True)
        if not files[each.file].is_checked
    }
    # Only a dictionary page holds categories, their order, and those that are in no cell.
    categories = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    # Read once, soon, and by ourselves: quick to write is what counts.
    with pq.ParquetWriter(
        destination, schema, compression="lz4", use_dictionary=categories
    ) as writer:
        for table in _rows(columns, files, schema):
            for name, hasher in hashers.items():
                for chunk in table.column(name).chunks:
                    hasher.add(chunk)
            writer.write_table(table)
        if not columns:
            writer.write_table(pa.table({}))
    for each in columns:
        if each.name in hashers and hashers[each.name].digest() != each.content:
            raise ArtifactCorrupt(files[each.file].key)


def _rows(
    columns: Sequence[StoredColumn], files: dict[str, ColumnFile], schema: pa.Schema
) -> Iterator[pa.Table]:
    """Stretches of rows: as many at a time as each file has at hand."""
    streams = {
        digest: file.batches(sorted({each.stored_as for each in columns if each.file == digest}))
        for digest, file in files.items()
    }
    held = {digest: batch for digest, stream in streams.items() for batch in islice(stream, 1)}
    # A damaged file may have fewer rows than the others: the digests tell.
    while held and len(held) == len(files):
        count = min(batch.num_rows for batch in held.values())
        yield pa.Table.from_arrays(
            [held[each.file].column(each.stored_as).slice(0, count) for each in columns],
            schema=schema,
        )
        held = {
            digest: rest
            for digest, batch in held.items()
            for rest in ([batch.slice(count)] if batch.num_rows > count else [])
            or islice(streams[digest], 1)
        }
