"""Values that are written in several ways."""

import re
from collections import defaultdict

import polars as pl

_APART = r"[\s._-]+"
_DIGITS = r"^[0-9 +-]+$"
_FEW = 1000
_APART_IN_ASCII, _DIGITS_IN_ASCII = re.compile("[ ._-]+"), re.compile(_DIGITS)


def variants_of(values: pl.Series, weights: pl.Series | None) -> dict[str, int] | None:
    """Values that differ from another only in case, spaces, dots, hyphens or underscores.

    ``groups`` of such values, and the ``rows`` that do not have the most frequent one of their
    group. None where there are too many different values to say.
    """
    if weights is None:
        return None
    if len(values) <= _FEW:
        texts = values.to_list()
        whole = "".join(texts)
        if whole.isascii() and whole.isprintable():
            return _of_few(texts, weights.to_list())
    value = pl.col("value")
    key = value.str.to_lowercase().str.replace_all(_APART, " ").str.strip_chars()
    groups, rows = (
        pl.LazyFrame({"value": values, "rows": weights})
        .group_by(value.str.strip_chars())
        .agg(pl.col("rows").sum())
        .with_columns(key.alias("key"))
        .filter((pl.col("key") != "") & ~pl.col("key").str.contains(_DIGITS))
        .group_by("key")
        .agg(values=pl.len(), all=pl.col("rows").sum(), most=pl.col("rows").max())
        .filter(pl.col("values") > 1)
        .select(pl.len(), (pl.col("all") - pl.col("most")).sum())
        .collect()
        .row(0)
    )
    return {"groups": int(groups), "rows": int(rows)}


def _of_few(texts: list[str], weights: list[int]) -> dict[str, int]:
    """The same at a lower price for the most usual columns: a query takes its time."""
    ways: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for text, rows in zip(texts, weights, strict=True):
        bare = text.strip()
        key = _APART_IN_ASCII.sub(" ", bare.lower()).strip()
        if key and not _DIGITS_IN_ASCII.match(key):
            ways[key][bare] += rows
    groups = [written.values() for written in ways.values() if len(written) > 1]
    return {"groups": len(groups), "rows": sum(sum(rows) - max(rows) for rows in groups)}
