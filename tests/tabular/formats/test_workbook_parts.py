"""Large sheets are read in parts, and the table is the same as if they were read at once."""

import datetime as dt
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from infrastructure.tabular.workbooks import part_pieces
from infrastructure.tabular.workbooks import parts as workbook_parts
from infrastructure.tabular.workbooks.columns import SheetTable, piece_of, table_of
from infrastructure.tabular.workbooks.layout import Layout, layout_of
from infrastructure.tabular.workbooks.parts import NotSplittable
from infrastructure.tabular.workbooks.shared_texts import MARK
from infrastructure.tabular.workbooks.sheets import Workbook
from infrastructure.tabular.workbooks.workers import WorkerStopped, pieces_of, pieces_side_by_side
from tests.tabular.complaints.workbook_files import xlsx

COUNT = 400
PLAIN = Layout(preamble_lines=0, header_rows=1, footer_lines=0)


@pytest.fixture(autouse=True)
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("_SMALL", 0), ("_PART", 1000), ("_ENDS", 800), ("_BLOCK", 300)):
        monkeypatch.setattr(workbook_parts, name, size)
    # Parts are large when the other members of the workbook are; these are left out of account.
    monkeypatch.setattr(workbook_parts, "_WEIGHT_OF_OTHERS", 0)


def _rows() -> list[list[Any]]:
    return [["n", "x", "t"], *([n, n / 2, f"text {n % 7}"] for n in range(COUNT))]


def _book(directory: Path, content: bytes) -> Workbook:
    (directory / "upload").write_bytes(content)
    (directory / "scratch").mkdir(exist_ok=True)
    return Workbook(directory / "upload", kind="xlsx", scratch=directory / "scratch")


def _in_parts(book: Workbook, layout: Layout = PLAIN) -> SheetTable:
    return table_of(pieces_side_by_side(book, "Data", layout, 2), layout, [])


def _at_once_and_in_parts(book: Workbook, layout: Layout = PLAIN) -> tuple[SheetTable, SheetTable]:
    in_parts = _in_parts(book, layout)
    return table_of([piece_of(book.whole("Data"), layout)], layout, []), in_parts


def _same(one: SheetTable, other: SheetTable) -> bool:
    assert one.table.combine_chunks().equals(other.table.combine_chunks())
    told = [{**vars(table), "table": None} for table in (one, other)]
    return told[0] == told[1]


def test_a_sheet_in_parts_is_the_same_table(tmp_path: Path) -> None:
    book = _book(tmp_path, xlsx(*_rows()))
    assert len(pieces_side_by_side(book, "Data", PLAIN, 2)) > 10
    whole, parts = _at_once_and_in_parts(book)
    assert _same(whole, parts)
    assert parts.table.to_pydict() == {
        "n": list(range(COUNT)),
        "x": [n / 2 for n in range(COUNT)],
        "t": [f"text {n % 7}" for n in range(COUNT)],
    }
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_late_value_decides_for_all_of_its_column(tmp_path: Path) -> None:
    rows = [*_rows(), ["late", 0.5, 7]]
    table = _in_parts(_book(tmp_path, xlsx(*rows))).table
    assert table["n"].to_pylist() == [*map(str, range(COUNT)), "late"]
    assert table["t"].to_pylist()[-1] == "7"


def test_columns_and_rows_that_begin_late_keep_their_place(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["n", None, "late"], *([n] for n in range(COUNT))]
    rows += [[], [None, None, "x"], [], [1, 2, "y"]]
    whole, parts = _at_once_and_in_parts(_book(tmp_path, xlsx(*rows)))
    assert _same(whole, parts)
    assert parts.table.column_names == ["n", "column_2", "late"]
    assert parts.table["late"].to_pylist() == [*[None] * COUNT, "x", "y"]
    assert parts.blank_rows == [COUNT + 2, COUNT + 4]


def _clock(workbook: Any, sheet: Any) -> None:
    clock = workbook.add_format({"num_format": "hh:mm"})
    for row in range(1, COUNT + 1):
        sheet.write_number(row, 3, -0.25 if row == COUNT - 1 else 0.5, clock)


def test_times_below_zero_are_found_in_parts(tmp_path: Path) -> None:
    whole, parts = _at_once_and_in_parts(_book(tmp_path, xlsx(*_rows(), change=_clock)))
    assert _same(whole, parts)
    assert [span // dt.timedelta(hours=1) for span in parts.table["column_4"].to_pylist()[-3:]] == [
        12,
        -6,
        12,
    ]


