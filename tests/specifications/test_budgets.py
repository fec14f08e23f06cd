"""A turn that has used a budget up ends before the next question, and says what was used."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest

from application.budgets import Bookkeeper, Budgets, BudgetUsedUp
from domain.actions import DropMissing
from domain.execution import Usage
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.rehearsal import Rehearsal
from domain.session import Session
from domain.session.commands import (
    CommitRoot,
    FailTask,
    PostMessage,
    Record,
    StartSession,
    StartTurn,
    UploadDataset,
)
from domain.session.events import PlanMade, SnippetRehearsed, SnippetReviewed, SnippetWritten
from domain.session.next_step import next_step
from domain.spending import Budget, Spending
from tests.specifications.given import Given, a_dataset, a_plan, a_report, a_snapshot, given, uid
from tests.specifications.test_executing import World

SESSION, OWNER, INGEST, ROOT, TURN, NEXT = (uid(n) for n in range(1, 7))
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
PAID = ModelCall(
    model="gpt", prompt_digest="0", prompt_bytes=1, input_tokens=900, output_tokens=100,
    attempts=2, estimated_cost=0.25, latency_seconds=15,
)  # fmt: skip

waiting = given().and_then(
    StartSession(session_id=SESSION, title="People", subject_id=OWNER),
    UploadDataset(task_id=INGEST, dataset=a_dataset()),
    CommitRoot(task_id=INGEST, node_id=ROOT, snapshot=a_snapshot(0), report=a_report()),
    PostMessage(task_id=TURN, text="drop missing"),
    PostMessage(task_id=NEXT, text="again"),
)
begun = waiting.and_then(StartTurn(task_id=TURN))
planned = begun.and_then(Record(PlanMade(task_id=TURN, plan=a_plan("drop"), call=PAID)))
refused = planned.and_then(
    Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = 1", call=PAID)),
    Record(
        SnippetReviewed(task_id=TURN, step=0, attempt=1, review=Review(approved=False), call=PAID)
    ),
)


WRITTEN = Record(SnippetWritten(task_id=TURN, step=0, attempt=1, code="df = df"))
REHEARSED = Record(
    SnippetRehearsed(
        task_id=TURN,
        step=0,
        attempt=1,
        rehearsal=Rehearsal(before=a_snapshot(0).shape),
        usage=Usage(wall_seconds=1),
    )
)


def ended(history: Given) -> Given:
    step = next_step(history.state)
    assert step is not None
    return history.and_then(FailTask(step=step, reason="x", detail="x", call=PAID))


@dataclass
class Expenses:
    """What every owner has spent."""

    spent: Spending = field(default_factory=Spending)
    asked: tuple[UUID, datetime] | None = None

    def spent_since(self, subject_id: UUID, since: datetime) -> Spending:
        self.asked = subject_id, since
        return self.spent


class Noon:
    def now(self) -> datetime:
        return NOON


def test_what_questions_took_is_added_up_for_the_turn_and_the_session() -> None:
    assert refused.state.turns[0].spent == Spending(calls=6, tokens=3_000, cost=0.75, seconds=45)
    after = ended(refused)
    assert after.state.spent == Spending(calls=8, tokens=4_000, cost=1.0, seconds=60)
    assert after.state.turns[0].spent == Spending()


@pytest.mark.parametrize(
    ("budgets", "words"),
    [
        (Budgets(turn=Budget(calls=6)), "turn has used 6 of 6 replies"),
        (Budgets(turn=Budget(tokens=2_999)), "turn has used 3,000 of 2,999 tokens"),
        (Budgets(turn=Budget(cost=0.5)), "turn has used an estimated 0.75 of 0.50"),
        (Budgets(turn=Budget(seconds=45)), "turn has used 45 of 45 seconds"),
        (Budgets(session=Budget(calls=2)), "session has used 6 of 2 replies"),
        (Budgets(owner=Budget(tokens=50_000)), "sessions have used 50,000 of 50,000 tokens"),
    ],
)
def test_a_budget_that_is_used_up_ends_the_turn_before_the_next_question(
    budgets: Budgets, words: str
) -> None:
    bookkeeper = Bookkeeper(budgets, Expenses(Spending(tokens=50_000)), Noon())
    with pytest.raises(BudgetUsedUp, match=words) as raised:
        bookkeeper.require_left(refused.state)
    assert "The table is unchanged." in str(raised.value)


def test_what_is_left_may_be_spent() -> None:
    budgets = Budgets(turn=Budget(calls=7), session=Budget(tokens=3_001), owner=Budget(cost=9))
    expenses = Expenses(Spending(cost=8.99))
    Bookkeeper(budgets, expenses, Noon()).require_left(refused.state)
    assert expenses.asked == (OWNER, NOON - timedelta(days=1))


def test_without_a_bound_for_owners_nobody_adds_up() -> None:
    expenses = Expenses()
    Bookkeeper(Budgets(turn=Budget(calls=9)), expenses, Noon()).require_left(refused.state)
    assert expenses.asked is None


class Broke(Bookkeeper):
    def __init__(self) -> None:
        super().__init__(Budgets(), Expenses(), Noon())

    def require_left(self, session: Session) -> None:
        raise BudgetUsedUp("Nothing is left.")


def test_without_a_budget_no_model_is_asked_and_what_is_compiled_costs_nothing(
    tmp_path: Path,
) -> None:
    performer = World(tmp_path).performer()
    performer = replace(performer, crew=replace(performer.crew, bookkeeper=Broke()))
    for history in (begun, planned, planned.and_then(WRITTEN, REHEARSED)):
        step = next_step(history.state)
        assert step is not None
        (command,) = performer.perform(history.state, step, Event())
        assert command == FailTask(step=step, reason="budget_used_up", detail="Nothing is left.")
    drop = Step(description="drop", actions=(DropMissing(columns=("age",)),))
    plan = Plan(intent=Intent.TRANSFORM, summary="drop", steps=(drop,))
    typed = begun.and_then(Record(PlanMade(task_id=TURN, plan=plan, call=PAID)))
    due = next_step(typed.state)
    assert due is not None
    written, reviewed = performer.perform(typed.state, due, Event())
    assert isinstance(written, Record)
    assert isinstance(reviewed, Record)
    typed = typed.and_then(written, reviewed)
