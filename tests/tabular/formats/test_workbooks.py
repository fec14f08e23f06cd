"""Workbooks of every kind: their own types, their layout, and what is said of it."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, Interpretation, ParseOptions
from domain.parse_report import Finding
from domain.table import ColumnType
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.typed_tables import TypedTable
from infrastructure.tabular.workbooks.reader import inspect_workbook, read_workbook
from tests.tabular.complaints.workbook_files import ods, xlsx, xlsx_of_sheets
from tests.tabular.formats.binary_workbooks import FAILED, Rows, xls, xlsb

DAY = dt.date(2021, 3, 4)
MOMENT = dt.datetime(2021, 3, 4)  # noqa: DTZ001 no zone
Cells = Sequence[Sequence[Any]]


def _inspect(directory: Path, content: bytes, given: GivenOptions | None = None) -> ParseOptions:
    source = directory / "upload"
    source.write_bytes(content)
    return inspect_workbook(source, identify(source, "upload"), given or GivenOptions())


def _read(directory: Path, content: bytes, given: GivenOptions | None = None) -> TypedTable:
    options = _inspect(directory, content, given)
    scratch = directory / "scratch"
    scratch.mkdir(exist_ok=True)
    return read_workbook(directory / "upload", options, scratch)


def _columns(read: TypedTable) -> dict[str, list[Any]]:
    assert isinstance(read.table, pl.LazyFrame)
    return read.table.collect().to_dict(as_series=False)


ROWS: Rows = [
    ["zip", "n", "x", "day", "ok"],
    ["00501", 1, 0.5, DAY, True],
    ["é€", 2, None, None, False],
]
READ = {
    "zip": ["00501", "é€"],
    "n": [1, 2],
    "x": [0.5, None],
    "day": [MOMENT, None],
    "ok": [True, False],
}


@pytest.mark.parametrize("since_1904", [False, True], ids=["since 1900", "since 1904"])
@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (FileKind.XLSB, xlsb),
        (FileKind.XLS, xls),
        (FileKind.XLSX, lambda rows, since_1904: xlsx(*rows, since_1904=since_1904)),
    ],
    ids=["xlsb", "xls", "xlsx"],
)
def test_a_workbook_of_any_kind_keeps_its_types(
    tmp_path: Path, kind: FileKind, make: Callable[..., bytes], since_1904: bool
) -> None:
    content = make(ROWS, since_1904=since_1904)
    assert _columns(_read(tmp_path, content)) == READ
    assert identify(tmp_path / "upload", "table.csv") == kind


@pytest.mark.parametrize(
    ("used", "own"),
    [
        ((51, 50), {50: "dd.mm.yyyy", 51: "#,##0.00"}),
        ((27, 164), {27: "0.0%", 164: "hh:mm dd"}),
        ((0, 50), {}),
    ],
)
def test_a_format_of_xls_is_what_the_file_says_of_it(
    tmp_path: Path, used: tuple[int, int], own: dict[int, str]
) -> None:
    assert _columns(_read(tmp_path, xls(ROWS, used=used, own=own))) == READ


def test_an_ods_workbook_is_told_from_other_documents(tmp_path: Path) -> None:
    content = ods(["zip", "n"], ["00501", 1], ["02139", 2])
    assert _columns(_read(tmp_path, content)) == {"zip": ["00501", "02139"], "n": [1, 2]}
    assert identify(tmp_path / "upload", "x.zip") == FileKind.ODS


def _sheets(**sheets: Cells) -> Any:
    """A workbook of sheets: those whose names begin with `hidden` are, and `very` even more."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
            if name.startswith("hidden"):
                sheet.hide()
            elif name.startswith("very"):
                sheet.very_hidden()
            else:
                sheet.activate()
    return content.getvalue()


TABLE: Cells = [["a", "b"], [1, "x"], [2, "y"]]


def test_other_sheets_and_hidden_ones_are_named(tmp_path: Path) -> None:
    read = _read(tmp_path, _sheets(hidden=TABLE, Cover=[["x"]], Data=TABLE, very=TABLE, Else=TABLE))
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [
        ("other_sheets", ("Cover", "Else")),
        ("hidden_sheets", ("hidden", "very")),
    ]
    sheet = next(finding for finding in read.findings if finding.what == "sheet")
    assert sheet.found == "Data"


