"""What did not change is stored once; what is stored comes back the same."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.ports.object_store import ObjectMissing, ObjectStoreUnavailable
from domain.session.events import Snapshot
from infrastructure.storage.remote_files import RemoteFile
from infrastructure.tabular.profile import PROFILE_VERSION
from infrastructure.tabular.snapshots import open_tables
from infrastructure.tabular.snapshots.column_bodies import type_name
from infrastructure.tabular.snapshots.column_files import ColumnFile
from infrastructure.tabular.snapshots.digests import digest_of_table
from tests.tabular.snapshots.conftest import Kept
from tests.tabular.snapshots.test_specification import columns, text

ROOT = pa.table(
    {
        "id": [1, 2, 3],
        "name": ["Ada", None, "Grace"],
        "price": [1.5, float("nan"), -0.0],
        "paid": [True, None, False],
    }
)


def assert_same(found: pa.Table, expected: pa.Table) -> None:
    """The tables are the same to the last bit of a NaN's meaning."""
    assert found.schema.names == expected.schema.names
    assert found.schema.types == expected.schema.types
    assert digest_of_table(found) == digest_of_table(expected)


def test_a_root_is_stored_as_the_file_that_was_read(kept: Kept) -> None:
    snapshot = kept.keep(ROOT)
    assert_same(kept.whole(snapshot), ROOT)
    assert len(kept.files("columns")) == 1
    assert snapshot.table_digest == digest_of_table(ROOT)
    assert snapshot.shape.rows == 3
    assert [(c.name, c.nulls, c.distinct) for c in snapshot.shape.columns] == [
        ("id", 0, 3),
        ("name", 1, 2),
        ("price", 0, 3),
        ("paid", 1, 2),
    ]


def test_of_a_node_only_the_changed_column_is_stored(kept: Kept) -> None:
    root = kept.keep(ROOT)
    before = kept.files("columns")
    changed = ROOT.set_column(1, "name", pa.array(["Ada", "Linus", "Grace"]))
    node = kept.keep(changed, [root])

    (added,) = kept.files("columns") - before
    stored = pq.read_schema(kept.directory / "objects" / "columns" / added)
    assert stored.names == ["name"]
    assert_same(kept.whole(node), changed)
    assert node.table_digest == digest_of_table(changed)


@pytest.mark.parametrize(
    "node",
    [
        ROOT.rename_columns(["id", "customer", "price", "paid"]),
        ROOT.drop_columns(["price"]),
        ROOT.select(["paid", "id", "name", "price"]),
        ROOT.append_column("copy", ROOT.column("name")),
        pa.table({}),
        ROOT,
    ],
    ids=["renamed", "dropped", "in another order", "copied", "all dropped", "the same"],
)
def test_columns_that_are_there_already_are_not_stored_again(kept: Kept, node: pa.Table) -> None:
    root = kept.keep(ROOT)
    files, profiles = kept.files("columns"), kept.files("profiles")
    snapshot = kept.keep(node, [root])
    assert (kept.files("columns"), kept.files("profiles")) == (files, profiles)
    assert snapshot.table_digest == digest_of_table(node)
    assert_same(kept.whole(snapshot), node)


def test_a_column_that_comes_back_is_shared_with_an_older_node(kept: Kept) -> None:
    root = kept.keep(ROOT)
    without = kept.keep(ROOT.drop_columns(["price"]), [root])
    files = kept.files("columns")
    again = kept.keep(ROOT, [without, root])
    assert kept.files("columns") == files
    assert again == root


def test_rows_in_another_order_are_another_column(kept: Kept) -> None:
    root = kept.keep(ROOT)
    node = kept.keep(ROOT.take([2, 1, 0]), [root])
    assert {each.file for each in kept.manifest(node).columns}.isdisjoint(
        each.file for each in kept.manifest(root).columns
    )


