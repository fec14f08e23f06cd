"""Values in a message: read as written, then typed by the column that they are compared with."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from domain.actions import Scalar
from domain.table import Column, ColumnType
from infrastructure.llm.planner import words
from infrastructure.llm.planner.reader import NUMERIC, Question, Reader
from infrastructure.llm.planner.tokens import Kind

_STOPS = (
    *(
        "and",
        "or",
        "but",
        "then",
        "&",
        "&&",
        "|",
        "||",
        "in",
        "for",
        "where",
        "if",
        "ignoring",
        "to",
        "with",
        "by",
    ),
    *("into", "as", "within", "regardless", "case-insensitive", "case-insensitively", "from"),
    *("please", "thanks", "unless", "except", "on", "when", "whenever", "keeping", "else"),
    *("otherwise", "everywhere"),
)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six"),
            *("seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
            *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_MINUS = frozenset({"minus", "negative"})
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMBER = re.compile(r"([-+]?)[$€£¥₹]?([0-9][0-9,]*|(?=\.))(\.[0-9]+)?(e[+-]?[0-9]+)?(k?)")
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})
_TRUTH_PAIRS = [{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"1", "0"}, {"y", "n"}, {"t", "f"}]
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
_PART_OF_YEAR = rf"(?:(?:the )?{_ORDINAL} (?:quarter|half)(?: of| in)?|q[1-4]|h[12])"
_DATE_IN_WORDS = re.compile(rf"(?:{_DAY}|{_PART_OF_YEAR}),? {_YEAR}", re.IGNORECASE)
# The May 2 of "between May 2 and May 4, 2024", the June of "June, July or August 2024".
_BEFORE_ITS_YEAR = re.compile(
    rf"(?P<day>{_DAY})(?=(?:(?:,|,? (?:or|and|to|until|till|through)) {_DAY}){{1,11}},? "
    rf"(?P<year>{_YEAR}))",
    re.IGNORECASE,
)
_PARTS_OF_YEAR = {"quarter": 4, "half": 2}
_ORDINALS = {
    "fir": 1,
    "sec": 2,
    "thi": 3,
    "fou": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_LONGEST_BARE = 6


@dataclass(frozen=True)
class Written:
    """A value as it was written. Bare words may be something else than a value."""

    text: str
    kind: Kind


def read_value(reader: Reader, *more_stops: str) -> Written | None:
    """Read a quoted text, a number, a sign such as ?, or up to six bare words."""
    reader.take("the value", "the word", "the text", "the string", "value")
    token = reader.token()
    if token is None:
        return None
    if token.kind is Kind.QUOTED:
        reader.advance()
        return Written(token.text, Kind.QUOTED)
    if token.kind is Kind.SIGN:
        return _sign(reader, token.text)
    start = reader.position
    while _is_bare(reader, start, more_stops):
        reader.advance()
    end = reader.position
    if end == start:
        return None
    text = reader.text(start, end)
    only_number = token.kind is Kind.NUMBER and end == start + 1
    return Written(text, Kind.NUMBER if only_number or as_number(text) is not None else Kind.WORD)


def read_pattern(reader: Reader) -> str | None:
    """Read a regular expression: in quotes, or as it stands up to the next white space."""
    token = reader.token()
    if token is None:
        return None
    if token.kind is Kind.QUOTED:
        reader.advance()
        return token.text
    rest = reader.message[token.start :]
    text = rest.split(None, 1)[0] if rest.strip() else ""
    end = token.start + len(text)
    while (here := reader.token()) is not None and here.start < end:
        reader.advance()
    return text or None


def typed(written: Written, column: Column) -> Scalar:
    """The value as the column's type has it. Raises Question where it has no such value."""
    if column.type in NUMERIC:
        return _number_for(written, column)
    if column.type is ColumnType.BOOLEAN:
        folded = written.text.casefold()
        if folded in _TRUE | _FALSE:
            return folded in _TRUE
        raise Question(
            f"{column.name!r} holds true/false values, and {written.text!r} is neither. "
            f"Convert {column.name} to text first if you want that."
        )
    if column.type is ColumnType.DATETIME:
        found = as_date(written.text)
        if found is None:
            raise Question(
                f"I cannot read {written.text!r} as a date for {column.name!r}. "
                "Write dates like 2024-03-04."
            )
        return found
    return written.text


def says_number_in_words(written: Written) -> bool:
    """Whether it is a number without a digit, such as two: it may as well be meant as a text."""
    digits = any(character.isdigit() for character in written.text)
    return not digits and as_number(written.text) is not None


def is_truth_value_for(old: Written, new: Written) -> bool:
    """Whether `new` says another truth value than `old`, as plainly or in the same pair of words.

    Who replaces yes by y, or true by 0, wants another text, which a truth value is not.
    """
    before, after = old.text.casefold(), new.text.casefold()
    if (before in _TRUE) == (after in _TRUE):
        return False
    return after in {"true", "false"} or {before, after} in _TRUTH_PAIRS


