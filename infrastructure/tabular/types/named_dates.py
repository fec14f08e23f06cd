"""Dates with the name of the month in them."""

import re
from collections.abc import Iterator, Sequence

from infrastructure.tabular.types.clock_times import clocks_of
from infrastructure.tabular.types.date_layouts import DAY, TWO_DIGITS, YEAR, Layout
from infrastructure.tabular.types.month_names import language_of, spellings
from infrastructure.tabular.types.readings import Reading

_NAMED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?P<a>\.? |[-/.]| de )(?P<word>[^\W\d_]{3,})(?P<b>\.? |[-/.]|, | de )"
    r"|(?P<word2>[^\W\d_]{3,})(?P<c>\.? )(?P<day2>[0-9]{1,2})(?P<d>,? ))"
    r"(?P<year>[0-9]{4}|[0-9]{2})(?P<time>\D.*)?"
)


def dates_with_names(values: Sequence[str]) -> Iterator[Reading]:
    cells = [_NAMED.fullmatch(value) for value in values]
    first = cells[0] if cells else None
    if first is None or None in cells:
        return
    dates = [
        value[: len(value) - len(cell["time"] or "")]
        for value, cell in zip(values, cells, strict=True)
        if cell
    ]
    language = language_of(dates)
    longest = max((cell["time"] or "" for cell in cells if cell), key=len)
    if language is None:
        return
    names = "(?:" + "|".join(spellings(language)) + ")"
    year, year_form = (YEAR, "%Y") if len(first["year"]) == 4 else (TWO_DIGITS, "%y")
    if first["day"]:
        a, b = first["a"], first["b"]
        pattern = f"{DAY}{re.escape(a)}{names}{re.escape(b)}{year}"
        form = f"%d{a}%B{b}{year_form}"
    else:
        a, b = first["c"], first["d"]
        pattern = f"{names}{re.escape(a)}{DAY}{re.escape(b)}{year}"
        form = f"%B{a}%d{b}{year_form}"
    for clock in clocks_of(longest):
        layout = Layout(form=form, clock=clock, names=language)
        yield layout.reading(pattern)
