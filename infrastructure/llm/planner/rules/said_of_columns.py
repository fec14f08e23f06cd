"""What is said of a column, and what is to be done: "amount has commas, make it a number"."""

from typing import Literal, cast

from domain.actions import (
    Action,
    Cast,
    ChangeCase,
    Comparison,
    Fill,
    MapValues,
    ParseDates,
    ParseNumbers,
    ReplaceValues,
    SetWhere,
    ValuePair,
)
from domain.plan import Choice
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.comparing import missing_or_empty
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import DONE_TO_TEXT
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import clear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key, quotation

_HOLDS = (
    "(has|have|holds|hold|contains|contain|is|are|uses|use|looks like|look like|comes with|"
    "comes as|"
    "is stored as|are stored as|is in|is written as|is written in|came in as)"
)
_TURN = (
    "(make (it|them)|convert (it|them|that|this)|parse (it|them)|turn (it|them|that|this)|"
    "cast (it|them)|change (it|them)|read (it|them)|transform (it|them)|"
    "(i|we) (need|want) [it|them])"
)
_TO = "[to|into|as|in] [a|an|the] [proper|real|actual|true|valid]"
_TYPE = "{type:type_word} [type|column|columns|values|format]"
_OUGHT = "(should|must|needs to|need to|has to|have to|ought to)"
_DAY_FIRST = ("dd/mm/yyyy", "dd.mm.yyyy", "dd-mm-yyyy", "european", "day", "dd/mm/yy", "day-first")
_MONTH_FIRST = ("mm/dd/yyyy", "mm-dd-yyyy", "american", "us", "month", "mm/dd/yy", "month-first")


@by_patterns(
    f"{{columns}} {_HOLDS} {{about}} [,|;|.|-|\u2013] [so|and] [so] [please] {_TURN} {_TO} {_TYPE}",
    f"{{columns}} {_HOLDS} {{about}} [,|;|.|-|\u2013] [so|and] [so] [please] parse (it|them)",
)
def convert_after_remark(said: Said) -> tuple[Action, ...] | None:
    """Read "the price column has dollar signs, make it numeric"."""
    about = said["about"]
    if {*about} & words.VERBS and "," in about:
        return None
    target = said.get("type") or ("dates" if "date" in about or "dates" in about else None)
    if target is None:
        return None
    day_first = None
    if target == "dates":
        before = [word for word in about if word in (*_DAY_FIRST, *_MONTH_FIRST)]
        day_first = before[0] in _DAY_FIRST if before else None
    return _converted(said["columns"], target, day_first=day_first)


@by_patterns(
    f"{{columns}} {_OUGHT} (be|become) {_TO} {_TYPE} [{{day_first}}]",
    f"{{columns}} {_OUGHT} (be|become) {_TO} {_TYPE} [,] "
    "(and not|not|instead of|rather than) [a|an] {now:type_word}",
    f"{{columns}} (to|as|into|->|=>) {_TYPE}",
    "{columns} (is|are|holds|hold|contains|contain) [a|the] (date|dates) [,|;|:] {day_first}",
    "(interpret|parse|read|treat) {columns} as {day_first} [dates|date]",
)
def should_be(said: Said) -> tuple[Action, ...] | None:
    """Read "code should be a whole number", "interpret signup as day/month/year dates"."""
    return _converted(said["columns"], said.get("type", "dates"), day_first=said.get("day_first"))


# A remark with one of these may hold a command of its own.
_MORE_THAN_A_REMARK = words.VERBS | {",", ".", "and", "but", "except", "only", "not"}
_IN_CASE = "(uppercase|upper case|capital letters|lowercase|lower case|small letters|title case)"


@by_patterns(
    f"{{columns}} {_HOLDS} {{about}} [,|;|.|-|\u2013] [so|and] [please] "
    f"(make|turn|write|put|convert|change) (it|them|all|everything) [all] [to|into|in] {_IN_CASE}",
)
def case_after_remark(said: Said) -> tuple[Action, ...] | None:
    """Read "codes are mixed case, make them uppercase"."""
    if not set(said["columns"]) <= set(said.reader.of_types(frozenset({ColumnType.TEXT}))):
        return None
    if {*said["about"]} & _MORE_THAN_A_REMARK:
        return None
    end = said.reader.tokens[said.reader.position - 2 : said.reader.position]
    written = "".join(token.word for token in end)
    case: Literal["upper", "lower", "title"] = "title"
    if "upper" in written or "capital" in written:
        case = "upper"
    elif "lower" in written or "small" in written:
        case = "lower"
    return (ChangeCase(columns=said["columns"], case=case),)


