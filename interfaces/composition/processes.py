"""What each process runs, wired from its adapters."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dramatiq import Broker
from sqlalchemy import Engine

from application.artifacts import WORKSPACE_PREFIX, Artifacts
from application.budgets import Bookkeeper
from application.crew.crew import Crew
from application.disclosure.discloser import Discloser
from application.disclosure.sent_questions import SentQuestions
from application.erasure import Erasure
from application.executions import Executions
from application.handle import SessionHandler
from application.perform import Performer
from application.ports.event_log import EventLog, LogUnavailable
from application.ports.language_model import LanguageModel
from application.ports.object_store import ObjectStore
from application.ports.sandbox import Sandbox
from application.ports.snapshots import Snapshots
from application.ports.subject_keys import SubjectKeys
from application.ports.tables import Tables
from application.projection_work import ProjectionWork
from application.relay import Relay, RelayPolicy
from application.session_replays import SessionReplays
from application.suggestions.suggest import Suggestions
from application.uploads import Uploads
from application.worker import Worker, WorkerPolicy
from domain.table import MOST_COLUMNS
from infrastructure.events.codec import EventCodec
from infrastructure.keys.sealing import SubjectSealing
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog, appending_engine
from infrastructure.postgres.expenses import PostgresExpenses
from infrastructure.postgres.leases import PostgresLeases
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.postgres.sequencer import Sequencer
from infrastructure.postgres.sequencing import PostgresSequencing
from infrastructure.postgres.signed_checkpoints import Anchoring, SignedCheckpoints
from infrastructure.postgres.stream_heads import PostgresStreamHeads
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.queue.jobs import DramatiqJobQueue, JobConsumer
from infrastructure.system_clock import SystemClock, UuidV7Ids
from infrastructure.tabular.findings.closer_look import CloserLook
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.table_changes import ParquetChanges
from interfaces.composition.audits import audit_exporter
from interfaces.composition.databases import service_database
from interfaces.composition.files import tables
from interfaces.composition.own_stores import require_own_stores
from interfaces.composition.parts import (
    budgets,
    fallback,
    job_broker,
    language_model,
    object_store,
    sandbox,
    signing_key,
    subject_keys,
)
from interfaces.composition.replays import replayer_over
from interfaces.service import Administration, Service
from interfaces.settings import Settings, revealed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """One process's adapters, open until their context ends."""

    settings: Settings
    engine: Engine
    broker: Broker
    log: PostgresEventLog
    read_models: PostgresReadModels
    leases: PostgresLeases
    notifications: PostgresNotifications
    store: ObjectStore
    keys: SubjectKeys
    codec: EventCodec
    tables: Tables
    sandbox: Sandbox
    model: LanguageModel
    artifacts: Artifacts
    snapshots: Snapshots
    archive: ArchivedBytes
    handler: SessionHandler
    ids: UuidV7Ids


@contextmanager
def opened(settings: Settings) -> Iterator[Adapters]:
    """The adapters that `settings` choose; an embedded database is started and migrated first.

    Raises NotItsOwnStore.
    """
    with ExitStack() as stack:
        url = stack.enter_context(service_database(settings))
        engine = make_engine(url, pool_size=settings.database_connections)
        stack.callback(engine.dispose)
        require_own_stores(settings, engine)
        notifications = PostgresNotifications(engine)
        stack.callback(notifications.close)
        broker = job_broker(settings)
        stack.callback(broker.close)
        appending = appending_engine(url)
        stack.callback(appending.dispose)
        keys = subject_keys(settings)
        codec = EventCodec(keys)
        ids, store = UuidV7Ids(), object_store(settings)
        leases, scratch = PostgresLeases(engine), None
        if settings.database_url is None:
            # The directory is locked by this process: whoever held a lease is dead, and whatever
            # tables it was working on are left over.
            leases.clear()
            scratch = _emptied(settings.data_directory.scratch)
        jails = sandbox(settings, scratch, waiting=settings.jails_waiting)
        stack.callback(jails.close)
        artifacts = Artifacts(store, scratch)
        archive = ArchivedBytes(engine, artifacts)
        log = PostgresEventLog(engine, codec, appending=appending, archive=archive)
        _tell_if_away(log)
        yield Adapters(
            settings=settings,
            engine=engine,
            broker=broker,
            log=log,
            read_models=PostgresReadModels(engine, codec, archive=archive),
            leases=leases,
            notifications=notifications,
            store=store,
            keys=keys,
            codec=codec,
            tables=tables(MOST_COLUMNS),
            sandbox=jails,
            model=language_model(settings),
            artifacts=artifacts,
            snapshots=ColumnSnapshots(artifacts),
            archive=archive,
            handler=SessionHandler(log, SystemClock(), ids),
            ids=ids,
        )


def _tell_if_away(log: EventLog) -> None:
    """The process waits for its database; an operator who has to do something is told so now."""
    try:
        log.check()
    except LogUnavailable as outage:
        logger.warning("the log cannot serve yet", extra={"outage": str(outage)})


