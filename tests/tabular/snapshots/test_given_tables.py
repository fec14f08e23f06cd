"""A table whose unchanged columns were left out is kept as if they were there."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.artifacts import ArtifactCorrupt
from application.manifests import Manifest
from application.ports.object_store import ObjectMissing
from application.ports.snapshots import GivenTable
from domain.session.events import Snapshot
from infrastructure.nsjail.unchanged_columns import without_unchanged
from tests.tabular.snapshots.conftest import Kept

ROOT = pa.table(
    {
        "id": pa.array([1, 2, 3, 3]),
        "name": pa.array(["Ada", None, "Grace", "Grace"], pa.large_string()),
        "price": pa.array([1.5, float("nan"), -0.0, -0.0]),
    }
)


def keep_changes(kept: Kept, root: Snapshot, left: pa.Table) -> tuple[Snapshot, Sequence[str]]:
    """The snapshot of what is left of a table, and the columns that were left out of it."""
    file = kept.directory / f"{uuid4().hex}.parquet"
    kept.snapshots.assemble(root, file)
    with pa.memory_map(str(file)) as before:
        changes = without_unchanged(left, before)
    snapshot = kept.keep(changes, [root], given=GivenTable(table=root, file=file))
    return snapshot, [each.name for each in changes.schema if pa.types.is_null(each.type)]


def said(manifest: Manifest) -> Manifest:
    """What it says of the table, without by which bytes columns are known again."""
    columns = tuple(replace(each, chunks=None) for each in manifest.columns)
    return replace(manifest, columns=columns)


CELLS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.int64(), st.integers(0, 2)),
    (pa.float64(), st.sampled_from([0.0, -0.0, 1.5, float("nan")])),
    (pa.large_string(), st.sampled_from(["", "a", "b"])),
    (pa.bool_(), st.booleans()),
    (pa.timestamp("us"), st.integers(0, 2)),
    (pa.decimal128(5, 2), st.decimals(0, 2, places=2)),
    (pa.list_(pa.int64()), st.lists(st.integers(0, 1), max_size=2)),
]


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pa.Array:
    kind, values = draw(st.sampled_from(CELLS))
    cells = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
    column = pa.array(cells, kind)
    labelled = pa.types.is_large_string(kind) and draw(st.booleans())
    return column.dictionary_encode() if labelled else column


@st.composite
def tables(draw: st.DrawFn, rows: int) -> pa.Table:
    count = draw(st.integers(1, 4))
    return pa.table({f"c{number}": draw(columns(rows)) for number in range(count)})


@st.composite
def changed(draw: st.DrawFn, table: pa.Table) -> pa.Table:
    """Columns of `table` in any order, under any names, and others."""
    if draw(st.booleans()):
        places = st.integers(0, table.num_rows - 1)
        table = table.take(pa.array(draw(st.lists(places, max_size=table.num_rows)), pa.int64()))
    left: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(["c0", "c1", "c2", "new"]), unique=True)):
        same = [name] if name in table.column_names else []
        source = draw(st.sampled_from([*same, *same, *same, *table.column_names, None]))
        left[name] = table.column(source) if source else draw(columns(table.num_rows))
    return pa.table(left)


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_it_is_the_snapshot_of_the_whole_table(data: st.DataObject) -> None:
    before = data.draw(tables(data.draw(st.integers(1, 4))))
    after = data.draw(changed(before))
    with TemporaryDirectory() as directory:
        kept = Kept(Path(directory))
        root = kept.keep(before)
        found, _ = keep_changes(kept, root, after)
        files = kept.files("columns")
        whole = kept.keep(after, [root])
        assert kept.files("columns") == files
        assert (found.table_digest, found.shape) == (whole.table_digest, whole.shape)
        assert said(kept.manifest(found)) == said(kept.manifest(whole))


def test_a_table_of_which_all_is_left_out_is_the_one_before(kept: Kept) -> None:
    root = kept.keep(ROOT)
    files = kept.files("columns"), kept.files("profiles")
    found, left_out = keep_changes(kept, root, ROOT)
    assert left_out == ROOT.column_names
    assert found == root
    assert (kept.files("columns"), kept.files("profiles")) == files


def test_repeated_rows_are_counted_over_what_was_left_out(kept: Kept) -> None:
    root = kept.keep(ROOT)
    assert root.shape.duplicate_rows == 1
    other = pa.array([1, 1, 1, 2])
    found, left_out = keep_changes(kept, root, ROOT.set_column(0, "id", other))
    assert left_out == ["name", "price"]
    assert found.shape.duplicate_rows == 0
    again, _ = keep_changes(kept, root, ROOT.drop_columns(["id"]))
    assert again.shape.duplicate_rows == 1


def test_nothing_is_made_up_for_a_table_that_is_not_there(kept: Kept) -> None:
    root = kept.keep(ROOT)
    file = kept.directory / "table.parquet"
    kept.snapshots.assemble(root, file)
    left_out = pa.table({"id": pa.nulls(4)})
    (manifest,) = (kept.directory / "objects" / "manifests").iterdir()
    for damage, error in ((b"{}", ArtifactCorrupt), (None, ObjectMissing)):
        manifest.write_bytes(damage) if damage else manifest.unlink()
        with pytest.raises(error):
            kept.keep(left_out, [root], given=GivenTable(table=root, file=file))
