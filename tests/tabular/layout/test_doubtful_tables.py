"""Texts that can be read as tables, of which it is said that they may not be meant so."""

import pytest

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
