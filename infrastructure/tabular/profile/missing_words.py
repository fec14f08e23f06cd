"""Words and signs that people write where there is no value."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from infrastructure.tabular.profile.vocabularies import MISSING_WORDS

_WORDS = pl.Series(sorted(MISSING_WORDS))
_LONGEST = max(len(word.encode()) for word in MISSING_WORDS)
# Words with more blanks around them are not looked for.
_PADDING = 8
_SHOWN = 5
_PROBE = 1_000
_CODE = r"^[A-Z]{2}$"


@dataclass(frozen=True)
class MissingWords:
    """Which texts of a column stand for a missing value: ``mask`` is over a column ``value``."""

    mask: pl.Expr
    count: int
    words: list[dict[str, Any]]


def missing_words_of(table: pl.DataFrame) -> MissingWords:
    """Find them in the columns ``value`` and ``rows``, on all rows.

    Among codes of two capital letters, ``NA`` is a code as well, such as Namibia's.
    """
    value = pl.col("value")
    mask = value.str.strip_chars().str.to_lowercase().is_in(_WORDS.implode())
    found = table.filter(value.str.len_bytes() <= _LONGEST + _PADDING).filter(mask)
    if found.height and _are_codes(table, mask):
        mask = mask & (value != "NA")
        found = found.filter(mask)
    words = (
        found.group_by(value.str.strip_chars())
        .agg(pl.col("rows").sum())
        .sort("rows", "value", descending=[True, False])
    )
    return MissingWords(
        mask,
        int(words["rows"].sum()),
        [{"value": word, "count": rows} for word, rows in words.head(_SHOWN).iter_rows()],
    )


def _are_codes(table: pl.DataFrame, missing: pl.Expr) -> bool:
    probe = table.gather_every(max(1, table.height // _PROBE)).filter(~missing)["value"]
    return len(probe) > 0 and int(probe.str.contains(_CODE).sum()) >= 0.8 * len(probe)
