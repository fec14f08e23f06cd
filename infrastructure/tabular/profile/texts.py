"""Statistics of a column of text: counts over all rows, and what some of its values look like."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from infrastructure.tabular.profile.counting import Counted
from infrastructure.tabular.profile.examination import Examination, examine
from infrastructure.tabular.profile.glance import Glance, glance
from infrastructure.tabular.profile.missing_words import MissingWords, missing_words_of
from infrastructure.tabular.profile.value_kinds import KINDS, kind_mask
from infrastructure.tabular.profile.variants import variants_of

_SHOWN_CHARACTERS = 200
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Texts:
    """``text`` are the members of that name, ``facts`` those beside it."""

    text: dict[str, Any]
    facts: dict[str, Any]
    missing: MissingWords
    examination: Examination
    seen: Glance


def texts_of(found: Counted) -> Texts:
    """Look at the values of a text column."""
    seen = glance(found.values, found.weights)
    missing = missing_words_of(seen.wordy, found.values)
    examination = examine(found.values, found.weights, seen, missing)
    lengths, quantiles = _lengths(seen)
    text = {
        **lengths,
        **_spaces(seen.edged),
        "top_values": [{"value": v[:_SHOWN_CHARACTERS], "count": n} for v, n in found.top],
    }
    facts = {
        "missing_words": {"count": missing.count, "words": missing.words},
        "lengths": quantiles,
        "variants": variants_of(found.values, found.weights),
        **examination.facts,
    }
    return Texts(text, facts, missing, examination, seen)


def unlike(found: Counted, texts: Texts, kind: str) -> int:
    """How many rows hold something else than a value of the kind, of all rows.

    Where most values are different the pattern alone decides, not its check.
    """
    pattern, value, missing = KINDS[kind].pattern, pl.col("value"), texts.missing.mask
    if found.weights is not None:
        bare = found.values.str.strip_chars()
        of_kind = kind_mask(bare, kind)
        weighted = pl.DataFrame({"value": bare, "rows": found.weights}).filter(~of_kind)
        return int(weighted.filter((value != "") & ~missing(value))["rows"].sum())
    # A value without blanks around it is like its trimmed self; few have any.
    others = found.values.filter(~found.values.str.contains(pattern)).to_frame()
    edged = texts.seen.edged.select("value").filter(value.str.contains(pattern))
    trimmed = pl.concat([others, edged]).select(value.str.strip_chars())
    return trimmed.filter(~value.str.contains(pattern) & (value != "") & ~missing(value)).height


def _lengths(seen: Glance) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Characters per value."""
    total = int(seen.rows.sum())
    if not total:
        return {"min_length": None, "max_length": None, "mean_length": None}, None
    ends = seen.rows.cumsum()
    places = [int(np.searchsorted(ends, int(q * (total - 1)) + 1, "left")) for q in _QUANTILES]
    lengths = {
        "min_length": int(seen.lengths[0]),
        "max_length": int(seen.lengths[-1]),
        "mean_length": int((seen.lengths * seen.rows).sum()) / total,
    }
    return lengths, {
        str(q): int(seen.lengths[place]) for q, place in zip(_QUANTILES, places, strict=True)
    }


def _spaces(edged: pl.DataFrame) -> dict[str, int]:
    """Rows of blanks alone, and with blanks before or after something."""
    if not edged.height:
        return {"blank": 0, "padded": 0}
    value, rows = pl.col("value"), pl.col("rows").cast(pl.Int64)
    bare = value.str.strip_chars()
    blank, padded = edged.select(
        blank=rows.filter(bare == "").sum(),
        padded=rows.filter((bare != "") & (bare != value)).sum(),
    ).row(0)
    return {"blank": int(blank), "padded": int(padded)}
