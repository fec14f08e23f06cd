"""Text that people send: what no database, file or terminal can hold is refused at the door."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def is_unprintable(text: str) -> bool:
    """Whether `text` has line breaks, other control characters, or halves of a character."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def _storable(text: str) -> str:
    if any(character == "\0" or unicodedata.category(character) == "Cs" for character in text):
        raise PydanticCustomError(
            "unstorable_character", "must not hold NUL or halves of surrogate pairs"
        )
    return text


def _of_one_line(text: str) -> str:
    if is_unprintable(text):
        raise PydanticCustomError(
            "control_character", "must be one line without control characters"
        )
    return text.strip()


Prose = Annotated[str, AfterValidator(_storable)]
OneLine = Annotated[str, AfterValidator(_of_one_line)]
