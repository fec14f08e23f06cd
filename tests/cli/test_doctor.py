"""`datatrail doctor` on this machine, and under settings that cannot work."""

from pathlib import Path
from shutil import rmtree

import psycopg

from infrastructure.postgres.migrations import migrate
from tests.cli.command_line import CommandLine

PARTS = ("Python", "PostgreSQL", "queue", "storage", "nsjail", "memory", "jail as", "model")


def test_this_machine_has_what_the_embedded_default_needs(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    ended = datatrail("doctor")

    assert ended.code == 0, ended.out
    for part in PARTS:
        assert part in ended.out
    assert "missing" not in ended.out
    assert "Everything" in ended.out
    assert list(tmp_path.iterdir()) == []


def test_each_part_that_does_not_answer_is_named_and_no_secret_is_printed(
    datatrail: CommandLine,
) -> None:
    datatrail.set(
        database_url="postgresql://me:geheim%401@127.0.0.1:1/x",
        amqp_url="amqp://me:geheim2@127.0.0.1:1/",
        s3_bucket="bucket",
        keys_bucket="keys",
        s3_endpoint="http://127.0.0.1:1",
        s3_allow_http="true",
        s3_access_key="geheim3",
        s3_secret_key="geheim4",
        model_base_url="http://127.0.0.1:1/v1",
        model_name="some-model",
        model_api_key="geheim5",
    )

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "Missing: PostgreSQL, queue, storage, model." in ended.out
    assert "geheim" not in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


def test_a_home_that_cannot_be_made_is_missing(datatrail: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    datatrail.set(home=str(tmp_path / "file" / "home"))

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "Missing: PostgreSQL, storage." in ended.out
    assert "DATATRAIL_HOME" in ended.out


def test_a_database_without_the_schema_says_how_to_get_it(
    datatrail: CommandLine, fresh_database: str
) -> None:
    datatrail.set(database_url=fresh_database)

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "Missing: PostgreSQL." in ended.out
    assert "datatrail migrate" in ended.out


def test_a_place_that_a_start_refuses_is_missing(
    datatrail: CommandLine, tmp_path: Path, fresh_database: str
) -> None:
    objects = tmp_path / "home" / "objects"
    (objects / "checkpoints" / "1").mkdir(parents=True)

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "Missing: PostgreSQL." in ended.out

    rmtree(objects)
    migrate(fresh_database)
    with psycopg.connect(fresh_database.replace("+psycopg", "", 1)) as owner:
        owner.execute("INSERT INTO signed_checkpoints VALUES (1, 14, '', '', now())")
    datatrail.set(database_url=fresh_database)

    ended = datatrail("doctor")

    assert ended.code == 1
    assert "Missing: storage." in ended.out
