"""The shape of texts: letters and digits replaced by what they are, the rest as it stands."""

from typing import Any

import polars as pl

_SHOWN = 8
_CHARACTERS = 40


def patterns_of(examined: pl.DataFrame) -> list[dict[str, Any]]:
    """The most frequent shapes of texts, such as ``AA-9999``, with the share of rows they have.

    `examined` has the columns ``value`` and ``rows``. Capital letters are ``A``, small ones ``a``,
    letters without case ``x``, digits ``9``; a run of more than one is written ``a+`` unless
    few shapes are enough without. What is neither ASCII nor a currency sign is ``□``.
    """
    if not examined.height:
        return []
    shapes = examined.select(_shape(pl.col("value")).alias("pattern"), "rows")
    found = _shares(shapes)
    if found["share"].head(3).sum() < 0.5:
        found = _shares(
            shapes.with_columns(pl.col("pattern").str.replace_all(_RUN, "${1}${2}${3}${4}+"))
        )
    return list(found.head(_SHOWN).iter_rows(named=True))


_RUN = r"(A)A+|(a)a+|(9)9+|(x)x+"


def _shape(text: pl.Expr) -> pl.Expr:
    return (
        text.str.head(_CHARACTERS)
        .str.replace_all(r"\p{Nd}", "9")
        .str.replace_all(r"[\p{Lu}\p{Lt}]", "A")
        .str.replace_all(r"\p{Ll}", "a")
        .str.replace_all(r"[\p{Lo}\p{Lm}]", "x")
        .str.replace_all(r"[^\x20-\x7e\p{Sc}]", "□")
    )


def _shares(shapes: pl.DataFrame) -> pl.DataFrame:
    return (
        shapes.group_by("pattern")
        .agg(pl.col("rows").sum())
        .sort("rows", "pattern", descending=[True, False])
        .select("pattern", share=pl.col("rows") / pl.col("rows").sum())
    )
