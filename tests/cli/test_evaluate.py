"""Scoring the configured model from the command line: `eval`."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

TABLE = {"columns": ["name", "age"], "rows": [["Ann", 1], [None, 2]]}
NAMES = {"columns": ["name"], "rows": [["Ann"], [None]]}
CASES = [
    {"id": "right", "table": "people", "message": "drop age", "expected": {"table": NAMES}},
    {"id": "wrong", "table": TABLE, "message": "drop age", "expected": {"table": TABLE}},
    {"id": "asked", "table": TABLE, "message": "drop city", "expected": {"table": NAMES}},
    {"id": "asks", "table": TABLE, "message": "drop city", "expected": "abstain"},
]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "tables.json").write_text(json.dumps({"people": TABLE}))
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, CASES)))
    return file


def test_cases_are_really_done_and_what_came_of_them_is_counted(
    datatrail: CommandLine, cases: Path
) -> None:
    ended = datatrail("eval", cases, "--json")

    assert ended.code == 0
    report = json.loads(ended.out)
    verdicts = {each["id"]: each["verdict"] for each in report["results"]}
    assert verdicts == {"right": "right", "wrong": "wrong", "asked": "abstained", "asks": "right"}
    assert (report["model"], report["right"], report["wrong"]) == ("built-in planner", 2, 1)
    assert (report["abstained"], report["failed"], report["percent"]["wrong"]) == (1, 0, 25)


@pytest.mark.parametrize(
    ("option", "percent", "code"),
    [
        ("--max-wrong", 25, 0),
        ("--max-wrong", 24, 1),
        ("--min-right", 50, 0),
        ("--min-right", 51, 1),
    ],
)
def test_a_threshold_makes_it_a_check(
    datatrail: CommandLine, cases: Path, option: str, percent: int, code: int
) -> None:
    ended = datatrail("eval", cases, option, percent)

    assert ended.code == code
    assert "wrong wrong: drop age" in ended.out


def test_a_line_that_is_no_case_is_told_by_its_place(datatrail: CommandLine, cases: Path) -> None:
    with cases.open("a") as file:
        file.write("\nnonsense\n")

    ended = datatrail("eval", cases)

    assert ended.code == 1
    assert "cases.jsonl, line 5" in ended.err
