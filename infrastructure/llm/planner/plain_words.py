"""Messages in plainer words: "just the open ones", "first 3 rows only", "for Ann set age to 3"."""

import re

_QUOTES = frozenset('"`\u201c\u201d\u2018\u2019\u00ab\u00bb')
_JUST = re.compile(r"^\s*(?:just|simply)\s+", re.I)
_FILLERS = re.compile(
    r"\b(?:still|already|currently|really|simply|basically|just|at the moment|right now)\s+", re.I
)
_EACH = re.compile(
    r"\b(?:every|each|any)(?: single)? (\w+)"
    r"(?= (?:that|which|who|whose|where|with|without|from)\b)",
    re.I,
)
_CONDITION_FIRST = re.compile(
    r"^\s*(?:for|where|when|if) (.{1,80}?),? (?:then |please )?"
    r"((?:set|put|make|change|replace|fill) .+)$",
    re.I | re.S,
)


def plainly(message: str) -> str:
    """The message in words that more rules know; itself where there is nothing to change.

    A message that quotes something is left alone.
    """
    if _QUOTES & set(message) or "'" in message.replace("n't", ""):
        return message
    plain = _FILLERS.sub("", _JUST.sub("only ", message))
    plain = _EACH.sub(r"all \1s", plain)
    said, _, last = plain.rstrip(" .!").rpartition(" ")
    if last.lower() == "only" and not said.lower().startswith("only "):
        plain = f"only {said.rstrip(' ,')}"
    return _CONDITION_FIRST.sub(r"\2 where \1", plain)
