"""The shape of texts: letters and digits replaced by what they are, the rest as it stands."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

_SHOWN = 8
_CHARACTERS = 40


def patterns_of(texts: pl.Series, rows: Sequence[int]) -> list[dict[str, Any]]:
    """The most frequent shapes of texts, such as ``AA-9999``, with the share of rows they have.

    Capital letters are ``A``, small ones ``a``, letters without case ``x``, digits ``9``; a run of
    more than one is written ``a+`` unless few shapes are enough without. What is neither ASCII nor
    a currency sign is ``□``.
    """
    total = sum(rows)
    if not total:
        return []
    counts = _counted(_shapes(texts), rows)
    if sum(count for _, count in _ranked(counts)[:3]) / total < 0.5:
        shapes = pl.Series(list(counts), dtype=pl.String).str.replace_all(_RUN, "${1}${2}${3}${4}+")
        counts = _counted(shapes.to_list(), list(counts.values()))
    return [{"pattern": shape, "share": count / total} for shape, count in _ranked(counts)[:_SHOWN]]


_RUN = r"(A)A+|(a)a+|(9)9+|(x)x+"
_ASCII_SHAPES = "".join(
    "9" if c.isdigit() else "A" if c.isupper() else "a" if c.islower() else c if " " <= c <= "~"
    else "□"
    for c in map(chr, range(128))
)  # fmt: skip


def _shapes(texts: pl.Series) -> list[str]:
    parts = [text[:_CHARACTERS] for text in texts.to_list()]
    if all(map(str.isascii, parts)):
        return [part.translate(_ASCII_SHAPES) for part in parts]
    return pl.DataFrame({"text": parts}).select(_shape(pl.col("text"))).to_series().to_list()


def _shape(text: pl.Expr) -> pl.Expr:
    return (
        text.str.replace_all(r"\p{Nd}", "9")
        .str.replace_all(r"[\p{Lu}\p{Lt}]", "A")
        .str.replace_all(r"\p{Ll}", "a")
        .str.replace_all(r"[\p{Lo}\p{Lm}]", "x")
        .str.replace_all(r"[^\x20-\x7e\p{Sc}]", "□")
    )


def _counted(shapes: Sequence[str], rows: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for shape, count in zip(shapes, rows, strict=True):
        counts[shape] += count
    return counts


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