_TRUTHS: dict[str, tuple[str | int, str | int]] = {
    "yes/no": ("yes", "no"),
    "y/n": ("y", "n"),
    "on/off": ("on", "off"),
    "1/0": (1, 0),
}
_NOT = "(instead of|rather than|not|and not|in place of)"
_TRUE_OR_FALSE = "(true/false|true or false|true and false)"
_WORDS_FOR = f"({'|'.join(_TRUTHS)}|yes or no|yes and no)"
_BE = "[:|=|should be|must be|to be|to|as|into|be]"


@by_patterns(
    f"[make|write|show|turn|convert|change|put|set|use|say] {{columns}} {_BE} {_WORDS_FOR} {_NOT} "
    f"{_TRUE_OR_FALSE}",
    f"[use|put|write|show] {_WORDS_FOR} {_NOT} {_TRUE_OR_FALSE} (in|for) {{columns}}",
    f"(make|write|show|turn|convert|change) {{columns}} {_BE} {_WORDS_FOR}",
    f"(turn|convert|change) {_TRUE_OR_FALSE} (to|into) {_WORDS_FOR} (in|for) {{columns}}",
)
def word_truths(said: Said) -> tuple[Action, ...] | None:
    """Read "make active yes/no instead of true/false"."""
    truths = said.reader.of_types(frozenset({ColumnType.BOOLEAN}))
    if not set(said["columns"]) <= set(truths):
        return None
    yes, no = next((pair for word, pair in _TRUTHS.items() if said.says(word)), ("yes", "no"))
    pairs = (ValuePair(old=True, new=yes), ValuePair(old=False, new=no))
    return (MapValues(columns=said["columns"], pairs=pairs, otherwise="missing"),)


@by_patterns(
    f"[make|write|show|turn|convert|change|put|set|use] {{columns}} {_BE} {_TRUE_OR_FALSE} {_NOT} "
    f"{_WORDS_FOR}",
    f"[use|put|write|show] {_TRUE_OR_FALSE} {_NOT} {_WORDS_FOR} (in|for) {{columns}}",
)
def read_truths(said: Said) -> tuple[Action, ...] | None:
    """Read "active should be true/false, not yes/no"."""
    return (Cast(columns=said["columns"], to="boolean"),)


_READ = "(parse|read|convert|treat|turn|cast|interpret|change)"


