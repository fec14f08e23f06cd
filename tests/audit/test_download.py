"""`GET /v1/sessions/{id}/audit` over a real log."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from application.audit import AuditExporter
from infrastructure.keys.session_keys import DerivedSessionKeys
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.raw_events import PostgresRawEvents
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.signed_checkpoints import SignedCheckpoints
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.transparency.statements import StatementSigner
from interfaces.http.app import connect
from interfaces.service import Service
from tests.audit.bundles import judged
from tests.audit.conftest import KEY
from tests.fakes import InMemorySubjectKeys
from tests.http import conftest as http
from tests.http.api import Api, assert_problem

http_engine = http.http_engine
http_notifications = http.http_notifications
app = http.app
service = http.service
api = http.api


@pytest.fixture
def auditable(app: FastAPI, service: Service, http_engine: Engine, tmp_path: Path) -> Iterator[Api]:
    """The API of a process that has a signing key."""
    exporter = AuditExporter(
        PostgresRawEvents(http_engine, ArchivedBytes(http_engine, service.artifacts)),
        SignedCheckpoints(http_engine, ObstoreObjectStore.local(tmp_path / "objects"), KEY),
        StatementSigner(KEY),
        DerivedSessionKeys(InMemorySubjectKeys()),
        service.artifacts,
        patience=timedelta(milliseconds=100),
    )
    signing = replace(service, exporter=exporter)
    connect(app, signing)
    with TestClient(app) as client:
        yield Api(client=client, service=signing, directory=tmp_path)


@pytest.mark.parametrize("snapshots", ["true", "false"])
def test_a_bundle_is_downloaded_and_proven(
    auditable: Api, http_engine: Engine, tmp_path: Path, snapshots: str
) -> None:
    session_id = auditable.session_with_table()
    auditable.commit_node(session_id)
    sequence_settled(http_engine)
    before = auditable.files()

    answer = auditable.get(session_id, f"/audit?snapshots={snapshots}&since=1")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert f"audit-{session_id}.zip" in answer.headers["content-disposition"]
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(answer.content)
    verdict = judged(bundle, public_key=KEY.verifier.line)
    assert verdict.exit_code == 0, verdict.sentence
    assert verdict.document["proven_events"] == auditable.version(session_id)
    # A manifest, and the file that holds its columns.
    assert verdict.document["snapshot_files"] == (2 if snapshots == "true" else 0)
    left = set(auditable.files()) - set(before) - {"bundle.zip"}
    assert {name for name in left if not name.startswith("objects/checkpoints/")} == set()


def test_uploads_are_in_a_bundle_that_is_downloaded_with_them(
    auditable: Api, http_engine: Engine, tmp_path: Path
) -> None:
    session_id = auditable.session_with_table()
    sequence_settled(http_engine)

    for query, uploads in (("", 0), ("?uploads=true", 1)):
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(auditable.get(session_id, f"/audit{query}").content)
        assert judged(bundle, public_key=KEY.verifier.line).document["upload_files"] == uploads


def test_events_without_a_final_place_are_told_and_passing(auditable: Api) -> None:
    session_id = auditable.open_session()

    answer = auditable.get(session_id, "/audit")

    problem = assert_problem(answer, 503, "not-settled")
    assert "Try again" in problem["detail"]
    assert answer.headers["retry-after"] == "5"


def test_an_unknown_session_has_no_bundle(auditable: Api) -> None:
    assert_problem(auditable.get(uuid4(), "/audit"), 404, "session-unknown")


def test_a_size_that_the_log_never_had_is_refused(auditable: Api, http_engine: Engine) -> None:
    session_id = auditable.open_session()
    sequence_settled(http_engine)

    answer = auditable.get(session_id, f"/audit?since={2**40}")

    assert_problem(answer, 422, "checkpoint-unknown")


@pytest.mark.parametrize("query", ["since=x", "since=1.5", "snapshots=perhaps", "since=1&" * 21])
def test_a_query_that_makes_no_sense_is_refused(auditable: Api, query: str) -> None:
    assert_problem(auditable.get(uuid4(), f"/audit?{query}"), 422, "invalid-request")


def test_a_process_without_a_key_says_where_to_export(api: Api) -> None:
    problem = assert_problem(api.get(api.open_session(), "/audit"), 501, "no-signing-key")

    assert "datatrail audit export" in problem["detail"]


def test_a_table_that_is_lost_is_told(auditable: Api, http_engine: Engine, tmp_path: Path) -> None:
    session_id = auditable.session_with_table()
    sequence_settled(http_engine)
    for stored in (tmp_path / "objects" / "columns").iterdir():
        stored.unlink()

    assert_problem(auditable.get(session_id, "/audit?snapshots=true"), 500, "artifact-lost")
    assert auditable.get(session_id, "/audit").status_code == 200
