"""Messages in plainer words: "just the open ones", "first 3 rows only", "for Ann set age to 3"."""

import re

from infrastructure.llm.planner.words import VERBS

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
_CALLED = re.compile(
    r"(?<![\s,;.])[\s,;.]{1,3}(?:and )?(?:call (?:it|that|this|the new column|the column)|"
    r"name (?:it|that|the column|the new column)|save (?:it|that|this)? ?(?:as|in|into|to)|"
    r"store (?:it|that|this)? ?(?:as|in|into)|put (?:it|that|this|the result) (?:in|into)|"
    r"new column) (?:a |the )?(?:new )?(?:column )?(?:called |named )?(\w{1,40})[\s.!]*$",
    re.I,
)
_USELESS = (
    "(?:(?:all|just|too|so|pure|completely|totally) )?(?:private|confidential|sensitive|personal|"
    "useless|irrelevant|unnecessary|redundant|(?:not|no longer) needed|junk|garbage|rubbish|"
    "nonsense|unused|outdated|obsolete|boring)(?: anyway| anymore| any more| data| stuff)?"
)
_IT_IS = "(?:it'?s|it is|they(?:'re| are))"
_WHY = re.compile(
    r"(?<![\s,;.(\u2013-])(?:"
    r"[\s,;.(\u2013-]{1,4}(?:because|since|as|cause|cuz|coz) "
    r"(?:it|they|we|i|nobody|that|this|those|these)\b(?P<reason>[^,;.\n]{2,80})|"
    rf"\s+{_IT_IS} {_USELESS}|\s*\((?:{_IT_IS} )?{_USELESS}|"
    rf"\s*[,;.\u2013-]\s*(?:{_IT_IS}|that'?s|this is|(?:those|these) are) {_USELESS}|"
    r"[\s,;.(\u2013-]{1,4}(?:(?:we|i) (?:do not|don'?t) need|nobody (?:needs|uses)) "
    r"(?:it|them|those|that)(?: anyway| anymore| any more)?)[\s.!)]*$",
    re.I,
)
# What may be more than a reason.
_NO_REASON = VERBS | {
    *("only", "first", "last", "except", "but", "if", "where", "when", "unless", "without", "and"),
    *("not", "or", "then"),
}


def plainly(message: str) -> str:
    """The message in words that more rules know; itself where there is nothing to change.

    A message that quotes something is left alone.
    """
    if _QUOTES & set(message) or "'" in message.replace("n't", "").replace("'s ", ""):
        return message
    plain = _FILLERS.sub("", _JUST.sub("only ", message))
    plain = _EACH.sub(r"all \1s", plain)
    plain = _without_reason(_CALLED.sub(r" as \1", plain))
    said, _, last = plain.rstrip(" .!").rpartition(" ")
    if last.lower() == "only" and not said.lower().startswith(("only ", "keep only")):
        only, told = ("keep only", said[5:]) if said.lower().startswith("keep ") else ("only", said)
        plain = f"{only} {told.rstrip(' ,')}"
    return _CONDITION_FIRST.sub(r"\2 where \1", plain)


def _without_reason(message: str) -> str:
    """The message without a last "because we do not need it", "that's private"."""
    found = _WHY.search(message)
    if found is None or not message[: found.start()].strip():
        return message
    reason = {word.casefold() for word in (found["reason"] or "").split()}
    return message if reason & _NO_REASON else message[: found.start()]
