"""Names and values as Python literals: the only way either enters generated code."""

import math
from collections.abc import Iterable

from domain.actions.conditions import Scalar


def literal(value: Scalar) -> str:
    """The value as a Python literal that evaluates to it. Raises ValueError for inf and nan."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} has no literal")
    return repr(value)


def literal_list(values: Iterable[Scalar]) -> str:
    """A list literal of the values."""
    return f"[{', '.join(literal(value) for value in values)}]"


def column(name: str) -> str:
    """The expression for a column of ``df``."""
    return f"df[{literal(name)}]"
