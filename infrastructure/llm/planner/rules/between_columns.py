"""Commands that compute one column from others: "the difference between a and b", "add up a, b".

Where the new column gets no name, it is called by what it is: difference, ratio, sum.
"""

import re

from domain.actions import Action, Derive
from domain.plan import Choice
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.named_numbers import refuse_named_number
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import quotation

_VERB = "(add|create|make|insert|compute|calculate|derive|get|give me|show|show me|work out)"
_ADD = (
    f"[{_VERB}] "
    "[a|an|the] [new|another|extra] [column|field] [with|for|of|holding|containing|showing] [the]"
)
_TO_COLUMN = (
    "[,|;|.] [and] (as|into|in (a|the|its|new)|to|called|named|call it|save it as|save as|"
    "save it in|save in|store it in|store it as|store as|store in|put it in|put it into|"
    "put the result in|name it|write it to) [a|an|the] [new|extra|separate] "
    "[column|field] [called|named] {name}"
)
_SO = f"[(in|as|into|to) [a|its] [new|own|extra] column|{_TO_COLUMN}]"
# What is computed, rather than what it is called: "in percent", "to the row before".
_NO_NAME = frozenset(
    {
        *("percent", "percentage", "percents", "percentages", "%", "pct", "thousands", "millions"),
        *("absolute", "row", "rows", "before", "previous", "above", "each", "every", "per", "by"),
    }
)
_TWO = "{first:column} (and|&|to|with|vs|versus|over|by) {second:column}"


@by_patterns(
    f"{_ADD} (difference|differences) (between|of|in) {{first:column}} (and|to|&) "
    f"{{second:column}} {_SO}",
    f"{_ADD} difference (from|between) {{second:column}} to {{first:column}} {_SO}",
    f"(subtract|deduct|take) {{second:column}} from {{first:column}} {_SO}",
    f"[{_VERB}] {{first:column}} (minus|-|\u2013) {{second:column}} {_SO}",
)
def subtract_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "difference between 2021 and 2020", "subtract cost from price"."""
    first, second = said["first"], said["second"]
    if said.says("difference", "differences") and _is_later(second, first):
        raise _which_way(said, first, second)
    return _computed(said, "-", (first, second), "difference")


@by_patterns(
    f"{_ADD} (ratio|quotient) (of|between) {_TWO} {_SO}",
    f"divide {{first:column}} by {{second:column}} {_SO}",
    f"[{_VERB}] {{first:column}} (divided by|/|\u00f7) {{second:column}} {_SO}",
)
def divide_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "ratio of Q1 to Q2", "divide price by qty into unit_price"."""
    return _computed(said, "/", (said["first"], said["second"]), "ratio")


@by_patterns(
    f"{_ADD} product of {_TWO} {_SO}",
    f"multiply {{first:column}} (and|by|with|times) {{second:column}} {_SO}",
    f"[{_VERB}] {{first:column}} (times|multiplied by|*|x|\u00d7) {{second:column}} {_SO}",
)
def multiply_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "multiply price by qty and save as revenue"."""
    return _computed(said, "*", (said["first"], said["second"]), "product")


@by_patterns(
    f"(add|sum|add up|sum up|total up|total) {{columns}} [up] [together] {_TO_COLUMN}",
    "(add|sum|add up|sum up|total up) {columns} [up] together [in a new column]",
    "(add|add up) {columns} [up] [in a new column]",
    "[compute|calculate|add] {columns} (added up|added together|summed up) [in a new column]",
    f"{{first:column}} (+|plus) {{second:column}} {_SO}",
    f"{_ADD} (sum|total) of {{columns}} {_TO_COLUMN}",
    "(sum|sum up|total) {columns} [in a new column]",
)
def add_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "add Q1 and Q2 into half", "sum 2019 and 2020".

    "Sum price and quantity" rather asks for two totals.
    """
    columns = said["columns"] if "columns" in said else (said["first"], said["second"])
    if len(columns) < 2 or not set(columns) <= set(said.reader.of_types(NUMERIC)):
        return None
    in_rows = "name" in said or said.says("together", "new") or not said.says("sum", "total")
    if not in_rows and len({re.sub("[0-9]+", "", name) for name in columns}) > 1:
        return None
    return _computed(said, "+", columns, "sum")


