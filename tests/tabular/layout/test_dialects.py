"""Whatever divides and quotes the cells is found."""

import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import GivenOptions
from tests.tabular.layout.reading import Cells, read

NAMES = ["day", "who", "what", "amount"]
ROWS: list[Cells] = [
    ["2021-03-04", "Ann Smith", 'says "no", twice', "1,5"],
    ["2021-03-05", "O'Neil; Bob", "www.example.org/?a=b|c", "22,75"],
    ["2021-03-06", "", "two\nlines", "-3,0"],
    ["2021-03-07", "Zoë", "plain", "4,25"],
]
DELIMITERS = [
    *(",", ";", "\t", "|", "^", "~", "¬", "\x1f", "\x01", "#", "§"),
    *("||", "::", "~|~", "|~|", ", ", "; ", " | ", "@@", "<>"),
]


def _written(rows: list[Cells], delimiter: str, quote: str, escape: str, end: str) -> str:
    def cell(text: str) -> str:
        if not any(mark in text for mark in (delimiter.strip() or delimiter, quote, "\n")):
            return text
        return quote + text.replace(quote, escape + quote) + quote

    return "".join(delimiter.join(cell(text or "") for text in row) + end for row in rows)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_file_is_read_whatever_divides_and_quotes_its_cells(delimiter: str, quote: str) -> None:
    reading = read(_written([list(NAMES), *ROWS], delimiter, quote, quote, "\n"))
    assert reading.names == NAMES
    assert reading.rows == ROWS
    assert reading.options.delimiter == delimiter
    assert reading.repairs == {}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "||"])
def test_quotes_may_be_escaped_by_a_backslash(delimiter: str, end: str) -> None:
    reading = read(_written([list(NAMES), *ROWS], delimiter, '"', "\\", end))
    assert (reading.names, reading.rows) == (NAMES, ROWS)
    assert reading.options.escape == "\\"


def test_spaces_in_any_number_may_divide_cells() -> None:
    text = "name   age  city\nAnn    31   Rome\nBob     4   Oslo\nZoe   102   Nice\n"
    reading = read(text)
    assert reading.names == ["name", "age", "city"]
    assert reading.rows == [["Ann", "31", "Rome"], ["Bob", "4", "Oslo"], ["Zoe", "102", "Nice"]]


def test_one_space_before_each_column_divides_and_lines_none_up() -> None:
    kinds = ["wool", "of silk", '"made of  wool, too"', "felt", "flax", "silk", "wool", "jute"]
    lines = [f'1{n}/04/2021 0{n}:15 {n * 7} {kind} "of Ann"' for n, kind in enumerate(kinds)]
    reading = read("\n".join(["day at n kind who", *lines]))
    assert reading.names[:5] == ["day", "at", "n", "kind", "who"]
    assert reading.rows[2] == ["12/04/2021", "02:15", "14", "made of  wool, too", "of Ann", None]


@pytest.mark.parametrize(
    "value", ["2021-03-04 10:00:59", "10:00:59", "http://a.org/b:c", "1.5", "(1, 2)"]
)
def test_a_column_of_values_is_not_torn_apart(value: str) -> None:
    reading = read("value\n" + f"{value}\n" * 3)
    assert (reading.names, reading.rows) == (["value"], [[value]] * 3)


@pytest.mark.parametrize(
    "rows",
    [
        ["10:15:00,1", "11:30:00,2"],
        ["2021-03-04 10:15:00,1", "2021-03-05 11:30:00,250"],
        ["http://example.org:80/a,1", "https://example.org/b,2"],
    ],
)
def test_two_names_stand_above_two_columns_whatever_marks_their_values_hold(
    rows: list[str],
) -> None:
    reading = read("\n".join(["of,n", *rows]))
    assert (reading.names, reading.rows) == (["of", "n"], [row.split(",") for row in rows])


def test_a_declared_separator_is_obeyed_and_is_no_row() -> None:
    reading = read('"sep=;"\na;b\n1,5;2\n')
    assert (reading.names, reading.rows) == (["a", "b"], [["1,5", "2"]])
    assert reading.options.preamble_lines == 1


@pytest.mark.parametrize("mark", ["!", "\u00fe", "\t|\t"])
def test_a_mark_that_hardly_ever_divides_does_where_nothing_else_may(mark: str) -> None:
    rows = [["1", "Ann Lee", "x"], ["2", "Bo", "y z"], ["3", "Cy", ""], ["4", "Di", "x"]]
    reading = read("".join(mark.join(row) + "\n" for row in [["id", "name", "note"], *rows]))
    assert (reading.names, reading.rows) == (["id", "name", "note"], rows)


