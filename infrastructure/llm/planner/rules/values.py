"""Commands about single values: filling gaps and replacing cells."""

from typing import Literal, cast

from domain.actions import Action, Fill, ReplaceValues
from domain.plan import Choice
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.formulas import number_or_column
from infrastructure.llm.planner.phrases.truth_values import is_truth_value_for
from infrastructure.llm.planner.phrases.typed_values import says_number_in_words, typed
from infrastructure.llm.planner.phrases.unclear_values import (
    ask_if_several,
    ask_whose,
    clear,
    looks_unclear,
    names_owner,
)
from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC, TEXT
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

Strategy = Literal["mean", "median", "mode"]

_STRATEGIES = {
    "mean": ("mean", "average", "avg", "means", "averages", "mean value", "average value"),
    "median": ("median", "medians", "median value"),
    "mode": (
        *("mode", "modes", "most common value", "most frequent value", "most common", "mode value"),
        *("most frequent", "commonest value", "most common one"),
    ),
}
_STRATEGY_WORDS = tuple(phrase for phrases in _STRATEGIES.values() for phrase in phrases)
_CONVERTING = ("convert", "change", "turn", "set", "treat")
_TYPE_WORDS = tuple(phrase for phrases in words.TYPES.values() for phrase in phrases)
_GAPS = (*words.MISSING, "missing value")
_SUBSTITUTES = ("with", "by", "to", "into", "as", "->", "→", "=>", "for")


def fill_missing(reader: Reader) -> tuple[Action, ...] | None:
    """Read "fill age with the median", "replace nulls in x by 0", "impute age using the mean"."""
    filling = reader.take(*words.FILL)
    if not filling and not reader.take(*words.REPLACE):
        return None
    actions = _one_fill(reader, named=filling is not None)
    if actions is None:
        return None
    while True:
        before, missed = reader.position, reader.missed
        reader.take(",")
        joined = reader.take("and")
        more = None
        if joined and not reader.at_verb():
            more = _one_fill(reader, named=True, again=True)
        if more is None:
            reader.position, reader.missed = before, missed if not joined else reader.missed
            return actions
        actions += more


def _one_fill(reader: Reader, *, named: bool, again: bool = False) -> tuple[Action, ...] | None:
    reader.skip("the", "all", "any", "every", "in", "up", "of")
    gaps = reader.take(*_GAPS)
    if gaps:
        reader.take(*words.VALUES)
        reader.take(*words.IN)
    elif not named:
        return None
    names = _theirs(reader) or reader.columns()
    if reader.take("missing", "nulls", "gaps", "null") or gaps:
        reader.take(*words.VALUES)
    if names is None and not gaps and not reader.at(*words.WITH):
        return None
    if not reader.take("with", "by", "using", "to", "as", "->", "→", "=>"):
        if again or names is None:
            return None
        raise Question(
            f"What should fill {', '.join(names)}: the mean, median, mode or a fixed value? "
            f"Say: fill {names[0]} with the median."
        )
    return _filled(reader, names)


def _theirs(reader: Reader) -> tuple[str, ...] | None:
    """The columns that "its" of "its gaps" means."""
    start = reader.position
    if reader.changed and reader.take("its", "their") and reader.at(*_GAPS):
        return reader.changed
    reader.position = start
    return None


def _filled(reader: Reader, names: tuple[str, ...] | None) -> tuple[Action, ...] | None:
    strategy = _strategy(reader)
    if strategy and names:
        _take_again(reader, names)
    written = None if strategy else _constant(reader)
    if not strategy and written is None:
        return None
    if names is None and reader.take("in", "of", "for"):
        names = reader.columns()
    if names is None:
        names = _with_gaps(reader, strategy)
        if written is not None:
            _refuse_unsuited(reader, names, written)
    if strategy:
        return (Fill(columns=names, strategy=strategy),)
    return _constants(reader, names, written) if written else None


def _strategy(reader: Reader) -> Strategy | None:
    before = reader.position
    reader.skip("the", "their", "its", "column", "column's", "own", "each", "respective", "a")
    phrase = reader.take(*_STRATEGY_WORDS)
    if phrase is None:
        reader.position = before
        return None
    reader.take("of the column", "of each column", "of that column", "value", "values")
    found = next(kind for kind, phrases in _STRATEGIES.items() if phrase in phrases)
    return cast("Strategy", found)


def _take_again(reader: Reader, names: tuple[str, ...]) -> None:
    """The second age of "fill age with the median of age"."""
    before, missed = reader.position, reader.missed
    reader.take("of")
    if reader.columns() != names:
        reader.position, reader.missed = before, missed


def _constant(reader: Reader) -> Written | None:
    reader.take("the value", "a value of", "value", "the word", "the text", "the constant")
    start = reader.position
    written = read_value(reader)
    if written is not None and (looks_unclear(written) or _names_column(reader, written, start)):
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'. "
            "I can fill with the mean, the median, the mode or a fixed value."
        )
    is_number = written is not None and written.kind is Kind.NUMBER
    if written is not None and is_number and written.text in reader.shape.column_names:
        raise number_or_column(written.text)
    return written


