"""Commands that change numbers: multiplied, raised and lowered, in all rows or in some."""

from domain.actions import Action, AllOf, Condition, Derive, describe_condition
from domain.plan import Choice
from infrastructure.llm.planner.phrases.expressed import as_expression, backticked
from infrastructure.llm.planner.phrases.formulas import TAXES
from infrastructure.llm.planner.phrases.named_numbers import refuse_named_number
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import quotation
from infrastructure.llm.planner.rules.numbers import computed_each

_WHERE = "(where|if|when|[for|in] [all|the] {rows} (where|with|whose|that|which))"
_SOME = "([{rows}] {condition:held}|{condition:flagged})"
_OF_SOME = f"(for|of|in|from) [all|the] [{{of:column}}] {_SOME}"
_IF = f"[{_WHERE} {{condition}}|{_OF_SOME}]"
# Whose cells they are, where a condition may follow that narrows them down.
_OF = f"[{_OF_SOME.replace('{condition:', '{whose:')}]"
_IF_FIRST = f"{_WHERE} {{condition:condition_before}} [,] [then]"
_MORE = ("increase", "raise", "bump", "grow", "lift", "up", "boost", "hike")
_LESS = ("decrease", "reduce", "lower", "cut", "discount")
_RAISE = f"({'|'.join(_MORE)})"
_LOWER = f"({'|'.join(_LESS)})"
_COUNTED = "[points|point|euros|euro|dollars|dollar|pounds|units|eur|usd]"
_AT_ONCE = {"double": "CELLS * 2", "halve": "CELLS / 2", "square": "CELLS ** 2", "negate": "-CELLS"}
_BY = f"([by] {{percent}}|by {{number}} {_COUNTED})"
_NOT_OVER = (
    "[[,] [but|and] ((not|never) (over|above|more than|higher than|beyond)|no more than|at most|"
    "up to [a] [maximum] [of]|capped at|max|maximum|with a maximum of) {most:number}]"
)
_TAX = f"[{'|'.join(TAXES)}]"


@by_patterns(
    f"(multiply|scale) [all] [values of|values in] {{columns}} (by|with|times) {{number}} {_IF}",
    f"{_IF_FIRST} (multiply|scale) {{columns}} (by|with|times) {{number}}",
)
def multiply(said: Said) -> tuple[Action, ...] | None:
    """Read "multiply price by 1.1"."""
    return _by_number(said, "*")


@by_patterns(
    f"divide [all] [values of|values in] {{columns}} by {{number}} {_IF}",
    f"{_IF_FIRST} divide {{columns}} by {{number}}",
)
def divide(said: Said) -> tuple[Action, ...] | None:
    """Read "divide total by 100"."""
    if said["number"] == 0:
        raise Question("Nothing can be divided by zero. Which number do you mean?")
    return _by_number(said, "/")


@by_patterns(
    f"add {{number}} {_COUNTED} to [all] [values of|values in|each|every|everybody's|everyone's] "
    f"{{columns}} {_IF} {_NOT_OVER}",
    f"{_IF_FIRST} add {{number}} to {{columns}}",
)
def add(said: Said) -> tuple[Action, ...] | None:
    """Read "add 5 to stock", "if a > 1 add 5 to b", "add 5 to math but not over 100"."""
    if "most" in said:
        if "condition" in said:
            return None
        more = f"CELLS + {said['number']!r}"
        return _changed(said, f"{said['most']!r} if {more} > {said['most']!r} else {more}")
    return _by_number(said, "+")


@by_patterns(
    f"(take|knock|cut|shave) {{number}} {_COUNTED} off [of|from] [all|each] {{columns}} {_OF} "
    f"{_IF}",
    f"(subtract|deduct|take) {{number}} {_COUNTED} from [all] [values of|values in|each|every] "
    f"{{columns}} {_IF}",
    f"{_IF_FIRST} (subtract|deduct|take) {{number}} from {{columns}}",
)
def subtract(said: Said) -> tuple[Action, ...] | None:
    """Read "subtract 1000 from salary"."""
    return _by_number(said, "-")


