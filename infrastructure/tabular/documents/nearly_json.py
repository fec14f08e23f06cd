"""What text that is nearly JSON is instead, and how it becomes JSON."""

import re

# What stands before the place at which it is wrong, what stands there, and what to do.
_ADVICE = tuple(
    (re.compile(rf"(?:{before})\s*\Z"), re.compile(rf"\s*(?:{there})"), advice)
    for before, there, advice in (
        ("", r"//|/\*|#", "JSON has no comments: take them out."),
        (r",", r"[\]}]|,\s*[\]}]", "Take out the comma after the last value."),
        ("", r",\s*[\]}]", "Take out the comma after the last value."),
        (r"[}\]]", r",\s*[{\[]", "To make one list of several values, put [ and ] around them."),
        (r"[}\]]", r"[{\[]", "Put commas between the values of a list, and several lists in one."),
        ("", "'", "Put double quotes around names and texts, as Python's json.dumps does."),
        ("", r"(?:None|True|False)\b", "Write null, true and false, as Python's json.dumps does."),
        ("[{,]", r"[A-Za-z_$][\w$]*\s*:", "Put double quotes around the names."),
        ("", r"[+.]|0[0-9xX]", "Numbers begin with a minus or a digit, and with 0 before a point."),
        ("", r"\)\]\}'|[\w.$]+\s*\(|[;)]", "Take off what stands around the JSON."),
        ("", "\x1e", "Take out the record separators, and leave one object per line."),
        ("", "[\t\n\r]", r"Within a text, write a tab as \t and the end of a line as \n."),
        ("", r"\\", r"Within a text, write a backslash as \\."),
        ("", r"\Z", "The text ends amid a value: upload all of it."),
    )
)
_NEAR = 200


def advice_on(text: str, place: int) -> str:
    """What to do about a text that is no JSON from a place on."""
    before, there = text[max(0, place - _NEAR) : place], text[place : place + _NEAR]
    found = (each for b, t, each in _ADVICE if b.search(before) and t.match(there))
    return next(found, "Correct it there and upload it again.")
