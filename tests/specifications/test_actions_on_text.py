"""What actions make of text, on the column types that really occur."""

from typing import Any

import pytest

from domain.actions import Action, MapValues, PadText, RemoveAccents, ReplaceText, ValuePair
from tests.specifications.tables import cells, done, series


def replaced(old: str, new: str, **options: Any) -> ReplaceText:
    return ReplaceText(columns=("x",), old=old, new=new, **options)


@pytest.mark.parametrize(
    ("action", "text", "expected"),
    [
        (replaced("a.c", "-"), "a.c abc a.c", "- abc -"),
        (replaced("$", ""), "$5 $", "5 "),
        (replaced("\\", "/"), r"a\b", "a/b"),
        (replaced("a", r"\1\g<0>"), "banana", r"b\1\g<0>n\1\g<0>n\1\g<0>"),
        (replaced("st.", r"\1", ignore_case=True), "St. ST. str", r"\1 \1 str"),
        (replaced("É", "e", ignore_case=True), "éÉ", "ee"),
        (replaced(r"\d+", "#", regex=True), "a1b٣", "a#b#"),
        (replaced(r"(\w+), (\w+)", r"\2 \1", regex=True), "Lee, Ann", "Ann Lee"),
        (replaced(r"(?P<y>\d{4})", r"<\g<y>>", regex=True), "in 2024", "in <2024>"),
        (replaced(r"(?<=a)b(?!c)", "X", regex=True), "ab abc", "aX abc"),
        (replaced(r"\babc\b", "", regex=True, ignore_case=True), "ABC abcd", " abcd"),
        (replaced("x*", "-", regex=True), "ab", "-a-b-"),
    ],
)
def test_parts_of_text_are_replaced(action: Action, text: str, expected: str) -> None:
    result = done(action, series([text, None, ""], "str"))
    assert cells(result)[:2] == [expected, None]
    assert result["x"].dtype == "str"


def test_only_latin_letters_lose_their_accents() -> None:
    with_and_without = {
        "Élodie Ñandú": "Elodie Nandu",
        "Łódź, Ørsted, Straße": "Lodz, Orsted, Strasse",
        "e\u0301\u0323": "e",
        "Việt Nam ǿ": "Viet Nam o",
        "й ё が 가 हिंदी": "й ё が 가 हिंदी",
    }
    df = series([*with_and_without, None], "str")
    result = done(RemoveAccents(columns=("x",)), df)
    assert cells(result) == [*with_and_without.values(), None]
    assert result["x"].dtype == "str"


@pytest.mark.parametrize(
    ("values", "dtype", "options", "expected"),
    [
        (["7", "12345", "123456", None], "str", {}, ["00007", "12345", "123456", None]),
        ([-7, 0], "int64", {}, ["-0007", "00000"]),
        (["-ab", "é"], "str", {"fill": "*"}, ["**-ab", "****é"]),
        ([7, None], "Int64", {}, ["00007", None]),
        ([7, 12], "int64", {"side": "right", "fill": "'"}, ["7''''", "12'''"]),
    ],
)
def test_text_and_whole_numbers_are_padded(
    values: list[Any], dtype: str, options: Any, expected: list[Any]
) -> None:
    result = done(PadText(columns=("x",), width=5, **options), series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == "str"


def mapped(*pairs: tuple[Any, Any], otherwise: Any = "keep") -> MapValues:
    return MapValues(
        columns=("x",),
        pairs=tuple(ValuePair(old=old, new=new) for old, new in pairs),
        otherwise=otherwise,
    )


@pytest.mark.parametrize(
    ("values", "dtype", "action", "expected", "kind"),
    [
        (
            ["a", "b", "c", None],
            "str",
            mapped(("a", "b"), ("b", "a")),
            ["b", "a", "c", None],
            "str",
        ),
        (["a", None], "str", mapped(("a", None)), [None, None], "str"),
        (["a", None], "str", mapped(("z", "y")), ["a", None], "str"),
        ([1, 2, None], "Int64", mapped((1, 2), (2, 1)), [2, 1, None], "Int64"),
        ([1, 2**60 + 1], "int64", mapped((1, None)), [None, 2**60 + 1], "Int64"),
        ([1, 2], "int64", mapped((1, 0.5)), [0.5, 2.0], "float64"),
        ([1.0, 2.5, None], "float64", mapped((1, 3)), [3.0, 2.5, None], "float64"),
        ([1.0, 2.5, None], "float64", mapped((2.5, None)), [1.0, None, None], "float64"),
        ([True, False, None], "boolean", mapped((True, False)), [False, False, None], "boolean"),
        ([True, False], "bool", mapped((True, None)), [None, False], "boolean"),
        (
            ["m", "f", "?"],
            "str",
            mapped(("m", 1), ("f", 0), otherwise="missing"),
            [1, 0, None],
            "Int64",
        ),
        (
            ["y", "n"],
            "str",
            mapped(("y", True), ("n", False), otherwise="missing"),
            [True, False],
            "boolean",
        ),
        (
            [1, 2, None],
            "Int64",
            mapped((1, "one"), otherwise="missing"),
            ["one", None, None],
            "str",
        ),
        (
            [1.0, 2.0],
            "float64",
            mapped((1, 0.5), (2, 3), otherwise="missing"),
            [0.5, 3.0],
            "float64",
        ),
        (
            [True, False],
            "bool",
            mapped((True, "yes"), (False, None), otherwise="missing"),
            ["yes", None],
            "str",
        ),
        ([], "str", mapped(("a", "b"), otherwise="missing"), [], "str"),
        ([None], "str", mapped(("a", 1), otherwise="missing"), [None], "Int64"),
    ],
)
def test_values_are_mapped_all_at_once(
    values: list[Any], dtype: str, action: Action, expected: list[Any], kind: str
) -> None:
    result = done(action, series(values, dtype))
    assert cells(result) == expected
    assert result["x"].dtype == kind


def test_a_column_of_which_nothing_is_mapped_is_never_emptied() -> None:
    with pytest.raises(ValueError, match=r"^no value of 'x' is among those"):
        done(mapped(("M", 1), otherwise="missing"), series(["m", None], "str"))