def _by_number(said: Said, sign: str) -> tuple[Action, ...] | None:
    refuse_named_number(said)
    return _changed(said, f"CELLS {sign} {said['number']!r}")


# Up and down are rules of their own: their words may also stand in a name or in a condition.
@by_patterns(
    f"{_RAISE} [up] [all] {{columns}} {_OF} {_BY} {_IF}",
    f"{{columns}} {_OF} (up|plus) {_BY} {_IF}",
    f"add {{percent}} {_TAX} (to|on|onto|on top of) [all] {{columns}} {_IF}",
)
def raise_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "increase price by 10%", "prices up 10% for IKEA"."""
    return _moved(said, up=True)


@by_patterns(
    f"{_LOWER} [all] {{columns}} {_OF} {_BY} {_IF}",
    f"[take|knock|cut|shave|give|get] {{percent}} off [of|from|on|for] [all] {{columns}} {_OF} "
    f"{_IF}",
    f"(take|deduct|subtract) {{percent}} from [all|each|every] {{columns}} {_OF} {_IF}",
    f"{{columns}} {_OF} (down|minus) {_BY} {_IF}",
)
def lower_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "reduce stock by 5", "prices down 10%"."""
    return _moved(said, up=False)


def _moved(said: Said, *, up: bool) -> tuple[Action, ...] | None:
    if "percent" in said:
        return _changed(said, _by_percent(said["percent"], up=up))
    return _changed(said, f"CELLS {'+' if up else '-'} {said['number']!r}")


@by_patterns(f"{{columns}} {_OF} {{percent}} {_IF}")
def change_by_signed(said: Said) -> tuple[Action, ...] | None:
    """Read "price +10%", "fee for smokers -20%"."""
    reader = said.reader
    signed = any(t.text[0] in "+-" for t in reader.tokens[reader.start : reader.position])
    return _changed(said, _by_percent(said["percent"], up=True)) if signed else None


_WHO = (
    "[all|the] "
    f"({_SOME}|{{rows}} (in|from|of|at|with|for) {{condition:held}}|"
    "[{rows}|those] (where|with|who|whose|that) {condition:condition_before}|{everyone:rows})"
)
_PAY = "(raise|pay raise|pay rise|rise|salary increase|salary raise|more pay|more money)"
_CUT = "(discount|reduction|price cut|price reduction|pay cut)"
_RISE = "(increase|surcharge|markup|mark-up)"
_ON = "[(on|in|of|to) {columns}]"
_OTHER = "(extra|more|additional|bonus)"


_GET = "(get|gets|receive|receives|should get|will get)"


def _shares(change: str, how: str) -> tuple[str, ...]:
    """The patterns that give somebody a change, or a column that is so much `how`."""
    return (
        f"(give|grant) {_WHO} {{percent}} {change} {_ON}",
        f"(give|grant) {_WHO} {{percent}} {how} {{columns}}",
        f"{_WHO} {_GET} {{percent}} {change} {_ON}",
        f"{_WHO} {_GET} {{percent}} {how} {{columns}}",
        f"(apply|give|grant|put) {{percent}} {change} (to|on|for) {_WHO} {_ON}",
    )


@by_patterns(*_shares(f"({_PAY}|{_RISE})", "(more|higher)"))
def give_more(said: Said) -> tuple[Action, ...] | None:
    """Read "give everyone in IT a 5% raise", "people in Sales get 4% more salary"."""
    return _given(said, up=True)


@by_patterns(*_shares(_CUT, "(less|lower)"))
def give_less(said: Said) -> tuple[Action, ...] | None:
    """Read "apply a 10% discount to decor on price"."""
    return _given(said, up=False)


