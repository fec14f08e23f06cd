"""The immutable log in PostgreSQL: one append, one round trip, projections included."""

import random
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import psycopg
from psycopg import errors as pg
from sqlalchemy import Engine, select

from application.ports.event_log import (
    IdempotencyConflict,
    LogUnavailable,
    Metadata,
    NewEvent,
    RecordedEvent,
    WrongVersion,
    session_stream,
)
from domain.session.events import SessionStarted
from infrastructure.events.codec import EventCodec, decode_metadata, encode_metadata
from infrastructure.postgres.appends import Answer, Append, Outcome, Row, append_all
from infrastructure.postgres.archived_bytes import Archive, NoArchive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import by_statement, make_engine
from infrastructure.postgres.errors import ProjectionFailed
from infrastructure.postgres.group_commit import GroupCommit
from infrastructure.postgres.lazy_events import made_for, readable
from infrastructure.postgres.log_reads import stored_in_stream
from infrastructure.postgres.migrations import require_current_schema
from infrastructure.postgres.prepared import is_unusable
from infrastructure.postgres.records import session_of
from infrastructure.postgres.tables import READ_MODELS, events, streams

LEADERS = 2
"""So many groups of appends are committed at once: with more, each would only be smaller."""

# Whoever holds a lock for longer is not waited for: a leader that waits holds up all streams.
_LEADERS_PATIENCE = timedelta(milliseconds=100)
_PATIENCE = timedelta(seconds=10)
_MOST_SECONDS_BETWEEN_TRIES = 0.1

_ATTEMPTS = 5
_RACES = (pg.SerializationFailure, pg.DeadlockDetected, pg.UniqueViolation)
_PASSING = (*_RACES, pg.AdminShutdown, pg.CrashShutdown)
_KNOWN_SUBJECTS = 10_000
_MOST_APPENDS = 128


def appending_engine(url: str) -> Engine:
    """The engine for a log's appends: they are sent again when a connection was lost."""
    return make_engine(
        url,
        pool_size=LEADERS,
        lock_timeout=_LEADERS_PATIENCE,
        autocommit=True,
    )


