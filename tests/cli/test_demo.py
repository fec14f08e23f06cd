"""`datatrail demo`: the main job, as a newcomer sees it."""

import json
from pathlib import Path

import polars as pl

from tests.cli.command_line import CommandLine

WHAT_IS_SHOWN = (
    "upload penguins.csv",
    "trim spaces in Island and Sex",
    "remove duplicates",
    "rollback to node 4",
    "branch-2",
    "undo that",
    "export as CSV",
    "Session tree",
    "drop_duplicates",
    "<- pointer",
    "TurnCompleted",
    "make up",
    "/docs",
)


def test_it_shows_the_main_job_from_upload_to_export_and_keeps_it_on_request(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"

    ended = datatrail("demo", "--keep", kept)

    assert ended.code == 0, ended.err
    places = [ended.out.index(shown) for shown in WHAT_IS_SHOWN]
    assert places == sorted(places)
    cleaned = pl.read_csv(kept / "cleaned.csv")
    assert cleaned.height == 344
    assert set(cleaned["Island"].unique()) == {"Biscoe", "Dream", "Torgersen"}
    assert not (tmp_path / "home").exists()

    session_id = ended.out.split("datatrail events ")[1].split()[0]
    datatrail.set(home=str(kept))
    events = datatrail("events", session_id, "--json").out.splitlines()
    types = [json.loads(line)["type"] for line in events]
    assert types[0] == "SessionStarted"
    assert types.count("NodeCommitted") == 8


def test_it_leaves_nothing_of_a_table_of_ones_own_behind(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / 'it\'s "mine".csv'
    file.write_text("a 'b',n\n x ,1\ny,\nz,3\n")

    ended = datatrail("demo", file)

    assert ended.code == 0, ended.err
    assert "<- pointer" in ended.out
    assert list(tmp_path.iterdir()) == [file]


def test_it_fails_when_a_step_fails(datatrail: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))

    ended = datatrail("demo", file)

    assert ended.code == 1
    assert "PNG" in ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_is_not_there_is_refused_before_anything_starts(
    datatrail: CommandLine,
) -> None:
    ended = datatrail("demo", "nowhere.csv")

    assert ended.code == 1
    assert "nowhere.csv" in ended.err


def test_a_place_that_cannot_keep_it_is_named(datatrail: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    ended = datatrail("demo", "--keep", tmp_path / "file")

    assert ended.code == 1
    assert f"{tmp_path / 'file'}: File exists." in ended.err
