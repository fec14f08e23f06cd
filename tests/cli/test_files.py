"""Tables in files from the command line: `profile` and `convert`."""

import json
import os
from pathlib import Path

import polars as pl
import pytest

from tests.cli.command_line import CommandLine

MESSY = "name;größe;seen\n Ann ;1,5;2024-01-05\nBob;;2024-01-06\nBob;;2024-01-06\n"


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    file = tmp_path / "messy.csv"
    file.write_bytes(MESSY.encode("cp1252"))
    return file


def test_a_profile_says_how_the_file_was_read_and_what_each_column_holds(
    datatrail: CommandLine, messy: Path
) -> None:
    ended = datatrail("profile", messy)

    assert ended.code == 0
    for fact in ("CSV", "separated by semicolon", "3 rows, 3 columns", "1 row repeat"):
        assert fact in ended.out
    assert "größe" in ended.out
    assert "2 (67%)" in ended.out


def test_columns_of_fixed_width_are_said_to_begin_where_they_do(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    report = tmp_path / "report.txt"
    rows = [
        "Ann Lee   1     2.5",
        "Bo        22    3.0",
        "Kim Park  3     10.25",
        "Zoe       4     1.0",
    ]
    report.write_text("\n".join(["name      qty   price", "--------  ----  -----", *rows]))
    assert "columns that begin at 11 17" in datatrail("profile", report).out


def test_a_profile_as_json_is_one_document_and_nothing_else(
    datatrail: CommandLine, messy: Path
) -> None:
    ended = datatrail("profile", messy, "--json")

    found = json.loads(ended.out)
    assert found["parse"]["delimiter"] == ";"
    assert [column["name"] for column in found["columns"]] == ["name", "größe", "seen"]
    assert (found["rows"], found["duplicate_rows"]) == (3, 1)


def test_a_cell_cannot_steer_the_terminal(datatrail: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "evil.csv"
    file.write_text("a,b\n[red]x[/],\x1b]0;owned\x07\n[red]x[/],y\n")

    ended = datatrail("profile", file)

    assert ended.code == 0
    assert "[red]x[/]" in ended.out
    assert "\x1b]0" not in ended.out


@pytest.mark.parametrize("extension", ["csv", "json", "xlsx", "parquet"])
def test_a_table_is_written_as_the_extension_says_and_reads_back_the_same(
    datatrail: CommandLine, messy: Path, tmp_path: Path, extension: str
) -> None:
    out, again = tmp_path / f"out.{extension}", tmp_path / "again.parquet"

    ended = datatrail("convert", messy, out)
    assert ended.code == 0, ended.err
    assert "3 rows, 3 columns" in ended.out
    assert datatrail("convert", out, again).code == 0

    expected = tmp_path / "expected.parquet"
    assert datatrail("convert", messy, expected).code == 0
    assert pl.read_parquet(again).to_dicts() == pl.read_parquet(expected).to_dicts()


def test_a_file_that_exists_is_replaced_only_by_force(
    datatrail: CommandLine, messy: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    out.write_text("mine")

    refused = datatrail("convert", messy, out)
    assert (refused.code, out.read_text()) == (1, "mine")
    assert "--force" in refused.err

    assert datatrail("convert", messy, out, "--force").code == 0
    assert len(json.loads(out.read_text())) == 3


def test_a_table_may_replace_the_file_that_it_came_from(
    datatrail: CommandLine, messy: Path
) -> None:
    assert datatrail("convert", messy, messy, "--force").code == 0

    assert messy.read_text().splitlines()[0] == "name,größe,seen"


def test_what_does_not_fit_leaves_the_old_file_and_nothing_else(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    long, out = tmp_path / "long.csv", tmp_path / "out.xlsx"
    long.write_text(f"a,b\n1,{'x' * 40_000}\n")
    out.write_text("mine")
    before = set(tmp_path.iterdir())

    ended = datatrail("convert", long, out, "--force")

    assert ended.code == 1
    assert "32,767" in ended.err
    assert out.read_text() == "mine"
    assert set(tmp_path.iterdir()) == before


BAD_INPUT = {
    "missing.csv": (None, "There is no file"),
    "empty.csv": (b"", "empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG"),
    "broken.json": (b'{"a": [1, 2', "JSON"),
    "report.pdf": (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
@pytest.mark.parametrize("verb", ["profile", "convert"])
def test_a_file_that_is_no_table_is_refused_with_a_sentence_and_nothing_left(
    datatrail: CommandLine, tmp_path: Path, name: str, verb: str
) -> None:
    content, said = BAD_INPUT[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = set(tmp_path.iterdir())

    ended = datatrail(verb, tmp_path / name, *(["out.csv"] if verb == "convert" else []))

    assert ended.code == 1
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("out.doc", ".parquet"),
        ("out", ".parquet"),
        ("nowhere/out.csv", "no directory"),
        ("folder.csv", "is a directory"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(
    datatrail: CommandLine, tmp_path: Path, out: str, said: str
) -> None:
    (tmp_path / "folder.csv").mkdir()

    ended = datatrail("convert", tmp_path / "not-even-there.csv", tmp_path / out)

    assert ended.code == 1
    assert said in ended.err


def test_a_directory_is_no_table(datatrail: CommandLine, tmp_path: Path) -> None:
    ended = datatrail("profile", tmp_path)

    assert ended.code == 1
    assert "is a directory" in ended.err


def test_a_pipe_is_refused_and_not_waited_for(datatrail: CommandLine, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for source in (tmp_path / "pipe", Path("/dev/null")):
        ended = datatrail("convert", source, tmp_path / "out.csv", "--raw")
        assert (ended.code, ended.out) == (1, "")
        assert "is a pipe or a device" in ended.err


def test_raw_cells_are_written_as_they_stand_in_the_file(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    file, out = tmp_path / "in.txt", tmp_path / "out.csv"
    file.write_bytes('id;amount;said\r\n007;1,50;"a ""b"" c"\r\n8;NA;\xe9\r\n'.encode("cp1252"))

    ended = datatrail("convert", file, "-o", out, "--raw")

    assert ended.code == 0, ended.err
    assert out.read_text("utf-8") == 'id,amount,said\n007,"1,50","a ""b"" c"\n8,NA,é\n'


def test_what_raw_cells_are_written_without_is_told(datatrail: CommandLine, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("name,qty\nAnn,3\n\nBob\nCid,4\n\nitem,price\npen,5\nink,6\n")

    ended = datatrail("convert", file, "-o", out, "--raw")

    assert out.read_text() == "name,qty\nAnn,3\nBob,\nCid,4\n"
    assert "Lines without any text were left out." in ended.err
    assert "Another table follows the first one; the last 4 lines were left out." in ended.err


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf \r\n\t\n"])
def test_raw_cells_of_a_file_without_any_are_none(
    datatrail: CommandLine, tmp_path: Path, content: bytes
) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_bytes(content)

    ended = datatrail("convert", file, "-o", out, "--raw")

    assert (ended.code, out.read_bytes()) == (0, b"")
    assert "The file is empty" in ended.err
    assert datatrail("convert", file, tmp_path / "typed.csv").code == 1


def test_raw_cells_of_another_kind_of_file_are_what_it_shows(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    file, out = tmp_path / "in.json", tmp_path / "out.csv"
    file.write_text('[{"id": "007", "n": 1.5}, {"id": "8"}]')

    ended = datatrail("convert", file, "--raw", "-o", out)

    assert ended.code == 0, ended.err
    assert out.read_text("utf-8").split() == ["id,n", "007,1.5", "8,"]


def test_what_is_said_of_a_file_is_obeyed(datatrail: CommandLine, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    file.write_text("when;zip\n01/02/2024;123\n03/04/2024;456\n")

    parse = '{"day_first": true, "types": {"zip": "text"}}'
    ended = datatrail("convert", file, out, "--parse", parse)

    assert ended.code == 0, ended.err
    frame = pl.read_parquet(out)
    assert frame["zip"].to_list() == ["123", "456"]
    assert [f"{day:%Y-%m-%d}" for day in frame["when"]] == ["2024-02-01", "2024-04-03"]


@pytest.mark.parametrize(
    ("parse", "said"),
    [("{", "JSON"), ('{"delimeter": ";"}', "delimeter"), ('{"encoding": "zip"}', "encoding")],
)
def test_what_cannot_be_said_of_a_file_is_refused(
    datatrail: CommandLine, messy: Path, tmp_path: Path, parse: str, said: str
) -> None:
    ended = datatrail("convert", messy, tmp_path / "out.csv", "--parse", parse)

    assert ended.code == 1
    assert "--parse" in ended.err
    assert said in ended.err
    assert not (tmp_path / "out.csv").exists()


def test_where_to_write_is_said_once(datatrail: CommandLine, messy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    for arguments in ((), (out, "-o", out)):
        ended = datatrail("convert", messy, *arguments)
        assert ended.code == 1
        assert "-o OUT" in ended.err


def test_a_doubt_is_told_with_what_it_concerns(datatrail: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "nested.json"
    file.write_text('[{"who": {"name": "Ann"}, "n": 1}]')

    ended = datatrail("convert", file, tmp_path / "out.csv")

    assert "who: Nested objects and lists were kept as JSON text" in ended.out


def test_a_wrong_encoding_is_named_and_nothing_is_written(
    datatrail: CommandLine, messy: Path, tmp_path: Path
) -> None:
    for form in ([], ["--raw"]):
        ended = datatrail(
            "convert", messy, tmp_path / "out.csv", "--parse", '{"encoding": "utf-16"}', *form
        )
        assert (ended.code, ended.out) == (1, "")
        assert "not text in the encoding utf-16; give the right one" in ended.err
    assert not (tmp_path / "out.csv").exists()
