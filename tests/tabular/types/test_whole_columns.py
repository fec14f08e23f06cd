"""What holds for any cells at all: nothing is lost, and only all of a column decides its type."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types import type_decisions
from infrastructure.tabular.types.column_types import decide, typed
from infrastructure.tabular.types.padding import PADDING
from tests.tabular.types.columns import Read, read

QUICK = settings(max_examples=60, deadline=None)

_digits = st.integers(0, 10**19).map(str)
_numbers = st.one_of(
    _digits,
    st.integers(-(2**64), 2**64).map(str),
    st.floats().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.from_regex(r"[-+]?[0-9]{1,3}([.,' ][0-9]{3}){0,2}([.,][0-9]{1,3})?", fullmatch=True),
)
_moments = st.datetimes().map(str)
_dates = st.one_of(
    st.dates().map(str),
    _moments,
    st.from_regex(r"[0-3]?[0-9][-/.][01]?[0-9][-/.]([0-9]{2}){1,2}", fullmatch=True),
)
_words = st.sampled_from(["", " ", "NA", "-", "nan", "inf", "null", "true", "yes", "no", "DE", "x"])
_anything = st.text(st.characters(codec="utf-8"), max_size=6)
_cells = st.sampled_from([_numbers, _dates, _words, _anything, _numbers | _dates])
columns = _cells.flatmap(lambda kind: st.lists(kind | _words, min_size=1, max_size=8))


def _is_kept(cell: str, value: object, found: Read) -> bool:
    """Whether the typed value is that of the cell, as far as a test can tell by itself."""
    bare = cell.strip(PADDING)
    if value is None:
        return cell == "" or bare in found.column.missing_words or (not bare and not _text(found))
    if _text(found):
        return value == cell
    plain = found.column.format is None
    if found.column.type == ColumnType.INTEGER and plain:
        return str(value) == bare
    if found.column.type == ColumnType.NUMBER and plain and "inf" not in bare.lower():
        return Decimal(repr(value)) == Decimal(bare) or float(bare) == value
    return True


def _text(found: Read) -> bool:
    return found.column.type == ColumnType.TEXT


@given(columns)
@example(["1,234", ""])
@example(["1e400", "1.5"])
@QUICK
def test_no_value_is_lost_for_any_mixture_of_cells(cells: list[str]) -> None:
    found = read(cells)
    for cell, value in zip(cells, found.values, strict=True):
        assert _is_kept(cell, value, found), (cell, value)
    missing = found.values.count(None)
    assert (found.column.values, found.column.missing) == (len(cells) - missing, missing)


@given(columns)
@QUICK
def test_columns_are_typed_alike_in_any_chunks(cells: list[str]) -> None:
    one = pl.DataFrame({"v": cells}, schema={"v": pl.String})
    many = pl.concat([one[index : index + 1] for index in range(len(cells))], rechunk=False)
    lazy = pl.concat([one[index : index + 1].lazy() for index in range(len(cells))])
    whole = decide(one.lazy(), Interpretation())
    for chunks in (many.lazy(), lazy):
        decisions = decide(chunks, Interpretation())
        assert (decisions.columns, decisions.doubts) == (whole.columns, whole.doubts)
        assert decisions.typed(chunks).collect().equals(whole.typed(one.lazy()).collect())


@given(columns)
@QUICK
def test_no_sample_decides_a_type(cells: list[str]) -> None:
    expected = read(cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type_decisions, "_LEAST_ROWS", 1)
        patch.setattr(type_decisions, "_MOST_ROWS", 1)
        found = read(cells)
    assert found.dtype == expected.dtype
    assert list(map(repr, found.values)) == list(map(repr, expected.values))
    assert found.column.missing_words == expected.column.missing_words


@given(columns)
@QUICK
def test_a_series_is_typed_as_a_column_of_a_file_is(cells: list[str]) -> None:
    found = typed(pl.Series("v", cells, pl.String))
    assert list(map(repr, found)) == list(map(repr, read(cells).values))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
@QUICK
def test_integers_come_back(values: list[int]) -> None:
    assert read([str(value) for value in values]).values == values


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.sampled_from(["{!r}", "{:.17g}"]))
@QUICK
def test_floats_come_back_or_are_left_as_text(values: list[float], form: str) -> None:
    cells = [form.format(value) for value in values]
    found = read(cells)
    if _text(found):
        assert found.values == cells
    else:
        assert list(map(float, found.values)) == values


amounts = st.lists(
    st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2),
    min_size=1,
    max_size=8,
)
STYLES = ["{:,.2f}", "{:.2f}", "{:.2f} %", "$ {:.2f}", "{:,.2f} \u20ac", "EUR {:,.2f}"]
SWAPPED = str.maketrans(",.", ".,")
SPACED = str.maketrans(",.", "\u202f,")


@given(amounts, st.sampled_from(STYLES), st.sampled_from([{}, SWAPPED, SPACED]))
@QUICK
def test_amounts_in_any_usual_form_are_read_as_they_are(
    values: list[Decimal], style: str, signs: dict[int, str]
) -> None:
    found = read([style.format(value).translate(signs) for value in values])
    assert not _text(found)
    assert found.values == [float(value) for value in values]
    assert found.doubts == ()


FORMS = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%Y/%m/%d",
    "%d.%m.%y",
    "%y-%m-%d",
]
CLOCKS = ["", " %H:%M", "T%H:%M:%S", " %H:%M:%S.%f", " %I:%M:%S %p"]
UNTOLD = {"day_or_month", "year_or_day", "two_digit_year"}


@given(
    st.lists(
        st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2067, 12, 31)),  # noqa: DTZ001 local
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(FORMS),
    st.sampled_from(CLOCKS),
)
@QUICK
def test_moments_in_any_usual_form_are_read_as_they_are_or_it_is_said(
    moments: list[dt.datetime], form: str, clock: str
) -> None:
    cells = [moment.strftime(form + clock) for moment in moments]
    found = read(cells)
    if _text(found):
        assert set(found.doubts) & UNTOLD
        assert found.values == cells
        return
    expected = [dt.datetime.strptime(cell, form + clock) for cell in cells]  # noqa: DTZ007
    assert found.values == expected or set(found.doubts) & UNTOLD


@given(st.data())
@QUICK
def test_many_columns_are_decided_each_by_itself(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 4))
    cells = st.lists(_numbers | _dates | _words, min_size=rows, max_size=rows)
    drawn = data.draw(st.lists(cells, min_size=1, max_size=4))
    names = ["^a.*$", "*", "0 empty", "rows"][: len(drawn)]
    text = pl.DataFrame(
        dict(zip(names, drawn, strict=True)), schema=dict.fromkeys(names, pl.String)
    )
    decisions = decide(text.lazy(), Interpretation(decimal=".", day_first=True))
    together = decisions.typed(text.lazy()).collect()
    assert together.columns == names
    for name, column in zip(names, drawn, strict=True):
        alone: list[Any] = read(column, Interpretation(decimal=".", day_first=True)).values
        assert list(map(repr, together[name])) == list(map(repr, alone))


def test_a_table_without_rows_or_columns_is_typed_as_text() -> None:
    text = pl.DataFrame(schema={"a": pl.String}).lazy()
    assert decide(text, Interpretation()).typed(text).collect_schema() == {"a": pl.String}
    nothing = pl.DataFrame().lazy()
    assert decide(nothing, Interpretation()).columns == ()
