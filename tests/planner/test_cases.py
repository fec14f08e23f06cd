"""What the built-in planner makes of the cases: nearly never something wrong."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.evaluation.cases import Case, read_cases, read_tables
from application.evaluation.scoring import Judged, Verdict
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.in_process import quick_evaluation

MEMORY = Path("/dev/shm")
CASES = Path(__file__).parent / "cases"
MOST_WRONG = 0.02
# Raised as the rules grow; cases that no rule has seen lower it.
LEAST_RIGHT = 0.9


def cases() -> Iterator[Case]:
    tables = read_tables((CASES / "tables.json").read_text("utf-8"), "tables.json")
    for file in sorted(CASES.glob("*.jsonl")):
        yield from read_cases(file.read_text("utf-8").splitlines(), tables, file.name)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    memory = MEMORY if MEMORY.is_dir() else None  # where to sync and to remove takes no time
    with tempfile.TemporaryDirectory(dir=memory) as directory:
        return list(map(quick_evaluation(BuiltInPlanner(), Path(directory)).judge, cases()))


def test_the_planner_does_what_is_meant_or_asks(judged: list[Judged]) -> None:
    counts = Counter(each.verdict for each in judged)
    wrong = [each.case.messages for each in judged if each.verdict is Verdict.WRONG]
    assert len(wrong) <= MOST_WRONG * len(judged), wrong
    assert counts[Verdict.RIGHT] >= LEAST_RIGHT * len(judged), counts


def test_no_code_of_an_action_fails(judged: list[Judged]) -> None:
    assert [each.case.messages for each in judged if each.verdict is Verdict.FAILED] == []
