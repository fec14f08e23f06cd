"""Commands about gaps: filled from other rows or by group, rows and columns with too many."""

from typing import Literal

from domain.actions import Action, DropColumns, DropMissing, Fill
from infrastructure.llm.planner.phrases.pattern_places import texts_meant
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question

_FILL = (
    "(fill|impute|fill in|fill up|complete|replace|fix) [all|any|every|the|in] "
    "[missing|empty|blank|null|nan|absent] [values|value|gaps|entries|cells|nulls|data|nans|"
    "holes|blanks] [in|of|for|from|within] "
)
_EMPTY = "(missing|empty|blank|null|absent|unknown)"
_SOMEWHERE = "[(for|in) (some|someone|somebody|some rows|some cases|some people|places)|sometimes]"
_USE = (
    "(use|take|put|insert|enter|(set|change|make) (it|them|those) [to]|"
    "(fill|replace) [it|them|those] [in] (with|by|from))"
)
# Up to what the gaps are filled with: "fill the gaps in a with", "a is missing - use", "empty a =".
_GAPS_SAID = (
    f"[the|all|any] {_EMPTY} [values|value|cells|entries] [in|of|for] {{columns}} [values|cells] "
    f"(->|=>|=|:|should be|must be|are|is|get|gets|become|becomes|take|use) "
    f"[{_USE}]|"
    f"{{columns}} (is|are) [sometimes] {_EMPTY} {_SOMEWHERE} [,|-|:|;|.|->|\u2013] "
    f"[so|then|please] {_USE}|"
    f"(where|if|when|wherever) {{columns}} (is|are) {_EMPTY} [,|-|:|then] {_USE}"
)
_WITH = f"({_FILL} {{columns}} [that (is|are) {_EMPTY}] (with|by|using|from|to|as)|{_GAPS_SAID})"
_BY_FORWARD = (
    "(forward fill|ffill|forward-fill|pad fill|carry forward|fill forward|fill down|forwardfill|"
    "carry last observation forward|fill-down|forward)"
)
_BY_BACKWARD = (
    "(backward fill|back fill|backfill|bfill|back-fill|backward-fill|fill backward|fill up|"
    "fill backwards|fill-up|backward)"
)
_PREVIOUS = "(previous|last|preceding|prior|above|last known|last valid|previous known|last seen)"
_INTO_GAPS = "[(into|to|in|over) [the] (empty|blank|missing) [cells|rows|ones|values|fields]]"
_NEXT = "(next|following|subsequent|below|next known|next valid|next available)"
_VALUE = "[value|values|one|row|observation|entry|row's value|cell|known value|valid value]"
_GROUP = (
    "(by|per|within|within each|in each|for each|of each|of its|of their|for its|grouped by|of the|"
    "of the same|for every|in its|for the same|of that row's|of that|for that|,by)"
)


@by_patterns(
    f"{_BY_FORWARD} [missing values|gaps|values|nulls] [in|of] {{columns}} {_GROUP} {{by:columns}}",
    f"{_BY_FORWARD} [missing values|gaps|values|nulls] [in|of] {{columns}}",
    f"{_WITH} [the] {_PREVIOUS} {_VALUE}",
    f"{_FILL} {{columns}} (with|by|using) {_BY_FORWARD} [filling|fill]",
    f"{_WITH} [the] [value] [(from|of|in)] [the] "
    f"({_PREVIOUS} (row|line|record|one)|(row|line|record|one) (above|before))",
    f"{_FILL} {{columns}} (with|by|using|from) [the] (value|one|entry) (before|above) [it|them]",
    "carry [the] (last|previous) (observation|value|known value) forward [in|for|of] {columns}",
    "carry [the] [last|previous] [value of|values of] {columns} forward",
    "fill {columns} (down|downwards|forward|forwards)",
    f"(copy|drag|carry|fill|pull) (down|downwards|forward) {{columns}} {_INTO_GAPS}",
    f"(copy|drag|carry|fill|pull) {{columns}} (down|downwards|forward) {_INTO_GAPS}",
)
def fill_forward(said: Said) -> tuple[Action, ...] | None:
    """Read "forward fill temp", "fill the gaps in temp with the previous value"."""
    return (Fill(columns=said["columns"], strategy="forward", by=said.get("by", ())),)


