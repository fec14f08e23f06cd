"""Columns of text that would have a type but for a few of their values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MOST = 0.9
_DIGITS = re.compile(r"[-+]?[0-9]+")


@dataclass(frozen=True)
class NearMiss:
    """What most values are: ``name`` in the plural, all that match ``pattern``."""

    name: str
    pattern: str

    def message(self, strays: int, values: int) -> str | None:
        """What to say when `strays` of the values are something else; None when they are many."""
        if not 0 < strays <= values * (1 - _MOST):
            return None
        return f"all but {strays} of {values} values look like {self.name}; all were left as text"


_NEAR_MISSES = (
    NearMiss("numbers", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"),
    NearMiss("dates", r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?"),
    NearMiss("dates", r"[0-9]{1,2}([-/.])[0-9]{1,2}[-/.][0-9]{4}(?:[T ].*)?"),
)


def near_miss_of(values: Sequence[str]) -> NearMiss | None:
    """What most of all values may be, if any; digits that are no integer make a column of codes.

    `values` are different from one another, so that few may stand for most.
    """
    for near in _NEAR_MISSES:
        strays = [value for value in values if not re.fullmatch(near.pattern, value)]
        if len(strays) * 2 <= len(values):
            codes = any(_DIGITS.fullmatch(value) for value in strays)
            return None if codes else near
    return None
