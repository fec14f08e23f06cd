"""The composition root: chooses the adapters and wires the application."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dramatiq import Broker
from pydantic import SecretStr
from sqlalchemy import Engine

from application.artifacts import Artifacts
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.crew.tester import Tester
from application.handle import SessionHandler
from application.perform import Performer
from application.ports.event_log import EventLog
from application.ports.language_model import LanguageModel
from application.ports.object_store import ObjectStore
from application.ports.read_models import ReadModels
from application.ports.sandbox import Sandbox
from application.ports.tables import Tables
from application.relay import Relay, RelayPolicy
from application.uploads import Uploads
from application.worker import Worker, WorkerPolicy
from infrastructure.embedded.postgres import EmbeddedPostgres, url_of_running
from infrastructure.llm.chat_completions.model import ChatModel
from infrastructure.llm.chat_completions.settings import ChatModelSettings
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.nsjail.doctor import Finding, probe
from infrastructure.nsjail.limits import MIB, JailLimits
from infrastructure.nsjail.sandbox import NsjailSandbox
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.leases import PostgresLeases
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.projections import PROJECTIONS
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.postgres.rebuild import OnProgress, rebuild
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.queue.brokers import QuorumBroker, in_process_broker
from infrastructure.queue.jobs import DramatiqJobQueue, JobConsumer
from infrastructure.storage.object_store import ObstoreObjectStore, S3Location
from infrastructure.system_clock import SystemClock, UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.telemetry import configure_logging
from interfaces.service import Service
from interfaces.settings import Settings

SERVICE_ROLE = "datatrail_service"

__all__ = [
    "Adapters",
    "Finding",
    "OnProgress",
    "Records",
    "check_embedded_database",
    "check_queue",
    "configure_logging",
    "consumer",
    "embedded_database_runs",
    "jail_findings",
    "joined_database",
    "language_model",
    "migrate_database",
    "object_store",
    "opened",
    "projection_names",
    "rebuild_projections",
    "records",
    "relay",
    "sandbox",
    "service",
    "service_database",
    "tables",
    "worker",
]


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
class Adapters:
    """One process's adapters, open until their context ends."""

    settings: Settings
    engine: Engine
    broker: Broker
    log: PostgresEventLog
    read_models: PostgresReadModels
    leases: PostgresLeases
    store: ObjectStore
    tables: FileTables
    sandbox: Sandbox
    model: LanguageModel
    artifacts: Artifacts
    handler: SessionHandler
    ids: UuidV7Ids


@dataclass(frozen=True, kw_only=True)
class Records:
    """What a short command can look up: the log, and the projections of it."""

    log: EventLog
    read_models: ReadModels


@contextmanager
def opened(settings: Settings) -> Iterator[Adapters]:
    """The adapters that `settings` choose; an embedded database is started and migrated first."""
    with ExitStack() as stack:
        url = stack.enter_context(service_database(settings))
        engine = make_engine(url, pool_size=settings.database_connections)
        stack.callback(engine.dispose)
        broker = in_process_broker() if settings.amqp_url is None else _quorum(settings.amqp_url)
        stack.callback(broker.close)
        log, ids, store = PostgresEventLog(engine), UuidV7Ids(), object_store(settings)
        leases, scratch = PostgresLeases(engine), None
        if settings.database_url is None:
            # The directory is locked by this process: whoever held a lease is dead, and whatever
            # tables it was working on are left over.
            leases.clear()
            scratch = _emptied(settings.data_directory / "scratch")
        yield Adapters(
            settings=settings,
            engine=engine,
            broker=broker,
            log=log,
            read_models=PostgresReadModels(engine),
            leases=leases,
            store=store,
            tables=FileTables(),
            sandbox=sandbox(settings, scratch),
            model=language_model(settings),
            artifacts=Artifacts(store, scratch),
            handler=SessionHandler(log, SystemClock(), ids),
            ids=ids,
        )


@contextmanager
def joined_database(settings: Settings) -> Iterator[str]:
    """The URL of the service's role for a short command, beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made.
    """
    running = None
    if settings.database_url is None:
        directory = settings.data_directory / "postgres"
        if not (directory / "data").exists():
            raise NothingRecorded(settings.data_directory)
        running = url_of_running(directory, role=SERVICE_ROLE)
    if running is not None:
        yield running
        return
    with service_database(settings) as url:
        yield url


