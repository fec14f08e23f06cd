"""Texts that can be read as tables, of which it is said that they may not be meant so."""

import pytest

from domain.dataset import GivenOptions
from tests.tabular.layout.reading import read

SENTENCES = """Apples, pears, and plums are fruit, as are figs.
Beans, peas, and lentils are pulses, as is soy.
Cats, dogs, and mice are beasts, as are bats.
"""
WRAPPED = """It was the best of times, it was the worst of times, it was the age
of wisdom, it was the age of foolishness, it was the epoch of belief, it was
the epoch of incredulity, it was the season of Light, it was the season of
Darkness, it was the spring of hope, it was the winter of despair, we had
"""
LETTER = """Dear Sir,

thank you for your letter, which came on Monday, and for the parcel.
We will, as agreed, send the goods, the papers, and the bill.

Yours,
Ann, for the firm
"""


@pytest.mark.parametrize("text", [SENTENCES, WRAPPED, LETTER])
def test_prose_that_commas_divide_is_told(text: str) -> None:
    assert "prose" in read(text).doubts


@pytest.mark.parametrize(
    "text",
    [
        "name,remark\nAnn,Good.\nBob,Bad.\nCy,So so.\n",
        'word,meaning,use\nsun,"a star, ours",Often.\nmoon,a body,Rarely.\n',
        "n,what the people of the town said of it\n1,it was good\n2,it was bad\n",
        "What did you like best of it?,What else?\nThe staff,Nothing\nThe view of the lake,More\n",
        'en,fr\nThank you.,Merci.\n"Yes, of course.","Oui, bien sûr."\n',
    ],
)
def test_tables_of_words_are_no_prose(text: str) -> None:
    assert read(text).doubts == []


def test_lines_that_are_quoted_as_a_whole_are_told() -> None:
    reading = read('"id,name"\n"1,""Lee, Ann"""\n"2,Bob"\n')
    assert reading.rows == [['1,"Lee, Ann"'], ["2,Bob"]]
    assert reading.doubts == ["quoted_lines"]


@pytest.mark.parametrize(
    "text",
    [
        '"name"\n"Lee, Ann"\n"Bob"\n',
        '"Last, First"\n"Lee, Ann"\n"Ray, Bob"\n',
        '"$1,200.50"\n"$2,300.10"\n"$4,150.00"\n',
        '"remark"\n"one,\ntwo"\n"a\nb"\n"c"\n',
    ],
)
def test_quoted_cells_of_one_column_are_no_lines_of_many(text: str) -> None:
    assert read(text).doubts == []


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Monthly Sales Report\nNorth,10,3\nSouth,20,5\nEast,30,4\n", "title_or_names"),
        ("Dear all, please find the data below, thanks, Bob\n", "no_rows"),
        ("Ann,34,Berlin\n", "no_rows"),
        ("1,2,3\n4,5,6\n7,8,9\n", "numbers_as_names"),
        ("city,pop\nA,1,234\nB,12,345\nC,999\n", "more_cells_than_names"),
        (
            'id,meta\n1,{"a": 1, "b": 2}\n2,{"a": 2, "b": 3}\n3,{"a": 4, "b": 3}\n',
            "undivided_lines",
        ),
        ("T\na,b\n1,2\n3,4\n\nT2\nx,y,z\n5,6,7\n8,9,10\n", "table_above_left_out"),
    ],
)
def test_what_may_be_meant_otherwise_is_told(text: str, doubt: str) -> None:
    assert read(text).doubts == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "Name\tQty\tPrice\nA\t1\t2\nB\t3\t4\n",
        "country,2000,2001\nA,1,2\nB,4,5\n",
        ",0,1\n0,4,5\n1,7,8\n",
        "name;qty;price\nA,1,2\nB,3,4\n",
        "Serial,12\nModel,TX-9\nEvery,10 min\n\nat,t,h\n1,21.3,45\n2,21.2,45\n",
        "word\nsun, moon\nair\nsea\n",
        "id,name,\n1,a,\n2,b,\n",
    ],
)
def test_what_is_meant_as_it_is_read_is_not_doubted(text: str) -> None:
    assert read(text).doubts == []


def test_cells_that_begin_with_the_labels_of_those_below_are_no_names() -> None:
    reading = read("id=1 name=Ann age=30\nid=2 name=Bob age=31\nid=3 name=Cy age=32\n")
    assert reading.rows[0] == ["id=1", "name=Ann", "age=30"]


