"""The HTTP application over a real log, real files and real tables; only the worker is driven."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql
from sqlalchemy import Engine
from starlette.testclient import TestClient

from application.artifacts import Artifacts
from application.disclosure.sent_questions import SentQuestions
from application.erasure import Erasure
from application.handle import SessionHandler
from application.suggestions.suggest import Suggestions
from application.uploads import Uploads
from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.keys.sealing import SubjectSealing
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.read_models import PostgresReadModels
from infrastructure.postgres.stream_heads import PostgresStreamHeads
from infrastructure.postgres.tables import SERVICE_ROLE
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.findings.closer_look import CloserLook
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from interfaces.http.app import connect, unconnected_app
from interfaces.http.server import serving
from interfaces.service import Service
from tests.fakes import CODEC, KEYS
from tests.http.api import Api

MAX_UPLOAD_BYTES = 100_000


class FrozenClock:
    """It is always noon."""

    def now(self) -> datetime:
        """Noon."""
        return datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def http_engine(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """The service's connections to a migrated database that the tests of a run share."""
    name = f"http_{uuid4().hex}"
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(postgres.url_for("postgres", database=name))
    engine = make_engine(postgres.url_for(SERVICE_ROLE, database=name), pool_size=10)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def http_notifications(http_engine: Engine) -> Iterator[PostgresNotifications]:
    """Listens to that database."""
    notifications = PostgresNotifications(http_engine)
    yield notifications
    notifications.close()


@pytest.fixture
def service(
    http_engine: Engine, http_notifications: PostgresNotifications, tmp_path: Path
) -> Service:
    """A service whose stored files are under ``objects`` and whose scratch is ``scratch``."""
    (tmp_path / "scratch").mkdir()
    log, ids = PostgresEventLog(http_engine, CODEC), UuidV7Ids()
    store = ObstoreObjectStore.local(tmp_path / "objects")
    artifacts = Artifacts(store, tmp_path / "scratch")
    tables = FileTables()
    handler = SessionHandler(log, FrozenClock(), ids)
    read_models = PostgresReadModels(http_engine, CODEC)
    return Service(
        handler=handler,
        uploads=Uploads(handler, artifacts, tables),
        artifacts=artifacts,
        tables=tables,
        snapshots=ColumnSnapshots(artifacts),
        suggestions=Suggestions(ColumnSnapshots(artifacts), CloserLook(artifacts)),
        log=log,
        heads=PostgresStreamHeads(http_engine),
        notifications=http_notifications,
        read_models=read_models,
        erasure=Erasure(keys=KEYS, handler=handler, read_models=read_models),
        clock=FrozenClock(),
        sent_questions=SentQuestions(
            artifacts=artifacts,
            store=store,
            sealing=SubjectSealing(KEYS),
            ids=ids,
            clock=FrozenClock(),
        ),
        ids=ids,
        checks={"database": log.check, "storage": store.check},
        model="built-in planner",
        broker="in-process",
        storage="local",
        max_upload_bytes=MAX_UPLOAD_BYTES,
    )


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application of all tests, one after another: to make its routes takes longest of all."""
    return unconnected_app()


@pytest.fixture
def api(app: FastAPI, service: Service, tmp_path: Path) -> Iterator[Api]:
    """A client of the application, and what it leaves behind."""
    connect(app, service)
    with TestClient(app) as client:
        yield Api(client=client, service=service, directory=tmp_path)


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    """A real server's URL: a test client in the same loop could not leave a stream open."""
    with serving(service, host="127.0.0.1", port=0) as url:
        yield url
