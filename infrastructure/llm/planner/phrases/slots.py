"""What the slots of patterns read: names, numbers, texts, conditions.

A slot yields each way to read what stands at the reader's position, the reader then behind it; the
likeliest first. It yields nothing where nothing of its kind stands.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.actions import Comparison, Condition, Operator
from domain.actions.grouping import AggregateFunction
from infrastructure.llm.planner.phrases.conditions import read_condition
from infrastructure.llm.planner.phrases.date_words import (
    read_date_parts,
    read_period,
    read_periodic,
    read_time_unit,
)
from infrastructure.llm.planner.phrases.day_order import read_day_order
from infrastructure.llm.planner.phrases.figures import (
    FUNCTION_WORDS,
    function_of,
    read_figures,
    read_functions,
)
from infrastructure.llm.planner.phrases.flagged_rows import read_flagged_rows
from infrastructure.llm.planner.phrases.formulas import read_formula, read_measure
from infrastructure.llm.planner.phrases.group_sizes import read_groups
from infrastructure.llm.planner.phrases.held_lists import read_held_list
from infrastructure.llm.planner.phrases.named_rows import read_named_rows
from infrastructure.llm.planner.phrases.new_cells import (
    read_condition_before,
    read_new_cell,
    read_predicate,
)
from infrastructure.llm.planner.phrases.new_names import read_labels, read_new_name, read_new_names
from infrastructure.llm.planner.phrases.numbers import (
    read_number,
    read_numbers,
    read_percent,
    read_range,
    read_whole,
)
from infrastructure.llm.planner.phrases.question_scope import read_months, read_scope, read_things
from infrastructure.llm.planner.phrases.sort_keys import read_sort_keys
from infrastructure.llm.planner.phrases.spans import read_span
from infrastructure.llm.planner.phrases.superlatives import read_superlative
from infrastructure.llm.planner.phrases.texts import (
    read_affix,
    read_mark,
    read_quoted,
    read_regex,
    read_sign,
    read_signs,
    read_text,
    read_word,
)
from infrastructure.llm.planner.phrases.value_pairs import read_pairs
from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.phrases.values_without_column import (
    HeldValues,
    read_held_values,
    read_without_column,
)
from infrastructure.llm.planner.phrases.written_dates import read_day
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.condition_words import COMPARED
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.units import SAID, SPELLINGS, Unit

Slot = Callable[[Reader], Iterator[Any]]


def _columns(reader: Reader) -> Iterator[tuple[str, ...]]:
    start = reader.position
    names = reader.columns()
    if names:
        yield names
        if len(names) > 1 and names not in {reader.shape.column_names, reader.changed}:
            reader.position = start
            first = reader.column()
            if first is not None:
                yield (first,)


def _column(reader: Reader) -> Iterator[str]:
    name = reader.column()
    if name is not None:
        yield name


def _value(reader: Reader) -> Iterator[Written]:
    written = read_value(reader)
    if written is not None:
        yield written


def _condition(reader: Reader) -> Iterator[Condition]:
    condition = read_condition(reader)
    if condition is not None:
        yield condition


def _held(reader: Reader) -> Iterator[Condition]:
    start = reader.position
    condition = read_without_column(reader, read_condition)
    if condition is not None:
        yield condition
    end, reader.position = reader.position, start
    found = read_held_values(reader)
    if found is not None and reader.position < end:
        # Of "Ann to Bonn", the second is what is to become of it.
        name, cells, as_said = found
        operator: Operator = "equals" if len(cells) == 1 else "in"
        yield Comparison(
            column=name, operator=operator, values=tuple(cells), ignore_case=not as_said
        )


def _held_values(reader: Reader) -> Iterator[HeldValues]:
    found = read_held_values(reader)
    if found is not None:
        yield found


def _flagged(reader: Reader) -> Iterator[Condition]:
    condition = read_flagged_rows(reader, nouns=True)
    if condition is not None:
        yield condition


def _day_first(reader: Reader) -> Iterator[bool]:
    order = read_day_order(reader)
    if order is not None:
        yield order


def _unit(reader: Reader) -> Iterator[Unit]:
    reader.skip("degrees")
    phrase = reader.take(*SAID)
    if phrase is not None:
        yield SPELLINGS[phrase]


def _rows_word(reader: Reader) -> Iterator[str]:
    found = reader.take_rows()
    if found is not None:
        yield found


def _row_word(reader: Reader) -> Iterator[str]:
    """A word for rows, or for one: "orders", "order", and of each row's own "ticket"."""
    found = reader.take_row()
    if found is not None:
        yield found


