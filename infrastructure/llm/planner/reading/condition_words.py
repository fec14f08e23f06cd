"""The words of conditions: comparing, missing, negating."""

from domain.actions import Operator
from infrastructure.llm.planner.reading import words

SIGNS: dict[str, Operator] = {
    ">=": "greater_or_equal",
    "≥": "greater_or_equal",
    "=>": "greater_or_equal",
    "<=": "less_or_equal",
    "≤": "less_or_equal",
    "!=": "not_equals",
    "<>": "not_equals",
    "≠": "not_equals",
    "==": "equals",
    "=": "equals",
    ">": "greater",
    "<": "less",
}
IN_OR_AFTER = ("in or after", "in or later than", "in or since")
IN_OR_BEFORE = ("in or before", "in or earlier than")
COMPARED: dict[Operator, tuple[str, ...]] = {
    "greater_or_equal": (
        *("at least", "no less than", "not less than", "greater than or equal to"),
        *("greater or equal to", "more than or equal to", "on or after", "since", "not below"),
        *("equal to or greater than", "bigger than or equal to", "not under", "not before"),
        *IN_OR_AFTER,
    ),
    "less_or_equal": (
        *("at most", "no more than", "not more than", "less than or equal to", "up to"),
        *("less or equal to", "on or before", "not above", "not over", "equal to or less than"),
        *("smaller than or equal to", "not greater than", "no greater than", "not after", "until"),
        *IN_OR_BEFORE,
    ),
    "greater": (
        *("greater than", "more than", "higher than", "larger than", "bigger than", "over"),
        *("above", "exceeds", "exceeding", "exceed", "older than", "after", "later than"),
        *("longer than", "strictly greater than", "heavier than"),
    ),
    "less": (
        *("less than", "lower than", "smaller than", "fewer than", "under", "below"),
        *("younger than", "before", "earlier than", "shorter than", "strictly less than"),
        *("lighter than",),
    ),
}
# "More then 8" is a slip that many make.
COMPARED = {
    operator: (*phrases, *(p.replace("than", "then") for p in phrases if "than" in p))
    for operator, phrases in COMPARED.items()
}
TEXTUAL: dict[Operator, tuple[str, ...]] = {
    "contains": (
        "contains",
        "contain",
        "containing",
        "includes",
        "include",
        "including",
        "mentions",
        "mention",
        "mentioning",
    ),
    "starts_with": (
        "starts with",
        "start with",
        "starting with",
        "begins with",
        "beginning with",
        "begin with",
    ),
    "ends_with": ("ends with", "end with", "ending with", "ends in", "ending in"),
}
# What is surely about a regular expression, and what may be about the value itself.
MATCHES_PATTERN = tuple(
    f"{verb} {article}{noun}"
    for verb in ("matches", "match", "matching", "fits", "fit", "follows", "follow")
    for article in ("", "the ", "a ")
    for noun in ("regex", "regexp", "regular expression", "pattern")
)
MATCHES = ("matches", "match", "matching")
IS = ("is", "are", "was", "were", "be", "being", "equals", "equal", "equal to", "'s")
NOT = (
    *("is not", "isn't", "are not", "aren't", "not", "does not", "doesn't", "do not", "don't"),
    *("other than", "different from", "was not", "wasn't", "never", "is never", "isnt", "doesnt"),
    *("were not", "weren't", "did not", "didn't", "arent", "wasnt", "werent", "dont", "didnt"),
)
# What has none of it: "members who don't have a trainer".
LACKING = (
    *(f"{do} have" for do in ("do not", "don't", "dont", "does not", "doesn't", "doesnt")),
    *(f"{do} have" for do in ("did not", "didn't", "didnt")),
    *(
        f"{did} {give}"
        for did in ("did not", "didn't", "didnt", "never")
        for give in ("answer", "give", "provide", "fill in", "enter", "state")
    ),
    *("lack", "lacks", "lacking"),
)

OR_MORE = (
    *("or more", "or older", "or over", "or above", "or higher", "or greater", "or later"),
    *("and more", "and over", "and above", "and older", "+"),
)
OR_LESS = ("or less", "or younger", "or under", "or below", "or lower", "or fewer", "or earlier")
IGNORING_CASE = (
    *("ignoring case", "ignoring the case", "regardless of case", "case-insensitive"),
    *("case-insensitively", "case insensitive", "case insensitively", "in any case"),
    *("case doesn't matter", "the case doesn't matter", "upper or lower case doesn't matter"),
    *("case does not matter", "case is not important", "either case", "upper or lower"),
    *("whatever case", "whatever the case", "no matter the case", "in upper or lower case"),
)
AGES = frozenset({"age", "ages", "age (years)", "age_years", "alter"})
YEARS = frozenset({"years", "year", "yrs", "yr"})
RANGE = ("between", "outside", "in the range", "in range")
ONE_OF = ("one of", "any of", "in", "either", "among", "amongst")
MISSING = tuple(
    f"{article}{word}{noun}"
    for word in words.MISSING
    for article in ("", "a ", "an ")
    for noun in ("", " value", " values")
)
