"""What is written is what is read: snapshots exactly, exports as far as their format can say."""

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.tables import ExportFormat
from domain.dataset import FileKind, ParseOptions
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.parquet_snapshot import write_snapshot
from infrastructure.tabular.snapshots.digests import digest_of_file, digest_of_table
from infrastructure.tabular.types.column_types import MISSING_WORDS

TABLES = FileTables()
moments = st.datetimes(dt.datetime(1677, 9, 22), dt.datetime(2262, 4, 10))  # noqa: DTZ001 local
integers = st.integers(-(2**63), 2**63 - 1)
text = st.text(st.characters(codec="utf-8"), max_size=8)
# A word for a missing value is read as one.
# Controls of UTF-8 that hardly anybody means are read as letters, and told.
C1_CONTROLS = re.compile("[\x80-\x9f]")
cells = text.filter(lambda cell: cell not in MISSING_WORDS and not C1_CONTROLS.search(cell))
KINDS: dict[pl.DataType, st.SearchStrategy[Any]] = {
    pl.Int64(): integers,
    pl.Float64(): st.floats(),
    pl.Boolean(): st.booleans(),
    pl.String(): text,
    pl.Datetime("us"): moments,
    pl.Datetime("us", "UTC"): moments.map(lambda moment: moment.replace(tzinfo=dt.UTC)),
}


def _is_a_name(word: str) -> bool:
    # A reader tidies names; Arrow could not pass on one with a NUL.
    return bool(word) and "\x00" not in word


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(st.integers(0, 8))
    names = draw(st.lists(text.filter(_is_a_name), min_size=1, max_size=5, unique=True))
    columns = []
    for name in names:
        kind, values = draw(st.sampled_from(list(KINDS.items())))
        cells = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        columns.append(pl.Series(name, cells, kind))
    return pl.DataFrame(columns)


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """The frame with plain Arrow types: no views."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


@given(frames())
@settings(max_examples=70, deadline=None)
def test_a_snapshot_reads_back_as_the_same_table(frame: pl.DataFrame) -> None:
    with TemporaryDirectory() as directory:
        snapshot = Path(directory) / "snapshot"
        write_snapshot(as_arrow(frame), snapshot)
        assert pl.read_parquet(snapshot).equals(frame)
        assert pl.read_parquet(snapshot).schema == frame.schema
        assert digest_of_file(snapshot) == digest_of_table(as_arrow(frame))


@given(frames())
@settings(max_examples=100, deadline=None)
def test_cells_and_exports_of_any_table_are_strict_and_complete(frame: pl.DataFrame) -> None:
    with TemporaryDirectory() as directory:
        snapshot = Path(directory) / "snapshot"
        write_snapshot(as_arrow(frame), snapshot)
        rows = [[json_value(cell) for cell in row] for row in frame.rows()]
        assert len(json.loads(json.dumps(rows, allow_nan=False))) == frame.height
        json.dumps(TABLES.profile(snapshot), allow_nan=False)
        for target in ExportFormat:
            TABLES.export(snapshot, target, Path(directory) / target)
        assert len(json.loads((Path(directory) / "json").read_text("utf-8"))) == frame.height
        with (Path(directory) / "csv").open(encoding="utf-8", newline="") as exported:
            assert len(list(csv.reader(exported))) == frame.height + 1


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
@settings(max_examples=100, deadline=None)
def test_every_cell_of_a_csv_by_the_book_is_kept(
    rows: list[list[str]], delimiter: str, line_end: str, encoding: str
) -> None:
    header = [f"name {index}" for index in range(len(rows[0]))]
    written = io.StringIO(newline="")
    writer = csv.writer(
        written, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
    )
    # A last row of words keeps every column text, whatever the cells look like.
    writer.writerows([header, *rows, ["word"] * len(header)])
    with TemporaryDirectory() as directory:
        source, snapshot = Path(directory) / "upload", Path(directory) / "snapshot"
        source.write_bytes(written.getvalue().encode(encoding))
        options = ParseOptions(
            kind=FileKind.CSV, encoding=encoding.removesuffix("-sig"), delimiter=delimiter
        )
        TABLES.read(source, options, snapshot)
        frame = pl.read_parquet(snapshot)
    assert frame.columns == header
    assert frame.rows() == [
        tuple(cell or None for cell in row) for row in [*rows, ["word"] * len(header)]
    ]


json_cells = st.none() | st.booleans() | integers | text | st.floats(allow_nan=False)


@given(st.lists(st.fixed_dictionaries({"a": json_cells, "b": json_cells}), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_json_value_is_lost(records: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as directory:
        source, snapshot = Path(directory) / "upload", Path(directory) / "snapshot"
        source.write_text(json.dumps(records))
        TABLES.read(source, TABLES.inspect(source, "a.json"), snapshot)
        frame = pl.read_parquet(snapshot)
    for name in ("a", "b"):
        for cell, record in zip(frame[name], records, strict=True):
            assert (cell is None) == (record[name] is None)
            if isinstance(record[name], str):
                assert cell == record[name] or isinstance(cell, dt.datetime)
            elif record[name] is not None and not isinstance(cell, str):
                assert cell == record[name]
            elif record[name] is not None:
                assert json.loads(cell.replace("inf", "Infinity")) == record[name]


def test_a_large_table_is_the_same_through_the_quick_and_the_tolerant_reader(
    tmp_path: Path,
) -> None:
    quick, tolerant = tmp_path / "quick", tmp_path / "tolerant"
    lines = [f"{index},word {index % 7},{index / 8},,2021-03-04" for index in range(30_000)]
    quick.write_text("\n".join(["i,w,x,empty,day", *lines]))
    tolerant.write_text("\n".join(['"i",w,x,empty,day', *lines]))
    digests = []
    for source in (quick, tolerant):
        snapshot = source.with_suffix(".parquet")
        TABLES.read(source, TABLES.inspect(source, "a.csv"), snapshot)
        digests.append(digest_of_file(snapshot))
    assert digests[0] == digests[1]
    assert pa.parquet.read_metadata(snapshot).num_rows == 30_000
