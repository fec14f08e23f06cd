"""Whether a condition starts here, and not one more value of the one before."""

from infrastructure.llm.planner.phrases.subjects import read_subjects
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.condition_words import (
    COMPARED,
    IS,
    MATCHES,
    MATCHES_PATTERN,
    MISSING,
    NOT,
    RANGE,
    SIGNS,
    TEXTUAL,
)
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind


def starts_condition(reader: Reader) -> bool:
    """Whether a condition, rather than a bare value, stands here."""
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        return False
    if reader.at("not", "(", "is", *MISSING) or at_comparing(reader):
        return True
    start, missed = reader.position, reader.missed
    try:
        names, _ = read_subjects(reader)
        if names and (reader.at(*IS, *NOT, *MISSING) or at_comparing(reader)):
            return True
        reader.position = start
        return _at_column_and_value(reader)
    except Question:
        return True
    finally:
        reader.position, reader.missed = start, missed


def _at_column_and_value(reader: Reader) -> bool:
    """Whether a column's own name and something of it stand here: the "colour red" of "size small
    or colour red"."""
    name = reader.column(guess=False)
    token = reader.token()
    if name is None or token is None or token.kind is Kind.SIGN:
        return False
    return not reader.at(*words.KEYWORDS, *words.NOISE_AFTER)


def at_comparing(reader: Reader) -> bool:
    """Whether a word or a sign that compares stands here."""
    tables = (*COMPARED.values(), *TEXTUAL.values())
    signs = (tuple(SIGNS), RANGE, MATCHES, MATCHES_PATTERN)
    return any(reader.at(*phrases) for phrases in (*tables, *signs))


def ends_here(reader: Reader) -> bool:
    """Whether a condition may end here."""
    token = reader.token()
    joined = reader.at(
        ")", ",", ".", ";", "?", "!", "\n", *words.SEPARATORS, "or", *words.NOISE_AFTER
    )
    return token is None or bool(joined)
