"""Bare words that are more likely a description than a value."""

import re

from domain.plan import Choice
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

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
        *("useless", "irrelevant", "unnecessary", "redundant"),
    }
)


_OWNING = re.compile(r"['\u2019]s ")
_STATES = frozenset({"high", "low", "bad", "valid", "invalid", "wrong", "correct"})
# "USD at 1.1" goes on with how it is to be done.
_GOING_ON = frozenset({"at", "per", "times", "plus", "minus"})

# What of something is changed, where "replace" hardly names it.
_SETS = ("set", "change", "make", "put", "turn", "mark")
_MOST_ASKED = 6


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
    return any(part.casefold() in _DESCRIPTIVE | words.KEYWORDS | _GOING_ON for part in parts)


def is_state(written: Written) -> bool:
    """Whether it is a word that describes elsewhere, and is a usual text of a cell: "low"."""
    return written.kind is Kind.WORD and written.text.casefold() in _STATES


def clear(written: Written) -> Written:
    """The value, if it is one. Raises Question where quotes are needed to be sure."""
    if looks_unclear(written):
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'."
        )
    return written


def ask_if_several(old: Written, new: Written, names: tuple[str, ...] | None) -> None:
    """Raise Question at "yes/no with true/false": is each one replaced, or the text "yes/no"?"""
    olds, news = old.text.split("/"), new.text.split("/")
    several = len(olds) == len(news) > 1 and all(part.isalpha() for part in (*olds, *news))
    several = several and (names is not None or set(olds).isdisjoint(news))
    if not several or {old.kind, new.kind} != {Kind.WORD} or len(max(*olds, *news, key=len)) == 1:
        return
    pairs = [*zip(map(quotation, olds), map(quotation, news), strict=True)]
    each = [f"replace {one} with {other}" for one, other in pairs]
    # One after the other, what "yes/no with no/yes" exchanges would all be the same.
    at_once = f"replace {' and '.join(f'{one} with {other}' for one, other in pairs)}"
    whole = f"replace {quotation(old.text)} with {quotation(new.text)}"
    within = f" in {', '.join(map(quotation, names))}" if names else ""
    raise Question(
        f"Do you mean: {' and '.join(each)}; or the text {old.text!r}?",
        tuple(
            Choice(label=label, message=message)
            for label, message in (
                ("each of them", f"{at_once}{within}" if names else "; ".join(each)),
                ("the text", f"{whole}{within}"),
            )
        ),
    )


def names_owner(text: str) -> bool:
    """Whether it is something of somebody: "Ann's salary"."""
    return len(_OWNING.split(text)) == 2


def ask_whose(reader: Reader, old: Written, new: Written | None, start: int) -> None:
    """Raise Question at "set Ann's salary to 5", "set Rug stock to 5": in which column is Ann?

    `start` is where the old value begins; the reader is behind the new one.
    """
    if old.kind is not Kind.WORD:
        return
    if not names_owner(old.text):
        _ask_if_column_of(reader, old, new, start)
        return
    end, place = reader.position, start
    while not reader.tokens[place].word.endswith("'s"):
        place += 1
    owner = _OWNING.split(old.text)[0]
    reader.position = place + 1
    name = reader.column()
    reader.position = end
    if name is None:
        return
    to = f"set {quotation(name)} to {quotation(new.text) if new else 'missing'}"
    texts = [n for n in reader.of_types(TEXT) if n != name]
    raise Question(
        f"In which column is {owner!r}? Say, for example: {to} where … is {owner}.",
        tuple(
            Choice(label=n, message=f"{to} where {quotation(n)} is {quotation(owner)}")
            for n in texts
        ),
    )


def _ask_if_column_of(reader: Reader, old: Written, new: Written | None, start: int) -> None:
    """Raise Question at "set Rug stock to 5": the text, or the stock where something is Rug?

    Not where a column is known to hold the text.
    """
    if reader.verb not in _SETS or old.kind is not Kind.WORD or " " not in old.text:
        return
    if reader.held.get(old.text):
        return
    end, missed, count = reader.position, reader.missed, len(old.text.split())
    reader.position = start + count - 1
    name = reader.column(guess=False) if reader.token() else None
    at_end = reader.position == start + count
    reader.position, reader.missed = end, missed
    if name is None or not at_end:
        return
    owner, to = old.text.rsplit(" ", 1)[0], "missing" if new is None else quotation(new.text)
    texts = [each for each in reader.of_types(TEXT) if each != name]
    raise Question(
        f"In which column is {owner!r}? Or do you mean the text {old.text!r}?",
        (
            *(
                Choice(
                    label=each,
                    message=f"set {quotation(name)} to {to} where {quotation(each)} is "
                    f"{quotation(owner)}",
                )
                for each in texts[:_MOST_ASKED]
            ),
            Choice(label="the text", message=f"replace {quotation(old.text)} with {to}"),
        ),
    )