@by_patterns(
    f"{_ADD} (percent|percentage|%|pct|percentual|relative) (change|growth|increase|difference) "
    f"(from|between|of) {{first:column}} (to|and|until) {{second:column}} {_SO}",
    f"{_ADD} (growth rate|growth in percent|change in percent|growth in %|change in %) "
    f"(from|between|of) {{first:column}} (to|and|until) {{second:column}} {_SO}",
    f"{_ADD} (change|growth|increase) (from|between) {{first:column}} (to|and|until) "
    f"{{second:column}} in (percent|%) {_SO}",
)
def percent_between(said: Said) -> tuple[Action, ...] | None:
    """Read "percent change from 2019 to 2020": of the first."""
    first, second = backticked(said["first"]), backticked(said["second"])
    if not {said["first"], said["second"]} <= set(said.reader.of_types(NUMERIC)):
        return None
    later = _is_later(said["second"], said["first"])
    if said.says("between", "of") and said.says("difference") and not later:
        raise _of_which(said)
    name = _new_name(said, "percent_change")
    return (Derive(new=name, expression=f"({second} - {first}) / {first} * 100"),)


@by_patterns(
    f"{_ADD} (change|increase|growth|rise) (from|between) {{first:column}} (to|and|until) "
    f"{{second:column}} {_SO}",
)
def ask_change(said: Said) -> tuple[Action, ...] | None:
    """Ask whether "growth from 2019 to 2020" is in percent."""
    first, second = quotation(said["first"]), quotation(said["second"])
    if not {said["first"], said["second"]} <= set(said.reader.of_types(NUMERIC)):
        return None
    name = f" as {quotation(said['name'])}" if "name" in said else ""
    raise Question(
        "As a difference, or in percent?",
        (
            Choice(label="difference", message=f"subtract {first} from {second}{name}"),
            Choice(
                label="percent", message=f"add the percent change from {first} to {second}{name}"
            ),
        ),
    )


@by_patterns("add {first:column} to {second:column}")
def ask_added(said: Said) -> tuple[Action, ...] | None:
    """Ask whether "add tax to price" changes the price."""
    first, second = quotation(said["first"]), quotation(said["second"])
    if not {said["first"], said["second"]} <= set(said.reader.of_types(NUMERIC)):
        return None
    raise Question(
        f"What should the sum be called? Say: add {first} and {second} as total.",
        (Choice(label="a new column", message=f"add up {first} and {second}"),),
    )


def _computed(
    said: Said, sign: str, columns: tuple[str, ...], kind: str
) -> tuple[Action, ...] | None:
    if not set(columns) <= set(said.reader.of_types(NUMERIC)) or len(set(columns)) < len(columns):
        return None
    if len({as_number(name) is None for name in columns}) > 1:
        refuse_named_number(said)
    expression = f" {sign} ".join(map(backticked, columns))
    return (Derive(new=_new_name(said, kind), expression=expression),)


def _new_name(said: Said, kind: str) -> str:
    """The name that is said, or a free one that tells the kind. Raises Question."""
    if "name" not in said:
        return free_name(said.reader, kind)
    name: str = said["name"]
    if _NO_NAME & {*name.casefold().split()}:
        raise Question(f"What is {name!r}? Say it as a formula, for example: share = a / b * 100.")
    if name in said.reader.shape.column_names:
        raise Question(f"There is already a column {name!r}. What should the new one be called?")
    if as_number(name) is not None:
        raise Question(f"What should the new column be called? {name!r} is a number.")
    return name


def _is_later(one: str, other: str) -> bool:
    """Whether both names differ by one number alone, which is greater in the first."""
    ours, theirs = re.findall("[0-9]+", one), re.findall("[0-9]+", other)
    alike = re.sub("[0-9]+", "", one) == re.sub("[0-9]+", "", other)
    return alike and len(ours) == len(theirs) == 1 and int(ours[0]) > int(theirs[0])


def _which_way(said: Said, first: str, second: str) -> Question:
    name = f" as {quotation(_new_name(said, ''))}" if "name" in said else ""
    ways = ((first, second), (second, first))
    return Question(
        f"{second} less {first}, or {first} less {second}?",
        tuple(
            Choice(
                label=f"{one} - {other}",
                message=f"subtract {quotation(other)} from {quotation(one)}{name}",
            )
            for one, other in reversed(ways)
        ),
    )


def _of_which(said: Said) -> Question:
    """Whether "percentage difference between a and b" is in percent of a, or of b."""
    first, second = said["first"], said["second"]
    name = f" as {quotation(_new_name(said, ''))}" if "name" in said else ""
    return Question(
        f"From {first} to {second}, or from {second} to {first}?",
        tuple(
            Choice(
                label=f"in percent of {one}",
                message=f"add the percent change from {quotation(one)} to {quotation(other)}{name}",
            )
            for one, other in ((first, second), (second, first))
        ),
    )


RULES = (
    subtract_columns,
    divide_columns,
    multiply_columns,
    add_columns,
    percent_between,
    ask_change,
    ask_added,
)
