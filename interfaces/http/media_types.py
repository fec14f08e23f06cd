"""Choosing what to answer with by the header Accept (RFC 9110, section 12.5.1)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True, kw_only=True)
class _Range:
    """A media range with its weight, 0 to 1; 0 refuses what it matches."""

    main: str
    sub: str
    weight: float

    def matches(self, media_type: str) -> bool:
        main, _, sub = media_type.partition("/")
        return self.main in {ANY, main} and self.sub in {ANY, sub}

    @property
    def precision(self) -> int:
        return (self.main != ANY) + (self.sub != ANY)


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """Which of the `offered` media types the header asks for most; None when it wants none.

    Of those that it wants equally, the first; an empty header wants anything. Parameters other
    than ``q`` are left aside, and so is a range that is not well formed.
    """
    if not accept.strip():
        return offered[0]
    ranges = [each for part in accept.split(",") if (each := _range(part)) is not None]
    weights = {media_type: _weight(media_type, ranges) for media_type in offered}
    best = max(offered, key=lambda media_type: weights[media_type])
    return best if weights[best] > 0 else None


def _weight(media_type: str, ranges: Sequence[_Range]) -> float:
    """That of the most precise range that matches."""
    matching = [each for each in ranges if each.matches(media_type)]
    return max(matching, key=lambda each: each.precision).weight if matching else 0


def _range(text: str) -> _Range | None:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    main, slash, sub = name.partition("/")
    if not (main and slash and sub) or (main == ANY and sub != ANY):
        return None
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return None
    return _Range(main=main, sub=sub, weight=weight) if _is_weight(weight) else None


def _is_weight(weight: float) -> bool:
    return math.isfinite(weight) and 0 <= weight <= 1
