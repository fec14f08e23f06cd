"""Rows by a column of truth values before a word for them: "active people"."""

from domain.actions import Comparison, Condition
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.held_values import codes_of
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import is_verb_of, name_words, singulars
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_DENYING = (
    *("not", "never", "do not", "don't", "dont", "does not", "doesn't", "did not", "didn't"),
    *("have not", "haven't", "has not", "hasn't", "is not", "isn't", "are not", "aren't"),
    *("was not", "wasn't", "were not", "weren't"),
)


def read_flagged_rows(reader: Reader, *, nouns: bool = False) -> Condition | None:
    """Read "active people", "unpaid invoices", with `nouns` also "members" of a column member.

    To drop members may be about the column.
    """
    start, missed = reader.position, reader.missed
    negated = reader.take("non", "not", "non-") is not None
    token = reader.token()
    name = token.text if token is not None and token.kind is not Kind.QUOTED else ""
    truths = reader.of_types(frozenset({ColumnType.BOOLEAN}))
    opposite = [truth for truth in truths if name.casefold() in _opposites(truth)]
    if opposite and name not in reader.shape.column_names:
        name, negated = opposite[0], not negated
    of_nouns = {f"{truth.casefold()}s": truth for truth in truths}
    if nouns and name.casefold() in of_nouns and name not in reader.shape.column_names:
        reader.advance()
        return Comparison(
            column=of_nouns[name.casefold()], operator="equals", values=(not negated,)
        )
    who = reader.truth_of(name.casefold())
    if who is not None:
        reader.advance()
        return Comparison(column=who, operator="equals", values=(not negated,))
    folded = {truth.casefold(): truth for truth in truths}
    if name.casefold() in folded:
        name = folded[name.casefold()]
        reader.advance()
        if reader.take_rows() or reader.take("ones") or _at_value(reader):
            reader.take("only")
            return Comparison(column=name, operator="equals", values=(not negated,))
    reader.position, reader.missed = start, missed
    return None


def _at_value(reader: Reader) -> bool:
    """Whether a value stands here: the women of "active women", the HR of "inactive and HR"."""
    start = reader.position
    reader.take("and")
    token = reader.token()
    reader.position = start
    if token is None or token.kind is not Kind.WORD:
        return False
    said = (token.text, *singulars(token.text), *codes_of(token.text))
    return any(text in reader.held for text in said)


def read_truth(reader: Reader) -> Comparison | None:
    """Read "unpaid", "smoke", "didn't pass": of a column of truth values, without a noun."""
    start = reader.position
    negated = reader.take(*_DENYING) is not None
    token = reader.token()
    truths = reader.of_types(frozenset({ColumnType.BOOLEAN}))
    if token is None or token.kind is not Kind.WORD or token.word in words.KEYWORDS:
        reader.position = start
        return None
    for truth in truths:
        opposite = token.word in _opposites(truth)
        alike = token.word == truth.casefold() or any(
            is_verb_of(token.word, word) for word in name_words(truth)
        )
        if opposite or alike:
            reader.advance()
            return Comparison(column=truth, operator="equals", values=(negated is opposite,))
    reader.position = start
    return None


def _opposites(name: str) -> set[str]:
    folded = name.casefold()
    return {f"{prefix}{folded}" for prefix in ("in", "un", "non-", "non")}
