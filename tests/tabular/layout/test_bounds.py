"""Where the table, its names and its rows begin and end."""

import pytest

from domain.dataset import GivenOptions
from infrastructure.nsjail.frames import LONGEST_COLUMN_NAME
from tests.tabular.layout.reading import Cells, read

TABLE = "region,year,total\nNorth,2023,5\nSouth,2024,6\nEast,2024,7\n"
NAMES = ["region", "year", "total"]
ROWS: list[Cells] = [["North", "2023", "5"], ["South", "2024", "6"], ["East", "2024", "7"]]


@pytest.mark.parametrize(
    "above",
    [
        "Sales report\n",
        "Sales report 2024\n\n",
        "# by x\n# at noon\n",
        "Report,,\n,,\n",
        "Report: sales\nMade on: 2024-01-01\n\n",
        "Created as a sheet, by an office, on Monday, in May\n",
        "Report, 2024, final\n",
        "EXTF,700,21,Bookings,12,20240131\n",
        "Report,,\n",
        "\n\n",
        "Account,12345,\nOwner,Ann Lee,\n\n",
        "Account,12345\n,\nOwner,Ann Lee\nBalance,7,EUR\n\nSorted,by day\n\nAll of it.\n\n",
    ],
)
def test_what_stands_above_the_table_is_left_out(above: str) -> None:
    reading = read(above + TABLE)
    assert (reading.names, reading.rows) == (NAMES, ROWS)
    assert reading.options.preamble_lines == above.count("\n")


@pytest.mark.parametrize(
    ("below", "doubt"),
    [
        ("Total,,18\n", "totals_left_out"),
        ("\nGrand total,,18\nAverage,,6\n", "totals_left_out"),
        ("\nSource: the ministry\n", "notes_left_out"),
        ("* provisional figures\n", "notes_left_out"),
        ("\nname,age\nAnn,31\nBob,25\nZoe,3\n", "second_table_left_out"),
        (TABLE, "second_table_left_out"),
        (",,\n,,\n", "empty_rows_left_out"),
    ],
)
def test_what_stands_below_the_table_is_left_out_and_said(below: str, doubt: str) -> None:
    reading = read(TABLE + below)
    assert (reading.names, reading.rows) == (NAMES, ROWS)
    assert reading.doubts == [doubt]
    assert reading.options.footer_lines == below.count("\n")
    assert "footer_lines = 0" in reading.table.doubts[0].message


@pytest.mark.parametrize("rows", [2, 3000, 60_000])
def test_names_that_come_again_amid_the_rows_are_left_out_and_said_and_no_row_is(rows: int) -> None:
    reading = read("id,name\n" + "1,Ann\n" * rows + "id,name\n2,Bob\n" + "id,name\n3,Eve\n")
    assert reading.rows == [*[["1", "Ann"]] * rows, ["2", "Bob"], ["3", "Eve"]]
    assert reading.repairs == {"repeated_names": (rows + 2, rows + 4)}
    assert reading.doubts == []


@pytest.mark.parametrize(
    "other", ["name,city,age\nAnn,Rome,5\nBob,Oslo,6\n", "k,l,m,n\nx,y,z,1\n" + "x,y,z,2\n" * 9]
)
def test_of_two_tables_the_first_is_read_and_the_other_is_spoken_of(other: str) -> None:
    reading = read("a,b\n1,2\n3,4\n5,6\n\n" + other)
    assert (reading.names, reading.rows) == (["a", "b"], [["1", "2"], ["3", "4"], ["5", "6"]])
    assert reading.doubts == ["second_table_left_out"]


def test_names_and_values_of_a_report_above_its_table_are_no_table() -> None:
    above = "Bank:,Ours\nAccount:,123\nBranch:,77\n\n"
    reading = read(above + "day,text,sum\n" + "2024-01-02,rent,5\n" * 4)
    assert reading.names == ["day", "text", "sum"]


def test_facts_above_a_table_of_as_many_columns_are_left_out() -> None:
    reading = read("Account,12345\nOwner,Ann Lee\n\nday,sum\n2024-01-02,5\n2024-01-03,-7\n")
    assert reading.names == ["day", "sum"]
    assert reading.rows == [["2024-01-02", "5"], ["2024-01-03", "-7"]]


