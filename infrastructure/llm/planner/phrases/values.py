"""Values in a message, read as they are written."""

from dataclasses import dataclass

from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_STOPS = (
    *("and", "or", "but", "then", "&", "&&", "|", "||", "in", "for", "where", "if", "ignoring"),
    *("to", "with", "by"),
    *("into", "as", "within", "regardless", "case-insensitive", "case-insensitively", "from"),
    *("please", "thanks", "unless", "except", "on", "when", "whenever", "keeping", "else"),
    *("otherwise", "everywhere", "wherever", "instead"),
)
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
