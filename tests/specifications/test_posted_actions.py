"""Typed actions that come in the place of words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.actions import Action, Cast, DropColumns, DropMissing, Fill, Pivot
from domain.plan import Step
from domain.session.commands import CompleteTurn, PostActions, PostMessage, StartTurn
from domain.session.decide import MESSAGE_LIMIT
from domain.session.errors import ActionUnfit, DatasetMissing, QueueFull
from domain.session.events import MessagePosted, NodeCommitted, PointerMoved, TurnCompleted
from domain.session.mode import Mode
from domain.session.next_step import GiveUp, WriteSnippet, next_step
from domain.session.posted_actions import steps_of
from domain.table import Column, ColumnType, TableShape
from tests.specifications.given import given, uid, with_table
from tests.specifications.test_proposals import LAST, ran

TASK, NODE = uid(30), uid(31)
FILL, DROP = Fill(columns=("age",), strategy="median"), DropMissing(columns=("age",))
STEPS = tuple(Step(description=each.describe(), actions=(each,)) for each in (FILL, DROP))


def post(*actions: Action, number: int = 30, mode: Mode = Mode.AUTO) -> PostActions:
    return PostActions(task_id=uid(number), actions=actions, mode=mode)


def test_actions_are_a_message_that_no_model_plans_or_writes() -> None:
    history = with_table()
    history.when(post(FILL, DROP, mode=Mode.PROPOSE)).then(
        MessagePosted(
            task_id=TASK,
            text="; ".join(step.description for step in STEPS),
            mode=Mode.PROPOSE,
            steps=STEPS,
        )
    )
    begun = history.and_then(post(FILL, DROP), StartTurn(task_id=TASK))
    step = next_step(begun.state)
    assert isinstance(step, WriteSnippet)
    assert step.step == STEPS[0]
    begun.when(post(FILL, DROP)).then_nothing()


def test_all_actions_are_one_node() -> None:
    history = with_table().and_then(
        post(FILL, DROP), StartTurn(task_id=TASK), *ran(30, 0, "a", LAST), *ran(30, 1, "b", LAST)
    )
    history.when(CompleteTurn(task_id=TASK, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )


SHAPE = TableShape(
    rows=3,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=0, distinct=3),
        Column(name="City", type=ColumnType.TEXT, nulls=0, distinct=2),
    ),
)
PIVOT = Pivot(rows_by=("age",), column="City")
LOST = DropColumns(columns=("cty",))


@pytest.mark.parametrize(
    ("actions", "number", "column", "nearest"),
    [
        ((LOST,), 1, "cty", ("City",)),
        ((FILL, DropColumns(columns=("age",)), FILL), 3, "age", ()),
        ((Cast(columns=("City",), to="integer"), LOST), 2, "cty", ("City",)),
        ((DropColumns(columns=("age", "City")),), 1, None, ()),
    ],
)
def test_an_action_that_does_not_fit_what_those_before_it_leave_is_named(
    actions: Sequence[Action], number: int, column: str | None, nearest: tuple[str, ...]
) -> None:
    with pytest.raises(ActionUnfit) as refused:
        steps_of(actions, SHAPE)
    found = refused.value
    assert (found.number, found.column, found.nearest) == (number, column, nearest)
    assert str(found).startswith(f"Action {number} cannot be done: ")


def test_what_only_the_cells_tell_is_checked_when_it_is_known() -> None:
    assert len(steps_of((PIVOT, LOST), SHAPE)) == 2
    other = replace(LAST, shape=replace(LAST.shape, columns=SHAPE.columns[1:]))
    history = with_table().and_then(
        post(FILL, DROP), StartTurn(task_id=TASK), *ran(30, 0, "a", other)
    )
    step = next_step(history.state)
    assert isinstance(step, GiveUp)
    assert (step.reason, step.task_id) == ("action_unfit", TASK)
    assert step.detail == (
        "Step 2 (Drop rows with a missing value in age) cannot be done: There is no column 'age'. "
        "The table is unchanged; say it in another way."
    )


def test_what_waits_behind_other_work_is_checked_when_its_turn_has_come() -> None:
    waiting = with_table().and_then(
        PostMessage(task_id=uid(29), text="rename age to cty"), post(LOST)
    )
    assert [turn.task_id for turn in waiting.state.turns] == [uid(29), TASK]
    with_table().when(post(LOST)).refused_with(ActionUnfit)


def test_actions_are_refused_where_a_message_would_be() -> None:
    given().when(post(FILL)).refused_with(DatasetMissing)
    full = with_table().and_then(*(post(FILL, number=n) for n in range(100, 150)))
    full.when(post(FILL)).refused_with(QueueFull)


def test_a_long_list_is_said_in_short() -> None:
    many = [FILL] * (MESSAGE_LIMIT // len(STEPS[0].description))
    (posted,) = with_table().when(post(*many)).then_kinds(MessagePosted)
    assert isinstance(posted, MessagePosted)
    assert posted.text == f"Do {len(many)} actions"
