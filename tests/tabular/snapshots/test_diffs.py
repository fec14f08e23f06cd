"""What makes one node the other, in counts and in a sample."""

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.artifacts import ArtifactKind
from application.ports.snapshots import Difference, QueryRefused
from domain.difference import ColumnChange, Matching
from domain.session.events import Snapshot
from infrastructure.tabular.snapshots.column_files import ColumnFile
from tests.tabular.snapshots.conftest import Kept

NAN = float("nan")
ROOT = pa.table(
    {
        "id": [1, 2, 3, 4],
        "name": ["Ada", None, "Bob", "Eve"],
        "price": [1.0, 2.0, None, NAN],
    }
)


def compare(kept: Kept, before: pa.Table, after: pa.Table, **options: Any) -> Difference:
    first = kept.keep(before)
    return kept.snapshots.diff(first, kept.keep(after, [first]), **options)


def changes(found: Difference) -> dict[str, tuple[str, int | None]]:
    return {each.name: (each.change.value, each.changed_cells) for each in found.columns}


def test_a_node_and_itself_are_the_same(kept: Kept) -> None:
    found = compare(kept, ROOT, ROOT)
    assert found.same
    assert not found.columns_reordered
    assert {change for change, _ in changes(found).values()} == {"unchanged"}
    assert (found.rows.matched, found.rows.changed, found.sample) == (4, 0, [])


def test_moments_that_differ_by_a_nanosecond_are_shown_to_differ(kept: Kept) -> None:
    before, after = (pa.table({"at": pa.array([n], pa.timestamp("ns"))}) for n in (1, 2))
    (row,) = compare(kept, before, after).sample
    moment = "1970-01-01T00:00:00.00000000"
    assert row.cells == {"at": (f"{moment}1", f"{moment}2")}


def test_changed_cells_are_counted_by_column_and_shown(kept: Kept) -> None:
    after = ROOT.set_column(2, "price", pa.array([1.0, 2.5, 3.0, NAN]))
    found = compare(kept, ROOT, after)
    assert not found.same
    assert changes(found) == {
        "id": ("unchanged", 0),
        "name": ("unchanged", 0),
        "price": ("changed", 2),
    }
    assert found.rows.matching is Matching.POSITION
    assert (found.rows.matched, found.rows.changed) == (4, 2)
    assert [(row.row_before, row.row_after, row.cells) for row in found.sample] == [
        (1, 1, {"price": (2.0, 2.5)}),
        (2, 2, {"price": (None, 3.0)}),
    ]
    price = found.columns[2]
    assert price.before is not None
    assert price.after is not None
    assert (price.before.nulls, price.after.nulls) == (1, 0)
    assert (price.before.max, price.after.max, price.before.mean) == (2.0, 3.0, 1.5)


def test_a_zero_is_not_another_zero_but_a_nan_is_any_nan(kept: Kept) -> None:
    before = pa.table({"k": [1, 2, 3], "x": [0.0, NAN, None]})
    after = pa.table({"k": [1, 2, 3], "x": [-0.0, NAN, None]})
    assert changes(compare(kept, before, after))["x"] == ("changed", 1)


def test_columns_that_came_went_moved_or_were_renamed_are_told(kept: Kept) -> None:
    after = pa.table(
        {
            "price": ROOT.column("price"),
            "customer": ROOT.column("name"),
            "extra": [1, 1, 1, 1],
        }
    )
    found = compare(kept, ROOT, after)
    assert [(each.name, each.was, each.change) for each in found.columns] == [
        ("price", "price", ColumnChange.UNCHANGED),
        ("customer", "name", ColumnChange.RENAMED),
        ("extra", None, ColumnChange.ADDED),
        ("id", "id", ColumnChange.REMOVED),
    ]
    assert found.columns_reordered
    assert not found.same
    assert found.columns[3].after is None
    assert found.columns[3].before is not None
    assert (found.columns[3].before.min, found.columns[3].before.max) == (1, 4)


