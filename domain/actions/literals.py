"""Names and values as Python literals: the only way either enters generated code."""

import math
from collections.abc import Callable, Iterable, Sequence

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


def for_each(columns: Sequence[str], body: Callable[[str], str]) -> str:
    """The body's code for the one column, or in a loop over several.

    `body` is given the expression for the column's cells. Its literals hold no line ends, so
    every line of it is a line of code.
    """
    if len(columns) == 1:
        return body(column(columns[0]))
    loop = "\n".join(f"    {line}" for line in body("df[column]").splitlines())
    return f"for column in {literal_list(columns)}:\n{loop}"


def room_for(value: Scalar, cells: str) -> str:
    """The cells, as a type that can hold the value: whole numbers cannot hold a fraction."""
    return f"{cells}.astype('float64')" if has_fraction(value) else cells


def nullable(cells: str) -> str:
    """Code that gives whole numbers and booleans a type that can hold a missing value."""
    return (
        "nullable = {'i': 'Int64', 'u': 'UInt64', 'b': 'boolean'}\n"
        f"{cells} = {cells}.astype(nullable.get({cells}.dtype.kind, {cells}.dtype))\n"
    )


def has_fraction(value: Scalar) -> bool:
    """Whether the value is a number that is not whole."""
    return isinstance(value, float) and not value.is_integer()
