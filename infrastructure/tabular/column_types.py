"""The type of a column of text, decided on the whole column and never with a loss.

Whatever a type cannot give back stays text: leading zeros, a leading plus, integers beyond 64 bits,
numbers of more than 17 significant digits, impossible dates, words such as yes and no, a mixture of
anything.
"""

from collections.abc import Callable

import polars as pl

MISSING_WORDS = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null")
# Next to numbers, truth values or dates these cannot be values; among words they can.
_MISSING_BESIDE_VALUES = (*MISSING_WORDS, "None", "none", "Null", "na", "-nan", "#VALUE!")
_PAD = " \t"

_INTEGER = r"^(0|-?[1-9][0-9]{0,18})$"
_NUMBER = r"^-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_INFINITE = r"^[+-]?([Ii]nf|[Ii]nfinity|INF)$"
_TRUTHS = (("true", "false"), ("True", "False"), ("TRUE", "FALSE"))
_CODE_OF_TWO = r"^[A-Z]{2}$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_EXACT_INTEGER = 2**53
_SIGNIFICANT_DIGITS = 17

_CLOCKS = (
    (r"[0-9]{2}:[0-9]{2}", "%H:%M"),
    (r"[0-9]{2}:[0-9]{2}:[0-9]{2}", "%H:%M:%S"),
    (r"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{1,6}", "%H:%M:%S%.f"),
)
_UTC = r"(Z|\+00:00)"


def typed(text: pl.Series) -> pl.Series:
    """The column with its type: Int64, Float64, Boolean, Datetime in microseconds, or String."""
    bare = text.str.strip_chars(_PAD)
    missing = bare.is_in(["", *_MISSING_BESIDE_VALUES])
    values = _without(bare, missing)
    if values.null_count() == len(values):
        return _words(text, bare)
    for attempt in (_integers, _numbers, _booleans, typed_datetimes):
        result = attempt(values)
        if result is not None:
            return result
    return _words(text, bare)


def _words(text: pl.Series, bare: pl.Series) -> pl.Series:
    """Text with its missing words as nulls, unless a word is a code among codes (NA: Namibia)."""
    missing = (text == "") | bare.is_in(MISSING_WORDS)
    others = _without(bare, missing)
    if others.null_count() < len(others) and _all_match(others, _CODE_OF_TWO):
        missing = (text == "") | (bare.is_in(MISSING_WORDS) & (bare != "NA"))
    return _without(text, missing)


def _without(text: pl.Series, missing: pl.Series) -> pl.Series:
    return (
        text.to_frame("x").select(pl.when(~missing).then(pl.col("x"))).to_series().rename(text.name)
    )


def _all_match(values: pl.Series, pattern: str) -> bool:
    return bool(values.head(1000).str.contains(pattern).all()) and bool(
        values.str.contains(pattern).all()
    )


def _integers(values: pl.Series) -> pl.Series | None:
    if not _all_match(values, _INTEGER):
        return None
    return _only_if_whole(values, lambda text: text.cast(pl.Int64, strict=False))


def _numbers(values: pl.Series) -> pl.Series | None:
    infinite = values.str.contains(_INFINITE)
    finite = _without(values, infinite)
    if finite.null_count() == len(finite) or not _all_match(finite, _NUMBER):
        return None
    if not _is_exact(finite):
        return None
    numbers = _only_if_whole(finite, lambda text: text.cast(pl.Float64, strict=False))
    if numbers is None or numbers.is_infinite().any():
        return None
    if not infinite.any():
        return numbers
    signed = (
        pl.when(pl.col("t").str.starts_with("-"))
        .then(-pl.lit(float("inf")))
        .otherwise(float("inf"))
    )
    return (
        pl.DataFrame({"t": values, "i": infinite, "n": numbers})
        .select(pl.when("i").then(signed).otherwise("n"))
        .to_series()
        .rename(values.name)
    )


def _is_exact(numbers: pl.Series) -> bool:
    """Whether 64-bit floating point gives every number back."""
    mantissa = numbers.str.replace(r"[eE].*$", "")
    digits = mantissa.str.replace_all(r"[-.]", "").str.strip_chars_start("0").str.len_chars()
    if (digits > _SIGNIFICANT_DIGITS).any():
        return False
    whole = numbers.filter(numbers.str.contains(_INTEGER)).cast(pl.Int64, strict=False)
    if (whole.abs() > _EXACT_INTEGER).any():
        return False
    # 12E4 alone may be a part number; 1.2e4 or 12e-4 beside it shows that these are numbers.
    bare_exponents = numbers.str.contains(r"^-?[0-9]+[eE][0-9]+$")
    return not bare_exponents.any() or bool(numbers.str.contains(r"\.|[eE][+-]").any())


def _booleans(values: pl.Series) -> pl.Series | None:
    """True and false in one spelling. A yes or a no is a word: a truth value would not tell it."""
    for true, false in _TRUTHS:
        if values.head(1000).is_in([true, false]).all() and values.is_in([true, false]).all():
            return values == true
    return None


def typed_datetimes(values: pl.Series) -> pl.Series | None:
    """ISO dates or times of one shape as Datetime; in UTC when each ends in Z or +00:00."""
    if _all_match(values, _DATE):
        return _only_if_whole(
            values, lambda text: text.str.to_datetime("%Y-%m-%d", time_unit="us", strict=False)
        )
    if not _all_match(values, _DATE[:-1]):
        return None
    for separator in ("T", " "):
        for shape, clock in _CLOCKS:
            pattern = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{separator}{shape}"
            form = f"%Y-%m-%d{separator}{clock}"
            if _all_match(values, pattern + "$"):
                return _only_if_whole(values, _parser(form))
            if _all_match(values, pattern + _UTC + "$"):
                local = _only_if_whole(values.str.replace(_UTC + "$", ""), _parser(form))
                return None if local is None else local.dt.replace_time_zone("UTC")
    return None


def _parser(form: str) -> Callable[[pl.Series], pl.Series]:
    return lambda text: text.str.to_datetime(form, time_unit="us", strict=False)


def _only_if_whole(
    values: pl.Series, convert: Callable[[pl.Series], pl.Series]
) -> pl.Series | None:
    converted = convert(values)
    return converted if converted.null_count() == values.null_count() else None
