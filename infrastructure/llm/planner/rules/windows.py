"""Commands about columns over rows nearby, or of a group: moving averages, lags, group means."""

from collections.abc import Mapping

from domain.actions import Action, ComputeOverRows, Window
from domain.actions.grouping import AggregateFunction
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.spans import Span
from infrastructure.llm.planner.reading.column_matching import singulars
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import key, quotation
from infrastructure.llm.planner.rules.over_rows import (
    ADD,
    BY,
    IN_ORDER,
    NAMED,
    OF,
    SO,
    computed,
)

_MOVING = "(moving|rolling|sliding|trailing|running)"
_FIGURE = "(average|mean|avg|averages|sum|total|median|minimum|min|maximum|max)"
_MA = "(moving-average|rolling-average|rolling-mean|ma|sma)"
_OVER = (
    "(over|of|with|using|across|for|on|from) [a] [the] [(last|past|previous|preceding|latest)] "
    "([window of] {span}|(window|window size) [of] [size] ({span}|{size:whole}))"
)
_WINDOW = f"[[,] ({_OVER}|window [=|:|of|size] {{size:whole}})]"


@by_patterns(
    f"{ADD} [{{span}}] {_MOVING} [{{size:whole}}] {_FIGURE} [{OF}] {{column}} {_WINDOW} {BY} "
    f"{_WINDOW} {IN_ORDER} {SO}",
    f"{ADD} [{{span}}] {_MA} [{OF}] {{column}} {_WINDOW} {BY} {IN_ORDER} {SO}",
    f"{NAMED} [{{span}}] {_MOVING} [{{size:whole}}] {_FIGURE} [{OF}] {{column}} {_WINDOW} {BY} "
    f"{_WINDOW} {IN_ORDER}",
    f"{ADD} {_FIGURE} {OF} {{column}} over the (last|past|previous|preceding) {{span}} {BY} "
    f"{IN_ORDER} {SO}",
    f"(smooth|smoothe|smoothen) {{column}} [by|with|using] [a] [{{span}}] {_MOVING} {_FIGURE} "
    f"{_WINDOW} {BY} {IN_ORDER} {SO}",
)
def rolling(said: Said) -> tuple[Action, ...] | None:
    """Read "add a 3-row moving average of price per customer". How many rows is asked for."""
    figure = next(each for word, each in _ROLLING.items() if said.says(word))
    if said.says("running") and not (figure == "mean" and ("span" in said or "size" in said)):
        return None
    span: Span = said["span"] if "span" in said else Span(said.get("size", 0))
    if not span.size:
        raise _over_how_many(said)
    if span.unit is not None:
        raise _rows_or_time(said, span)
    window: Window = f"rolling_{figure}"  # type: ignore[assignment]
    return computed(said, window, f"{window}_{span.size}", size=span.size)


_ROLLING: Mapping[str, str] = {
    **dict.fromkeys(("average", "mean", "avg", "averages"), "mean"),
    **dict.fromkeys(("moving-average", "rolling-average", "rolling-mean", "ma", "sma"), "mean"),
    **dict.fromkeys(("sum", "total"), "sum"),
    "median": "median",
    **dict.fromkeys(("minimum", "min"), "min"),
    **dict.fromkeys(("maximum", "max"), "max"),
}


def _over_how_many(said: Said) -> Question:
    before, after = said.reader.text_around(said.reader.start, said.reader.position)
    command = said.reader.text(said.reader.start, said.reader.position).rstrip(" .!?")
    return Question(
        "Over how many rows?",
        tuple(
            Choice(
                label=f"{size} rows", message=f"{before}{command} over the last {size} rows{after}"
            )
            for size in (3, 7, 12)
        ),
    )


def _rows_or_time(said: Said, span: Span) -> Question:
    """A window counts rows: ask whether there is one for each day, and in their order."""
    name, reader = quotation(said["column"]), said.reader
    figure = next(each for word, each in _ROLLING.items() if said.says(word))
    by = f" per {' and '.join(map(quotation, said['by']))}" if "by" in said else ""
    command = f"add a {span.size}-row rolling {figure} of {name}{by}"
    command += f" as {quotation(said['new'])}" if "new" in said else ""
    before, after = reader.text_around(reader.start, reader.position)
    choices = [Choice(label=f"{span.size} rows as they stand", message=f"{before}{command}{after}")]
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    choices[:0] = [
        Choice(
            label=f"{span.size} rows in the order of {date}",
            message=f"{before}sort by {quotation(date)}, then {command}{after}",
        )
        for date in dates[:3]
    ]
    return Question(
        f"I roll over rows, and not over time. Is there one row for each {span.unit.rstrip('s')}, "
        f"so that {span.size} rows are meant?"
        if span.unit
        else "",
        tuple(choices),
    )