def test_a_change_of_type_alone_is_stored(kept: Kept) -> None:
    root = kept.keep(ROOT)
    node = kept.keep(ROOT.set_column(0, "id", ROOT.column("id").cast(pa.float64())), [root])
    assert kept.whole(node).column("id").type == pa.float64()


def test_categories_are_kept_though_they_are_in_no_cell(kept: Kept) -> None:
    def labelled(categories: list[str], ordered: bool = False) -> pa.Table:
        indices = pa.array([categories.index("a"), None, categories.index("b")], pa.int8())
        labels = pa.DictionaryArray.from_arrays(indices, pa.array(categories), ordered=ordered)
        return pa.table({"size": labels})

    plain = pa.table({"size": pa.array(["a", None, "b"])})
    tables = [plain, labelled(["a", "b"]), labelled(["b", "a", "c"]), labelled(["a", "b"], True)]
    snapshots: list[Snapshot] = []
    for table in tables:
        snapshots.append(kept.keep(table, snapshots))
    assert len({each.table_digest for each in snapshots}) == 1, "the cells are the same"
    for table, snapshot in zip(tables, snapshots, strict=True):
        column = kept.whole(snapshot).column("size").combine_chunks()
        assert column.type == table.column("size").type
        if pa.types.is_dictionary(column.type):
            (expected,) = table.column("size").chunks
            assert column.dictionary.to_pylist() == expected.dictionary.to_pylist()


def test_categories_are_kept_in_their_order_beside_a_column_that_changed(kept: Kept) -> None:
    indices = pa.array([1, None, 0] * 50_000, pa.int8())
    sizes = pa.DictionaryArray.from_arrays(indices, pa.array(["large", "small", "none"]))
    root = kept.keep(pa.table({"size": sizes, "n": range(150_000)}))
    changed = pa.table({"size": sizes, "n": range(1, 150_001)})
    column = kept.whole(kept.keep(changed, [root])).column("size").unify_dictionaries()
    assert column.chunk(0).dictionary.to_pylist() == ["large", "small", "none"]
    assert column.equals(pa.chunked_array([sizes]))


def test_a_profile_is_put_together_from_those_of_the_columns(kept: Kept) -> None:
    root = kept.keep(ROOT)
    node = kept.keep(ROOT.rename_columns(["id", "customer", "price", "paid"]), [root])
    profile = json.loads(json.dumps(kept.snapshots.profile(node), allow_nan=False))
    assert (profile["rows"], profile["column_count"], profile["duplicate_rows"]) == (3, 4, 0)
    assert [each["name"] for each in profile["columns"]] == ["id", "customer", "price", "paid"]
    assert profile["columns"][1]["nulls"] == 1


def test_a_profile_that_another_version_kept_is_made_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = kept.keep(ROOT)
    of_today = kept.snapshots.profile(root)
    read = ColumnFile.column
    columns: list[str] = []

    def column(file: ColumnFile, name: str, content: str | None = None) -> pa.ChunkedArray:
        columns.append(name)
        return read(file, name, content)

    monkeypatch.setattr(ColumnFile, "column", column)
    assert kept.snapshots.profile(root) == of_today
    assert not columns
    monkeypatch.setattr(open_tables, "PROFILE_VERSION", PROFILE_VERSION + 1)
    assert kept.snapshots.profile(root) == of_today
    assert columns == ROOT.column_names


def test_a_profile_that_was_damaged_or_is_gone_is_made_anew(kept: Kept) -> None:
    root = kept.keep(ROOT)
    of_today = kept.snapshots.profile(root)
    (name,) = kept.files("profiles")
    file = kept.directory / "objects" / "profiles" / name
    file.unlink()
    assert kept.snapshots.profile(root) == of_today
    file.write_text("{}")
    assert kept.snapshots.profile(root) == of_today


