"""How many values of a column a typed action would make missing: its own rules, in Polars."""

from typing import Literal

import polars as pl

from domain.actions.casts import PLAIN_NUMBER, TRUTH, UNITS, WITH_DECIMAL_COMMA
from domain.actions.dates import SHORT_DATE

# With the year in front, or a month by its English name; a clock time may follow.
_RUN_TOGETHER = r"^([0-9]{4})([0-9]{2})([0-9]{2})($|[T ])"
_YEAR_FIRST = r"^([0-9]{4})(?:[-/. ]([0-9]{1,2}))?(?:[-/. ]([0-9]{1,2}))?(?:[T ].*)?$"
_MONTH = r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
_DAY = r"(?:^|[A-Za-z ,./-])([0-9]{1,2})(?:st|nd|rd|th)?(?:[ ,./-]|$)"
_YEAR = r"(?:^|[ ,./-])([0-9]{4})(?:[ ,./-]|$)"


def unread_values(counts: pl.DataFrame, to: Literal["number", "boolean", "datetime"]) -> int:
    """In how many rows the text `value`, which `rows` hold, says something but is not read."""
    texts = counts.with_columns(pl.col("value").str.strip_chars()).filter(pl.col("value") != "")
    if to == "boolean":
        read = pl.col("value").str.to_lowercase().is_in(list(TRUTH))
        return _rows(texts, ~read)
    if to == "datetime":
        return _rows(texts, ~_is_date(pl.col("value")))
    bare = pl.col("value").str.replace_all(UNITS, "${1}")
    written = texts.select(
        "rows",
        plain=bare.str.contains(f"^(?:{PLAIN_NUMBER})$"),
        comma=bare.str.contains(f"^(?:{WITH_DECIMAL_COMMA})$"),
    )
    plain, comma = pl.col("plain"), pl.col("comma")
    one_way = _rows(written, comma & ~plain) > 0 and _rows(written, plain & ~comma) == 0
    return _rows(written, ~comma if one_way else ~plain)


def _is_date(text: pl.Expr) -> pl.Expr:
    """Whether it is one of the dates that people write. In odd ones pandas may see another."""
    short = [text.str.extract(SHORT_DATE, group).str.zfill(2) for group in (1, 2, 3)]
    either = (_is_day(short[2], *order) for order in ((short[0], short[1]), (short[1], short[0])))
    apart = text.str.replace(_RUN_TOGETHER, "${1}-${2}-${3}${4}")
    first, second, third = (apart.str.extract(_YEAR_FIRST, group) for group in (1, 2, 3))
    numbers = _is_day(first, second.fill_null("1"), third.fill_null("1"))
    named = text.str.extract(_MONTH, 1).str.to_titlecase()
    day = text.str.extract(_DAY, 1).fill_null("1")
    year = text.str.extract(_YEAR, 1).fill_null(text.str.extract(r"[-/ ]([0-9]{2})$", 1))
    words = _is_day(year, named, day, "%b")
    return pl.any_horizontal(*either, numbers, words).fill_null(False)


def _is_day(year: pl.Expr, month: pl.Expr, day: pl.Expr, form: str = "%m") -> pl.Expr:
    whole = pl.when(year.str.len_chars() == 2).then("20" + year).otherwise(year)
    written = pl.concat_str(whole, month, day, separator="-")
    return written.str.to_date(f"%Y-{form}-%d", strict=False).is_not_null()


def _rows(counts: pl.DataFrame, which: pl.Expr) -> int:
    return int(counts.filter(which)["rows"].sum())
