"""What is no part of a text is taken out of it and told; all other letters stay."""

# ruff: noqa: RUF001 such characters are the cases

import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import GivenOptions
from infrastructure.tabular.text.stray_characters import has_stray
from tests.tabular.layout.reading import read


def test_letters_of_cp1252_amid_utf8_are_read_and_their_lines_told() -> None:
    reading = read(
        "name\nMüller\nŁódź\n".encode() + "Zoë\nZoë\n".encode("cp1252") + "日\n".encode()
    )
    assert [row[0] for row in reading.rows] == ["Müller", "Łódź", "Zoë", "Zoë", "日"]
    assert reading.repairs == {"mixed_encoding": (4, 5)}


def test_a_letter_that_spans_two_blocks_is_whole() -> None:
    filling = "x\n" * (512 * 1024 - 3)
    reading = read(("n\nü\n" + filling + "é\n").encode() + "ë\n".encode("cp1252"))
    assert [reading.rows[at][0] for at in (0, -2, -1)] == ["ü", "é", "ë"]
    assert reading.repairs == {"mixed_encoding": (512 * 1024 + 1,)}


@pytest.mark.parametrize("text", ["«CAFÉ»", "„Spaß“"])
def test_a_pair_of_cp1252_that_could_be_utf8_is_no_utf8(text: str) -> None:
    reading = read(f"name,n\n{text},1\nb,2\n".encode("cp1252"))
    assert reading.rows[0][0] == text
    assert reading.repairs == {}


def test_a_file_of_another_encoding_is_not_mended_as_utf8() -> None:
    with pytest.raises(UnreadableTable, match="not text in the encoding utf-8"):
        read("name\nMüller\nZoë\n".encode("cp1252"), GivenOptions(encoding="utf-8"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_what_fills_up_a_file_is_no_row(encoding: str) -> None:
    reading = read("name,n\nZoë,1\nMüller,2\n".encode(encoding) + b"\x1a\0\0")
    assert reading.rows == [["Zoë", "1"], ["Müller", "2"]]
    assert reading.repairs == {"filling": (4,)}


def test_a_mark_where_a_file_was_joined_to_another_is_left_out() -> None:
    reading = read("a,b\r\n1,2\r\n\ufeff3,4\r\n")
    assert reading.rows == [["1", "2"], ["3", "4"]]
    assert reading.repairs == {"byte_order_mark": (3,)}


@pytest.mark.parametrize("sign", ["1.5 €", "20 °", "§ 5", "3 £"])
def test_a_lone_sign_beside_numbers_is_cp1252(sign: str) -> None:
    reading = read(f"name,n\n{sign},1\n{sign},2\n".encode("cp1252"))
    assert reading.rows[0][0] == sign
    assert reading.options.encoding == "cp1252"


def test_control_characters_are_read_as_the_signs_and_letters_that_they_stand_for() -> None:
    text = "id,trip\n1,\u2018No 32\u2019 \u2013 or other\n2,10 \u20ac\n"
    twice = text.encode("cp1252").decode("latin-1")
    reading = read(twice + "3,Zoë\x81\n")
    trip = "\u2018No 32\u2019 \u2013 or other"
    assert reading.rows == [["1", trip], ["2", "10 €"], ["3", "Zoë\x81"]]
    assert reading.repairs == {"control_character": (2, 3)}
    assert read(twice.encode("utf-16")).rows[0][1] == "\x91No 32\x92 \x96 or other"
    utf8 = f"id,trip\n1,CAPACITÀ {trip}\n".encode().decode("latin-1")
    assert read(utf8).rows == [["1", f"CAPACITÀ {trip}"]]


ONCE = "name,n\nÉlodie Ãrøy,1\nCAFÉ à la crème – “naïf”,2\nŁódź Ж 日本,3\n"


@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_letters_that_were_encoded_twice_are_all_read_as_they_were_meant(taken_for: str) -> None:
    reading = read(_twice(ONCE, taken_for))
    assert reading.rows == [line.split(",") for line in ONCE.split("\n")[1:-1]]
    assert reading.repairs == {"encoded_twice": (2, 3, 4)}


def _twice(text: str, taken_for: str) -> str:
    """The text as a program has it that takes UTF-8 for another code page, as Windows does."""
    signs = [bytes([byte]).decode(taken_for, "replace") for byte in text.encode()]
    pairs = zip(text.encode(), signs, strict=True)
    return "".join(chr(byte) if sign == "\ufffd" else sign for byte, sign in pairs)


def test_letters_that_were_surely_encoded_twice_are_told_from_those_that_are_meant() -> None:
    """A file that was joined of two; Ã may end a word in capitals, and É one in French quotes."""
    meant = "«CAFÉ»,AMANHÃ” é\n«voilà\xa0»,SEINÄ…\n"
    reading = read(f"name,note\n{meant}" + _twice("Müller,été\n", "cp1252"))
    assert reading.rows == [*[line.split(",") for line in meant.split("\n")[:2]], ["Müller", "été"]]
    assert reading.repairs == {"encoded_twice": (4,)}
    assert read(f"name,note\n{meant}").repairs == {}


@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_a_picture_that_was_encoded_twice_is_read_as_it_was_meant(taken_for: str) -> None:
    assert read("name,n\n" + _twice("hi 😀", taken_for) + ",1\n").rows == [["hi 😀", "1"]]


def test_letters_that_were_encoded_twice_are_whole_where_blocks_part_them() -> None:
    for more in range(8):
        filling = ("x" * 1023 + "\n") * 1023 + "x" * (1010 + more)
        reading = read("n\n" + filling + _twice("\nüéüéü\n", "cp1252"))
        assert reading.rows[-1] == ["üéüéü"]


@pytest.mark.parametrize("letter", ["\x85", "\x81"])
def test_control_characters_that_stand_for_nothing_are_kept(letter: str) -> None:
    reading = read(f"name,n\nA{letter}B,1\n")
    assert reading.rows == [[f"A{letter}B", "1"]]
    assert reading.repairs == {}
    assert not has_stray(f"A{letter}B".encode())


def test_a_form_feed_that_begins_a_line_is_no_part_of_it() -> None:
    page = "ID   NAME   QTY\n1    Ann    3\n2    Bob    4\n"
    reading = read(f"{page}\f{page}\f{page}")
    assert (reading.names, len(reading.rows)) == (["ID", "NAME", "QTY"], 6)
    assert reading.repairs == {"repeated_names": (4, 7), "page_break": (4, 7)}
    assert read("a,b\n1,x\fy\n2,\f\n").rows == [["1", "x\fy"], ["2", "\f"]]
    assert read("a,b\n\f1,x\n", GivenOptions(mend_letters=False)).rows == [["\f1", "x"]]


KEPT = "é,Ã© â€“,sign\n“no”,MÃ¼ller,\x96 and\n"


def test_letters_that_look_as_though_encoded_twice_are_kept_where_somebody_says_so() -> None:
    assert read(KEPT).repairs == {"encoded_twice": (1, 2), "control_character": (2,)}
    reading = read(KEPT, GivenOptions(mend_letters=False))
    assert [reading.names, *reading.rows] == [line.split(",") for line in KEPT.split("\n")[:2]]
    assert reading.repairs == {}
