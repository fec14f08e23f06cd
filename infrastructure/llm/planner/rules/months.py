"""Rows of a month that is said without its year: "keep March only"."""

import calendar
from typing import Literal

from domain.actions import Action
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

_CHANGE = (
    f"({'|'.join((*words.DROP, *words.KEEP, 'filter', 'only'))}) [for|to|only|just] [all|those]"
)
_FROM = "(from|in|of|during|for|made in|placed in|dated)"


@by_patterns(
    f"{_CHANGE} {{rows}} {_FROM} {{months}}",
    f"{_CHANGE} [{_FROM}] {{months}} [{{rows}}] [only]",
)
def ask_year(said: Said) -> tuple[Action, ...] | None:
    """Ask for the year of "keep March only", which may be any."""
    dates, columns = _dates(said.reader), map(str.casefold, said.reader.shape.column_names)
    if not dates or said.says(*columns):
        return None
    names = [calendar.month_name[month] for month in said["months"]]
    written = " or ".join(names)
    verb = _matching(said.reader)
    raise Question(
        f"{written} of which year? Say, for example: {verb} rows in {names[0]} 2024.",
        tuple(
            Choice(
                label=f"of every year, by {name}",
                message=f"{verb} rows where the month of {quotation(name)} is {written}",
            )
            for name in dates
        ),
    )


def _matching(reader: Reader) -> Literal["keep", "drop"]:
    return "drop" if reader.drops else "keep"


def _dates(reader: Reader) -> tuple[str, ...]:
    return reader.of_types(frozenset({ColumnType.DATETIME}))


RULES = (ask_year,)
