"""Rows that are not as the rest are read, repaired where that is plain, and always counted."""

import pytest

from tests.tabular.layout.reading import Cells, read

HEAD = "day,who,amount,note\n2021-01-01,Ann,1.5,x\n2021-01-02,Bob,2.5,\n2021-01-03,Zoe,3.5,z\n"


@pytest.mark.parametrize(
    ("line", "row", "kind"),
    [
        ("2021-01-04,Eve", ["2021-01-04", "Eve", None, None], "short_row"),
        ("2021-01-04,Eve,4.5,y,,", ["2021-01-04", "Eve", "4.5", "y"], "trailing_delimiter"),
        ("2021-01-04,,Eve,4.5,y", ["2021-01-04", "Eve", "4.5", "y"], "extra_delimiter"),
        ("2021-01-04;Eve;4.5;y", ["2021-01-04", "Eve", "4.5", "y"], "other_delimiter"),
        ('2021-01-04,"E"v"e",4.5,y', ["2021-01-04", 'E"v"e', "4.5", "y"], "unescaped_quote"),
        ('2021-01-04,"Eve,4.5,y', ["2021-01-04", '"Eve', "4.5", "y"], "unescaped_quote"),
        ('2021-01-04,"E, "ve"",4.5,y', ["2021-01-04", 'E, "ve"', "4.5", "y"], "unescaped_quote"),
        ('2021-01-04,"Eve"",4.5,y', ["2021-01-04", 'Eve"', "4.5", "y"], "unescaped_quote"),
    ],
)
def test_a_row_that_is_not_as_the_rest_is_repaired(line: str, row: Cells, kind: str) -> None:
    reading = read(f'{HEAD}{line}\n2021-01-05,"Fay, F",5.5,w\n')
    assert reading.names == ["day", "who", "amount", "note"]
    assert reading.rows[3:] == [row, ["2021-01-05", "Fay, F", "5.5", "w"]]
    assert reading.repairs == {kind: (5,)}


def test_cells_beyond_the_last_column_get_columns_of_their_own() -> None:
    reading = read(HEAD + "2021-01-04,Eve,4.5,y,more,yet more\n")
    assert reading.names[4:] == ["column_5", "column_6"]
    assert reading.rows[3] == ["2021-01-04", "Eve", "4.5", "y", "more", "yet more"]
    assert reading.rows[0][4:] == [None, None]
    assert reading.repairs == {"long_row": (5,)}


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    reading = read('title\n\na,b\n1,"two\nlines"\n3\n\n4,5\n')
    assert reading.rows == [["1", "two\nlines"], ["3", None], ["4", "5"]]
    assert reading.repairs == {"short_row": (6,), "blank_line": (7,)}


@pytest.mark.parametrize("rows", [1, 3000])
def test_a_break_of_pages_is_a_line_without_text(rows: int) -> None:
    reading = read("id,name\n" + "1,Ann\n" * rows + "\f\nid,name\n2,Bob\n")
    assert reading.rows == [*[["1", "Ann"]] * rows, ["2", "Bob"]]
    assert reading.repairs == {"blank_line": (rows + 2,), "repeated_names": (rows + 3,)}


def test_a_delimiter_at_the_end_of_every_line_makes_no_column() -> None:
    assert read("a,b,\n1,2,\n3,4,\n").names == ["a", "b"]


def test_a_nameless_column_that_holds_something_is_kept() -> None:
    reading = read("a,b,\n1,2,\n3,4,x\n")
    assert reading.names == ["a", "b", "column_3"]


def test_names_divided_otherwise_than_the_rows_are_found() -> None:
    reading = read("day,who,amount\n2021-01-01;Ann;1\n2021-01-02;Bob;2\n2021-01-03;Zoe;3\n")
    assert reading.names == ["day", "who", "amount"]
    assert reading.rows[0] == ["2021-01-01", "Ann", "1"]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_may_end_in_any_way(end: str) -> None:
    reading = read(end.join(["a,b", '1,"x, y"', "2,z", ""]))
    assert (reading.names, reading.rows) == (["a", "b"], [["1", "x, y"], ["2", "z"]])


def test_lines_may_end_in_several_ways() -> None:
    reading = read("a,b\r\n1,x\n2,y\r3,z\r\n")
    assert reading.rows == [["1", "x"], ["2", "y"], ["3", "z"]]


def test_line_breaks_in_quotes_stay_as_they_are() -> None:
    assert read('a,b\r\n"1\r\n2","3\r4"\r\n').rows == [["1\r\n2", "3\r4"]]


def test_a_nul_is_kept() -> None:
    assert read(b"a,b\nx\x00y,1\n").rows == [["x\x00y", "1"]]


def test_empty_cells_are_empty_text_and_missing_ones_are_null() -> None:
    reading = read('a,b,c\n1,,\n2,"",x\n3\n')
    assert reading.rows == [["1", "", ""], ["2", "", "x"], ["3", None, None]]


def test_a_stray_quote_swallows_no_rows() -> None:
    rows = [f"{n},name {n},{n}.5" for n in range(50)]
    rows[20] = '20,"name 20,20.5'
    rows[30] = '30,name 30",30.5'
    reading = read("\n".join(["id,name,x", *rows]))
    assert len(reading.rows) == 50
    assert reading.rows[20] == ["20", '"name 20', "20.5"]
    assert reading.repairs == {"unescaped_quote": (22,)}


@pytest.mark.parametrize("last", ['4,"Eve","45"', "4,Eve,45"])
def test_a_quote_that_never_closes_swallows_no_row(last: str) -> None:
    reading = read(f'id,name,age\n2,"Lee,Ann",30\n1,"John,25\n3,"Bob",35\n{last}\n')
    assert [row[0] for row in reading.rows] == ["2", "1", "3", "4"]
    assert (3,) in reading.repairs.values()


@pytest.mark.parametrize("rows", [4, 5000])
def test_rows_of_which_every_other_one_is_too_short_are_told_of(rows: int) -> None:
    reading = read("id,name,n,note\n" + "1,Ann\n2,Bob,3,x\n" * rows)
    assert reading.names == ["id", "name", "n", "note"]
    assert [repair.rows for repair in reading.table.repairs] == [rows]
    assert list(reading.repairs) == ["short_row"]
