"""Recorded events as Parquet: the columns of `events` that the hash chain covers, and the hash.

The file's metadata under the key ``datatrail`` is a JSON object: format, session_id, first_version
and previous_hash (hexadecimal; zeros before the first event). With it the chain of
`infrastructure.events.chain` can be followed through the file alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from application.ports.archive import StoredEvent, StoredEvents

FORMAT = "datatrail-archive-1"
# What a reader of one event has to take in; also what is in memory while a file is made.
EVENTS_PER_GROUP = 500
_KEY = b"datatrail"
_SCHEMA = pa.schema(
    [
        pa.field("version", pa.int64(), nullable=False),
        pa.field("event_id", pa.binary(16), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("schema_version", pa.int32(), nullable=False),
        pa.field("recorded_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("metadata", pa.binary(), nullable=False),
        pa.field("payload", pa.binary(), nullable=False),
        pa.field("hash", pa.binary(32), nullable=False),
    ]
)


class NoArchiveFile(ValueError):
    """The file is Parquet, but none that holds archived events."""


class ParquetArchiveFiles:
    """See the port `ArchiveFiles`."""

    def write(
        self, events: StoredEvents, recorded: Iterator[StoredEvent], destination: Path
    ) -> None:
        about = {
            "format": FORMAT,
            "session_id": str(events.session_id),
            "first_version": events.first_version,
            "previous_hash": events.previous_hash.hex(),
        }
        schema = _SCHEMA.with_metadata({_KEY: json.dumps(about).encode()})
        with destination.open("xb") as file, _writer(file, schema) as writer:
            while group := list(islice(recorded, EVENTS_PER_GROUP)):
                writer.write_table(
                    pa.Table.from_pylist([_row(each) for each in group], schema=schema),
                    row_group_size=EVENTS_PER_GROUP,
                )

    def read(self, path: Path) -> Iterator[StoredEvent]:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield from _events(file.read_row_group(group))


def read_some(data: bytes, *, first: int, last: int) -> tuple[bytes, list[StoredEvent]]:
    """The events of versions `first` to `last` of a file, and the hash of the event before them.

    Reads no more of the file than it must.
    """
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        about = _about(file)
        start, groups = about["first_version"], []
        # One version earlier, for its hash.
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            if start <= last and end > first - 1:
                groups.append(group)
            start = end
        events = list(_events(file.read_row_groups(groups)))
    before = [each.hash for each in events if each.version == first - 1]
    previous = before[0] if before else bytes.fromhex(about["previous_hash"])
    return previous, [each for each in events if first <= each.version <= last]


def _writer(file: Any, schema: pa.Schema) -> pq.ParquetWriter:  # noqa: ANN401 - untyped library
    return pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=["type"])


def _about(file: pq.ParquetFile) -> Mapping[str, Any]:
    metadata = file.metadata.metadata or {}
    about: Mapping[str, Any] = json.loads(metadata.get(_KEY, b"{}"))
    if about.get("format") != FORMAT:
        raise NoArchiveFile(f"the file does not say that it is {FORMAT}")
    return about


def _row(event: StoredEvent) -> dict[str, object]:
    return {
        "version": event.version,
        "event_id": event.event_id.bytes,
        "type": event.type,
        "schema_version": event.schema_version,
        "recorded_at": event.recorded_at,
        "metadata": event.metadata,
        "payload": event.payload,
        "hash": event.hash,
    }


def _events(table: pa.Table) -> Iterable[StoredEvent]:
    for row in table.to_pylist():
        yield StoredEvent(**{**row, "event_id": UUID(bytes=row["event_id"])})
