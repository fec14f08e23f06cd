"""What a reader repaired and doubted, as lines for a person."""

from domain.parse_report import Doubt, Repair

_NAMES_SHOWN = 10


def sentence(told: Repair | Doubt) -> str:
    """What was repaired, or what is doubtful, of which columns, sheets or files."""
    names = told.names if isinstance(told, Doubt) else ()
    if all(repr(name) in told.message for name in names):
        return told.message
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown}{f' and {more:,} more' if more > 0 else ''}: {told.message}"