@pytest.mark.parametrize(
    "text",
    ["x,,\n1,2,3\n4,5,6\n", "a,b\n1,2\n3,4\n\n5,6\n", "1,Ann\n2,Bob\n\n3,Eve\n4,Tom\n"],
)
def test_rows_above_a_gap_or_below_a_short_header_are_rows(text: str) -> None:
    reading = read(text)
    assert reading.options.preamble_lines == 0
    assert len(reading.rows) + reading.options.header_rows == len(text.split())


def test_a_german_total_of_something_is_left_out_and_told() -> None:
    reading = read(TABLE + "Gesamt: alle,,18\n")
    assert (reading.rows, reading.options.footer_lines) == (ROWS, 1)
    assert reading.doubts == ["totals_left_out"]


def test_what_was_left_out_below_can_be_had_as_rows() -> None:
    reading = read(TABLE + "Total,,18\n", GivenOptions(footer_lines=0))
    assert reading.rows == [*ROWS, ["Total", "", "18"]]
    assert reading.doubts == []


@pytest.mark.parametrize(
    "text",
    [
        "company,revenue\nShell,100\nBP,90\nTotal,80\n",
        "who,score\nAnn,3\nBob,5\nAll,9\n",
        "firm,city,staff,sales\nShell,London,5,10\nTotal,Paris,7,80\n",
        "word,n\n" + "the,7\n" * 3000 + "sum,5\n",
    ],
)
def test_a_last_row_that_is_called_a_total_but_sums_up_nothing_is_kept_and_said(text: str) -> None:
    reading = read(text)
    assert len(reading.rows) == text.count("\n") - 1
    assert reading.doubts == ["total_kept"]


@pytest.mark.parametrize(
    ("total", "doubt"), [("5,7", "totals_left_out"), ("9,7", "total_kept"), (",9", "total_kept")]
)
def test_a_last_row_of_numbers_without_a_name_is_a_total_or_told(total: str, doubt: str) -> None:
    reading = read("city,in,out\nRome,1,2\nOslo,1,4\nBonn,3,1\n" + f",{total}\n")
    assert reading.doubts == [doubt]
    assert len(reading.rows) == (3 if doubt == "totals_left_out" else 4)


def test_columns_are_where_dashes_below_the_names_are() -> None:
    reading = read(
        "SQL> select * from emp;\n\n"
        "  ID NAME       DAY\n---- ---------- ---------\n"
        "   7 ANN SMITH  02-JAN-24\n  12 BOB\n\n2 rows selected.\n"
    )
    assert reading.names == ["ID", "NAME", "DAY"]
    assert reading.rows == [["7", "ANN SMITH", "02-JAN-24"], ["12", "BOB", ""]]
    even = read("SQL> go on;\n\nID NAME X\n-- ---- --\n 7 ANN  1\n 8 BOB  2\n")
    assert (even.names, even.rows[0]) == (["ID", "NAME", "X"], ["7", "ANN", "1"])


def test_facts_of_two_columns_above_a_series_are_no_rows_of_it() -> None:
    reading = read("Title,Index of prices\nUnit,Index\nNotes,\n1990,90.5\n1991,91.5\n1992,93\n")
    assert (reading.options.preamble_lines, reading.options.header_rows) == (3, 0)
    assert reading.rows == [["1990", "90.5"], ["1991", "91.5"], ["1992", "93"]]


def test_annotations_of_columns_above_their_names_are_left_out() -> None:
    above = "#group,false,true\n#datatype,long,string\n#default,_result,\n"
    reading = read(above + ",table,room\n,0,hall\n,1,attic\n")
    assert (reading.names, reading.rows) == (["table", "room"], [["0", "hall"], ["1", "attic"]])


def test_dates_without_a_name_before_them_are_names_below_titles() -> None:
    above = "Population;;\nGermany;;\n;31.12.2022;31.12.2023\n"
    reading = read(above + ";count;count\nBerlin;5;6\nHesse;7;9\n")
    assert reading.names == ["column_1", "31.12.2022 count", "31.12.2023 count"]


@pytest.mark.parametrize(
    "total",
    [
        "Total;1.000,75\n",
        "\nTotal;7\n",
        "Average;333,58\n",
    ],
)
def test_totals_are_known_by_their_sums_or_by_standing_apart(total: str) -> None:
    reading = read("item;price\na;500,50\nb;300,25\nc;200,00\n" + total)
    assert len(reading.rows) == 3
    assert reading.doubts == ["totals_left_out"]