def test_the_sheet_that_was_given_is_read_though_it_is_hidden(tmp_path: Path) -> None:
    read = _read(tmp_path, _sheets(Data=[["z"], [9]], very=TABLE), GivenOptions(sheet="very"))
    assert _columns(read) == {"a": [1, 2], "b": ["x", "y"]}
    assert read.findings[0] == Finding(
        what="sheet", found="very", confidence=1.0, evidence="It was given."
    )


def test_a_sheet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="no sheet named 'x'"):
        _inspect(tmp_path, _sheets(Data=TABLE), GivenOptions(sheet="x"))


def test_a_hidden_sheet_of_xlsb_is_named(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsb(ROWS, hidden=["Old"]))
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("hidden_sheets", ("Old",))]


def _layout(options: ParseOptions) -> tuple[int, int, int]:
    return options.preamble_lines, options.header_rows, options.footer_lines


BODY: Cells = [["North", 1, 2.5], ["South", 3, 4.5], ["West", 5, 6.5]]
NAMES: Sequence[Any] = ["region", "n", "x"]
LAYOUTS: dict[str, tuple[Cells, tuple[int, int, int]]] = {
    "a table alone": ([NAMES, *BODY], (0, 1, 0)),
    "a title above": ([["Report"], [], NAMES, *BODY], (2, 1, 0)),
    "several lines above": ([["Report"], ["of", 2024], [], NAMES, *BODY], (3, 1, 0)),
    "titles above two columns": (
        [["Report"], ["of us"], ["region", "n"], ["North", 1], ["South", 3]],
        (2, 1, 0),
    ),
    "a name above two columns of words": ([["a"], ["North", "x"], ["South", "y"]], (0, 1, 0)),
    "a note below two columns": (
        [["region", "n"], ["North", 1], ["South", 3], [], ["Source: us"]],
        (0, 1, 2),
    ),
    "a row of two columns that is not full": (
        [["region", "n"], ["North", 1], ["South", 3], [], ["East"]],
        (0, 1, 0),
    ),
    "totals below": ([NAMES, *BODY, ["Total", 9, 13.5]], (0, 1, 1)),
    "totals below a gap": ([NAMES, *BODY, [], ["Summe:", 9, 13.5]], (0, 1, 2)),
    "notes below": ([NAMES, *BODY, [], ["Source: us"], ["and others"]], (0, 1, 3)),
    "totals and notes": ([NAMES, *BODY, ["Total", 9, 13.5], [], ["* not all"]], (0, 1, 3)),
    "a region named like a total": ([NAMES, ["Total Oil", 1, 2.5], *BODY], (0, 1, 0)),
    "a total amid the rows": ([NAMES, ["Total", 1, 2.5], *BODY], (0, 1, 0)),
    "a last row that is not full": ([NAMES, *BODY, ["East", None, None]], (0, 1, 0)),
    "no names": ([[1, 2.5, 3], [4, 5.5, 6], [7, 8.5, 9]], (0, 0, 0)),
    "years as names": ([["region", 2023, 2024], ["North", 1, 2]], (0, 1, 0)),
    "names and no rows": ([NAMES], (0, 1, 0)),
    "a nameless column above a gap": ([[None, "n"], ["x", 1], ["y", 2], [], ["z", 3]], (0, 1, 0)),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_the_layout_of_a_sheet_is_found(tmp_path: Path, case: str) -> None:
    rows, layout = LAYOUTS[case]
    assert _layout(_inspect(tmp_path, xlsx(*rows))) == layout


def test_totals_are_left_out_with_a_doubt_and_can_be_had(tmp_path: Path) -> None:
    content = xlsx(NAMES, *BODY, ["Total", 9, 13.5])
    read = _read(tmp_path, content)
    assert _columns(read)["n"] == [1, 3, 5]
    assert [doubt.kind for doubt in read.doubts] == ["totals_left_out"]
    again = _read(tmp_path, content, GivenOptions(footer_lines=0))
    assert _columns(again)["n"] == [1, 3, 5, 9]
    assert again.doubts == ()


def test_the_layout_that_was_given_is_kept(tmp_path: Path) -> None:
    content = xlsx(["Report"], [], NAMES, *BODY)
    given = GivenOptions(preamble_lines=3, header_rows=0, footer_lines=1)
    read = _read(tmp_path, content, given)
    assert _columns(read) == {
        "column_1": ["North", "South"],
        "column_2": [1, 3],
        "column_3": [2.5, 4.5],
    }
    assert [(f.what, f.found, f.evidence) for f in read.findings[1:]] == [
        ("preamble_lines", "3", "It was given."),
        ("header_rows", "0", "It was given."),
        ("footer_lines", "1", "It was given."),
    ]


def _grouped(_workbook: Any, sheet: Any) -> None:
    sheet.merge_range("A1:E1", "Report of 2024")
    sheet.merge_range("A3:A4", "region")
    sheet.merge_range("B3:C3", "2023")
    sheet.merge_range("D3:E3", "2024")


def test_merged_names_are_joined_below_a_merged_title(tmp_path: Path) -> None:
    rows: Cells = [
        [],
        [],
        [],
        [None, "n", "x", "n", "x"],
        ["North", 1, 2.5, 3, 4.5],
        ["West", 5, 6, 7, 8],
    ]
    content = xlsx(*rows, change=_grouped)
    assert _layout(_inspect(tmp_path, content)) == (2, 2, 0)
    assert _columns(_read(tmp_path, content)) == {
        "region": ["North", "West"],
        "2023 n": [1, 5],
        "2023 x": [2.5, 6.0],
        "2024 n": [3, 7],
        "2024 x": [4.5, 8.0],
    }


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ([["t", "a", "b"], ["s", "kg", "cm"]], ["t s", "a kg", "b cm"]),
        ([[None, 2023, 2024], ["t", "n", "n"]], ["t", "2023 n", "2024 n"]),
        (
            [["Q1", "Q2", "Q3"], ["How?", "Why?", "When?"], ['{"ImportId":"Q"}'] * 3],
            ["Q1 How?", "Q2 Why?", "Q3 When?"],
        ),
    ],
    ids=["units", "groups", "ids of questions"],
)
def test_names_in_several_rows_that_nothing_merges_are_joined(
    tmp_path: Path, header: Cells, names: list[str]
) -> None:
    read = _read(tmp_path, xlsx(*header, [0, 1.5, 3], [1, 2.5, 4], [2, 3.5, 7], [3, 4.5, 8]))
    assert _columns(read) == dict(
        zip(names, [[0, 1, 2, 3], [1.5, 2.5, 3.5, 4.5], [3, 4, 7, 8]], strict=True)
    )


