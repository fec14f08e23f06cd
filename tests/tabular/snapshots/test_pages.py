"""Rows of a node as a person asks for them."""

import datetime as dt
import json
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.snapshots import Page, QueryRefused, RowQuery
from domain.session.events import Snapshot
from tests.tabular.snapshots.conftest import Kept

NAN = float("nan")
TABLE = pa.table(
    {
        "id": [1, 2, 3, 4, 5],
        "name": ["Ada", "ann", None, "Bob, Jr.", "Ada"],
        "price": [1.5, None, -2.0, NAN, 10.0],
        "paid": [True, False, None, True, False],
        "day": pa.array([0, 86_400_000_000, None, 1, 0], pa.timestamp("us")),
        "seen": pa.array([0, 3_600_000_000, None, 1, 0], pa.timestamp("us", "Europe/Berlin")),
        "cost": pa.array([Decimal("1.10"), Decimal("2.00"), None, Decimal("1.10"), None]),
        "tags": [["a"], [], None, ["b", "c"], ["a"]],
        "size": pa.array(["L", "S", None, "M", "L"]).dictionary_encode(),
        "a:b": [0, 1, 2, 3, 4],
        "x,y": ["p", "q", "r", "s", "t"],
        "-id": [9, 8, 7, 6, 5],
    }
)


@pytest.fixture
def snapshot(kept: Kept) -> Snapshot:
    """The table, its columns in two files."""
    root = kept.keep(TABLE.set_column(0, "id", pa.array([0, 0, 0, 0, 0])))
    return kept.keep(TABLE, [root])


def ask(kept: Kept, snapshot: Snapshot, **query: object) -> Page:
    return kept.snapshots.page(snapshot, RowQuery(**{"offset": 0, "limit": 100, **query}))  # type: ignore[arg-type]  # each case gives its own


def ids(kept: Kept, snapshot: Snapshot, **query: object) -> list[int]:
    return [row[0] for row in ask(kept, snapshot, columns=["id"], **query).rows]


def test_a_page_is_a_stretch_of_rows(kept: Kept, snapshot: Snapshot) -> None:
    page = ask(kept, snapshot, offset=1, limit=2)
    assert (page.offset, page.total) == (1, 5)
    assert list(page.columns) == TABLE.column_names
    assert [row[:4] for row in page.rows] == [[2, "ann", None, False], [3, None, -2.0, None]]
    assert ask(kept, snapshot, offset=5).rows == []
    assert ask(kept, snapshot, offset=10**12).rows == []


def test_nanoseconds_are_shown_with_all_their_digits(kept: Kept) -> None:
    times = pa.array([1, None], pa.timestamp("ns"))
    table = pa.table({"at": times, "here": times.cast(pa.timestamp("ns", "Asia/Tokyo"))})
    assert ask(kept, kept.keep(table)).rows == [
        ["1970-01-01T00:00:00.000000001", "1970-01-01T09:00:00.000000001+09:00"],
        [None, None],
    ]


def test_unusual_numbers_page_as_strict_json(kept: Kept) -> None:
    numbers = kept.keep(pa.table({"x": [NAN, float("inf"), float("-inf"), None, -0.0]}))
    assert (
        json.dumps(ask(kept, numbers).rows, allow_nan=False)
        == '[[null], ["Infinity"], ["-Infinity"], [null], [-0.0]]'
    )


def test_only_the_columns_that_are_asked_for_come(kept: Kept, snapshot: Snapshot) -> None:
    page = ask(kept, snapshot, columns=["name,id", "x,y"], limit=1)
    assert (list(page.columns), page.rows) == (["name", "id", "x,y"], [["Ada", 1, "p"]])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (["price"], [3, 1, 5, 2, 4]),
        (["-price"], [5, 1, 3, 2, 4]),
        (["name"], [1, 5, 4, 2, 3]),
        (["name,-price"], [5, 1, 4, 2, 3]),
        (["paid", "id"], [2, 5, 1, 4, 3]),
        (["size"], [1, 5, 4, 2, 3]),
        (["-day"], [2, 4, 1, 5, 3]),
        (["x,y"], [1, 2, 3, 4, 5]),
        (["-x,y"], [5, 4, 3, 2, 1]),
        (["-id"], [5, 4, 3, 2, 1]),
        (["cost"], [1, 4, 2, 3, 5]),
    ],
    ids=str,
)
def test_rows_are_sorted_stably_with_missing_cells_last(
    kept: Kept, snapshot: Snapshot, sort: list[str], expected: list[int]
) -> None:
    assert ids(kept, snapshot, sort=sort) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (["id:ge:3"], [3, 4, 5]),
        (["id:ge:3", "id:lt:5"], [3, 4]),
        (["id:gt:2.5"], [3, 4, 5]),
        (["id:eq:99999999999"], []),
        (["price:lt:1e1"], [1, 3]),
        (["price:ne:1.5"], [3, 5]),
        (["price:isnull"], [2, 4]),
        (["price:notnull"], [1, 3, 5]),
        (["price:lt:inf"], [1, 3, 5]),
        (["name:eq:Ada"], [1, 5]),
        (["name:ne:Ada"], [2, 4]),
        (["name:contains:Jr."], [4]),
        (["name:contains:."], [4]),
        (["name:ge:a"], [2]),
        (["paid:eq:true"], [1, 4]),
        (["day:ge:1970-01-02"], [2]),
        (["day:gt:1970-01-01"], [2, 4]),
        (["seen:ge:1970-01-01T02:00:00+01:00"], [2]),
        (["seen:ge:1970-01-01T01:00:00"], [2]),
        (["cost:eq:1.1"], [1, 4]),
        (["cost:gt:1"], [1, 2, 4]),
        (["tags:isnull"], [3]),
        (["size:eq:L"], [1, 5]),
        (["size:contains:M"], [4]),
        (["a:b:ge:3"], [4, 5]),
        (["x,y:eq:q"], [2]),
    ],
    ids=str,
)
def test_rows_are_chosen_by_conditions(
    kept: Kept, snapshot: Snapshot, where: list[str], expected: list[int]
) -> None:
    assert ids(kept, snapshot, where=where) == expected
    assert ask(kept, snapshot, where=where, limit=1).total == len(expected)


