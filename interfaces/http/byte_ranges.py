"""Which part of a file a client asks for (RFC 9110, section 14)."""

import re

_RANGE = re.compile(r"bytes=[ \t]*(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))[ \t]*", re.ASCII)


class NotWithinFile(Exception):
    """The part that is asked for is not there."""


def goes_on(header: str | None) -> bool:
    """Whether a ``Range`` header asks for all that follows a beginning, as who has that does."""
    found = _RANGE.fullmatch(header.strip()) if header else None
    return found is not None and int(found[1] or 0) > 0 and found[2] is None


def part_asked_for(header: str | None, size: int) -> range | None:
    """The places of the bytes that a ``Range`` header asks for; None for the whole file.

    Several parts, units other than bytes and what cannot be read are left aside, which whoever
    asks must allow for. Raises NotWithinFile.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None:
        return None
    first, last, suffix = (None if part is None else int(part) for part in found.groups())
    if first is None:
        first, last = max(0, size - (suffix or 0)), size - 1
    elif last is not None and last < first:
        return None
    if first >= size:
        raise NotWithinFile
    return range(first, min(size - 1 if last is None else last, size - 1) + 1)
