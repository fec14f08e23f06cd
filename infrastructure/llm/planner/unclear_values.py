"""Bare words that are more likely a description than a value."""

import re

from infrastructure.llm.planner import words
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.tokens import Kind
from infrastructure.llm.planner.values import Written

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


# "USD at 1.1" goes on with how it is to be done.
_GOING_ON = frozenset({"at", "per", "times", "plus", "minus"})


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


def clear(written: Written) -> Written:
    """The value, if it is one. Raises Question where quotes are needed to be sure."""
    if looks_unclear(written):
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'."
        )
    return written
