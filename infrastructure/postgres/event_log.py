"""The immutable log in PostgreSQL: one append, one transaction, projections included."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import errors as pg
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from application.ports.event_log import (
    IdempotencyConflict,
    LogUnavailable,
    Metadata,
    NewEvent,
    RecordedEvent,
    WrongVersion,
)
from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.events.codec import (
    EncodedEvent,
    EventCodec,
    decode_metadata,
    encode_metadata,
)
from infrastructure.postgres.availability import out_of_reach, reaching_the_log
from infrastructure.postgres.errors import ProjectionFailed
from infrastructure.postgres.locks import Lock, share_for_transaction
from infrastructure.postgres.migrations import require_current_schema
from infrastructure.postgres.projections import Projection, live_projections
from infrastructure.postgres.records import RECORD, node_of, session_of, task_of, to_record
from infrastructure.postgres.tables import events

_ATTEMPTS = 5
_RACES = (pg.SerializationFailure, pg.DeadlockDetected)
_APPEND_CONSTRAINTS = frozenset({"events_one_per_version", "events_one_per_id"})

# One statement for any number of events; positions are given in the order of versions.
_INSERT = text(
    """
    INSERT INTO events (stream_id, session_id, version, event_id, type, schema_version, payload,
                        metadata, hash, recorded_at, task_id, node_id)
    SELECT :stream_id, :session_id, e.* FROM unnest(
        CAST(:versions AS bigint[]), CAST(:event_ids AS uuid[]), CAST(:types AS text[]),
        CAST(:schema_versions AS integer[]), CAST(:payloads AS bytea[]),
        CAST(:metadatas AS bytea[]), CAST(:hashes AS bytea[]),
        CAST(:recorded_ats AS timestamptz[]), CAST(:task_ids AS uuid[]), CAST(:node_ids AS uuid[])
    ) AS e (version) ORDER BY e.version
    RETURNING version, position
    """
)


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A new event in its recorded form."""

    new: NewEvent
    encoded: EncodedEvent
    metadata_bytes: bytes
    metadata: Metadata


