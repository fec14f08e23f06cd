"""Deciding whether the bytes that a jail left as its answer are one that we accept."""

import json
import os
from typing import Any, Final

from domain.execution import AnswerKind
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.result import NotATable, check_result

SCALARS: Final = frozenset(
    {
        *("missing", "boolean", "integer", "number", "decimal", "text"),
        *("moment", "date", "time", "duration", "period", "interval"),
    }
)
# What makes who looks at a chart fetch something, and tell by that what is in it.
_FETCHED: Final = frozenset({"url", "href"})
_DATA: Final = frozenset({"values", "datasets"})


class NotAnAnswer(Exception):
    """What was left is none; the message says why, without anything of what was left."""


def check_answer(kind: AnswerKind, descriptor: int, limits: JailLimits) -> None:
    """Raise NotAnAnswer or TableTooLarge unless the open file holds an answer of that kind."""
    if kind is AnswerKind.TABLE:
        try:
            check_result(descriptor, limits)
        except NotATable:
            raise NotAnAnswer("What it left in result is not a table that can be kept.") from None
        return
    value = _document(descriptor)
    if kind is AnswerKind.SCALAR:
        if set(value) != {"type", "value"} or value["type"] not in SCALARS:
            raise NotAnAnswer("What it left in result is not a value that can be kept.")
    elif _fetches(value):
        raise NotAnAnswer(
            "The chart in result would fetch data from an address; put its data into data.values."
        )


def _document(descriptor: int) -> dict[str, Any]:
    try:
        # As text: of bytes, json would take any encoding of Unicode.
        text = os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotAnAnswer("What it left in result is not JSON that can be kept.") from None
    if not isinstance(value, dict):
        raise NotAnAnswer("What it left in result is not a value that can be kept.")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _fetches(value: object) -> bool:
    """Whether any part of a chart but its data names an address."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, dict):
            if _FETCHED & part.keys():
                return True
            pending.extend(inner for name, inner in part.items() if name not in _DATA)
    return False
