"""The readings a column may have, the narrower before the wider."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from domain.dataset import Interpretation
from infrastructure.tabular.types.date_types import date_readings
from infrastructure.tabular.types.given_types import readings_of_type
from infrastructure.tabular.types.missing_readings import code_readings, readings_without_values
from infrastructure.tabular.types.missing_words import words_beside_values
from infrastructure.tabular.types.number_formats import lone_groups, written_numbers
from infrastructure.tabular.types.number_types import plain_numbers, whole_numbers
from infrastructure.tabular.types.readings import (
    ANY_TEXT,
    Expression,
    Reading,
    Uncertainty,
    text_like,
)
from infrastructure.tabular.types.truth_values import truth_readings, words_of_truth

_DIGIT = re.compile(r"[0-9]")
# No number and no date is longer or holds one of these characters, but for the name of a zone.
_NUMBER_OR_DATE = re.compile(
    r"""(?=.*[0-9])[^@_=&;#"!?<>{}\[\]|*~^\\]{1,60}|[+-]?[Ii][Nn][Ff]\w*"""
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{4,20}[A-Za-z0-9 +:\[/_-]{1,40}\]?"
)
_VERSION = re.compile(
    r"(?i:(?<![a-z])(?:version|ver|release)(?![a-z]))|[a-z](?:Version|Release)(?![a-z])"
)
_WHOLE = re.compile("-?[0-9]+")
_LONE_GROUP = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})?")
# So programs write texts of digits that spreadsheet programs are to leave alone: ="00501".
_TEXT_AS_FORMULA = re.compile('="[^"]*"')
_LEFT_ALONE = Uncertainty(
    kind="text_as_formula",
    message='values such as ="00501", by which programs keep spreadsheets from counting, were left '
    "as they stand, with the sign and the quotes",
)
_PLAIN = re.compile(r"[-+]?(?:[0-9.]+(?:[eE][-+]?[0-9]+)?|[Ii][Nn][Ff]\w*)")


def readings_of(name: str, values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    """What a column with such values could be, in order; the last fits anything.

    `values` are bare and not empty, words for missing values among them.
    """
    for reading in _in_order(name, values, given):
        fits = reading.fits
        if given.missing is not None and fits is not None:
            yield replace(reading, fits=_but_for(fits, words_beside_values(given)))
        else:
            yield reading


def _but_for(fits: Expression, words: Sequence[str]) -> Expression:
    """A word that a person says is missing is no value, even where it could be: -999."""
    return lambda bare: fits(bare) & ~bare.is_in(words)


def _in_order(name: str, values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    wanted = given.types.get(name)
    beside = frozenset(words_beside_values(given))
    others = [value for value in values if value not in beside]
    if wanted is not None:
        yield from readings_of_type(wanted, _by_themselves(name, values, others, given))
    elif others:
        yield from _by_themselves(name, values, others, given)
    else:
        yield from readings_without_values(given)
    yield ANY_TEXT


def _by_themselves(
    name: str, values: Sequence[str], others: Sequence[str], given: Interpretation
) -> Iterator[Reading]:
    if _all_match(_TEXT_AS_FORMULA, others):
        yield text_like(_TEXT_AS_FORMULA.pattern, _LEFT_ALONE)
    if words_of_truth().issuperset(others):
        yield from truth_readings()
    if not any(_DIGIT.search(value) for value in values):
        yield from code_readings()
    if not _all_match(_NUMBER_OR_DATE, others):
        return
    if _all_match(_WHOLE, others):
        yield from whole_numbers()
    if _all_match(_LONE_GROUP, others):
        yield from lone_groups(given)
    if _VERSION.search(name):
        # 1.10 is the version after 1.9, and no number.
        yield text_like(r"[0-9]+(?:\.[0-9]+)+|[0-9]+")
    if given.decimal != "," and _all_match(_PLAIN, others):
        yield from plain_numbers(others)
    yield from written_numbers(others, given)
    yield from date_readings(others, given)


def _all_match(pattern: re.Pattern[str], values: Iterable[str]) -> bool:
    """A quick look whether it is worth to try some readings; these look closer themselves."""
    return all(pattern.fullmatch(value) for value in values)
