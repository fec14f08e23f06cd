"""What a column is survives the jail, and what leaves the jail can be described and shown."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail import NsjailSandbox
from infrastructure.nsjail.frames import read_table, to_arrow
from infrastructure.tabular.documents.parquet_columns import plain_column
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.digests import digest_of_file, digest_of_table

TABLES = FileTables()
MICROSECONDS = st.integers(-(10**13), 10**13)
ZONES = ("UTC", "Europe/Oslo", "+02:00", "+00:00", "+05:30", "Etc/GMT-2", "GMT", "No/Where")
LEAVES: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.bool_(), st.booleans()),
    (pa.int8(), st.integers(-128, 127)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.float32(), st.floats(width=32)),
    (pa.float64(), st.floats()),
    (pa.string(), st.text(max_size=3)),
    (pa.large_string(), st.text(max_size=3)),
    (pa.binary(), st.binary(max_size=3)),
    (pa.binary(2), st.binary(min_size=2, max_size=2)),
    (pa.decimal128(20, 19), st.decimals(-1, 1, places=19)),
    (pa.decimal256(50, 2), st.decimals(-(10**30), 10**30, places=2)),
    (pa.date32(), st.dates(dt.date(1, 2, 1), dt.date(9999, 11, 30))),
    (pa.time32("s"), st.integers(0, 86_399)),
    (pa.time64("us"), st.integers(0, 86_399_999_999)),
    (pa.time64("ns"), st.integers(0, 86_399_999_999_999)),
    *((pa.duration(unit), MICROSECONDS) for unit in ("s", "ms", "us", "ns")),
    (pa.timestamp("s"), st.integers(-(10**10), 10**10)),
    (pa.timestamp("us"), MICROSECONDS),
    (pa.timestamp("ns"), MICROSECONDS),
    *((pa.timestamp("us", zone), MICROSECONDS) for zone in ZONES),
    (pa.dictionary(pa.int8(), pa.string()), st.sampled_from(["a", "b"])),
    (pa.null(), st.none()),
]
INSIDE = [leaf for leaf in LEAVES if not pa.types.is_dictionary(leaf[0])]


def nested(kind: pa.DataType, values: st.SearchStrategy[Any]) -> list[tuple[pa.DataType, Any]]:
    inner = st.none() | values
    return [
        (pa.list_(kind), st.lists(inner, max_size=2)),
        (pa.list_(kind, 2), st.lists(inner, min_size=2, max_size=2)),
        (pa.struct([("a", kind)]), st.fixed_dictionaries({"a": inner})),
        (pa.map_(pa.string(), kind), st.lists(st.tuples(st.text(max_size=2), inner), max_size=2)),
    ]


COLUMNS = LEAVES + [column for leaf in INSIDE for column in nested(*leaf)]


def uploaded(kind: pa.DataType, values: list[Any]) -> pa.Table:
    column = plain_column("a", pa.chunked_array([pa.array(values, kind)]))
    return pa.table({"a": column})


@pytest.mark.parametrize(("kind", "values"), COLUMNS, ids=[str(kind) for kind, _ in COLUMNS])
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_a_frame_gives_back_the_table_that_it_was_read_from(
    kind: pa.DataType,
    values: st.SearchStrategy[Any],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    cells = data.draw(st.lists(st.none() | values, max_size=4))
    path = tmp_path_factory.getbasetemp() / "frame.parquet"
    pq.write_table(uploaded(kind, cells), path)
    given_table = pq.read_table(path)
    assert digest_of_table(to_arrow(read_table(str(path)), 10)) == digest_of_table(given_table)


# In seconds: 0001-01-01 and 9999-12-31 23:59:59.
CALENDAR = [-62_135_596_800, 253_402_300_799]
FIXED: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), ["x", None]),
    "structs": (pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
    "lists": (pa.list_(pa.int64()), [[1, None], None]),
    "words": (pa.list_(pa.string()), [["a", None], []]),
    "no words": (pa.list_(pa.string()), [None, []]),
    "nested": (pa.list_(pa.struct([("a", pa.list_(pa.int8()))])), [[{"a": [1]}], None]),
    "map": (pa.map_(pa.string(), pa.int64()), [[("k", 1)], None]),
    "decimals": (pa.decimal128(20, 19), [Decimal("0.1234567890123456789"), None]),
    "times": (pa.time64("us"), [1, None]),
    "coarse times": (pa.time32("s"), [1, None]),
    "durations": (pa.duration("ns"), [1, None]),
    "bytes": (pa.binary(), [b"\x00", None]),
    "no bytes": (pa.binary(), [None, None]),
    "two bytes": (pa.binary(2), [b"ab", None]),
    "zoned": (pa.timestamp("us", "Europe/Oslo"), [1, None]),
    "offset": (pa.timestamp("us", "+02:00"), [1, None]),
    "odd offset": (pa.timestamp("us", "+05:30"), [1, None]),
    "fine": (pa.timestamp("ns"), [1, None]),
    # What many programs write for "never", and for "not yet".
    "all of the calendar": (pa.timestamp("s"), CALENDAR),
    "all of it in UTC": (pa.timestamp("s", "UTC"), CALENDAR),
    "large": (pa.uint64(), [2**64 - 1, None]),
    "half": (pa.float16(), [1.5, None]),
}


def test_a_snippet_that_does_nothing_keeps_the_digest_of_every_type(tmp_path: Path) -> None:
    upload, table, result = (tmp_path / name for name in ("upload", "table", "result"))
    columns = {name: pa.array(values, kind) for name, (kind, values) in FIXED.items()}
    pq.write_table(pa.table(columns), upload)
    TABLES.read(upload, TABLES.inspect(upload, "a.parquet"), table)
    execution = NsjailSandbox().execute(
        SnippetJob(snippet="df = df", table=table, result=result, seed=0)
    )
    assert execution.outcome is Outcome.OK, execution
    assert digest_of_file(result) == digest_of_file(table)


CONVERTED = {
    "offsets of half hours": (
        "df['at'] = pd.to_datetime(['2024-01-01T00:00:00+05:30'] * 3)\n"
        "df['too'] = pd.to_datetime(['2024-01-01T00:00:00+02:00'] * 3)"
    ),
    "days": "import datetime\ndf['day'] = datetime.date(2024, 1, 1)",
    "nothing": "df['a'] = None\ndf['b'] = [[None], [], None]",
    "maps": (
        "import pyarrow as pa\n"
        "kind = pd.ArrowDtype(pa.map_(pa.string(), pa.int64()))\n"
        "df['b'] = pd.Series([[('k', 1)]] * 3, dtype=kind)"
    ),
    "labels of moments": "df['a'] = pd.Series(pd.date_range('2024', periods=3)).astype('category')",
}


@pytest.mark.parametrize("name", CONVERTED)
def test_whatever_a_snippet_leaves_can_be_described_and_shown(
    name: str, table: Path, tmp_path: Path, open_jail: Sandbox
) -> None:
    result = tmp_path / "out.parquet"
    execution = open_jail.execute(
        SnippetJob(snippet=CONVERTED[name], table=table, result=result, seed=0)
    )
    assert execution.outcome is Outcome.OK, execution
    assert TABLES.profile(result)["rows"] == 3


BEYOND = {
    "views of lists": (
        "pd.Series([[1]] * 3, dtype=pd.ArrowDtype(pa.list_view(pa.int64())))",
        "astype('str')",
    ),
    "moments": ("pd.Series([2**62] * 3).astype('datetime64[us]')", "years 1 to 9999"),
    "labels of moments": (
        "pd.Series([2**62] * 3).astype('datetime64[us]').astype('category')",
        "years 1 to 9999",
    ),
    "durations": ("pd.Series([2**62] * 3).astype('timedelta64[s]')", "pd.to_timedelta"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_values_that_no_snapshot_holds_are_refused_by_their_column(
    name: str, table: Path, tmp_path: Path, open_jail: Sandbox
) -> None:
    values, advice = BEYOND[name]
    result = tmp_path / "out.parquet"
    snippet = f"import pyarrow as pa\ndf['far'] = {values}"
    execution = open_jail.execute(SnippetJob(snippet=snippet, table=table, result=result, seed=0))
    assert execution.outcome is Outcome.ERROR, execution
    assert execution.detail is not None
    assert "the column 'far'" in execution.detail
    assert advice in execution.detail
    assert not result.exists()