def test_totals_are_known_by_a_name_that_only_they_lack() -> None:
    text = "region;city;n\nNorth;Oslo;5\nSouth;Rome;6\nEast;Kyiv;7\nTotal;;99\n"
    assert len(read(text).rows) == 3


def test_totals_amid_the_rows_are_rows() -> None:
    reading = read("item,n\na,1\nTotal,1\nb,2\nTotal,2\n")
    assert len(reading.rows) == 4
    assert reading.doubts == []


def test_rows_go_on_after_an_empty_line() -> None:
    reading = read(TABLE + "\nWest,2025,8\n")
    assert reading.rows == [*ROWS, ["West", "2025", "8"]]
    assert reading.repairs == {"blank_line": (5,)}


@pytest.mark.parametrize(
    ("header", "names", "written"),
    [
        (
            ",2019,,2020,\ncountry,men,women,men,women\n",
            ["country", "2019 men", "2019 women", "2020 men", "2020 women"],
            ("country", "2019 men", "2019 women", "2020 men", "2020 women"),
        ),
        (
            "country,size,,,note\n,small,large,huge,\n",
            ["country", "size small", "size large", "size huge", "note"],
            ("country", "size small", "size large", "size huge", "note"),
        ),
        (
            "country,a,b,c,d\n,(kg),(kg),(cm),(cm)\n",
            ["country", "a (kg)", "b (kg)", "c (cm)", "d (cm)"],
            ("country", "a (kg)", "b (kg)", "c (cm)", "d (cm)"),
        ),
        (
            "country,a,b,c,d\ncountry,a,b,c,d\n",
            ["country", "a", "b", "c", "d"],
            ("country country", "a a", "b b", "c c", "d d"),
        ),
        (
            "Sum of n,Columns,,,\nrows,2021,2022,2023,2024\n",
            ["Sum of n rows", *(f"Columns {year}" for year in range(2021, 2025))],
            ("Sum of n rows", *(f"Columns {year}" for year in range(2021, 2025))),
        ),
        (
            'q,w,x,y,z\nwho,how,"if, so",why,when\n'
            + ",".join(['"{""ImportId"":""Q""}"'] * 5)
            + "\n",
            ["q who", "w how", "x if, so", "y why", "z when"],
            ("q who", "w how", "x if, so", "y why", "z when"),
        ),
        (
            "at,a,b,c,d\nday,kg,kg,cm,cm\n,,,Avg,Avg\n",
            ["at day", "a kg", "b kg", "c cm Avg", "d cm Avg"],
            ("at day", "a kg", "b kg", "c cm Avg", "d cm Avg"),
        ),
    ],
)
def test_names_in_several_rows_are_joined(
    header: str, names: list[str], written: tuple[str, ...]
) -> None:
    reading = read(header + "FR,1,2,3,4\nDE,5,6,7,8\nIT,9,8,7,6\n")
    assert (reading.names, reading.table.header) == (names, written)
    assert len(reading.rows) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Ann,31\nBob,25\nZoe,77\n",
        "2021-01-01\n2021-01-02\n",
        "1,2,4\n",
        "x@example.org;A-77\ny@example.org;B-3\n",
        "A-77;x1\nB-3;y22\nC-5;z3\nD-60;x4\n",
        "red;big\nblue;small\nred;tiny\n",
    ],
)
def test_a_file_may_have_no_names(text: str) -> None:
    reading = read(text)
    assert reading.table.header == ()
    assert len(reading.rows) == text.count("\n")
    assert reading.names[0] == "column_1"


def test_names_with_numbers_stand_above_codes_that_are_written_otherwise() -> None:
    reading = read("item_1,box_2,q3\nA45-0,,K1-1\nA67-9,B98-52,K2-1\nB63-9,C9-1,K3-1\n")
    assert reading.names == ["item_1", "box_2", "q3"]
    assert len(reading.rows) == 3


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("a,b,c\n", ["a", "b", "c"], []),
        ("a,b,c", ["a", "b", "c"], []),
        ("a\n", ["a"], []),
        ("name,age\nAnn,31", ["name", "age"], [["Ann", "31"]]),
        ("country,2019,2020\nFR,1,2\n", ["country", "2019", "2020"], [["FR", "1", "2"]]),
    ],
)
def test_a_file_may_have_few_rows_or_none(text: str, names: list[str], rows: list[Cells]) -> None:
    reading = read(text)
    assert (reading.names, reading.rows) == (names, rows)


