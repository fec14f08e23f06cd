"""Commands about columns computed over rows: running totals, differences, ranks, shares."""

from domain.actions import Action, ComputeOverRows, Sort, SortKey, Window
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import quotation

VERB = "(add|create|make|insert|compute|calculate|derive|get|give me|build|append|include)"
COLUMN = (
    "[a|an|the] [new|another|extra] [column] "
    "[with|for|of|holding|containing|that shows|showing|that has|that holds]"
)
ADD = f"[{VERB}] {COLUMN}"
NAMED = (
    "(add|create|make|insert|build|append) [a|an] [new|another|extra] [column] [called|named] "
    "{new:name} (with|holding|containing|that shows|showing|that has|that holds|as|for|=|is|being) "
    "[the|a]"
)
_NEW_COLUMN = (
    "[add|create|make|insert] [a|an] [new] (column|col|field) [called|named] {new:name} (:|=|is|as)"
)
OF = "(of|for|over|on|in|from)"
BY = (
    "[(by|per|for each|for every|within each|within|in each|inside each|grouped by|of each|"
    "separately for each|among each|(within|in|inside) (their|its)|of every|within every|"
    "(in|within|of|for) [the] same) {by:columns}]"
)
IN_ORDER = (
    "[[,] (sorted|ordered|in order of|in the order of|going|when sorted) [by] {ordered:order}|"
    "[,] [the] (oldest first|earliest first|newest first|latest first|in order of time|over time|"
    "chronologically|in chronological order|by time)]"
)
SO = (
    "[[,] (as|called|named|into|in|and call it) [a|the] [new] [column] [called|named] [{new:name}]]"
)
_RUNNING = (
    "(running total|running totals|running sum|cumulative sum|cumulative total|cumulated sum|"
    "cumsum|accumulated total|accumulated sum|cumulative)"
)
_RUNNING_MOST = "(running maximum|running max|cumulative maximum|cumulative max|maximum so far)"
_RUNNING_LEAST = "(running minimum|running min|cumulative minimum|cumulative min|minimum so far)"


@by_patterns(
    f"{ADD} {_RUNNING} [{OF}] {{column}} {BY} {IN_ORDER} {SO}",
    f"{NAMED} {_RUNNING} [{OF}] {{column}} {BY} {IN_ORDER}",
    f"{ADD} {{column}} {_RUNNING} {BY} {IN_ORDER} {SO}",
    f"(accumulate|cumulate|cumsum) {{column}} {BY} {IN_ORDER} {SO}",
)
def running_total(said: Said) -> tuple[Action, ...] | None:
    """Read "add a running total of price per region", "cumulative sum of quantity"."""
    return computed(said, "running_total", "running_total")


@by_patterns(
    f"{ADD} ({_RUNNING_MOST}|{_RUNNING_LEAST}) {OF} {{column}} {BY} {IN_ORDER} {SO}",
    f"{NAMED} ({_RUNNING_MOST}|{_RUNNING_LEAST}) {OF} {{column}} {BY} {IN_ORDER}",
)
def running_extreme(said: Said) -> tuple[Action, ...] | None:
    """Read "add the running maximum of price"."""
    least = said.says("minimum", "min")
    window: Window = "running_min" if least else "running_max"
    return computed(said, window, window)


_DIFFERENCE = "(difference|differences|change|changes|delta|deltas|increase|increases|diff)"
_PERCENT = (
    "(percent change|percentage change|percentage changes|pct change|growth rate|change in percent|"
    "growth in percent|percentage growth|percent growth)"
)
_BEFORE = (
    "(to|from|with|against|over|compared to|compared with|relative to|since|between|vs) "
    "[the|its|each] ((previous|prior|preceding|last) (row|value|one|record|entry|line)|"
    "(previous|prior|preceding) {row}|{row} before|"
    "(row|value|one|record|line) before|row above|(rows|consecutive rows|neighbouring rows|"
    "successive rows|subsequent rows|each row and the one before)|"
    "row to [the] [next] row|one row to the next)"
)


@by_patterns(
    f"{ADD} {_DIFFERENCE} {OF} {{column}} {_BEFORE} {BY} {IN_ORDER} {SO}",
    f"{ADD} {_DIFFERENCE} {_BEFORE} {OF} {{column}} {BY} {IN_ORDER} {SO}",
    f"{ADD} {{column}} {_DIFFERENCE} {_BEFORE} {BY} {IN_ORDER} {SO}",
    f"{NAMED} {_DIFFERENCE} {OF} {{column}} {_BEFORE} {BY} {IN_ORDER}",
    f"{ADD} row [to row] {_DIFFERENCE} {OF} {{column}} {BY} {IN_ORDER} {SO}",
    f"{ADD} row-to-row {_DIFFERENCE} {OF} {{column}} {BY} {IN_ORDER} {SO}",
)
def difference(said: Said) -> tuple[Action, ...] | None:
    """Read "add the difference of price to the previous row"."""
    return computed(said, "difference", "difference")


