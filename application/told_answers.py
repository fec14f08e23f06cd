"""Sentences that answer, with the value that they leave room for: told to who asked, never kept."""

import json
import math
from dataclasses import replace
from typing import Any

from application.artifacts import ArtifactCorrupt, Artifacts
from application.outcomes import fetch_answer
from application.ports.object_store import ObjectMissing, ObjectStoreUnavailable
from application.ports.read_models import TaskView
from domain.execution import AnswerKind
from domain.session.outcome import RESULT

_ELSEWHERE = "in the task's result"
_LONGEST_BYTES = 400
_DECIMALS = 4
_DIGITS = 4


def told(artifacts: Artifacts, view: TaskView) -> TaskView:
    """The task with the value in its sentence, if that is short and can be read now.

    Else the sentence stays as it is recorded.
    """
    result = view.result
    if result is None or view.answer is None or RESULT not in view.answer:
        return view
    if result.answer.kind is not AnswerKind.SCALAR or result.answer.size_bytes > _LONGEST_BYTES:
        return view
    try:
        scalar = json.loads(fetch_answer(artifacts, result.answer))
    except (ObjectMissing, ArtifactCorrupt, ObjectStoreUnavailable):
        return view
    return replace(view, answer=view.answer.replace(RESULT, in_words(scalar), 1))


def pointing(sentence: str | None) -> str | None:
    """The sentence with the way to the value where that was not told, as in lists."""
    return sentence and sentence.replace(RESULT, _ELSEWHERE)


def in_words(scalar: dict[str, Any]) -> str:
    """A scalar as a person reads it; numbers are rounded."""
    kind, value = scalar["type"], scalar["value"]
    match value:
        case None:
            return "missing"
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:,}"
        case float():
            return _rounded(value)
    if kind == "text":
        return repr(value)
    return str(value).removesuffix("T00:00:00")


def _rounded(number: float) -> str:
    """With four decimals, or of what is small with four digits."""
    if number != 0 and abs(number) < 1:
        places = _DIGITS - 1 - math.floor(math.log10(abs(number)))
        return f"{number:.{min(places, 300)}f}".rstrip("0").rstrip(".")
    if abs(number) >= 1e15:
        return repr(number)
    return f"{number:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
