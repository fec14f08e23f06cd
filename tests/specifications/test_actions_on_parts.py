"""What becomes of texts that are taken apart, and of columns that are put together."""

import time
from typing import Any

import pandas as pd
import pytest

from domain.actions import ExtractText, MergeColumns, SplitColumn
from tests.specifications.tables import cells, done, series


@pytest.mark.parametrize(
    ("what", "text", "part"),
    [
        ("number", "Weight: 1,234.5 kg", 1234.5),
        ("number", "1.234,50 €", 1234.5),
        ("number", "ca. 12,5 %", 12.5),
        ("number", "-5°C to 3°C", -5),
        ("number", "SKU-55", 55),
        ("number", "1,234 of 5,678", 1234),
        ("number", "no. ٣", None),
        ("number", "-.5 or .7", -0.5),
        ("number", "No.5", 5),
        ("number", "\u22125 °C", -5),
        ("number", "1.5e3 or so", 1500),
        ("number", "model 1E5x", 1),
        ("digits", "+47 (22) 33-44", "47223344"),
        ("digits", "007", "007"),
        ("digits", "none", None),
        ("letters", "A-12 bé_€ [½]", "Abé"),
        ("letters", "हिंदी 12, 数量!", "हिंदी数量"),
        ("email", "Ann <ann.lee+x@mail.example.co.uk>.", "ann.lee+x@mail.example.co.uk"),
        ("email", "at@home", None),
        ("email", "jürgen@müller.de, b@c.org", "jürgen@müller.de"),
        ("domain", "ann.lee@mail.example.com", "mail.example.com"),
        ("domain", "see https://www.example.org/a?b=c@d.e", "example.org"),
        ("domain", "http://user:pw@example.net:80/", "example.net"),
        ("domain", "www.example.com/path", "example.com"),
        ("domain", "ann.lee", "ann.lee"),
        ("domain", "ann.lee@home", None),
        ("domain", "just words", None),
        ("url", "go to HTTPS://example.com/a_(b)?q=1, or", "HTTPS://example.com/a_(b)?q=1"),
        ("url", "(www.example.com).", "www.example.com"),
        ("url", "example", None),
        ("year", "Released 2024-03-01", 2024),
        ("year", "(1999)", 1999),
        ("year", "in 12024 or 3000", None),
        ("first_word", "Lee, Ann", "Lee"),
        ("first_word", "  St. John's", "St."),
        ("first_word", "हिंदी भाषा", "हिंदी"),
        ("last_word", "Ann O'Neil-Smith (Jr)", "Jr"),
        ("last_word", "One", "One"),
        ("last_word", "हिंदी भाषा! ", "भाषा"),
        ("last_word", "?!", None),
    ],
)
def test_the_first_known_part_of_a_text_is_extracted(what: Any, text: str, part: Any) -> None:
    # Something is found at least: where nothing is, the action refuses the table.
    found = "a@b.com 2001 https://x.com" if what != "domain" else "x.com"
    df = series([text, None, "", found], "str")
    result = done(ExtractText(column="x", what=what), df)
    assert list(result) == ["x", f"x_{what}", "other"]
    assert cells(result, f"x_{what}")[:3] == [part, None, None]
    kinds = {"number": "float64", "year": "Int64"}
    assert result[f"x_{what}"].dtype == kinds.get(what, "str")


@pytest.mark.parametrize(
    ("pattern", "new", "expected"),
    [
        (r"\d+", ("n",), {"n": ["12", None]}),
        (r"([a-z]+)-(\d+)", ("a", "b"), {"a": ["ab", None], "b": ["12", None]}),
        (r"(?P<a>[a-z]+)-(?P<b>\d+)", (), {"a": ["ab", None], "b": ["12", None]}),
        (r"(?P<a>[a-z]+)(?:-(?P<b>\d+))?", ("c", "d"), {"c": ["ab", "xy"], "d": ["12", None]}),
        (r"(?i)AB", ("n",), {"n": ["ab", None]}),
        (r"x|a", ("n",), {"n": ["a", "x"]}),
        (r"(.)(.)", ("a", "x"), {"x": ["b", "y"], "a": ["a", "x"]}),
    ],
)
def test_each_group_of_a_pattern_fills_a_column(
    pattern: str, new: tuple[str, ...], expected: dict[str, list[Any]]
) -> None:
    df = series(["ab-12", "xy"], "str")
    result = done(ExtractText(column="x", pattern=pattern, new=new), df)
    kept = [] if "x" in new else ["x"]
    assert list(result) == [*kept, *expected, "other"]
    assert {name: cells(result, name) for name in expected} == expected


def test_a_part_may_take_the_place_of_the_text() -> None:
    df = series(["+1 23", None], "str")
    result = done(ExtractText(column="x", what="digits", new=("x",)), df)
    assert cells(result) == ["123", None]
    assert list(result) == ["x", "other"]


