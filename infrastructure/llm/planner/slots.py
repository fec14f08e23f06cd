"""What the slots of patterns read: names, numbers, texts, conditions.

A slot yields each way to read what stands at the reader's position, the reader then behind it; the
likeliest first. It yields nothing where nothing of its kind stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args

from domain.actions import Condition
from domain.actions.date_parts import DatePart
from domain.actions.grouping import AggregateFunction
from infrastructure.llm.planner import words
from infrastructure.llm.planner.condition_words import COMPARED
from infrastructure.llm.planner.conditions import read_condition
from infrastructure.llm.planner.figures import (
    FUNCTION_WORDS,
    function_of,
    read_figures,
    read_functions,
)
from infrastructure.llm.planner.flagged_rows import read_flagged_rows
from infrastructure.llm.planner.formulas import read_formula
from infrastructure.llm.planner.new_cells import (
    read_condition_before,
    read_new_cell,
    read_predicate,
)
from infrastructure.llm.planner.question_scope import read_scope, read_things
from infrastructure.llm.planner.reader import Question, Reader
from infrastructure.llm.planner.rules_types import read_order
from infrastructure.llm.planner.superlatives import read_superlative
from infrastructure.llm.planner.tokens import Kind
from infrastructure.llm.planner.units import SAID, SPELLINGS, Unit
from infrastructure.llm.planner.values import Written, as_number, read_pattern, read_value

Slot = Callable[[Reader], Iterator[Any]]

_NAME_STOPS = (
    *("and", "then", "in", "for", "of", "if", "by", "where", "from", "with", "to", "please", "as"),
    *("also", "thanks", "so", "because", "instead", "that", "which", "when", "is", "the", "using"),
    *("column", "columns", "field"),
)
_LONGEST_NAME = 4
_WHOLE_WORDS = 4
_MOST_PAIRS = 100
_RANGE = re.compile(r"([0-9]{1,9})[-\u2013]([0-9]{1,9})")
_BECOMES = (
    "to",
    "->",
    "→",
    "=>",
    "=",
    ":",
    "becomes",
    "become",
    "into",
    "by",
    "with",
    "as",
    "means",
)


def _columns(reader: Reader) -> Iterator[tuple[str, ...]]:
    start = reader.position
    names = reader.columns()
    if names:
        yield names
        if len(names) > 1 and names != reader.shape.column_names:
            reader.position = start
            first = reader.column()
            if first is not None:
                yield (first,)


def _column(reader: Reader) -> Iterator[str]:
    name = reader.column()
    if name is not None:
        yield name


def _new_name(reader: Reader) -> Iterator[str]:
    """A name for a column: in quotes, or of few words, the fewest first."""
    token = reader.token()
    if token is None:
        return
    start = reader.position
    if token.kind is Kind.QUOTED:
        reader.position += 1
        yield token.text
        return
    for length in range(1, _LONGEST_NAME + 1):
        reader.position = start + length - 1
        last = reader.token()
        if last is None or last.kind not in {Kind.WORD, Kind.NUMBER} or reader.at(*_NAME_STOPS):
            return
        reader.position = start + length
        yield reader.text(start, start + length)


def _new_names(reader: Reader) -> Iterator[tuple[str, ...]]:
    """At least two names, with commas or an "and" between.

    The longest list comes first; one with a word for a command last: "into a and b and drop c".
    """
    lists: list[tuple[bool, int, tuple[str, ...], int]] = []
    found: list[str] = []
    commanding = goes_on = False
    while True:
        for name in _new_name(reader):
            end, names = reader.position, (*found, name)
            lists.append((commanding, -len(names), names, end))
            goes_on = any([reader.take(","), reader.take("and")])
            if goes_on:
                break
            reader.position = end
        if not goes_on:
            break
        found.append(name)
        commanding, goes_on = commanding or reader.at_verb(), False
    for _, _, names, end in sorted(lists, key=lambda each: each[:2]):
        if len(names) > 1:
            reader.position = end
            yield names


def _number(reader: Reader) -> Iterator[int | float]:
    """A number in digits or in words."""
    start = reader.position
    for length in range(_WHOLE_WORDS, 0, -1):
        if start + length > len(reader.tokens):
            continue
        if any(t.kind in {Kind.QUOTED, Kind.SIGN} for t in reader.tokens[start : start + length]):
            continue
        number = as_number(reader.text(start, start + length))
        if number is not None:
            reader.position = start
            reader.advance(length)
            yield number
            return


def _whole(reader: Reader) -> Iterator[int]:
    for number in _number(reader):
        if isinstance(number, int):
            yield number


def _range(reader: Reader) -> Iterator[tuple[int, int]]:
    """ "10-20" as it is written, without spaces."""
    token = reader.token()
    found = _RANGE.fullmatch(token.text) if token is not None else None
    if found is not None:
        reader.advance()
        yield int(found[1]), int(found[2])


def _percent(reader: Reader) -> Iterator[float]:
    token = reader.token()
    if token is not None and token.kind is Kind.NUMBER and token.text.endswith("%"):
        number = as_number(token.text.removesuffix("%"))
        if number is not None:
            reader.advance()
            yield number
        return
    for number in _number(reader):
        if reader.take("percent", "per cent", "%"):
            yield number


def _mark(reader: Reader) -> Iterator[str]:
    """A sign by its name, in quotes, or as it is."""
    named = reader.take(*words.MARKS)
    if named is not None:
        reader.take("character", "characters", "sign", "signs", "symbol", "symbols")
        yield words.MARKS[named]
        return
    token = reader.token()
    if token is None:
        return
    bare = token.kind is not Kind.NUMBER and not any(c.isalnum() or c == "\n" for c in token.text)
    if token.kind is Kind.QUOTED or bare:
        reader.position += 1
        yield token.text


def _quoted(reader: Reader) -> Iterator[str]:
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.position += 1
        yield token.text


def _sign(reader: Reader) -> Iterator[str]:
    """A text without letters and digits: by its name, in quotes, or as it is."""
    if reader.at("space", "spaces", "blank", "whitespace", "white space"):
        # Around the text, or within it?
        return
    for mark in _mark(reader):
        if mark and not any(character.isalnum() for character in mark):
            yield mark


def _pairs(reader: Reader) -> Iterator[list[tuple[Written, Written]]]:
    """ "a to b, c to d and e to f"; "becomes", "->", "=" and ":" stand for "to".

    Several may become one: "m and M become male".
    """
    found: list[tuple[Written, Written]] = []
    while True:
        before = reader.position
        if found:
            joined = [reader.take(",", ";"), reader.take("and")]
            if not any(joined):
                break
        olds = _olds(reader)
        becomes = reader.take(*_BECOMES) if olds else None
        new = read_value(reader, *_BECOMES) if becomes else None
        if new is None:
            reader.position = before
            break
        found += [(old, new) for old in olds]
        if len(found) > _MOST_PAIRS:
            raise Question(f"That is more than {_MOST_PAIRS} values. Please send fewer at a time.")
    if found:
        yield found


def _olds(reader: Reader) -> list[Written]:
    """The values up to a word for "becomes", with commas or an "and" between."""
    found: list[Written] = []
    while True:
        old = read_value(reader, *_BECOMES)
        if old is None:
            return []
        found.append(old)
        joined = [reader.take(","), reader.take("and", "or")]
        if not any(joined):
            return found
        if len(found) > _MOST_PAIRS:
            return []


def _text(reader: Reader) -> Iterator[str]:
    """A text to look for or to put: in quotes, a sign, or one bare word."""
    start = reader.position
    yield from _mark(reader)
    reader.position = start
    token = reader.token()
    if token is not None and token.kind in {Kind.WORD, Kind.NUMBER}:
        reader.position += 1
        yield token.text


def _one_word(reader: Reader) -> Iterator[str]:
    """A text in quotes, or one bare word."""
    token = reader.token()
    if token is not None and token.kind in {Kind.QUOTED, Kind.WORD}:
        reader.position += 1
        yield token.text


def _regex(reader: Reader) -> Iterator[str]:
    """A regular expression: in quotes, or as it stands up to the next white space."""
    pattern = read_pattern(reader)
    if pattern is not None:
        yield pattern


def _value(reader: Reader) -> Iterator[Written]:
    written = read_value(reader)
    if written is not None:
        yield written


def _condition(reader: Reader) -> Iterator[Condition]:
    condition = read_condition(reader)
    if condition is not None:
        yield condition


def _flagged(reader: Reader) -> Iterator[Condition]:
    condition = read_flagged_rows(reader)
    if condition is not None:
        yield condition


def _day_first(reader: Reader) -> Iterator[bool]:
    order = read_order(reader)
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


_DATE_PARTS: Mapping[DatePart, tuple[str, ...]] = {
    "year": ("year", "years"),
    "quarter": ("quarter", "quarters"),
    "month": ("month", "months", "month number"),
    "month_name": ("month name", "month names", "name of the month", "name of month"),
    "week": ("week", "weeks", "week number", "calendar week", "iso week", "week of the year"),
    "day": ("day", "days", "day of the month", "day of month"),
    "day_of_year": ("day of the year", "day of year"),
    "weekday_name": (
        *("weekday name", "weekday names", "day name", "day names", "name of the weekday"),
        *("name of the day", "day of the week name"),
    ),
    "weekday": ("weekday", "day of the week", "day of week", "weekdays", "weekday number"),
    "hour": ("hour", "hours"),
    "minute": ("minute", "minutes"),
    "second": ("second", "seconds"),
}
_DATE_PART_WORDS = {phrase: part for part, said in _DATE_PARTS.items() for phrase in said}
TimeUnit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
_TIME_UNITS: Mapping[str, TimeUnit] = {
    spelling: unit
    for unit in get_args(TimeUnit)
    for spelling in (unit, unit[:-1], f"full {unit}", f"whole {unit}")
}


def _date_parts(reader: Reader) -> Iterator[tuple[DatePart, ...]]:
    found: list[DatePart] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and")] if found else ["first"]
        reader.skip("the")
        phrase = reader.take(*_DATE_PART_WORDS) if any(joined) else None
        if phrase is None:
            reader.position = before
            break
        found.append(_DATE_PART_WORDS[phrase])
    if found:
        yield tuple(found)


def _time_unit(reader: Reader) -> Iterator[TimeUnit]:
    phrase = reader.take(*_TIME_UNITS)
    if phrase is not None:
        yield _TIME_UNITS[phrase]


_TYPE_WORDS = {phrase: kind for kind, phrases in words.TYPES.items() for phrase in phrases}
_COMPARED_WORDS = {phrase: said for said, phrases in COMPARED.items() for phrase in phrases}
_SIGN_OF = {"greater": ">", "greater_or_equal": ">=", "less": "<", "less_or_equal": "<="}
_LONGEST_REMARK = 14
_LONGEST_LABEL = 3


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


def _about(reader: Reader) -> Iterator[tuple[str, ...]]:
    """Some words of a remark, the fewest first."""
    start = reader.position
    for length in range(1, _LONGEST_REMARK + 1):
        here = reader.tokens[start : start + length]
        if len(here) < length or here[-1].text in {";", "\n", "?"}:
            return
        reader.position = start + length
        yield tuple(token.word for token in here)


def _numbers(reader: Reader) -> Iterator[tuple[int | float, ...]]:
    """Numbers with commas or an "and" between."""
    found: list[int | float] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "&")] if found else ["first"]
        number = next(_number(reader), None) if any(joined) else None
        if number is None:
            reader.position = before
            break
        found.append(number)
    if found:
        yield tuple(found)


def _labels(reader: Reader) -> Iterator[tuple[str, ...]]:
    """At least two texts with commas or an "and" between."""
    found: list[str] = []
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "&")] if found else ["first"]
        label = _label(reader) if any(joined) else None
        if label is None:
            reader.position = before
            break
        found.append(label)
    if len(found) > 1:
        yield tuple(found)


def _label(reader: Reader) -> str | None:
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.position += 1
        return token.text
    start = reader.position
    while (token := reader.token()) is not None and reader.position - start < _LONGEST_LABEL:
        if token.kind not in {Kind.WORD, Kind.NUMBER} or reader.at(*_NAME_STOPS, "at", "into"):
            break
        reader.position += 1
    return reader.text(start, reader.position) or None


SLOTS: Mapping[str, Slot] = {
    "columns": _columns,
    "column": _column,
    "name": _new_name,
    "names": _new_names,
    "number": _number,
    "whole": _whole,
    "range": _range,
    "percent": _percent,
    "mark": _mark,
    "text": _text,
    "word": _one_word,
    "quoted": _quoted,
    "sign": _sign,
    "pairs": _pairs,
    "regex": _regex,
    "value": _value,
    "condition": _condition,
    "condition_before": read_condition_before,
    "new_cell": read_new_cell,
    "predicate": read_predicate,
    "type_word": _type_word,
    "day_first": _day_first,
    "compared": _compared_sign,
    "about": _about,
    "numbers": _numbers,
    "labels": _labels,
    "date_parts": _date_parts,
    "time_unit": _time_unit,
    "unit": _unit,
    "rows": _rows_word,
    "row": _row_word,
    "superlative": read_superlative,
    "formula": read_formula,
    "figures": read_figures,
    "figure_word": _figure_word,
    "figure_words": read_functions,
    "scope": read_scope,
    "flagged": _flagged,
    "things": read_things,
}
