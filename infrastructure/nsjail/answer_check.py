"""Deciding whether the bytes that a jail left as its answer are one that we accept."""

import base64
import json
import math
import os
from typing import Any, Final, NoReturn

from domain.execution import AnswerKind
from infrastructure.nsjail.charts import is_chart
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.result import NotATable, check_result

SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "missing": (type(None),),
    "boolean": (bool,),
    "integer": (int, str),
    "number": (int, float, str),
    **dict.fromkeys(("decimal", "text", "moment", "date"), (str,)),
    **dict.fromkeys(("time", "duration", "period", "interval"), (str,)),
}
"""The types of a scalar, and as what JSON may have each."""

# What makes who looks at a chart fetch something, and tell by that what is in it. In usermeta are
# options for the page around it.
_FETCHED: Final = frozenset({"url", "href", "usermeta"})
_FETCHED_BY_STYLE: Final = "url("
_DATA: Final = frozenset({"values", "datasets"})
# A file of skops is a ZIP archive.
_ZIP: Final = b"PK\x03\x04"


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
        if not _is_scalar(value):
            raise NotAnAnswer("What it left in result is not a value that can be kept.")
    elif kind is AnswerKind.MODEL:
        if not _is_model(value):
            raise NotAnAnswer("What it left in result is not a model that can be kept.")
    elif not is_chart(value):
        raise NotAnAnswer("What it left in result is not a chart.")
    elif _fetches(value):
        raise NotAnAnswer(
            "The chart in result would fetch data from an address; put its data into data.values."
        )


def _document(descriptor: int) -> dict[str, Any]:
    try:
        # As text: of bytes, json would take any encoding of Unicode.
        text = os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()
        value = json.loads(
            text,
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_of_distinct_names,
        )
        # Half of a surrogate pair can be written in JSON, but nowhere else.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise NotAnAnswer("What it left in result is not JSON that can be kept.") from None
    if not isinstance(value, dict):
        raise NotAnAnswer("What it left in result is not a value that can be kept.")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _of_distinct_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one name, another reader may take the other."""
    value = dict(pairs)
    return value if len(value) == len(pairs) else _refuse("a name twice")


def _is_scalar(value: dict[str, Any]) -> bool:
    if set(value) != {"type", "value"} or not isinstance(value["type"], str):
        return False
    # A bool is an int to Python.
    return type(value["value"]) in SCALARS.get(value["type"], ())


def _is_model(value: dict[str, Any]) -> bool:
    """Whether it has the parts of a model. What its file holds is for who loads it to check."""
    if set(value) != {"skops", "scores", "importance"} or not isinstance(value["skops"], str):
        return False
    for told in (value["scores"], value["importance"]):
        if not isinstance(told, dict) or not {type(n) for n in told.values()} <= {int, float}:
            return False
    try:
        return base64.b64decode(value["skops"], validate=True).startswith(_ZIP)
    except ValueError:
        return False


def _fetches(value: object) -> bool:
    """Whether any part of a chart but its data names an address."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, str) and _FETCHED_BY_STYLE in part.lower():
            return True
        if isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, dict):
            if _FETCHED & part.keys():
                return True
            pending.extend(inner for name, inner in part.items() if name not in _DATA)
    return False
