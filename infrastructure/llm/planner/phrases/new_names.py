"""Names for what is new: of columns, and of groups of values."""

from collections.abc import Iterator

from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_NAME_STOPS = (
    *("and", "then", "in", "for", "of", "if", "by", "where", "from", "with", "to", "please", "as"),
    *("also", "thanks", "so", "because", "instead", "that", "which", "when", "is", "the", "using"),
    *("column", "columns", "field", "called", "named", "separated", "delimited"),
    *("joined by", "joined with"),
)
_LONGEST_NAME = 4
_LONGEST_LABEL = 3


def read_new_name(reader: Reader) -> Iterator[str]:
    """Read a name for a column: in quotes, or of few words, the fewest first."""
    token = reader.token()
    if token is None:
        return
    start = reader.position
    if token.kind is Kind.QUOTED:
        reader.position += 1
        yield token.text
        return
    for length in range(1, _LONGEST_NAME + 1):
        reader.position = start + length - 1
        last = reader.token()
        if last is None or last.kind not in {Kind.WORD, Kind.NUMBER} or reader.at(*_NAME_STOPS):
            return
        reader.position = start + length
        yield reader.text(start, start + length)


def read_new_names(reader: Reader) -> Iterator[tuple[str, ...]]:
    """Read at least two names, with commas or an "and" between.

    The longest list comes first; one with a word for a command last: "into a and b and drop c".
    """
    lists: list[tuple[bool, int, tuple[str, ...], int]] = []
    found: list[str] = []
    commanding = goes_on = False
    while True:
        for name in read_new_name(reader):
            end, names = reader.position, (*found, name)
            lists.append((commanding, -len(names), names, end))
            goes_on = any([reader.take(","), reader.take("and")])
            if goes_on:
                break
            reader.position = end
        if not goes_on:
            break
        found.append(name)
        commanding, goes_on = commanding or reader.at_verb(), False
    for _, _, names, end in sorted(lists, key=lambda each: each[:2]):
        if len(names) > 1:
            reader.position = end
            yield names


def read_labels(reader: Reader) -> Iterator[tuple[str, ...]]:
    """Read at least two texts with commas or an "and" between."""
    found: list[str] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "&")] if found else ["first"]
        label = _label(reader) if any(joined) else None
        if label is None:
            reader.position = before
            break
        found.append(label)
    if len(found) > 1:
        yield tuple(found)


def _label(reader: Reader) -> str | None:
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.position += 1
        return token.text
    start = reader.position
    while (token := reader.token()) is not None and reader.position - start < _LONGEST_LABEL:
        if token.kind not in {Kind.WORD, Kind.NUMBER} or reader.at(*_NAME_STOPS, "at", "into"):
            break
        reader.position += 1
    return reader.text(start, reader.position) or None
