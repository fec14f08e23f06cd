"""Typed actions as clients send them."""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.actions import Action


def _recordable(action: Action) -> Action:
    """Refuse values that Python reads from JSON though JSON, and so the log, has no such."""
    for value in _values(action):
        if isinstance(value, float) and not math.isfinite(value):
            raise PydanticCustomError("not_finite", "must hold finite numbers only")
        if isinstance(value, str) and any(unicodedata.category(each) == "Cs" for each in value):
            raise PydanticCustomError(
                "unstorable_character", "must not hold halves of surrogate pairs"
            )
    return action


def _values(part: object) -> Iterator[object]:
    """Every value in a part of an action."""
    if is_dataclass(part):
        part = [getattr(part, field.name) for field in fields(part)]
    if isinstance(part, list | tuple):
        for each in part:
            yield from _values(each)
    else:
        yield part


GivenAction = Annotated[Action, Field(discriminator="kind"), AfterValidator(_recordable)]
