"""Whole numbers and fractions as most programs write them, where their type keeps all of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from domain.table import ColumnType
from infrastructure.tabular.types.readings import (
    Expression,
    Reading,
    Uncertainty,
    matching,
    text_like,
)

# Up to 15 significant digits come back from 64 bits whatever they are, up to 17 when they are the
# shortest that name the number (IEEE 754; Steele and White 1990), or those that "%.17g" prints.
_SURE_LENGTH = 16
_PRINTED_DIGITS = (16, 17)
EXACT_INTEGER = 2**53
_SMALLEST = 2.2250738585072014e-308

_WHOLE = "(?:0|[1-9][0-9]*)"
_SHORT_INTEGER = r"0|-?[1-9][0-9]{0,17}"
_INTEGER = r"0|-?[1-9][0-9]{0,18}"
_SHORT_NUMBER = r"-?(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]*)?|\.[0-9]+)"
_NUMBER = rf"-?(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_LONG_FRACTION = rf"^-?{_WHOLE}\.[0-9]{{6,}}(?:[eE][+-]?[0-9]+)?$"
_FRACTION = re.compile(r"\.|[eE][-+]")
_INFINITE = "[+-]?(?:[Ii]nf|[Ii]nfinity|INF)"
_PADDED = re.compile(r"[0-9]{1,3}\.[1-9]{1,2}0{1,2}")

# So spreadsheet programs write whole numbers of twelve digits and more. Ids have twenty at most,
# not so masses of planets and counts of molecules.
_SHORTENED = re.compile(r"[1-9](?:\.[0-9]{1,5})?E\+1[1-9]")
_DIGITS = re.compile("[0-9]+")

_CODES_WITH_E = Uncertainty(
    kind="number_or_code",
    message="values such as 12E4 may be numbers or codes; they were left as text",
)
_ONE_NUMBER_TWICE = Uncertainty(
    kind="number_or_version",
    message="values such as 1.1 and 1.10 became one number: if they are versions or numbers of "
    "chapters, give the type text",
)
_DIGITS_LOST = Uncertainty(
    kind="digits_lost",
    message="values such as 4.00638E+12 are what a spreadsheet program shows of long numbers: the "
    "digits behind are not in the file; if they are ids, export them anew, as text",
)


def whole_numbers() -> Iterator[Reading]:
    """Integers, from the quickest to tell to the slowest."""
    yield _integers(matching(_SHORT_INTEGER))
    yield _integers(lambda bare: matching(_INTEGER)(bare) & as_integer(bare).is_not_null())
    # Only floating point has a zero below zero.
    yield replace(_numbers(matching("-?(?:0|[1-9][0-9]{0,14})")), convention=None)


def plain_numbers(values: Sequence[str]) -> Iterator[Reading]:
    """Numbers with a point, from the quickest to tell to the slowest."""
    if not any(_FRACTION.search(value) for value in values):
        yield from _no_numbers()
    unsure = _ONE_NUMBER_TWICE if _writes_one_twice(values) else None
    if _are_shortened(values):
        unsure = _DIGITS_LOST
    yield replace(_numbers(_is_short), uncertainty=unsure)
    yield replace(_numbers(lambda bare: _is_short(bare) | _is_shortest(bare)), uncertainty=unsure)
    yield replace(_numbers(_is_exact), uncertainty=unsure)
    yield replace(_numbers(lambda bare: _is_exact(bare) | _is_printed(bare)), uncertainty=unsure)


def _writes_one_twice(values: Sequence[str]) -> bool:
    """Whether a number as of a version stands there with and without zeros at its end.

    None of them is a measure or a place on the earth: 0.0 and 0.00, 51.12345 and 51.123450.
    """
    known = set(values)
    padded = (value for value in values if _PADDED.fullmatch(value))
    return any(
        value[:end] in known
        for value in padded
        for end in range(len(value.rstrip("0")), len(value))
    )


def _are_shortened(values: Sequence[str]) -> bool:
    """Whether long whole numbers stand there as spreadsheet programs show them, and no fractions.

    Measures of such sizes have some that are smaller, and negative or fractional.
    """
    others = [value for value in values if not _SHORTENED.fullmatch(value)]
    return len(others) < len(values) and all(map(_DIGITS.fullmatch, others))


def _no_numbers() -> Iterator[Reading]:
    """What may be no number when no value beside it shows that it is one."""
    yield text_like(_INFINITE)
    yield text_like(f"-?{_WHOLE}")
    # 12E4 alone may be a part number; 1.2e4 or 12e-4 beside it shows that these are numbers.
    yield text_like(f"{_INTEGER}|-?[0-9]+[eE][0-9]+", _CODES_WITH_E)


def _integers(fits: Expression) -> Reading:
    return Reading(type=ColumnType.INTEGER, fits=fits, convert=as_integer)


def _numbers(fits: Expression) -> Reading:
    return Reading(
        type=ColumnType.NUMBER, fits=fits, convert=as_number, convention=("decimal", ".")
    )


def as_integer(bare: pl.Expr) -> pl.Expr:
    return bare.cast(pl.Int64, strict=False)


def as_number(bare: pl.Expr) -> pl.Expr:
    """Plain numbers, and the words for infinity."""
    return bare.cast(pl.Float64, strict=False)


def _is_short(bare: pl.Expr) -> pl.Expr:
    return matching(_SHORT_NUMBER)(bare) & (bare.str.len_bytes() <= _SURE_LENGTH)


def _is_shortest(bare: pl.Expr) -> pl.Expr:
    number = as_number(bare)
    written = number.cast(pl.String)
    return (written == bare) & (number.abs() <= EXACT_INTEGER)


def _is_exact(bare: pl.Expr) -> pl.Expr:
    return matching(_INFINITE)(bare) | (matching(_NUMBER)(bare) & keeps_digits(bare))


def _is_printed(bare: pl.Expr) -> pl.Expr:
    """Whether the value has the digits that C prints of its number: Excel keeps 8.3945900000000009.

    Those are not the shortest, but come back when they are printed in the same way.
    """
    return bare.map_batches(_are_printed, return_dtype=pl.Boolean, is_elementwise=True)


def _are_printed(values: pl.Series) -> pl.Series:
    long = values.str.len_bytes() > min(_PRINTED_DIGITS)
    fractions = values.set(~(long & values.str.contains(_LONG_FRACTION)), None)
    known = fractions.to_frame("x").select(
        digits=_significant(pl.col("x")), number=as_number(pl.col("x"))
    )
    found = [digits is not None and _prints(number, digits) for digits, number in known.iter_rows()]
    return pl.Series(values.name, found, dtype=pl.Boolean)


def _prints(number: float, digits: str) -> bool:
    if len(digits) not in _PRINTED_DIGITS or abs(number) < _SMALLEST:
        return False
    mantissa, _, _ = f"{abs(number):.{len(digits) - 1}e}".partition("e")
    return mantissa.replace(".", "") == digits


def keeps_digits(bare: pl.Expr) -> pl.Expr:
    """Whether 64-bit floating point gives every digit of these plain numbers back."""
    number = as_number(bare)
    digits = _significant(bare)
    is_integer = ~bare.str.contains(r"[.eE]")
    few = digits.str.len_bytes() < _SURE_LENGTH
    same = digits == _significant(number.cast(pl.String))
    return (
        number.is_finite()
        & (few | same)
        & ~(is_integer & (number.abs() > EXACT_INTEGER))
        & ((number.abs() >= _SMALLEST) | (digits == ""))
    )


def _significant(number: pl.Expr) -> pl.Expr:
    mantissa = number.str.replace(r"[eE].*$", "")
    return mantissa.str.replace_all(r"[-+.]", "").str.strip_chars("0")