@pytest.mark.parametrize(
    "rows",
    [
        [[None, "group", "level"], ["Ann", "x", "x"], ["Bob", "y", "x"], ["Cy", "x", "y"]],
        [["shop", "a", "b"], ["x", "shut", "shut"], ["y", 8, 20], ["z", 9, 18], ["w", 9, 19]],
    ],
    ids=["below names of which the first is blank", "beside numbers"],
)
def test_a_first_row_of_words_names_no_columns(tmp_path: Path, rows: Cells) -> None:
    read = _read(tmp_path, xlsx(*rows))
    assert [len(column) for column in _columns(read).values()] == [len(rows) - 1] * 3


def _banner(_workbook: Any, sheet: Any) -> None:
    sheet.merge_range("A1:B1", "Report of 2024")


def test_a_blank_row_below_merged_names_does_not_part_them_from_the_rows(tmp_path: Path) -> None:
    def merge(_workbook: Any, sheet: Any) -> None:
        sheet.merge_range("B1:C1", "x")

    rows: Cells = [
        [None, "x", None, "y"],
        [None, "p", "q", "p"],
        [],
        ["a", 1, 3, 5],
        ["b", 2, 4, 6],
    ]
    read = _read(tmp_path, xlsx(*rows, change=merge))
    assert _columns(read) == {"column_1": ["a", "b"], "x p": [1, 2], "x q": [3, 4], "y p": [5, 6]}


def test_merged_facts_above_a_blank_row_are_no_names(tmp_path: Path) -> None:
    def merge(_workbook: Any, sheet: Any) -> None:
        sheet.merge_range("B1:C1", "Sales")

    table: Cells = [["a", "b", "c", "d"], ["u", 1, 3, 5], ["v", 2, 4, 6]]
    read = _read(tmp_path, xlsx(["Report", "Sales"], [], *table, change=merge))
    assert list(_columns(read)) == ["a", "b", "c", "d"]