def as_number(text: str) -> int | float | None:
    """The number that the text says: -1.5, 1,234, $50k, three, 2 million. Not a percentage."""
    *head, last = text.casefold().replace("\u2212", "-").split() or [""]
    if head and head[0] in _MINUS:
        number = as_number(" ".join((*head[1:], last)))
        return None if number is None else -number
    scale = _SCALES.get(last, 0)
    if scale and head == ["a"]:
        return scale
    if scale and len(head) == 1:
        number = as_number(head[0])
        return None if number is None else _plain(number * scale)
    tens, _, ones = (head[0] if len(head) == 1 else last).partition("-")
    ones = last if len(head) == 1 else ones
    if tens in _TENS and (not ones or _NUMBER_WORDS.get(ones, 0) in range(1, 10)):
        return _TENS[tens] + _NUMBER_WORDS.get(ones, 0)
    if head:
        return None
    if last in _NUMBER_WORDS:
        return _NUMBER_WORDS[last]
    match = _NUMBER.fullmatch(last)
    if match is None:
        return None
    sign, whole, fraction, exponent, thousands = (group or "" for group in match.groups())
    if "," in whole and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", whole):
        return None
    digits = f"{sign}{whole.replace(',', '') or 0}"
    if fraction or exponent:
        return _plain(float(digits + fraction + exponent) * (1000 if thousands else 1))
    # Beyond any number's length it is text, and int() would refuse it.
    return int(digits) * (1000 if thousands else 1) if len(digits) <= 400 else None


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


def looks_unclear(written: Written) -> bool:
    """Whether bare words are more likely a description of a value than the value itself.

    New York and new york are values; "the median age", "neither Paris" and "orders over 100" are
    not.
    """
    if written.kind is not Kind.WORD:
        return False
    text = written.text
    parts = text.split()
    if _COMPARING.search(text):
        return True
    if len(parts) == 1:
        # IT and MAX are no "it" and no "max".
        return parts[0].casefold() in _DESCRIPTIVE and not (len(text) < 4 and text.isupper())
    if parts[0][:1].isupper() and all(p[:1].isupper() or p in _IN_NAMES for p in parts):
        return parts[0].casefold() in _DESCRIPTIVE
    return any(part.casefold() in _DESCRIPTIVE | words.KEYWORDS for part in parts)


def clear(written: Written) -> Written:
    """The value, if it is one. Raises Question where quotes are needed to be sure."""
    if looks_unclear(written):
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'."
        )
    return written


_COMPARING = re.compile(
    r"\b(over|under|above|below|than|least|most|before|after|since|until|between)\s+[$€£]?[0-9]",
    re.IGNORECASE,
)
_IN_NAMES = frozenset({"of", "the", "and", "de", "la", "del", "di", "da", "van", "von", "der"})
_DESCRIPTIVE = frozenset(
    {
        *("previous", "next", "forward", "backward", "ffill", "bfill", "interpolation", "knn"),
        *("interpolated", "interpolate", "nearest", "random", "min", "max", "minimum", "maximum"),
        *("last", "first", "it", "them", "that", "something", "anything", "same", "neighbours"),
        *("sum", "std", "values", "value", "numbers", "missing", "null", "nothing", "today", "now"),
        *("regression", "prediction", "neither", "nor", "both", "whatever", "other", "mean"),
        *("median", "mode", "average", "duplicated", "duplicate", "unique", "numeric", "odd"),
        *("even", "invalid", "valid", "wrong", "correct", "similar", "different", "yesterday"),
        *("outlier", "outliers", "common", "rare", "frequent", "high", "low", "bad", "weird"),
    }
)


def _number_for(written: Written, column: Column) -> int | float:
    quoted_words = written.kind is Kind.QUOTED and says_number_in_words(written)
    number = None if quoted_words else as_number(written.text)
    if number is not None:
        if isinstance(number, int) and abs(number) > 2**53 - 1:
            raise Question(
                f"{number} is too long for a number. Say first: convert {column.name} to text. "
                f"Then put the value in quotes: '{number}'."
            )
        return number
    if written.text.endswith("%"):
        share = written.text.removesuffix("%")
        raise Question(
            f"Does {column.name!r} hold {share} percent as {share}, or as a fraction of 1? "
            "Write the number as the column has it."
        )
    raise Question(
        f"{column.name!r} holds numbers, and {written.text!r} is none. "
        f"Convert {column.name} to text first if you want that."
    )


def _is_bare(reader: Reader, start: int, more_stops: tuple[str, ...]) -> bool:
    token = reader.token()
    if token is None or token.kind in {Kind.QUOTED, Kind.SIGN}:
        return False
    if reader.position - start >= _LONGEST_BARE or reader.at(*_STOPS, *more_stops):
        return False
    return not (reader.position > start and reader.at(*words.NOISE_AFTER))


def _sign(reader: Reader, text: str) -> Written | None:
    if text in {",", ";", "\n", "(", ")", ".", "!"}:
        return None
    reader.advance()
    return Written(text, Kind.QUOTED)


def _plain(number: int | float) -> int | float:
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 2**53
    return int(number) if whole else number


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
