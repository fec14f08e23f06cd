"""Messages in plainer words: "just the open ones", "first 3 rows only", "for Ann set age to 3"."""

import re
from collections.abc import Callable

from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.words import VERBS

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
# A longer one is several sentences.
_LONGEST_SENTENCE = 300
_POLITE = re.compile(r"(?<![\s,])[\s,]{1,3}(?:please|pls|plz|thanks|thank you|thx)$", re.I)
_GOES = re.compile(
    r"^(?!(?:only|nothing|no|not|neither|empty|missing|blank|null) )(.{3,120}?),? (?:"
    r"(?:can|may|must|should|has to|have to|needs to|need to) (?:go|be (?:removed|dropped|deleted|"
    r"thrown out|kicked out))|out|should(?:n't| not) be (?:in )?(?:here|there|in it))$",
    re.I,
)
_STAYS = re.compile(
    r"^(?!(?:not|no) )(.{3,120}?) (?:stays?|(?:can|should|may) stay),? (?:and )?"
    r"(?:the rest|the others|everything else|all others|everyone else) "
    r"(?:goes|go|can go|must go|should go|out)$",
    re.I,
)
_USELESS = (
    "(?:(?:all|just|too|so|pure|completely|totally) )?(?:private|confidential|sensitive|personal|"
    "useless|irrelevant|unnecessary|redundant|(?:not|no longer) needed|junk|garbage|rubbish|"
    "(?:mostly |almost |nearly |always )?empty|"
    "nonsense|unused|outdated|obsolete|boring)(?: anyway| anymore| any more| data| stuff)?"
)
_COMMAND_LAST = re.compile(
    r"^([^:.;,\n]{3,120}?) ?(?::|,| [-\u2013]) ?(delete|remove|drop)(?: (?:it|them|those))?$", re.I
)
_USELESS_COMMAND_LAST = re.compile(
    rf"^([^:.;,\n]{{3,120}}?) (?:is|are) {_USELESS},? (?:so |and )?"
    "(?:please )?(delete|remove|drop|strip) (?:it|them|those|that)$",
    re.I,
)
# No cell says so: it is the column, or those rows.
_NO_VALUE_COMMAND_LAST = re.compile(
    r"^([^:.;,\n]{3,120}?) (?:is|are) (?:(?:all|just|so|completely|totally) )?"
    r"(?:useless|irrelevant|unnecessary|redundant|(?:not|no longer) needed)"
    r"(?: anyway| anymore| any more)?,? (?:so |and )?"
    r"(?:please )?(delete|remove|drop|strip) (?:it|them|those|that)$",
    re.I,
)
_CALLED = re.compile(
    r"(?<![\s,;.])[\s,;.]{1,3}(?:and )?(?:call (?:it|that|this|the new column|the column)|"
    r"name (?:it|that|the column|the new column)|save (?:it|that|this)? ?(?:as|in|into|to)|"
    r"store (?:it|that|this)? ?(?:as|in|into)|put (?:it|that|this|the result) (?:in|into)|"
    r"new column) (?:a |the )?(?:new )?(?:column )?(?:called |named )?(\w{1,40})$",
    re.I,
)
_EMPTY = "(?:missing|empty|blank|blanks|null|no value|nothing|not available|not known|no data)"
_MEANS = (
    "(?:means|mean|stands? for|counts? as|denotes?|represents?|indicates?|"
    "(?:is|are) really|should (?:count as|mean))"
)
# "-999 means missing": of which value it is said, in which column, and what it is.
_MEANS_MISSING = re.compile(
    r"^(?!(?:it|this|that|they|what|which|who|nothing|everything|all|an?|no|some|there) )"
    r"(?:the (?:value|code|text|word) )?(\S{1,30})(?: and (\S{1,30}))?(?: in ([^,;.\n]{1,60}?))? "
    rf"{_MEANS} (?:a |an )?{_EMPTY}(?: values?)?$",
    re.I,
)
_VALUE_IS_WRONG = re.compile(
    r"^the value (\S{1,30})(?: in ([^,;.\n]{1,60}?))? (?:is|are) [^,;.\n]{1,60}[,;] "
    rf"(?:so )?(?:make|set|turn) (?:it|them) (?:to |into )?{_EMPTY}$",
    re.I,
)
_COUNTS_AS = re.compile(r"^(\S{1,30})((?: in [^,;.\n]{1,60}?)?) counts? as (\S{1,30})$", re.I)


def _is_missing(found: re.Match[str]) -> str:
    *values, column = found.groups()
    said = [each if as_number(each) is not None else f"'{each}'" for each in values if each]
    return f"replace {' and '.join(said)}{f' in {column}' if column else ''} with missing"


