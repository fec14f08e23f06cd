"""Spans of time as text of ISO 8601."""

import datetime as dt
import re

_ISO = re.compile(r"(-?)P(?=.*\d)(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.ASCII)


def span_of_text(text: str) -> dt.timedelta | None:
    """What ODS keeps for a time of a day or more: ``PT36H00M00S``."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (float(number or 0) for number in found.groups()[1:])
    try:
        span = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return -span if found[1] else span
