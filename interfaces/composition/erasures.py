"""Erasing beside a service that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.artifacts import Artifacts
from application.erasure import Erasure
from application.handle import SessionHandler
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.system_clock import SystemClock, UuidV7Ids
from interfaces.composition.databases import joined_engine
from interfaces.composition.parts import object_store, subject_keys
from interfaces.settings import Settings


@contextmanager
def joined_erasure(settings: Settings) -> Iterator[Erasure]:
    """What erases subjects. Raises NothingRecorded when the embedded database was never made."""
    with joined_engine(settings) as engine:
        keys = subject_keys(settings)
        codec = EventCodec(keys)
        archive = ArchivedBytes(engine, Artifacts(object_store(settings)))
        log = PostgresEventLog(engine, codec, archive=archive)
        yield Erasure(
            keys=keys,
            handler=SessionHandler(log, SystemClock(), UuidV7Ids()),
            read_models=PostgresReadModels(engine, codec, archive=archive),
        )
