"""Rows named by what a column calls them: "order 1003", "orders 1004 and 1006", "sku A-17"."""

from collections.abc import Iterator

from domain.actions import Comparison, Condition
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words, singulars
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, Token

_NUMBER = ("number", "numbers", "no", "nr", "no.", "nr.", "#", "id", "ids", "code", "codes")
# What a column is called that names the rows: the "id" of order_id.
OF_NAMES = frozenset({"id", "ids", "no", "nr", "num", "number", "code", "key", "nummer", "numero"})
_MOST_NAMED = 100


def read_named_rows(reader: Reader) -> Iterator[Condition]:
    """Read a noun and the numbers or codes behind it, where a column is called by the noun."""
    name = _column_of_noun(reader)
    if name is None:
        return
    reader.take(*_NUMBER)
    reader.take("=", ":", "is")
    column = reader.column_named(name)
    values = [typed(written, column) for written in _codes(reader, number=column.type in NUMERIC)]
    if values:
        yield Comparison(
            column=name,
            operator="equals" if len(values) == 1 else "in",
            values=tuple(dict.fromkeys(values)),
        )


def _column_of_noun(reader: Reader) -> str | None:
    """The column that names the rows: by its own name, or by the noun of it alone."""
    start, token = reader.position, reader.token()
    if token is None or token.kind is not Kind.WORD or token.word in words.ROWS:
        return None
    nouns = {token.word, *singulars(token.word)}
    named = [name for name in reader.shape.column_names if _is_of(name, nouns)]
    if len(named) == 1 and not any(_is_noun(name, nouns) for name in reader.shape.column_names):
        reader.advance()
    else:
        name = reader.column(guess=False)
        named = [] if name is None else [name]
    fits = bool(named) and reader.column_named(named[0]).type in {*NUMERIC, ColumnType.TEXT}
    if not fits:
        reader.position = start
    return named[0] if fits else None


def _is_noun(name: str, nouns: set[str]) -> bool:
    """Whether a column is called by the noun itself."""
    return len(name_words(name)) == 1 and name_words(name)[0] in nouns


def _is_of(name: str, nouns: set[str]) -> bool:
    first, *more = name_words(name) or ("",)
    return first in nouns and bool(more) and set(more) <= OF_NAMES


def _codes(reader: Reader, *, number: bool) -> Iterator[Written]:
    """Numbers, codes with a digit or quoted texts, with commas or an "and" between."""
    for count in range(_MOST_NAMED):
        before = reader.position
        if count and not (reader.take(",") or reader.at("and", "or", "&")):
            return
        if count:
            reader.take("and", "or", "&")
        token = reader.token()
        if token is None or not _is_code(token, number=number):
            reader.position = before
            return
        reader.advance()
        yield Written(token.text, token.kind)


def _is_code(token: Token, *, number: bool) -> bool:
    if number:
        return token.kind is Kind.NUMBER and as_number(token.text) is not None
    return token.kind is Kind.QUOTED or any(sign.isdigit() for sign in token.text)