def _figure_word(reader: Reader) -> Iterator[AggregateFunction]:
    phrase = reader.take(*FUNCTION_WORDS)
    if phrase is not None:
        yield function_of(phrase)


_TYPE_WORDS = {phrase: kind for kind, phrases in words.TYPES.items() for phrase in phrases}
_COMPARED_WORDS = {phrase: said for said, phrases in COMPARED.items() for phrase in phrases}
_SIGN_OF = {"greater": ">", "greater_or_equal": ">=", "less": "<", "less_or_equal": "<="}
_LONGEST_REMARK = 14


def _type_word(reader: Reader) -> Iterator[str]:
    phrase = reader.take(*_TYPE_WORDS)
    if phrase is not None:
        yield _TYPE_WORDS[phrase]


def _compared_sign(reader: Reader) -> Iterator[str]:
    """A comparison in words or as a sign, as the sign."""
    phrase = reader.take(*_COMPARED_WORDS)
    if phrase is not None:
        yield _SIGN_OF[_COMPARED_WORDS[phrase]]
        return
    sign = reader.take(*_SIGN_OF.values())
    if sign is not None:
        yield sign


_SAME = (
    *("the same as", "same as", "equal to", "equals", "equal", "identical to", "matches", "match"),
    *("=", "=="),
)
_OTHER = (
    *("not the same as", "not equal to", "does not equal", "differs from", "different from", "!="),
    *("does not match", "doesn't match", "<>", "different to", "doesn't equal", "not"),
)


def _relation(reader: Reader) -> Iterator[str]:
    """What one column is to another, as the sign of an expression."""
    stated = reader.take("is", "are", "was", "were", "being")
    for sign in _compared_sign(reader):
        yield sign
        return
    if reader.take(*_OTHER):
        yield "!="
    elif reader.take(*_SAME) or stated:
        yield "=="


def _about(reader: Reader) -> Iterator[tuple[str, ...]]:
    """Some words of a remark, the fewest first."""
    start = reader.position
    for length in range(1, _LONGEST_REMARK + 1):
        here = reader.tokens[start : start + length]
        if len(here) < length or here[-1].text in {";", "\n", "?"}:
            return
        reader.position = start + length
        yield tuple(token.word for token in here)


SLOTS: Mapping[str, Slot] = {
    "columns": _columns,
    "column": _column,
    "name": read_new_name,
    "names": read_new_names,
    "number": read_number,
    "whole": read_whole,
    "range": read_range,
    "percent": read_percent,
    "mark": read_mark,
    "text": read_text,
    "word": read_word,
    "quoted": read_quoted,
    "affix": read_affix,
    "sign": read_sign,
    "signs": read_signs,
    "pairs": read_pairs,
    "regex": read_regex,
    "value": _value,
    "condition": _condition,
    "named_rows": read_named_rows,
    "condition_before": read_condition_before,
    "new_cell": read_new_cell,
    "predicate": read_predicate,
    "type_word": _type_word,
    "day_first": _day_first,
    "compared": _compared_sign,
    "relation": _relation,
    "about": _about,
    "numbers": read_numbers,
    "labels": read_labels,
    "date_parts": read_date_parts,
    "time_unit": read_time_unit,
    "span": read_span,
    "period": read_period,
    "periodic": read_periodic,
    "day": read_day,
    "unit": _unit,
    "rows": _rows_word,
    "row": _row_word,
    "superlative": read_superlative,
    "formula": read_formula,
    "measure": read_measure,
    "figures": read_figures,
    "figure_word": _figure_word,
    "figure_words": read_functions,
    "order": read_sort_keys,
    "scope": read_scope,
    "flagged": _flagged,
    "held": _held,
    "held_list": read_held_list,
    "held_values": _held_values,
    "things": read_things,
    "groups": read_groups,
    "months": read_months,
}