def test_a_title_that_is_merged_over_a_narrow_table_is_no_name(tmp_path: Path) -> None:
    content = xlsx([], ["a", "b"], [1, "x"], [2, "y"], change=_banner)
    assert _columns(_read(tmp_path, content)) == {"a": [1, 2], "b": ["x", "y"]}


def _one_group(_workbook: Any, sheet: Any) -> None:
    sheet.merge_range("B1:D1", "Sales")


def test_a_single_group_is_no_title(tmp_path: Path) -> None:
    rows: Cells = [[], ["region", "a", "b", "c"], ["North", 1, 2, 3], ["South", 4, 5, 6]]
    content = xlsx(*rows, change=_one_group)
    assert list(_columns(_read(tmp_path, content))) == ["region", "Sales a", "Sales b", "Sales c"]


def _merged_rows(_workbook: Any, sheet: Any) -> None:
    sheet.merge_range("A2:A3", "North")


def test_merged_cells_among_the_rows_are_spoken_of(tmp_path: Path) -> None:
    content = xlsx(["region", "n"], [None, 1], [None, 2], ["South", 3], change=_merged_rows)
    read = _read(tmp_path, content)
    assert _columns(read) == {"region": ["North", None, "South"], "n": [1, 2, 3]}
    assert [doubt.kind for doubt in read.doubts] == ["merged_cells"]


def _errors(_workbook: Any, sheet: Any) -> None:
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C2", "=NA()", None, "#N/A")
    sheet.write_formula("B4", "=1/0", None, "#DIV/0!")


def test_errors_are_missing_and_counted_with_their_rows(tmp_path: Path) -> None:
    content = xlsx(["a", "b", "c"], [1], [2, 5, 6], [3, None, 7], change=_errors)
    read = _read(tmp_path, content)
    assert _columns(read) == {"a": [1, 2, 3], "b": [None, 5, None], "c": [None, 6, 7]}
    (repair,) = read.repairs
    assert (repair.kind, repair.rows, repair.lines) == ("error_value", 2, (2, 4))
    assert "3 cells" in repair.message


@pytest.mark.parametrize("make", [xls, xlsb])
def test_errors_in_binary_workbooks_are_counted(
    tmp_path: Path, make: Callable[[Rows], bytes]
) -> None:
    read = _read(tmp_path, make([["a", "b"], [1, FAILED], [2, 5], [FAILED, FAILED]]))
    assert _columns(read) == {"a": [1, 2, None], "b": [None, 5, None]}
    assert [(r.kind, r.rows, r.lines) for r in read.repairs] == [("error_value", 2, (2, 4))]