class PostgresEventLog:
    """See the port `EventLog`.

    Appends that are asked for while others are being committed share one transaction; each has
    an outcome of its own, and none waits for the stream of another. `appending` is an
    `appending_engine` for them alone. `archive` brings back the events that were archived.

    Raises UnencodableEvent for events that could not be read back the same, NotASessionStream,
    and ProjectionFailed; nothing is appended then. Reading raises ArchiveDamaged.
    """

    def __init__(
        self,
        engine: Engine,
        codec: EventCodec,
        *,
        appending: Engine | None = None,
        archive: Archive | None = None,
    ) -> None:
        self._engine = by_statement(engine)
        self._codec = codec
        self._make = made_for(self._codec)
        self._archive = archive or NoArchive()
        self._appending = appending or engine
        self._group_commit: GroupCommit[Append, Answer] = GroupCommit(
            self._append_all, leaders=LEADERS, most=_MOST_APPENDS, everyone=LogUnavailable
        )
        # Said by a stream's first event, and never changed.
        self._recorded_subject = lru_cache(_KNOWN_SUBJECTS)(self._read_subject)

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        session_id = session_of(stream_id)
        seen = set()
        for new in events:
            if new.metadata.event_id in seen:
                raise IdempotencyConflict(new.metadata.event_id)
            seen.add(new.metadata.event_id)
        if not events:
            return self._append_nothing(stream_id, expected_version)
        subject_id = self._subject_of(session_id, events)
        append = Append(
            session_id=session_id,
            subject_id=subject_id,
            expected_version=expected_version,
            rows=[self._row(new, session_id, subject_id) for new in events],
        )
        # Before anything is written: what cannot be read back is not appended.
        metadata = [decode_metadata(row.metadata) for row in append.rows]
        answer = self._submit(append)
        match answer.outcome:
            case Outcome.APPENDED:
                return _records(append, answer, events, metadata)
            case Outcome.DUPLICATE:
                return self.read(stream_id, after_version=expected_version, limit=len(events))
            case Outcome.CONFLICT:
                raise IdempotencyConflict(self._known_id(append))
            case Outcome.WRONG_VERSION:
                raise WrongVersion(stream_id, expected=expected_version, actual=answer.version)
            case Outcome.BUSY:
                raise LogUnavailable(
                    "another transaction holds what the append needs, and does not end; try again"
                )

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        session_id = session_of(stream_id)
        with reaching_the_log(), self._engine.connect() as connection:
            stored = stored_in_stream(
                connection, self._make, session_id, after_version=after_version, limit=limit
            )
        events = readable(stored, self._codec, self._archive)
        return tuple(event.decoded() for event in events)

    def check(self) -> None:
        with reaching_the_log(), self._engine.connect() as connection:
            require_current_schema(connection)

    def _append_nothing(self, stream_id: str, expected_version: int) -> Sequence[RecordedEvent]:
        query = select(streams.c.version).where(streams.c.session_id == session_of(stream_id))
        with reaching_the_log(), self._engine.connect() as connection:
            actual = connection.scalar(query) or 0
        if actual != expected_version:
            raise WrongVersion(stream_id, expected=expected_version, actual=actual)
        return ()

    def _subject_of(self, session_id: UUID, new: Sequence[NewEvent]) -> UUID:
        """Whom the session is about."""
        match new:
            case [NewEvent(event=SessionStarted(subject_id=subject_id)), *_]:
                return subject_id
        try:
            return self._recorded_subject(session_id)
        except KeyError:
            return session_id

    def _read_subject(self, session_id: UUID) -> UUID:
        """Raises KeyError when the stream does not exist, so that this is not remembered."""
        query = select(streams.c.subject_id).where(streams.c.session_id == session_id)
        with reaching_the_log(), self._engine.connect() as connection:
            subject_id: UUID | None = connection.scalar(query)
        if subject_id is None:
            raise KeyError(session_id)
        return subject_id

    def _row(self, new: NewEvent, session_id: UUID, subject_id: UUID) -> Row:
        encoded = self._codec.encode(
            new.event,
            event_id=new.metadata.event_id,
            session_id=session_id,
            subject_id=subject_id,
        )
        return Row.of(new, encoded, encode_metadata(new.metadata))

    def _submit(self, append: Append) -> Answer:
        """The answer to an append; BUSY only after it was asked for again and again."""
        end = time.monotonic() + _PATIENCE.total_seconds()
        while True:
            answer = self._group_commit.submit(append)
            if answer.outcome is not Outcome.BUSY or time.monotonic() > end:
                return answer
            time.sleep(random.uniform(0, _MOST_SECONDS_BETWEEN_TRIES))  # noqa: S311 - no secret

    def _append_all(self, appends: Sequence[Append]) -> Sequence[Answer]:
        with reaching_the_log():
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    return self._append_once(appends)
                except pg.LockNotAvailable:
                    if len(appends) == 1:
                        return [Answer(outcome=Outcome.BUSY, version=0, hashes=())]
                    return [self._append_all([each])[0] for each in appends]
                except psycopg.Error as error:
                    if len(appends) == 1:
                        self._refuse_known_id(error, appends[0])
                        _blame_projection(error, appends[0])
                    if attempt == _ATTEMPTS or not _is_worth_another_try(error):
                        raise
        raise AssertionError("the last attempt returns or raises")

    def _append_once(self, appends: Sequence[Append]) -> Sequence[Answer]:
        """In one round trip if the engine commits by itself, and in one transaction in any case."""
        with closing(self._appending.raw_connection()) as pooled:
            connection = pooled.driver_connection
            if not isinstance(connection, psycopg.Connection):
                raise TypeError(f"expected a psycopg connection, not {type(connection).__name__}")
            try:
                answers = append_all(connection, appends)
                connection.commit()
            except psycopg.Error:
                if is_unusable(connection):
                    pooled.invalidate()
                raise
            except BaseException:
                # Stopped at any point, it may have prepared what it does not know of.
                pooled.invalidate()
                raise
            return answers

    def _refuse_known_id(self, error: psycopg.Error, append: Append) -> None:
        """Raise IdempotencyConflict if that is what `error` comes from."""
        if (
            isinstance(error, pg.UniqueViolation)
            and error.diag.constraint_name == "events_one_per_id"
            and (known := self._find_known_id(append)) is not None
        ):
            raise IdempotencyConflict(known) from error

    def _known_id(self, append: Append) -> UUID:
        known = self._find_known_id(append)
        return append.rows[0].event_id if known is None else known

    def _find_known_id(self, append: Append) -> UUID | None:
        """The id of one of the events that is in the log already."""
        ids = [row.event_id for row in append.rows]
        query = select(events.c.event_id).where(events.c.event_id.in_(ids)).limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(query)


def _records(
    append: Append, answer: Answer, events: Sequence[NewEvent], metadata: Sequence[Metadata]
) -> Sequence[RecordedEvent]:
    return tuple(
        RecordedEvent(
            position=None,
            stream_id=session_stream(append.session_id),
            version=version,
            type=row.type,
            schema_version=row.schema_version,
            event=new.event,
            metadata=its_metadata,
            payload=row.payload,
            hash=hash_,
        )
        for version, new, its_metadata, row, hash_ in zip(
            range(append.expected_version + 1, answer.version + 1),
            events,
            metadata,
            append.rows,
            answer.hashes,
            strict=True,
        )
    )


def _blame_projection(error: psycopg.Error, append: Append) -> None:
    """Raise ProjectionFailed if the function that projects is where `error` comes from."""
    if f"{READ_MODELS}.project" not in (error.diag.context or "") or isinstance(error, _RACES):
        return
    raise ProjectionFailed(
        error.diag.table_name or READ_MODELS,
        stream_id=session_stream(append.session_id),
        version=append.expected_version + len(append.rows),
        event_type=append.rows[-1].type,
    ) from error


def _is_worth_another_try(error: psycopg.Error) -> bool:
    """Whether another writer was first, or the connection was lost: a new transaction will tell."""
    is_lost = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    return is_lost or isinstance(error, _PASSING)