def test_where_no_text_has_the_part_nothing_is_made() -> None:
    with pytest.raises(ValueError, match=r"^no value of 'x' is text with an e-mail address in it"):
        done(ExtractText(column="x", what="email"), series(["a", None], "str"))
    with pytest.raises(ValueError, match=r"^no value of 'x' is text that matches the pattern"):
        done(ExtractText(column="x", pattern="(z)(z)", new=("a", "b")), series(["a"], "str"))
    nothing_said = done(ExtractText(column="x", what="year"), series(["", None], "str"))
    assert cells(nothing_said, "x_year") == [None, None]


@pytest.mark.parametrize("what", ["number", "email", "domain", "url", "first_word", "last_word"])
@pytest.mark.parametrize("text", ["a" * 50_000, "a." * 25_000, "@" * 50_000, "1," * 25_000])
def test_a_long_text_takes_no_longer_than_many_short_ones(what: Any, text: str) -> None:
    df = series([text, "a@b.com 1 https://x.com", "x.com"], "str")
    start = time.process_time()
    done(ExtractText(column="x", what=what), df)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            SplitColumn(column="x", separator=",", new=("a", "b")),
            {"a": ["Lee", "x", None], "b": ["Ann, MD", None, None]},
        ),
        (
            SplitColumn(column="x", separator=",", new=("a", "b", "c", "d")),
            {
                "a": ["Lee", "x", None],
                "b": ["Ann", None, None],
                "c": ["MD", None, None],
                "d": [None, None, None],
            },
        ),
        (
            SplitColumn(column="x", separator=","),
            {"x_1": ["Lee", "x", None], "x_2": ["Ann", None, None], "x_3": ["MD", None, None]},
        ),
        (
            SplitColumn(column="x", separator=" ", new=("x", "b")),
            {"x": ["Lee,", "x", None], "b": ["Ann, MD", None, None]},
        ),
        (
            SplitColumn(column="x", separator=r"\W+", regex=True, new=("a", "b")),
            {"a": ["Lee", "x", None], "b": ["Ann, MD", None, None]},
        ),
        (
            SplitColumn(column="x", separator=", ", new=("a", "b"), keep=True),
            {
                "x": ["Lee, Ann, MD", "x", None],
                "a": ["Lee", "x", None],
                "b": ["Ann, MD", None, None],
            },
        ),
    ],
)
def test_text_is_split_in_its_place_and_the_last_part_keeps_the_rest(
    action: SplitColumn, expected: dict[str, list[Any]]
) -> None:
    df = series(["Lee, Ann, MD", "x", None], "str")
    df.insert(0, "before", 0)
    result = done(action, df)
    assert list(result) == ["before", *expected, "other"]
    assert {name: cells(result, name) for name in expected} == expected
    assert {str(result[name].dtype) for name in expected} == {"str"}


def test_the_separator_is_no_pattern_unless_it_is_said_to_be() -> None:
    df = series(["a|b", "a.b"], "str")
    assert cells(done(SplitColumn(column="x", separator="|"), df), "x_2") == ["b", None]
    assert cells(done(SplitColumn(column="x", separator="."), df), "x_2") == [None, "b"]


@pytest.mark.parametrize("new", [("a", "b"), ()])
def test_what_cannot_be_split_is_left_alone(new: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"^no value of 'x' is text with the separator in it"):
        done(SplitColumn(column="x", separator=";", new=new), series(["a,b", None], "str"))


def test_no_more_columns_are_made_than_somebody_can_want() -> None:
    with pytest.raises(ValueError, match=r"^'x' would be split into more than 50 columns"):
        done(SplitColumn(column="x", separator=" "), series(["a " * 51], "str"))


MIXED = pd.DataFrame(
    {
        "day": pd.Series(["2024-01-02", None, None], dtype="datetime64[us]"),
        "between": [1, 2, 3],
        "n": pd.Series([7, 8, None], dtype="Int64"),
        "t": pd.Series(["a'b", None, None], dtype="str"),
    }
)


def test_columns_of_any_type_are_merged_without_what_is_missing() -> None:
    action = MergeColumns(columns=("t", "day", "n"), separator=" {", new="all")
    result = done(action, MIXED)
    assert list(result) == ["all", "between"]
    assert cells(result, "all") == ["a'b {2024-01-02 {7", "8", None]
    assert result["all"].dtype == "str"


def test_merged_columns_may_stay() -> None:
    result = done(MergeColumns(columns=("n", "day"), separator="", new="id", keep=True), MIXED)
    assert list(result) == ["day", "between", "n", "id", "t"]
    assert cells(result, "id") == ["72024-01-02", "8", None]


def test_a_merged_column_may_be_called_as_one_of_them() -> None:
    result = done(MergeColumns(columns=("day", "t"), separator="/", new="t"), MIXED)
    assert list(result) == ["t", "between", "n"]
    assert cells(result, "t") == ["2024-01-02/a'b", None, None]
