"""The sentence that ends a turn, with the value in it for who asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from application.artifacts import ArtifactKind, Artifacts
from application.ports.read_models import TaskKind, TaskResult, TaskStatus, TaskView
from application.told_answers import in_words, pointing, told
from domain.execution import AnswerKind, StoredAnswer
from infrastructure.storage.object_store import ObstoreObjectStore
from tests.specifications.given import uid

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_view(answer: StoredAnswer) -> TaskView:
    return TaskView(
        task_id=uid(1),
        session_id=uid(2),
        kind=TaskKind.TURN,
        status=TaskStatus.SUCCEEDED,
        version=3,
        steps=(),
        created_at=NOW,
        updated_at=NOW,
        answer="The mean of age is [see result]. The table is unchanged.",
        result=TaskResult(execution=1, answer=answer),
    )


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(ObstoreObjectStore.local(tmp_path))


def kept(artifacts: Artifacts, scalar: dict[str, Any]) -> StoredAnswer:
    content = json.dumps(scalar).encode()
    digest = artifacts.keep_salted(ArtifactKind.ANSWER, content)
    return StoredAnswer(kind=AnswerKind.SCALAR, address=f"answer:{digest}", size_bytes=len(content))


def test_the_value_takes_its_place(artifacts: Artifacts) -> None:
    view = a_view(kept(artifacts, {"type": "number", "value": 34.5}))
    assert told(artifacts, view).answer == "The mean of age is 34.5. The table is unchanged."


def test_what_is_long_lost_or_no_scalar_is_only_pointed_to(artifacts: Artifacts) -> None:
    long = a_view(kept(artifacts, {"type": "text", "value": "x" * 1000}))
    lost = a_view(StoredAnswer(kind=AnswerKind.SCALAR, address="answer:" + "0" * 64, size_bytes=9))
    table = a_view(replace(kept(artifacts, {"type": "integer", "value": 1}), kind=AnswerKind.CHART))
    for view in (long, lost, table, replace(long, result=None), replace(long, answer=None)):
        assert told(artifacts, view) == view
    assert pointing(long.answer) == (
        "The mean of age is in the task's result. The table is unchanged."
    )
    assert pointing(None) is None


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("integer", 1234567, "1,234,567"),
        ("integer", "12345678901234567890", "12345678901234567890"),
        ("number", 52666.75, "52,666.75"),
        ("number", 2 / 3, "0.6667"),
        ("number", -0.000123456, "-0.0001235"),
        ("number", 3.0, "3"),
        ("number", 0.0, "0"),
        ("number", 1e300, "1e+300"),
        ("number", "inf", "inf"),
        ("boolean", True, "true"),
        ("missing", None, "missing"),
        ("text", "Ann", "'Ann'"),
        ("moment", "2021-11-11T00:00:00", "2021-11-11"),
        ("moment", "2021-11-11T10:30:00", "2021-11-11T10:30:00"),
    ],
)
def test_a_value_is_said_as_a_person_reads_it(kind: str, value: object, words: str) -> None:
    assert in_words({"type": kind, "value": value}) == words
