"""The one JSON object in a reply, wherever a model put it: bare, fenced, or with prose around."""

import json
import math
import re
from typing import Any

from pydantic_core import from_json

from infrastructure.llm.chat_completions.malformed import MalformedReply

_LONGEST_REPLY = 200_000
_LARGEST_WHOLE_NUMBER = 2**53 - 1
# Some servers keep the mark at which the thoughts begin to themselves.
_THOUGHTS = re.compile(r"\A(?:\s*<think(?:ing)?>|(?!\s*[`{])).*?</think(?:ing)?>", re.DOTALL)


def without_thoughts(reply: str) -> str:
    """The reply without what a reasoning model thought aloud before it."""
    if len(reply) > _LONGEST_REPLY:
        raise MalformedReply("it was far too long", "The reply was far too long. Be brief.")
    return _THOUGHTS.sub("", reply).strip()


def json_object_in(reply: str) -> dict[str, Any]:
    """The JSON object that the reply holds.

    Raises MalformedReply when there is none, more than one, or one that the log cannot record.
    """
    objects: list[dict[str, Any]] = []
    for found in _objects(without_thoughts(reply)):
        if found not in objects:
            objects.append(found)
    if not objects:
        raise MalformedReply("it held no valid JSON", "The reply held no valid JSON object.")
    if len(objects) > 1:
        raise MalformedReply(
            "it held several JSON objects", "The reply held several JSON objects. Send one."
        )
    _demand_recordable(objects[0])
    return objects[0]


def _objects(text: str) -> list[dict[str, Any]]:
    """Every outermost JSON object, from left to right."""
    objects: list[dict[str, Any]] = []
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        end = start + 1
        try:
            end = decoder.raw_decode(text, start)[1]
            objects.append(from_json(text[start:end], allow_inf_nan=False))
        except ValueError:
            pass  # this brace opens no JSON object; a later one may
        except RecursionError:
            raise MalformedReply(
                "it was nested too deeply", "The JSON is nested too deeply."
            ) from None
        start = text.find("{", end)
    return objects


def _demand_recordable(value: object) -> None:
    """Refuse what JSON can say but canonical JSON and databases cannot keep."""
    match value:
        case dict():
            for key, part in value.items():
                _demand_recordable(key)
                _demand_recordable(part)
        case list():
            for part in value:
                _demand_recordable(part)
        case str() if "\0" in value:
            raise MalformedReply("it held a NUL character", "Text must not hold NUL (\\u0000).")
        case bool():
            pass
        case int() if abs(value) > _LARGEST_WHOLE_NUMBER:
            raise MalformedReply("a number was too long", f"Whole numbers end at {2**53 - 1}.")
        case float() if not math.isfinite(value):
            raise MalformedReply("a number was too large", "Numbers must be finite.")
