"""The shape of texts: letters and digits replaced by what they are, the rest as it stands."""

import re
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


def form_of(shape: str) -> str | None:
    """A regular expression for blank texts and those of a shape, with spaces around or not.

    None where the shape says too little: of letters that are not a to z, or of long texts. What
    looks like a run may be a plus sign in the texts: try it on some of them.
    """
    if len(shape) >= _CHARACTERS or not shape.isascii() or "x" in shape:
        return None
    parts = []
    for found in _RUN_OR_SIGN.finditer(shape):
        sign, text = found["sign"], found[0]
        if sign is None:
            parts.append(f"\\{text}" if text in _SPECIAL else text)
        elif text.endswith("+"):
            parts.append(f"{_CLASSES[sign]}{{2,}}")
        else:
            parts.append(_CLASSES[sign] + (f"{{{len(text)}}}" if len(text) > 1 else ""))
    return rf"^\s*(?:{''.join(parts)})?\s*$"


_CLASSES = {"A": "[A-Z]", "a": "[a-z]", "9": "[0-9]"}
_SPECIAL = frozenset(r".^$*+?{}[]\|()")
_RUN_OR_SIGN = re.compile(r"(?P<sign>[Aa9])(?:\+|(?P=sign)*)|.", re.DOTALL)


def _counted(shapes: Sequence[str], rows: Sequence[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for shape, count in zip(shapes, rows, strict=True):
        counts[shape] += count
    return counts


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
