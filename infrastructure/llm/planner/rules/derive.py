"""Commands about columns that are computed."""

from domain.actions import Action, Derive, FlagRows
from domain.plan import Choice
from infrastructure.llm.planner.phrases.expressed import as_expression, backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear, names_owner
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import Kind

_NEW = (
    "(add|create|make|insert|compute|calculate|derive|define|build|generate|introduce|give me|get)"
    " [a|an] [new|another|extra|constant|calculated|computed|derived] "
    "[column|field|variable|feature] [called|named|name]"
)
_IS = (
    "(=|:|as|is|equals|holding|containing|which is|that is|that equals|being|equal to|"
    "which equals|computed as|calculated as|defined as|which holds|that holds|that contains|"
    "set to|which has|that has|that shows|showing)"
)
_TRUE_IF = (
    "(which is true when|which is true if|which is true where|that is true when|that is true if|"
    "that is true where|true if|true when|true where|for|that says if|that says whether|"
    "saying whether|telling whether|that tells whether|indicating whether|indicating if|"
    "if|whether|which says whether|that marks rows where|is true when|is true if|is true where)"
)
_A_COLUMN = ("column", "field", "variable", "feature", "flag", "indicator", "called", "named")


@by_patterns(
    f"{_NEW} {{name}} {_TRUE_IF} {{condition}}",
    "flag [rows|those|records] [where|with|which|that|if] {condition} "
    "(in a new column|in a column|in the column|as|in new column|in|into) [called|named] {name}",
    "(add|create|make) [a] (flag|boolean|indicator) [column] [called|named] {name} "
    "(for|where|if|when|which is true when|which is true if|that is true when) {condition}",
    "(mark|flag) {rows} [where|with|whose|that have] {condition} (in|as) [a] [new] [column] "
    "[called|named] {name}",
    "new [column|field] [called|named] {name} (:|=|which is|that is) true (if|when|where) "
    "{condition}",
    "mark [rows] (where|with) {condition} (in|as) [a] [new] [column] [called|named] {name}",
)
def derive_truth(said: Said) -> tuple[Action, ...] | None:
    """Read "add a column adult that is true if age is at least 18", "flag rows where …"."""
    if said.reader.verb == "make" and " " in said["name"] and not said.says(*_A_COLUMN):
        return None  # "make status late if days > 30" may be about a column status
    name = _free(said.reader, said["name"])
    return (FlagRows(new=name, where=said["condition"]),)


_REST = "(others|other ones|rest|the others|the rest|all others|everything else|everyone else)"
_IN_COLUMN = "(in|into|under) [a] [new|extra|separate] [column|field] [called|named] {name}"
_MARK = "(mark|label|tag|flag|classify|call) {rows} [where|with|whose|who|that|which]"


@by_patterns(
    f"{_MARK} {{condition:condition_before}} as {{first:word}} {_IN_COLUMN} [,|;] [and] [mark] "
    f"{_REST} [as] {{other:word}}",
    f"{_MARK} {{condition:condition_before}} as {{first:word}} [,|;] [and] [mark] {_REST} [as] "
    f"{{other:word}} {_IN_COLUMN}",
)
def label_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "tag people over 60 as senior and the rest as junior in a column group"."""
    where = as_expression(said["condition"])
    expression = f"{said['first']!r} if {where} else {said['other']!r}"
    return (Derive(new=_free(said.reader, said["name"]), expression=expression),)


_GET = "(should get|gets|get|should be|is|are|=|->|become|becomes|should say|counts as)"


@by_patterns(
    "flag [all] [the] [{rows}] [where|with|which|that|if|who] {condition}",
    "mark [all] [the] [{rows}] (where|with|which|that|if|who) {condition}",
)
def flag_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "flag the rows where temp is missing": in a new column that is called so."""
    return (FlagRows(new=free_name(said.reader, "flag"), where=said["condition"]),)


@by_patterns(
    f"[all] [{{rows}}] [where|with|whose|who|that|which] {{condition:condition_before}} {_GET} "
    f"[called] {{first:word}} [,|;] [and] {_REST} [{_GET}] [as] {{other:word}}",
)
def ask_label_column(said: Said) -> tuple[Action, ...] | None:
    """Ask where "who has math at least 80 should get pass, the rest fail" is to be written."""
    reader, where = said.reader, as_expression(said["condition"])
    new = backticked(free_name(reader, "label"))
    label = f"{said['first']!r} if {where} else {said['other']!r}"
    before, after = reader.text_around(reader.start, reader.position)
    raise Question(
        "What should the new column be called? Say it like: … in a column result.",
        (Choice(label="label", message=f"{before}add column {new} = {label}{after}"),),
    )


