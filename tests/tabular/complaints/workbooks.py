"""What spreadsheets hold beside what they show."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from xlsxwriter.worksheet import Worksheet

from domain.dataset import GivenOptions
from tests.tabular.complaints.cases import Case, Cells, integers, moments, numbers, text, truths
from tests.tabular.complaints.workbook_files import ods, xlsx, xlsx_of_sheets

_DAY, _NIGHT = dt.date(2021, 3, 4), dt.datetime(2021, 3, 4, 23, 59, 59)  # noqa: DTZ001 no zone
_TABLE: tuple[list[Any], ...] = (["id", "name"], [1, "Ann"], [2, "Bob"])
_READ: dict[str, Cells] = {"id": integers(1, 2), "name": text("Ann", "Bob")}


def _changed(change: Callable[[Any, Worksheet], None], *rows: list[Any]) -> Callable[[], bytes]:
    return lambda: xlsx(*rows, change=change)


def _merge_group(_workbook: Any, sheet: Worksheet) -> None:
    sheet.merge_range(0, 1, 0, 2, "2023")
    sheet.merge_range(0, 3, 0, 4, "2024")


def _show_zeros(workbook: Any, sheet: Worksheet) -> None:
    zeros = workbook.add_format({"num_format": "00000"})
    sheet.write_number(1, 0, 501, zeros)
    sheet.write_number(2, 0, 10001, zeros)


def _show_percent(workbook: Any, sheet: Worksheet) -> None:
    sheet.write_number(1, 0, 0.25, workbook.add_format({"num_format": "0 %"}))
    sheet.write_number(2, 0, 0.5, workbook.add_format({"num_format": "0 %"}))


def _show_money(workbook: Any, sheet: Worksheet) -> None:
    sheet.write_number(1, 0, 1234.5, workbook.add_format({"num_format": "[$€-407] #,##0.00"}))
    sheet.write_number(2, 0, -2.0, workbook.add_format({"num_format": "[$€-407] #,##0.00"}))


def _calculate(_workbook: Any, sheet: Worksheet) -> None:
    sheet.write_formula(1, 1, "=A2*2", None, 2)
    sheet.write_formula(2, 1, "=A3*2", None, 4)


def _fail(_workbook: Any, sheet: Worksheet) -> None:
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 1, "=A3", None, 2)


def _format_a_million_rows(workbook: Any, sheet: Worksheet) -> None:
    sheet.write_blank(1_048_575, 1, None, workbook.add_format({"bold": True}))


def _start_in_the_middle(_workbook: Any, sheet: Worksheet) -> None:
    for row, cells in enumerate(_TABLE):
        sheet.write_row(4 + row, 2, cells)


def _book(name: str, content: Callable[[], bytes], columns: dict[str, Cells], **more: Any) -> Case:
    return Case(name=name, content=content, columns=columns, **{"file_name": "book.xlsx", **more})


CASES = (
    _book(
        "text of digits in a workbook stays text (pandas#12186)",
        lambda: xlsx(["zip", "n"], ["00501", 1], ["02139", 2]),
        {"zip": text("00501", "02139"), "n": integers(1, 2)},
    ),
    _book(
        "a number that is shown with zeros is the number that it is",
        _changed(_show_zeros, ["zip", "n"], [None, 1], [None, 2]),
        {"zip": integers(501, 10001), "n": integers(1, 2)},
    ),
    _book(
        "text of digits beside numbers is text",
        lambda: xlsx(["id"], ["007"], [8], [9]),
        {"id": text("007", "8", "9")},
    ),
    _book(
        "days since 1904 are those days",
        lambda: xlsx(["day"], [_DAY], [dt.date(2024, 2, 29)], since_1904=True),
        {"day": moments("2021-03-04", "2024-02-29")},
    ),
    _book(
        "days since 1900 are those days, before and after the one that never was",
        lambda: xlsx(["day"], [dt.date(1900, 1, 15)], [dt.date(1900, 3, 1)], [_DAY]),
        {"day": moments("1900-01-15", "1900-03-01", "2021-03-04")},
    ),
    _book(
        "the last second of a day is not rounded into the next",
        lambda: xlsx(["at"], [_NIGHT], [dt.datetime(2021, 3, 5, 12, 0, 1)]),  # noqa: DTZ001 no zone
        {"at": moments("2021-03-04T23:59:59", "2021-03-05T12:00:01")},
    ),
    _book(
        "times of a day are no days of 1899",
        lambda: xlsx(["at", "n"], [dt.time(8, 30), 1], [dt.time(17, 45), 2]),
        {"at": text("08:30:00", "17:45:00"), "n": integers(1, 2)},
    ),
    _book(
        "days beside words are text",
        lambda: xlsx(["day"], [_DAY], ["soon"]),
        {"day": text("2021-03-04", "soon")},
    ),
    _book(
        "truth values stay truth values",
        lambda: xlsx(["ok", "n"], [True, 1], [False, 2], [None, 3]),
        {"ok": truths(True, False, None), "n": integers(1, 2, 3)},
    ),
    _book(
        "a percentage is the share that it is",
        _changed(_show_percent, ["share", "n"], [None, 1], [None, 2]),
        {"share": numbers(0.25, 0.5), "n": integers(1, 2)},
    ),
    _book(
        "an amount of money is a number",
        _changed(_show_money, ["amount", "n"], [None, 1], [None, 2]),
        {"amount": numbers(1234.5, -2.0), "n": integers(1, 2)},
    ),
    _book(
        "a formula is what it came to",
        _changed(_calculate, ["a", "twice"], [1], [2]),
        {"a": integers(1, 2), "twice": integers(2, 4)},
    ),
    _book(
        "a formula that failed is missing, and it is said",
        _changed(_fail, ["a", "b"], [1], [2]),
        {"a": integers(1, 2), "b": integers(None, 2)},
        repaired=("error_value",),
    ),
    _book(
        "names that are merged over columns are those of each",
        _changed(
            _merge_group,
            ["region", None, None, None, None],
            [None, "Q1", "Q2", "Q1", "Q2"],
            ["North", 1, 2, 3, 4],
            ["South", 5, 6, 7, 8],
        ),
        {
            "region": text("North", "South"),
            "2023 Q1": integers(1, 5),
            "2023 Q2": integers(2, 6),
            "2024 Q1": integers(3, 7),
            "2024 Q2": integers(4, 8),
        },
    ),
    _book(
        "further sheets are spoken of",
        lambda: xlsx_of_sheets({"2023": _TABLE, "2024": _TABLE}),
        _READ,
        doubted=("other_sheets",),
        found={"sheet": "2023"},
    ),
    _book(
        "hidden sheets are not read, and are spoken of",
        lambda: xlsx_of_sheets({"Secret": [["x"], [9]], "Data": _TABLE}, hidden=["Secret"]),
        _READ,
        doubted=("hidden_sheets",),
        found={"sheet": "Data"},
    ),
    _book(
        "a person says which sheet it is",
        lambda: xlsx_of_sheets({"Notes": [["x"], [9], [8]], "Data": _TABLE}),
        _READ,
        given=GivenOptions(sheet="Data"),
    ),
    _book(
        "a person may want a hidden sheet",
        lambda: xlsx_of_sheets({"Secret": _TABLE, "Data": [["x"], [9]]}, hidden=["Secret"]),
        _READ,
        given=GivenOptions(sheet="Secret"),
    ),
    _book(
        "a table that begins in the middle of the sheet is read",
        _changed(_start_in_the_middle),
        _READ,
    ),
    _book(
        "a format far below the table makes no rows",
        _changed(_format_a_million_rows, *_TABLE),
        _READ,
    ),
    _book(
        "whole numbers beyond those that a spreadsheet can hold are not made up",
        lambda: xlsx(["n"], [2**53], [1]),
        {"n": integers(2**53, 1)},
        doubted=("long_numbers",),
    ),
    _book(
        "names that come again in a workbook are numbered",
        lambda: xlsx(["x", "x"], [1, 2], [3, 4]),
        {"x": integers(1, 3), "x_2": integers(2, 4)},
    ),
    _book(
        "numbers as names of columns are names",
        lambda: xlsx(["region", 2023, 2024], ["North", 1, 2], ["South", 3, 4]),
        {"region": text("North", "South"), "2023": integers(1, 3), "2024": integers(2, 4)},
    ),
    _book(
        "days as names of columns are names",
        lambda: xlsx(["region", _DAY], ["North", 1], ["South", 2]),
        {"region": text("North", "South"), "2021-03-04": integers(1, 2)},
    ),
    _book(
        "an empty row amid a workbook's rows ends no table",
        lambda: xlsx(["id", "name"], [1, "Ann"], [], [2, "Bob"]),
        _READ,
    ),
    _book(
        "lines in a cell of a workbook are kept",
        lambda: xlsx(["note", "n"], ["one\ntwo", 1], [" x ", 2]),
        {"note": text("one\ntwo", " x "), "n": integers(1, 2)},
    ),
    _book(
        "an OpenDocument spreadsheet is read",
        lambda: ods(["zip", "n", "x"], ["00501", 1, 0.5], ["02139", 2, None]),
        {"zip": text("00501", "02139"), "n": integers(1, 2), "x": numbers(0.5, None)},
        file_name="book.ods",
    ),
    _book(
        "a workbook that is named for macros is read",
        lambda: xlsx(*_TABLE),
        _READ,
        file_name="book.xlsm",
    ),
    _book(
        "a workbook that is named CSV is read as the workbook that it is",
        lambda: xlsx(*_TABLE),
        _READ,
        file_name="export.csv",
    ),
    _book(
        "a total below a workbook's table is no row of it, and it is said",
        lambda: xlsx(["item", "amount"], ["foo", 10], ["bar", 20], ["baz", 30], ["Total", 60]),
        {"item": text("foo", "bar", "baz"), "amount": integers(10, 20, 30)},
        doubted=("totals_left_out",),
    ),
    _book(
        "a workbook that says nothing but a header is a table without rows",
        lambda: xlsx(["id", "name"]),
        {"id": text(), "name": text()},
    ),
    _book(
        "numbers that are written as text in a workbook stay text",
        lambda: xlsx(["n", "x"], [1, "1.5"], [2, "2.5"]),
        {"n": integers(1, 2), "x": text("1.5", "2.5")},
    ),
    _book(
        "a title that is merged over a workbook's table is no name",
        _changed(
            lambda _book, sheet: sheet.merge_range(0, 0, 0, 1, "Sales of 2024"),
            [None, None],
            ["id", "name"],
            [1, "Ann"],
            [2, "Bob"],
        ),
        _READ,
    ),
)