@by_patterns(
    f"{_BY_BACKWARD} [missing values|gaps|values|nulls] [in|of] {{columns}} {_GROUP} "
    f"{{by:columns}}",
    f"{_BY_BACKWARD} [missing values|gaps|values|nulls] [in|of] {{columns}}",
    f"{_WITH} [the] {_NEXT} {_VALUE}",
    f"{_FILL} {{columns}} (with|by|using) {_BY_BACKWARD} [filling|fill]",
    f"{_WITH} [the] [value] [(from|of|in)] [the] "
    f"({_NEXT} (row|line|record|one)|(row|line|record|one) (below|after))",
    f"{_FILL} {{columns}} (with|by|using|from) [the] (value|one|entry) (after|below) [it|them]",
    "fill {columns} (up|upwards|backward|backwards)",
)
def fill_backward(said: Said) -> tuple[Action, ...] | None:
    """Read "backfill humidity", "fill humidity with the next value"."""
    return (Fill(columns=said["columns"], strategy="backward", by=said.get("by", ())),)


_LINEAR = "[linearly|linear|using linear interpolation|with a straight line]"


@by_patterns(
    f"interpolate [missing values|gaps|values] [in|of] {{columns}} {_LINEAR} {_GROUP} "
    f"{{by:columns}}",
    f"interpolate [missing values|gaps|values] [in|of] {{columns}} {_LINEAR}",
    f"{_FILL} {{columns}} (by|with|using|through) [linear] (interpolation|interpolating) "
    f"[linearly]",
)
def interpolate(said: Said) -> tuple[Action, ...] | None:
    """Read "interpolate humidity linearly"."""
    return (Fill(columns=said["columns"], strategy="interpolate", by=said.get("by", ())),)


_MIDDLE = "(mean|average|avg|median|mode|most frequent value|most common value|most common|typical)"

Middle = Literal["mean", "median", "mode"]
_MIDDLES: dict[Middle, set[str]] = {
    "mean": {"mean", "average", "avg"},
    "median": {"median"},
    "mode": {"mode", "most", "typical"},
}


@by_patterns(
    f"{_WITH} [the|its|their] {_MIDDLE} [value|values] [of] [{{again:columns}}] {_GROUP} "
    "{by:columns} [group]",
    f"{_FILL} {{columns}} {_GROUP} {{by:columns}} (using|with|by) [the] {_MIDDLE} [value]",
    f"{_WITH} [the|its|their] {{by:column}} {_MIDDLE} [of {{again:columns}}]",
)
def fill_by_group(said: Said) -> tuple[Action, ...] | None:
    """Read "fill temp with the mean of its station"."""
    columns, by = said["columns"], said["by"]
    by = (by,) if isinstance(by, str) else by
    if set(columns) & set(by) or said.get("again", columns) != columns:
        return None
    return _with_middle(said, columns, by)


@by_patterns(f"({_GAPS_SAID}) [the|its|their] {_MIDDLE} [value|values|one] [of {{again:columns}}]")
def fill_with_middle(said: Said) -> tuple[Action, ...] | None:
    """Read "prices are missing - use the average", "empty rating = the mean"."""
    columns = said["columns"]
    if said.get("again", columns) != columns:
        return None
    return _with_middle(said, columns, ())


def _with_middle(
    said: Said, columns: tuple[str, ...], by: tuple[str, ...]
) -> tuple[Action, ...] | None:
    """Filled with the mean, the median or the mode that is said. Raises Question for texts."""
    # What is also a word of a column's name says the figure only where nothing else does.
    of_names = {word for name in (*columns, *by) for word in name_words(name)}
    here = said.reader.tokens[said.reader.start : said.reader.position]
    told = [
        (strategy, token.word)
        for token in here
        for strategy, names in _MIDDLES.items()
        if token.text not in said.reader.shape.column_names
        and names & {token.word, *texts_meant(token.word)}
    ]
    strategy = next(
        (each for each, word in told if word not in of_names), told[0][0] if told else "mode"
    )
    if strategy != "mode":
        for name in columns:
            if name not in said.reader.of_types(NUMERIC):
                raise Question(f"{name!r} holds no numbers, so it has no {strategy}.")
    return (Fill(columns=columns, strategy=strategy, by=by),)