def test_names_that_are_made_up_are_told_of() -> None:
    assert read("a,,b\n1,2,3\n4,5,6\n").repairs == {"missing_name": (1,)}
    assert read("a,b,a\n1,2,3\n4,5,6\n").repairs == {"repeated_name": (1,)}
    assert read("a,b\n1,2, 3\n4,5, 6\n").repairs == {"missing_name": (1,)}
    assert read("a,b,\n1,2,\n3,4,\n").repairs == {}


@pytest.mark.parametrize("rows", [2, 3000])
def test_names_of_rows_that_no_name_stands_above_shift_no_column(rows: int) -> None:
    reading = read("a b\n" + "".join(f'"car {row}" {row} 5\n' for row in range(rows)))
    assert reading.names == ["column_1", "a", "b"]
    assert reading.rows[-1] == [f"car {rows - 1}", str(rows - 1), "5"]
    assert reading.doubts == ["row_names"]


def test_names_are_made_unique_and_kept_as_they_were_written() -> None:
    reading = read("a, a ,,a\n1,2,3,4\n")
    assert reading.names == ["a", "a_2", "column_3", "a_3"]
    assert reading.table.header == ("a", " a ", "", "a")


def test_names_are_cut_off_where_a_jail_would_refuse_them() -> None:
    long = "n" * (LONGEST_COLUMN_NAME + 1)
    names = read(f"{long},{long},z\n1,2,3\n4,5,6\n").names
    assert [name[:9] for name in names] == ["nnnnnnnnn", "nnnnnnnnn", "z"]
    assert len(set(names)) == 3
    assert max(map(len, names)) < LONGEST_COLUMN_NAME


@pytest.mark.parametrize("rows", [1, 3000])
@pytest.mark.parametrize("mark", ["#", "%", "//"])
def test_comments_amid_the_rows_of_a_file_that_begins_with_some_are_left_out_and_said(
    mark: str, rows: int
) -> None:
    text = f"{mark} by x\n{mark} at y\nid,name,n\n" + "1,Ann,2\n" * rows
    reading = read(text + f"{mark} checked, all of it was\n{mark}3,Eve,6\n4,Tom,7\n")
    assert reading.rows[rows:] == [[f"{mark}3", "Eve", "6"], ["4", "Tom", "7"]]
    assert reading.repairs == {"comment": (rows + 4,)}


def test_rows_that_begin_as_comments_do_are_rows_where_no_comment_stands_above() -> None:
    assert len(read("tag,n,m\n#a,1,2\n#b\n#c,3,4\n").rows) == 3


@pytest.mark.parametrize("names", ["key,value", "k,v,w"])
def test_of_another_table_that_nobody_saw_end_no_row_is_lost_and_it_is_said(names: str) -> None:
    row = ",".join("x9z"[: names.count(",") + 1])
    text = "a,b,c\n" + "1,x,2\n" * 9000 + f"\n{names}\n" + f"{row}\n" * 30_000
    reading = read(text)
    assert len(reading.rows) == 39_001
    assert reading.doubts == ["second_table_kept"]
    assert "line 9003" in reading.table.doubts[0].message


@pytest.mark.parametrize("text", ["Ann\nBob\nEve\n", "first,last\nAnn,Lee\nBob,Ray\n"])
def test_names_that_nothing_tells_from_rows_are_found_with_little_confidence(text: str) -> None:
    found = {finding.what: finding for finding in read(text).table.findings}["header_rows"]
    assert (found.found, found.confidence) == ("1", 0.6)
    assert "header_rows = 0" in found.evidence


@pytest.mark.parametrize("rows", [3, 60_000])
@pytest.mark.parametrize(
    "after", ["\nSource: x\n", '\nSource: "x\n', "\nSource: a, b, c, d and e\n", "\nq;\n\nr\n"]
)
def test_regular_rows_above_a_footer_are_read_whatever_it_holds(rows: int, after: str) -> None:
    reading = read(
        "id,name,n\n" + "1,Ann,2\n" * rows + after, GivenOptions(footer_lines=after.count("\n"))
    )
    assert reading.rows == [["1", "Ann", "2"]] * rows
    assert reading.repairs == {}


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
@pytest.mark.parametrize("rows", [1, 2, 40_000])
def test_dashes_below_the_names_are_no_row_and_no_part_of_a_name(delimiter: str, rows: int) -> None:
    table = "id,name\r\n--,----\r\n" + "1,Ann\r\n" * rows
    reading = read(table.replace(",", delimiter))
    assert (reading.names, reading.rows) == (["id", "name"], [["1", "Ann"]] * rows)


