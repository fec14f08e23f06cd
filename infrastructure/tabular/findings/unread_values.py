"""How many values of a text column a cast would make missing: the cast's own rules, in Polars."""

from typing import Literal

import polars as pl

from domain.actions.casts import PLAIN_NUMBER, TRUTH, UNITS, WITH_DECIMAL_COMMA


def unread_values(counts: pl.DataFrame, to: Literal["number", "boolean"]) -> int:
    """In how many rows the text `value`, which `rows` hold, says something but is not read."""
    texts = counts.with_columns(pl.col("value").str.strip_chars()).filter(pl.col("value") != "")
    if to == "boolean":
        read = pl.col("value").str.to_lowercase().is_in(list(TRUTH))
        return _rows(texts, ~read)
    bare = pl.col("value").str.replace_all(UNITS, "${1}")
    written = texts.select(
        "rows",
        plain=bare.str.contains(f"^(?:{PLAIN_NUMBER})$"),
        comma=bare.str.contains(f"^(?:{WITH_DECIMAL_COMMA})$"),
    )
    plain, comma = pl.col("plain"), pl.col("comma")
    one_way = _rows(written, comma & ~plain) > 0 and _rows(written, plain & ~comma) == 0
    return _rows(written, ~comma if one_way else ~plain)


def _rows(counts: pl.DataFrame, which: pl.Expr) -> int:
    return int(counts.filter(which)["rows"].sum())
