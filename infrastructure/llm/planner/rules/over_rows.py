"""Commands about columns computed over rows: running totals, differences, ranks, shares."""

from domain.actions import Action, ComputeOverRows, Window
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import quotation

_VERB = "(add|create|make|insert|compute|calculate|derive|get|give me|build|append|include)"
_COLUMN = (
    "[a|an|the] [new|another|extra] [column] "
    "[with|for|of|holding|containing|that shows|showing|that has|that holds]"
)
_ADD = f"[{_VERB}] {_COLUMN}"
_NAMED = (
    "(add|create|make|insert|build|append) [a|an] [new|another|extra] [column] [called|named] "
    "{new:name} (with|holding|containing|that shows|showing|that has|that holds|as|for|=|is|being) "
    "[the|a]"
)
_NEW_COLUMN = (
    "[add|create|make|insert] [a|an] [new] (column|col|field) [called|named] {new:name} (:|=|is|as)"
)
_OF = "(of|for|over|on|in|from)"
_BY = (
    "[(by|per|for each|for every|within each|within|in each|inside each|grouped by|of each|"
    "separately for each|among each|(within|in|inside) (their|its)|of every|within every)"
    " {by:columns}]"
)
_SO = (
    "[[,] (as|called|named|into|in|and call it) [a|the] [new] [column] [called|named] [{new:name}]]"
)
_RUNNING = (
    "(running total|running totals|running sum|cumulative sum|cumulative total|cumulated sum|"
    "cumsum|accumulated total|accumulated sum|cumulative)"
)
_RUNNING_MOST = "(running maximum|running max|cumulative maximum|cumulative max|maximum so far)"
_RUNNING_LEAST = "(running minimum|running min|cumulative minimum|cumulative min|minimum so far)"


@by_patterns(
    f"{_ADD} {_RUNNING} [{_OF}] {{column}} {_BY} {_SO}",
    f"{_NAMED} {_RUNNING} [{_OF}] {{column}} {_BY}",
    f"{_ADD} {{column}} {_RUNNING} {_BY} {_SO}",
    f"(accumulate|cumulate|cumsum) {{column}} {_BY} {_SO}",
)
def running_total(said: Said) -> tuple[Action, ...] | None:
    """Read "add a running total of price per region", "cumulative sum of quantity"."""
    return _computed(said, "running_total", "running_total")


@by_patterns(
    f"{_ADD} ({_RUNNING_MOST}|{_RUNNING_LEAST}) {_OF} {{column}} {_BY} {_SO}",
    f"{_NAMED} ({_RUNNING_MOST}|{_RUNNING_LEAST}) {_OF} {{column}} {_BY}",
)
def running_extreme(said: Said) -> tuple[Action, ...] | None:
    """Read "add the running maximum of price"."""
    least = said.says("minimum", "min")
    window: Window = "running_min" if least else "running_max"
    return _computed(said, window, window)


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
    f"{_ADD} {_DIFFERENCE} {_OF} {{column}} {_BEFORE} {_BY} {_SO}",
    f"{_ADD} {_DIFFERENCE} {_BEFORE} {_OF} {{column}} {_BY} {_SO}",
    f"{_ADD} {{column}} {_DIFFERENCE} {_BEFORE} {_BY} {_SO}",
    f"{_NAMED} {_DIFFERENCE} {_OF} {{column}} {_BEFORE} {_BY}",
    f"{_ADD} row [to row] {_DIFFERENCE} {_OF} {{column}} {_BY} {_SO}",
    f"{_ADD} row-to-row {_DIFFERENCE} {_OF} {{column}} {_BY} {_SO}",
)
def difference(said: Said) -> tuple[Action, ...] | None:
    """Read "add the difference of price to the previous row"."""
    return _computed(said, "difference", "difference")


@by_patterns(
    f"{_ADD} {_PERCENT} {_OF} {{column}} [{_BEFORE}] {_BY} {_SO}",
    f"{_ADD} {{column}} {_PERCENT} [{_BEFORE}] {_BY} {_SO}",
    f"{_NAMED} {_PERCENT} {_OF} {{column}} [{_BEFORE}] {_BY}",
)
def percent_change(said: Said) -> tuple[Action, ...] | None:
    """Read "add the percent change of price"."""
    return _computed(said, "percent_change", "percent_change")


