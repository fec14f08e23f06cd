"""A column that a snippet left as it was is left out of the result, if that is asked for."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Execution, Outcome, Sandbox, SnippetJob
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.result import NotATable, TableTooLarge, check_result
from infrastructure.nsjail.sandbox import NsjailSandbox
from infrastructure.nsjail.unchanged_columns import without_unchanged
from tests.sandbox.inside import CHANNEL, OPEN_FILES

TABLE = pa.table(
    {
        "n": pa.array([3, 1, 2]),
        "word": pa.array(["c", None, "b"], pa.large_string()),
        "price": pa.array([0.0, float("nan"), None]),
        "a.b": pa.array([True, None, False]),
    }
)


def left_out(left: pa.Table, given: pa.Table = TABLE, **options: Any) -> set[str]:
    """The columns for which nulls stand."""
    file = BytesIO()
    pq.write_table(given, file, **options)
    found = without_unchanged(left, pa.BufferReader(file.getvalue()))
    assert found.column_names == left.column_names
    assert found.num_rows == left.num_rows
    return {field.name for field in found.schema if pa.types.is_null(field.type)}


@pytest.mark.parametrize("group_rows", [1, 2, 3])
def test_a_table_that_is_as_it_was_is_left_out_as_a_whole(group_rows: int) -> None:
    assert left_out(TABLE, row_group_size=group_rows) == set(TABLE.column_names)
    assert left_out(TABLE.slice(0, 0), TABLE.slice(0, 0)) == set(TABLE.column_names)


CHANGED = {
    "the last cell": ("n", pa.array([3, 1, 4])),
    "the type": ("n", pa.array([3, 1, 2], pa.int32())),
    "a text": ("word", pa.array(["c", None, ""], pa.large_string())),
    "a missing text": ("word", pa.array(["c", "", "b"], pa.large_string())),
    "the sign of zero": ("price", pa.array([-0.0, float("nan"), None])),
    "a missing number": ("price", pa.array([0.0, None, None])),
    "a number that is none": ("price", pa.array([0.0, float("nan"), float("nan")])),
    "a truth": ("a.b", pa.array([True, None, True])),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_column_is_written_if_it_has_another(name: str) -> None:
    column, cells = CHANGED[name]
    place = TABLE.column_names.index(column)
    left = TABLE.set_column(place, column, cells)
    assert left_out(left, row_group_size=2) == set(TABLE.column_names) - {column}


def test_columns_go_by_their_names_and_not_by_their_places() -> None:
    moved = TABLE.select(["price", "n", "word"]).append_column("a", TABLE.column("a.b"))
    assert left_out(moved) == {"price", "n", "word"}
    swapped = TABLE.select(["n", "n"]).rename_columns(["n", "word"])
    assert left_out(swapped) == {"n"}


def test_of_other_rows_nothing_is_left_out() -> None:
    assert left_out(TABLE.slice(0, 2)) == set()
    assert left_out(TABLE.slice(0, 0)) == set()


def test_lists_and_categories_are_written_always() -> None:
    table = pa.table({"lists": [[0.0], None], "sizes": pa.array(["a", None]).dictionary_encode()})
    assert left_out(table, table) == set()


@pytest.fixture(scope="module")
def session() -> Iterator[Sandbox]:
    with NsjailSandbox(enforce_policy=False).one_jail() as jail:
        yield jail


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Without NaN, which pandas takes for missing."""
    path = tmp_path / "table.parquet"
    pq.write_table(TABLE.set_column(2, "price", pa.array([0.0, -0.0, None])), path)
    return path


def execute(
    sandbox: Sandbox, snippet: str, table: Path, *, changes_only: bool = True
) -> tuple[Execution, pa.Table | None]:
    result = table.with_name("result.parquet")
    execution = sandbox.execute(
        SnippetJob(snippet=snippet, table=table, result=result, seed=0, changes_only=changes_only)
    )
    left = pq.read_table(result) if result.exists() else None
    result.unlink(missing_ok=True)
    return execution, left


