"""What pandas and numpy call their members and arguments: what a slip in one may stand for.

Nothing is told that is in neither the libraries nor the snippet.
"""

import inspect
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from domain.actions.nearest import nearest_names

_NO_MEMBER: Final = re.compile(r"(?:module )?'(\w+)'(?: object)? has no attribute '(\w+)'")
_NO_ARGUMENT: Final = re.compile(
    r"(?:\w+\.)*(\w+)\(\) got an unexpected keyword argument '(\w+)'(?:\.|$)"
)
_MISSING: Final = re.compile(
    r"(?:\w+\.)*(\w+)\(\) missing \d+ required positional arguments?: '(\w+)'"
)
_TOO_MANY: Final = re.compile(r"(?:\w+\.)*\w+\(\) takes .*\d+ positional arguments? but")


def like_members(message: str, name: str) -> tuple[str, ...]:
    """Members of what `message` says has no member `name`, which may be meant."""
    found = _NO_MEMBER.match(message)
    if found is None or found[2] != name:
        return ()
    owner = _owners().get(found[1])
    return nearest_names(name, (each for each in dir(owner) if not each.startswith("_")))


def argument_hint(messages: Sequence[str], snippet: str) -> str | None:
    """What to do about an argument that is not there, or missing, or about too many of them."""
    words = set(re.findall(r"\w+", snippet))
    for message in messages:
        unknown, missing = _NO_ARGUMENT.match(message), _MISSING.match(message)
        if unknown and words.issuperset(unknown.groups()):
            method, name = unknown.groups()
            likely = _likely(name, _arguments_of(method))
            meant = f"; did you mean {' or '.join(map(repr, likely))}?" if likely else ""
            return f"{method} has no argument {name!r}{meant}"
        if missing and missing[1] in words and missing[2] in _arguments_of(missing[1]):
            return f"{missing[1]} needs the argument {missing[2]!r}"
        if _TOO_MANY.match(message):
            return "it takes fewer arguments without names; write the others as name=value"
    return None


def _likely(name: str, names: Iterable[str]) -> Sequence[str]:
    known = list(names)
    return [each for each in known if each.startswith(name)] or nearest_names(name, known)


def _arguments_of(method: str) -> list[str]:
    """The arguments of all that libraries have by this name."""
    found: dict[str, None] = {}
    for owner in _owners().values():
        member = getattr(owner, method, None)
        try:
            found |= dict.fromkeys(inspect.signature(member).parameters) if member else {}
        except (TypeError, ValueError):
            continue
    return [name for name in found if name not in {"self", "args", "kwargs"}]


@cache
def _owners() -> dict[str, Any]:
    # Half a second that few processes ever need.
    import numpy as np  # noqa: PLC0415 as told
    import pandas as pd  # noqa: PLC0415 as told
    from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy  # noqa: PLC0415 as told

    return {
        "DataFrame": pd.DataFrame,
        "Series": pd.Series,
        "StringMethods": type(pd.Series(["a"]).str),
        "DatetimeProperties": type(pd.Series([pd.Timestamp(0)]).dt),
        "DataFrameGroupBy": DataFrameGroupBy,
        "SeriesGroupBy": SeriesGroupBy,
        "Timestamp": pd.Timestamp,
        "pandas": pd,
        "numpy": np,
    }