def _names_column(reader: Reader, written: Written, start: int) -> bool:
    if written.kind is not Kind.WORD:
        return False
    end, missed = reader.position, reader.missed
    reader.position = start
    found = reader.column(guess=False) is not None and reader.position == end
    reader.position, reader.missed = end, missed
    return found


def _with_gaps(reader: Reader, strategy: Strategy | None) -> tuple[str, ...]:
    """The columns that have something to fill; with a mean or median, only numbers."""
    wanted = NUMERIC if strategy in {"mean", "median"} else frozenset(ColumnType)
    suited = [c for c in reader.shape.columns if c.type in wanted]
    found = tuple(c.name for c in suited if c.nulls or not reader.fresh)
    if not found:
        which = "number column" if wanted is NUMERIC else "column"
        raise Question(f"No {which} has missing values, so there is nothing to fill.")
    return found


def _refuse_unsuited(reader: Reader, names: tuple[str, ...], written: Written) -> None:
    wanted = NUMERIC if written.kind is Kind.NUMBER else TEXT
    if any(reader.column_named(name).type not in wanted for name in names):
        raise Question(
            f"{written.text!r} does not suit every column with missing values. "
            f"Which columns do you mean: {', '.join(names)}?"
        )


def _constants(reader: Reader, names: tuple[str, ...], written: Written) -> tuple[Action, ...]:
    """One action for each kind of value: 0 is a number in one column and text in another."""
    by_value: dict[tuple[type, object], list[str]] = {}
    for name in names:
        value = typed(written, reader.column_named(name))
        by_value.setdefault((type(value), value), []).append(name)
    return tuple(
        Fill(columns=tuple(found), strategy="constant", value=cast("str | float", value))
        for (_, value), found in by_value.items()
    )


def replace_values(reader: Reader) -> tuple[Action, ...] | None:
    """Read "change USA to United States in country", "in city, replace 'N/A' with missing"."""
    names = _leading_columns(reader)
    verb = reader.take(*words.REPLACE)
    if verb is None:
        return None
    if names is None and reader.take("in"):
        names = reader.columns()
        reader.take(",")
    reader.take("all occurrences of", "every occurrence of", "all", "any", "every", "each", "the")
    reader.take("value", "values", "word", "text", "cells", "cell", "string")
    start = reader.position
    olds = _old_values(reader)
    if names is None and olds and reader.take("in", "within", "inside", "from"):
        names = reader.columns()
        if names is None:
            return None
    if not olds or not reader.take(*_SUBSTITUTES):
        return None
    if names is None and verb in _CONVERTING and reader.at(*_TYPE_WORDS):
        # "Convert weight to number" is about a column that there is not.
        return None
    new = _new_value(reader)
    if new is None and not _take_missing(reader):
        return None
    end = reader.position
    if names is None and reader.take("in", "for", "within", "of", "from", "inside"):
        names = reader.columns()
        if names is None:
            return None
    after, reader.position = reader.position, end
    if names is None:
        ask_whose(reader, olds[0], new, start)
    if new is not None:
        ask_if_several(olds[0], new, names)
    reader.position = after
    if names is None:
        _ask_if_of_column(reader, olds[0], new, start)
    _refuse_doubtful(reader, olds, new, names, start)
    return tuple(a for old in map(_as_sign, olds) for a in _replacements(reader, old, new, names))


def _leading_columns(reader: Reader) -> tuple[str, ...] | None:
    start = reader.position
    if reader.take("in", "for"):
        names = reader.columns()
        reader.take(",")
        if names and reader.at(*words.REPLACE):
            return names
    reader.position = start
    return None


def _old_values(reader: Reader) -> list[Written]:
    found: list[Written] = []
    while True:
        written = read_value(reader, *(() if found else ("with",)))
        if written is None:
            return found
        found.append(written)
        before = reader.position
        joined = [reader.take(","), reader.take("and", "or")]
        if not any(joined) or (written.kind is Kind.WORD and " " in written.text):
            reader.position = before
            return found


def _new_value(reader: Reader) -> Written | None:
    before = reader.position
    reader.skip("a", "the")
    token = reader.token()
    if token is None or (token.kind is not Kind.QUOTED and reader.at(*words.MISSING_VALUE)):
        reader.position = before
        return None
    reader.position = before
    return read_value(reader)


def _take_missing(reader: Reader) -> bool:
    reader.skip("a", "the")
    found = reader.take(*words.MISSING_VALUE) is not None
    reader.take("values", "value", "cells", "cell")
    return found