@pytest.mark.parametrize("mark", ["&", ";", "#"])
def test_a_mark_between_tabs_is_a_cell_but_for_a_bar(mark: str) -> None:
    rows = [[f"a{number}", mark, f"{number}"] for number in range(6)]
    reading = read("".join("\t".join(row) + "\n" for row in [["name", mark, "value"], *rows]))
    assert (reading.names, reading.rows) == (["name", mark, "value"], rows)


def test_what_is_given_is_obeyed() -> None:
    text = "x\na,b;c\n1,2;3\n"
    given = GivenOptions(delimiter=",", quote="", preamble_lines=1, header_rows=0, footer_lines=1)
    reading = read(text, given)
    assert reading.rows == [["a", "b;c"]]
    assert reading.table.header == ()
    assert (reading.options.delimiter, reading.options.quote) == (",", "")


def test_an_empty_delimiter_makes_each_line_a_cell() -> None:
    reading = read("a,b\n1,2\n", GivenOptions(delimiter=""))
    assert (reading.names, reading.rows) == (["a,b"], [["1,2"]])


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (["Kraków", "Wrocław"], "cp1250"),
        (["Dvořák", "Černý"], "cp1250"),
        (["Šiauliai", "Panevėžys"], "cp1257"),
        (["Võru", "Šmidt"], "cp1257"),
        (["Málaga", "Logroño"], "cp1252"),
        (["5 m³", "Total¹"], "cp1252"),
        (["Þórður", "Akureyri á Íslandi"], "cp1252"),
        (["Tromsø", "Ørsta", "Ålesund", "Størrelse"], "cp850"),
        (["Iaşi", "Timişoara", "Populaţie"], "cp1250"),
        (["臺北市", "高雄市", "城市", "人口"], "big5"),
        (["東京都", "大阪府"], "iso2022_jp"),
        (["MªJosé", "García", "nºs 1 e 2"], "cp1252"),
        (["¥¥", "¡¥100!"], "cp1252"),
    ],
)
def test_few_letters_tell_a_code_page_where_they_are_those_of_one_language(
    words: list[str], encoding: str
) -> None:
    text = "word;n\n" + "".join(f"{word};1\n" for word in words)
    assert [row[0] for row in read(text.encode(encoding)).rows] == words


def test_letters_that_are_those_of_several_code_pages_are_no_sure_finding() -> None:
    said = {
        word: read(f"word;n\n{word};1\nx;2\n".encode("cp1252")).table.findings[0]
        for word in ("père", "größer", "5 m²")
    }
    assert [finding.confidence for finding in said.values()] == [0.5, 0.8, 0.8]


def test_findings_claim_no_more_than_the_file_and_the_options_show() -> None:
    reading = read("a;b\n1;2\n3;4\n", GivenOptions(delimiter=","))
    said = {finding.what: finding for finding in reading.table.findings}
    assert (said["delimiter"].found, said["delimiter"].confidence) == (",", 0.5)
    assert said["delimiter"].evidence.startswith("The options say so")
    assert said["encoding"].found == "utf-8"
    assert 0 < said["quote"].confidence <= 1


@pytest.mark.parametrize(
    "row",
    [
        ["1", "bob@example.org"],
        ["http://example.org/x", "5"],
        ["2021-03-04", "10:00:59"],
        ["bob@example.org", "http://example.org"],
    ],
)
def test_values_that_stand_beside_each_other_are_two_cells(row: list[str]) -> None:
    reading = read("\n".join(["first,second", *[",".join(row)] * 4]))
    assert (reading.names, reading.rows) == (["first", "second"], [row] * 4)


@pytest.mark.parametrize(
    "text",
    [
        " id |  name   | n \n----+---------+---\n  1 | Ann Lee |  \n    | x \\| y  | 5\n(2 rows)\n",
        "+----+---------+---+\n| id | name    | n |\n+----+---------+---+\n|  1 | Ann Lee |   |\n"
        "|    | x \\| y  | 5 |\n+----+---------+---+\n2 rows in set (0.00 sec)\n",
        "| id | name | n |\n|:---|:-:|--:|\n| 1 | Ann Lee | |\n| | x \\| y | 5 |\n",
        "id | name | n\n---|------|--\n1 | Ann Lee | \n | x \\| y | 5\n",
        "Stock of 2024\n\n" + "-" * 20 + "\n|id|   name| n|\n" + "-" * 20 + "\n"
        "| 1|Ann Lee|  |\n|  |x \\| y | 5|\n" + "-" * 20 + "\n",
        "┌────┬─────────┬───┐\n│ id ┆ name    ┆ n │\n╞════╪═════════╪═══╡\n│ 1  ┆ Ann Lee ┆   │\n"
        "│    ┆ x | y   ┆ 5 │\n└────┴─────────┴───┘\n",
    ],
)
def test_a_table_that_is_drawn_is_read_without_its_frame_and_it_is_said(text: str) -> None:
    reading = read(text)
    assert reading.names == ["id", "name", "n"]
    assert reading.rows == [["1", "Ann Lee", ""], ["", "x | y", "5"]]
    assert list(reading.repairs) == ["frame"]


