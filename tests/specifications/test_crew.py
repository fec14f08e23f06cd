"""The crew: who asks the model what, and what it does without asking."""

from dataclasses import dataclass, field, replace

import pytest

from application.crew import tester
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.ports.language_model import (
    Assignment,
    Briefing,
    ModelMisbehaved,
    ModelUnavailable,
    Reply,
    Submission,
)
from domain.actions import Action, DropColumns, DropMissing, RenameColumns, Renaming
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.rehearsal import Rehearsal
from domain.session.tree import Node, SessionTree
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import BuiltInPlanner
from tests.specifications.given import CALL, a_snapshot, uid

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
    submitted: list[Submission] = field(default_factory=list)
    name: str = "scripted"

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        self.asked.append(f"plan {briefing.message}")
        return Reply(value=self.plan_, call=CALL)

    def write(self, assignment: Assignment) -> Reply[str]:
        self.asked.append(f"write {assignment.step.description}")
        return Reply(value="df['n'] = 1", call=CALL)

    def review(self, submission: Submission) -> Reply[Review]:
        self.asked.append(f"review {submission.step.description}")
        self.submitted.append(submission)
        return Reply(value=Review(approved=False, findings=("no",)), call=CALL)

    def check(self) -> None:
        pass


def a_plan(*steps: Step) -> Plan:
    return Plan(intent=Intent.TRANSFORM, summary="do it", steps=steps)


def a_step(*actions: Action) -> Step:
    return Step(description="do it", actions=actions)


def planned(plan: Plan) -> Plan:
    return Strategist(Model(plan)).plan(Briefing(message="do it", shape=SHAPE)).value


def reviewed(
    model: Model, submission: Submission, *, rejected: tuple[str, ...] = ()
) -> tuple[Review, ModelCall | None]:
    return tester.Tester(model).review(submission, rejected)


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


@dataclass
class Away(Model):
    """Is out of reach."""

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        raise ModelUnavailable("nobody listens")


def without_model(message: str) -> Reply[Plan]:
    """What is planned while the configured model is away."""
    return Strategist(Away(), BuiltInPlanner()).plan(Briefing(message=message, shape=SHAPE))


def test_while_the_model_is_away_the_built_in_planner_plans_and_says_so() -> None:
    reply = without_model("drop city")
    assert reply.call.model == "built-in planner"
    assert [step.actions for step in reply.value.steps] == [(DropColumns(columns=("city",)),)]
    said = "The built-in planner did this without the model. nobody listens"
    assert reply.value.reply == said


@pytest.mark.parametrize("message", ["make it shine", "drop ctiyy", "hello"])
def test_what_the_built_in_planner_does_not_understand_still_needs_the_model(message: str) -> None:
    with pytest.raises(ModelUnavailable, match="nobody listens"):
        without_model(message)


def test_a_model_that_answered_badly_is_not_gone_around() -> None:
    class Confused(Model):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            raise ModelMisbehaved("no JSON")

    with pytest.raises(ModelMisbehaved):
        Strategist(Confused(), BuiltInPlanner()).plan(Briefing(message="drop city", shape=SHAPE))


def test_steps_that_begin_elsewhere_are_checked_against_the_table_there() -> None:
    plan = replace(a_plan(a_step(DropColumns(columns=("gone",)))), target=uid(1))
    node = Node(
        node_id=uid(1),
        number=0,
        parent_id=None,
        branch="main",
        task_id=uid(2),
        snapshot=replace(
            a_snapshot(1),
            shape=replace(
                SHAPE, columns=(replace(SHAPE.columns[0], name="gone"), SHAPE.columns[1])
            ),
        ),
        snippets=(),
    )
    there = SessionTree(nodes={uid(1): node}, pointer=uid(1))
    strategist = Strategist(Model(plan))
    assert strategist.plan(Briefing(message="", shape=SHAPE, tree=there)).value == plan
    nowhere = strategist.plan(Briefing(message="", shape=SHAPE)).value
    assert nowhere.intent is Intent.ANSWER
    assert "no node" in str(nowhere.reply)


