"""What every verb has in common: a failure is a sentence on standard error and exit code 1."""

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

URLS = ("postgresql://user:gehe@im@host:port/x", "geheim", "postgresql://user:gehe/im@host/x")


def test_the_version_is_printed(datatrail: CommandLine) -> None:
    ended = datatrail("--version")

    assert (ended.code, ended.out) == (0, f"datatrail {version('datatrail')}\n")


def test_without_a_verb_the_verbs_are_listed(datatrail: CommandLine) -> None:
    ended = datatrail()

    said = ended.out + ended.err
    for verb in (
        "up",
        "demo",
        "migrate",
        "doctor",
        "profile",
        "convert",
        "projections",
        "events",
        "erase",
    ):
        assert f" {verb} " in said


def test_a_verb_that_is_misspelt_is_told_with_the_one_that_may_be_meant(
    datatrail: CommandLine,
) -> None:
    assert "Is 'events' meant?" in datatrail("evnts").err
    assert "meant" not in datatrail("levitate").err


@pytest.mark.parametrize(
    "setting", [{"lease_seconds": "inf"}, {"lease_seconds": "1e12"}, {"model_input_price": "nan"}]
)
def test_a_number_that_nothing_can_be_counted_with_is_refused(
    datatrail: CommandLine, setting: dict[str, str]
) -> None:
    datatrail.set(**setting)

    ended = datatrail("doctor")

    assert ended.code == 1
    assert f"DATATRAIL_{next(iter(setting)).upper()}: Input should be" in ended.err


def test_a_port_that_there_is_not_is_refused(datatrail: CommandLine) -> None:
    ended = datatrail("up", "--port", "99999")

    assert ended.code == 2
    assert "--port" in ended.err


def test_a_setting_that_cannot_be_used_is_named(datatrail: CommandLine) -> None:
    datatrail.set(port="many")

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "DATATRAIL_PORT" in ended.err
    assert "many" not in ended.err
    assert "Traceback" not in ended.err


def test_a_setting_that_is_misspelt_is_named_with_the_one_that_may_be_meant(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    datatrail.set(portt="8123", zzz="1")
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n")

    ended = datatrail("profile", str(table))

    assert ended.code == 0
    (portt,) = (line for line in ended.err.splitlines() if "DATATRAIL_PORTT" in line)
    assert "perhaps_meant=DATATRAIL_PORT " in f"{portt} "
    assert "DATATRAIL_ZZZ" in ended.err
    assert "8123" not in ended.err


def test_a_model_that_cannot_be_asked_is_refused_in_words_alone(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    datatrail.set(model_base_url="ftp://models", model_name="m", jails_waiting="0")
    (tmp_path / "a.jsonl").write_text(
        '{"table": {"columns": ["a"], "rows": [[1]]}, "message": "drop a", "expected": "abstain"}'
    )

    ended = datatrail("eval", str(tmp_path / "a.jsonl"))

    assert ended.code == 1
    assert ended.err.strip().endswith("Check DATATRAIL_MODEL_BASE_URL.")
    assert "ValueError" not in ended.err


def test_an_unknown_log_level_is_refused(datatrail: CommandLine) -> None:
    datatrail.set(log_level="loud")

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "DATATRAIL_LOG_LEVEL" in ended.err


@pytest.mark.parametrize("url", URLS)
def test_a_broken_url_is_refused_without_quoting_its_password(
    datatrail: CommandLine, url: str
) -> None:
    datatrail.set(database_url=url)

    ended = datatrail("events", "x")

    assert ended.code == 1
    assert "DATATRAIL_DATABASE_URL" in ended.err
    assert "gehe" not in ended.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"database_url": "mysql://u:geheim@host/x"}, "has to begin with postgresql://"),
        ({"database_url": "postgresql://h/x", "amqp_url": "https://u:geheim@h"}, "amqp://"),
        ({"migration_url": "postgresql://u:geheim@host/x"}, "needs DATATRAIL_DATABASE_URL"),
    ],
)
def test_a_url_that_would_lead_elsewhere_is_refused(
    datatrail: CommandLine, settings: dict[str, str], said: str
) -> None:
    datatrail.set(**settings)

    ended = datatrail("migrate")

    assert ended.code == 1
    assert said in " ".join(ended.err.split())
    assert "geheim" not in ended.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"s3_bucket": "files", "s3_access_key": "a", "s3_secret_key": "b"},
            "needs DATATRAIL_KEYS",
        ),
        ({"keys_bucket": "keys"}, "DATATRAIL_KEYS_ACCESS_KEY"),
        ({"keys_bucket": "keys", "keys_access_key": "a"}, "DATATRAIL_KEYS_SECRET_KEY"),
        (
            {"s3_bucket": "b", "keys_bucket": "b", "s3_access_key": "a", "s3_secret_key": "b"},
            "apart from the files",
        ),
    ],
)
def test_keys_are_kept_where_all_processes_and_nothing_else_finds_them(
    datatrail: CommandLine, settings: dict[str, str], said: str
) -> None:
    datatrail.set(**settings)

    ended = datatrail("doctor")

    assert ended.code == 1
    assert said in " ".join(ended.err.split())


@pytest.mark.parametrize("verb", ["serve", "worker", "relay"])
def test_a_process_of_its_own_needs_the_shared_parts(datatrail: CommandLine, verb: str) -> None:
    ended = datatrail(verb)

    assert ended.code == 1
    assert "DATATRAIL_DATABASE_URL and DATATRAIL_AMQP_URL" in ended.err


def test_an_error_cannot_steer_the_terminal_or_the_markup(datatrail: CommandLine) -> None:
    ended = datatrail("profile", "[bold]\x1b[31mred.csv")

    assert ended.code == 1
    assert "[bold]\\x1b[31mred.csv" in ended.err


def test_looking_into_a_home_where_nothing_is_recorded_makes_nothing(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    for arguments in (
        ("events", "x"),
        ("projections", "rebuild"),
        ("erase", "0197a3f1-9c1e-7b02-8d53-2a4f6b7c8d9e", "--yes"),
    ):
        ended = datatrail(*arguments)

        assert ended.code == 1
        assert "datatrail up" in ended.err
        assert not (tmp_path / "home").exists()
