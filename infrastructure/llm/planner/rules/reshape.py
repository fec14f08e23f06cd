"""Commands that turn columns into rows, and rows into columns."""

from domain.actions import Action, ExplodeColumn, Melt, Transpose
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_MELT = (
    "(melt|unpivot|gather|convert from wide to long|wide to long|turn to long format|pivot longer|"
    "make long|convert to long format|reshape to long|reshape from wide to long|stack|"
    "reshape to long format)"
)
_INTO = "(into|to|as|in|with) [two|new|the] [columns|column|rows of] [called|named] [:]"
_NAMES = "{new:names}"
_KEPT = "[,|and] [while] (keeping|keep|beside|with id columns|id columns|with ids|by) [:]"
_VAR = (
    "[,|and|with] (variable|name|names|variables|key) [column|name|names] [:|=|to|called|named|in]"
)
_VAL = "[,|and|with] (value|values) [column|name|names] [:|=|to|called|named|in]"


@by_patterns(
    f"{_MELT} {{columns}} {_INTO} {_NAMES} {_KEPT} {{keep:columns}}",
    f"{_MELT} [:|,] {{columns}} {_INTO} {_NAMES}",
    "(turn|convert|make|transform|change|bring|put) [the] [year|month|week|day|value] "
    "[columns|column] "
    "{columns} "
    f"(into|to) rows [,|:|with|as] [columns] [called|named] [:] {_NAMES}",
    f"{_MELT} [the] [table|data|it] [:|,|with|using|by|,with|keeping] (id columns|ids|id column|id|"
    f"id vars|id_vars|keeping|keep) [:|=|are|is] {{keep:columns}} {_VAR} {{variable:name}} "
    f"{_VAL} {{value:name}}",
    f"{_MELT} {{columns}} {_KEPT} {{keep:columns}}",
    f"{_MELT} {{columns}} into (one|a single) column",
    "(turn|convert|make|transform|change|bring|put) {columns} (into|to) rows",
    f"{_MELT} {{columns}}",
    f"{_MELT} [the] [table|data|it] [,|:] (keeping|keep|with id columns|id columns|with ids|by|"
    "except|all but|on) [:|=] {keep:columns}",
    f"{_MELT} [all|everything] (except|but) {{keep:columns}}",
)
def melt_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "unpivot math and art into subject and score, keeping name"."""
    melted = said.get("columns", ())
    everything = said.reader.shape.column_names
    keep = said.get("keep") or tuple(name for name in everything if name not in melted)
    if set(melted) & set(keep) or (melted and len(melted) == len(everything)):
        return None
    names = said.get("new") or (said.get("variable", "variable"), said.get("value", "value"))
    if any(" into " in name for name in names):
        return None
    if len(names) != 2:
        raise Question("Two new columns are needed: one for the names, one for the values.")
    return (Melt(keep=keep, columns=melted, name_column=names[0], value_column=names[1]),)


@by_patterns(
    "(transpose|flip) [the] [table|data|dataset|it|dataframe|rows and columns]",
    "(transpose|flip) [the] [table|data|it] (using|with|by) {column} (as|for) [the] [new] "
    "(header|headers|column names|names)",
    "(swap|switch|exchange) [the] rows and [the] columns",
    "(turn|make) [the] rows into columns and [the] columns into rows",
)
def transpose_table(said: Said) -> tuple[Action, ...] | None:
    """Read "transpose the table", "swap rows and columns"."""
    return (Transpose(names_from=said.get("column")),)


_SEPARATED = (
    "(separated by|separator|by|at|on|with|using|split by|split at|split on|at each|at every|"
    "delimited by)"
)


@by_patterns(
    f"(explode|unnest|expand) {{column}} [,] {_SEPARATED} [the] {{mark}}",
    f"split {{column}} [,] {_SEPARATED} {{mark}} (and|into|to|,) [and] [make|create|put|get] "
    "[them] [into|on|in] [one|a|its own|own|separate|new|several|multiple] (row|rows) [of|for|per] "
    "[its] [own] [each|every] [tag|part|value|item|element|entry|one|piece]",
    f"(put|make|turn) [each|every] [single] [value|tag|part|item|element|entry] [of|in] {{column}} "
    f"[,] {_SEPARATED} {{mark}} [,] (on|into|in|to|a|as) [its|a|an] [own|separate|new] (row|rows)",
    "(explode|unnest) {column} [into rows|to rows]",
    f"one row (per|for each|for every) {{column}} [,] [{{again:column}} (are|is)] {_SEPARATED} "
    "{mark}",
    f"split {{column}} into [separate|several|multiple|new] rows {_SEPARATED} {{mark}}",
    "[make|create|get|give me|i want] one row (per|for each|for every) {column}",
)
def explode_column(said: Said) -> tuple[Action, ...] | None:
    """Read "explode tags by semicolon", "split tags at ; and make one row for each tag"."""
    name, mark = said["column"], said.get("mark")
    if said.get("again", name) != name:
        return None
    if mark is None and name in said.reader.of_types(TEXT):
        before, after = said.reader.text_around(said.reader.start, said.reader.position)
        raise Question(
            f"What separates the parts of {name!r}? Say: explode {name} by comma, or by ';'.",
            tuple(
                Choice(label=label, message=f"{before}explode {quotation(name)} by '{mark}'{after}")
                for label, mark in (
                    *(("a comma", ","), ("a semicolon", ";"), ("a space", " ")),
                    *(("a bar", "|"), ("a slash", "/")),
                )
            ),
        )
    return (ExplodeColumn(column=name, separator=mark),)


RULES = (
    melt_columns,
    transpose_table,
    explode_column,
)
