"""Commands that turn values into numbers for models."""

from domain.actions import Action, Cast, Derive, DuplicateColumn, LabelEncode, OneHot
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import quotation

_MOST_GROUPS = 20
_ENCODE = "(encode|encoding of|encoding for|encoding to|encoding on)"


@by_patterns(
    f"(one-hot|onehot|one hot|dummy) {_ENCODE} {{columns}}",
    f"(apply|use|do|perform) [a] (one-hot|onehot|one hot|dummy) {_ENCODE} {{columns}}",
    "encode {columns} (as|with|using|by|into) [a] (one-hot|onehot|one hot|dummy variables|"
    "dummies|dummy columns) [encoding|columns|vectors|variables]",
    "(create|make|get|build|generate|add) [the] [one-hot] (dummy variables|dummies|dummy columns|"
    "indicator variables|indicator columns|one-hot columns|dummy coding) (for|of|from|out of) "
    "{columns}",
    "(convert|turn|transform) {columns} (into|to) (dummy variables|dummies|dummy columns|"
    "indicator variables|indicator columns|one-hot columns|one-hot encoding|one hot encoding)",
    "(dummify|one-hot|get_dummies) {columns}",
    "(dummies|dummy variables|dummy columns) (for|of|from|out of) {columns}",
)
def one_hot_encode(said: Said) -> tuple[Action, ...] | None:
    """Read "one-hot encode group", "create dummy variables for grade"."""
    return (OneHot(columns=said["columns"]),)


_FLAGS = "(yes/no|0/1|true/false|dummy|indicator|binary|boolean|flag)"
_SHORTEST_PART = 3
_AT = "(at|by|on|with|using) [the] [each|every]"


@by_patterns(
    f"(split|separate|break up|divide|turn|expand) {{column}} [up] {_AT} {{mark}} (into|to|in|as) "
    f"[separate|several|many] {_FLAGS} (columns|variables)",
    f"(one-hot|onehot|one hot|dummy) {_ENCODE} {{column}} [,] "
    f"(separated by|split at|split by|split on|delimited by|at|by) {{mark}}",
    f"(make|create|add|get) [a|one] [{_FLAGS}] column (per|for each|for every) "
    "[value|option|part|item|entry] [of|in] {column} [,] "
    "[they are|it is|which are] (separated by|split at|split by|delimited by) {mark}",
)
def one_hot_parts(said: Said) -> tuple[Action, ...] | None:
    """Read "split choices at the ; into yes/no columns"."""
    if said["column"] not in said.reader.of_types(TEXT) or not said["mark"].strip():
        return None
    return (OneHot(columns=(said["column"],), separator=said["mark"]),)


@by_patterns(
    "[in|from|for] {column} [:|,] (make|add|create) [a|an] [new] [column] [called|named] {name} "
    "[with|as|=|:] (yes or no|yes/no|yes and no)",
    "(make|add|create) [a|an] [new] [yes/no] column [called|named] {name} (from|out of) {column} "
    "[with|as] [yes or no|yes/no]",
)
def flag_part(said: Said) -> tuple[Action, ...] | None:
    """Read "tags: make a column vip with yes or no": whether the text has it."""
    name, column, reader = said["name"], said["column"], said.reader
    if column not in reader.of_types(TEXT) or name in reader.shape.column_names:
        return None
    if len(name) < _SHORTEST_PART:
        return None  # an a stands in many a text
    expression = f"'yes' if contains({backticked(column)}, {name!r}) else 'no'"
    return (Derive(new=name, expression=expression),) if said.says("yes", "yes/no") else None


@by_patterns(
    f"(label|ordinal|label-|integer) {_ENCODE} {{columns}}",
    "encode {columns} (as|with|using|by|into) [label|integer|numeric|number] "
    "(labels|codes|integers|label encoding|numbers|codes|encoding)",
    "(convert|turn|transform|change) {columns} (into|to) [integer|numeric|numerical|category|"
    "categorical|number] codes",
    "(assign|give) [a] [numeric|integer] (code|codes|number|numbers) to [each|every] [value|"
    "category] [of|in] {columns}",
)
def label_encode(said: Said) -> tuple[Action, ...] | None:
    """Read "label encode grade", "turn group into numeric codes"."""
    return (LabelEncode(columns=said["columns"]),)


@by_patterns(
    "(give|assign) [each|every] {column} [a|an] [unique|own|its own] "
    "(number|numbers|id|ids|numeric code) "
    "[(as|in|into|called|named) [a] [new] [column] [called|named] {name}]",
)
def number_values(said: Said) -> tuple[Action, ...] | None:
    """Read "give each customer a number": beside the names, and the same for the same name."""
    name, reader = said["column"], said.reader
    if reader.tells_rows_apart(name) or name not in reader.of_types(TEXT):
        return None
    new = said.get("name") or free_name(reader, f"{name}_number")
    return (DuplicateColumn(column=name, new=new), LabelEncode(columns=(new,)))


@by_patterns(
    "(turn|convert|change|make|map|encode|recode) {columns} [values] (into|to|as) "
    "(0/1|1/0|0 and 1|1 and 0|0 or 1|1 or 0|zeros and ones|ones and zeros|0s and 1s|1s and 0s)",
)
def truths_as_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "turn active into 0/1": of truth values, which are those two numbers."""
    if not set(said["columns"]) <= set(said.reader.of_types(frozenset({ColumnType.BOOLEAN}))):
        return None
    return (Cast(columns=said["columns"], to="integer"),)


@by_patterns(
    "(one-hot|onehot|one hot) (encode|encoding) [it|table|data|everything|"
    "all categories|(categorical|category) (columns|variables|data)]",
    "(create|make|add) [the] (dummies|dummy variables|dummy columns)",
)
def ask_what_to_encode(said: Said) -> tuple[Action, ...] | None:
    """Encode the one column of few different texts; of several, ask which."""
    reader = said.reader
    few = tuple(name for name in reader.of_types(TEXT) if _has_few_values(reader, name))
    if len(few) == 1:
        return (OneHot(columns=few),)
    raise Question(
        f"Which column do you mean{': ' + ', '.join(few) if few else ''}?",
        tuple(Choice(label=n, message=f"one-hot encode {quotation(n)}") for n in few),
    )


def _has_few_values(reader: Reader, name: str) -> bool:
    """Whether its texts are names of groups, as far as counts tell."""
    distinct = reader.column_named(name).distinct
    return 1 < distinct <= min(_MOST_GROUPS, reader.shape.rows // 2)


RULES = (
    one_hot_parts,
    flag_part,
    one_hot_encode,
    label_encode,
    number_values,
    truths_as_numbers,
    ask_what_to_encode,
)
