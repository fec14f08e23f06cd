"""What a person reads when a turn has ended."""

import pytest

from domain.session.events import PointerCause, Snapshot
from domain.session.outcome import describe_commit, describe_move
from domain.session.tree import Node
from domain.table import Column, ColumnType, TableShape
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


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            snapshot("a", rows=3, nulls=(0, 1)),
            snapshot("b", rows=1, nulls=(0,)),
            "Done: rows 3 → 1, columns 2 → 1, missing cells 1 → 0.",
        ),
        (
            snapshot("a", rows=3, nulls=(1,)),
            snapshot("b", rows=3, nulls=(2,)),
            "Done: missing cells 1 → 2, 1 of 2 values of 'c0' became missing.",
        ),
        (
            snapshot("a", rows=1, nulls=(0,)),
            snapshot("b", rows=1, nulls=(0,)),
            "Done; 1 row and 1 column as before.",
        ),
        (
            snapshot("a", rows=0, nulls=(0, 0)),
            snapshot("b", rows=0, nulls=(0, 0)),
            "Done; 0 rows and 2 columns as before.",
        ),
        (
            snapshot("a", rows=1, nulls=(0,)),
            snapshot("a", rows=1, nulls=(0,)),
            "Done; nothing in the table had to change.",
        ),
    ],
)
def test_a_turn_says_what_it_changed(before: Snapshot, after: Snapshot, said: str) -> None:
    assert describe_commit(before=before, after=after, branch="main", pointer_follows=True) == said


def test_an_undo_says_where_it_led() -> None:
    one, two = snapshot("a", rows=1, nulls=(0,)), snapshot("b", rows=2, nulls=(0, 0))
    assert (
        describe_move(PointerCause.UNDO, at(one)) == "Undone; the table has 1 row and 1 column now."
    )
    redone = "Redone; the table has 2 rows and 2 columns now."
    assert describe_move(PointerCause.REDO, at(two)) == redone


def test_a_turn_that_was_overtaken_says_where_its_version_is() -> None:
    before, after = snapshot("a", rows=2, nulls=(0,)), snapshot("b", rows=1, nulls=(0,))
    said = describe_commit(before=before, after=after, branch="idea", pointer_follows=False)
    assert said.endswith("stays there. This version is on idea.")
