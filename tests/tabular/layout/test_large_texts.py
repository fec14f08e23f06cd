"""A text of many blocks is read as a small one, whether it is regular or not."""

import csv
import io
from pathlib import Path
from random import Random
from time import process_time

import pyarrow as pa
import pytest

from infrastructure.tabular.text.spool import Spool
from tests.tabular.layout.reading import Cells, read

NAMES = ["id", "name", "amount", "note"]


def _rows(count: int) -> list[Cells]:
    notes = ["plain", "a, b", 'say "x"', "two\nlines", "", "Café noir"]
    return [[str(n), f"name {n}", f"{n / 7:.3f}", notes[n % 6]] for n in range(count)]


def _written(rows: list[Cells]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    ("encoding", "count"),
    [("utf-8", 250_000), ("utf-8-sig", 30_000), ("utf-16", 60_000), ("cp1252", 30_000)],
)
def test_every_cell_of_a_large_text_is_read_in_order(encoding: str, count: int) -> None:
    rows = _rows(count)
    reading = read(_written(rows).encode(encoding))
    assert reading.names == NAMES
    assert reading.rows == rows
    assert reading.repairs == {}


@pytest.mark.parametrize("delimiter", [",", "||"])
def test_irregular_rows_in_a_large_text_are_found_wherever_they_are(delimiter: str) -> None:
    rows = _rows(60_000)
    lines = _written([[*row[:3], "x"] for row in rows]).replace(",", delimiter).splitlines(True)
    expected: list[Cells] = [[*row[:3], "x"] for row in rows]
    chosen = sorted(Random(1).sample(range(len(rows)), 40))  # noqa: S311 no secret
    for index in chosen:
        lines[index + 1] = delimiter.join(str(cell) for cell in rows[index][:2]) + "\n"
        expected[index] = [*rows[index][:2], None, None]
    reading = read("".join(lines))
    assert reading.rows == expected
    assert reading.repairs == {"short_row": tuple(index + 2 for index in chosen[:20])}
    assert [repair.rows for repair in reading.table.repairs] == [40]


def test_a_late_row_that_is_longer_adds_columns_to_all() -> None:
    text = "a,b\n" + "1,2\n" * 50_000 + "3,4,5\n" + "1,2\n" * 50_000
    reading = read(text)
    assert reading.names == ["a", "b", "column_3"]
    assert (reading.rows[0], reading.rows[50_000]) == (["1", "2", None], ["3", "4", "5"])
    assert reading.repairs == {"long_row": (50_002,)}


def test_columns_of_a_wide_text_are_not_looked_for_again_with_each_of_them(tmp_path: Path) -> None:
    width = 20_000
    with Spool(tmp_path) as spool:
        spool.add([pa.array(["x"], pa.large_string())] * width)
    begun = process_time()
    assert spool.scan().collect().shape == (1, width)
    assert process_time() - begun < 5


def test_a_quoted_cell_may_be_longer_than_a_block() -> None:
    long = ("x" * 1000 + "\n") * 1500
    reading = read("a,b\n" + "1,y\n" * 1000 + f'2,"{long}"\n3,z\n')
    assert reading.rows[1000:] == [["2", long], ["3", "z"]]


def test_the_last_lines_of_a_large_text_are_looked_at() -> None:
    text = "item,n\n" + "thing,1\n" * 100_000 + "Total,100000\n"
    reading = read(text)
    assert len(reading.rows) == 100_000
    assert reading.doubts == ["totals_left_out"]


def test_a_text_of_many_short_lines_is_read_to_its_end() -> None:
    reading = read("x,y\n" + "".join(f"{n},{n % 7}\n" for n in range(3500)))
    assert len(reading.rows) == 3500
    assert reading.doubts == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_names_that_come_again_far_down_are_left_out_and_no_row_is(end: str) -> None:
    part = "".join(f"{n},name {n}{end}" for n in range(60_000))
    reading = read(f"A title{end}{end}id,name{end}{part}id,name{end}{part}")
    assert len(reading.rows) == 120_000
    assert reading.rows[60_000] == ["0", "name 0"]
    assert reading.repairs == {"repeated_names": (60_004,)}


@pytest.mark.parametrize("rows", [1, 3000, 60_000])
@pytest.mark.parametrize("after", [0, 5])
def test_a_quoted_cell_of_very_many_lines_is_one_cell_wherever_it_is(rows: int, after: int) -> None:
    cell = "It was, in all, a long; and: tiring day\n\n" * 8000
    reading = read("id,n,note\n" + "0,1,x\n" * rows + f'1,4,"{cell}"\n' + "2,5,y\n" * after)
    assert reading.names == ["id", "n", "note"]
    assert reading.rows == [["0", "1", "x"]] * rows + [["1", "4", cell]] + [["2", "5", "y"]] * after


@pytest.mark.parametrize("rows", [1, 3000])
def test_a_quoted_cell_of_many_lines_may_hold_quotes_and_delimiters(rows: int) -> None:
    page = '<p class=""x"">He said, ""no"";</p>\n<br>\n' * 200
    reading = read("id,note\n" + "0,x\n" * rows + f'1,"<i id=""a"">\n{page}"\n2,"y\nz"\n')
    said = f'<i id="a">\n{page}'.replace('""', '"')
    assert reading.names == ["id", "note"]
    assert reading.rows == [["0", "x"]] * rows + [["1", said], ["2", "y\nz"]]
    assert reading.repairs == {}


@pytest.mark.parametrize("empty", [3, 5000, 50_000])
def test_rows_of_empty_cells_at_the_end_are_left_out_however_many_they_are(empty: int) -> None:
    reading = read("a,b,c\n" + "1,2,x\n" * 50 + ",,\n" * empty)
    assert len(reading.rows) == 50
    assert reading.doubts == ["empty_rows_left_out"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("seed", range(4))
def test_irregular_rows_among_regular_ones_are_read_in_order(
    delimiter: str, end: str, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 no secret
    share = chance.choice((0.001, 0.05, 0.5))
    lines, rows, told = ["id,word,n,note"], list[Cells](), dict[str, int]()
    for number in range(30_000):
        row = [str(number), f"wörd {number % 7}", str(number % 11), "x"]
        kind = "" if chance.random() > share else chance.choice(("short", "long", "blank", "quote"))
        if kind == "quote":
            lines.append(f'{number},"a, ""b""\nc",7,"x"')
            rows.append([str(number), 'a, "b"\nc', "7", "x", None])
            continue
        cells: Cells = [*row[:3], None, None] if kind == "short" else [*row, None]
        if kind == "long":
            cells = [*row, "more"]
        if kind == "blank":
            lines.append("")
        if kind:
            told[kind] = told.get(kind, 0) + 1
        lines.append(",".join(cell for cell in cells if cell is not None))
        rows.append(cells)
    lines += ["0,a,1,x,more"]
    rows.append(["0", "a", "1", "x", "more"])
    text = end.join(lines).replace(",", delimiter) + end
    reading = read(text)
    found = [[cell and cell.replace(delimiter, ",") for cell in row] for row in reading.rows]
    assert found == rows
    repairs = {repair.kind: repair.rows for repair in reading.table.repairs}
    assert repairs.get("short_row", 0) == told.get("short", 0)
    assert repairs.get("blank_line", 0) == told.get("blank", 0)
    assert repairs["long_row"] == told.get("long", 0) + 1
