"""Commands that give values of a column new ones by a list."""

from dataclasses import replace
from typing import Literal

from domain.actions import Action, MapValues, Scalar, ValuePair
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind


@by_patterns(
    "(standardise|standardize|unify|harmonise|harmonize|normalise|normalize) [the] "
    "[values of|values in] {column} [values] : {pairs}",
    "(map|recode|translate|relabel|encode) [the] [values of|values in] {column} [values] "
    "[:|,|so that|as follows|such that|using|with] [:] {pairs}",
    "(map|recode|translate|change|replace|relabel) {pairs} (in|for|of) {column}",
    "(map|recode|code|encode|turn|convert|change|make) [the] [values of|values in] {column} "
    "(into|to|as) [a] (numbers|number|numeric|codes|scores|text|words|labels|integers) [:|,|with] "
    "{pairs}",
    "(in|for) {column} [,|:] (map|recode|replace|change|translate|turn) {pairs}",
    "{column} : {pairs}",
    "(replace|change) [the] [values of|values in] {column} [values] [:|as follows] {pairs}",
)
def map_values(said: Said) -> tuple[Action, ...] | None:
    """Read "map size: small to 1, large to 3", "in country, replace DE by Germany and FR by …"."""
    column = said.reader.column_named(said["column"])
    pairs: list[tuple[Written, Written]] = said["pairs"]
    if len(pairs) < 2 and not said.says("map", "recode"):
        return None
    if any(_is_wish(written) for pair in pairs for written in pair):
        return None
    said_new = {written for _, written in pairs}
    if len(pairs) > 1 == len(said_new) and said.reader.verb in {"replace", "change"}:
        return None  # "replace 'N/A' and '-' with missing" is no list of pairs
    truths = said.says("is", "are")
    return (mapped(column, pairs, may_be_truths=truths),)


def mapped(
    column: Column, pairs: list[tuple[Written, Written]], *, may_be_truths: bool = False
) -> Action:
    """The mapping of these pairs: to numbers where all of them are, and to truth values."""
    said_new = {written for _, written in pairs}
    given = [written for written in said_new if not _is_missing(written)]
    values: dict[Written, Scalar] = {written: written.text for written in given}
    as_truths: dict[Written, Scalar] = {
        written: written.text.casefold() == "true" for written in given
    }
    is_truth = may_be_truths and all(_says_truth(written) for written in values)
    values = as_truths if is_truth else values
    numbers = {written: _number(written) for written in values}
    numeric = None not in numbers.values()
    new = [(numbers if numeric else values).get(written) for _, written in pairs]
    same_type = not values or (
        column.type is ColumnType.TEXT and not numeric and values is not as_truths
    )
    same_type = same_type or (column.type in NUMERIC and numeric)
    found = [
        ValuePair(old=_old(typed(old, column)), new=value)
        for (old, _), value in zip(pairs, new, strict=True)
    ]
    otherwise: Literal["keep", "missing"] = "keep" if same_type else "missing"
    if otherwise == "missing":
        found = _in_every_case(found)
    return MapValues(columns=(column.name,), pairs=tuple(found), otherwise=otherwise)


def _in_every_case(pairs: list[ValuePair]) -> list[ValuePair]:
    """The pairs, of which "low" is of Low and LOW as well: else those would become missing."""
    found = {pair.old: pair for pair in pairs}
    for pair in pairs:
        if isinstance(pair.old, str):
            for old in (pair.old.lower(), pair.old.capitalize(), pair.old.upper()):
                found.setdefault(old, replace(pair, old=old))
    return list(found.values())


def _is_wish(written: Written) -> bool:
    """Whether it is what is to be done, and no value: "status: trim it, size: make it upper"."""
    return written.kind is Kind.WORD and not {"it", "them"}.isdisjoint(written.text.split()[1:])


def _is_missing(written: Written) -> bool:
    return written.kind is Kind.WORD and written.text.casefold() in words.MISSING_VALUE


def _says_truth(written: Written) -> bool:
    return written.kind is Kind.WORD and written.text.casefold() in {"true", "false"}


def _number(written: Written) -> Scalar:
    return None if written.kind is Kind.QUOTED else as_number(written.text)


def _old(value: Scalar) -> str | int | float | bool:
    if value is None:
        raise Question("Fill missing values instead: say fill, and with what.")
    return value


RULES = (map_values,)
