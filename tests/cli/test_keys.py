"""The key that signs checkpoints: made, kept to its owner, shown by its public half alone."""

import stat
from base64 import b64decode
from pathlib import Path

from tests.cli.command_line import CommandLine

SERVERS = {
    "database_url": "postgresql://datatrail_service:x@127.0.0.1:9/none",
    "amqp_url": "amqp://guest:guest@127.0.0.1:9/none",
}


def test_a_new_key_is_printed_and_nothing_is_kept(datatrail: CommandLine, tmp_path: Path) -> None:
    first, second = datatrail("keys", "new"), datatrail("keys", "new")

    assert len(b64decode(first.out, validate=False)) == 32
    assert first.out != second.out
    assert "DATATRAIL_SIGNING_KEY" in first.err
    assert not (tmp_path / "home").exists()


def test_a_given_key_is_shown_by_its_public_half(datatrail: CommandLine, tmp_path: Path) -> None:
    key = datatrail("keys", "new").out.strip()
    datatrail.set(signing_key=key, log_origin="clinic.example/log", **SERVERS)

    shown = datatrail("keys", "show")

    assert shown.code == 0
    assert shown.out.startswith("clinic.example/log+")
    assert shown.out == datatrail("keys", "show").out
    assert key not in shown.out + shown.err
    assert not (tmp_path / "home").exists()


def test_without_servers_a_key_is_made_once_and_kept(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    shown = datatrail("keys", "show")

    assert shown.out.startswith("datatrail+")
    assert datatrail("keys", "show").out == shown.out
    kept = tmp_path / "home" / "keys" / "checkpoints.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_key_that_is_gone_is_not_made_anew_for_a_log_that_was_signed(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "objects" / "checkpoints" / "1").mkdir(parents=True)

    ended = datatrail("keys", "show")

    assert ended.code == 1
    assert f"{home / 'keys' / 'checkpoints.key'} is gone" in ended.err
    assert "restore it from a backup" in ended.err
    assert not (home / "keys" / "checkpoints.key").exists()


def test_a_database_that_is_gone_is_not_made_anew_for_files_of_a_log(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    datatrail("keys", "show")
    (home / "objects" / "checkpoints" / "1").mkdir(parents=True)

    ended = datatrail("up", "--port", "0")

    assert ended.code == 1
    assert f"There is no database in {home / 'postgres' / 'data'}" in ended.err
    assert "mount the volume" in ended.err
    assert not (home / "postgres").exists()


def test_an_export_of_a_log_that_was_never_made_leaves_no_key_behind(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    ended = datatrail("audit", "export", "0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55")

    assert ended.code == 1
    assert "Nothing is recorded" in ended.err
    assert not (tmp_path / "home").exists()


def test_a_shared_database_needs_a_key_that_is_given(datatrail: CommandLine) -> None:
    datatrail.set(**SERVERS)

    for verb in (["keys", "show"], ["relay"]):
        ended = datatrail(*verb)
        assert ended.code == 1
        assert "DATATRAIL_SIGNING_KEY" in ended.err
        assert "datatrail keys new" in ended.err
        assert "Traceback" not in ended.err


def test_what_is_no_key_is_refused_without_being_repeated(datatrail: CommandLine) -> None:
    datatrail.set(signing_key="c2VjcmV0")

    ended = datatrail("keys", "show")

    assert ended.code == 1
    assert "DATATRAIL_SIGNING_KEY must be 32 bytes in base64" in ended.err
    assert "c2VjcmV0" not in ended.err


def test_a_name_that_no_checkpoint_can_hold_is_refused(datatrail: CommandLine) -> None:
    datatrail.set(log_origin="two words")

    ended = datatrail("keys", "show")

    assert ended.code == 1
    assert "'two words' cannot name the log" in ended.err
