"""What became of a table's cells is counted however they are stored; a sample is ever the same."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.ports.row_origins import RowOrigins
from application.ports.table_changes import CellChanges
from infrastructure.tabular.table_changes import ParquetChanges

CHANGES = ParquetChanges()


def stored(path: Path, table: pa.Table | dict[str, object]) -> Path:
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), path)
    return path


def changed(
    tmp_path: Path, before: pa.Table, after: pa.Table, numbers: list[int | None] | None = None
) -> CellChanges:
    origins = None
    if numbers is not None:
        row = stored(tmp_path / "n", {"row": pa.array(numbers, pa.int64())})
        origins = RowOrigins(numbers=row)
    first, second = stored(tmp_path / "a", before), stored(tmp_path / "b", after)
    return CHANGES.cells(first, second, before.column_names, origins)


TABLE = pa.table({"id": [1, 2, 3, 4], "city": ["Rome", None, "Oslo", "Rome"]})


def test_cells_are_compared_in_place_where_as_many_rows_are_left(tmp_path: Path) -> None:
    assert changed(tmp_path, TABLE, TABLE).cells == {"id": 0, "city": 0}
    other = TABLE.set_column(1, "city", [["Rome", "Rom", "Oslo", "Rome"]])
    assert changed(tmp_path, TABLE, other).cells == {"id": 0, "city": 1}


def test_rows_known_to_be_in_their_places_are_compared_there_whatever_they_say(
    tmp_path: Path,
) -> None:
    turned = TABLE.take([3, 2, 1, 0])
    first, second = stored(tmp_path / "a", TABLE), stored(tmp_path / "b", turned)
    found = CHANGES.cells(first, second, TABLE.column_names, RowOrigins())
    assert found.cells == {"id": 4, "city": 2}
    assert not any(changed(tmp_path, TABLE, turned).cells.values())


def test_rows_that_went_or_moved_change_no_cell(tmp_path: Path) -> None:
    for rows in ([0, 3], [3, 2, 1, 0]):
        assert not any(changed(tmp_path, TABLE, TABLE.take(rows)).cells.values())


def test_cells_that_moved_to_other_rows_are_counted_as_rows(tmp_path: Path) -> None:
    sorted_alone = TABLE.set_column(1, "city", [["Oslo", "Rome", "Rome", None]])
    found = changed(tmp_path, TABLE, sorted_alone)
    assert found.cells == {"id": 0, "city": 0}
    assert found.shifted_rows == 4


def test_rows_that_came_are_cells_that_were_not_there(tmp_path: Path) -> None:
    assert changed(tmp_path, TABLE, TABLE.take([0, 0, 1, 2, 3])).cells == {"id": 1, "city": 1}


def test_rows_are_found_by_their_numbers_where_they_are_known(tmp_path: Path) -> None:
    after = pa.table({"id": [4, 1, 9], "city": ["Rome", "Oslo", "new"]})
    assert changed(tmp_path, TABLE, after, [3, 0, None]).cells == {"id": 0, "city": 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (pa.array([1, None], pa.int32()), pa.array([1, None], pa.int64())),
        (pa.array(["a", None]), pa.array(["a", None], pa.large_string())),
        (pa.array(["b", "a"]), pa.array(["b", "a"]).dictionary_encode()),
        (
            pa.array([date(2024, 2, 29), None]),
            pa.array([date(2024, 2, 29), None]).cast(pa.timestamp("us")),
        ),
        (
            pa.array([10**18], pa.timestamp("ns")),
            pa.array([10**12], pa.timestamp("ms")),
        ),
        (pa.array([0.0, float("nan")]), pa.array([-0.0, None])),
        (pa.array([None, None], pa.null()), pa.array([None, None], pa.string())),
        (pa.array([[1, 2], None]), pa.array([[1, 2], None], pa.large_list(pa.int64()))),
        (pa.array([2**63], pa.uint64()), pa.array([2**63], pa.uint64())),
        (pa.array([14, -3, 0, None]), pa.array([14.0, -3.0, 0.0, None])),
        (pa.array([10**17]), pa.array([1e17])),
        (
            pa.array([Decimal("1.50"), Decimal("200.00"), Decimal("0.07"), None]),
            pa.array([1.5, 200.0, 0.07, None]),
        ),
        (pa.array([Decimal("1.50")]), pa.array([Decimal("1.500")])),
        (pa.array([Decimal(100)]), pa.array([100])),
        (pa.array([1.0, 2.5, None]), pa.array(["1.0", "2.5", None])),
    ],
)
def test_how_a_cell_is_stored_makes_no_difference(
    tmp_path: Path, before: pa.Array, after: pa.Array
) -> None:
    found = changed(tmp_path, pa.table({"c": before}), pa.table({"c": after}))
    assert found == CellChanges(cells={"c": 0})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (pa.array([14, 13, None]), pa.array([14.0, 13.0, 13.5])),
        (pa.array([2**53 + 1]), pa.array([2.0**53])),
        (pa.array([1, 2]), pa.array([1.0, 2.5])),
        (pa.array([Decimal("1.50")]), pa.array([1.05])),
        (pa.array([Decimal("1.25")]), pa.array([1])),
    ],
)
def test_a_cell_that_says_something_else_in_another_type_is_counted(
    tmp_path: Path, before: pa.Array, after: pa.Array
) -> None:
    found = changed(tmp_path, pa.table({"c": before}), pa.table({"c": after}))
    assert found.cells == {"c": 1}


def test_a_sample_is_spread_evenly_and_holds_rows_that_lack_a_cell(tmp_path: Path) -> None:
    rows = 10_000
    rare = [None if i in {17, 4_321} else "x" for i in range(rows)]
    table = pa.table({"i": list(range(rows)), "rare": rare, "none": pa.nulls(rows, pa.int64())})
    source = stored(tmp_path / "a", table)
    samples = []
    for name in ("b", "c"):
        CHANGES.sample(source, tmp_path / name, rows=100)
        samples.append(pq.read_table(tmp_path / name))
    assert samples[0].equals(samples[1])
    assert samples[0].schema == table.schema
    chosen = samples[0]["i"].to_pylist()
    assert chosen == sorted(chosen)
    assert {0, 17, 4_321, 9_999} <= set(chosen)
    assert 90 <= len(chosen) <= 100
    assert max(b - a for a, b in pairwise(chosen)) < 2 * rows / 80


@pytest.mark.parametrize("table", [TABLE, TABLE.slice(0, 0)])
def test_a_small_table_is_its_own_sample(tmp_path: Path, table: pa.Table) -> None:
    CHANGES.sample(stored(tmp_path / "a", table), tmp_path / "b", rows=100)
    assert pq.read_table(tmp_path / "b").equals(table)


def test_a_sample_of_a_thousand_columns_with_gaps_is_bounded(tmp_path: Path) -> None:
    table = pa.table({f"c{i}": [None, i, i, i] for i in range(1_000)})
    CHANGES.sample(stored(tmp_path / "a", table), tmp_path / "b", rows=3)
    assert pq.read_metadata(tmp_path / "b").num_rows == 3


def test_the_shape_is_told_without_cells(tmp_path: Path) -> None:
    shape = CHANGES.shape(stored(tmp_path / "a", TABLE))
    assert [(c.name, c.type.value, c.nulls, c.distinct) for c in shape.columns] == [
        ("id", "integer", 0, 4),
        ("city", "text", 1, 2),
    ]