def _refuse_doubtful(
    reader: Reader,
    olds: list[Written],
    new: Written | None,
    names: tuple[str, ...] | None,
    start: int,
) -> None:
    """What could as well mean something else: a part of cells, a whole column, no value at all."""
    for old in olds:
        sign = _as_sign(old).text
        if new is not None and sign and not any(character.isalnum() for character in sign):
            raise _which_part(reader, old, sign, new, names)
    after = reader.position
    reader.position = start
    column = reader.column(guess=False) if olds[0].kind is Kind.WORD else None
    reader.position = after
    if column is not None and names is None:
        raise Question(
            f"I cannot change all of {column!r} to {new.text if new else 'missing'!r}. "
            f"I can replace one value: replace 'old' with 'new' in {column}."
        )
    for written in (*olds, new) if new else olds:
        clear(written)


def _ask_if_of_column(reader: Reader, old: Written, new: Written | None, start: int) -> None:
    """Raise Question at "change room 104 to 105" where a column is called Room No."""
    if old.kind is not Kind.WORD or " " not in old.text:
        return
    end, missed = reader.position, reader.missed
    reader.position = start
    name = reader.column()
    value = reader.text(reader.position, start + len(old.text.split()))
    reader.position, reader.missed = end, missed
    if name is not None and value and not looks_unclear(Written(value, Kind.WORD)):
        columns = ", ".join(reader.shape.column_names)
        if names_owner(old.text):
            raise Question(f"I found no column {value!r}. The columns are: {columns}.")
        to = "missing" if new is None else quotation(new.text)
        raise Question(
            f"Do you mean the text {old.text!r}, or {value!r} in {name}?",
            (
                Choice(
                    label=f"{value} in {name}",
                    message=f"replace {quotation(value)} with {to} in {quotation(name)}",
                ),
                Choice(label=old.text, message=f"replace {quotation(old.text)} with {to}"),
            ),
        )


def _as_sign(old: Written) -> Written:
    """The sign that a bare word names: - for dash."""
    sign = words.MARKS.get(old.text.casefold()) if old.kind is Kind.WORD else None
    return old if sign is None else Written(sign, Kind.QUOTED)


def _which_part(
    reader: Reader, old: Written, sign: str, new: Written, names: tuple[str, ...] | None
) -> Question:
    """Whether cells are meant that are only the sign, or the sign wherever it stands in one."""
    before, after = reader.text_around(reader.start, reader.position)
    by, to = quotation(sign), quotation(new.text)
    told = f"Do you mean cells that are only {sign!r}, or {sign!r} as a part of any text?"
    if names is None:
        return Question(f"{told} And in which column?")
    columns = " and ".join(map(quotation, names))
    plain = new.text if new.kind is Kind.NUMBER else to
    cells = f"{before}every {by} in {columns} should become {plain}{after}"
    inside = f"{before}replace {by} with {to} in {columns}{after}"
    word = f"{before}replace {quotation(old.text)} with {plain} in {columns}{after}"
    choices = (
        Choice(label=f"cells that are only {sign}", message=cells),
        Choice(label=f"every {sign}", message=inside),
        Choice(label=f"the word {old.text}", message=word),
    )
    return Question(told, choices if old.kind is Kind.WORD else choices[:2])


def _replacements(
    reader: Reader, old: Written, new: Written | None, names: tuple[str, ...] | None
) -> tuple[Action, ...]:
    if names is None:
        names = _searched(reader, old, new)
        if not names:
            raise Question(f"In which column is {old.text!r}? Say: replace … with … in the column.")
    by_values: dict[tuple[object, ...], list[str]] = {}
    for name in names:
        column = reader.column_named(name)
        before, after = typed(old, column), None if new is None else _typed_new(old, new, column)
        by_values.setdefault((type(before), before, type(after), after), []).append(name)
    return tuple(
        ReplaceValues(
            columns=tuple(found),
            old=cast("str | float", before),
            new=cast("str | float | None", after),
        )
        for (_, before, _, after), found in by_values.items()
    )


def _searched(reader: Reader, old: Written, new: Written | None) -> tuple[str, ...]:
    """The columns to look in where none is named.

    A number in words, such as two, is looked for as text, and as a number where that can be meant.
    """
    if old.kind is not Kind.NUMBER:
        return reader.of_types(TEXT)
    if not says_number_in_words(old):
        return reader.of_types(NUMERIC)
    number = None if new is None else as_number(new.text)
    same = number is not None and number == as_number(old.text)
    in_numbers = not same and (new is None or number is not None)
    texts = reader.of_types(TEXT)
    return texts + reader.of_types(NUMERIC) if in_numbers or not texts else texts


def _typed_new(old: Written, new: Written, column: Column) -> object:
    """The new value. Raises Question where it changes nothing, or is meant as a text."""
    first = f"Convert {column.name} to text first if you want the text {new.text!r}."
    if column.type in NUMERIC and says_number_in_words(new):
        number = as_number(new.text)
        raise Question(f"{column.name!r} holds numbers. {first} For the number, write {number}.")
    if column.type is ColumnType.BOOLEAN and not is_truth_value_for(old, new):
        raise Question(f"{column.name!r} holds truth values: true or false. {first}")
    return typed(new, column)
