"""Scoring tells right, wrong, abstained and failed apart, by what was really done."""

import json
from pathlib import Path

import pytest

from application.evaluation.cases import CaseUnreadable, read_cases, read_tables
from application.evaluation.scoring import Evaluation
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.in_process import quick_evaluation

TABLE = {
    "columns": ["name", "age", "day"],
    "types": {"day": "datetime"},
    "rows": [["Ann", 1.5, "2024-01-02"], [None, 2, None]],
}
WITHOUT_AGE = {
    "columns": ["name", "day"],
    "types": {"day": "datetime"},
    "rows": [["Ann", "2024-01-02"], [None, None]],
}


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return quick_evaluation(BuiltInPlanner(), tmp_path)


def verdict(evaluation: Evaluation, expected: object, *messages: str) -> str:
    case = {"table": TABLE, "messages": list(messages), "expected": expected}
    (read,) = read_cases([json.dumps(case)], {}, "cases.jsonl")
    return evaluation.judge(read).verdict.value


@pytest.mark.parametrize(
    ("messages", "expected", "judged"),
    [
        (["drop age"], {"table": WITHOUT_AGE}, "right"),
        (["drop name"], {"table": WITHOUT_AGE}, "wrong"),
        (["drop something"], {"table": WITHOUT_AGE}, "abstained"),
        (["drop something"], "abstain", "right"),
        (["drop age"], "abstain", "wrong"),
        (["drop age"], {"answer": 3}, "wrong"),
        (["convert name to number"], "abstain", "failed"),
        (["drop age", "undo"], {"table": TABLE}, "right"),
        (["drop age"], {"table": TABLE}, "wrong"),
    ],
)
def test_a_case_is_judged_by_what_came_of_its_last_message(
    evaluation: Evaluation, messages: list[str], expected: object, judged: str
) -> None:
    assert verdict(evaluation, expected, *messages) == judged


@pytest.mark.parametrize(
    ("change", "judged"),
    [
        ({"columns": ["*", "day"], "types": {"day": "datetime"}}, "right"),
        ({"columns": ["day", "name"], "rows": [["2024-01-02", "Ann"], [None, None]]}, "wrong"),
        ({"types": {}}, "wrong"),
        ({"types": {"day": "datetime", "name": "number"}}, "wrong"),
        ({"rows": [["Ann", "2024-01-02T00:00:00"], [None, None]]}, "right"),
        ({"rows": [["Ann", "2024-01-03"], [None, None]]}, "wrong"),
        ({"rows": [[None, None], ["Ann", "2024-01-02"]]}, "wrong"),
        ({"rows": [[None, None], ["Ann", "2024-01-02"]], "any_order": ["rows"]}, "right"),
        ({"rows": [["Ann", "2024-01-02"], ["", None]]}, "wrong"),
        ({"hidden": ["name"]}, "wrong"),
        ({"hidden": ["name"], "rows": [["Bob", "2024-01-02"], [None, None]]}, "right"),
        (
            {
                "columns": ["day", "name"],
                "rows": [["2024-01-02", "Ann"], [None, None]],
                "any_order": ["columns"],
            },
            "right",
        ),
    ],
)
def test_tables_are_compared_by_content_as_strictly_as_stated(
    evaluation: Evaluation, change: dict[str, object], judged: str
) -> None:
    assert verdict(evaluation, {"table": {**WITHOUT_AGE, **change}}, "drop age") == judged


def test_fractions_are_compared_nearly_and_whole_numbers_are_numbers(
    evaluation: Evaluation,
) -> None:
    after = {**TABLE, "columns": ["who", "age", "day"]}
    after["rows"] = [["Ann", 1.5 + 1e-8, "2024-01-02"], [None, 2.0, None]]
    assert verdict(evaluation, {"table": after}, "rename name to who") == "right"
    after["rows"] = [["Ann", 1.5001, "2024-01-02"], [None, 2.0, None]]
    assert verdict(evaluation, {"table": after}, "rename name to who") == "wrong"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 1: that is not JSON"),
        ('{"table": "people", "message": "x"}', "a case is"),
        ('{"table": "people", "message": "x", "expected": "abstain"}', "no table 'people'"),
        ('{"table": {"columns": ["a"], "rows": [[1, 2]]}, "expected": "abstain"}', "as many cells"),
        ('{"table": {"columns": ["a"], "rows": []}, "expected": "abstain"}', "give a message"),
        ('{"table": {"columns": [], "rows": []}, "message": "x", "expected": 1}', "expected is"),
    ],
)
def test_a_case_that_cannot_be_read_is_told_by_its_line(line: str, says: str) -> None:
    with pytest.raises(CaseUnreadable, match=says):
        read_cases([line], read_tables("{}", "tables.json"), "cases.jsonl")
