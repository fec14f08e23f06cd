"""Dates as they are written: days, months, and other parts of years."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = (
    rf"(?:(?:the )?[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} [0-9]{{1,2}}"
    rf"(?:st|nd|rd|th)?|{_MONTH})"
)
_YEAR = r"(?:19|20)[0-9]{2}(?![\w-])"
_ORDINAL = "(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_PART_OF_YEAR = (
    rf"(?:(?:the )?{_ORDINAL} (?:quarter|half)(?: of| in)?|q[1-4]|h[12]|"
    r"(?:the )?(?:spring|summer|autumn|fall)(?: of)?)"
)
_DATE_IN_WORDS = re.compile(rf"(?:{_DAY}|{_PART_OF_YEAR}),? {_YEAR}", re.IGNORECASE)
# The May 2 of "between May 2 and May 4, 2024", the June of "June, July or August 2024".
_BEFORE_ITS_YEAR = re.compile(
    rf"(?P<day>{_DAY})(?=(?:(?:,|,? (?:or|and|to|until|till|through)) {_DAY}){{1,11}},? "
    rf"(?P<year>{_YEAR}))",
    re.IGNORECASE,
)
_PARTS_OF_YEAR = {"quarter": 4, "half": 2}
# Winter is of two years.
_FIRST_OF_SEASON = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ORDINALS = {"fir": 1, "sec": 2, "thi": 3, "fou": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def read_date(reader: Reader) -> Written | None:
    """Read a date that is written with its month's name, or such a month: "April 2, 2024".

    The year may stand behind a later date of the same list or range.
    """
    token = reader.token()
    if token is None or token.kind is Kind.QUOTED:
        return None
    whole = _DATE_IN_WORDS.match(reader.message, token.start)
    found = whole or _BEFORE_ITS_YEAR.match(reader.message, token.start)
    if found is None:
        return None
    while (here := reader.token()) is not None and here.end <= found.end():
        reader.advance()
    text = found.group() if whole else f"{found['day']} {found['year']}"
    return Written(text, Kind.WORD)


def read_day(reader: Reader) -> Iterator[str]:
    """Read a day that is written for certain: 2024-01-31, January 31, 2024; as an ISO date."""
    start, token = reader.position, reader.token()
    written = read_date(reader)
    day = as_date(written.text) if written is not None else None
    if day is None and token is not None and (day := as_date(token.text)) is not None:
        reader.position = start
        reader.advance()
    if day is not None and len(day) == len("2024-01-31"):
        yield day


def as_date(text: str) -> str | None:
    """The ISO date that the text says for certain: 2024-03-04, 4 March 2024, March 4, 2024."""
    cleaned = re.sub(r"(?<=[0-9])(?:st|nd|rd|th)\b", "", text.casefold()).replace(",", " ")
    cleaned = re.sub(r"\b(?:the|of)\b", " ", cleaned).strip()
    iso = re.fullmatch(
        r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[t ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?",
        cleaned,
    )
    if iso:
        day = _iso(iso[1], iso[2], iso[3])
        return f"{day} {iso[4]}" if day and iso[4] else day
    parts = cleaned.split()
    if len(parts) != 3 or not re.fullmatch("[0-9]{4}", parts[2]):
        return None
    day_first = parts[0].isascii() and parts[0].isdigit()
    day_part, month = parts[:2] if day_first else (parts[1], parts[0])
    if month[:3] not in _MONTHS or not re.fullmatch("[0-9]{1,2}", day_part):
        return None
    return _iso(parts[2], str(_MONTHS.index(month[:3]) + 1), day_part)


def as_days(text: str) -> tuple[str, str] | None:
    """The first and the last day of the year, its half or quarter, or the month that is said."""
    parts = [p for p in text.casefold().replace(",", " ").split() if p not in {"the", "of", "in"}]
    if len(parts) == 3 and parts[1] in _PARTS_OF_YEAR:
        last = _PARTS_OF_YEAR[parts[1]]
        number = last if parts[0] == "last" else _ORDINALS.get(parts[0][:3], last + 1)
        return as_days(f"{parts[1][0]}{number} {parts[2]}") if number <= last else None
    if len(parts) == 1 and re.fullmatch("[12][0-9]{3}", parts[0]):
        return f"{parts[0]}-01-01", f"{parts[0]}-12-31"
    if len(parts) != 2 or not re.fullmatch("[12][0-9]{3}", parts[1]):
        return None
    length = 1
    if part := re.fullmatch("q([1-4])|h([12])", parts[0]):
        length = 3 if part[1] else 6
        first = length * (int(part[1] or part[2]) - 1) + 1
    elif parts[0] in _FIRST_OF_SEASON:
        length, first = 3, _FIRST_OF_SEASON[parts[0]]
    elif parts[0][:3] in _MONTHS:
        first = _MONTHS.index(parts[0][:3]) + 1
    else:
        return None
    last = first + length - 1
    days = monthrange(int(parts[1]), last)[1]
    return f"{parts[1]}-{first:02}-01", f"{parts[1]}-{last:02}-{days:02}"


def as_year(text: str) -> str | None:
    """The text, if it is a year in four digits."""
    return text if re.fullmatch("[12][0-9]{3}", text) else None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
