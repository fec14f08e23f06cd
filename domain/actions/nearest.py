"""The names that one which there is not may be a slip for."""

import difflib
import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
# By difflib's measure. An exchange of two letters is 0.67 of three, and 0.75 of four.
_ALIKE, _ALIKE_IF_SHORT, _SHORT = 0.72, 0.65, 4


def nearest_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names for which this may be a slip, or of which it is whole words, the
    most alike first, whatever their case.
    """
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold(), candidate)
    folded = name.casefold()[:100]
    alike = difflib.get_close_matches(folded, by_folded, n=6, cutoff=0.5)
    return tuple(by_folded[each] for each in alike if _may_be_meant(folded, each))[:3]


def _may_be_meant(name: str, candidate: str) -> bool:
    """Two slips in names of eight letters and more, and one in shorter ones, are within it."""
    words, others = (set(_WORD.findall(each)) for each in (name, candidate))
    if words and others and (words <= others or others <= words):
        return True
    is_short = max(len(name), len(candidate)) <= _SHORT
    alike = difflib.SequenceMatcher(None, candidate, name).ratio()
    return alike >= (_ALIKE_IF_SHORT if is_short else _ALIKE)