def test_typed_actions_are_compiled_and_approved_without_asking_a_model() -> None:
    model, step = Model(), a_step(DropMissing(columns=("age",)))
    code, call = Engineer(model).write(Assignment(message="", step=step, shape=SHAPE))
    submission = Submission(message="", step=step, shape=SHAPE, snippet=code)
    review, _ = reviewed(model, submission)
    assert "dropna" in code
    assert call is None
    assert review == Review(approved=True)
    assert model.asked == []


def test_a_step_without_actions_is_written_and_reviewed_by_the_model() -> None:
    model = Model()
    code, call = Engineer(model).write(Assignment(message="", step=a_step(), shape=SHAPE))
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet=code)
    review, asked = reviewed(model, submission)
    assert call == asked == CALL
    assert review == Review(approved=False, findings=("no",))
    assert model.asked == ["write do it", "review do it"]


@pytest.mark.parametrize(
    "code", ["import os", "open('x')", "df.to_csv('x')", "df = (", "df = df.__globals__"]
)
def test_code_that_breaks_a_rule_is_refused_without_paying_for_a_review(code: str) -> None:
    model = Model()
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet=code)
    review, call = reviewed(model, submission)
    assert not review.approved
    assert review.findings[0].startswith("Line 1")
    assert call is None
    assert model.asked == []


def test_code_that_was_refused_before_is_not_tried_again() -> None:
    submission = Submission(message="", step=a_step(), shape=SHAPE, snippet="df = df")
    review, _ = reviewed(Model(), submission, rejected=("df = df",))
    assert not review.approved
    assert "before" in review.findings[0]


def test_code_in_the_place_of_typed_actions_is_reviewed_like_any_other() -> None:
    model, step = Model(), a_step(DropMissing(columns=("age",)))
    submission = Submission(message="", step=step, shape=SHAPE, snippet="df = df.head(0)")
    review, _ = reviewed(model, submission)
    assert not review.approved
    assert model.asked == ["review do it"]


def test_the_model_hears_how_code_did_on_a_sample() -> None:
    model, rehearsal = Model(), Rehearsal(before=SHAPE, after=SHAPE)
    submission = Submission(
        message="", step=a_step(), shape=SHAPE, snippet="df = df", rehearsal=rehearsal
    )
    reviewed(model, submission)
    assert model.submitted == [submission]


def test_code_that_is_written_again_after_a_refusal_is_a_repair() -> None:
    assignment = Assignment(message="", step=a_step(), shape=SHAPE)
    for refusals, repair in (((), False), (("no",), True)):
        _, call = Engineer(Model()).write(replace(assignment, refusals=refusals))
        assert call is not None
        assert call.repair is repair


def test_what_a_model_took_that_did_not_answer_is_counted_with_the_plan_that_stands_in() -> None:
    asked = replace(CALL, attempts=2, input_tokens=900, output_tokens=9, estimated_cost=0.5)

    class Away(Model):
        def plan(self, briefing: Briefing) -> Reply[Plan]:
            raise ModelUnavailable("It is away.", replace(asked, latency_seconds=60.0))

    plan = a_plan(a_step(DropMissing(columns=("age",))))
    reply = Strategist(Away(), Model(plan)).plan(Briefing(message="do it", shape=SHAPE))
    assert reply.call == replace(asked, latency_seconds=60.0)


def test_a_repair_that_came_to_nothing_is_one() -> None:
    class Away(Model):
        def write(self, assignment: Assignment) -> Reply[str]:
            raise ModelUnavailable("It is away.", CALL)

    assignment = Assignment(message="", step=a_step(), shape=SHAPE, refusals=("no",))
    with pytest.raises(ModelUnavailable) as raised:
        Engineer(Away()).write(assignment)
    assert raised.value.call == replace(CALL, repair=True)
