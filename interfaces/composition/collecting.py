"""Collecting garbage beside a service that may be running."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.artifacts import Artifacts
from application.collection import Collector
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.named_objects import PostgresNamedObjects
from interfaces.composition.databases import joined_engine
from interfaces.composition.parts import object_store
from interfaces.settings import Settings


@contextmanager
def joined_collector(settings: Settings) -> Iterator[Collector]:
    """What collects. Raises NothingRecorded when the embedded database was never made."""
    with joined_engine(settings) as engine:
        store = object_store(settings)
        artifacts = Artifacts(store)
        named = PostgresNamedObjects(engine, ArchivedBytes(engine, artifacts))
        yield Collector(store, artifacts, named)
