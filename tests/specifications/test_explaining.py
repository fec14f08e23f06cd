"""What was done is told from the record: by node, by column, in words and in code."""

from uuid import UUID

from domain.actions import DropColumns, DropMissing, RenameColumns, Renaming
from domain.plan import Choice, Intent, Plan, Step, Topic
from domain.session.column_changes import column_changes
from domain.session.commands import CompleteTurn
from domain.session.events import Snapshot, TurnCompleted
from domain.session.state import REMEMBERED
from domain.session.tree import Node
from domain.table import Column, ColumnType, TableShape
from tests.specifications.given import Given, a_plan, uid
from tests.specifications.test_moves_by_message import FIRST, LAST, SECOND, a_step, planned, two
from tests.specifications.test_session import ROOT, ingested


def said(history: Given, plan: Plan) -> str:
    outcome = planned(history, 40, plan).when(CompleteTurn(task_id=uid(40), node_id=uid(97)))
    (ended,) = outcome.then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert ended.node_id is None
    return str(ended.answer)


def explaining(
    topic: Topic = Topic.STEPS, target: UUID | None = None, columns: tuple[str, ...] = ()
) -> Plan:
    return Plan(
        intent=Intent.EXPLAIN,
        summary="explain",
        topic=topic,
        target=target,
        columns=columns,
    )


def test_all_steps_are_told_with_what_was_asked_and_what_came_of_it() -> None:
    assert said(two, explaining()).split("\n") == [
        "Node 0, the file as it was read: 3 rows and 1 column.",
        "Node 1: you asked 'make it 20'. leave 20 rows. Done: rows 3 → 20.",
        "Node 2: you asked 'make it 10'. leave 10 rows. Done: rows 20 → 10.",
    ]


def test_one_node_is_told_alone() -> None:
    assert said(two, explaining(target=FIRST)).startswith("Node 1: you asked")


def test_the_code_is_shown_as_it_ran() -> None:
    assert said(two, explaining(Topic.CODE, SECOND)) == "Node 2:\n```python\ndf = df\n```"


def test_what_happened_to_a_column_is_told_under_all_its_names() -> None:
    rename = Plan(
        intent=Intent.TRANSFORM,
        summary="x",
        steps=(
            Step(
                description="Rename years to age",
                actions=(RenameColumns(pairs=(Renaming(old="years", new="age"),)),),
            ),
        ),
    )
    drop = Plan(
        intent=Intent.TRANSFORM,
        summary="x",
        steps=(
            Step(
                description="Drop rows with a missing value in age",
                actions=(DropMissing(columns=("age",)),),
            ),
        ),
    )
    history = a_step(two, LAST, rows=9, task=23, plan=drop)
    history = a_step(history, uid(14), rows=9, task=24, plan=rename)
    told = said(history, explaining(columns=("age",)))
    assert "Drop rows" in told
    assert "leave" not in told
    nothing = said(history, explaining(columns=("city",)))
    assert nothing == "Nothing was done to 'city' on the way to node 4."


def shape(*columns: Column, rows: int = 3) -> TableShape:
    return TableShape(rows=rows, columns=columns)


def column(name: str, nulls: int = 0) -> Column:
    return Column(name=name, type=ColumnType.TEXT, nulls=nulls, distinct=3)


def test_what_became_of_columns_is_seen_in_schema_and_actions() -> None:
    before = shape(column("gone"), column("old"), column("filled", nulls=1), column("same"))
    renamed = RenameColumns(pairs=(Renaming(old="old", new="new"),))
    node = Node(
        node_id=uid(1),
        number=1,
        parent_id=uid(2),
        branch="main",
        task_id=uid(3),
        snapshot=Snapshot(
            address="manifest:1",
            table_digest="td2:1",
            shape=shape(column("new"), column("filled"), column("same"), column("made")),
        ),
        snippets=(),
        steps=(Step(description="x", actions=(DropColumns(columns=("gone",)), renamed)),),
    )
    changes = column_changes(before, node)
    assert (changes.dropped, changes.added) == (("gone",), ("made",))
    assert (changes.renamed, changes.changed) == ((("old", "new"),), ("filled",))
    assert changes.touched == {"gone", "made", "old", "new", "filled"}


def test_a_question_back_keeps_its_choices_for_the_next_message() -> None:
    asking = Plan(
        intent=Intent.CLARIFY,
        summary="Ask",
        reply="Which one?",
        choices=(Choice(label="age", message="drop age"),),
    )
    history = planned(two, 40, asking).and_then(CompleteTurn(task_id=uid(40), node_id=uid(97)))
    last = history.state.conversation[-1]
    assert (last.reply, last.plan, last.node_id) == ("Which one?", asking, None)


def test_only_the_last_exchanges_are_remembered() -> None:
    history = ingested
    for number in range(REMEMBERED + 2):
        answer = a_plan(intent=Intent.ANSWER, reply=str(number))
        task = 100 + number
        history = planned(history, task, answer).and_then(
            CompleteTurn(task_id=uid(task), node_id=uid(97))
        )
    replies = [exchange.reply for exchange in history.state.conversation]
    assert replies == [str(number) for number in range(2, REMEMBERED + 2)]
    assert ROOT in history.state.tree.nodes


def test_a_node_keeps_what_was_asked_for_and_planned_until_it_is_erased() -> None:
    node = two.state.tree.nodes[FIRST]
    assert (node.number, node.message) == (1, "make it 20")
    assert [step.description for step in node.steps] == ["leave 20 rows"]