class PostgresEventLog:
    """See the port `EventLog`.

    Raises UnencodableEvent for events that could not be read back the same, NotASessionStream,
    and ProjectionFailed; nothing is appended then.
    """

    def __init__(self, engine: Engine, codec: EventCodec | None = None) -> None:
        self._engine = engine
        self._codec = codec or EventCodec()
        self._projections: Sequence[Projection] = live_projections()

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        session_of(stream_id)
        entries = [self._enter(new) for new in events]
        seen = set()
        for new in events:
            if new.metadata.event_id in seen:
                raise IdempotencyConflict(new.metadata.event_id)
            seen.add(new.metadata.event_id)
        with reaching_the_log():
            for attempt in range(_ATTEMPTS):
                try:
                    with self._engine.begin() as connection:
                        return self._append(
                            connection, stream_id, entries, expected_version, raced=attempt > 0
                        )
                except DBAPIError as error:
                    if not _lost_a_race(error):
                        raise
        raise LogUnavailable(
            f"appending to {stream_id} met other writers {_ATTEMPTS} times in a row; try again"
        )

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        query = (
            select(*RECORD)
            .where(events.c.stream_id == stream_id, events.c.version > after_version)
            .order_by(events.c.version)
            .limit(limit)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(to_record(row, self._codec) for row in rows)

    def check(self) -> None:
        with reaching_the_log(), self._engine.connect() as connection:
            require_current_schema(connection)

    def _enter(self, new: NewEvent) -> _Entry:
        metadata_bytes = encode_metadata(new.metadata)
        return _Entry(
            new=new,
            encoded=self._codec.encode(new.event),
            metadata_bytes=metadata_bytes,
            metadata=decode_metadata(metadata_bytes),
        )

    def _append(
        self,
        connection: Connection,
        stream_id: str,
        entries: Sequence[_Entry],
        expected_version: int,
        *,
        raced: bool,
    ) -> Sequence[RecordedEvent]:
        share_for_transaction(connection, Lock.APPENDS)
        version, head_hash = _head(connection, stream_id)
        if raced or version != expected_version:
            originals = self._originals(connection, stream_id, entries, expected_version)
            if originals:
                return originals
        if version != expected_version:
            raise WrongVersion(stream_id, expected=expected_version, actual=version)
        if not entries:
            return ()
        records = _insert(connection, stream_id, entries, version, head_hash)
        for projection in self._projections:
            for record in records:
                _project(connection, projection, record)
        return records

    def _originals(
        self,
        connection: Connection,
        stream_id: str,
        entries: Sequence[_Entry],
        expected_version: int,
    ) -> Sequence[RecordedEvent]:
        """The records of these very events, if they are in the log; none if none of them is.

        Raises IdempotencyConflict when some are, or others of the same id.
        """
        ids = [entry.new.metadata.event_id for entry in entries]
        rows = connection.execute(select(*RECORD).where(events.c.event_id.in_(ids))).all()
        records = [to_record(row, self._codec) for row in rows]
        found = {record.metadata.event_id: record for record in records}
        if not found:
            return ()
        for version, entry in enumerate(entries, start=expected_version + 1):
            original = found.get(entry.new.metadata.event_id)
            if original is None or not _is_same(original, stream_id, version, entry):
                raise IdempotencyConflict(next(id_ for id_ in ids if id_ in found))
        return tuple(found[id_] for id_ in ids)


def _head(connection: Connection, stream_id: str) -> tuple[int, bytes]:
    """The version and hash of the stream's last event; 0 and GENESIS of an empty one."""
    row = connection.execute(
        select(events.c.version, events.c.hash)
        .where(events.c.stream_id == stream_id)
        .order_by(events.c.version.desc())
        .limit(1)
    ).one_or_none()
    return (row.version, row.hash) if row else (0, GENESIS)


def _insert(
    connection: Connection,
    stream_id: str,
    entries: Sequence[_Entry],
    version: int,
    head_hash: bytes,
) -> Sequence[RecordedEvent]:
    """Insert the entries behind `version`, whose hash is `head_hash`; their records."""
    hashes = _chain(stream_id, entries, version, head_hash)
    versions = range(version + 1, version + len(entries) + 1)
    inserted = connection.execute(
        _INSERT,
        {
            "stream_id": stream_id,
            "session_id": session_of(stream_id),
            "versions": list(versions),
            "event_ids": [entry.metadata.event_id for entry in entries],
            "types": [entry.encoded.type for entry in entries],
            "schema_versions": [entry.encoded.schema_version for entry in entries],
            "payloads": [entry.encoded.payload for entry in entries],
            "metadatas": [entry.metadata_bytes for entry in entries],
            "hashes": hashes,
            "recorded_ats": [entry.metadata.recorded_at for entry in entries],
            "task_ids": [task_of(entry.new.event) for entry in entries],
            "node_ids": [node_of(entry.new.event) for entry in entries],
        },
    )
    positions = {row.version: row.position for row in inserted}
    return [
        RecordedEvent(
            position=positions[at],
            stream_id=stream_id,
            version=at,
            type=entry.encoded.type,
            schema_version=entry.encoded.schema_version,
            event=entry.new.event,
            metadata=entry.metadata,
            payload=entry.encoded.payload,
            hash=hash_,
        )
        for at, entry, hash_ in zip(versions, entries, hashes, strict=True)
    ]


def _chain(
    stream_id: str, entries: Sequence[_Entry], version: int, head_hash: bytes
) -> list[bytes]:
    hashes: list[bytes] = []
    for at, entry in enumerate(entries, start=version + 1):
        hashes.append(
            chain_hash(
                hashes[-1] if hashes else head_hash,
                stream_id=stream_id,
                version=at,
                event_type=entry.encoded.type,
                schema_version=entry.encoded.schema_version,
                event_id=entry.metadata.event_id,
                metadata=entry.metadata_bytes,
                payload=entry.encoded.payload,
            )
        )
    return hashes


def _project(connection: Connection, projection: Projection, record: RecordedEvent) -> None:
    try:
        projection.apply(connection, record)
    except Exception as error:
        if out_of_reach(error):
            raise
        raise ProjectionFailed(
            projection.name,
            stream_id=record.stream_id,
            version=record.version,
            event_type=record.type,
        ) from error


def _is_same(original: RecordedEvent, stream_id: str, version: int, entry: _Entry) -> bool:
    return (
        original.stream_id == stream_id
        and original.version == version
        and original.type == entry.encoded.type
        and original.schema_version == entry.encoded.schema_version
        and original.payload == entry.encoded.payload
        and original.metadata == entry.metadata
    )


def _lost_a_race(error: DBAPIError) -> bool:
    """Whether another writer was first: a new transaction will see what it wrote."""
    cause = error.orig
    if isinstance(cause, pg.UniqueViolation):
        return cause.diag.constraint_name in _APPEND_CONSTRAINTS
    return isinstance(cause, _RACES)