def test_errors_in_ods_are_counted(tmp_path: Path) -> None:
    failed = (
        b'<table:table-cell office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(ods(["a", "b"], [1, 2], [3, 7777]))) as old,
        zipfile.ZipFile(content, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name).replace(
                b'<table:table-cell office:value-type="float" office:value="7777"/>', failed
            )
            namespace = b'xmlns:calcext="urn:calcext" xmlns:office='
            new.writestr(name, data.replace(b"xmlns:office=", namespace, 1))
    read = _read(tmp_path, content.getvalue())
    assert _columns(read) == {"a": [1, 3], "b": [2, None]}
    assert [(r.kind, r.rows, r.lines) for r in read.repairs] == [("error_value", 1, (3,))]


def test_a_first_row_with_values_as_those_below_is_no_header(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(*([number, f"x{number}", number / 2] for number in range(6))))
    assert _columns(read) == {
        "column_1": [0, 1, 2, 3, 4, 5],
        "column_2": ["x0", "x1", "x2", "x3", "x4", "x5"],
        "column_3": [0.0, 0.5, 1.0, 1.5, 2.0, 2.5],
    }


def test_a_word_above_numbers_names_them_whatever_stands_beside_it(tmp_path: Path) -> None:
    rows = [[number, number / 10, number / 5, 0.3] for number in range(1, 6)]
    read = _read(tmp_path, xlsx(["Depth", 0.5, 1.0, 1.5], *rows))
    assert list(_columns(read)) == ["Depth", "0.5", "1", "1.5"]


def test_a_list_with_a_gap_is_no_cover(tmp_path: Path) -> None:
    listed = [["Email"], ["a"], [], *([f"b{number}"] for number in range(9))]
    sheets: dict[str, Rows] = {"List": listed, "Data": [["a", "b"], [1, "x"]]}
    assert list(_columns(_read(tmp_path, xlsx_of_sheets(sheets)))) == ["Email"]


@pytest.mark.parametrize("name", ["report.xls", "report.xlsb", "report.ods"])
def test_a_workbook_is_read_whatever_kind_its_name_says(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(xlsx(["a", "b"], [1, "x"]))
    options = inspect_workbook(source, FileKind.XLSX, GivenOptions())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert _columns(read_workbook(source, options, scratch)) == {"a": [1], "b": ["x"]}


def test_a_cover_of_few_words_with_room_between_them_is_no_table(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Cover": [["Report"], [], ["by JD"]],
        "Data": [["a", "b"], [1, "x"]],
    }
    cover = xlsx_of_sheets(sheets)
    assert _columns(_read(tmp_path, cover)) == {"a": [1], "b": ["x"]}


def test_rows_without_a_cell_are_left_out_and_counted(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(["a", "b"], [1, "x"], [], [], [2, "y"]))
    assert _columns(read) == {"a": [1, 2], "b": ["x", "y"]}
    assert [(r.kind, r.rows, r.lines) for r in read.repairs] == [("blank_row", 2, (3, 4))]


AGAIN: dict[str, tuple[Cells, dict[str, list[Any]], tuple[int, ...]]] = {
    "amid numbers": (
        [["a", "b"], [1, "x"], ["a", "b"], [2, "y"], [], ["a", "b"], ["a", "z"], ["a", "b"]],
        {"a": ["1", "2", "a"], "b": ["x", "y", "z"]},
        (3, 6, 8),
    ),
    "amid words": (
        [["a", "b"], ["u", "x"], ["a", "b"], ["v", "y"]],
        {"a": ["u", "v"], "b": ["x", "y"]},
        (3,),
    ),
    "beside numbers alone": (
        [["a", "b"], [1, 2.5], ["a", "b"], [2, None]],
        {"a": [1, 2], "b": [2.5, None]},
        (3,),
    ),
    "one name alone": ([["a"], ["x"], ["a"]], {"a": ["x", "a"]}, ()),
    "below years": (
        [["a", 2023, 2024], ["x", 1, 2], ["a", 2023, 2024], ["y", 3, 4]],
        {"a": ["x", "y"], "2023": [1, 3], "2024": [2, 4]},
        (3,),
    ),
    "values without names": (
        [["A", "B", 3], ["C", "D", 4], ["A", "B", 3], ["E", "F", 5]],
        {"column_1": [*"ACAE"], "column_2": [*"BDBF"], "column_3": [3, 4, 3, 5]},
        (),
    ),
    "answers without names": (
        [["yes", "no"], ["no", "no"], ["yes", "yes"], ["yes", "no"]],
        {"yes": ["no", "yes", "yes"], "no": ["no", "yes", "no"]},
        (),
    ),
}


@pytest.mark.parametrize("case", AGAIN)
@pytest.mark.parametrize("make", [xlsx, ods])
def test_names_that_come_again_amid_the_rows_are_left_out_and_counted(
    tmp_path: Path, make: Callable[..., bytes], case: str
) -> None:
    rows, columns, lines = AGAIN[case]
    read = _read(tmp_path, make(*rows))
    assert _columns(read) == columns
    again = [r for r in read.repairs if r.kind == "repeated_names"]
    assert [(r.rows, r.lines) for r in again] == ([(len(lines), lines)] if lines else [])


def _times(workbook: Any, sheet: Any) -> None:
    hours = workbook.add_format({"num_format": "[h]:mm:ss"})
    sheet.write_number("B2", 1.5, hours)
    sheet.write_number("B3", 0.25, hours)


COLUMNS: dict[str, tuple[list[Any], list[Any]]] = {
    "whole numbers and a fraction": ([1, 2, 0.5], [1.0, 2.0, 0.5]),
    "whole numbers beside text": ([1, 2.5, "x"], ["1", "2.5", "x"]),
    "days beside moments": ([DAY, dt.datetime(2021, 3, 4, 5)], [MOMENT, MOMENT.replace(hour=5)]),  # noqa: DTZ001 no zone
    "truths beside numbers": ([True, 1, None], ["true", "1", None]),
    "numbers beside a missing word": ([1, "n/a", 3], [1, None, 3]),
    "numbers beside white space": ([1, " ", 3], [1, None, 3]),
    "text and a missing word": (["x", "NA", "y"], ["x", None, "y"]),
    "codes of countries": (["DE", "NA", "FR"], ["DE", "NA", "FR"]),
    "numbers too large for a person": ([1e300, 2], [1e300, 2.0]),
    "nothing": ([None, None], [None, None]),
    "times of a day": ([dt.time(8, 30), dt.time(17, 45, 1)], ["08:30:00", "17:45:01"]),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column_of_a_sheet_gets_the_type_that_loses_nothing(tmp_path: Path, case: str) -> None:
    cells, expected = COLUMNS[case]
    content = xlsx(["key", "value"], *(["k", cell] for cell in cells))
    found = _columns(_read(tmp_path, content))["value"]
    assert list(map(repr, found)) == list(map(repr, expected))


def test_durations_are_durations(tmp_path: Path) -> None:
    content = xlsx(["key", "took"], ["a"], ["b"], change=_times)
    read = _read(tmp_path, content)
    assert _columns(read)["took"] == [dt.timedelta(hours=36), dt.timedelta(hours=6)]
    assert read.columns[1].type == ColumnType.OTHER


def _clocks(workbook: Any, sheet: Any) -> None:
    clock = workbook.add_format({"num_format": "hh:mm:ss"})
    for row, days in enumerate((0.25, 1.5, 30), start=1):
        sheet.write_number(row, 1, days, clock)


@pytest.mark.parametrize("since_1904", [False, True], ids=["since 1900", "since 1904"])
def test_times_of_a_day_and_more_that_are_shown_as_clocks_are_durations(
    tmp_path: Path, since_1904: bool
) -> None:
    rows: Cells = [["key", "took"], ["a"], ["b"], ["c"], ["d"]]
    read = _read(tmp_path, xlsx(*rows, change=_clocks, since_1904=since_1904))
    hours = [6, 36, 720]
    assert _columns(read)["took"] == [*(dt.timedelta(hours=h) for h in hours), None]
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("durations", ("took",))]


def test_times_beside_moments_of_our_days_are_text(tmp_path: Path) -> None:
    read = _read(tmp_path, xlsx(["at"], [dt.time(8, 30)], [MOMENT.replace(hour=5)]))
    assert _columns(read) == {"at": ["08:30:00", "2021-03-04 05:00:00"]}
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("times_beside_days", ("at",))]


def _as_days(*serials: float) -> Callable[[Any, Any], None]:
    def change(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for row, serial in enumerate(serials, start=1):
            sheet.write_number(row, 1, serial, day)

    return change


@pytest.mark.parametrize("serial", [0, -1, -0.5, 0.25])
def test_a_number_that_is_no_day_among_days_is_spoken_of(tmp_path: Path, serial: float) -> None:
    content = xlsx(["k", "day"], ["a"], ["b"], change=_as_days(serial, 44000))
    read = _read(tmp_path, content)
    assert _columns(read)["day"][1] == "2020-06-18"
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("times_beside_days", ("day",))]


@pytest.mark.parametrize("serial", [60, 60.5])
def test_the_day_that_never_was_is_spoken_of(tmp_path: Path, serial: float) -> None:
    content = xlsx(["k", "day"], ["a"], ["b"], change=_as_days(serial, 44000))
    read = _read(tmp_path, content)
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("leap_day_1900", ("day",))]