def test_a_column_of_another_type_is_compared_as_text(kept: Kept) -> None:
    before = pa.table({"k": ["a", "b", "c"], "code": ["7", "008", None]})
    after = pa.table({"k": ["a", "b", "c"], "code": [7, 8, None]})
    found = compare(kept, before, after)
    assert changes(found)["code"] == ("changed", 1)
    assert found.sample[0].cells == {"code": ("008", 8)}
    numbers = pa.table({"k": ["a", "b", "c"], "code": [7.0, 8.0, None]})
    assert changes(compare(kept, after, numbers))["code"] == ("changed", 0)


def test_rows_are_matched_by_a_key_wherever_they_stand(kept: Kept) -> None:
    after = pa.table(
        {
            "id": [5, 4, 2, 1],
            "name": ["New", "Eve", "Linus", "Ada"],
            "price": [0.0, NAN, 2.0, 1.0],
        }
    )
    found = compare(kept, ROOT, after, key=["id"])
    rows = found.rows
    assert rows.matching is Matching.KEY
    assert (rows.matched, rows.changed, rows.only_before, rows.only_after) == (3, 1, 1, 1)
    assert (rows.first_only_before, rows.first_only_after) == ([2], [0])
    assert changes(found) == {"id": ("changed", 0), "name": ("changed", 1), "price": ("changed", 0)}
    (row,) = found.sample
    assert (row.row_before, row.row_after) == (1, 2)
    assert (row.key, row.cells) == ({"id": 2}, {"name": (None, "Linus")})


def test_a_key_of_several_columns_matches_and_doubtful_keys_match_nothing(kept: Kept) -> None:
    before = pa.table({"a": [1, 1, 2, None], "b": ["x", "y", "x", "x"], "v": [1, 2, 3, 4]})
    after = pa.table(
        {"a": [1, 2, 1, None, 2], "b": ["y", "x", "x", "x", "x"], "v": [9, 3, 1, 4, 8]}
    )
    found = compare(kept, before, after, key=["a", "b"])
    assert (found.rows.matched, found.rows.only_before, found.rows.only_after) == (2, 2, 3)
    assert "4 rows have no key" in found.rows.note
    assert changes(found)["v"] == ("changed", 1)


def test_an_unchanged_key_matches_by_place(kept: Kept) -> None:
    after = ROOT.set_column(1, "name", pa.array(["Ada", "b", "Bob", "Eve"]))
    found = compare(kept, ROOT, after, key=["id"])
    assert (found.rows.matching, found.rows.matched) == (Matching.KEY, 4)
    assert found.sample[0].key == {"id": 2}


def test_a_key_that_is_not_in_both_is_refused(kept: Kept) -> None:
    with pytest.raises(QueryRefused, match="not in both"):
        compare(kept, ROOT, ROOT.drop_columns(["id"]), key=["id"])


def test_sorted_rows_are_found_again_and_none_is_called_changed(kept: Kept) -> None:
    found = compare(kept, ROOT, ROOT.take([3, 1, 0, 2]))
    assert found.rows.matching is Matching.CONTENT
    assert (found.rows.matched, found.rows.changed) == (4, 0)
    assert "another order" in found.rows.note


def test_filtered_rows_are_told_from_those_that_stayed(kept: Kept) -> None:
    found = compare(kept, ROOT, ROOT.take([0, 2]))
    rows = found.rows
    assert (rows.matching, rows.matched, rows.only_before, rows.only_after) == (
        Matching.CONTENT,
        2,
        2,
        0,
    )
    assert rows.first_only_before == [1, 3]
    assert rows.changed == 0


def test_of_repeated_rows_as_many_are_matched_as_there_are(kept: Kept) -> None:
    before = pa.table({"a": ["x", "x", "x", "y"]})
    found = compare(kept, before, pa.table({"a": ["x", "y", "x"]}))
    assert (found.rows.matched, found.rows.only_before, found.rows.only_after) == (3, 1, 0)
    assert found.rows.first_only_before == [2]