def test_dashes_that_stand_amid_the_rows_are_cells() -> None:
    assert read("id,name\n1,Ann\n--,--\n2,Bob\n").rows == [["1", "Ann"], ["--", "--"], ["2", "Bob"]]


@pytest.mark.parametrize("header_rows", [1, 2, 20])
def test_more_rows_of_names_than_there_are_rows_leave_none(header_rows: int) -> None:
    reading = read("a,b\n", GivenOptions(header_rows=header_rows))
    assert (reading.names, reading.rows) == (["a", "b"], [])


def test_all_rows_of_empty_cells_that_are_left_out_are_said() -> None:
    reading = read("id,name\n" + "1,Ann\n" * 40_000 + ",\n" * 5000)
    assert len(reading.rows) == 40_000
    assert "the last 5000 lines were left out" in reading.table.doubts[0].message


@pytest.mark.parametrize("above", ["Report of sales\n\n", "# made\n# by us\n"])
def test_names_that_lack_one_stay_names_below_what_stands_above_them(above: str) -> None:
    reading = read(above + "id,total\nr1,1,2\nr2,4,5\nr3,7,8\n")
    assert reading.names == ["column_1", "id", "total"]
    assert reading.rows == [["r1", "1", "2"], ["r2", "4", "5"], ["r3", "7", "8"]]


def test_a_note_below_few_rows_does_not_make_a_row_of_the_names() -> None:
    reading = read("Report of x\n\ni_1\tt_1\n-17\t#h128\n-30\t-d837\n-98\ta934\n\nSource: it\n")
    assert reading.names == ["i_1", "t_1"]
    assert len(reading.rows) == 3


def test_names_of_rows_are_told_though_last_cells_are_missing() -> None:
    reading = read("id,total\nr1,1,2\nr2,4,\nr3,7,8\n")
    assert reading.names == ["column_1", "id", "total"]
    assert reading.doubts == ["row_names"]


def test_notes_beside_few_rows_are_no_last_column_of_a_table_with_names_of_rows() -> None:
    assert read("id,total\n1,2,\n4,5,late\n7,8,\n").names == ["id", "total", "column_3"]


@pytest.mark.parametrize("line", ["1,2", "5,7.5", "2019,2020,2021", "2024-01-02,3"])
def test_a_lone_line_of_values_is_a_row(line: str) -> None:
    reading = read(line + "\n")
    assert reading.rows == [line.split(",")]


@pytest.mark.parametrize("line", ["a,b", "region,2019,2020,2021"])
def test_a_lone_line_of_words_is_names(line: str) -> None:
    reading = read(line + "\n")
    assert (reading.names, reading.rows) == (line.split(","), [])


@pytest.mark.parametrize(
    ("above", "mark"),
    [
        ("", "#"),
        ("", "%"),
        ("", "#Fields:"),
        ("# run 5\n", "#"),
        ("#Version: 1.0\n# by us all\n", "#Fields:"),
    ],
)
def test_a_mark_before_the_names_is_no_name(above: str, mark: str) -> None:
    reading = read(f"{above}{mark} x y z\n1.0 2.0 3.5\n4.1 5.2 6.3\n7.1 8.2 9.3\n2.1 8.2 9.3\n")
    assert (reading.names, len(reading.rows)) == (["x", "y", "z"], 4)
    assert reading.rows[0] == ["1.0", "2.0", "3.5"]


def test_a_sign_over_numbered_rows_is_a_name() -> None:
    assert read("#\tx\ty\n1\t2.0\t3.5\n2\t5.2\t6.3\n").names == ["#", "x", "y"]


def test_a_sign_over_numbered_rows_whose_last_cell_is_mostly_left_out_is_a_name() -> None:
    rows = "".join(f"{n}\tperson {n}\n" for n in range(9))
    reading = read(f"#\tname\tnote\n{rows}9\tperson 9\tlate\n")
    assert (reading.names, reading.rows[-1]) == (["#", "name", "note"], ["9", "person 9", "late"])


