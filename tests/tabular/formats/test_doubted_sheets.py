"""What a sheet leaves open is read as it stands there, and told."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from domain.dataset import GivenOptions
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.typed_tables import TypedTable
from infrastructure.tabular.workbooks.reader import inspect_workbook, read_workbook
from tests.tabular.complaints.workbook_files import Rows, ods, xlsx
from tests.tabular.formats.binary_workbooks import FAILED, UNCALCULATED, xls, xlsb

ROWS: Sequence[Sequence[Any]] = [["id", "note"], [1, "x"], [2, "y"], [3, "z"]]


def _read(directory: Path, content: bytes, given: GivenOptions | None = None) -> TypedTable:
    source = directory / "upload"
    source.write_bytes(content)
    options = inspect_workbook(source, identify(source, "upload"), given or GivenOptions())
    scratch = directory / "scratch"
    scratch.mkdir(exist_ok=True)
    return read_workbook(source, options, scratch)


def _columns(read: TypedTable) -> dict[str, list[Any]]:
    assert isinstance(read.table, pl.LazyFrame)
    return read.table.collect().to_dict(as_series=False)


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as from_, zipfile.ZipFile(written, "w") as to:
        for name in from_.namelist():
            to.writestr(name, from_.read(name).replace(old, new, 1))
    return written.getvalue()


def _hide(_workbook: Any, sheet: Any) -> None:
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(1, 1, None, None, {"hidden": True})


def _hiding_ods() -> bytes:
    shown, hidden = b"<table:table-row>", b'<table:table-row table:visibility="filter">'
    columns = (
        b'<table:table-column/><table:table-column table:visibility="collapse"/><table:table-row>'
    )
    row = b'<table:table-cell office:value-type="float" office:value="2"/>'
    content = _replaced(ods(*ROWS), shown + row, hidden + row)
    return _replaced(content, shown, columns)


@pytest.mark.parametrize(
    "content",
    [
        lambda: xlsx(*ROWS, change=_hide),
        lambda: xlsb(ROWS, hides=(2, 1)),
        lambda: xls(ROWS, hides=(2, 1)),
        lambda: xls(ROWS, hides=(2, 1), short=True),
        _hiding_ods,
    ],
    ids=["xlsx", "xlsb", "xls", "a short xls", "ods"],
)
def test_hidden_rows_and_columns_are_read_and_told(
    tmp_path: Path, content: Callable[[], bytes]
) -> None:
    read = _read(tmp_path, content())
    assert _columns(read) == {"id": [1, 2, 3], "note": ["x", "y", "z"]}
    rows, columns = read.doubts
    assert (rows.kind, columns.kind) == ("hidden_rows", "hidden_columns")
    assert "hides 1 of the rows that were read, by hand or by a filter: 3." in rows.message
    assert columns.names == ("note",)


def test_more_hidden_rows_and_columns_than_a_sheet_has_are_no_burden(tmp_path: Path) -> None:
    columns = (
        b'<table:table-column table:visibility="collapse" table:number-columns-repeated="%d"/>'
    )
    rows = (
        b'<table:table-row table:visibility="collapse" table:number-rows-repeated="%d">'
        b"<table:table-cell/></table:table-row>"
    )
    row = b"<table:table-row>"
    content = _replaced(ods(*ROWS), row, columns % 10**10 + columns % 5 + row)
    end = b"</table:table>"
    read = _read(tmp_path, _replaced(content, end, rows % 10**9 + end))
    assert _columns(read) == {"id": [1, 2, 3], "note": ["x", "y", "z"]}
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [
        ("hidden_columns", ("id", "note"))
    ]


def test_a_formula_in_ods_with_the_sign_that_ends_a_tag_has_its_value(tmp_path: Path) -> None:
    number = b'office:value-type="float" office:value="2"/>'
    formula = b'table:formula="of:=IF([.A1]>0;2;1)" '
    content = _replaced(ods(*ROWS), number, formula + number)
    assert _read(tmp_path, content).doubts == ()


def test_errors_in_a_short_stream_of_xls_are_counted(tmp_path: Path) -> None:
    read = _read(tmp_path, xls([["a", "b"], [1, FAILED], [2, 5]], short=True))
    assert _columns(read) == {"a": [1, 2], "b": [None, 5]}
    assert [(repair.kind, repair.lines) for repair in read.repairs] == [("error_value", (2,))]


@pytest.mark.parametrize(
    "content",
    [
        lambda: xls([["a", "b"], [1, UNCALCULATED], [2, UNCALCULATED]]),
        lambda: xlsb([["a", "b"], [1, UNCALCULATED], [2, UNCALCULATED]]),
        lambda: _replaced(
            ods(["a", "b"], [1, 7], [2, None]),
            b'<table:table-cell office:value-type="float" office:value="7"/>',
            b'<table:table-cell table:formula="of:=[.A2]" table:number-columns-repeated="1"/>',
        ),
    ],
    ids=["xls", "xlsb", "ods"],
)
def test_formulas_without_a_value_are_told(tmp_path: Path, content: Callable[[], bytes]) -> None:
    read = _read(tmp_path, content())
    assert _columns(read) == {"a": [1, 2], "b": [None, None]}
    assert [doubt.kind for doubt in read.doubts] == ["formulas_without_values"]


def test_numbers_of_more_digits_than_are_kept_are_told_among_texts(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(["id", "account"], [1, "X-1"], [2, 4111111111111111], [3, "Y"]))
    assert _columns(read)["account"] == ["X-1", "4111111111111111", "Y"]
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("long_numbers", ("account",))]


@pytest.mark.parametrize(
    ("usual", "stray", "doubts"),
    [
        (1.5, "n.k.", ["mostly_numbers"]),
        (dt.date(2024, 1, 5), "soon", ["mostly_dates"]),
        (4711, "00501", []),
        (4711, "n/a", []),
    ],
)
def test_cells_of_another_kind_that_make_text_of_all_others_are_told(
    tmp_path: Path, usual: Any, stray: str, doubts: list[str]
) -> None:
    rows = [[number, usual] for number in range(20)]
    read = _read(tmp_path, xlsx(["id", "value"], *rows, [20, stray]))
    assert [doubt.kind for doubt in read.doubts] == doubts
    assert all(doubt.names == ("value",) for doubt in read.doubts)


def test_days_beside_days_as_text_are_told_however_many(tmp_path: Path) -> None:
    days = [[dt.date(2024, 1, day), day] for day in range(1, 13)]
    texts = [[f"{day}/01/2024", day] for day in range(13, 32)]
    read = _read(tmp_path, xlsx(["day", "n"], *days, *texts))
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("mostly_dates", ("day",))]


def test_numbers_beyond_the_largest_are_told(tmp_path: Path) -> None:
    content = _replaced(xlsx(["id", "mass"], [1, 7.5], [2, 2.5]), b">7.5<", b">1e400<")
    read = _read(tmp_path, content)
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("infinite_numbers", ("mass",))]


@pytest.mark.parametrize("title", [[], [["Costs"]]], ids=["names", "a title"])
def test_another_table_below_a_blank_row_is_told_and_can_be_left_out(
    tmp_path: Path, title: list[list[str]]
) -> None:
    tables: Sequence[Sequence[Any]] = [
        ["city", "n"],
        ["Rome", 1],
        ["Oslo", 2],
        [],
        *title,
        ["dept", "eur"],
        ["A", 5],
    ]
    read = _read(tmp_path, xlsx(*tables))
    assert _columns(read)["n"][:2] == ["1", "2"]
    (doubt,) = read.doubts
    assert doubt.kind == "second_table_kept"
    assert "From row 5 " in doubt.message
    assert f"`footer_lines` = {len(title) + 2} " in doubt.message
    first = _read(tmp_path, xlsx(*tables), GivenOptions(footer_lines=len(title) + 2))
    assert _columns(first) == {"city": ["Rome", "Oslo"], "n": [1, 2]}
    assert first.doubts == ()


def test_rows_of_text_below_a_blank_row_are_no_other_table(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(["a", "b"], ["x", 1], [], ["y", 2], [], ["z", 3], ["w", "?"]))
    assert [doubt.kind for doubt in read.doubts] == []


@pytest.mark.parametrize(("last", "rows"), [(6, 3), (7, 4)])
def test_a_row_without_a_name_that_sums_up_its_columns_is_a_total(
    tmp_path: Path, last: int, rows: int
) -> None:
    read = _read(tmp_path, xlsx(["city", "n"], ["Rome", 1], ["Oslo", 2], ["Bonn", 3], [None, last]))
    assert len(_columns(read)["n"]) == rows
    assert [doubt.kind for doubt in read.doubts] == ["totals_left_out"] * (rows == 3)


def test_a_row_of_zeros_without_a_name_below_zeros_is_a_row(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(["city", "n"], ["Rome", 0], ["Oslo", 0], ["Bonn", 0], [None, 0]))
    assert _columns(read)["n"] == [0, 0, 0, 0]


def test_a_blank_column_between_others_is_told(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx([None, "a", "b", None, "c"], [None, 1, 2, None, 3]))
    assert _columns(read) == {"a": [1], "b": [2], "c": [3]}
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("blank_columns", ("c",))]


@pytest.mark.parametrize("room", [[], [[]]])
def test_a_narrower_table_above_the_one_that_is_read_is_told(
    tmp_path: Path, room: list[list[str]]
) -> None:
    above: Rows = [["a", "b"], *([number, "x"] for number in range(4)), *room]
    wider: Rows = [["p", "q", "r", "s", "t"], *([number, "x", 2, "t", 5] for number in range(9))]
    read = _read(tmp_path, xlsx(*above, *wider))
    assert [doubt.kind for doubt in read.doubts] == ["table_above_left_out"]
    assert "Rows 1 to 5 " in read.doubts[0].message


def test_words_above_a_table_are_no_table(tmp_path: Path) -> None:
    about: Rows = [["Sales", "EU"], ["by", "JD"], ["on", dt.date(2024, 1, 1)], []]
    rows: Rows = [["p", "q", "r", "s", "t"], *([number, "x", 2, "t", 5] for number in range(9))]
    assert _read(tmp_path, xlsx(*about, *rows)).doubts == ()


@pytest.mark.parametrize(
    "total",
    [
        *["Gesamtergebnis", "Totale complessivo", "Eindtotaal", "Suma końcowa", "Общий итог"],
        *["総計", "총합계", "Totalt", "Totalsumma", "Celkový součet", "Végösszeg", "Genel Toplam"],
        "Total: 8 rows",
    ],
)
def test_a_total_in_any_language_is_left_out_and_told(tmp_path: Path, total: str) -> None:
    rows = [[f"n{number}", number] for number in range(1, 9)]
    read = _read(tmp_path, xlsx(["name", "value"], *rows, [total, 36]))
    assert ([doubt.kind for doubt in read.doubts], read.rows) == (["totals_left_out"], 8)