def test_days_after_it_are_not_spoken_of(tmp_path: Path) -> None:
    content = xlsx(["k", "day"], ["a"], ["b"], change=_as_days(61, 44000))
    assert _read(tmp_path, content).doubts == ()


def _far_away(_workbook: Any, sheet: Any) -> None:
    sheet.write(1_048_575, 16_383, "x")


def _endless(workbook: Any, sheet: Any) -> None:
    sheet.write_number(1, 0, 1e9, workbook.add_format({"num_format": "[h]:mm"}))


def test_a_duration_beyond_all_bounds_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="Show it as a number") as refused:
        _inspect(tmp_path, xlsx(["took"], change=_endless))
    assert refused.value.reason == "unsupported_values"


def test_a_cell_far_from_the_table_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match=r"far below or beside the table"):
        _inspect(tmp_path, xlsx(["a", "b"], [1, 2], change=_far_away))


def _ods_of_times(*times: str) -> bytes:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(ods(["took"], *([7000 + n] for n in range(len(times)))))) as old,
        zipfile.ZipFile(content, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name).decode()
            for number, time in enumerate(times, start=7000):
                data = data.replace(
                    f'office:value-type="float" office:value="{number}"',
                    f'office:value-type="time" office:time-value="{time}"',
                )
            new.writestr(name, data)
    return content.getvalue()