def test_names_that_come_again_are_found_in_parts(tmp_path: Path) -> None:
    names, *rows = _rows()
    rows[150:150] = rows[300:300] = [names]
    whole, parts = _at_once_and_in_parts(_book(tmp_path, xlsx(names, *rows)))
    assert _same(whole, parts)
    assert parts.table["n"].to_pylist() == list(range(COUNT))
    assert parts.rows_of_names == whole.rows_of_names == [152, 302]


@pytest.mark.parametrize("footer_lines", [0, 1, 3, COUNT // 2])
def test_a_footer_of_any_length_is_left_out(tmp_path: Path, footer_lines: int) -> None:
    book = _book(tmp_path, xlsx(*_rows()))
    layout = Layout(preamble_lines=0, header_rows=1, footer_lines=footer_lines)
    table = _in_parts(book, layout).table
    assert table["n"].to_pylist() == list(range(COUNT - footer_lines))


@pytest.mark.parametrize("header_rows", [0, 1, 60])
def test_names_may_stand_anywhere(tmp_path: Path, header_rows: int) -> None:
    layout = Layout(preamble_lines=50, header_rows=header_rows, footer_lines=0)
    whole, parts = _at_once_and_in_parts(_book(tmp_path, xlsx(*_rows())), layout)
    assert _same(whole, parts)
    assert parts.table[0].to_pylist() == list(range(49 + header_rows, COUNT))


def _merge_and_fail(_workbook: Any, sheet: Any) -> None:
    sheet.merge_range(0, 1, 0, 2, "both")
    sheet.merge_range(200, 0, 201, 0, 5)
    sheet.write_formula(100, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(300, 1, "=1/0", None, "#DIV/0!")
    sheet.set_row(150, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})


def _prefixed(xml: bytes) -> bytes:
    """The XML with prefixes, as programs on Microsoft's Open XML SDK write it."""
    return re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")


def _with_backslashes(content: bytes) -> bytes:
    """The workbook as programs pack it that take the separator of their system."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("/", "\\"), old.read(name))
    return packed.getvalue()


WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "as usual": lambda content: content,
    "with prefixes": lambda content: _changed(
        content, _prefixed, ("sheet1.xml", "sharedStrings.xml")
    ),
    "with backslashes": _with_backslashes,
}


@pytest.mark.parametrize("written", WRITTEN)
def test_merged_cells_and_errors_are_found_in_parts(tmp_path: Path, written: str) -> None:
    content = WRITTEN[written](xlsx(*_rows(), change=_merge_and_fail))
    book = _book(tmp_path, content)
    whole, parts = _at_once_and_in_parts(book)
    assert _same(whole, parts)
    assert (parts.error_rows, parts.merged_areas) == ([101, 301], 1)
    assert (parts.hidden_rows, parts.hidden_columns) == ([151], ["both_2"])
    assert parts.table.column_names == ["n", "both", "both_2"]


def test_the_layout_is_found_by_the_ends_alone(tmp_path: Path) -> None:
    rows = [["Report"], [], *_rows(), [], ["Total", 1, 2]]
    first, last = _book(tmp_path, xlsx(*rows)).ends("Data")
    assert len(first.rows) + len(last.rows) < COUNT / 2
    assert layout_of(first, last) == Layout(preamble_lines=2, header_rows=1, footer_lines=2)


def _changed(
    content: bytes, change: Callable[[bytes], bytes], members: tuple[str, ...] = ("sheet1.xml",)
) -> bytes:
    """The workbook with its sheet changed, or with other members."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.endswith(members) else data)
    return changed.getvalue()


STRANGE: dict[str, Callable[[bytes], bytes]] = {
    "rows without a number": lambda sheet: sheet.replace(b'<row r="', b'<row x="'),
    "a comment": lambda sheet: sheet.replace(b'<row r="90"', b'<!-- <row --><row r="90"'),
    "CDATA": lambda sheet: sheet.replace(b"<v>89</v>", b"<v><![CDATA[89]]></v>"),
    "another prefix": lambda sheet: (
        sheet.replace(b"<sheetData", b"<x:sheetData")
        .replace(b"</sheetData", b"</x:sheetData")
        .replace(b"xmlns=", b'xmlns:x="http://schemas.openxmlformats.org/x" xmlns=')
    ),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_sheet_that_cannot_be_cut_safely_is_not_cut(tmp_path: Path, case: str) -> None:
    book = _book(tmp_path, _changed(xlsx(*_rows()), STRANGE[case]))
    with pytest.raises(NotSplittable):
        pieces_side_by_side(book, "Data", PLAIN, 2)
    assert book.whole("Data").end == COUNT + 1


def test_a_sheet_that_breaks_off_is_not_cut(tmp_path: Path) -> None:
    content = _changed(xlsx(*_rows()), lambda sheet: sheet[: len(sheet) // 2])
    book = _book(tmp_path, content)
    with pytest.raises(NotSplittable):
        pieces_side_by_side(book, "Data", PLAIN, 2)


def test_columns_have_one_type_though_parts_differ(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a"], *([n] for n in range(COUNT)), [0.5]]
    table = _in_parts(_book(tmp_path, xlsx(*rows))).table
    assert table.schema.types == [pa.float64()]


def test_processes_side_by_side_read_the_same_table(tmp_path: Path) -> None:
    rows = [*_rows(), [], ["late", 0.5, 7], [], ["Total", 1, 2]]
    layout = Layout(preamble_lines=0, header_rows=1, footer_lines=2)
    book = _book(tmp_path, xlsx(*rows, change=_merge_and_fail))
    found = table_of(pieces_of(book, "Data", layout), layout, [])
    whole, _ = _at_once_and_in_parts(book, layout)
    assert _same(whole, found)
    assert found.blank_rows == [COUNT + 2]


def test_a_sheet_that_cannot_be_cut_is_read_at_once_by_the_processes(tmp_path: Path) -> None:
    strange = STRANGE["a comment"]
    book = _book(tmp_path, _changed(xlsx(*_rows()), strange))
    (piece,) = pieces_of(book, "Data", PLAIN)
    assert piece.end == COUNT + 1


def _stop(*_: object) -> None:
    os._exit(1)


def test_a_process_that_stops_amid_a_sheet_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = _book(tmp_path, xlsx(*_rows()))
    monkeypatch.setattr(part_pieces, "piece_of", _stop)
    with pytest.raises(WorkerStopped):
        pieces_of(book, "Data", PLAIN)


def test_a_process_that_stops_while_it_cuts_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = _book(tmp_path, xlsx(*_rows()))
    monkeypatch.setattr(workbook_parts.LargeSheet, "write_workbook", _stop)
    with pytest.raises(WorkerStopped):
        pieces_of(book, "Data", PLAIN)


SHARED: list[Any] = ["a & b <c>", " spaced ", "12", "=1", "é\n", "#N/A", "_x000D_", None, "late"]


@pytest.mark.parametrize("blank", [[], [""]], ids=["held", "blank"])
@pytest.mark.parametrize("order", ["usual", "type first", "spaced"])
def test_texts_that_cells_share_are_read_with_the_parts(
    tmp_path: Path, order: str, blank: list[Any]
) -> None:
    texts = SHARED + blank
    shared = [texts[n % len(texts)] for n in range(COUNT)]
    mixed = [n if n % 3 else f"about {n}" for n in range(COUNT)]
    rows = [["n", "t", "m"], *map(list, zip(range(COUNT), shared, mixed, strict=True))]
    written = {
        "usual": b't="s"><v>',
        "type first": b't="s" cm="1"><v>',
        "spaced": b't="s"> <v>',
    }[order]
    content = _changed(xlsx(*rows), lambda sheet: sheet.replace(b't="s"><v>', written))
    whole, parts = _at_once_and_in_parts(_book(tmp_path, content))
    assert _same(whole, parts)
    assert parts.table["t"].to_pylist() == [text or None for text in shared]
    assert parts.table["m"].to_pylist() == list(map(str, mixed))


@pytest.mark.parametrize("written", [MARK.encode(), b"&#xE000;", b"&#57344;"])
def test_a_text_like_the_mark_of_shared_ones_is_no_mark(tmp_path: Path, written: bytes) -> None:
    rows: list[list[Any]] = [["n", "t"], *([n, "text"] for n in range(COUNT))]

    def with_a_mark(sheet: bytes) -> bytes:
        cell = b't="inlineStr"><is><t>' + written + b"0</t></is></c>"
        return sheet.replace(b't="s"><v>2</v></c>', cell, 1)

    book = _book(tmp_path, _changed(xlsx(*rows), with_a_mark))
    with pytest.raises(NotSplittable):
        pieces_side_by_side(book, "Data", PLAIN, 2)
    (piece,) = pieces_of(book, "Data", PLAIN)
    assert f"{MARK}0" in table_of([piece], PLAIN, []).table["t"].to_pylist()


def test_a_shared_text_that_is_not_there_is_no_number(tmp_path: Path) -> None:
    content = _changed(
        xlsx(*_rows()), lambda sheet: sheet.replace(b"<v>2</v></c></row>", b"<v>999</v></c></row>")
    )
    with pytest.raises(NotSplittable):
        pieces_side_by_side(_book(tmp_path, content), "Data", PLAIN, 2)
