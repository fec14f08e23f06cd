"""Names, values and lists of them as a person reads them in one line."""

from collections.abc import Sequence

from domain.actions.conditions import Scalar

_SHOWN_NAMES = 8


def columns_text(names: Sequence[str]) -> str:
    """``the column age``, ``the columns age, city``."""
    return f"the column{'s' if len(names) > 1 else ''} {names_text(names)}"


def names_text(names: Sequence[str]) -> str:
    """The names, separated by commas; of very many the first and how many more."""
    shown = ", ".join(name_text(name) for name in names[:_SHOWN_NAMES])
    more = len(names) - _SHOWN_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def name_text(name: str) -> str:
    """The name; as a literal where it could break the line or hide its own ends."""
    return name if name.isprintable() and name == name.strip() and name else repr(name)


def value_text(value: Scalar) -> str:
    """The value as a literal, or ``missing``."""
    return "missing" if value is None else repr(value)