def service(adapters: Adapters) -> Service:
    """What answers requests."""
    settings = adapters.settings
    return Service(
        handler=adapters.handler,
        uploads=Uploads(adapters.handler, adapters.artifacts, adapters.tables),
        artifacts=adapters.artifacts,
        tables=adapters.tables,
        snapshots=adapters.snapshots,
        suggestions=Suggestions(adapters.snapshots, CloserLook(adapters.artifacts)),
        log=adapters.log,
        heads=PostgresStreamHeads(adapters.engine),
        notifications=adapters.notifications,
        read_models=adapters.read_models,
        clock=SystemClock(),
        ids=adapters.ids,
        checks={
            "database": adapters.log.check,
            "queue": _job_queue(adapters).check,
            "storage": adapters.store.check,
            "keys": adapters.keys.check,
            "scratch": adapters.artifacts.check_scratch,
        },
        erasure=_erasure(adapters),
        sent_questions=_sent_questions(adapters),
        model=adapters.model.name,
        broker="in-process" if settings.amqp_url is None else "rabbitmq",
        storage="local" if settings.s3_bucket is None else "s3",
        max_upload_bytes=settings.max_upload_bytes,
        exporter=audit_exporter(settings, adapters.engine, adapters.artifacts),
        administration=_administration(adapters),
    )


def sequencer(adapters: Adapters) -> Sequencer:
    """What gives events their positions; of all processes that run one, one does at a time."""
    return Sequencer(adapters.engine)


def anchoring(adapters: Adapters, sequencer: Sequencer) -> Anchoring:
    """What signs the log while `sequencer` leads. Raises SigningKeyUnusable."""
    key = signing_key(adapters.settings)
    return Anchoring(SignedCheckpoints(adapters.engine, adapters.store, key), sequencer)


def relay(adapters: Adapters) -> Relay:
    """What follows the log and wakes workers."""
    idle = timedelta(seconds=adapters.settings.lease_seconds)
    return Relay(
        PostgresSubscription(adapters.engine, "relay", adapters.codec, archive=adapters.archive),
        adapters.notifications,
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
        snapshots=adapters.snapshots,
        executions=Executions(
            artifacts=adapters.artifacts,
            snapshots=adapters.snapshots,
            sandbox=adapters.sandbox,
            changes=ParquetChanges(),
        ),
        crew=Crew(
            model=adapters.model,
            snapshots=adapters.snapshots,
            fallback=fallback(adapters.settings),
            discloser=_discloser(adapters),
            bookkeeper=_bookkeeper(adapters),
        ),
        replays=SessionReplays(
            read=adapters.log.read, replayer=replayer_over(adapters.artifacts, adapters.sandbox)
        ),
        ids=adapters.ids,
    )
    return Worker(
        adapters.handler,
        adapters.leases,
        performer,
        _job_queue(adapters),
        _erasure(adapters),
        owner=str(adapters.ids.new()),
        policy=WorkerPolicy(lease=timedelta(seconds=adapters.settings.lease_seconds)),
    )


def _bookkeeper(adapters: Adapters) -> Bookkeeper | None:
    """None with the built-in planner, which costs nothing."""
    if adapters.settings.model_base_url is None:
        return None
    expenses = PostgresExpenses(adapters.engine)
    return Bookkeeper(budgets(adapters.settings), expenses, SystemClock())


def _discloser(adapters: Adapters) -> Discloser | None:
    """None with the built-in planner, which tells nobody anything."""
    if adapters.settings.model_base_url is None:
        return None
    return Discloser(
        snapshots=adapters.snapshots, handler=adapters.handler, sent=_sent_questions(adapters)
    )


def _sent_questions(adapters: Adapters) -> SentQuestions:
    return SentQuestions(
        artifacts=adapters.artifacts,
        store=adapters.store,
        sealing=SubjectSealing(adapters.keys),
        ids=adapters.ids,
        clock=SystemClock(),
    )


def consumer(adapters: Adapters, worker: Worker) -> JobConsumer:
    """The threads in which `worker` takes jobs."""
    settings = adapters.settings
    return JobConsumer(
        adapters.broker, settings.amqp_queue, worker.work, threads=settings.worker_threads
    )


def _administration(adapters: Adapters) -> Administration | None:
    token = revealed(adapters.settings.admin_token)
    if not token:
        return None
    clock = SystemClock()
    return Administration(
        token=token,
        work=ProjectionWork(PostgresProjections(adapters.engine), clock),
        sequencing=PostgresSequencing(adapters.engine),
        clock=clock,
    )


def _erasure(adapters: Adapters) -> Erasure:
    return Erasure(keys=adapters.keys, handler=adapters.handler, read_models=adapters.read_models)


def _emptied(directory: Path) -> Path:
    """The directory, without what a killed process left there; it may be a disk of its own."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_over in directory.glob(f"{WORKSPACE_PREFIX}*"):
        shutil.rmtree(left_over)
    return directory


def _job_queue(adapters: Adapters) -> DramatiqJobQueue:
    return DramatiqJobQueue(adapters.broker, adapters.settings.amqp_queue)
