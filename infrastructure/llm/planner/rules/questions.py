"""Questions: how many, the mean of, the top of, which values, how they go together."""

from domain.actions import (
    Action,
    ListValues,
    ShowRows,
    TellCorrelation,
    TellFigure,
    TellMissing,
    TellSize,
)
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.figures import figure_told
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope, both
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import key, quotation

Actions = tuple[Action, ...]

_ASK = (
    "[(what|whats|what's|show|tell|give|calculate|compute|find|get|display|report|determine|"
    "which|list|see) [me|us] [is|are|was|were]]"
)
_MISSING = "(missing|null|nulls|empty|blank|blanks|gaps|holes|nan|nans|na|absent)"
_VALUES = "[values|value|cells|entries|ones|data]"
_DIFFERENT = "(distinct|unique|different)"
_THERE = "[are there|there are|is there|do we have|exist|in total|overall|now]"
_NOT_OF_TEXTS = (
    *("cheapest", "most", "least", "highest", "lowest", "largest", "smallest", "biggest"),
    "greatest",
)
_RELATION = "(relation|relationship|correlation|association|dependence|connection|link)"


@by_patterns(
    "how many {scope}",
    "how many (are|were|have been|had been) {scope}",
    "(is|are|was|were) there [any|some] {things} {scope}",
    "(do|did) (we|i|they) have [any|some] {things} {scope}",
    "(is|are|was|were|does|do|did|has|have) (anyone|anybody|any {things}) {scope}",
)
def count_some(said: Said) -> Actions | None:
    """Read "is there anyone older than 60": how many there are says whether."""
    scope = said["scope"]
    if scope.where is None or scope.by:
        return None
    return (TellFigure(figure="rows", where=scope.where),)


@by_patterns(
    "how many {flagged} {scope}",
    f"{_ASK} [the] (number|count|total number) of {{flagged}} {{scope}}",
)
def count_flagged(said: Said) -> Actions | None:
    """Read "how many unpaid invoices are there"."""
    scope = said["scope"]
    where = both(said["flagged"], scope.where)
    return (TellFigure(figure="rows", by=scope.by, where=where, order=scope.order),)


@by_patterns(
    "how many {things} {scope}",
    "how many {things} (did|does|do|has|have|are in|are there in|were in|in|for) (each|every) "
    "{by:columns} [make|have|has|get|do|place|sell|buy|contain]",
    f"{_ASK} [the] (number|count|total number) of {{things}} {{scope}}",
    "count [the|all] [number of] {things} {scope}",
    "how many (rows|records|entries|lines) [are|have been|did we have] left [now]",
)
def count_rows(said: Said) -> Actions | None:
    """Read "how many rows are there", "how many people per country", "count rows where …"."""
    scope = said.get("scope", Scope())
    by = said.get("by", scope.by)
    return (TellFigure(figure="rows", by=by, where=scope.where, order=scope.order),)


@by_patterns(
    f"how many (of each|different values of each) {{column}} {_THERE}",
    "how often does each [value of] {column} (occur|appear|come)",
    "(value|values) (counts|count) (of|for|in) {column}",
    f"{_ASK} [the] (frequency|frequencies|counts|value counts) (of|for) [each] {{column}}",
    "count (by|per|each|the values of|values of|values in) {column}",
)
def count_values(said: Said) -> Actions | None:
    """Read "how often does each city occur", "value counts of city"."""
    return (TellFigure(figure="rows", by=(said["column"],), order="largest"),)


@by_patterns(
    f"how many {_MISSING} {_VALUES} {_THERE} [are|does] [in|of|for] {{column}} [have] {_THERE}",
    f"how many [of] [the] {{column}} {_VALUES} are {_MISSING}",
    f"how many {_VALUES} (are|is) {_MISSING} (in|of|for|from) {{column}}",
    f"how many {_MISSING} {_VALUES} does {{column}} have",
    f"{_ASK} [the] (number|count) of {_MISSING} {_VALUES} (in|of|for) {{column}}",
    f"count [the] {_MISSING} {_VALUES} (in|of|for) {{column}}",
    f"(are there [any]|is there [any]|any|do we have [any]) {_MISSING} {_VALUES} (in|of|for) "
    "{column} [?]",
)
def count_missing(said: Said) -> Actions | None:
    """Read "how many missing values are in age", "how many ages are missing"."""
    return (TellFigure(figure="missing", column=said["column"]),)