@pytest.mark.parametrize(
    "text",
    ["a|b\n1|x\n--|--\n2|y\n", "a,b\n1,x\n---,---\n2,y\n", "a|b|c\n-|-|-\n1|2|x\n2|3|y\n"],
)
def test_dashes_for_missing_values_draw_no_frame(text: str) -> None:
    assert len(read(text).rows) == text.count("\n") - 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("rows", [3, 5000])
def test_a_delimiter_behind_a_backslash_ends_no_cell(delimiter: str, rows: int) -> None:
    text = "id,name,n\n" + "1,Lee\\, Ann,5\n" * rows + '2,"x, \\"y\\"",6\n3,plain,7\n'
    reading = read(text.replace(",", delimiter))
    assert reading.names == ["id", "name", "n"]
    assert reading.rows == [
        *[["1", f"Lee{delimiter} Ann", "5"]] * rows,
        ["2", f'x{delimiter} "y"', "6"],
        ["3", "plain", "7"],
    ]
    assert reading.repairs == {}


@pytest.mark.parametrize("head", ["", "note,said\n" + 'x,"so \\"it\\" goes"\n'])
def test_a_backslash_at_the_end_of_a_cell_escapes_no_delimiter(head: str) -> None:
    path, end = "C:\\a\\", "D:\\"
    reading = read(f"path,n\n{path},5\n{end},6\n{head}")
    assert reading.rows[:2] == [[path, "5"], [end, "6"]]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t (id, name) VALUES (0, 'x');\nINSERT INTO t (id, name) VALUES (1, 'y');\n",
        "-- dump\nDROP TABLE t;\nCREATE TABLE t (\n id int,\n n int\n);\n",
        "BEGIN:VCARD\nN:Lee;Ann;;;\nEND:VCARD\n",
        "ID;PWXL;N;E\nC;Y1;X1;K5\nC;Y1;X2;K6\nE\n",
        "<Book>\n<row>1</row>\n<row>2</row>\n</Book>\n",
        "\\begin{tabular}{lr}\na & 1\n\\end{tabular}\n",
        "name: penguins\ncolumns:\n  - id\n  - mass\n",
        "- name: Ann\n  age: 3\n- name: Bob\n  age: 4\n",
        "[server]\nhost = a.example\nport = 80\n",
        ">sp|P1|ALBU human\nMKWVTFISLLFLFSSAYSRGVFRRDAHK\n>sp|P2\nMGLSDGEWQLVLNVWGKVEADI\n",
        "@r1\nACGTACGTAC\n+\nIIIIIIIIII\n",
        "||name||qty||\n|Ann|3|\n|Bob|4|\n",
        "     +--------------+\n     | make  price  |\n     |--------------|\n 1. | AMC  4,099 |\n",
        "  Variable |  Obs  Mean\n-------------+------------\n       price |   74   61.7\n",
        "id\x1fn\x1e\n1\x1f2\x1e\n",
        "id,n,m\x1e1,2,3\x1e4,5,6\n",
    ],
)
def test_a_text_whose_lines_are_no_rows_is_refused_unless_they_are_wanted(text: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read(text)
    assert refused.value.reason == "not_a_table"
    lines = read(text, GivenOptions(delimiter=""))
    assert len(lines.rows) + len(lines.table.header) == text.count("\n")


@pytest.mark.parametrize(
    "above",
    ["[device]\nname = logger 1\nserial=5\n[data]\n", "shop: Rome\nonly:\n- pens\n- inks\n"],
)
def test_settings_and_lists_above_a_table_are_no_file_of_them(above: str) -> None:
    reading = read(f"{above}time;temp;what\n" + "".join(f"{n};{n + 20};x\n" for n in range(9)))
    assert (reading.names, len(reading.rows)) == (["time", "temp", "what"], 9)


@pytest.mark.parametrize("names", ["ID;Price", "id;PLZ;ort", "ID;P;N", "TABLE"])
def test_names_that_are_the_first_words_of_another_format_are_names(names: str) -> None:
    row = ";".join(["0,1", "7", "8"][: len(names.split(";"))])
    assert read(f"{names}\n{row}\n{row}\n").names == names.split(";")


def test_times_amid_the_lines_of_a_log_divide_no_cells() -> None:
    lines = [f"at=2024-01-01T10:00:0{second} level=info n={second}" for second in range(9)]
    assert read("\n".join(lines)).rows[2] == ["at=2024-01-01T10:00:02", "level=info", "n=2"]


LINED_UP = [
    " No  NAME         CITY      Posting Date   QTY",
    "001  Ann Lee      New York     31.01.24     5",
    "002  Bob Ray Jr.  Ulm",
    "003               Oslo         15.02.24  1200",
    "004  Eve          Bonn a.R.    16.02.24    17",
]


def test_columns_that_stand_below_each_other_are_read_with_their_spaces_and_gaps() -> None:
    reading = read("Stock of all\n\n" + "\n".join(LINED_UP))
    assert reading.names == ["No", "NAME", "CITY", "Posting Date", "QTY"]
    assert reading.rows[0] == ["001", "Ann Lee", "New York", "31.01.24", "5"]
    assert reading.rows[1:3] == [
        ["002", "Bob Ray Jr.", "Ulm", "", ""],
        ["003", "", "Oslo", "15.02.24", "1200"],
    ]
    assert reading.doubts == ["fixed_widths"]
    again = read("\n".join(LINED_UP), GivenOptions(delimiter=reading.options.delimiter))
    assert again.rows == reading.rows
    assert reading.options.delimiter is not None
    places = reading.options.delimiter.split()[1:]
    other_order = "at " + " ".join([*reversed(places), "1", places[0]])
    assert read("\n".join(LINED_UP), GivenOptions(delimiter=other_order)).rows == reading.rows


def test_of_lines_that_outgrow_their_columns_no_cell_is_cut_and_it_is_said() -> None:
    wide = "005  Christopher Columbus  Genoa         7"
    many = "006  Fay          Kiel         17.02.24 123456"
    reading = read("\n".join([*LINED_UP, *LINED_UP[1:] * 70, wide, many]))
    assert reading.rows[-2] == [wide, None, None, None, None]
    assert reading.rows[-1] == ["006", "Fay", "Kiel", "17.02.24", "123456"]
    assert reading.repairs["short_row"] == (len(LINED_UP) + 4 * 70 + 1,)


def test_lines_that_spaces_divide_into_any_number_of_cells_are_doubted() -> None:
    log = [
        "Jan  5 10:00:01 web1 sshd[123]: Accepted password for root from 10.0.0.1 port 22 ssh2",
        "Jan  5 10:00:02 web1 CRON[124]: (root) CMD (run-parts /etc/cron.hourly)",
        "Jan  5 10:00:03 web1 kernel: [123.45] eth0: link up, 1000Mbps",
    ]
    assert read("\n".join(log)).doubts == ["divided_by_spaces"]


@pytest.mark.parametrize(
    "count",
    ["(2 rows affected)", "(2 row(s) affected)", "2 rows selected.", "  2 record(s) selected."],
)
def test_a_count_of_rows_that_a_program_adds_is_no_row(count: str) -> None:
    reading = read(f"id  name\n--- ----\n  1 Ann\n  2 Bob\n\n{count}\n")
    assert reading.rows == [["1", "Ann"], ["2", "Bob"]]
    assert reading.doubts == ["notes_left_out"]


@pytest.mark.parametrize("mark", ['"', "'"])
def test_a_quote_that_is_said_to_be_the_delimiter_does_not_quote(mark: str) -> None:
    reading = read(f"a{mark}b\n1{mark}2\n", GivenOptions(delimiter=mark))
    assert (reading.names, reading.rows) == (["a", "b"], [["1", "2"]])


def test_names_that_are_words_of_sql_above_rows_with_sql_are_names() -> None:
    reading = read("set,query\n1,a\n2,b\ninsert into a,c\n")
    assert reading.names == ["set", "query"]
    assert reading.rows[-1] == ["insert into a", "c"]


def test_tabs_that_stand_in_each_row_divide_it_rather_than_commas() -> None:
    names = "freq,unit,geo\t2020 \t2021 \n"
    reading = read(names + "A,PC,DE\t: \t1.5 p\nA,PC,FR\t6.5 \t: u\nA,PC,IT\t: \t7.0 \n")
    assert reading.options.delimiter == "\t"
    assert [row[0] for row in reading.rows] == ["A,PC,DE", "A,PC,FR", "A,PC,IT"]


def test_quoted_cells_are_divided_below_quoted_facts_though_there_is_one_row() -> None:
    facts = '"Station","OTTAWA"\n"Province","ONTARIO"\n"Id","61"\n"Wmo",""\n\n'
    names = '"Day","Year","Month","Day of month","Quality","Max (°C)","Flag","Total"\n'
    reading = read(facts + names + '"2024-01-01","2024","01","01","","","M","0.5"\n')
    assert len(reading.names) == 8
    assert len(reading.rows) == 1