def test_times_of_a_day_and_more_in_ods_are_durations(tmp_path: Path) -> None:
    read = _read(tmp_path, _ods_of_times("PT06H15M00S", "PT36H00M00S", "-PT100H00M00.5S", "P1DT2H"))
    hours = [6.25, 36, -100 - 0.5 / 3600, 26]
    assert _columns(read) == {"took": [dt.timedelta(hours=h) for h in hours]}
    assert [doubt.kind for doubt in read.doubts] == ["durations"]


def test_times_of_a_day_in_ods_are_times(tmp_path: Path) -> None:
    read = _read(tmp_path, _ods_of_times("PT08H30M00S", "PT17H45M01S"))
    assert _columns(read) == {"took": ["08:30:00", "17:45:01"]}


def _never_calculated(content: bytes) -> bytes:
    """The workbook as libraries write it: formulas without what they come to."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"<v>777</v>", b"<v></v>")
            new.writestr(name, data.replace(b"<v>empty</v>", b"<v></v>"))
    return changed.getvalue()


def _formulas(_workbook: Any, sheet: Any) -> None:
    sheet.write_formula("B2", "=A2*2", None, 777)
    sheet.write_formula("B3", "=A3*2", None, 4)
    sheet.write_formula("B4", '=IF(A4>0,"","x")', None, "empty")


def test_formulas_that_were_never_calculated_are_spoken_of(tmp_path: Path) -> None:
    read = _read(tmp_path, _never_calculated(xlsx(["a", "b"], [1], [2], [3], change=_formulas)))
    assert _columns(read) == {"a": [1, 2, 3], "b": [None, 4, None]}
    (doubt,) = read.doubts
    assert doubt.kind == "formulas_without_values"
    assert doubt.message.startswith("1 cell holds a formula")


def test_numbers_of_more_digits_than_are_kept_are_spoken_of(tmp_path: Path) -> None:
    content = xlsx(["card", "x", "n"], [4111111111111111, 1e300, 1], [5500000000000004, 0.5, 2])
    read = _read(tmp_path, content)
    assert _columns(read)["card"] == [4111111111111111, 5500000000000004]
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("long_numbers", ("card",))]


def test_a_workbook_that_hides_all_that_it_holds_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match="It hides 'hidden'"):
        _inspect(tmp_path, _sheets(Empty=[], hidden=TABLE))


def test_blanks_without_an_end_are_an_empty_sheet(tmp_path: Path) -> None:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx())) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                blanks = b" " * 100_000_000
                data = data.replace(b"<sheetData/>", b"<sheetData>" + blanks + b"</sheetData>")
            new.writestr(name, data)
    with pytest.raises(UnreadableTable, match="empty"):
        _inspect(tmp_path, content.getvalue())


def test_words_that_were_missing_are_told_by_column(tmp_path: Path) -> None:
    content = xlsx(["a", "b"], [1, "x"], ["n/a", "NULL"], [3, "y"])
    read = _read(tmp_path, content)
    assert [(c.name, c.type, c.missing, c.missing_words) for c in read.columns] == [
        ("a", ColumnType.INTEGER, 1, ("n/a",)),
        ("b", ColumnType.TEXT, 1, ("NULL",)),
    ]


def test_what_a_person_says_of_cells_is_kept(tmp_path: Path) -> None:
    interpretation = Interpretation(types={"n": ColumnType.TEXT}, missing=("x",))
    content = xlsx(["n", "t"], [1, "x"], [2, "NA"])
    read = _read(tmp_path, content, GivenOptions(interpretation=interpretation))
    assert _columns(read) == {"n": ["1", "2"], "t": [None, "NA"]}


def test_a_workbook_that_ends_its_reader_is_refused(tmp_path: Path) -> None:
    content = bytearray(xls(ROWS))
    content[512 * 3 + 20 : 512 * 3 + 400] = b"\xff" * 380
    with pytest.raises(UnreadableTable) as refused:
        _read(tmp_path, bytes(content))
    assert refused.value.reason in {"malformed", "encrypted"}


def _ods_with_a_password() -> bytes:
    content = io.BytesIO()
    entry = b'<manifest:file-entry manifest:full-path="content.xml">'
    with (
        zipfile.ZipFile(io.BytesIO(ods(["a"], [1]))) as old,
        zipfile.ZipFile(content, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "content.xml":
                data = bytes(range(256))
            elif "manifest" in name:
                data = entry + b"<manifest:encryption-data/></manifest:file-entry>"
            new.writestr(name, data)
    return content.getvalue()


def _xls_with_a_password() -> bytes:
    content = xls(ROWS)
    date_mode, password = b"\x22\x00\x02\x00\x00\x00", b"\x2f\x00\x02\x00\x01\x00"
    return content.replace(date_mode, password)


@pytest.mark.parametrize("make", [_ods_with_a_password, _xls_with_a_password])
def test_a_workbook_with_a_password_is_refused_with_advice(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    with pytest.raises(UnreadableTable, match="without one") as refused:
        _inspect(tmp_path, make())
    assert refused.value.reason == "encrypted"


def _rewritten(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """The ODS workbook with its XML changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after in changes if name == "content.xml" else ():
                assert before in data
                data = data.replace(before, after)
            new.writestr(name, data)
    return changed.getvalue()