@pytest.mark.parametrize("last", ["", "4,Dan,9,1\n"])
def test_names_beyond_the_cells_of_most_rows_are_spoken_of(last: str) -> None:
    reading = read("id,name, first,score\n1,Ann,5\n2,Bob,6\n3,Cy,7\n5,Eve,8\n" + last)
    doubts = [(doubt.kind, doubt.names) for doubt in reading.table.doubts]
    assert doubts == [("more_names_than_cells", ("score",))]


@pytest.mark.parametrize("text", ["a,b,c\n", "a,b,\n1,2\n3,4\n", "a,b,c\n1,2,3\n4,5\n6,7,8\n"])
def test_other_names_are_not_spoken_of(text: str) -> None:
    assert read(text).doubts == []


@pytest.mark.parametrize("row", [1, 3])
def test_a_row_that_another_delimiter_divides_is_no_name_and_no_note(row: int) -> None:
    lines = ["town,opened,riders,note", *["Bonn,1844-02-15,120,a b"] * 3]
    lines[row] = "Ulm;1850-06-01;88;small, and old"
    reading = read("\n".join(lines) + "\n")
    assert reading.names == ["town", "opened", "riders", "note"]
    assert reading.rows[row - 1] == ["Ulm", "1850-06-01", "88", "small, and old"]
    assert reading.repairs == {"other_delimiter": (row + 1,)}