def _given(said: Said, *, up: bool) -> tuple[Action, ...] | None:
    columns = said.get("columns") or (_paid_or_priced(said, up=up),)
    return _changed(said, _by_percent(said["percent"], up=up), columns)


@by_patterns(
    f"(give|grant) {_WHO} {{number}} {_OTHER} {_COUNTED} (in|on|of|for) {{columns}}",
    f"(give|grant) {_WHO} {{number}} {_COUNTED} {_OTHER} (in|on|of|for) {{columns}}",
    f"(give|grant) {_WHO} {{number}} {_OTHER} {{columns}}",
    f"(give|grant) {_WHO} {{number}} more {_COUNTED} (in|on|of|for) {{columns}}",
    f"add {{number}} {_COUNTED} (to|for) {_WHO} (in|on) {{columns}}",
)
def give_number_more(said: Said) -> tuple[Action, ...] | None:
    """Read "give everyone in Sales 500 more salary"."""
    return _changed(said, f"CELLS + {said['number']!r}")


@by_patterns(f"add {{percent}} ({'|'.join(TAXES)})")
def ask_taxed(said: Said) -> tuple[Action, ...] | None:
    """Ask of "add 19% vat" to what, and whether as a column of its own."""
    reader, percent = said.reader, said["percent"]
    before, after = reader.text_around(reader.start, reader.position)
    command = reader.text(reader.start, reader.position)
    names = reader.of_types(NUMERIC)
    factor = (100 + percent) / 100
    priced = [name for name in names if _PRICES & {*name_words(name)}] or names
    choices = []
    for name in priced:
        new = quotation(free_name(reader, f"{name}_with_vat"))
        choices += [
            Choice(
                label=f"{name} becomes {percent:g}% higher",
                message=f"{before}{command} to {quotation(name)}{after}",
            ),
            Choice(
                label=f"a new column beside {name}",
                message=f"{before}add column {new} = {quotation(name)} * {factor!r}{after}",
            ),
        ]
    raise Question("To which column, and should it change or a new one be added?", tuple(choices))


_PRICES = frozenset({"price", "prices", "amount", "cost", "fee", "net", "total", "value"})
_PAYS = frozenset({"salary", "salaries", "wage", "wages", "pay", "income", "compensation"})


def _paid_or_priced(said: Said, *, up: bool) -> str:
    """The one column that "a 5% raise", "a 10% discount" is of. Raises Question.

    Not where one is called so: the discount may be what is to be written there.
    """
    reader = said.reader
    likely = _PAYS if said.says("raise", "rise", "pay", "salary") else _PRICES
    names = reader.of_types(NUMERIC)
    named = [name for name in names if likely & {*name_words(name)}]
    called = any(said.says(*name_words(name)) for name in names if name not in named)
    if len(named) == 1 and not called:
        return named[0]
    change, percent = "increase" if up else "decrease", said["percent"]
    where = said.get("condition")
    told = "" if where is None else f" where {describe_condition(where)}"
    raise Question(
        f"Which column should become {percent:g}% {'higher' if up else 'lower'}?",
        tuple(
            Choice(label=name, message=f"{change} {quotation(name)} by {percent:g}%{told}")
            for name in named or names
        ),
    )


@by_patterns(
    f"(set|make|change|put) {{column}} (to|=|as) {{formula}} {_WHERE} {{condition}}",
    "(set|make|change|put) {column} (to|=|as) {formula} (where|if|when) [it|it's|its] [is] "
    "(missing|empty|blank)",
)
def set_computed(said: Said) -> tuple[Action, ...] | None:
    """Read "set bonus to 10% of salary where it is empty": the other cells keep what they have."""
    name, formula = said["column"], said["formula"]
    if "`" not in formula or formula in map(backticked, said.reader.shape.column_names):
        return None
    where = as_expression(said["condition"]) if "condition" in said else None
    where = where or f"is_missing({backticked(name)})"
    return (Derive(new=name, expression=f"{formula} if {where} else {backticked(name)}"),)