_SHARE = "(percent|percentage|percentages|share|shares|proportion|fraction|%)"
_TOTAL = "(total|sum|whole|grand total|overall total|column total)"


_PER_ROW = "[(per|for|in|of) [each|every|single]|each|every] {per:row}"


@by_patterns(
    f"{_VERB} {_COLUMN} {_SHARE} (of|in) [the] {_TOTAL} [{_OF}] {{column}} {_BY} {_SO}",
    f"{_VERB} {_COLUMN} {_SHARE} {_OF} {{column}} (of|in) [the] {_TOTAL} {_BY} {_SO}",
    f"{_VERB} {_COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {_BY} {_SO}",
    f"{_VERB} {_COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {{again:column}} "
    f"{_BY} {_SO}",
    f"{_NEW_COLUMN} {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} [{{again:column}}] {_BY}",
    f"{_NEW_COLUMN} [the] {_SHARE} (of|in) [the] {_TOTAL} [{_OF}] {{column}} {_BY}",
    f"{_NAMED} {_SHARE} (of|in) [the] {_TOTAL} [{_OF}] {{column}} {_BY}",
    f"[{_VERB}] {_COLUMN} {_SHARE} (of|in) [the] {_TOTAL} [{_OF}] {{column}} {_PER_ROW} {_SO}",
    f"(what|which) {_SHARE} {_PER_ROW} is (of|in) [the] {_TOTAL} [{_OF}] {{column}} [,] {_SO}",
    f"(express|show) {{column}} as [a|the] {_SHARE} (of|in) [the] {_TOTAL} {_BY} {_SO}",
)
def share_of_total(said: Said) -> tuple[Action, ...] | None:
    """Read "add the share of quantity of the total", "price as percent of total by region"."""
    if said.get("again", said["column"]) != said["column"]:
        return None
    return _computed(said, "percent_of_total", "percent_of_total")


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
    f"(of|by|for|on|based on|according to) {{column}} {_BY} {_ORDER} {_SO} {_ORDER}",
    f"{_NAMED} (rank|ranks|ranking) (of|by|for|on|based on) {{column}} {_BY} {_ORDER}",
    f"(add|create|make|insert|compute|calculate) [a|an|the] {{column}} (rank|ranks|ranking) "
    f"[column] {_BY} {_ORDER} {_SO} {_ORDER}",
    "rank {column} (as|into|in a new column|in a column) [called|named] {new:name} "
    f"{_BY} {_ORDER}",
    f"rank {{column}} {_EACH} {_ORDER} {_SO} {_ORDER}",
    f"rank [the] {{rows}} (by|on|according to) {{column}} {_EACH} {_ORDER} {_SO}",
    f"rank [the] {{rows}} (by|on|according to) {{column}} {_BY} {_ORDER} [,] "
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
    return _computed(said, "rank", "rank", descending=order in _DOWN)


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
    f"line numbers|row id|row index|index|serial number|counter) [column] {_BY} {_SO}",
    f"number [all] [the] (rows|lines|records|entries) [{_FROM_1}] {_BY} {_SO}",
    f"(number|enumerate|count up) [all] [the] {{rows}} [{_FROM_1}] {_EACH_OF} {_SO}",
    f"[{_VERB}] [a] [new] [column] [with|for] [the] {{row}} number {_EACH_OF} {_SO}",
    "(give|assign) (every|each|all) {row} [a|an] [running|consecutive|serial] (number|index|id) "
    f"[{_FROM_1}] {_SO}",
)
def number_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "add row numbers", "number the rows within each region"."""
    return _computed(said, "row_number", "row_number")


def _computed(
    said: Said, window: Window, ending: str, *, descending: bool = False
) -> tuple[Action, ...] | None:
    column, by = said.get("column"), said.get("by", ())
    if column is not None:
        ranked = {ColumnType.DATETIME} if window == "rank" else set[ColumnType]()
        if column in by or said.reader.column_named(column).type not in NUMERIC | ranked:
            raise Question(
                f"{column!r} holds no numbers. Say first: convert {column} to number; "
                "or name another column."
            )
    wanted = said.get("new") or (f"{column}_{ending}" if column else ending)
    return (
        ComputeOverRows(
            window=window,
            column=column,
            by=by,
            descending=descending,
            new=said.get("new") or free_name(said.reader, wanted),
        ),
    )


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