@by_patterns(
    f"{_FILL} {{columns}} (with|by|using) [the] [{{k:whole}}] (knn|nearest neighbours|"
    "nearest neighbors|k nearest neighbours|k-nearest neighbours|k nearest neighbors|"
    "k-nearest neighbors|neighbours|knn imputation)",
    "knn impute {columns}",
    "impute {columns} (with|by|using) knn [with] [{k:whole}] [neighbours|neighbors]",
)
def fill_by_neighbours(said: Said) -> tuple[Action, ...] | None:
    """Read "fill age using the 3 nearest neighbours"."""
    return (Fill(columns=said["columns"], strategy="knn", neighbours=said.get("k", 5)),)


_ROWS = "(rows|row|records|record|lines|observations|entries)"
_DROP = "(drop|remove|delete|discard|get rid of|eliminate|throw out|exclude|filter out)"
_WITH = "(with|that have|having|which have|containing|that contain|who have|where there are)"
_MISSING = "(missing|empty|null|blank|nan|na) [values|value|cells|fields|entries|columns]"
_PRESENT = (
    "(non-missing|non-null|valid|filled|present|non-empty|known|non missing|non null|non empty|"
    "filled-in|"
    "filled in) [values|value|cells|fields|entries]"
)


@by_patterns(
    f"{_DROP} [all|any] {_ROWS} {_WITH} (fewer|less) than {{least:whole}} {_PRESENT}",
    f"{_DROP} [all|any] {_ROWS} {_WITH} (fewer|less) than {{least:whole}} (values|value)",
    f"(keep|retain) [only] [all] {_ROWS} {_WITH} at least {{least:whole}} {_PRESENT}",
    f"(keep|retain) [only] [all] {_ROWS} {_WITH} at least {{least:whole}} (values|value)",
    f"{_DROP} [all|any] {_ROWS} {_WITH} more than {{more:whole}} {_MISSING}",
    f"{_DROP} [all|any] {_ROWS} {_WITH} over {{more:whole}} {_MISSING}",
    f"{_DROP} [all|any] {_ROWS} {_WITH} at least {{many:whole}} {_MISSING}",
    f"{_DROP} [all|any] {_ROWS} {_WITH} {{many:whole}} or more {_MISSING}",
    f"(keep|retain) [only] [all] {_ROWS} {_WITH} at most {{more:whole}} {_MISSING}",
)
def drop_sparse_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "drop rows with fewer than 3 values", "remove rows with more than two missing"."""
    columns = len(said.reader.shape.columns)
    least = said.get("least")
    if least is None:
        least = columns - said["more"] if "more" in said else columns - said["many"] + 1
    if least < 1 or least > columns:
        raise Question(f"The table has {columns} columns, so no row is meant by that.")
    return (DropMissing(at_least=least),)


_SHARE = "{share:percent} [of values|of the values|of their values]"


@by_patterns(
    f"{_DROP} [all|any] columns (with|that have|having|where) more than {_SHARE} {_MISSING}",
    f"{_DROP} [all|any] columns (with|that have|that are|which are|having) (more than|over) "
    f"{_SHARE} "
    f"{_MISSING}",
    f"{_DROP} [all|any] columns (that are|which are|with) (more than|over) half {_MISSING}",
    f"{_DROP} [all|any] (mostly|predominantly) empty columns",
    f"{_DROP} [all|any] columns (that are|which are) (mostly|mainly) {_MISSING}",
    f"{_DROP} [all|any] columns (missing|with missing values in|with nulls in) (more than|over) "
    f"{_SHARE} [of] [rows|their values|values]",
)
def drop_sparse_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "drop columns with more than 30% missing values"."""
    shape = said.reader.shape
    if not said.reader.fresh:
        raise Question(
            "How many values are missing is known only when the steps before are done. Please "
            "send it alone."
        )
    share = said.get("share", 50) / 100
    found = tuple(c.name for c in shape.columns if shape.rows and c.nulls / shape.rows > share)
    if not found:
        raise Question(f"No column has more than {share:.0%} missing values.")
    return (DropColumns(columns=found),)


RULES = (
    fill_forward,
    fill_backward,
    interpolate,
    fill_by_group,
    fill_with_middle,
    fill_by_neighbours,
    drop_sparse_rows,
    drop_sparse_columns,
)
