"""The database of the service: given by a URL, or embedded under `home`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from application.artifacts import Artifacts
from application.ports.event_log import EventLog
from application.ports.projections import Projections
from application.ports.read_models import ReadModels
from application.ports.subject_keys import SubjectKeys
from infrastructure.embedded.errors import EmbeddedPostgresError
from infrastructure.embedded.postgres import EmbeddedPostgres, url_of_running
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.postgres.tables import SERVICE_ROLE
from interfaces.composition.own_stores import require_own_database, require_own_stores
from interfaces.composition.parts import object_store, subject_keys
from interfaces.settings import Settings, revealed


class MigrationUrlMissing(Exception):
    """Migrating needs the owner of the database."""

    def __init__(self) -> None:
        super().__init__(
            "Set DATATRAIL_MIGRATION_URL to the database's URL for its owner: the service's own "
            "role may not change the schema."
        )


class NothingRecorded(Exception):
    """There is no database to look into."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"Nothing is recorded under {home} yet. Start the service there with: datatrail up. "
            "If it runs elsewhere, set DATATRAIL_HOME or DATATRAIL_DATABASE_URL as it does."
        )


@dataclass(frozen=True, kw_only=True)
class Records:
    """What a short command works with: the log, the projections of it, and the keys to both."""

    log: EventLog
    read_models: ReadModels
    keys: SubjectKeys


@contextmanager
def service_database(settings: Settings) -> Iterator[str]:
    """The URL of the service's role, on the given database or on the embedded one.

    Raises DataDirectoryInUse when another process runs the embedded one, and NotItsOwnStore.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    require_own_database(settings)
    with EmbeddedPostgres(settings.data_directory.postgres) as postgres:
        migrate(postgres.url)
        with postgres.tended():
            yield postgres.url_for(SERVICE_ROLE)


def embedded_database(settings: Settings) -> Path:
    """The directory of the embedded database. Raises NothingRecorded when it was never made."""
    if not settings.data_directory.database.exists():
        raise NothingRecorded(settings.data_directory.root)
    return settings.data_directory.postgres


@contextmanager
def joined_database(settings: Settings) -> Iterator[str]:
    """The URL of the service's role for a short command, beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made.
    """
    running = None
    if settings.database_url is None:
        running = url_of_running(embedded_database(settings), role=SERVICE_ROLE)
    if running is not None:
        yield running
        return
    with service_database(settings) as url:
        yield url


@contextmanager
def joined_engine(settings: Settings) -> Iterator[Engine]:
    """An engine over `joined_database`. Raises NothingRecorded."""
    with joined_database(settings) as url:
        engine = make_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


def migrate_database(settings: Settings) -> None:
    """Bring the database to this version's schema: the given one by its owner, or the embedded."""
    if settings.database_url is None:
        with service_database(settings):
            return
    if settings.migration_url is None:
        raise MigrationUrlMissing
    migrate(
        settings.migration_url.get_secret_value(),
        service_url=settings.database_url.get_secret_value(),
        service_password=revealed(settings.service_password) or None,
    )


@contextmanager
def records(settings: Settings) -> Iterator[Records]:
    """The log and its projections, beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made.
    """
    with joined_engine(settings) as engine:
        keys = subject_keys(settings)
        codec = EventCodec(keys)
        archive = ArchivedBytes(engine, Artifacts(object_store(settings)))
        yield Records(
            log=PostgresEventLog(engine, codec, archive=archive),
            read_models=PostgresReadModels(engine, codec, archive=archive),
            keys=keys,
        )


@contextmanager
def projections(settings: Settings) -> Iterator[Projections]:
    """The projections, to look after them beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made.
    """
    with joined_engine(settings) as engine:
        yield PostgresProjections(engine)


def embedded_database_runs(settings: Settings) -> bool:
    """Whether some process runs the embedded database under `home` now."""
    return url_of_running(settings.data_directory.postgres, role=SERVICE_ROLE) is not None


def check_embedded_database(directory: Path) -> None:
    """Start and stop the embedded PostgreSQL over `directory`; raises EmbeddedPostgresError."""
    with EmbeddedPostgres(directory):
        return


def check_own_stores(settings: Settings) -> None:
    """Raise NotItsOwnStore where a start would; no database is made or migrated for it.

    One that cannot be started is not judged, as one that is out of reach is not.
    """
    with ExitStack() as stack:
        if settings.database_url is not None:
            url = settings.database_url.get_secret_value()
        else:
            if not settings.data_directory.database.exists():
                return
            directory = settings.data_directory.postgres
            stack.enter_context(suppress(EmbeddedPostgresError))
            url = url_of_running(directory, role=SERVICE_ROLE) or stack.enter_context(
                EmbeddedPostgres(directory)
            ).url_for(SERVICE_ROLE)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        require_own_stores(settings, engine)
