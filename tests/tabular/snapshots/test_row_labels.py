"""Rows that are known by where they come from, over any number of steps."""

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.difference import Matching
from tests.tabular.snapshots.conftest import Kept

ROOT = pa.table({"name": ["Ada", "Bob", "Bob", "Eve"], "age": [36, 40, 40, 25]})


def test_a_row_that_was_moved_and_changed_is_the_same_row(kept: Kept) -> None:
    root = kept.keep(ROOT)
    after = pa.table({"name": ["Eve", "Ada", "BOB", "Bob"], "age": [26, 36, 40, 40]})
    found = kept.snapshots.diff(root, kept.carry(root, after, [3, 0, 2, 1]))
    assert found.rows.matching is Matching.ORIGIN
    assert (found.rows.matched, found.rows.changed) == (4, 2)
    assert {(row.row_before, row.row_after): dict(row.cells) for row in found.sample} == {
        (3, 0): {"age": (25, 26)},
        (2, 2): {"name": ("Bob", "BOB")},
    }


def test_rows_that_went_and_rows_that_came_are_told_apart(kept: Kept) -> None:
    root = kept.keep(ROOT)
    after = pa.table({"name": ["Zoe", "Bob", "Eve"], "age": [1, 40, 25]})
    found = kept.snapshots.diff(root, kept.carry(root, after, [None, 1, 3]))
    assert (found.rows.matched, found.rows.changed) == (2, 0)
    assert (found.rows.only_before, found.rows.first_only_before) == (2, [0, 2])
    assert (found.rows.only_after, found.rows.first_only_after) == (1, [0])


def test_rows_are_known_over_several_steps_and_between_branches(kept: Kept) -> None:
    root = kept.keep(ROOT)
    first = kept.carry(root, ROOT.take([3, 1, 0]), [3, 1, 0])
    second = kept.carry(first, ROOT.take([0, 3]), [2, 0])
    branch = kept.carry(root, ROOT.take([2, 3, 0]), [2, 3, 0])
    found = kept.snapshots.diff(second, branch)
    assert found.rows.matching is Matching.ORIGIN
    assert (found.rows.matched, found.rows.changed) == (2, 0)
    assert found.rows.first_only_after == [0]


def test_a_row_that_came_in_later_is_known_from_then_on(kept: Kept) -> None:
    root = kept.keep(ROOT)
    added = pa.concat_tables([ROOT, pa.table({"name": ["Zoe"], "age": [1]})])
    first = kept.carry(root, added, [0, 1, 2, 3, None])
    second = kept.carry(first, added.take([4, 0]), [4, 0])
    found = kept.snapshots.diff(first, second)
    assert (found.rows.matched, found.rows.only_after) == (2, 0)
    other = pa.concat_tables([ROOT, pa.table({"name": ["Max"], "age": [2]})])
    elsewhere = kept.carry(root, other, [0, 1, 2, 3, None])
    assert kept.snapshots.diff(first, elsewhere).rows.first_only_after == [4]


def test_a_key_comes_before_where_rows_come_from(kept: Kept) -> None:
    root = kept.keep(ROOT.slice(0, 2))
    swapped = kept.carry(root, ROOT.take([1, 0]), [0, 1])
    found = kept.snapshots.diff(root, swapped, key=["name"])
    assert found.rows.matching is Matching.KEY
    assert (found.rows.matched, found.rows.changed) == (2, 0)


def test_rows_in_their_places_take_no_file(kept: Kept) -> None:
    root = kept.keep(ROOT)
    files = kept.files("columns")
    older = ROOT.set_column(1, "age", pa.array([37, 41, 41, 26]))
    node = kept.carry(kept.carry(root, ROOT), older)
    assert len(kept.files("columns")) == len(files) + 1
    found = kept.snapshots.diff(root, node)
    assert (found.rows.matching, found.rows.matched) == (Matching.ORIGIN, 4)


def test_tables_of_one_content_and_different_rows_have_one_digest(kept: Kept) -> None:
    root = kept.keep(ROOT)
    moved = kept.carry(root, ROOT.take([0, 2, 1, 3]), [0, 2, 1, 3])
    assert moved.table_digest == root.table_digest
    assert kept.snapshots.diff(root, moved).rows.changed == 0


@given(steps=st.lists(st.lists(st.integers(0, 5), unique=True, max_size=6), min_size=1, max_size=4))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_steps_lead_back_to_the_rows_of_the_root(kept: Kept, steps: list[list[int]]) -> None:
    table = pa.table({"id": list(range(6))})
    root = node = kept.keep(table)
    for step in steps:
        rows = [row for row in step if row < table.num_rows]
        table = table.take(pa.array(rows, pa.int64()))
        node = kept.carry(node, table, rows)
    found = kept.snapshots.diff(root, node)
    assert found.rows.matched == table.num_rows
    assert found.rows.changed == found.rows.only_after == 0
