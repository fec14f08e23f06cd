"""Columns as a person names them in a question."""

from collections.abc import Sequence

from application.ports.snapshots import QueryRefused
from domain.actions.nearest import nearest_names

_SHOWN = 20


def named_columns(parameter: str, values: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Which of `names` are meant: each value is one, or several with commas between.

    Raises QueryRefused for one that there is not.
    """
    known = set(names)
    found: dict[str, None] = {}
    for value in values:
        for name in [value] if value in known else value.split(","):
            if name not in known:
                raise no_such_column(parameter, name, names)
            found[name] = None
    return tuple(found)


def no_such_column(parameter: str, name: str, names: Sequence[str]) -> QueryRefused:
    """The refusal of a name that no column has."""
    close = nearest_names(name, names)
    if close:
        advice = f"Did you mean {' or '.join(map(repr, close))}?"
    else:
        shown = [each for each in names if not each.startswith("-")][:_SHOWN]
        advice = f"The columns are {', '.join(map(repr, shown))}"
        advice += " and others." if len(names) > _SHOWN else "."
    return QueryRefused(parameter, f"There is no column {name[:100]!r}. {advice}")