@by_patterns(
    f"{_READ} {{columns}} (as|to|into) [a|an] (currency|money|price|prices|amount|amounts|"
    "percent|percentage|percentages|percents) [values|amounts|numbers]",
    "(parse|read|treat|interpret) {columns} as (dollars|euros|pounds)",
    f"[{_READ}] {{columns}} (as|to|into) [a|an] (number|numbers|numeric|float|decimal) [,|;|.] "
    "[with|where] [the] comma (is|as) [the|a] decimal [separator|point|sign|mark]",
    f"{_READ} {{columns}} (as|to|into) [a|an] (number|numbers|numeric|float|decimal) (with|using) "
    "[a|the] (decimal comma|decimal commas|comma as decimal separator|thousands separators|"
    "thousand separators|comma as the decimal separator|currency signs|dollar signs)",
)
def read_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "parse price as currency", "parse amount as a number with decimal comma"."""
    comma = said.says("decimal", "comma") and not said.says("thousands", "thousand")
    return (ParseNumbers(columns=said["columns"], decimal="," if comma else None),)


_UNIT = "[the] (unit|units|unit of measurement) [{mark:text}]"


@by_patterns(
    f"{_READ} {{columns}} (as|to|into) [a|an] (number|numbers|numeric|float) (with|and) "
    "[a|the|its|their] (unit|units)",
    f"{_READ} {{columns}} (to|into|as) [a|an] (number|numbers|numeric|float) by (removing|"
    f"stripping|dropping|ignoring|without|leaving out) {_UNIT}",
    f"(remove|strip|drop) {_UNIT} (from|in) {{columns}} and {_TURN} {_TO} (number|numbers|numeric)",
    f"[{_READ}] {{columns}} (to|into|as) [a|an] (number|numbers|numeric) without "
    f"({_UNIT}|[the] {{unit}}|[the] {{mark}})",
    "extract [the] (number|numbers|numeric value|numeric values) (from|in|of) {columns} in place",
)
def read_without_unit(said: Said) -> tuple[Action, ...] | None:
    """Read "turn the weight into a number by removing the unit kg"."""
    return (ParseNumbers(columns=said["columns"]),)


@by_patterns(
    "(wherever|where|when|if|whenever) {column} (is|=|equals|says) {old:value} [,] [then] "
    "(put|use|write|set it to|make it|change it to|replace it with|replace it by|turn it into) "
    "{new:value}",
    "(change|replace|turn|convert|set|update|switch|correct) {column} from {old:value} "
    "(to|into|->) {new:value}",
    "(every|each|all) {old:value} in {column} (should become|becomes|become|should be|must become|"
    "must be|has to be|has to become) {new:value}",
    "{old:value} (should become|becomes|should be|must become|must be|has to be|has to become) "
    "{new:value} in {column}",
)
def replace_where(said: Said) -> tuple[Action, ...] | None:
    """Read "wherever country is FR put France"."""
    column = said.reader.column_named(said["column"])
    old, new = _plain(said["old"], column), _new(said, "new", column)
    return (ReplaceValues(columns=(column.name,), old=old, new=new),)


@by_patterns(
    "{held_values} [in {column}] (should|must|has to|have to|needs to|need to|ought to) [all|both] "
    "(be|become|read|say) [called|spelled|spelt|written|changed to|replaced by] {new:value}",
    "{held_values} [in {column}] (->|=>|becomes|become) {new:value}",
)
def held_should_be(said: Said) -> tuple[Action, ...] | None:
    """Read "Nrth and Nord should be North", where one column holds them."""
    reader, (name, cells, as_said) = said.reader, said["held_values"]
    written: Written = said["new"]
    if said.get("column", name) != name or written.text.casefold() in DONE_TO_TEXT:
        return None
    if written.kind is Kind.WORD and written.text.casefold() in _GONE_ROWS:
        raise _rows_or_cells(reader, name, cells)
    number = written.kind is Kind.NUMBER
    plain = written.text.islower() and written.kind is Kind.WORD
    if plain and len(cells) > 1 and all(map(str.islower, cells)):
        # Of several, one name: "kitchen and decor should be home".
        plain = written.text in _DONE_TO_CELLS or written.text.endswith("ed")
    if (number or plain) and not reader.held.get(written.text):
        before, after = reader.text_around(reader.start, reader.position)
        rows = f"{quotation(name)} is {' or '.join(map(quotation, cells))}"
        wish = f"set {quotation(name)} to {quotation(written.text)} where {rows}"
        wish += "" if as_said else " ignoring case"
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'.",
            (Choice(label="yes", message=f"{before}{wish}{after}"),),
        )
    new = _new(said, "new", reader.column_named(name))
    if as_said:
        pairs = tuple(ValuePair(old=cell, new=new) for cell in cells if cell != new)
        return (MapValues(columns=(name,), pairs=pairs),) if pairs else None
    where = Comparison(column=name, operator="in", values=tuple(cells), ignore_case=True)
    return (SetWhere(columns=(name,), value=new, where=where),)


@by_patterns(
    "{old:text} (should be|must be|has to be|needs to be) (spelled|spelt|written) [as] {new:text} "
    "[in {columns}]",
)
def spell_differently(said: Said) -> tuple[Action, ...] | None:
    """Read "kwh should be written kWh": in whichever column of text it stands."""
    texts = said.reader.of_types(frozenset({ColumnType.TEXT}))
    columns = said.get("columns", texts)
    names = {key(name) for name in said.reader.shape.column_names}
    clear(Written(said["new"], Kind.WORD))
    if key(said["old"]) in names or not columns or not set(columns) <= set(texts):
        return None
    return (ReplaceValues(columns=columns, old=said["old"], new=said["new"]),)


@by_patterns(
    "{old:value} in {column} (means|mean|is|are|stands for|should be|counts as|should become|->|→|"
    "=>) [a] (missing|null|nan|na|unknown|no value|empty|blank|nothing) [value|values]",
    "treat {old:value} as [a] (missing|null|nan|na|unknown|empty|blank) [value|values] in {column}",
)
def value_means_missing(said: Said) -> tuple[Action, ...] | None:
    """Read "N/A in city means missing"."""
    column = said.reader.column_named(said["column"])
    return (ReplaceValues(columns=(column.name,), old=_plain(said["old"], column), new=None),)


@by_patterns(
    "(blank|empty) {columns} [should|must] (count as|be|are|be treated as|mean) (missing|null|nan)",
    "treat (blank|empty) {columns} as (missing|null|nan)",
    "treat (blanks|empty texts|empty strings|blank cells|empty cells) (in|of) {columns} as "
    "(missing|null|nan)",
)
def empty_means_missing(said: Said) -> tuple[Action, ...] | None:
    """Read "blank comments should count as missing": texts without a letter."""
    if not set(said["columns"]) <= set(said.reader.of_types(frozenset({ColumnType.TEXT}))):
        return None
    return (ReplaceValues(columns=said["columns"], old="", new=None),)


_GONE_ROWS = frozenset(
    {
        *("drop", "dropped", "remove", "removed", "delete", "deleted", "discarded", "gone", "out"),
        *("ignored", "skipped", "excluded", "left out", "thrown out", "kicked out"),
    }
)


def _rows_or_cells(reader: Reader, name: str, cells: list[str]) -> Question:
    """The question at "cancelled should be removed": the rows, or only the cells?"""
    before, after = reader.text_around(reader.start, reader.position)
    where = f"where {quotation(name)} is {' or '.join(map(quotation, cells))} ignoring case"
    return Question(
        f"Should those rows go, or only the cells of {name} become empty?",
        (
            Choice(label="rows", message=f"{before}drop rows {where}{after}"),
            Choice(label="cells", message=f"{before}blank out {quotation(name)} {where}{after}"),
        ),
    )


# What is done to cells, and hardly what stands in them.
_DONE_TO_CELLS = frozenset(
    {
        *("drop", "dropped", "remove", "removed", "delete", "deleted", "discarded", "gone", "out"),
        *("ignore", "ignored", "skipped", "excluded", "keep", "kept", "left", "replaced", "fill"),
        *("filled", "imputed", "cleaned", "fixed", "flagged", "marked", "above", "empty", "blank"),
        *("allowed", "forbidden", "fine", "ok"),
    }
)
_GONE = "(missing|empty|blank|unknown|null|nan|not known|not given)"
_USE = "[,|then] (use|put|write|take|insert|fill in|set it to|fill it with|put in|enter)"


_MIDDLE = "(mean|average|median|mode|most frequent value|most common value)"


@by_patterns(
    f"(where|wherever|if|when|whenever) {{columns}} (is|are) {_GONE} {_USE} [its|the] {_MIDDLE}",
    "(missing|empty|blank|unknown) [values in|values of] {columns} [values] (->|=>|=|:|should be|"
    f"should become|become|becomes|get|gets) [use|take|set to] [its|the] {_MIDDLE} "
    "[of {again:columns}]",
)
def missing_is_middle(said: Said) -> tuple[Action, ...] | None:
    """Read "where age is unknown use the median"."""
    if said.get("again", said["columns"]) != said["columns"]:
        return None
    strategy: Literal["mean", "median", "mode"] = "mode"
    if said.says("mean", "average"):
        strategy = "mean"
    elif said.says("median"):
        strategy = "median"
    return (Fill(columns=said["columns"], strategy=strategy),)


_LACKING = "(without|with no|that have no|that has no|who have no|who has no|which have no) [a|an]"


@by_patterns(
    f"(where|wherever|if|when|whenever) {{column}} (is|are) {_GONE} {_USE} {{value}}",
    "[a|an] (missing|empty|blank|no) [values in|values of] {column} "
    "[values|value|number|entry|info|data|figure|given|known|at all] (should be|must be|"
    "means|should become|should say|should read|become|is|are|mean|count as|counts as|->|=>|=) "
    "{value}",
    f"[all|any|every] {{rows}} {_LACKING} {{column}} (get|gets|should get|should have|become|"
    "becomes) {value}",
    "{column} [is] (missing|empty|blank) (->|→|=>|means|mean|counts as) {value}",
    f"(assign|give) {{value}} to [all|any|every] {{rows}} {_LACKING} {{column}}",
)
def missing_is(said: Said) -> tuple[Action, ...] | None:
    """Read "missing active should be false"."""
    column = said.reader.column_named(said["column"])
    value = _new(said, "value", column)
    empty = missing_or_empty(column, "empty")
    if said.says("empty", "blank") and empty != missing_or_empty(column, "missing"):
        return (SetWhere(columns=(column.name,), value=value, where=empty),)
    return (Fill(columns=(column.name,), strategy="constant", value=value),)


def _new(said: Said, slot: str, column: Column) -> str | int | float | bool:
    """What cells are to say: hardly that they are "removed", and not the name of a column."""
    written: Written = said[slot]
    names = map(str.casefold, said.reader.shape.column_names)
    if written.kind is Kind.WORD and written.text.casefold() in {*_DONE_TO_CELLS, *names}:
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'. "
            f"Else say, for example: drop rows where {column.name} is missing."
        )
    return _plain(written, column)


def _plain(written: Written, column: Column) -> str | int | float | bool:
    return cast("str | int | float | bool", typed(clear(written), column))


def _converted(
    columns: tuple[str, ...], target: str, *, day_first: bool | None = None
) -> tuple[Action, ...]:
    if target == "dates":
        return (ParseDates(columns=columns, day_first=day_first),)
    to = cast('Literal["integer", "number", "text", "boolean"]', target)
    return (Cast(columns=columns, to=to),)


RULES = (
    word_truths,
    read_truths,
    convert_after_remark,
    case_after_remark,
    should_be,
    read_numbers,
    read_without_unit,
    missing_is_middle,
    missing_is,
    replace_where,
    held_should_be,
    spell_differently,
    value_means_missing,
    empty_means_missing,
)
