"""Names for columns, and whether a first row is names at all."""

import itertools
import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?%?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+\d[\d ()/.-]{6,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


def unique_names(names: Sequence[str], width: int) -> list[str]:
    """`width` names, tidied; the missing ones by place (``column_3``), repeated ones numbered.

    ``["a", "", "a"]`` becomes ``["a", "column_2", "a_2"]``.
    """
    wanted = [_tidy(names[index]) if index < len(names) else "" for index in range(width)]
    spoken_for = {name for name in wanted if name}
    taken: set[str] = set()
    result = []
    for index, name in enumerate(wanted):
        stem = name or f"column_{index + 1}"
        chosen, count = stem, 2
        while chosen in taken or (chosen in spoken_for and chosen != name):
            chosen = f"{stem}_{count}"
            count += 1
        taken.add(chosen)
        result.append(chosen)
    return result


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a date, which names seldom are."""
    stripped = cell.strip()
    return bool(_NUMBER.fullmatch(stripped) or _DATE.fullmatch(stripped))


def holds_an_address(cells: Sequence[str]) -> bool:
    """Whether a cell is an e-mail address or an international telephone number."""
    return any(_ADDRESS.fullmatch(cell.strip()) for cell in cells)


def is_data(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is data like the rest, so that the table has no header.

    True when the first row holds an e-mail address or a telephone number, or when every column
    of numbers or dates has such a value in the first row too, unless those values count up, as
    years or numbered items in a header do.
    """
    if holds_an_address(first):
        return True
    typed = [index for index in range(len(first)) if _column_is_typed(body, index)]
    if not typed or not all(is_value(first[index]) for index in typed):
        return False
    return not _count_up([first[index] for index in typed])


def _tidy(name: str) -> str:
    # Control characters are invisible in a name, and Arrow cannot pass on one with a NUL.
    return " ".join(_CONTROL.sub(" ", name).split())


def _column_is_typed(body: Sequence[Sequence[str]], index: int) -> bool:
    cells = [row[index].strip() for row in body if index < len(row)]
    present = [cell for cell in cells if cell.lower() not in _MISSING]
    return bool(present) and all(is_value(cell) for cell in present)


def _count_up(cells: Sequence[str]) -> bool:
    if not all(cell.strip().isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    if len(numbers) == 1:
        return 1900 <= numbers[0] <= 2100
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(steps) == 1 and steps != {0}