@by_patterns(
    f"{_ASK} [the] (percentage|percent|share|fraction|proportion|part) of [the] {{column}} "
    f"{_VALUES} (is|are) {_MISSING}",
    f"{_ASK} [the] (percentage|percent|share|fraction|proportion) of {_MISSING} {_VALUES} "
    "(in|of|for) {column}",
    f"how much of [the] {{column}} is {_MISSING}",
)
def percent_missing(said: Said) -> Actions | None:
    """Read "what percentage of email is missing"."""
    return (TellFigure(figure="missing_percent", column=said["column"]),)


@by_patterns(
    f"(which|what) columns (have|contain|has|are with|with) [any|some] {_MISSING} {_VALUES}",
    f"(where|which) are [there] [the] [any] {_MISSING} {_VALUES}",
    f"are there [any] {_MISSING} {_VALUES} [in the table|in the data]",
    f"is (anything|something|there anything|there something) {_MISSING} [in the table|in the data]",
    f"how many {_VALUES} (are|is) {_MISSING} [in each column|per column|by column|in the table]",
    f"(how many|show|list|count|report|tell me|show me|what are) [the|all] {_MISSING} {_VALUES} "
    f"{_THERE} [in each column|per column|by column|for each column|in the table|in every column]",
    f"{_MISSING} {_VALUES} (in each column|per column|by column|for each column)",
    f"{_ASK} [the] (percentage|percent|share|number|count) of {_MISSING} {_VALUES} "
    "(in each column|per column|by column|for each column|in every column)",
)
def tell_missing(_: Said) -> Actions | None:
    """Read "which columns have missing values"."""
    return (TellMissing(),)


@by_patterns(
    f"how many {_DIFFERENT} {_VALUES} {_THERE} [in|of|for] {{column}} [are] [there] {{scope}}",
    f"how many {_DIFFERENT} {_VALUES} does {{column}} have",
    f"{_ASK} [the] (number|count) of {_DIFFERENT} {_VALUES} [in|of|for] {{column}} {{scope}}",
    f"count [the] {_DIFFERENT} {_VALUES} [in|of|for] {{column}}",
)
def count_different(said: Said) -> Actions | None:
    """Read "how many distinct cities are there"."""
    scope = said.get("scope", Scope())
    return (
        TellFigure(
            figure="distinct",
            column=said["column"],
            where=scope.where,
            by=scope.by,
            order=scope.order,
        ),
    )


@by_patterns(f"how many {_DIFFERENT} {_VALUES} {_THERE}")
def ask_different(said: Said) -> Actions | None:
    """Ask of which column."""
    name = said.reader.shape.column_names[0]
    raise Question(f"Different values of which column? Say: how many distinct {quotation(name)}.")


@by_patterns(
    f"{_ASK} [all] [the] {_DIFFERENT} {_VALUES} [of|in|for] {{column}} {_VALUES}",
    f"(which|what) [{_DIFFERENT}] values (does|do) {{column}} (have|take|hold)",
    f"(which|what) [{_DIFFERENT}] values are [there] (in|of) {{column}}",
    "(which|what) {column} (are there|do (we|i|you) have|exist|occur|appear)",
    "list [me|us] [all] [the] {column}",
    "(what's|whats|what is) [there] in [the] {column}",
)
def list_values(said: Said) -> Actions | None:
    """Read "what are the distinct countries", "which cities are there"."""
    return (ListValues(column=said["column"]),)


@by_patterns(
    f"how many (columns|fields|variables) {_THERE} [does] [the|this] [table|dataset|it|data|file] "
    "[have|has|in the table]",
    f"{_ASK} [the] (number|count) of (columns|fields|variables)",
    "count [the] columns",
)
def count_columns(_: Said) -> Actions | None:
    """Read "how many columns are there"."""
    return (TellSize(of="columns"),)


@by_patterns(
    f"how many (duplicates|duplicate|duplicated|repeated|identical) [rows|records] {_THERE}",
    f"(are|is) there [any|a] (duplicates|duplicate|duplicated|repeated) [rows|records] {_THERE}",
    f"(are|is) there [any|a] (duplicate|duplicated|repeated) {{row}} {_THERE}",
    f"(are|is) there [any|a] (duplicate|duplicated|repeated) {{rows}} {_THERE}",
    f"{_ASK} [the] (number|count) of (duplicates|duplicate|duplicated|repeated) [rows|records]",
    "count [the] (duplicates|duplicate|duplicated|repeated) [rows|records]",
)
def count_repeated(said: Said) -> Actions | None:
    """Read "how many duplicate rows are there", not "are there duplicate emails"."""
    noun = said.get("row") or said.get("rows") or "rows"
    ways = {noun, f"{noun}s", noun.removesuffix("s")}
    if ways.isdisjoint((*words.ROWS, *words.PERSONS, *words.THINGS)):
        return None
    if not ways.isdisjoint(map(key, said.reader.shape.column_names)):
        return None
    return (TellSize(of="repeated_rows"),)


