"""Words: for what is missing, for what is true, and those that only look like them."""

# ruff: noqa: RUF001 such characters are the cases

from domain.dataset import GivenOptions, Interpretation
from tests.tabular.complaints.cases import (
    Case,
    Cells,
    column,
    in_column,
    integers,
    numbers,
    text,
    truths,
)


def _read(name: str, *cells: str, as_: Cells, header: str = "value", doubt: str = "") -> Case:
    return Case(
        name=name,
        content=column(*cells, name=header),
        columns=in_column(as_, header),
        doubted=(doubt,) if doubt else (),
    )


CASES = (
    _read(
        "Namibia is a country (pandas#10647)",
        "DE",
        "NA",
        "FR",
        as_=text("DE", "NA", "FR"),
        header="country",
    ),
    _read(
        "North America is a continent",
        "EU",
        "NA",
        "SA",
        "AF",
        "",
        as_=text("EU", "NA", "SA", "AF", None),
    ),
    _read("NA beside numbers is missing", "1", "NA", "3", as_=integers(1, None, 3)),
    _read("NA beside names is missing", "Ann", "NA", "Robert", as_=text("Ann", None, "Robert")),
    _read(
        "None is a surname",
        "Smith",
        "None",
        "Jones",
        as_=text("Smith", "None", "Jones"),
        header="surname",
    ),
    _read(
        "Null is a surname",
        "Smith",
        "Null",
        "Jones",
        as_=text("Smith", "Null", "Jones"),
        header="surname",
    ),
    _read("Nan is a first name", "Nan", "Li", "Ann", as_=text("Nan", "Li", "Ann")),
    _read("a dash beside numbers is missing", "1.5", "-", "3", as_=numbers(1.5, None, 3.0)),
    _read("a long dash beside numbers is missing", "1", "–", "3", as_=integers(1, None, 3)),
    _read("a question mark beside numbers is missing", "1", "?", "3", as_=integers(1, None, 3)),
    _read(
        "a point beside numbers is missing, as SAS writes it",
        "1.5",
        ".",
        "3",
        as_=numbers(1.5, None, 3.0),
    ),
    _read(
        "two points beside numbers are missing, as the World Bank writes them",
        "1.5",
        "..",
        "3",
        as_=numbers(1.5, None, 3.0),
    ),
    _read("n.a. beside numbers is missing", "1", "n.a.", "3", as_=integers(1, None, 3)),
    _read(
        "k. A. beside numbers is missing, as Germans write it",
        "1",
        "k. A.",
        "k.A.",
        "4",
        as_=integers(1, None, None, 4),
    ),
    _read(
        "errors of a spreadsheet beside numbers are missing",
        "1.5",
        "#DIV/0!",
        "#N/A",
        "#REF!",
        as_=numbers(1.5, None, None, None),
    ),
    _read(
        "the backslash and N of MySQL is missing beside numbers",
        "1",
        "\\N",
        "3",
        as_=integers(1, None, 3),
    ),
    _read(
        "the backslash and N of MySQL is missing beside words",
        "x",
        "\\N",
        "z",
        as_=text("x", None, "z"),
    ),
    _read("a dash among words is a word", "red", "-", "blue", as_=text("red", "-", "blue")),
    _read(
        "a question mark among words is a word", "yes!", "?", "no!", as_=text("yes!", "?", "no!")
    ),
    _read(
        "a word beside numbers that is nobody's word for missing keeps all cells",
        "1",
        "many",
        "3",
        as_=text("1", "many", "3"),
    ),
    _read(
        "less than the limit of detection is no number",
        "0.5",
        "<0.1",
        "0.7",
        as_=text("0.5", "<0.1", "0.7"),
    ),
    _read(
        "numbers with a mark for a footnote are no numbers",
        "12",
        "15*",
        "11",
        as_=text("12", "15*", "11"),
    ),
    _read("white space alone is missing beside numbers", "1", "   ", "3", as_=integers(1, None, 3)),
    Case(
        name="an empty cell in quotes is missing",
        content='n,value\n1,"x"\n2,""\n3,\n',
        columns=in_column(text("x", None, None)),
    ),
    Case(
        name="what a person says is missing is missing",
        content=column("12", "-999", "7"),
        columns=in_column(integers(12, None, 7)),
        given=GivenOptions(interpretation=Interpretation(missing=("-999",))),
    ),
    Case(
        name="what a person says is not missing is kept",
        content=column("Ann", "NA", "Robert"),
        columns=in_column(text("Ann", "NA", "Robert")),
        given=GivenOptions(interpretation=Interpretation(missing=())),
    ),
    _read("true and false are truth values", "true", "false", "", as_=truths(True, False, None)),
    _read("yes and no are truth values", "yes", "no", "yes", as_=truths(True, False, True)),
    _read("Y and N are truth values", "Y", "N", "N", "", as_=truths(True, False, False, None)),
    _read("ja and nein are truth values", "ja", "nein", "ja", as_=truths(True, False, True)),
    _read("oui and non are truth values", "oui", "non", as_=truths(True, False)),
    _read("yes, no and maybe are words", "yes", "no", "maybe", as_=text("yes", "no", "maybe")),
    _read(
        "Norway is no truth value", "NO", "NO", "NO", as_=text("NO", "NO", "NO"), header="country"
    ),
    _read("Norway among countries is no truth value", "NO", "SE", "DK", as_=text("NO", "SE", "DK")),
    _read("the sexes are no truth values", "F", "M", "F", as_=text("F", "M", "F")),
    _read("women alone are not false", "F", "F", as_=text("F", "F"), header="sex"),
    _read("north and south are words", "N", "S", "N", as_=text("N", "S", "N")),
    _read("true beside one is text", "true", "1", "false", as_=text("true", "1", "false")),
    _read("emoji are kept", "👍🏽", "👩‍👩‍👧", "🇩🇪", as_=text("👍🏽", "👩‍👩‍👧", "🇩🇪")),
    _read("text from right to left is kept", "שלום", "مرحبا", as_=text("שלום", "مرحبا")),
    _read("marks of direction are kept", "\u200fאב", "a\u200e", as_=text("\u200fאב", "a\u200e")),
    _read(
        "characters of no width are kept", "a\u200bb", "x\u200dy", as_=text("a\u200bb", "x\u200dy")
    ),
    _read(
        "composed and decomposed letters are not made the same",
        "é",
        "e\u0301",
        as_=text("é", "e\u0301"),
    ),
    _read("spaces around words are kept", " x", "y ", as_=text(" x", "y ")),
    _read("spaces that do not break are kept in words", "a\u00a0b", as_=text("a\u00a0b")),
)
