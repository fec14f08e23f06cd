"""Old values and their new ones: "a to b, c to d"."""

from collections.abc import Iterator

from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_MOST_PAIRS = 100
_BECOMES = (
    "to",
    "->",
    "→",
    "=>",
    "=",
    ":",
    "becomes",
    "become",
    "into",
    "by",
    "with",
    "as",
    "means",
    "is",
    "are",
    "should be",
    "should become",
)
# What says that values are one, and not which: "ok and OK are the same".
_SAME = (
    "the same",
    "same",
    "equal",
    "identical",
    "one",
    "one and the same",
    "both",
    "all",
    "equivalent",
)


def read_pairs(reader: Reader) -> Iterator[list[tuple[Written, Written]]]:
    """Read "a to b, c to d and e to f"; "becomes", "->", "=" and ":" stand for "to".

    Several may become one: "m and M become male".
    """
    found: list[tuple[Written, Written]] = []
    while True:
        before = reader.position
        if found:
            joined = [reader.take(",", ";"), reader.take("and")]
            if not any(joined):
                break
        olds = _olds(reader)
        becomes = reader.take(*_BECOMES) if olds else None
        same = becomes in {"is", "are", "means"} and reader.at(*_SAME) > 0
        new = read_value(reader, *_BECOMES) if becomes and not same else None
        if new is None:
            reader.position = before
            break
        found += [(old, new) for old in olds]
        if len(found) > _MOST_PAIRS:
            raise Question(f"That is more than {_MOST_PAIRS} values. Please send fewer at a time.")
    if found:
        yield found


def _olds(reader: Reader) -> list[Written]:
    """The values up to a word for "becomes", with commas or an "and" between."""
    found: list[Written] = []
    while True:
        old = read_value(reader, *_BECOMES)
        if old is None:
            return []
        _refuse_alternatives(reader, old)
        found.append(old)
        joined = [reader.take(","), reader.take("and", "or")]
        if not any(joined):
            return found
        if len(found) > _MOST_PAIRS:
            return []


def _refuse_alternatives(reader: Reader, old: Written) -> None:
    """Raise Question at "F/female -> f": one value that is written so, or two?

    Not where a column is known to hold it.
    """
    parts = old.text.split("/")
    several = old.kind is Kind.WORD and len(parts) > 1 and all(map(str.isalpha, parts))
    if several and max(map(len, parts)) > 1 and old.text not in reader.held:
        listed = " and ".join(f"'{part}'" for part in parts)
        raise Question(
            f"Is {old.text!r} one value, or do you mean {listed}? Put values in quotes, with "
            "commas between them."
        )