@contextmanager
def service_database(settings: Settings) -> Iterator[str]:
    """The URL of the service's role, on the given database or on the embedded one.

    Raises DataDirectoryInUse when another process runs the embedded one.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with EmbeddedPostgres(settings.data_directory / "postgres") as postgres:
        migrate(postgres.url)
        yield postgres.url_for(SERVICE_ROLE)


@contextmanager
def _joined_engine(settings: Settings) -> Iterator[Engine]:
    with joined_database(settings) as url:
        engine = make_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def records(settings: Settings) -> Iterator[Records]:
    """The log and its projections, beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made.
    """
    with _joined_engine(settings) as engine:
        yield Records(log=PostgresEventLog(engine), read_models=PostgresReadModels(engine))


def projection_names() -> Sequence[str]:
    """Every projection that can be rebuilt."""
    return tuple(PROJECTIONS)


def rebuild_projections(settings: Settings, names: Sequence[str], on_progress: OnProgress) -> None:
    """Build the named projections anew from the log, beside a service that may be running.

    `on_progress` takes a projection's name, how many events it has taken, and how many there are.
    Raises NothingRecorded when the embedded database was never made, and as `rebuild` does.
    """
    with _joined_engine(settings) as engine:
        for name in names:
            rebuild(engine, name, on_progress)


def embedded_database_runs(settings: Settings) -> bool:
    """Whether some process runs the embedded database under `home` now."""
    return url_of_running(settings.data_directory / "postgres", role=SERVICE_ROLE) is not None


def check_embedded_database(directory: Path) -> None:
    """Start and stop the embedded PostgreSQL over `directory`; raises EmbeddedPostgresError."""
    with EmbeddedPostgres(directory):
        return


def check_queue(settings: Settings) -> None:
    """Raise QueueUnavailable unless the configured broker answers; one in process always does."""
    if settings.amqp_url is not None:
        broker = _quorum(settings.amqp_url)
        try:
            DramatiqJobQueue(broker, settings.amqp_queue).check()
        finally:
            broker.close()


def jail_findings(settings: Settings) -> Sequence[Finding]:
    """What this machine offers to jails, each part and then a whole one."""
    return probe(sandbox(settings))


def tables() -> Tables:
    """What reads and writes files that hold tables."""
    return FileTables()


def object_store(settings: Settings) -> ObjectStore:
    """A bucket, or a directory under `home`."""
    if settings.s3_bucket is None:
        return ObstoreObjectStore.local(settings.data_directory / "objects")
    return ObstoreObjectStore.s3(
        S3Location(
            bucket=settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key=_text(settings.s3_access_key),
            secret_key=_text(settings.s3_secret_key),
            allow_http=settings.s3_allow_http,
        )
    )


def language_model(settings: Settings) -> LanguageModel:
    """The endpoint that is configured, or the built-in planner."""
    if settings.model_base_url is None or settings.model_name is None:
        return BuiltInPlanner()
    return ChatModel(
        ChatModelSettings(
            base_url=settings.model_base_url,
            api_key=_text(settings.model_api_key) or None,
            model=settings.model_name,
            timeout_seconds=settings.model_timeout_seconds,
        )
    )


def sandbox(settings: Settings, scratch: Path | None = None) -> NsjailSandbox:
    """The jail under the configured limits; the files of a running job live in `scratch`."""
    return NsjailSandbox(
        JailLimits(
            memory_bytes=settings.jail_memory_mb * MIB, wall_seconds=settings.jail_wall_seconds
        ),
        scratch,
    )


def service(adapters: Adapters) -> Service:
    """What answers requests."""
    settings = adapters.settings
    return Service(
        handler=adapters.handler,
        uploads=Uploads(adapters.handler, adapters.artifacts, adapters.tables),
        artifacts=adapters.artifacts,
        tables=adapters.tables,
        log=adapters.log,
        read_models=adapters.read_models,
        ids=adapters.ids,
        checks={
            "database": adapters.log.check,
            "queue": _job_queue(adapters).check,
            "storage": adapters.store.check,
        },
        model=adapters.model.name,
        broker="in-process" if settings.amqp_url is None else "rabbitmq",
        storage="local" if settings.s3_bucket is None else "s3",
        max_upload_bytes=settings.max_upload_bytes,
    )


def relay(adapters: Adapters) -> Relay:
    """What follows the log and wakes workers."""
    idle = timedelta(seconds=adapters.settings.lease_seconds)
    return Relay(
        PostgresSubscription(adapters.engine, "relay"),
        adapters.leases,
        _job_queue(adapters),
        # Often enough to see each lease of a worker that died.
        RelayPolicy(idle=idle, sweep=min(RelayPolicy.sweep, idle / 2)),
    )


def worker(adapters: Adapters) -> Worker:
    """What works off sessions."""
    performer = Performer(
        artifacts=adapters.artifacts,
        tables=adapters.tables,
        sandbox=adapters.sandbox,
        strategist=Strategist(adapters.model),
        engineer=Engineer(adapters.model),
        tester=Tester(adapters.model),
        ids=adapters.ids,
    )
    return Worker(
        adapters.handler,
        adapters.leases,
        performer,
        _job_queue(adapters),
        owner=str(adapters.ids.new()),
        policy=WorkerPolicy(lease=timedelta(seconds=adapters.settings.lease_seconds)),
    )


def consumer(adapters: Adapters, worker: Worker) -> JobConsumer:
    """The threads in which `worker` takes jobs."""
    settings = adapters.settings
    return JobConsumer(
        adapters.broker, settings.amqp_queue, worker.work, threads=settings.worker_threads
    )


def migrate_database(settings: Settings) -> None:
    """Bring the database to this version's schema: the given one by its owner, or the embedded."""
    if settings.database_url is None:
        with service_database(settings):
            return
    if settings.migration_url is None:
        raise MigrationUrlMissing
    migrate(
        settings.migration_url.get_secret_value(),
        service_password=_text(settings.service_password) or None,
    )


def _emptied(directory: Path) -> Path:
    """The directory, private and with nothing in it."""
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(mode=0o700, parents=True)
    return directory


def _job_queue(adapters: Adapters) -> DramatiqJobQueue:
    return DramatiqJobQueue(adapters.broker, adapters.settings.amqp_queue)


def _quorum(url: SecretStr) -> QuorumBroker:
    return QuorumBroker(url.get_secret_value())


def _text(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
