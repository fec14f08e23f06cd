"""What a snippet leaves in ``result`` is its answer, if it is a value, a table or a chart."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.ports.sandbox import Execution, Outcome
from domain.execution import AnswerKind
from infrastructure.nsjail.frames import read_table
from infrastructure.nsjail.sandbox import NsjailSandbox

Answer = Callable[[str], tuple[Execution, Path]]


@pytest.fixture
def answer(jail: NsjailSandbox, table: Path, tmp_path: Path) -> Answer:
    """Execute a snippet; its end, and the file that holds its answer if it has one."""

    def execute(snippet: str) -> tuple[Execution, Path]:
        left, path = tmp_path / "left.parquet", tmp_path / "answer"
        execution = jail.execute(snippet, table=table, result=left, seed=7, answer=path)
        left.unlink(missing_ok=True)
        return execution, path

    return execute


@pytest.mark.parametrize(
    ("snippet", "scalar"),
    [
        ("result = len(df)", {"type": "integer", "value": 3}),
        ("result = df['visits'].mean()", {"type": "number", "value": 2.0}),
        ("result = df['visits'].isna().any()", {"type": "boolean", "value": True}),
        ("result = df['id'].max()", {"type": "text", "value": "009"}),
        ("result = df['visits'].iloc[1]", {"type": "missing", "value": None}),
        ("result = 2**64", {"type": "integer", "value": str(2**64)}),
        ("result = pd.Timestamp('2024-05-01')", {"type": "moment", "value": "2024-05-01T00:00:00"}),
    ],
)
def test_a_value_answers_with_its_type(
    snippet: str, scalar: dict[str, Any], answer: Answer
) -> None:
    execution, path = answer(snippet)
    assert (execution.outcome, execution.answer) == (Outcome.OK, AnswerKind.SCALAR)
    assert json.loads(path.read_text()) == scalar


@pytest.mark.parametrize(
    "snippet",
    [
        "result = df.groupby('city')['visits'].sum()",
        "result = df.groupby('city').agg(visits=('visits', 'sum'))",
        "result = {'city': ['Bergen', 'Oslo'], 'visits': [0, 4]}",
        "result = [{'city': 'Bergen', 'visits': 0}, {'city': 'Oslo', 'visits': 4}]",
    ],
)
def test_what_has_rows_answers_as_a_table(snippet: str, answer: Answer) -> None:
    execution, path = answer(snippet)
    assert execution.answer is AnswerKind.TABLE
    assert read_table(str(path)).to_dict("list") == {"city": ["Bergen", "Oslo"], "visits": [0, 4]}


def test_a_chart_answers_with_its_data(answer: Answer) -> None:
    execution, path = answer(
        "result = {'mark': 'bar', 'data': {'values': df[['city']].to_dict('records')}}"
    )
    assert execution.answer is AnswerKind.CHART
    assert json.loads(path.read_text())["data"]["values"][1] == {"city": "Bergen"}


@pytest.mark.parametrize(
    "snippet", ["df = df", "result = df", "result = None", "result = print", "result = df.groupby"]
)
def test_without_one_there_is_no_answer_and_nothing_to_say(snippet: str, answer: Answer) -> None:
    execution, path = answer(snippet)
    assert (execution.outcome, execution.answer, execution.detail) == (Outcome.OK, None, None)
    assert not path.exists()


@pytest.mark.parametrize(
    ("snippet", "reason"),
    [
        ("result = pd.DataFrame({'mix': [1, 'Oslo', 2.5]})", "'mix' mixes kinds"),
        ("result = df.set_index('city').T", "a column occurs more than once"),
        ("result = {'mark': 'bar', 'data': {'url': 'https://example.org'}}", "fetch"),
    ],
)
def test_why_an_answer_cannot_be_kept_is_said_without_a_cell(
    snippet: str, reason: str, answer: Answer
) -> None:
    execution, path = answer(snippet)
    assert (execution.outcome, execution.answer) == (Outcome.OK, None)
    assert execution.detail is not None
    assert reason in execution.detail
    assert "Bergen" not in execution.detail
    assert not path.exists()
