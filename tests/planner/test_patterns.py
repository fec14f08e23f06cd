"""A pattern reads a command to its end, in every way that it says, and in no other."""

import pytest

from domain.actions import Action, DropColumns
from infrastructure.llm.planner.phrases.pattern_places import compiled
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import tokenise
from tests.planner.tables import PENGUINS, PEOPLE


@by_patterns("(hide|put away) {columns} [for {count:whole} days] [gladly]", "unsee {column}")
def hide(said: Said) -> tuple[Action, ...] | None:
    return (DropColumns(columns=said.get("columns") or (said["column"],)),)


def read(message: str) -> tuple[Action, ...] | None:
    return hide(Reader(message, tokenise(message), PEOPLE, start=0, fresh=True))


@pytest.mark.parametrize(
    ("message", "columns"),
    [
        ("hide age", ("age",)),
        ("put away the age and the city", ("age", "city")),
        ("hide age for three days", ("age",)),
        ("hide age for 3 days gladly, please", ("age",)),
        ("unsee the emial", ("email",)),
    ],
)
def test_a_pattern_reads_what_it_says_and_reads_over_articles(
    message: str, columns: tuple[str, ...]
) -> None:
    assert read(message) == (DropColumns(columns=columns),)


@pytest.mark.parametrize("message", ["hide", "hide age for days", "hide age badly", "put age"])
def test_a_pattern_reads_nothing_else(message: str) -> None:
    assert read(message) is None


def test_an_ambiguous_column_is_asked_about() -> None:
    message = "hide culmen"
    with pytest.raises(Question, match="Which column do you mean by 'culmen'"):
        hide(Reader(message, tokenise(message), PENGUINS, start=0, fresh=True))


@pytest.mark.parametrize("pattern", ["(a", "a)", "[a", "{nothing_of_that_kind}"])
def test_a_pattern_that_says_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"bracket|slot"):
        by_patterns(pattern)


@pytest.mark.parametrize(
    ("message", "readable"),
    [
        ("by the cellar or the attics", True),
        ("behind the cellr", False),
        ("by the roof over the attics", False),
        ("by the garden gate", True),
    ],
)
def test_a_pattern_can_be_read_only_where_its_words_are_said(message: str, readable: bool) -> None:
    place = compiled("(by|beside) (cellar [roof]|garden gate) [attics]")
    assert place.may_be_read(tokenise(message)) is readable