def test_a_row_whose_quotes_are_parted_by_a_delimiter_is_told() -> None:
    rows = '1,Ann,"1 Road, 2",NY\n2,Bob"5 Lane, 9",LA\n3,Cy,"7 Way, 1",SF\n4,6" pipe,a 3" nail,LA\n'
    assert read("id,name,road,city\n" + rows).repairs == {"unescaped_quote": (3,)}
    escaped = '1,"2"" pipe","10"""\n'
    assert read(f'id,what,size\n{escaped}2,E"v"e,x\n{escaped}').repairs == {}


def test_letters_that_may_be_others_are_doubted_with_what_gives_them() -> None:
    text = "name;n\nMüller;1\nAnna;2\n"
    assert read(text.encode("cp1252")).doubts == []
    reading = read("name;n\nKöln;1\n".encode("cp850"))
    assert reading.doubts == ["other_encoding"]
    assert 'encoding = "mac-roman"' in reading.table.doubts[0].message
    assert read("price;n\n5 €;1\n“so…”;2\n".encode("cp1252")).doubts == []
    assert read("name;n\nФилин;1\nAnn;2\n".encode("cp1251")).doubts == []
    odd = "name;n\nrouge•vert;1\nA£B;2\n".encode("cp1252")
    assert read(odd, GivenOptions(encoding="cp1252")).doubts == ["other_encoding"]


@pytest.mark.parametrize(
    ("encoding", "places"),
    [
        ("cp1254", ["Türkçe", "İsveç", "Eskişehir", "Beyoğlu", "İzmir", "Göreme", "León", "Åland"]),
        ("cp1250", ["ZREČE", "ŠOŠTANJ", "KONČE", "CURAÇAO", "BREŽICE", "ISTOČNI"]),
    ],
)
def test_few_names_from_abroad_turn_no_code_page_of_windows(
    encoding: str, places: list[str]
) -> None:
    reading = read(("place;n\n" + "".join(f"{place};5\n" for place in places)).encode(encoding))
    assert [row[0] for row in reading.rows] == places


@pytest.mark.parametrize(
    "text",
    ["“name”,“city”\n“Ann, B.”,“Rome”\n“Bob”,“Oslo”\n", "„Name“;„Ort“\n„A; B“;„Bonn“\n„C“;„Ulm“\n"],
)
def test_typographic_quotes_around_cells_are_told(text: str) -> None:
    assert "typographic_quotes" in read(text).doubts
    assert "typographic_quotes" not in read("who;said\nAnn;“no”\nBob;“yes”\n").doubts


def test_names_that_may_be_words_of_a_title_are_told_where_spaces_divide() -> None:
    rows = "Rome 3 1.5 x\nOslo 2 4.5 y\nParis 9 2.5 z\n"
    told = read("Sales report of 2024\n" + rows).table.doubts
    assert [(doubt.kind, "preamble_lines = 1" in doubt.message) for doubt in told] == [
        ("title_or_names", True)
    ]
    two = read("Sales of all shops\nshop item qty price\nA pen 3 1.5\nB ink 2 4.5\nC pad 9 2.5\n")
    assert (two.doubts, two.options.header_rows) == (["title_or_names"], 2)
    assert "preamble_lines = 1, and header_rows = 1" in two.table.doubts[0].message
    for names in ("shop item qty price", "node from to weight", "team 2023 2024 y"):
        assert read(f"{names}\n{rows}").doubts == []


def test_a_delimiter_that_stands_without_its_space_in_every_row_is_told() -> None:
    rows = "010010,99999, 20240101,  21.5\n010010,99999, 20240102,  22.5\n"
    told = read(f"STN,WBAN , YEARMODA,  TEMP\n{rows}").table.doubts
    assert [doubt.kind for doubt in told] == ["undivided_cells"]
    assert "give delimiter = ','" in told[0].message
    assert read('who, price, n\nAnn, "1,5", 2\nBob, "2,5", 3\n').doubts == []


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("key,value\nname,Report\nlang,de\n2000,9\n2001,8\n2002,7\n", "facts_left_out"),
        (
            ";A1;flags\nUnit;Mrd EUR;\nAs of;03.05.2024 10:12 h;\n"
            "2019-01;2,31;\n2019-02;7,18;\n2019-03;7,20;\n",
            "first_rows_like_names",
        ),
        ("d,i,n\nA,x,1\nA,y,2\nA Total,,3\nB,x,4\nB,y,9\nB,z,1\n", "subtotals_kept"),
    ],
)
def test_rows_of_another_kind_than_the_others_are_told(text: str, doubt: str) -> None:
    assert doubt in read(text).doubts


def test_notes_below_a_row_of_delimiters_are_left_out_and_told() -> None:
    reading = read('a,b,c\n1,2,3\n4,5,6\n,,\n"Friday, 3 May, accrual basis",,\n')
    assert reading.rows == [["1", "2", "3"], ["4", "5", "6"]]
    assert reading.doubts == ["notes_left_out"]