def test_a_snapshot_of_an_early_version_reads_like_any_other(kept: Kept) -> None:
    path = kept.directory / "old.parquet"
    pq.write_table(ROOT, path)
    digest = kept.artifacts.keep(ArtifactKind.SNAPSHOT, path)
    shape = kept.keep(ROOT).shape
    old = Snapshot(address=f"parquet:{digest}", table_digest="td1:0", shape=shape)
    assert_same(kept.whole(old), ROOT)
    assert kept.keep(ROOT, [old]).shape == shape


@pytest.mark.parametrize("kind", ["manifests", "columns"])
def test_what_was_damaged_or_is_gone_is_told(kept: Kept, kind: str) -> None:
    root = kept.keep(ROOT)
    node = kept.keep(ROOT.set_column(0, "id", pa.array([7, 8, 9])), [root])
    for name in kept.files(kind):
        file = kept.directory / "objects" / kind / name
        if kind == "columns":
            stored = pq.read_table(file)
            pq.write_table(stored.take([0, 0, 2]), file)
        else:
            file.write_bytes(file.read_bytes().replace(b'"rows":3', b'"rows":2'))
    with pytest.raises(ArtifactCorrupt):
        kept.whole(node)
    for name in kept.files(kind):
        (kept.directory / "objects" / kind / name).unlink()
    with pytest.raises(ObjectMissing):
        kept.whole(node)


def test_a_wide_table_comes_back(kept: Kept) -> None:
    wide = pa.table({f"column {n}": [n, None] for n in range(2_000)})
    root = kept.keep(wide)
    changed = wide.set_column(1_234, "column 1234", pa.array(["x", "y"]))
    node = kept.keep(changed, [root])
    assert_same(kept.whole(node), changed)
    assert [each.name for each in kept.manifest(node).columns][1_234] == "column 1234"


def test_more_rows_than_are_read_at_once_come_back_from_several_files(kept: Kept) -> None:
    rows = 300_001
    frame = pl.DataFrame({"n": range(rows), "word": [f"w{n % 977}" for n in range(rows)]})
    root = kept.keep(frame)
    other = frame.with_columns(pl.Series("n", range(rows, 0, -1)))
    node = kept.keep(other, [root])
    assert pl.DataFrame(pl.from_arrow(kept.whole(node))).equals(other)


def _kept_type(kind: pa.DataType) -> str:
    """Labels may be numbered in another width; all else of a type is kept."""
    return "labels" if pa.types.is_dictionary(kind) else type_name(kind)


@st.composite
def tables(draw: st.DrawFn) -> list[pa.Table]:
    """A table, and one with some of its columns and others."""
    rows = draw(st.integers(0, 12))

    def some(most: int) -> dict[str, Any]:
        names = draw(
            st.lists(text.filter(lambda name: "\0" not in name), max_size=most, unique=True)
        )
        return {name: labelled(draw(columns(rows))[2]) for name in names}

    def labelled(column: pa.ChunkedArray) -> pa.ChunkedArray:
        plain = not pa.types.is_large_string(column.type) or draw(st.booleans())
        return column if plain else column.combine_chunks().dictionary_encode()

    first = some(4)
    second = {**{name: first[name] for name in first if draw(st.booleans())}, **some(2)}
    return [pa.table(first), pa.table(second)]


@given(tables())
@settings(max_examples=50, deadline=None)
def test_any_table_comes_back_whatever_it_shares(given_tables: list[pa.Table]) -> None:
    with TemporaryDirectory() as directory:
        kept = Kept(Path(directory))
        earlier: list[Snapshot] = []
        for table in given_tables:
            snapshot = kept.keep(table, earlier)
            earlier.append(snapshot)
            assert snapshot.table_digest == digest_of_table(table)
        for table, snapshot in zip(given_tables, earlier, strict=True):
            back = kept.whole(snapshot)
            assert back.column_names == table.column_names
            assert list(map(_kept_type, back.schema.types)) == list(
                map(_kept_type, table.schema.types)
            )
            assert digest_of_table(back) == snapshot.table_digest


