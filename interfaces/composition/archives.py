"""Archiving as the owner of the log, beside a service that may be running."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from application.archive import Archiver
from application.artifacts import Artifacts
from application.ports.archive import ArchivableLog
from infrastructure.archive.parquet_files import ParquetArchiveFiles
from infrastructure.embedded.postgres import EmbeddedPostgres, url_of_running
from infrastructure.postgres.archivable_log import PostgresArchivableLog
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.migrations import migrate
from interfaces.composition.databases import embedded_database
from interfaces.composition.parts import object_store
from interfaces.settings import Settings


class OwnerUrlMissing(Exception):
    """The service's own role may not archive."""

    def __init__(self) -> None:
        super().__init__(
            "Set DATATRAIL_MIGRATION_URL to the database's URL for its owner: the service's own "
            "role may not move anything out of the log."
        )


@dataclass(frozen=True, kw_only=True)
class Archiving:
    """What finds sessions that can be archived, and what archives them."""

    log: ArchivableLog
    archiver: Archiver


@contextmanager
def archiving(settings: Settings) -> Iterator[Archiving]:
    """What archives sessions.

    Raises OwnerUrlMissing, or NothingRecorded when the embedded database was never made.
    """
    with ExitStack() as stack:
        engine = make_engine(stack.enter_context(_owners_database(settings)), pool_size=2)
        stack.callback(engine.dispose)
        log = PostgresArchivableLog(engine)
        artifacts = Artifacts(object_store(settings))
        yield Archiving(log=log, archiver=Archiver(log, ParquetArchiveFiles(), artifacts))


@contextmanager
def _owners_database(settings: Settings) -> Iterator[str]:
    if settings.database_url is not None:
        if settings.migration_url is None:
            raise OwnerUrlMissing
        yield settings.migration_url.get_secret_value()
        return
    directory = embedded_database(settings)
    running = url_of_running(directory)
    if running is not None:
        yield running
        return
    with EmbeddedPostgres(directory) as postgres:
        migrate(postgres.url)
        yield postgres.url
