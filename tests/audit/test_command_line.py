"""`datatrail audit export` and `datatrail audit verify`, as they are typed."""

import base64
import json
import stat
from pathlib import Path

import pytest

from infrastructure.keys.directory import KeyDirectory
from infrastructure.keys.subject_keys import StoredSubjectKeys
from tests.audit.bundles import members_of, run_alone
from tests.audit.conftest import KEY, AuditedLog
from tests.audit.synthetic import ordinary_log, packed
from tests.cli.command_line import CommandLine
from tests.cli.conftest import datatrail

__all__ = ["datatrail"]

VKEY = KEY.verifier.line


@pytest.fixture
def beside(audited: AuditedLog, datatrail: CommandLine) -> CommandLine:
    """The command line beside a service on the audited log."""
    datatrail.set(
        database_url=audited.database.service_url,
        signing_key=base64.b64encode(bytes(range(32))).decode(),
        home=str(audited.directory),
    )
    return datatrail


def test_a_session_is_exported_and_verified(beside: CommandLine, audited: AuditedLog) -> None:
    exported = beside("audit", "export", audited.session_id)

    assert exported.code == 0, exported.err
    assert "9 events" in exported.out
    assert f"--public-key {VKEY}" in exported.out
    bundle = audited.directory / f"audit-{audited.session_id}.zip"
    verified = beside("audit", "verify", bundle, "--public-key", VKEY)
    assert (verified.code, verified.out.split(":")[0]) == (0, "PROVEN")


def test_the_report_for_machines_is_one_document_and_nothing_else(
    beside: CommandLine, audited: AuditedLog
) -> None:
    assert beside("audit", "export", audited.session_id, "-o", "a.zip").code == 0

    verified = beside("audit", "verify", "a.zip", "--public-key", VKEY, "--json")

    document = json.loads(verified.out)
    assert document["verdict"] == "proven"
    assert document["session_id"] == str(audited.session_id)


def test_events_that_nobody_gave_a_place_get_one_before_the_export(
    beside: CommandLine, audited: AuditedLog
) -> None:
    conversation = audited.log.read(f"session-{audited.session_id}")[-1].event
    audited.append(audited.session_id, conversation)

    exported = beside("audit", "export", audited.session_id, "-o", "a.zip")

    assert exported.code == 0, exported.err
    assert "10 events" in exported.out


def test_what_people_wrote_is_shown_to_whom_it_is_revealed(
    beside: CommandLine, audited: AuditedLog
) -> None:
    key = audited.keys.find(audited.session_id)
    assert key is not None
    KeyDirectory(audited.directory / "keys" / "subjects").create(str(audited.session_id), key)

    exported = beside("audit", "export", audited.session_id, "-o", "a.zip", "--reveal")

    assert exported.code == 0, exported.err
    assert "keep it safe" in exported.out
    assert stat.S_IMODE(Path("a.zip").stat().st_mode) == 0o600
    shown = beside("audit", "verify", "a.zip", "--public-key", VKEY, "--show")
    assert "More of Ann's words" in shown.out


def test_what_was_erased_is_not_revealed_and_the_way_forward_is_said(
    beside: CommandLine, audited: AuditedLog
) -> None:
    keys = StoredSubjectKeys(KeyDirectory(audited.directory / "keys" / "subjects"))
    keys.destroy(audited.session_id)

    ended = beside("audit", "export", audited.session_id, "-o", "a.zip", "--reveal")

    assert ended.code == 1
    assert "was erased" in ended.err
    assert not (audited.directory / "a.zip").exists()
    assert list(audited.directory.glob(".datatrail-*")) == []


def test_snapshots_and_growth_are_proven_when_they_are_wanted(
    beside: CommandLine, audited: AuditedLog
) -> None:
    exported = beside(
        "audit", "export", audited.session_id, "-o", "a.zip", "--snapshots", "--since", 7
    )

    assert exported.code == 0, exported.err
    names = members_of(audited.directory / "a.zip")
    assert "consistency.ndjson" in names
    assert [name for name in names if name.startswith("snapshots/")]


def test_a_bundle_that_exists_is_replaced_only_by_force(
    beside: CommandLine, audited: AuditedLog
) -> None:
    bundle = audited.directory / "a.zip"
    bundle.write_text("mine")

    refused = beside("audit", "export", audited.session_id, "-o", bundle)

    assert (refused.code, bundle.read_text()) == (1, "mine")
    assert beside("audit", "export", audited.session_id, "-o", bundle, "--force").code == 0
    assert beside("audit", "verify", bundle, "--public-key", VKEY).code == 0


@pytest.mark.parametrize("session", ["nonsense", "0190b2a4-0000-7000-8000-00000000c0de"])
def test_a_session_that_is_none_is_refused_with_a_sentence(
    beside: CommandLine, audited: AuditedLog, session: str
) -> None:
    ended = beside("audit", "export", session, "-o", "a.zip")

    assert ended.code == 1
    assert session in ended.err
    assert "Traceback" not in ended.err
    assert not (audited.directory / "a.zip").exists()


def test_without_a_signing_key_the_export_says_how_to_make_one(
    datatrail: CommandLine, audited: AuditedLog
) -> None:
    datatrail.set(database_url=audited.database.service_url)

    ended = datatrail("audit", "export", audited.session_id)

    assert ended.code == 1
    assert "datatrail keys new" in ended.err


def test_the_exit_code_tells_what_the_verifier_alone_tells(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    members = ordinary_log().bundle()
    proven = packed(members, tmp_path / "proven.zip")
    tampered = packed(
        {**members, "events.ndjson": members["events.ndjson"].replace(b"MessageP", b"messageP", 1)},
        tmp_path / "tampered.zip",
    )
    broken = tmp_path / "broken.zip"
    broken.write_bytes(proven.read_bytes()[:-30])

    for bundle, code in ((proven, 0), (tampered, 1), (broken, 2), (tmp_path / "missing", 2)):
        ended = datatrail("audit", "verify", bundle, "--public-key", VKEY)
        alone = run_alone(tmp_path, bundle, "--public-key", VKEY)
        assert (ended.code, alone.returncode) == (code, code)
        assert ended.out == alone.stdout
        assert alone.stderr == ""
