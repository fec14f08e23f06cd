"""Where two tables first differ: by column, then by row, and never by what is in a cell."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.ports.table_comparison import Place
from infrastructure.tabular.snapshots.first_difference import ParquetComparison

NAN = float("nan")
MANY = list(range(1_000))


def _difference(directory: Path, first: pa.Table, second: pa.Table) -> Place | None:
    for name, table in (("first", first), ("second", second)):
        pq.write_table(table, directory / name)
    return ParquetComparison().first_difference(directory / "first", directory / "second")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": [1, None]}, {"a": [1, None]}),
        ({"a": [NAN, 1.0]}, {"a": [-NAN, 1.0]}),
        ({"a": []}, {"a": []}),
        ({}, {}),
        ({"a": pa.array(["x", "y"])}, {"a": pa.array(["x", "y"]).dictionary_encode()}),
        ({"a": [["x"], None]}, {"a": [["x"], None]}),
    ],
)
def test_tables_of_one_digest_differ_nowhere(
    tmp_path: Path, first: dict[str, object], second: dict[str, object]
) -> None:
    assert _difference(tmp_path, pa.table(first), pa.table(second)) is None


@pytest.mark.parametrize("row", [0, 1, 499, 500, 998, 999])
def test_the_first_unlike_row_is_found_wherever_it_is(tmp_path: Path, row: int) -> None:
    changed = [None if at >= row else each for at, each in enumerate(MANY)]

    place = _difference(
        tmp_path,
        pa.table({"same": MANY, "a": MANY}),
        pa.table({"same": MANY, "a": pa.array(changed, pa.int64())}),
    )

    assert place is not None
    assert (place.column, place.row) == ("a", row)


@pytest.mark.parametrize(
    ("first", "second", "column", "row", "what"),
    [
        ({"a": [1, 2]}, {"a": [1]}, "a", 1, "had 2 rows, and has 1 now"),
        ({"a": [1]}, {"a": [1.0]}, "a", None, "was of type int64, and is float64 now"),
        ({"a": [1], "b": [1]}, {"b": [1], "a": [1]}, "a", None, "stood where another column"),
        ({"a": [1], "b": [1]}, {"a": [1]}, "b", None, "is not there any more"),
        ({"a": [1]}, {"a": [1], "b": [1]}, "b", None, "is there, and was not"),
        ({"a": [0.0]}, {"a": [-0.0]}, "a", 0, "has another cell"),
        ({"a": [""]}, {"a": pa.array([None], pa.string())}, "a", 0, "has another cell"),
        ({"a": [["x"], ["y"]]}, {"a": [["x"], ["z"]]}, "a", 1, "has another cell"),
    ],
)
def test_what_differs_is_said_without_a_cell(
    tmp_path: Path,
    first: dict[str, object],
    second: dict[str, object],
    column: str,
    row: int | None,
    what: str,
) -> None:
    place = _difference(tmp_path, pa.table(first), pa.table(second))

    assert place is not None
    assert (place.column, place.row) == (column, row)
    assert what in place.what
