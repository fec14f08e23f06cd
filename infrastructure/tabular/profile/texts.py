"""Statistics of a column of text: counts over all rows, and what some of its values look like."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from infrastructure.tabular.profile.counting import Counted
from infrastructure.tabular.profile.examination import Examination, examine
from infrastructure.tabular.profile.missing_words import MissingWords, missing_words_of
from infrastructure.tabular.profile.value_kinds import KINDS, kind_mask

_SHOWN_CHARACTERS = 200
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Texts:
    """``text`` are the members of that name, ``facts`` those beside it."""

    text: dict[str, Any]
    facts: dict[str, Any]
    missing: MissingWords
    examination: Examination


def texts_of(found: Counted) -> Texts:
    """Look at the values of a text column."""
    table = (
        pl.DataFrame({"value": found.values, "rows": found.weights})
        if found.weights is not None
        else found.values.to_frame().with_columns(rows=pl.lit(1, pl.UInt32))
    )
    missing = missing_words_of(table)
    examination = examine(table, missing.mask)
    lengths, quantiles = _lengths(table)
    text = {
        **lengths,
        **_spaces(table),
        "top_values": [{"value": v[:_SHOWN_CHARACTERS], "count": n} for v, n in found.top],
    }
    facts = {
        "missing_words": {"count": missing.count, "words": missing.words},
        "lengths": quantiles,
        "variants": _variants(found),
        **examination.facts,
    }
    return Texts(text, facts, missing, examination)


def unlike(found: Counted, missing: MissingWords, kind: str) -> int:
    """How many rows hold something else than a value of the kind, of all rows.

    Where most values are different the pattern alone decides, not its check.
    """
    bare = found.values.str.strip_chars()
    table = bare.to_frame("value")
    if found.weights is None:
        others = table.filter(~pl.col("value").str.contains(KINDS[kind].pattern))
        return others.filter((pl.col("value") != "") & ~missing.mask).height
    others = table.with_columns(found.weights.alias("rows")).filter(~kind_mask(bare, kind))
    return int(others.filter((pl.col("value") != "") & ~missing.mask)["rows"].sum())


def _lengths(table: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Characters per value."""
    found = (
        table.select(length=pl.col("value").str.len_chars(), rows="rows")
        .group_by("length")
        .agg(pl.col("rows").sum().cast(pl.Int64))
        .sort("length")
    )
    total = int(found["rows"].sum())
    if not total:
        return {"min_length": None, "max_length": None, "mean_length": None}, None
    ends = found["rows"].cum_sum().to_numpy()
    places = [int(np.searchsorted(ends, int(q * (total - 1)) + 1, "left")) for q in _QUANTILES]
    characters = int((found["length"].cast(pl.Int64) * found["rows"]).sum())
    lengths = {
        "min_length": int(found["length"][0]),
        "max_length": int(found["length"][-1]),
        "mean_length": characters / total,
    }
    quantiles = {
        str(q): int(found["length"][place]) for q, place in zip(_QUANTILES, places, strict=True)
    }
    return lengths, quantiles


def _spaces(table: pl.DataFrame) -> dict[str, int]:
    """Rows of blanks alone, and with blanks before or after something."""
    value = pl.col("value")
    bare = value.str.strip_chars()
    blank, padded = (
        table.filter((bare != value) | (value == ""))
        .select(
            blank=pl.col("rows").filter(bare == "").sum(),
            padded=pl.col("rows").filter(bare != "").sum(),
        )
        .row(0)
    )
    return {"blank": int(blank), "padded": int(padded)}


def _variants(found: Counted) -> dict[str, int] | None:
    """Values that differ from another only in case, spaces, dots, hyphens or underscores.

    ``groups`` of such values, and the ``rows`` that do not have the most frequent one of their
    group. None where there are too many different values to say.
    """
    if found.weights is None:
        return None
    key = pl.col("value").str.to_lowercase().str.replace_all(r"[\s._-]+", " ").str.strip_chars()
    groups = (
        pl.DataFrame({"value": found.values.str.strip_chars(), "rows": found.weights})
        .group_by("value")
        .agg(pl.col("rows").sum())
        .with_columns(key.alias("key"))
        .filter((pl.col("key") != "") & ~pl.col("key").str.contains(r"^[0-9 +-]+$"))
        .group_by("key")
        .agg(values=pl.len(), all=pl.col("rows").sum(), most=pl.col("rows").max())
        .filter(pl.col("values") > 1)
    )
    return {"groups": groups.height, "rows": int((groups["all"] - groups["most"]).sum())}