@by_patterns(
    f"{ADD} {_PERCENT} {OF} {{column}} [{_BEFORE}] {BY} {IN_ORDER} {SO}",
    f"{ADD} {{column}} {_PERCENT} [{_BEFORE}] {BY} {IN_ORDER} {SO}",
    f"{NAMED} {_PERCENT} {OF} {{column}} [{_BEFORE}] {BY} {IN_ORDER}",
)
def percent_change(said: Said) -> tuple[Action, ...] | None:
    """Read "add the percent change of price"."""
    return computed(said, "percent_change", "percent_change")


_SHARE = "(percent|percentage|percentages|share|shares|proportion|fraction|%)"
_TOTAL = "(total|sum|whole|grand total|overall total|column total)"


_PER_ROW = "[(per|for|in|of) [each|every|single]|each|every] {per:row}"


@by_patterns(
    f"{VERB} {COLUMN} {_SHARE} (of|in) [the] {_TOTAL} [{OF}] {{column}} {BY} {SO}",
    f"{VERB} {COLUMN} {_SHARE} {OF} {{column}} (of|in) [the] {_TOTAL} {BY} {SO}",
    f"{VERB} {COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {BY} {SO}",
    f"{VERB} {COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {{again:column}} "
    f"{BY} {SO}",
    f"{_NEW_COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} [{{again:column}}] {BY}",
    f"{_NEW_COLUMN} [the] {_SHARE} (of|in) [the] {_TOTAL} [{OF}] {{column}} {BY}",
    f"{NAMED} {_SHARE} (of|in) [the] {_TOTAL} [{OF}] {{column}} {BY}",
    f"[{VERB}] {COLUMN} {_SHARE} (of|in) [the] {_TOTAL} [{OF}] {{column}} {_PER_ROW} {SO}",
    f"(what|which) {_SHARE} {_PER_ROW} is (of|in) [the] {_TOTAL} [{OF}] {{column}} [,] {SO}",
    f"(express|show) {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {BY} {SO}",
)
def share_of_total(said: Said) -> tuple[Action, ...] | None:
    """Read "add the share of quantity of the total", "price as percent of total by region"."""
    if said.get("again", said["column"]) != said["column"]:
        return None
    return computed(said, "percent_of_total", "percent_of_total")


_MOST = (
    "(highest first|largest first|biggest first|best first|descending|highest is 1|largest is 1|"
    "from high to low|from highest to lowest|starting with the highest|1 is the highest|"
    "highest to lowest|with the highest first|newest first|latest first|1 = highest|"
    "most expensive first|(highest|largest|biggest|best|most expensive) (=|is|gets|has) [rank] 1)"
)
_LEAST = (
    "(lowest first|smallest first|ascending|lowest is 1|smallest is 1|from low to high|"
    "from lowest to highest|starting with the lowest|1 is the lowest|lowest to highest|"
    "with the lowest first|oldest first|earliest first|1 = lowest|cheapest first|"
    "(lowest|smallest|cheapest) (=|is|gets|has) [rank] 1)"
)
_ORDER = f"[[,] [in|and|with] ({_MOST}|{_LEAST}) [order]]"
_EACH = "(within each|in each|inside each|for each|per|within) {by:columns}"
_RANK = (
    f"(add|create|make|insert|compute|calculate|get|give me|build) [a|an|the] [new] [column] "
    f"[with|for|of|holding|containing|showing] [the|a] (rank|ranks|ranking) [column] "
    f"(of|by|for|on|based on|according to) {{column}} {BY} {_ORDER} {SO} {_ORDER}",
    f"{NAMED} (rank|ranks|ranking) (of|by|for|on|based on) {{column}} {BY} {_ORDER}",
    f"(add|create|make|insert|compute|calculate) [a|an|the] {{column}} (rank|ranks|ranking) "
    f"[column] {BY} {_ORDER} {SO} {_ORDER}",
    "rank {column} (as|into|in a new column|in a column) [called|named] {new:name} "
    f"{BY} {_ORDER}",
    f"rank {{column}} {_EACH} {_ORDER} {SO} {_ORDER}",
    f"rank [the] {{rows}} (by|on|according to) {{column}} {_EACH} {_ORDER} {SO}",
    f"rank [the] {{rows}} (by|on|according to) {{column}} {BY} {_ORDER} [,] "
    "(as|into|in|in a|in a new|in the) [column] [called|named] {new:name}",
)
_DOWN = {
    "highest",
    "largest",
    "biggest",
    "best",
    "descending",
    "newest",
    "latest",
    "high",
    "most",
    "top",
}
_UP = {
    "lowest",
    "smallest",
    "ascending",
    "oldest",
    "earliest",
    "low",
    "cheapest",
    "least",
    "fewest",
}