def test_what_is_chosen_is_sorted_and_paged(kept: Kept, snapshot: Snapshot) -> None:
    page = ask(
        kept, snapshot, where=["id:ne:3"], sort=["-price"], columns=["id"], offset=1, limit=2
    )
    assert (page.rows, page.total, page.offset) == ([[1], [2]], 4, 1)


@pytest.mark.parametrize(
    ("query", "parameter", "told"),
    [
        ({"columns": ["nam"]}, "columns", "Did you mean 'name'"),
        ({"sort": ["zzzz"]}, "sort", "The columns are 'id'"),
        ({"sort": ["tags"]}, "sort", "no order"),
        ({"where": ["nam:eq:x"]}, "where", "Did you mean 'name'"),
        ({"where": ["name"]}, "where", "column:operator:value"),
        ({"where": ["name:like:x"]}, "where", "contains, isnull, notnull"),
        ({"where": ["name:eq"]}, "where", "needs a value"),
        ({"where": ["id:eq:x"]}, "where", "numbers"),
        ({"where": ["id:eq:nan"]}, "where", "numbers"),
        ({"where": [f"id:eq:{2**70}"]}, "where", "64 bits"),
        ({"where": ["id:contains:1"]}, "where", "no text"),
        ({"where": ["paid:gt:true"]}, "where", "eq:true"),
        ({"where": ["paid:eq:yes"]}, "where", "eq:true"),
        ({"where": ["day:eq:1.5.2024"]}, "where", "ISO 8601"),
        ({"where": ["day:eq:2024-05-01T00:00:00Z"]}, "where", "offset"),
        ({"where": ["tags:eq:a"]}, "where", "isnull and notnull"),
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused_with_what_would(
    kept: Kept, snapshot: Snapshot, query: dict[str, list[str]], parameter: str, told: str
) -> None:
    with pytest.raises(QueryRefused, match=told) as caught:
        ask(kept, snapshot, **query)
    assert caught.value.parameter == parameter


def test_a_page_far_down_a_long_table_is_right(kept: Kept) -> None:
    rows = 400_000
    frame = pl.DataFrame({"n": range(rows), "word": [f"w{n % 1000:03}" for n in range(rows)]})
    root = kept.keep(frame)
    node = kept.keep(frame.with_columns(n=pl.col("n") * 2), [root])
    assert ask(kept, node, offset=262_140, limit=8).rows == [
        [2 * n, f"w{n % 1000:03}"] for n in range(262_140, 262_148)
    ]
    found = ask(kept, node, sort=["-word", "n"], offset=398, limit=4)
    assert found.rows == [
        [2 * 398_999, "w999"],
        [2 * 399_999, "w999"],
        [2 * 998, "w998"],
        [2 * 1_998, "w998"],
    ]


def test_an_empty_table_has_pages_of_nothing(kept: Kept) -> None:
    snapshot = kept.keep(TABLE.slice(0, 0))
    page = ask(kept, snapshot, where=["id:gt:1"], sort=["price"])
    assert (page.rows, page.total, list(page.columns)) == ([], 0, TABLE.column_names)


@given(
    cells=st.lists(st.none() | st.integers(-3, 3), max_size=12),
    bound=st.integers(-3, 3),
    descending=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_page_is_what_python_makes_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[int | None],
    bound: int,
    descending: bool,
) -> None:
    kept = Kept(tmp_path_factory.mktemp("pages"))
    snapshot = kept.keep(pa.table({"n": pa.array(cells, pa.int64()), "row": range(len(cells))}))
    page = ask(kept, snapshot, where=[f"n:ge:{bound}"], sort=["-n" if descending else "n"])
    chosen = [(cell, row) for row, cell in enumerate(cells) if cell is not None and cell >= bound]
    expected = sorted(chosen, key=lambda each: -each[0] if descending else each[0])
    assert [tuple(row) for row in page.rows] == expected


def test_moments_are_as_they_are_stored(kept: Kept) -> None:
    moment = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
    snapshot = kept.keep(pa.table({"at": pa.array([moment], pa.timestamp("ns", "UTC"))}))
    assert ask(kept, snapshot, where=["at:eq:2024-05-01T14:00:00+02:00"]).total == 1
    assert ask(kept, snapshot, where=["at:gt:2024-05-01T12:00:00Z"]).total == 0
