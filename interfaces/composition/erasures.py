"""Erasing beside a service that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.erasure import Erasure
from application.handle import SessionHandler
from infrastructure.system_clock import SystemClock, UuidV7Ids
from interfaces.composition.databases import records
from interfaces.settings import Settings


@contextmanager
def joined_erasure(settings: Settings) -> Iterator[Erasure]:
    """What erases subjects. Raises NothingRecorded when the embedded database was never made."""
    with records(settings) as found:
        yield Erasure(
            keys=found.keys,
            handler=SessionHandler(found.log, SystemClock(), UuidV7Ids()),
            read_models=found.read_models,
        )
