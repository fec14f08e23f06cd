"""The crew: who asks the model what, and what it does without asking."""

from dataclasses import dataclass, field

import pytest

from application.crew import tester
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.ports.language_model import Assignment, Briefing, Reply, Submission
from domain.actions import Action, DropColumns, DropMissing, RenameColumns, Renaming
from domain.plan import Intent, Plan, Review, Step
from domain.table import Column, ColumnType, TableShape
from tests.specifications.given import CALL

SHAPE = TableShape(
    rows=3,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=1, distinct=2),
        Column(name="city", type=ColumnType.TEXT, nulls=0, distinct=3),
    ),
)


@dataclass
class Model:
    """Says what it is told to, and remembers what it was asked."""

    plan_: Plan = field(default_factory=lambda: Plan(intent=Intent.TRANSFORM, summary="do it"))
    asked: list[str] = field(default_factory=list)
    name: str = "scripted"

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        self.asked.append(f"plan {briefing.message}")
        return Reply(value=self.plan_, call=CALL)

    def write(self, assignment: Assignment) -> Reply[str]:
        self.asked.append(f"write {assignment.step.description}")
        return Reply(value="df['n'] = 1", call=CALL)

    def review(self, submission: Submission) -> Reply[Review]:
        self.asked.append(f"review {submission.step.description}")
        return Reply(value=Review(approved=False, findings=("no",)), call=CALL)

    def check(self) -> None:
        pass


def a_plan(*steps: Step) -> Plan:
    return Plan(intent=Intent.TRANSFORM, summary="do it", steps=steps)


def a_step(*actions: Action) -> Step:
    return Step(description="do it", actions=actions)


def planned(plan: Plan) -> Plan:
    return Strategist(Model(plan)).plan(Briefing(message="do it", shape=SHAPE)).value


def test_a_plan_that_can_be_done_is_taken_as_it_is() -> None:
    plan = a_plan(a_step(DropMissing(columns=("age",))), a_step(DropColumns(columns=("city",))))
    assert planned(plan) == plan


def test_a_plan_for_an_unknown_column_becomes_an_answer_that_names_the_nearest() -> None:
    answer = planned(a_plan(a_step(DropColumns(columns=("aeg",)))))
    assert answer.intent is Intent.ANSWER
    assert answer.steps == ()
    assert "age" in str(answer.reply)


def test_later_actions_meet_the_table_that_earlier_ones_leave() -> None:
    renamed = a_step(RenameColumns(pairs=(Renaming(old="age", new="years"),)))
    good = a_plan(renamed, a_step(DropMissing(columns=("years",))))
    assert planned(good) == good
    stale = planned(a_plan(renamed, a_step(DropMissing(columns=("age",)))))
    assert stale.intent is Intent.ANSWER


def test_what_code_leaves_is_not_guessed() -> None:
    plan = a_plan(a_step(), a_step(DropColumns(columns=("made by the code",))))
    assert planned(plan) == plan


def test_typed_actions_are_compiled_and_approved_without_asking_a_model() -> None:
    model, step = Model(), a_step(DropMissing(columns=("age",)))
    code, call = Engineer(model).write(Assignment(message="", step=step, shape=SHAPE))
    submission = Submission(message="", step=step, shape=SHAPE, snippet=code)
    review, _ = tester.Tester(model).review(submission, ())
    assert "dropna" in code
    assert call is None
    assert review == Review(approved=True)
    assert model.asked == []


def test_a_step_without_actions_is_written_and_reviewed_by_the_model() -> None:
    model = Model()
    code, call = Engineer(model).write(Assignment(message="", step=a_step(), shape=SHAPE))
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet=code)
    review, asked = tester.Tester(model).review(submission, ())
    assert call == asked == CALL
    assert review == Review(approved=False, findings=("no",))
    assert model.asked == ["write do it", "review do it"]


@pytest.mark.parametrize(
    "code", ["import os", "open('x')", "df.to_csv('x')", "df = (", "df = df.__globals__"]
)
def test_code_that_breaks_a_rule_is_refused_without_paying_for_a_review(code: str) -> None:
    model = Model()
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet=code)
    review, call = tester.Tester(model).review(submission, ())
    assert not review.approved
    assert review.findings[0].startswith("Line 1")
    assert call is None
    assert model.asked == []


def test_code_that_was_refused_before_is_not_tried_again() -> None:
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet="df = df")
    review, _ = tester.Tester(Model()).review(submission, ("df = df",))
    assert not review.approved
    assert "before" in review.findings[0]


def test_code_in_the_place_of_typed_actions_is_reviewed_like_any_other() -> None:
    model, step = Model(), a_step(DropMissing(columns=("age",)))
    submission = Submission(message="", step=step, shape=SHAPE, snippet="df = df.head(0)")
    review, _ = tester.Tester(model).review(submission, ())
    assert not review.approved
    assert model.asked == ["review do it"]
