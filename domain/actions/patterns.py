"""Regular expressions that people and models write."""

import re

from domain.actions.errors import UnusablePattern


def check_pattern(pattern: str, replacement: str = "") -> re.Pattern[str]:
    """The compiled pattern.

    Raises UnusablePattern unless it is one and has the groups that the replacement refers to.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UnusablePattern(pattern, str(error)) from None
    try:
        compiled.sub(replacement, "")
    except (re.error, IndexError) as error:
        raise UnusablePattern(replacement, f"{error}") from None
    return compiled