@by_patterns(
    f"(double|halve|square|negate) [all] [values of|values in] {{columns}} {_OF} {_IF}",
    f"cut {{columns}} in {{half:word}} {_IF}",
    "(take|compute|calculate|use) [the] (absolute|abs) [value|values] of {columns}",
    "(absolute|abs) [value|values] [of] {columns}",
    "(make|turn|convert) {columns} [to|into] (absolute|positive) [values|numbers]",
    "(make|turn|convert|change|flip) [all] negative [values (in|of)] {columns} [values] [to|into] "
    "positive [values|ones|numbers]",
)
def change_each(said: Said) -> tuple[Action, ...] | None:
    """Read "double the quantity", "take the absolute value of delta"."""
    if said.get("half", "half") != "half":
        return None
    halved = "CELLS / 2" if "half" in said else "abs(CELLS)"
    return _changed(said, _AT_ONCE.get(said.reader.verb, halved))


@by_patterns(
    f"({_RAISE}|{_LOWER}) [up|down] [all] {{columns}} to {{number}} {_COUNTED} {_IF}",
    f"({_RAISE}|{_LOWER}) [up|down] [all] {{columns}} {_OF} to {{number}} {_COUNTED}",
)
def raise_to(said: Said) -> tuple[Action, ...] | None:
    """Read "raise Bob's salary to 50000"; of all cells, ask whether those beyond it change, too."""
    reader, number, up = said.reader, said["number"], said.reader.verb in _MORE
    if _which(said) is not None:
        # What is beyond it already would be lowered.
        return _changed(said, f"{number!r} if CELLS {'<' if up else '>'} {number!r} else CELLS")
    name = said["columns"][0]
    if len(said["columns"]) > 1 or name not in reader.of_types(NUMERIC):
        return None
    before, after = reader.text_around(reader.start, reader.position)
    written, side = f"set {quotation(name)} to {number}", "below" if up else "above"
    raise Question(
        f"Should every cell of {name} become {number}, or only those {side} it?",
        (
            Choice(
                label=f"those {side} {number}",
                message=f"{before}{written} where {quotation(name)} is {side} {number}{after}",
            ),
            Choice(
                label="every cell",
                message=f"{before}{written} where {quotation(name)} is not missing{after}",
            ),
        ),
    )


@by_patterns("(flip|reverse|invert|switch|change|swap) [the] (sign|signs) (of|in) {columns}")
def flip_signs(said: Said) -> tuple[Action, ...] | None:
    """Read "flip the sign of amount"."""
    return computed_each(said, "-CELLS")


def _by_percent(percent: float, *, up: bool) -> str:
    return f"CELLS * {(100 + percent if up else 100 - percent) / 100!r}"


def _changed(
    said: Said, written: str, columns: tuple[str, ...] | None = None
) -> tuple[Action, ...] | None:
    """Each column as written of its CELLS; where there is a condition, only the cells it takes."""
    condition = _which(said)
    owners = said.get("whose", condition)
    if "of" in said and said["of"] != getattr(owners, "column", None):
        return None
    if condition is not None:
        written = f"({written})" if " if " in written else written
        written = f"{written} if {as_expression(condition)} else CELLS"
    return computed_each(said, written, columns)


def _which(said: Said) -> Condition | None:
    """The rows whose cells they are, of those the ones that a condition takes."""
    found = tuple(said[each] for each in ("whose", "condition") if each in said)
    return AllOf(conditions=found) if len(found) > 1 else found[0] if found else None


RULES = (
    multiply,
    divide,
    add,
    subtract,
    raise_numbers,
    lower_numbers,
    change_by_signed,
    give_more,
    give_less,
    give_number_more,
    ask_taxed,
    set_computed,
    change_each,
    raise_to,
    flip_signs,
)