def test_an_ods_workbook_whose_xml_is_indented_is_read(tmp_path: Path) -> None:
    content = _rewritten(
        ods(["a b", "took"], ["x  y", 7], ["z", 8]),
        *((b"<table:table-" + tag, b"\n   <table:table-" + tag) for tag in (b"row", b"cell")),
        (b'"float" office:value="7"', b'"time" office:time-value="PT023H59M59S"'),
        (b'"float" office:value="8"', b'"time" office:time-value="PT00H00M00S"'),
    )
    read = _read(tmp_path, content)
    assert _columns(read) == {"a b": ["x  y", "z"], "took": ["23:59:59", "00:00:00"]}


def test_tabs_and_ends_of_lines_in_texts_of_ods_are_kept(tmp_path: Path) -> None:
    signs = ((b"TAB", b"<text:tab/>"), (b"END", b'<text:line-break text:x="1"/>'))
    read = _read(tmp_path, _rewritten(ods(["a", "b"], ["xTABy", "uENDv"], ["z", "w"]), *signs))
    assert _columns(read) == {"a": ["x\ty", "z"], "b": ["u\nv", "w"]}


def test_merged_names_of_ods_are_joined_and_merged_cells_spoken_of(tmp_path: Path) -> None:
    rows: Cells = [["where", "2023"], [None, "Q1", "Q2", "Q3"], ["N", 1, 2, 3], ["S", 4, 5, 6]]
    spanned = (
        (b"><text:p>where", b' table:number-rows-spanned="2"><text:p>where'),
        (b"><text:p>2023", b' table:number-columns-spanned="3"><text:p>2023'),
        (b'office:value="1"', b'office:value="1" table:number-rows-spanned="2"'),
    )
    read = _read(tmp_path, _rewritten(ods(*rows), *spanned))
    assert list(_columns(read)) == ["where", "2023 Q1", "2023 Q2", "2023 Q3"]
    assert [doubt.kind for doubt in read.doubts] == ["merged_cells"]


def test_rows_of_ods_that_are_grouped_keep_their_place(tmp_path: Path) -> None:
    rows: Cells = [["where", "2023"], [None, "Q1", "Q2", "Q3"], ["N", 1, 2, 3], ["S", 4, 5, 6]]
    grouped = (
        (b"><text:p>2023", b' table:number-columns-spanned="3"><text:p>2023'),
        (b"<table:table-row>", b"<table:table-row-group><table:table-row>"),
        (b"</table:table-row>", b"</table:table-row></table:table-row-group>"),
    )
    read = _read(tmp_path, _rewritten(ods(*rows), *grouped))
    assert list(_columns(read)) == ["where", "2023 Q1", "2023 Q2", "2023 Q3"]
