"""Words and signs that people write where there is no value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from infrastructure.tabular.profile.vocabularies import MISSING_WORDS

_WORDS = pl.Series(sorted(MISSING_WORDS))
_SHOWN = 5
_PROBE = 1_000
_CODE = r"^[A-Z]{2}$"

LONGEST_WORD = max(len(word.encode()) for word in MISSING_WORDS)


@dataclass(frozen=True)
class MissingWords:
    """Which texts of a column stand for a missing value: ``mask`` tells it of other ones."""

    mask: Callable[[pl.Expr], pl.Expr]
    count: int
    words: list[dict[str, Any]]


def missing_words_of(likely: pl.DataFrame, values: pl.Series) -> MissingWords:
    """Find them in the columns ``value`` and ``rows`` of `likely`, which holds all of them.

    Among codes of two capital letters, ``NA`` is a code as well, such as Namibia's: `values` are
    all values of the column.
    """
    mask = _is_word
    found = likely.filter(mask(pl.col("value"))) if likely.height else likely
    if found.height and _are_codes(values):
        mask = _is_word_but_for_codes
        found = found.filter(mask(pl.col("value")))
    if not found.height:
        return MissingWords(mask, 0, [])
    words = (
        found.group_by(pl.col("value").str.strip_chars())
        .agg(pl.col("rows").sum())
        .sort("rows", "value", descending=[True, False])
    )
    return MissingWords(
        mask,
        int(words["rows"].sum()),
        [{"value": word, "count": rows} for word, rows in words.head(_SHOWN).iter_rows()],
    )


def _is_word(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase().is_in(_WORDS.implode())


def _is_word_but_for_codes(text: pl.Expr) -> pl.Expr:
    return _is_word(text) & (text != "NA")


def _are_codes(values: pl.Series) -> bool:
    probe = values.gather_every(max(1, len(values) // _PROBE)).to_frame("value")
    probe = probe.filter(~_is_word(pl.col("value")))
    return probe.height > 0 and int(probe["value"].str.contains(_CODE).sum()) >= 0.8 * probe.height