@pytest.mark.parametrize(
    ("snippet", "written"),
    [
        ("result = len(df)", set[str]()),
        ("df = df.copy().reset_index(drop=True)", set[str]()),
        ("df['price'] = df['price'] * 1", set[str]()),
        ("df['total'] = df['n'] * df['price']", {"total"}),
        ("df = df.rename(columns={'n': 'number'})", {"number"}),
        ("df = df.sort_values('n')[['word', 'n']]", {"word", "n"}),
        ("df = df[df['n'] > 1]", {"n", "word", "price", "a.b"}),
        (
            "cells = df['price'].to_numpy()\ncells.flags.writeable = True\ncells[0] = 9",
            {"price"},
        ),
    ],
)
def test_a_jail_writes_what_changed(
    snippet: str, written: set[str], session: Sandbox, table: Path
) -> None:
    execution, left = execute(session, snippet, table)
    assert execution.outcome is Outcome.OK, execution
    assert left is not None
    assert execution.after == left.shape
    assert {field.name for field in left.schema if not pa.types.is_null(field.type)} == written


def test_a_jail_writes_all_if_it_is_not_asked_for_the_changes(
    session: Sandbox, table: Path
) -> None:
    _, left = execute(session, "df = df", table, changes_only=False)
    assert left is not None
    assert not any(pa.types.is_null(kind) for kind in left.schema.types)


LIES = {
    "a column that was not there": {"x": pa.nulls(3)},
    "a column of other rows": {"n": pa.nulls(2)},
    "a column of no rows": {"n": pa.nulls(0)},
    "a column beside one of other rows": {"n": pa.nulls(4), "x": pa.array([1, 2, 3, 4])},
    "a list of such": {"n": pa.array([[None]] * 3)},
}


def checked(left: pa.Table, file: Path, given: pa.Table | None = TABLE) -> None:
    pq.write_table(left, file)
    description = None
    if given is not None:
        pq.write_table(given, file.with_name("given.parquet"))
        description = pq.read_metadata(file.with_name("given.parquet"))
    with open(file, "rb") as opened:
        check_result(opened.fileno(), JailLimits(columns=1_000), description)


@pytest.mark.parametrize("name", LIES)
def test_nothing_stands_for(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotATable):
        checked(pa.table(LIES[name]), tmp_path / "result")


def test_a_column_cannot_be_left_out_twice_nor_left_out_and_written(tmp_path: Path) -> None:
    for second in (pa.nulls(3), pa.array([1, 2, 3])):
        with pytest.raises(NotATable):
            checked(pa.table([pa.nulls(3), second], names=["n", "n"]), tmp_path / "result")


def test_more_columns_than_are_allowed_cannot_be_left_out(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(20_000)]
    with pytest.raises(TableTooLarge):
        checked(pa.table([pa.nulls(3)] * len(names), names=names), tmp_path / "result")


def test_what_is_left_out_is_accepted_of_whom_it_was_asked_for(tmp_path: Path) -> None:
    """The control."""
    left = pa.table({"word": pa.nulls(3), "x": np.arange(3), "n": pa.nulls(3)})
    checked(left, tmp_path / "result")
    with pytest.raises(NotATable):
        checked(left, tmp_path / "result", given=None)


def test_a_snippet_that_leaves_out_in_the_runners_place_is_held_to_the_same(
    session: Sandbox, table: Path
) -> None:
    lie = (
        f"{OPEN_FILES}import pyarrow as pa, pyarrow.parquet as pq\n"
        "with os.fdopen(RESULT, 'wb') as file:\n"
        "    pq.write_table(pa.table({'%s': pa.nulls(3)}), file)\n"
    )
    end = f'os.write({CHANNEL}, b\'{{"outcome": "ok"}}\')\nos._exit(0)'
    execution, left = execute(session, lie % "price" + end, table)
    assert execution.outcome is Outcome.OK
    assert left is not None
    assert left.column_names == ["price"]
    for name, changes_only in (("other", True), ("price", False)):
        execution, left = execute(session, lie % name + end, table, changes_only=changes_only)
        assert execution.outcome is Outcome.CRASHED
        assert left is None
