"""What a person reads when a turn has ended."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.actions import TellSize
from domain.execution import AnswerKind, StoredAnswer
from domain.plan import Step
from domain.session.done_steps import DoneStep, describe_steps
from domain.session.events import PointerCause, Snapshot
from domain.session.outcome import describe_answer, describe_commit, describe_move
from domain.session.tree import Node
from domain.table import Column, ColumnType, TableShape, TableSize
from tests.specifications.given import uid


def snapshot(digest: str, *, rows: int, nulls: tuple[int, ...]) -> Snapshot:
    """A table of as many columns as there are numbers of nulls."""
    columns = tuple(
        Column(name=f"c{number}", type=ColumnType.TEXT, nulls=missing, distinct=1)
        for number, missing in enumerate(nulls)
    )
    return Snapshot(
        address=f"manifest:{digest}",
        table_digest=digest,
        shape=TableShape(rows=rows, columns=columns),
    )


def at(made: Snapshot) -> Node:
    """A node with this table."""
    return Node(
        node_id=uid(1),
        number=0,
        parent_id=None,
        branch="main",
        task_id=uid(2),
        snapshot=made,
        snippets=(),
    )


def step(words: str, before: Snapshot, after: Snapshot, cells: int | None = None) -> DoneStep:
    return DoneStep(step=Step(description=words), before=before, after=after, changed_cells=cells)


FEW, FEWER = snapshot("a", rows=3, nulls=(0, 1)), snapshot("b", rows=1, nulls=(0,))


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (
            [step("Drop c1 and rows", FEW, FEWER)],
            "Drop c1 and rows (rows 3 → 1, columns 2 → 1, missing cells 1 → 0)",
        ),
        (
            [
                step(
                    "Read dates",
                    snapshot("a", rows=3, nulls=(1,)),
                    snapshot("b", rows=3, nulls=(2,)),
                )
            ],
            "Read dates (missing cells 1 → 2, 1 of 2 values of 'c0' became missing)",
        ),
        (
            [step("Trim c0", FEW, replace(FEW, table_digest="c"), 1200), step("Drop", FEW, FEWER)],
            "Trim c0 (1,200 cells changed); Drop (rows 3 → 1, columns 2 → 1, missing cells 1 → 0)",
        ),
        ([step("Sort by c0", FEW, replace(FEW, table_digest="c"))], "Sort by c0"),
        ([step("Trim c0", FEW, FEW, 0)], "Trim c0 (nothing had to change)"),
        ([step("x" * 300, FEW, FEW)], f"{'x' * 200}… (nothing had to change)"),
    ],
)
def test_a_turn_says_what_each_step_did(done: Sequence[DoneStep], said: str) -> None:
    assert describe_steps(done) == said


def test_what_only_answered_is_left_to_its_answer() -> None:
    size = Step(description="Tell", actions=(TellSize(of="columns"),))
    asked = DoneStep(step=size, before=FEWER, after=FEWER)
    assert describe_steps([step("Sort", FEW, FEWER), asked]).startswith("Sort (rows 3 → 1")
    assert describe_steps([step("Sort", FEW, FEWER), asked]).endswith("missing cells 1 → 0)")


def test_of_many_steps_the_first_are_told() -> None:
    assert describe_steps([step("Trim", FEW, FEW)] * 14).endswith("; and 2 more steps")


def test_an_undo_says_where_it_led() -> None:
    one, two = snapshot("a", rows=1, nulls=(0,)), snapshot("b", rows=2, nulls=(0, 0))
    assert (
        describe_move(PointerCause.UNDO, at(one)) == "Undone; the table has 1 row and 1 column now."
    )
    redone = "Redone; the table has 2 rows and 2 columns now."
    assert describe_move(PointerCause.REDO, at(two)) == redone


def test_a_turn_that_was_overtaken_says_where_its_version_is() -> None:
    before, after = snapshot("a", rows=2, nulls=(0,)), snapshot("b", rows=1, nulls=(0,))
    said = describe_commit([step("Cut", before, after)], branch="idea", pointer_follows=False)
    assert said == (
        "Done: Cut (rows 2 → 1). The table has 1 row and 1 column now. You moved the pointer "
        "meanwhile, so it stays there. This version is on idea."
    )


def test_who_asked_for_what_there_is_none_of_is_told_so() -> None:
    size = TableSize(rows=0, columns=3)
    answer = StoredAnswer(kind=AnswerKind.TABLE, address="answer:1", size_bytes=30, table=size)
    told = describe_answer(answer, "the missing values of each column")
    assert told == "The missing values of each column: none."