@by_patterns(
    f"{_ASK} [the] {{figure_word}} [value] [of|in|for|from] [the] {{column}} "
    "[date|value|values|column] [there is] [in the table] {scope}",
    f"{_ASK} [the] {{column}} {{figure_word}} {{scope}}",
    f"{_ASK} [the] {{figure_word}} [of it]",
    "how much is [the] {figure_word} [of] {column} {scope}",
)
def tell_figure(said: Said) -> Actions | None:
    """Read "what is the average salary by city", "median age where city is Paris"."""
    figure = figure_told(said["figure_word"])
    scope = said.get("scope", Scope())
    # "Convert price to number, then tell me the total" is about the price all along.
    changed = said.reader.changed if not said.reader.fresh else ()
    column = said.get("column") or (changed[0] if len(changed) == 1 else None)
    if figure is None or column is None:
        return None
    if column in said.reader.of_types(TEXT) and said.says(*_NOT_OF_TEXTS):
        return None  # the cheapest product is so by its price, and "9 kg" is no more than "10 kg"
    return (
        TellFigure(
            figure=figure,
            column=column,
            where=scope.where,
            by=scope.by,
            order=scope.order,
        ),
    )


@by_patterns(
    "when (was|is|were) [the] (first|earliest|oldest) {column}",
    "when (was|is|were) [the] (last|latest|newest|most recent) {column}",
)
def tell_when(said: Said) -> Actions | None:
    """Read "when was the first departure"."""
    column = said["column"]
    if column not in said.reader.of_types(frozenset({ColumnType.DATETIME})):
        return None
    early = said.says("first", "earliest", "oldest")
    return (TellFigure(figure="min" if early else "max", column=column),)


@by_patterns(
    "(show|list|find|display|see|view|give|get) [me|us] [all] {flagged} {scope}",
    "(show|list|find|display|see|view|give|get) [me|us] [all] {rows} {scope}",
    "(show|list|find|display|see|view|give|get) [me|us] [all] {where:held}",
    "(which|what) {rows} {scope}",
    "(who|whos|who's) {scope}",
    "(show|display|view|see) [me|us] [first] {count:whole} (rows|values) of {columns} {scope}",
    "(show|display|view|see) [me|us] {columns} {scope}",
    "(show|list|display|see|view|give) [me|us] [the] [first] {count:whole} (rows|records|lines) "
    "{scope}",
)
def show_rows(said: Said) -> Actions | None:
    """Read "show rows where age is missing", "show me the first 10 rows"."""
    scope = said.get("scope") or Scope(where=said["where"])
    columns, where = said.get("columns", ()), both(said.get("flagged"), scope.where)
    if scope.by or not (where or columns or "count" in said):
        return None
    return (ShowRows(where=where, columns=columns, count=said.get("count", 20)),)


@by_patterns(
    f"{_ASK} [the] (correlation|correlations|correlation coefficient) (between|of|for|among) "
    "{columns}",
    f"{_ASK} [the] correlation (of|between) {{one:column}} (and|with|to) {{other:column}}",
    "(are|do) {columns} (correlated|correlate|related) [with each other|with one another]",
    "how (do|are|strongly are|strongly do|well do) {columns} (correlate|correlated|related)",
    "(is|does) {one:column} (correlated|correlate|related|relate) (with|to|and) {other:column}",
    "how (is|does|strongly is|strongly does) {one:column} (correlated|correlate|related|relate) "
    "(with|to) {other:column}",
    "correlate {columns}",
    "correlate {one:column} (with|and|to) {other:column}",
    f"{_ASK} [the] (correlations|correlation matrix)",
    f"{_ASK} [there] [a|any|some] {_RELATION} (between|of|among) {{columns}}",
    f"(is|are) there [a|any|some] {_RELATION} (between|of|among) {{columns}}",
)
def correlate(said: Said) -> Actions | None:
    """Read "is age correlated with salary", "correlation between a and b"."""
    if "one" in said:
        return (TellCorrelation(columns=(said["one"], said["other"])),)
    return (TellCorrelation(columns=said.get("columns", ())),)


RULES = (
    *(
        correlate,
        count_missing,
        percent_missing,
        tell_missing,
        count_different,
        ask_different,
        list_values,
    ),
    *(count_columns, count_repeated, count_values),
    *(tell_when, tell_figure, count_some, count_flagged, count_rows, show_rows),
)