@by_patterns(
    f"{_NEW} {{name}} {_IS} {{formula}}",
    "(add|create|make|insert) [a|an] [new] {name} (column|field) (:|=|as|with|that is|which is) "
    "{formula}",
    f"{_NEW} {{name}} (with|having) [the] [constant] [value|values] [of] {{formula}}",
    f"new [column|field|variable] [called|named] {{name}} {_IS} {{formula}}",
    "new [column|field] [called|named] {name} with {formula}",
    "set [the column] {name} (to|=) {formula}",
    "(assign|store) {formula} (to|in|into) [a] [new] [column] [called|named] {name}",
    "{name} (=|:=) {formula}",
)
def derive_column(said: Said) -> tuple[Action, ...] | None:
    """Read "add total = price * quantity", "create ratio as price divided by cost"."""
    return _derived(said, said["formula"])


@by_patterns(
    f"{_NEW} {{name}} , {{formula}}",
    "new [column|field|variable] [called|named] {name} , {formula}",
)
def derive_one_of_two(said: Said) -> tuple[Action, ...] | None:
    """Read "make a column passed, yes if score is at least 4 otherwise no"."""
    return _derived(said, said["formula"]) if " if " in said["formula"] else None


_ROUNDED = (
    "[,] [and] (rounded|round it|round that|round) [off] [to {digits:whole} [decimal|decimals|"
    "digits] [places]|to [the] [nearest] (integer|integers|whole number|whole numbers)]"
)


@by_patterns(
    f"{_NEW} {{name}} {_IS} {{formula}} {_ROUNDED}",
    f"new [column|field|variable] [called|named] {{name}} {_IS} {{formula}} {_ROUNDED}",
    f"{{name}} (=|:=) {{formula}} {_ROUNDED}",
)
def derive_rounded(said: Said) -> tuple[Action, ...] | None:
    """Read "share = part / whole * 100, rounded to 1 decimal"."""
    return _derived(said, f"round({said['formula']}, {said.get('digits', 0)})")


_IN_PERCENT = "[,] (in (percent|percents|%)|as [a] (percent|percentage))"


@by_patterns(
    f"{_NEW} {{name}} {_IS} {{formula}} {_IN_PERCENT}",
    f"new [column|field|variable] [called|named] {{name}} {_IS} {{formula}} {_IN_PERCENT}",
    f"{{name}} (=|:=) {{formula}} {_IN_PERCENT}",
)
def derive_percent(said: Said) -> tuple[Action, ...] | None:
    """Read "add rate = returns / sold in percent"."""
    return _derived(said, f"({said['formula']}) * 100")


@by_patterns(
    "(compute|calculate|derive|add|create|get|work out) {formula} (as|into|in a new column|"
    "in a column|in new column|as a new column|as a column|and call it|in the column|"
    "to a new column|and store it in|in) [called|named] {name}",
    "{formula} (as|and call it|, call it) [a] [new] [column] [called|named] {name}",
)
def derive_into(said: Said) -> tuple[Action, ...] | None:
    """Read "compute price * quantity as total"; how "the age in months" comes about is not said."""
    name, formula = said["name"], said["formula"]
    if formula in map(backticked, said.reader.shape.column_names):
        raise Question(
            f"How is {name!r} computed from {formula}? Say it like {name} = {formula} * 2. "
            f"For a copy, say: duplicate {formula} as {name}."
        )
    if name.casefold() in {"percent", "percentage", "%"} and "100" not in formula:
        raise Question(
            f"Is {name!r} only the name? Say: add {name} = {formula}, "
            f"or: add {name} = {formula} * 100."
        )
    return _derived(said, formula)


_OWN_COLUMN = "(as|in|into|to) [a|its] [own] [new|separate|extra|additional|own] (column|field)"
_VERB = "(add|compute|calculate|derive|create|get|put|work out|take)"


@by_patterns(
    f"[{_VERB}] {{formula}} {_OWN_COLUMN} [[called|named] {{name}}]",
    f"{_VERB} [a|an] [new|extra] [column] (with|for|of|holding|containing) {{formula}}",
    "add {formula}",
)
def derive_unnamed(said: Said) -> tuple[Action, ...] | None:
    """Read "average of math and art as a new column", "add the sum of a and b"."""
    formula, reader = said["formula"], said.reader
    if formula.count("`") < 4:
        return None  # of one column, it is hardly a formula: "add age"
    first = next((word for word in _FIGURES if said.says(word)), "computed")
    new = _free(reader, said["name"]) if "name" in said else free_name(reader, first)
    return (Derive(new=new, expression=formula),)


