"""What is said from today on, as "the last 7 days": nobody tells the planner what day it is."""

import re

from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

_PERIOD = "(?:hour|day|week|weekend|month|quarter|year)s?"
_FROM_TODAY = re.compile(
    rf"\b(?:today|yesterday|tomorrow|right now|recently|"
    rf"(?:last|past|previous|this|current|next|coming) (?:[0-9]+ |[a-z]+ ){{0,2}}{_PERIOD}|"
    rf"{_PERIOD} ago)\b"
)


def asks_for_today(reader: Reader, start: int) -> Question | None:
    """The question back for a command from `start` on that only who knows the day understands."""
    said = _FROM_TODAY.search(reader.text(start, len(reader.tokens)).casefold())
    if said is None or said.group() in {name.casefold() for name in reader.shape.column_names}:
        return None
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    if not dates:
        return Question(f"I cannot tell when {said.group()!r} is, and no column holds dates.")
    name = quotation(dates[0])
    return Question(
        f"I cannot tell when {said.group()!r} is: I know the table, and not today's date. Say it "
        f"with dates, for example: keep rows where {name} is on or after 2024-05-01. To see how "
        f"far the table goes, ask: what is the latest {name}.",
        tuple(
            Choice(label=f"the latest {each}", message=f"what is the latest {quotation(each)}")
            for each in dates
        ),
    )