# "I need a column …": what else is wished is hardly read so.
_WISHED = re.compile(
    r"^(?:(?:so|ok|okay|well|hi|hello|hey)[,!]? )?(?:"
    r"(?:i|we)(?:'d| would)? (?:also )?(?:need|want|like|love)(?: to (?:have|get|see))?|"
    r"how about|what about|there (?:should|must) be|(?:can|could) (?:i|we) (?:get|have)|"
    r"let'?s have|(?:it|the table) (?:needs|lacks|should have)) (?=(?:an?|another|one) )",
    re.I,
)
_REWORDED = (
    (_WISHED, "add "),
    (_MEANS_MISSING, _is_missing),
    (_VALUE_IS_WRONG, _is_missing),
    (_COUNTS_AS, r"replace \1\2 with \3"),
    (_POLITE, ""),
    (_GOES, r"drop \1"),
    (_STAYS, r"keep only \1"),
    (_NO_VALUE_COMMAND_LAST, r"\2 \1"),
    (_COMMAND_LAST, r"\2 \1"),
    (_USELESS_COMMAND_LAST, r"\2 \1"),
    (_CALLED, r" as \1"),
)
_IT_IS = "(?:it'?s|it is|they(?:'re| are))"
_WHY = re.compile(
    r"(?<![\s,;.(\u2013-])(?:"
    r"[\s,;.(\u2013-]{1,4}(?:because|since|cause|cuz|coz) "
    r"(?:(?:it|they|we|i|nobody)\b|(?:that|this|those|these) (?:is|are|was|were)\b)"
    r"(?P<reason>[^,;.\n]{2,80})|"
    rf"[\s,;.(\u2013-]{{1,4}}as (?:{_IT_IS}|(?:that|this|those|these) (?:is|are)) {_USELESS}|"
    rf" {_IT_IS} {_USELESS}| ?\((?:{_IT_IS} )?{_USELESS}|"
    rf" ?[,;.\u2013-] ?(?:{_IT_IS}|that'?s|this is|(?:those|these) are) {_USELESS}|"
    r"[\s,;.(\u2013-]{1,4}(?:(?:we|i) (?:do not|don'?t) need|"
    r"(?:nobody|no one) (?:needs|uses|reads|wants|looks at)) "
    r"(?:it|them|those|that)(?: anyway| anymore| any more)?)\)?$",
    re.I,
)
_KEEPS = re.compile(r"\s*(?:please |just )?(?:keep|leave)\b(?! (?:only|out|just)\b)", re.I)
# What may be more than a reason.
_NO_REASON = VERBS | {
    *("only", "first", "last", "except", "but", "if", "where", "when", "unless", "without", "and"),
    *("not", "or", "then"),
}


def plainly(message: str, tells: Callable[[str], bool] = lambda _: False) -> str:
    """The message in words that more rules know; itself where there is nothing to change.

    A message that quotes something is left alone. A reason that `tells` something of the table may
    be a condition, and stays.
    """
    if _QUOTES & set(message) or "'" in message.replace("n't", "").replace("'s ", ""):
        return message
    plain = _FILLERS.sub("", _JUST.sub("only ", message))
    plain = _EACH.sub(r"all \1s", plain)
    if len(plain) <= _LONGEST_SENTENCE:
        plain = _reworded(plain, tells)
    said, _, last = plain.rstrip(" .!").rpartition(" ")
    if last.lower() == "only" and said.lower().startswith(("keep only ", "only keep ")):
        plain = said.rstrip(" ,")
    elif last.lower() == "only" and not said.lower().startswith("only "):
        only, told = ("keep only", said[5:]) if said.lower().startswith("keep ") else ("only", said)
        plain = f"{only} {told.rstrip(' ,')}"
    return _CONDITION_FIRST.sub(r"\2 where \1", plain)


def _reworded(message: str, tells: Callable[[str], bool]) -> str:
    said = sentence = message.strip(" \t\n.!")
    for pattern, plain in _REWORDED:
        said = pattern.sub(plain, said)
    said = _without_reason(said, tells)
    return message if said == sentence else said


def _without_reason(message: str, tells: Callable[[str], bool]) -> str:
    """The message without a last "because we do not need it", "that's private".

    Whoever keeps something has hardly such a reason: "keep it as it is".
    """
    found = _WHY.search(message)
    if found is None or not message[: found.start()].strip() or _KEEPS.match(message):
        return message
    reason = {word.casefold() for word in (found["reason"] or "").split()}
    return message if reason & _NO_REASON or tells(found[0]) else message[: found.start()]
