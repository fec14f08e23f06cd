"""Erasing beside a service that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.erasure import Erasure
from application.handle import SessionHandler
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.system_clock import SystemClock, UuidV7Ids
from interfaces.composition.databases import joined_database
from interfaces.composition.parts import subject_keys
from interfaces.settings import Settings


@contextmanager
def joined_erasure(settings: Settings) -> Iterator[Erasure]:
    """What erases subjects. Raises NothingRecorded when the embedded database was never made."""
    with joined_database(settings) as url:
        engine = make_engine(url)
        try:
            keys = subject_keys(settings)
            codec = EventCodec(keys)
            log = PostgresEventLog(engine, codec)
            yield Erasure(
                keys=keys,
                handler=SessionHandler(log, SystemClock(), UuidV7Ids()),
                read_models=PostgresReadModels(engine, codec),
            )
        finally:
            engine.dispose()