def test_a_column_is_known_again_by_its_bytes_alone(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = kept.keep(ROOT)
    read: list[str] = []

    whole = pq.ParquetFile.read

    def noted(parquet: pq.ParquetFile, columns: list[str], **more: bool) -> pa.Table:
        # For duplicated rows, a small table is read at once.
        read.extend(columns if columns != ROOT.column_names else [])
        return whole(parquet, columns=columns, **more)

    monkeypatch.setattr(pq.ParquetFile, "read", noted)
    changed = ROOT.set_column(2, "price", pa.array([1.5, float("nan"), 0.0]))
    node = kept.keep(changed, [root])
    assert read == ["price"]
    assert_same(kept.whole(node), changed)


def test_other_bytes_of_the_same_cells_are_found_out_to_be_the_same(kept: Kept) -> None:
    root = kept.keep(ROOT)
    files = kept.files("columns")
    path = kept.directory / "other.parquet"
    pq.write_table(ROOT, path, compression="snappy", use_dictionary=False, row_group_size=2)
    node = kept.snapshots.keep(path, [root])
    assert (node.table_digest, kept.files("columns")) == (root.table_digest, files)


def test_repeated_rows_are_counted_whatever_is_shared(kept: Kept) -> None:
    table = pa.table({"a": [1, 1, 2, 2, 1], "b": ["x", "x", "y", "z", "x"], "c": [0] * 5})
    root = kept.keep(table)
    assert root.shape.duplicate_rows == 2
    apart = table.set_column(2, "c", pa.array([1, 2, 3, 4, 4]))
    node = kept.keep(apart, [root])
    assert node.shape.duplicate_rows == 0
    again = kept.keep(apart.append_column("d", pa.array([0] * 5)), [node])
    assert again.shape.duplicate_rows == 0
    assert kept.keep(apart.drop_columns(["c"]), [node]).shape.duplicate_rows == 2


def test_what_tells_the_rows_of_a_large_table_apart_is_known_of_those_made_of_it(
    kept: Kept,
) -> None:
    numbers = range(60_000)
    table = pa.table({"a": [n // 2 for n in numbers], "b": [n % 2 for n in numbers]})
    root = kept.keep(table)
    again = kept.keep(table.append_column("c", pa.array([0] * len(numbers))), [root])
    for node in (root, again):
        assert kept.manifest(node).told_apart_by == ("a", "b")
        assert node.shape.duplicate_rows == 0


def test_a_lost_manifest_of_another_node_keeps_nobody_from_making_one(kept: Kept) -> None:
    root = kept.keep(ROOT)
    (lost,) = kept.files("manifests")
    (kept.directory / "objects" / "manifests" / lost).unlink()
    assert_same(kept.whole(kept.keep(ROOT, [root])), ROOT)


@pytest.mark.parametrize(
    ("rows", "served"), [(3, 0), (3, 1), (60_000, 0), (60_000, 1), (60_000, 2)]
)
def test_storage_that_goes_away_amid_a_read_is_an_outage_and_no_damage(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, rows: int, served: int
) -> None:
    """A small file is read at once, a large one in parts."""
    ids = np.random.default_rng(0).integers(0, 2**60, (2, rows))
    root = kept.keep(pa.table({"id": ids[0], "same": ids[0]}))
    node = kept.keep(pa.table({"id": ids[1], "same": ids[0]}), [root])
    reads: list[int] = []

    def opened(_artifacts: Artifacts, kind: ArtifactKind, digest: str) -> RemoteFile:
        data = (kept.directory / "objects" / kind.value / digest).read_bytes()

        def read(start: int, length: int) -> bytes:
            reads.append(start)
            if len(reads) > served:
                raise ObjectStoreUnavailable("the bucket does not serve")
            return data[start : start + length]

        return RemoteFile(len(data), read)

    monkeypatch.setattr(Artifacts, "open_unchecked", opened)
    with pytest.raises(ObjectStoreUnavailable):
        kept.whole(node)