@by_patterns(
    f"{_VERB} [a|an] [new|extra] column (with|for|of|holding|containing|showing) {{name}} "
    "[(of|for|per|in) [each|every] [{row}]] (,|:|=|«) [i.e.|which is|that is|being|meaning] "
    "{formula} [»]",
    f"{_VERB} {{name}} [(of|for|per|in) [each|every] [{{row}}]] (,|:|=|«) "
    "[i.e.|which is|that is|being|meaning] {formula} [»]",
    f"({_VERB}|show|write) {{name}} (in|into|as) [a] {{own:word}} column (,|:|=|«) {{formula}} [»]",
)
def derive_described(said: Said) -> tuple[Action, ...] | None:
    """Read "add a column with the total of each order, quantity times price"."""
    if said.get("own", "new") not in {"new", "separate", "extra", "own", "another"}:
        return None
    least = 2 if "own" in said else 4
    if said["formula"].count("`") < least or said["name"] in words.KEYWORDS:
        return None
    return _derived(said, said["formula"])


@by_patterns(
    "(combine|add|add up|sum|sum up|join|merge|put) {columns} [together] (to|into|as|in) [a|one] "
    "[new] (total|sum) [column|score] [[called|named] {name}]",
    "(combine|add|add up|sum|sum up) {columns} (to|into|as|in) [a|one] [new] [column] "
    "[called|named] {name}",
)
def derive_sum(said: Said) -> tuple[Action, ...] | None:
    """Read "combine q1 and q2 to a total"."""
    names, reader = said["columns"], said.reader
    if len(names) < 2 or not {*names} <= {*reader.of_types(NUMERIC)}:
        return None
    expression = " + ".join(map(backticked, names))
    name = said["name"] if "name" in said else free_name(reader, "total")
    return (Derive(new=_free(reader, name), expression=expression),)


_FIGURES = ("average", "mean", "sum", "total", "product", "difference", "ratio", "max", "min")


@by_patterns(
    "(add|create|make|insert) [a|an] [new] {name} (column|field) [,|-] {formula}",
    "{name} : {formula}",
)
def derive_told(said: Said) -> tuple[Action, ...] | None:
    """Read "add revenue column qty times price", "profit: (price - cost) * qty"."""
    if said["formula"].count("`") < 4 or said["name"] in words.KEYWORDS:
        return None
    return _derived(said, said["formula"])


def _ends_with_column(reader: Reader, name: str) -> bool:
    """Whether it is some words and the name of a column behind them."""
    words_said = name.casefold().split()
    ends = {" ".join(words_said[place:]) for place in range(1, len(words_said))}
    return any(each.casefold().replace("_", " ") in ends for each in reader.shape.column_names)


# "Map S=1" gives a value another, and names no column.
_MAPPED = ("map", "recode", "encode", "relabel", "translate", "replace")


def _derived(said: Said, formula: str) -> tuple[Action, ...] | None:
    name = said["name"]
    if name in {"a", "an", "the", "new"} or name.split()[0] in _MAPPED:
        return None
    if said.reader.verb == "set" and (looks_unclear(Written(name, Kind.WORD)) or names_owner(name)):
        return None  # "set negative values to 0" names no column, nor does "set Ann's salary to 5"
    if "`" not in formula and _ends_with_column(said.reader, name):
        return None  # nor does "set Rug stock to 5"
    if name in said.reader.shape.column_names and "`" not in formula:
        raise Question(
            f"Should every cell of {name!r} become {formula}? It would lose what it holds. "
            f"To fill its gaps, say: fill {name} with {formula}."
        )
    return (Derive(new=name, expression=formula),)


@by_patterns(
    f"{_NEW} {{name}} {_IS} multiplying {{first:column}} (and|by|with|times) {{second:column}}",
    f"{_NEW} {{name}} by multiplying {{first:column}} (and|by|with|times) {{second:column}}",
    "multiply {first:column} (and|by|with|times) {second:column} "
    "(as|into|and call it|to get|in a new column) [a] [new] [column] [called|named] {name}",
)
def derive_product(said: Said) -> tuple[Action, ...] | None:
    """Read "calculate revenue by multiplying quantity and price"."""
    first, second = backticked(said["first"]), backticked(said["second"])
    return (Derive(new=_free(said.reader, said["name"]), expression=f"{first} * {second}"),)


def _free(reader: Reader, name: str) -> str:
    """The name. Raises Question if a column has it, or it is a number."""
    if name in reader.shape.column_names:
        raise Question(f"There is already a column {name!r}. What should the new one be called?")
    if as_number(name) is not None:
        raise Question(f"What should the new column be called? {name!r} is a number.")
    return name


RULES = (
    label_rows,
    derive_truth,
    derive_rounded,
    derive_percent,
    derive_column,
    derive_one_of_two,
    derive_into,
    derive_product,
    derive_told,
    derive_described,
    derive_sum,
    ask_label_column,
    flag_rows,
)
