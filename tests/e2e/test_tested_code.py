"""A model's code is tried in a jail before it is trusted, and its questions keep to budgets."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from application.ports.job_queue import Job
from application.ports.read_models import ExecutionView, TaskStatus, TaskView
from domain.session.events import SnippetReviewed
from interfaces.composition.parts import language_model
from interfaces.composition.processes import Adapters, worker
from tests.e2e.test_workers import a_session_with_a_message, adapters
from tests.model_server import Exchange, ModelServer, Received, says

__all__ = ["adapters"]

STEP = {
    "description": "Add 1 to petalLength.",
    "actions": [],
    "changes": ["petalLength"],
    "rows": "kept",
}
APPROVED = json.dumps({"approved": True, "findings": []})


class Crew:
    """Plans one step of code, writes one snippet after the other, and approves of all."""

    def __init__(self, server: ModelServer, snippets: Sequence[str], step: Any) -> None:
        plan = {"intent": "transform", "summary": "Do it.", "columns": [], "steps": [step]}
        self._plan, self._snippets = json.dumps(plan), list(snippets)
        self.asked: list[tuple[str, str]] = []
        server.script(self._answer)

    def _answer(self, received: Received, exchange: Exchange) -> None:
        role = next(
            r for r in ("Strategist", "Engineer", "Tester") if f"the {r} of" in received.text
        )
        self.asked.append((role, received.text))
        reply = {"Strategist": self._plan, "Tester": APPROVED}.get(role)
        says(reply or self._snippets.pop(0))(received, exchange)

    @property
    def roles(self) -> str:
        return "".join(role[0] for role, _ in self.asked)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


def done(
    adapters: Adapters, server: ModelServer, tmp_path: Path, **settings: object
) -> tuple[Job, TaskView, Sequence[ExecutionView]]:
    """What becomes of a message with the model of `server`."""
    job = a_session_with_a_message(adapters, tmp_path)
    given = {"model_base_url": server.url, "model_name": "scripted", **settings}
    configured = adapters.settings.model_copy(update=given)
    worker(replace(adapters, settings=configured, model=language_model(configured))).work(job)
    task = adapters.read_models.task(job.task_id)
    assert task is not None
    return job, task, adapters.read_models.executions(job.task_id)


def test_code_that_does_more_than_its_step_goes_back_with_the_reason_and_is_mended(
    adapters: Adapters, server: ModelServer, tmp_path: Path
) -> None:
    crew = Crew(
        server,
        [
            "df['petalLength'] = df['petalLength'] + 1\ndf = df.drop_duplicates('petalLength')",
            "df['petalLength'] += 1\ndf['species'] = df['species'].str.upper()",
            "df['petalLength'] += 1",
        ],
        STEP,
    )
    job, task, executions = done(adapters, server, tmp_path)
    assert task.status is TaskStatus.SUCCEEDED
    assert crew.roles == "SEEET", "no review is paid for of what was refused"
    assert "keeps every row" in crew.asked[2][1]
    assert "'species' as it is" in crew.asked[3][1]
    lost, changed, ran = executions
    assert [each.outcome for each in executions] == ["refused", "refused", "ok"]
    assert [each.on_sample for each in executions] == [True, True, False]
    assert {a.name.value for a in lost.assertions if not a.held} >= {"rows_kept"}
    assert [(a.name.value, a.column, a.found) for a in changed.assertions if not a.held] == [
        ("cells_kept", "species", 150)
    ]
    assert ran.assertions
    assert all(each.held for each in (*ran.assertions, *ran.sample_assertions))
    recorded = [e.event for e in adapters.log.read(f"session-{job.session_id}")]
    (review,) = (each for each in recorded if isinstance(each, SnippetReviewed))
    assert review.assertions == ran.sample_assertions


def test_code_that_comes_again_ends_the_loop(
    adapters: Adapters, server: ModelServer, tmp_path: Path
) -> None:
    crew = Crew(server, ["df = df.head(1)", "df = df.head( 1 )  # mended", "df = df"], STEP)
    _, task, _ = done(adapters, server, tmp_path)
    assert (task.status, task.reason) == (TaskStatus.FAILED, "step_failed")
    assert crew.roles == "SEE"
    assert "keeps every row" in str(task.detail)


def test_a_budget_that_is_used_up_ends_the_turn_and_the_next_one_before_any_question(
    adapters: Adapters, server: ModelServer, tmp_path: Path
) -> None:
    crew = Crew(server, ["df = df.head(1)", "df = df.head(2)", "df = df.head(3)"], STEP)
    _, task, _ = done(adapters, server, tmp_path, budget_turn_calls=2)
    assert (task.status, task.reason) == (TaskStatus.FAILED, "budget_used_up")
    assert "2 of 2 replies" in str(task.detail)
    assert crew.roles == "SE"