@by_patterns(*_RANK)
def rank(said: Said) -> tuple[Action, ...] | None:
    """Read "add a rank by score, highest first". Which way round it goes is asked for."""
    reader = said.reader
    here = [token.word for token in reader.tokens[reader.start : reader.position]]
    order = next((word for word in here if word in _DOWN | _UP), None)
    if order is None:
        before, after = reader.text_around(reader.start, reader.position)
        command = reader.text(reader.start, reader.position).rstrip(" .!?")
        raise Question(
            f"Which {said['column']} has the rank 1: the highest or the lowest?",
            tuple(
                Choice(label=label, message=f"{before}{command}, {label} first{after}")
                for label in ("highest", "lowest")
            ),
        )
    return computed(said, "rank", "rank", descending=order in _DOWN)


@by_patterns("rank [the] {rows} (by|on|according to) {column}", "rank by {column}", "rank {column}")
def ask_rank(said: Said) -> tuple[Action, ...] | None:
    """Ask whether "rank the rows by salary" sorts them or adds a column."""
    name = said["column"]
    quoted = quotation(name)
    raise Question(
        f"Should the rows be sorted by {name}, or should a column tell the rank of each?",
        (
            Choice(label="sort", message=f"sort by {quoted} descending"),
            Choice(label="add a column", message=f"add a rank column by {quoted}, highest first"),
        ),
    )


_EACH_OF = "(per|(for|of|within|in) (each|every)) {by:columns}"
_FROM_1 = "[starting|beginning] (at|with|from) 1 [on|onwards|upwards]"


@by_patterns(
    "(add|create|make|insert|append|include) [a|an] [new] [column] [with|of|for|holding] [the] "
    "[running|consecutive|sequential|serial|unique] (row number|row numbers|line number|"
    f"line numbers|row id|row index|index|serial number|counter) [column] {BY} {SO}",
    "(add|create|make|insert) [a|an] [new] [column] [with|of|for] [unique|running] (id|ids|number|"
    "numbers) [column] (starting|beginning|counting) [at|with|from] 1",
    "(add|create|make|insert) [a|an] [new] [unique|running] (id|ids) [column] (at|with|from) 1",
    f"number [all] [the] (rows|lines|records|entries) [{_FROM_1}] {BY} {SO}",
    f"(number|enumerate|count up) [all] [the] {{rows}} [{_FROM_1}] {_EACH_OF} {SO}",
    f"[{VERB}] [a] [new] [column] [with|for] [the] {{row}} number {_EACH_OF} {SO}",
    "(give|assign) (every|each|all) {row} [a|an] [running|consecutive|serial] (number|index|id) "
    f"[{_FROM_1}] {SO}",
)
def number_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "add row numbers", "number the rows within each region"."""
    return computed(said, "row_number", "row_number")


def computed(
    said: Said, window: Window, ending: str, *, descending: bool = False, size: int | None = None
) -> tuple[Action, ...] | None:
    """The action, behind one that sorts the rows where it is said how they go."""
    column, by = said.get("column"), said.get("by", ())
    if column is not None:
        ranked = {ColumnType.DATETIME} if window == "rank" else set[ColumnType]()
        kind = said.reader.column_named(column).type
        if column in by or (kind not in NUMERIC | ranked and window not in {"previous", "next"}):
            raise Question(
                f"{column!r} holds no numbers. Say first: convert {column} to number; "
                "or name another column."
            )
    wanted = said.get("new") or (f"{column}_{ending}" if column else ending)
    return (
        *_in_order(said),
        ComputeOverRows(
            window=window,
            column=column,
            by=by,
            descending=descending,
            size=size,
            new=said.get("new") or free_name(said.reader, wanted),
        ),
    )


_TIME_FIRST = ("oldest", "earliest", "newest", "latest", "time", "chronologically", "chronological")


def _in_order(said: Said) -> tuple[Action, ...]:
    """The action that sorts the rows as it is said, "over time" by the one column of dates."""
    if "ordered" in said:
        return (Sort(keys=said["ordered"]),)
    if said.reader.tokens[said.reader.start].word == "rank" or not said.says(*_TIME_FIRST):
        return ()
    dates = said.reader.of_types(frozenset({ColumnType.DATETIME}))
    if len(dates) != 1:
        raise Question("In the order of which column? Say first, for example: sort by date.")
    return (Sort(keys=(SortKey(column=dates[0], descending=said.says("newest", "latest")),)),)


RULES = (
    running_total,
    running_extreme,
    difference,
    percent_change,
    share_of_total,
    rank,
    ask_rank,
    number_rows,
)
