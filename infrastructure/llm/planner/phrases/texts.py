"""Texts in a message to look for or to put: signs by their names, quotations, single words."""

from collections.abc import Iterator

from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_JOIN = frozenset("-_/#")


def read_mark(reader: Reader) -> Iterator[str]:
    """Read a sign by its name, in quotes, or as it is."""
    named = reader.take(*words.MARKS)
    if named is not None:
        reader.take("character", "characters", "sign", "signs", "symbol", "symbols")
        yield words.MARKS[named]
        return
    token = reader.token()
    if token is None:
        return
    bare = token.kind is not Kind.NUMBER and not any(c.isalnum() or c == "\n" for c in token.text)
    if token.kind is Kind.QUOTED or bare:
        reader.position += 1
        yield token.text


def read_quoted(reader: Reader) -> Iterator[str]:
    """Read a text in quotes."""
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.position += 1
        yield token.text


def read_sign(reader: Reader) -> Iterator[str]:
    """Read a text without letters and digits: by its name, in quotes, or as it is."""
    if reader.at("space", "spaces", "blank", "whitespace", "white space"):
        # Around the text, or within it?
        return
    for mark in read_mark(reader):
        if mark and not any(character.isalnum() for character in mark):
            yield mark


def read_text(reader: Reader) -> Iterator[str]:
    """Read a text to look for or to put: in quotes, a sign, or one bare word."""
    start = reader.position
    yield from read_mark(reader)
    reader.position = start
    token = reader.token()
    if token is not None and token.kind in {Kind.WORD, Kind.NUMBER}:
        reader.position += 1
        yield token.text


def read_signs(reader: Reader) -> Iterator[tuple[str, ...]]:
    """Read at least two signs: "dashes and slashes", "brackets", which are two."""
    found: list[str] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "or", "&")] if found else ["first"]
        reader.skip("the", "all", "any")
        pair = reader.take(*words.BRACKETS) if any(joined) else None
        sign = None if pair else next(read_sign(reader), None) if any(joined) else None
        if not (pair or sign):
            reader.position = before
            break
        found += words.BRACKETS[pair] if pair else [sign or ""]
    if len(found) > 1:
        yield tuple(dict.fromkeys(found))


def read_word(reader: Reader) -> Iterator[str]:
    """Read a text in quotes, or one bare word."""
    token = reader.token()
    if token is not None and token.kind in {Kind.QUOTED, Kind.WORD}:
        reader.position += 1
        yield token.text


def read_affix(reader: Reader) -> Iterator[str]:
    """Read "INV-", "_old": a word that begins or ends with what joins it to another."""
    token = reader.token()
    if token is not None and token.kind is Kind.WORD and {token.text[0], token.text[-1]} & _JOIN:
        reader.position += 1
        yield token.text


def read_regex(reader: Reader) -> Iterator[str]:
    """Read a regular expression: in quotes, or as it stands up to the next white space."""
    token = reader.token()
    if token is None:
        return
    if token.kind is Kind.QUOTED:
        reader.advance()
        yield token.text
        return
    rest = reader.message[token.start :]
    text = rest.split(None, 1)[0] if rest.strip() else ""
    end = token.start + len(text)
    while (here := reader.token()) is not None and here.start < end:
        reader.advance()
    if text:
        yield text