_PREVIOUS = "(previous|prior|preceding|lagged|lag|lag of)"
_NEXT = "(next|following|subsequent|lead|lead of)"
_ROW = "(row|record|line|entry|value|{row})"
_THAT_BEFORE = "(in|from|of|on) [the] (previous|prior|preceding) [row|record|line|entry|{row}]"
_THAT_AFTER = "(in|from|of|on) [the] (next|following|subsequent) [row|record|line|entry|{row}]"
_VALUE_OF = f"[{_ROW}] [value|values] [of|in|for]"
_AWAY = "[by {size:whole} [rows|row|positions|places|down]]"


@by_patterns(
    f"{ADD} {_PREVIOUS} {_VALUE_OF} {{column}} {BY} {IN_ORDER} {SO}",
    f"{ADD} [value|values] [of] {{column}} {_THAT_BEFORE} {BY} {IN_ORDER} {SO}",
    f"{NAMED} {_PREVIOUS} {_VALUE_OF} {{column}} {BY} {IN_ORDER}",
    f"lag {{column}} {_AWAY} {BY} {IN_ORDER} {SO}",
)
def previous(said: Said) -> tuple[Action, ...] | None:
    """Read "add the previous price per customer", "lag sales by 2"."""
    return computed(said, "previous", "previous", size=said.get("size"))


@by_patterns(
    f"{ADD} {_NEXT} {_VALUE_OF} {{column}} {BY} {IN_ORDER} {SO}",
    f"{ADD} [value|values] [of] {{column}} {_THAT_AFTER} {BY} {IN_ORDER} {SO}",
    f"{NAMED} {_NEXT} {_VALUE_OF} {{column}} {BY} {IN_ORDER}",
    f"lead {{column}} {_AWAY} {BY} {IN_ORDER} {SO}",
)
def following(said: Said) -> tuple[Action, ...] | None:
    """Read "add the next price per customer"."""
    return computed(said, "next", "next", size=said.get("size"))


_GROUP = (
    "(by|per|(for|of|in|within) (each|every)|within [the] same|of [the] same|within|"
    "of (its|their|the|his|her) own|of (its|their)) {by:columns}"
)
_ALONE = "(add|append|include|insert|attach|put)"
_A_COLUMN = (
    "(add|append|include|insert|attach|create|make|compute|calculate|build|give me|get) "
    "[a|an] [new|another|extra] column (with|for|of|holding|containing|showing|that shows|"
    "that has|that holds|saying)"
)
_AS_COLUMN = (
    "(as|in|into) [a|its] [own] [new|extra|separate|own] column [[called|named] {new:name}]"
)
_TO_ROWS = "[(to|for|in|next to|beside|on) (each|every|all) {row}]"


@by_patterns(
    f"({_ALONE} [column]|{_A_COLUMN}) {{figure_word}} [of] {{column}} {_GROUP} {_TO_ROWS} {SO}",
    f"({_ALONE} [column]|{_A_COLUMN}) {{by:column}} {{figure_word}} (of|for) {{column}} {SO}",
    f"{NAMED} {{figure_word}} [of] {{column}} {_GROUP}",
    f"[{_ALONE}|compute|calculate|get] {{figure_word}} [of] {{column}} {_GROUP} {_AS_COLUMN}",
    f"[{_ALONE}|compute|calculate] {{by:column}} {{figure_word}} (of|for) {{column}} {_AS_COLUMN}",
    f"(for|per) [each|every] {{by:columns}} [,] {_ALONE} {{figure_word}} [of] {{column}} {SO}",
)
def figure_of_group(said: Said) -> tuple[Action, ...] | None:
    """Read "add the average salary per department as a column"."""
    window = _WINDOWS.get(said["figure_word"])
    by = said["by"] if isinstance(said["by"], tuple) else (said["by"],)
    if window is None or said["column"] in by:
        return None
    name = said.get("new") or free_name(
        said.reader, f"{said['column']}_{window}_per_{'_'.join(by)}"
    )
    action = ComputeOverRows(window=window, column=said["column"], by=by, new=name)
    if said.reader.column_named(said["column"]).type not in _NUMBERS:
        raise Question(
            f"{said['column']!r} holds no numbers. Say first: convert {said['column']} to number; "
            "or name another column."
        )
    return (action,)


_NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
_WINDOWS: Mapping[AggregateFunction, Window] = {
    "mean": "mean",
    "median": "median",
    "sum": "total",
    "min": "smallest",
    "max": "largest",
}
_COUNT = (
    "([the] (number|count) of [all] [the] {rows}|(count|group size|frequency|size|number of "
    "occurrences)|how many {rows} [there are])"
)
_HOW_OFTEN = (
    "(how many times|how often|how frequently|the number of times) (it|he|she|they|this|each|that|"
    "{by:columns}) ({about}|was|is)"
)


@by_patterns(
    f"({_ALONE} [column]|{_A_COLUMN}) {_COUNT} {_GROUP} {_TO_ROWS} {SO}",
    f"{NAMED} {_COUNT} {_GROUP}",
    f"[{_ALONE}|compute|calculate|count] {_COUNT} {_GROUP} {_AS_COLUMN}",
    f"(for|per) [each|every] {{by:columns}} [,] {_ALONE} ({_COUNT}|{_HOW_OFTEN}) {SO}",
    f"({_ALONE}|{_A_COLUMN}) {_HOW_OFTEN} {SO}",
)
def count_of_group(said: Said) -> tuple[Action, ...] | None:
    """Read "add the number of orders per customer", "for each product add how often it is sold"."""
    if "by" not in said or "where" in said.get("about", ()):
        return None
    counted = _repeating(said.reader, said.get("rows", ""))
    if counted is not None:
        raise _rows_or_values(said, counted)
    name = said.get("new") or free_name(said.reader, f"rows_per_{'_'.join(said['by'])}")
    return (ComputeOverRows(window="count", by=said["by"], new=name),)


def _repeating(reader: Reader, noun: str) -> str | None:
    """The column that the noun may mean, where a value of it stands in several rows."""
    meant = {key(noun), *map(key, singulars(noun))}
    names = [name for name in reader.shape.column_names if key(name) in meant]
    return next((name for name in names if not reader.tells_rows_apart(name)), None)


def _rows_or_values(said: Said, counted: str) -> Question:
    """ "The number of customers per city" is less than that of its rows where one comes twice."""
    before, after = said.reader.text_around(said.reader.start, said.reader.position)
    by = " and ".join(map(quotation, said["by"]))
    name = f" as {quotation(said['new'])}" if "new" in said else ""
    return Question(
        f"A column can have the number of rows for each {', '.join(said['by'])}, in which a value "
        f"of {counted} counts as often as it stands there. Is that meant?",
        (
            Choice(
                label="the number of rows",
                message=f"{before}add the number of rows per {by}{name}{after}",
            ),
        ),
    )


_WHOSE = (
    "[each] [{rows}|person's|employee's|customer's|order's|row's|everyone's|everybody's|product's|"
    "item's|student's|sample's|his|her|their|its]"
)
_SHARE = f"{_WHOSE} (share|percentage|percent|proportion)"
_IN_PERCENT = "[,] [(in|as) (percent|%|a percentage)]"


@by_patterns(
    f"{ADD} {_SHARE} (of|in) [the] {{by:column}} (total|sum) [of] {{column}} {_IN_PERCENT} {SO}",
    f"{ADD} {_SHARE} of [the] {{column}} (of|in|within) (its|the|their|his|her) {{by:column}} "
    f"{_IN_PERCENT} {SO}",
)
def share_of_group(said: Said) -> tuple[Action, ...] | None:
    """Read "add each person's share of the department's total salary in percent"."""
    name, by = said["column"], said["by"]
    if name == by or said.reader.column_named(name).type not in _NUMBERS:
        return None
    new = said.get("new") or free_name(said.reader, f"{name}_percent_of_{by}")
    return (ComputeOverRows(window="percent_of_total", column=name, by=(by,), new=new),)


@by_patterns(
    f"{ADD} (percentile|percentiles|percentile rank|percent rank) {OF} {{column}} {BY} {SO}",
    f"{NAMED} (percentile|percentile rank|percent rank) {OF} {{column}} {BY}",
    f"{ADD} {{column}} (percentile|percentiles|percentile rank) {BY} {SO}",
)
def percentile(said: Said) -> tuple[Action, ...] | None:
    """Read "add a percentile of score"; "the 90th percentile" is another thing."""
    return computed(said, "percentile", "percentile")


RULES = (rolling, previous, following, share_of_group, figure_of_group, count_of_group, percentile)
