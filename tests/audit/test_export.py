"""What is exported of a real log is proven, alone and by anyone."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from application.archive import Archiver
from application.audit import BundleOptions, CheckpointUnknown, NotSettledYet
from application.ports.audit import SessionKeyDestroyed
from domain.session.errors import SessionUnknown
from domain.session.events import MessagePosted, SessionClosed
from infrastructure.archive.parquet_files import ParquetArchiveFiles
from infrastructure.postgres.archivable_log import PostgresArchivableLog
from infrastructure.postgres.engine import make_engine
from infrastructure.transparency.keys import SigningKey
from tests.audit.bundles import judged, members_of, run_alone
from tests.audit.conftest import KEY, AuditedLog


def _message() -> MessagePosted:
    return MessagePosted(task_id=uuid4(), text="Still more of Ann's words")


def test_the_bundle_of_a_session_is_proven_alone_by_an_isolated_python(
    audited: AuditedLog,
) -> None:
    bundle = audited.export()

    said = run_alone(audited.directory, bundle.name, "--public-key", KEY.verifier.line)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"PROVEN: session {audited.session_id}, 9 events")
    assert "WARNING" not in said.stdout


def test_every_event_is_in_the_bundle_as_it_was_recorded(audited: AuditedLog) -> None:
    lines = members_of(audited.export())["events.ndjson"].splitlines()

    recorded = audited.log.read(f"session-{audited.session_id}")
    told = [json.loads(each) for each in lines]
    assert [each["version"] for each in told] == list(range(1, 10))
    assert [base64.b64decode(each["payload"]) for each in told] == [e.payload for e in recorded]
    assert [each["hash"] for each in told] == [e.hash.hex() for e in recorded]
    assert [each["position"] for each in told] == list(range(1, 18, 2))


def test_the_same_log_under_the_same_checkpoint_gives_the_same_bytes(audited: AuditedLog) -> None:
    options = BundleOptions(snapshots=True, reveal=True, since=(3, 16))

    first = audited.export("first.zip", options).read_bytes()
    time.sleep(2.1)  # a ZIP archive's clock ticks every two seconds

    assert audited.export("second.zip", options).read_bytes() == first


def test_what_people_wrote_is_in_no_bundle_unless_it_is_revealed(audited: AuditedLog) -> None:
    sealed = audited.export("sealed.zip")
    revealed = audited.export("revealed.zip", BundleOptions(reveal=True))

    for member in members_of(sealed).values():
        assert b"Ann" not in member
    assert judged(sealed, public_key=KEY.verifier.line).document["sealed_events"] == 5
    key = ("--public-key", KEY.verifier.line)
    shown = run_alone(audited.directory, revealed.name, "--show", *key)
    assert shown.returncode == 0
    assert shown.stdout.count("Ann's words") == 4
    hidden = run_alone(audited.directory, sealed.name, "--show", *key)
    assert "Ann's words" not in hidden.stdout


def test_the_key_of_one_session_opens_no_other(audited: AuditedLog) -> None:
    mine = members_of(audited.export("mine.zip", BundleOptions(reveal=True)))
    other = members_of(audited.export("other.zip", BundleOptions(reveal=True), of=audited.other_id))

    assert mine["session_key.txt"] != other["session_key.txt"]


def test_what_was_erased_cannot_be_revealed_and_stays_proven(audited: AuditedLog) -> None:
    audited.keys.destroy(audited.session_id)

    with pytest.raises(SessionKeyDestroyed, match="every proof stays valid"):
        audited.export(options=BundleOptions(reveal=True))

    assert audited.verdict().exit_code == 0


def test_snapshots_are_in_the_bundle_when_they_are_wanted(audited: AuditedLog) -> None:
    bundle = audited.export(options=BundleOptions(snapshots=True))

    document = judged(bundle, public_key=KEY.verifier.line).document
    assert (document["snapshots"], document["snapshot_files"]) == (2, 1)
    assert b"PAR1 a table PAR1" in members_of(bundle).values()
    assert audited.verdict().document["snapshot_files"] == 0


def test_a_bundle_proves_that_the_log_only_grew_since_each_size(audited: AuditedLog) -> None:
    older = audited.directory / "older.txt"
    older.write_bytes(members_of(audited.export())["checkpoint.txt"])
    audited.append(audited.other_id, _message(), _message())
    audited.settle()
    audited.append(audited.session_id, _message())
    audited.settle()

    bundle = audited.export(options=BundleOptions(since=(18, 1, 18)))

    verdict = judged(bundle, public_key=KEY.verifier.line, anchor=older)
    assert verdict.exit_code == 0, verdict.sentence
    assert verdict.document["anchored"] == "the log only grew since its checkpoint of size 18"


@pytest.mark.parametrize("size", [-1, 0, 19, 2**62])
def test_a_size_that_the_log_never_had_is_refused(audited: AuditedLog, size: int) -> None:
    with pytest.raises(CheckpointUnknown, match="from 1 to 18"):
        audited.export(options=BundleOptions(since=(size,)))


def test_a_session_that_nobody_started_is_unknown(audited: AuditedLog) -> None:
    with pytest.raises(SessionUnknown):
        audited.export(of=uuid4())


def test_a_closed_session_is_said_to_be_closed(audited: AuditedLog) -> None:
    audited.append(audited.session_id, SessionClosed())
    audited.settle()

    assert audited.verdict().document["closed"] is True


def test_an_archived_session_is_exported_to_the_same_bytes(audited: AuditedLog) -> None:
    audited.append(audited.session_id, SessionClosed())
    audited.settle()
    before = audited.export("before.zip").read_bytes()
    owner = make_engine(audited.database.owner_url, pool_size=1)
    log = PostgresArchivableLog(owner)
    Archiver(log, ParquetArchiveFiles(), audited.artifacts).archive(audited.session_id)
    owner.dispose()

    assert audited.export("after.zip").read_bytes() == before


def test_a_session_longer_than_a_page_is_exported_whole(audited: AuditedLog) -> None:
    audited.append(audited.session_id, *(_message() for _ in range(1200)))
    audited.settle()

    assert audited.verdict().document["proven_events"] == 1209


def test_events_that_came_last_are_waited_for(audited: AuditedLog) -> None:
    audited.append(audited.session_id, _message())
    later = threading.Timer(0.3, audited.settle)
    later.start()

    verdict = audited.verdict()

    later.join()
    assert (verdict.exit_code, verdict.document["proven_events"]) == (0, 10)


def test_events_that_do_not_settle_are_refused_with_a_way_forward(audited: AuditedLog) -> None:
    audited.append(audited.session_id, _message())
    exporter = audited.exporter(patience=timedelta(milliseconds=100))

    with pytest.raises(NotSettledYet, match="Try again"):
        exporter.export(audited.session_id, audited.directory / "never.zip")

    assert not (audited.directory / "never.zip").exists()


@contextmanager
def _open_transaction(audited: AuditedLog) -> Iterator[None]:
    conninfo = audited.database.owner_url.replace("+psycopg", "", 1)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SELECT pg_current_xact_id()")
        yield
        connection.rollback()


def test_other_sessions_can_be_exported_while_a_transaction_is_open(audited: AuditedLog) -> None:
    with _open_transaction(audited):
        audited.append(audited.other_id, _message())
        audited.settle()

        assert audited.verdict().exit_code == 0


def test_events_appended_meanwhile_are_left_to_the_next_bundle(audited: AuditedLog) -> None:
    exporter = audited.exporter()
    bundle = audited.directory / "meanwhile.zip"

    def append_more(_what: str, _done: int, _of: int) -> None:
        audited.append(audited.session_id, _message())

    exporter.export(audited.session_id, bundle, on_progress=append_more)

    verdict = judged(bundle, public_key=KEY.verifier.line)
    assert (verdict.exit_code, verdict.document["proven_events"]) == (0, 9)


def test_progress_is_told_to_its_end(audited: AuditedLog) -> None:
    told: list[tuple[str, int, int]] = []

    audited.exporter().export(
        audited.session_id,
        audited.directory / "bundle.zip",
        BundleOptions(snapshots=True),
        lambda what, done, total: told.append((what, done, total)),
    )

    assert told == [("events", 9, 9), ("proofs", 9, 9), ("snapshots", 1, 1)]


def test_an_older_bundle_proves_the_newer_one(audited: AuditedLog) -> None:
    older = audited.export("older.zip")
    audited.append(audited.session_id, _message())
    audited.settle()

    verdict = audited.verdict(anchor=older)

    assert verdict.exit_code == 0
    assert verdict.document["anchored"] == "the first 9 events are those of the older bundle"


def test_another_logs_key_does_not_prove_it(audited: AuditedLog) -> None:
    stranger = SigningKey("datatrail", bytes(32)).verifier.line

    assert judged(audited.export(), public_key=stranger).first == ("signature", None)


def test_what_stands_at_the_destination_is_not_replaced(audited: AuditedLog) -> None:
    taken: Path = audited.directory / "taken.zip"
    taken.write_text("mine")

    with pytest.raises(FileExistsError):
        audited.exporter().export(audited.session_id, taken)

    assert taken.read_text() == "mine"
