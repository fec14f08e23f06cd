"""Rows by a part of their dates: "keep rows where the month of joined is March or April"."""

import calendar
from typing import Literal

from domain.actions import Action, Comparison, DateParts, DropColumns, FilterRows
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import quotation

_CHANGE = (
    f"({'|'.join((*words.DROP, *words.KEEP, 'filter', 'only'))}) [for|to|only|just] [all|those]"
)
_WHERE = "(where|whose|with|in which|for which|that have|which have) [the]"
_IS = "(is|=|==|equals|was|is in|in|is one of|is either)"
_FROM = "(from|in|of|during|for|made in|placed in|dated)"


@by_patterns(
    f"{_CHANGE} [{{rows}}] {_WHERE} {{parts:date_parts}} (of|in) {{column}} {_IS} {{numbers}}",
    f"{_CHANGE} [{{rows}}] {_WHERE} month (of|in) {{column}} {_IS} {{months}}",
)
def filter_by_part(said: Said) -> tuple[Action, ...] | None:
    """Read "drop rows where the year of joined is 2020", "… the month of joined is March"."""
    name, parts = said["column"], said.get("parts", ("month",))
    if name not in _dates(said.reader) or len(parts) > 1:
        return None
    part = free_name(said.reader, parts[0])
    is_so = Comparison(column=part, operator="in", values=said.get("numbers", said.get("months")))
    return (
        DateParts(column=name, parts=parts, new=(part,)),
        FilterRows(where=is_so, matching=_matching(said.reader)),
        DropColumns(columns=(part,)),
    )


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


RULES = (filter_by_part, ask_year)
