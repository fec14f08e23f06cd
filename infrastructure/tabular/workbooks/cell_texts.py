"""Cells of a workbook, as calamine gives them, as text."""

import datetime as dt
from typing import Any

_MIDNIGHT = dt.time()
_LONGEST_WHOLE = 1e21


def as_text(cell: Any) -> str:  # noqa: ANN401 a cell is whatever calamine makes of it
    """A cell as the text that a person would write for it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _LONGEST_WHOLE
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, dt.datetime):
        at_midnight = cell.time() == _MIDNIGHT
        return cell.date().isoformat() if at_midnight else cell.isoformat(" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return _duration_text(cell)
    return str(cell)


def _duration_text(duration: dt.timedelta) -> str:
    """Hours, minutes and seconds, as Excel shows a duration: ``36:00:00``."""
    microseconds = duration // dt.timedelta(microseconds=1)
    seconds, fraction = divmod(abs(microseconds), 1_000_000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    sign = "-" if microseconds < 0 else ""
    return f"{sign}{clock}.{fraction:06}" if fraction else f"{sign}{clock}"
