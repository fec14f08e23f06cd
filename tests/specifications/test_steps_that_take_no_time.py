"""Steps that take no time are done, and recorded, together with the one before."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from application.perform import Performer
from domain.session.commands import Record
from domain.session.next_step import ExecuteSnippet, MakePlan, next_step
from tests.disclosure.test_discloser import Asking
from tests.specifications.given import Given
from tests.specifications.test_budgets import waiting
from tests.specifications.test_executing import World


def done_at_once(performer: Performer, history: Given) -> tuple[list[str], Given]:
    """What is recorded together of the next step and those after it, and the session then."""
    step = next_step(history.state)
    assert step is not None
    commands = performer.perform(history.state, step, Event())
    kinds = [type(each.event if isinstance(each, Record) else each).__name__ for each in commands]
    return kinds, history.and_then(*commands)


@pytest.fixture
def performer(tmp_path: Path) -> Performer:
    return World(tmp_path).performer()


def test_with_the_built_in_planner_a_turn_gets_to_its_snippet_at_once(performer: Performer) -> None:
    kinds, after = done_at_once(performer, waiting)
    assert kinds == ["StartTurn", "PlanMade", "SnippetWritten", "SnippetReviewed"]
    assert isinstance(next_step(after.state), ExecuteSnippet)


def test_what_a_model_elsewhere_says_is_recorded_before_anything_else_is_asked(
    performer: Performer, tmp_path: Path
) -> None:
    (tmp_path / "asking").mkdir()
    crew = replace(performer.crew, discloser=Asking(tmp_path / "asking").discloser)
    elsewhere = replace(performer, crew=crew)
    kinds, after = done_at_once(elsewhere, waiting)
    assert kinds == ["StartTurn"]
    assert isinstance(next_step(after.state), MakePlan)
    kinds, after = done_at_once(elsewhere, after)
    assert kinds == ["PlanMade", "SnippetWritten", "SnippetReviewed"], "typed actions need no model"


def test_what_was_done_is_recorded_before_a_defect_of_the_next_step_is_met(
    performer: Performer,
) -> None:
    crew = replace(performer.crew, model=None)  # type: ignore[arg-type]  # the defect
    broken = replace(performer, crew=crew)
    kinds, after = done_at_once(broken, waiting)
    assert kinds == ["StartTurn"]
    with pytest.raises(AttributeError):
        done_at_once(broken, after)
