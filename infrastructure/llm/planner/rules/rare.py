"""Commands that put rare values into one: "cities with fewer than 3 rows become Other"."""

from domain.actions import Action, LumpRare
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_PUT = (
    "(put|group|lump|merge|collapse|combine|move|pool|fold|bucket|replace|turn|change|set|rename|"
    "convert|make|label|relabel|call|treat|mark|map|recode|aggregate|bundle|gather)"
)
_INTO = (
    "(into|as|to|with|under|in|by|->|=>|=|:|(should|must|can|shall|may|to) [all|just|simply] "
    "(be|become|go to|go into|go under|be called|be put into|be put in|be grouped as|be labelled|"
    "be named|count as)|become|becomes|are|go to|go into|called|together as|together into|"
    "together in|together under)"
)
_OTHER = (
    "[a|an|one|the] [single|common|separate] [category|group|value|bucket|class|label] "
    "[called|named] {other:word} [category|group|bucket|class]"
)
_RARE = (
    "(small|rare|infrequent|uncommon|tiny|minor|smaller|rarer|smallest|least common|"
    "least frequent|rarely used|seldom|low-frequency|sparse)"
)
_VALUES = "(values|value|categories|levels|groups|classes|labels|entries|ones|names)"
_RARE_OF_COLUMN = f"[all] {_RARE} ({_VALUES} (of|in|from|for) {{column}}|{{column}} [{_VALUES}])"
_OF_COLUMN = f"[all|any] ({_VALUES} (of|in|from|for) {{column}}|{{column}} [{_VALUES}])"
_ROWS = "[{rows}|times|time|occurrences|occurrence|cases|members|counts|mentions|entries]"
_HAVE = (
    "(with|having|that have|which have|that has|that (appear|occur|show up|come up|are there|"
    "are found|stand|are used|exist) [in]|which (appear|occur|show up|come up|are there) [in]|"
    "appearing [in]|occurring [in]|in|if [there are]|there are) [only|just]"
)
_FEWER = "(fewer than|less than|under|below|<|not even|smaller than)"
_AT_MOST = "(at most|up to|no more than|not more than|<=|only|just|maximum|max)"
_HOW_FEW = (
    f"{_HAVE} ({_FEWER} ({{percent}} [of [the] [{{rows}}|total]]|{{fewer_than:whole}} {_ROWS})|"
    f"[{_AT_MOST}] [{{low:whole}} (or|to)] {{at_most:whole}} {_ROWS} [or (less|fewer)]|"
    f"(once|a single {{row}}) [or {{twice:word}}])"
)
_SAYS_AT_MOST = ("most", "to", "more", "only", "just", "less", "fewer", "<=", "max", "maximum")
_MOST = "(most frequent|most common|biggest|largest|top|most popular|commonest)"
_TOP = f"(top {{keep:whole}}|{{keep:whole}} {_MOST})"
_REST = (
    f"[,|and|;|.] [{_PUT}] (the rest|others|the others|all others|everything else|all the rest|"
    "all other ones|"
    "the remaining ones|all the others|the other ones|the remainder|anything else)"
)


@by_patterns(
    f"{_PUT} {_OF_COLUMN} {_HOW_FEW} [together] {_INTO} {_OTHER}",
    f"{_OF_COLUMN} {_HOW_FEW} {_INTO} {_OTHER}",
    f"{_PUT} {_RARE_OF_COLUMN} {_HOW_FEW} [together] {_INTO} {_OTHER}",
    f"{_PUT} {_RARE_OF_COLUMN} {_INTO} {_OTHER} [,] {_HOW_FEW}",
)
def lump_rare(said: Said) -> tuple[Action, ...] | None:
    """Read "countries with only 1 or 2 people become Other"."""
    if "percent" in said:
        return _lumped(said, percent=said["percent"])
    if "fewer_than" in said:
        return _lumped(said, fewer_than=said["fewer_than"])
    if "at_most" in said:
        # "With 3 rows" may be just those.
        least = "low" in said or said.says(*_SAYS_AT_MOST) or said["at_most"] == 1
        return _lumped(said, fewer_than=said["at_most"] + 1) if least else None
    if "twice" in said and said["twice"] != "twice":
        return None
    return _lumped(said, fewer_than=3 if "twice" in said else 2)


@by_patterns(
    f"[keep] [only|just] {_TOP} {{column}} [{_VALUES}] {_REST} [{_INTO}] {_OTHER}",
    f"[keep] [only|just] {_TOP} {_VALUES} (of|in) {{column}} {_REST} [{_INTO}] {_OTHER}",
    f"[{_PUT}] [all|every|everything] [{{column}}] (but|except|other than|outside) [the] "
    f"{_TOP} [{{column}}] [{_VALUES}] [(in|of) {{column}}] {_INTO} {_OTHER}",
)
def keep_most_frequent(said: Said) -> tuple[Action, ...] | None:
    """Read "keep the top 5 cities and call the rest Other"."""
    return _lumped(said, keep=said["keep"]) if "column" in said else None


@by_patterns(
    f"{_PUT} {_RARE_OF_COLUMN} [together] {_INTO} {_OTHER}",
    f"{_RARE_OF_COLUMN} {_INTO} {_OTHER}",
    f"{_PUT} {_RARE_OF_COLUMN} [together]",
)
def ask_what_is_rare(said: Said) -> tuple[Action, ...] | None:
    """Ask which are the "small categories" that are to become Other."""
    name = said["column"]
    if name not in said.reader.of_types(TEXT) or said.says("similar"):
        return None
    before, after = said.reader.text_around(said.reader.start, said.reader.position)
    other, values = quotation(said.get("other", "Other")), f"values of {quotation(name)}"
    raise Question(
        f"Which {name} is rare enough?",
        tuple(
            Choice(label=label, message=f"{before}put {rare} into {other}{after}")
            for label, rare in (
                ("those in 1 row", f"{values} with fewer than 2 rows"),
                ("those in fewer than 5 rows", f"{values} with fewer than 5 rows"),
                ("those in less than 5% of the rows", f"{values} with less than 5% of the rows"),
                ("all but the 5 most frequent", f"all but the 5 most frequent {values}"),
            )
        ),
    )


def _lumped(
    said: Said,
    *,
    fewer_than: int | None = None,
    percent: float | None = None,
    keep: int | None = None,
) -> tuple[Action, ...] | None:
    name = said["column"]
    if name not in said.reader.of_types(TEXT):
        return None
    return (
        LumpRare(
            columns=(name,),
            fewer_than=fewer_than,
            percent=percent,
            keep=keep,
            other=said.get("other", "Other"),
        ),
    )


RULES = (lump_rare, keep_most_frequent, ask_what_is_rare)
