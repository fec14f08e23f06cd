"""Commands and questions about rows where one column is compared with another."""

from domain.actions import (
    Action,
    AnswerOfComputed,
    Comparison,
    Derive,
    DropColumns,
    FilterRows,
    ShowRows,
    TellFigure,
)
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.formulas import number_or_column
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import Kind, Token, key
from infrastructure.llm.planner.rules.kept_rows import GO

Actions = tuple[Action, ...]

_DROP = f"({'|'.join(words.DROP)})"
_KEEP = f"({'|'.join((*words.KEEP, *words.FILTER, 'only'))})"
_WHERE = (
    "[all|the|those] [{rows}] (where|with|whose|that have|which have|if|when|having|who have|in "
    "which|for which|have|has)"
)
_MORE = "(more|less|fewer|higher|lower|larger|smaller|bigger|greater|later|earlier|longer|shorter)"
_LESS = ("less", "fewer", "lower", "smaller", "earlier", "shorter")
# "Where a is above b", "with more a than b".
_COMPARED = (
    "{one:column} {sign:relation} {other:column}",
    f"{_MORE} {{one:column}} than {{other:column}}",
)
_COUNT = "(how many|(is|are|was|were) there [any|some]|count|number of)"
_SHOW = "[(show|list|find|display|see|view|give|get|which|what) [me|us]]"


def _by(verbs: str) -> tuple[str, ...]:
    return tuple(f"{verbs} {_WHERE} [a|an] {compared} [?]" for compared in _COMPARED)


@by_patterns(*_by(_KEEP))
def keep_by_comparison(said: Said) -> Actions | None:
    """Read "keep rows where a equals b"."""
    if _may_be_value(said):
        return None
    compared, where = _compared(said)
    return (compared, FilterRows(where=where), DropColumns(columns=(compared.new,)))


@by_patterns(
    *_by(_DROP),
    *(f"[all] {{rows}} (where|with|whose|that have|which have) {each} {GO}" for each in _COMPARED),
)
def drop_by_comparison(said: Said) -> Actions | None:
    """Read "drop rows where end is before start"."""
    if _may_be_value(said):
        return None
    compared, where = _compared(said)
    dropped = FilterRows(where=where, matching="drop")
    return (compared, dropped, DropColumns(columns=(compared.new,)))


@by_patterns(*_by(_COUNT))
def count_by_comparison(said: Said) -> Actions | None:
    """Read "how many rows have a mark above max_mark"."""
    if _may_be_value(said):
        return None
    compared, where = _compared(said)
    asked = TellFigure(figure="rows", where=where)
    return (AnswerOfComputed(computed=compared, question=asked),)


@by_patterns(*_by(_SHOW))
def show_by_comparison(said: Said) -> Actions | None:
    """Read "show rows where gross is less than budget"."""
    if _may_be_value(said):
        return None
    compared, where = _compared(said)
    return (AnswerOfComputed(computed=compared, question=ShowRows(where=where)),)


def _may_be_value(said: Said) -> bool:
    """Whether the other column may as well be a text or a number: "where status is drop"."""
    reader = said.reader
    tokens = reader.tokens[reader.start : reader.position]
    if any(token.kind is Kind.QUOTED for token in tokens):
        return True
    if tokens[-1].kind is Kind.NUMBER:
        return _may_be_number(said, *tokens[-2:])
    plain = any(token.text == said["other"] and token.text.isalpha() for token in tokens)
    equal = said.get("sign") in {"==", "!="}
    return plain and equal and reader.column_named(said["one"]).type is ColumnType.TEXT


def _may_be_number(said: Said, before: Token, number: Token) -> bool:
    """Whether the last word is no part of the other column's name, of which it reminds.

    Columns that are both called by numbers are compared: "where 2021 > 2020".
    """
    name, one = said["other"], said.reader.column_named(said["one"])
    two_words = key(before.text) and key(name).endswith(key(before.text + number.text))
    if before.word == "column" or two_words or as_number(said["one"]) is not None:
        return False
    # A day may be "before 2019".
    if name == number.text and one.type is not ColumnType.DATETIME:
        raise number_or_column(name)
    return True


def _compared(said: Said) -> tuple[Derive, Comparison]:
    """What is true where one column is so to the other, and that it is true."""
    sign = said.get("sign") or ("<" if said.says(*_LESS) else ">")
    expression = f"{backticked(said['one'])} {sign} {backticked(said['other'])}"
    new = free_name(said.reader, expression.replace("`", ""))
    return Derive(new=new, expression=expression), Comparison(
        column=new, operator="equals", values=(True,)
    )


RULES = (keep_by_comparison, drop_by_comparison, count_by_comparison, show_by_comparison)