def test_rows_that_nobody_can_match_are_reported_as_such(kept: Kept) -> None:
    found = compare(kept, pa.table({"a": [1, 2, 3]}), pa.table({"b": ["x"]}))
    assert (found.rows.matched, found.rows.only_before, found.rows.only_after) == (0, 3, 1)
    assert "key" in found.rows.note


def test_places_that_nothing_confirms_are_said_to_be_a_guess(kept: Kept) -> None:
    found = compare(kept, pa.table({"a": [1, 2, 3]}), pa.table({"a": [1, 5, 3]}))
    assert (found.rows.matching, found.rows.changed) == (Matching.POSITION, 1)
    assert "alone" in found.rows.note


def test_the_sample_is_the_first_changed_rows_of_all_columns(kept: Kept) -> None:
    rows = 1_000
    before = pl.DataFrame({"id": range(rows), "a": [0] * rows, "b": [0] * rows})
    after = before.with_columns(
        a=pl.when(pl.col("id") % 3 == 2).then(1).otherwise(0),
        b=pl.when(pl.col("id") % 5 == 4).then(1).otherwise(0),
    )
    first = kept.keep(before)
    found = kept.snapshots.diff(first, kept.keep(after, [first]), sample=5)
    assert [row.row_after for row in found.sample] == [2, 4, 5, 8, 9]
    assert found.rows.changed == sum(n % 3 == 2 or n % 5 == 4 for n in range(rows))
    assert found.sample[1].cells == {"b": (0, 1)}


def test_only_columns_that_differ_are_read(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = ColumnFile.column

    def column(self: ColumnFile, name: str, content: str | None = None) -> pa.ChunkedArray:
        read.append(name)
        return whole(self, name, content)

    monkeypatch.setattr(ColumnFile, "column", column)
    compare(kept, ROOT, ROOT.set_column(2, "price", pa.array([1.0, 2.5, 3.0, NAN])))
    assert read == ["price", "price"]


def test_a_snapshot_of_an_early_version_can_be_compared(kept: Kept) -> None:
    new = kept.keep(ROOT)
    path = kept.directory / "old.parquet"
    pq.write_table(ROOT, path)
    profile = {"columns": [{"name": "price", "numeric": {"min": 1.0, "max": 2.0, "mean": 1.5}}]}
    with kept.artifacts.keeping() as keeping:
        old = Snapshot(
            address=f"parquet:{keeping.keep(ArtifactKind.SNAPSHOT, path)}",
            table_digest="td1:0",
            profile_digest=keeping.keep_json(ArtifactKind.PROFILE, profile),
            shape=new.shape,
        )
    assert kept.snapshots.diff(old, new).same
    other = kept.keep(ROOT.set_column(2, "price", pa.array([1.0, 2.5, 3.0, NAN])), [old])
    found = kept.snapshots.diff(old, other)
    assert changes(found)["price"] == ("changed", 2)
    assert found.columns[2].before is not None
    assert found.columns[2].before.mean == 1.5


@given(
    before=st.lists(st.none() | st.integers(0, 3), max_size=8),
    after=st.lists(st.none() | st.integers(0, 3), max_size=8),
    keyed=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_counts_add_up_whatever_changed(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[int | None],
    after: list[int | None],
    keyed: bool,
) -> None:
    kept = Kept(Path(tmp_path_factory.mktemp("diffs")))

    def table(cells: list[int | None]) -> pa.Table:
        return pa.table({"n": pa.array(cells, pa.int64()), "k": pa.array(range(len(cells)))})

    found = compare(kept, table(before), table(after), key=["k"] if keyed else [])
    rows = found.rows
    assert (rows.before, rows.after) == (len(before), len(after))
    assert rows.matched + rows.only_before == len(before)
    assert rows.matched + rows.only_after == len(after)
    assert rows.changed <= rows.matched
    assert found.same == (before == after)
    if keyed:
        pairs = list(zip(before, after, strict=False))
        assert rows.matched == len(pairs)
        assert rows.changed == sum(old != new for old, new in pairs)
