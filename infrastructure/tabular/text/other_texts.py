"""Texts whose lines are no rows, though some characters divide them: programs and cards."""

import re
from collections.abc import Sequence

_SQL = re.compile(
    r"(?:insert\s+into|create\s+table|copy\s+\S+\s*\(.*\)\s+from\s+stdin)\b", re.IGNORECASE
)
_OF_SQL = re.compile(
    r"--|/\*|\)|`|(?:insert|create|copy|drop|set|use|lock|begin|start|pragma|select|alter)[\s;]",
    re.IGNORECASE,
)
_OPENINGS = {
    "BEGIN:VCARD": "cards of addresses (vCard)",
    "BEGIN:VCALENDAR": "a calendar (iCalendar)",
}


def other_text(lines: Sequence[str]) -> str | None:
    """What the text that begins with the lines is when it is known to be no table, else None."""
    filled = [line.strip() for line in lines if line.strip()]
    if not filled:
        return None
    if _OF_SQL.match(filled[0]) and any(map(_SQL.match, filled)):
        return "a program in SQL, as databases are dumped; export its tables as CSV"
    return _OPENINGS.get(filled[0].upper())