def test_years_above_names_are_names_of_groups() -> None:
    reading = read(",2023,2023,2024,2024\ncity,Q1,Q2,Q1,Q2\nRome,1,2,3,4\nUlm,5,6,7,8\n")
    assert reading.names == ["city", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"]
    assert reading.rows == [["Rome", "1", "2", "3", "4"], ["Ulm", "5", "6", "7", "8"]]


def test_a_group_that_is_written_above_each_of_its_columns_reaches_no_others() -> None:
    reading = read(",,2023,2023,\ncity,code,in,out,ok\nRome,x,1,2,y\nUlm,z,3,4,y\nBonn,x,5,6,n\n")
    assert reading.names == ["city", "code", "2023 in", "2023 out", "ok"]


def test_another_table_of_as_many_columns_is_left_out_and_told() -> None:
    reading = read("a,b\n1,2\n3,4\n\nc,d\nx,6\ny,9\n")
    assert reading.rows == [["1", "2"], ["3", "4"]]
    assert reading.doubts == ["second_table_left_out"]


@pytest.mark.parametrize("notes", ["\nSource: Eurostat, 2024\n", "---\nEnd of report\n"])
def test_notes_that_look_like_rows_are_left_out_and_told(notes: str) -> None:
    reading = read("city,n\nRome,1\nOslo,2\n" + notes)
    assert reading.rows == [["Rome", "1"], ["Oslo", "2"]]
    assert reading.doubts == ["notes_left_out"]


def test_empty_rows_above_notes_are_left_out_with_them() -> None:
    reading = read("a,b,c\n1,2,3\n4,5,6\n,,\nSource: x,,\n")
    assert reading.rows == [["1", "2", "3"], ["4", "5", "6"]]


def test_rows_that_begin_as_comments_do_are_rows_where_they_hold_values_as_others_do() -> None:
    reading = read("# 1 Crush,Garbage,3\n# 9 Dream,Lennon,4\nHey,Z,4\nYes,Q,5\n")
    assert [row[0] for row in reading.rows] == ["# 1 Crush", "# 9 Dream", "Hey", "Yes"]


def test_comments_that_are_divided_as_rows_of_words_are_told() -> None:
    reading = read("# by: us, at: home\n# of: them, in: town\n# x,y\na,b\nc,d\n")
    assert (reading.names, reading.rows) == (["# x", "y"], [["a", "b"], ["c", "d"]])
    assert reading.doubts == ["comments_like_rows"]
    assert "2 lines above" in reading.table.doubts[0].message


def test_comments_above_columns_of_values_that_hold_none_are_not_told() -> None:
    reading = read("# made on Monday, by us\n# Station: X, Y\nday,n\n2024-01-01,2\n2024-01-02,4\n")
    assert (reading.names, len(reading.rows)) == (["day", "n"], 2)
    assert reading.doubts == []


def test_a_last_row_below_an_empty_line_is_no_note_for_its_first_word_alone() -> None:
    reading = read("kind,n\n\nfile: a,1\n\nnote: z,3\n")
    assert reading.rows == [["file: a", "1"], ["note: z", "3"]]


@pytest.mark.parametrize("scale", ["400,405.5,411", "1990,2000,2005", "9000,8000,7500"])
def test_a_scale_that_is_far_from_the_values_below_it_is_names(scale: str) -> None:
    reading = read(f"well,{scale}\nA1,0.12,0.33,0.5\nB1,0.21,0.32,0.4\nC1,0.3,0.2,0.1\n")
    assert reading.names == ["well", *scale.split(",")]
    assert read("A1,0.12,0.33,0.5\nB1,0.21,0.32,0.4\nC1,0.3,0.2,0.1\n").table.header == ()


def test_a_first_row_far_above_the_others_is_a_row_if_all_rise_along_with_it() -> None:
    assert read("Asia,4700,4800,4900\nPeru,32,33,35\nMali,19,20,24\n").table.header == ()


def test_numbered_columns_below_facts_are_names() -> None:
    reading = read(
        "Device,Reader 2\nSerial,R-7\nRun by,Ann\n\n<>,1,2,3\nA,0.1,0.4,0.5\nB,0.2,0.3,0.6\n"
    )
    assert reading.names == ["<>", "1", "2", "3"]
    assert reading.rows == [["A", "0.1", "0.4", "0.5"], ["B", "0.2", "0.3", "0.6"]]


@pytest.mark.parametrize("days", ["1/22/20,1/23/20,1/24/20", "00:00,06:00,12:00"])
def test_days_and_hours_above_numbers_are_names(days: str) -> None:
    reading = read(f"place,{days}\nRome,5,6,7\nOslo,1,2,3\n")
    assert reading.names == ["place", *days.split(",")]
    assert reading.rows == [["Rome", "5", "6", "7"], ["Oslo", "1", "2", "3"]]


def test_fields_that_spaces_divide_name_columns_that_tabs_divide() -> None:
    log = "#Version: 1.0\n#Fields: day sc-bytes c-ip\n"
    reading = read(log + "".join(f"2024-01-0{n}\t{n}00\t10.0.0.{n}\n" for n in range(1, 5)))
    assert reading.names == ["day", "sc-bytes", "c-ip"]
    assert reading.rows[0] == ["2024-01-01", "100", "10.0.0.1"]


def test_titles_that_end_in_delimiters_stand_above_two_columns_and_units_below_their_names() -> (
    None
):
    above = "Table: 12411\nPeople: all, each year;;\nGermany;;\n"
    reading = read(above + "Day;People\n;number\n31.12.2021;83\n31.12.2022;84\n31.12.2023;85\n")
    assert reading.names == ["Day", "People number"]
    assert reading.rows[0] == ["31.12.2021", "83"]
    assert len(read("year,n\n,unknown\n2001,5\n2002,6\n2003,7\n").rows) == 4


@pytest.mark.parametrize("row", ["foo", "1,A", "T,of wool,x", "2008-01-01,valid"])
@pytest.mark.parametrize("others", ["", "other,row,of\nanother,one,too\n"])
def test_a_first_row_that_comes_often_is_no_name(row: str, others: str) -> None:
    reading = read(f"{row}\n" * 12 + others)
    assert reading.options.header_rows == 0
    assert len(reading.rows) == 12 + others.count("\n")


def test_names_may_come_oftener_than_rows() -> None:
    reading = read("id,name\n1,a\nid,name\nid,name\n2,b\nid,name\n")
    assert (reading.names, reading.rows) == (["id", "name"], [["1", "a"], ["2", "b"]])


@pytest.mark.parametrize("mark", ["**", "*", "#ERR", "#REF!"])
def test_rows_whose_values_are_not_told_are_no_names(mark: str) -> None:
    rows: list[Cells] = [["OH", mark, mark], ["WA", mark, mark]]
    rows += [["TX", str(n), f"{n}.5"] for n in range(2, 40)]
    text = "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)
    reading = read(f"state,jobs,per 1000\n{text}")
    assert (reading.names, reading.rows) == (["state", "jobs", "per 1000"], rows)


def test_facts_stand_above_a_table_that_takes_up_some_columns_of_a_sheet() -> None:
    facts = ',Payments above 500,,,,\n,Period : ,13,,,\n,Start:,"4th March, 2012",,,\n,,,,,\n'
    table = ",id,who,paid,,\n" + "".join(f',{n},Ann,"{n},500.00",,\n' for n in range(2, 9))
    reading = read(facts + table)
    assert (reading.names, reading.options.preamble_lines) == (["id", "who", "paid"], 4)
    assert reading.rows == [[str(n), "Ann", f"{n},500.00"] for n in range(2, 9)]


def test_years_that_are_not_evenly_apart_are_names() -> None:
    names = ["", "1985", "1993", "2000", "2005"]
    rows: list[Cells] = [
        ["Hand", ".", "379", "1.575", "2.003"],
        ["Bein", "135", "123", "100", "88"],
    ]
    text = "".join(";".join(cell or "" for cell in row) + "\n" for row in rows)
    text = ";".join(names) + "\n" + text
    assert read(text).names == ["column_1", *names[1:]]
    assert read(text).rows == rows


def test_rows_of_tabs_that_are_left_out_are_said() -> None:
    reading = read("a\tb\tc\n1\t2\t3\n\t\t\n\t\t\n")
    assert (reading.rows, reading.doubts) == ([["1", "2", "3"]], ["empty_rows_left_out"])


def test_a_text_may_have_no_row_of_as_many_cells_as_what_stands_above_it() -> None:
    assert read("#  x\n#\n 5\n").rows == [["#"], [" 5"]]


def test_names_go_on_below_a_row_of_empty_cells_where_they_leave_gaps() -> None:
    names = "day,where,fare,,,total\n,,,,,\n,,Air,Rail,Taxi,\n"
    rows = "".join(f"0{n}.04.12,Leeds,{n},,£{n}.50,{n}\n" for n in range(1, 6))
    reading = read(names + rows)
    assert reading.names == ["day", "where", "fare Air", "fare Rail", "fare Taxi", "total"]
    assert (reading.options.header_rows, len(reading.rows)) == (3, 5)


def test_lines_without_delimiters_stand_above_rows_that_end_in_one() -> None:
    facts = "$$cars\nlength=[4.0,15.0]\ntype=[Car,Truck]\n"
    reading = read(facts + "$$time[s];x[m];\n" + "".join(f"{n}.0;{n}.5;\n" for n in range(9)))
    assert (reading.names, reading.options.preamble_lines) == (["$$time[s]", "x[m]"], 3)
    assert len(reading.rows) == 9


@pytest.mark.parametrize(
    "text",
    [
        "id,n\n100,5\n101,5\n102,5\n,5\n",
        "id,n\n100,0\n101,0\n,0\n",
        "name,n\nAnn,17\nBob,4\nEve,9\n,3\n",
    ],
)
def test_a_last_row_that_lacks_its_name_is_kept_unless_it_is_the_sum(text: str) -> None:
    reading = read(text)
    assert len(reading.rows) == text.count("\n") - 1
    assert reading.doubts == ["total_kept"]


def test_words_and_numbers_that_name_the_rows_of_two_columns_are_rows_of_one_table() -> None:
    reading = read("room,beds\nattic,1\nloft,2\nbarn,4\n101,2\n102,1\n103,2\n")
    assert (reading.names, len(reading.rows), reading.doubts) == (["room", "beds"], 6, [])


def test_words_after_an_empty_line_are_rows_unless_values_stand_below_them() -> None:
    above = "name,score,why\nAnn,7,ok\nBob,9,ok\n\n"
    reading = read(above + "Eve,absent,ill\nJoe,absent,ill\nSue,absent,away\n")
    assert [row[0] for row in reading.rows if any(row)] == ["Ann", "Bob", "Eve", "Joe", "Sue"]


@pytest.mark.parametrize("rows", [",50,\n,60,\n", "Ann,,\nBob,,\n"])
def test_rows_of_one_cell_below_a_row_of_delimiters_are_no_notes(rows: str) -> None:
    reading = read("name,age,town\nJoe,40,Rome\nSue,30,Oslo\n,,\n" + rows)
    assert len([row for row in reading.rows if any(row)]) == 4


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('id,text\n1,"one\n\nhead line\n---- ----\nbody"\n2,two\n3,three\n', 3),
        ("id,text\n1,one\n\n2,two\n--- ---\n3,three\n4,four\n", 5),
    ],
)
def test_dashes_that_stand_below_no_names_begin_no_table(text: str, rows: int) -> None:
    reading = read(text)
    assert (reading.names, len(reading.rows)) == (["id", "text"], rows)


def test_rows_that_begin_with_tags_are_no_annotations() -> None:
    reading = read("#red,one,x\n#blue,two,y\n#green,three,z\nplain,four,q\nother,5,5\n")
    assert reading.options.preamble_lines == 0
