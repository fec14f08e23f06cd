"""What the values of a text column look like, by a look at some: a description, no count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from infrastructure.tabular.profile.patterns import patterns_of
from infrastructure.tabular.profile.value_kinds import (
    DATE_FORMATS,
    KINDS,
    PERSONAL_WITHIN,
    kind_mask,
    within_mask,
)

EXAMINED = 10_000
_PROBE = 400
_READ_CHARACTERS = 500
# Of text in UTF-8 that was read as cp1252 or Latin-1, and of characters lost for good.
_GARBLED = r"Ã[\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—™š›œžŸ]|â€|Â[\x{a0}-\x{bf}]|\x{fffd}"  # noqa: RUF001
_CONTROL = r"[\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{7f}\x{200b}\x{feff}]"


@dataclass(frozen=True)
class Examination:
    """``facts`` for the profile; ``kinds`` is the share of rows by kind, ``words`` of a value."""

    facts: dict[str, Any]
    kinds: dict[str, float]
    words: float


def examine(table: pl.DataFrame, missing: pl.Expr) -> Examination:
    """Look at values spread evenly over the columns ``value`` and ``rows``, at most `EXAMINED`.

    They are trimmed and cut after 500 characters; blanks and `missing` words are left out.
    """
    examined = _some(table).filter((pl.col("value") != "") & ~missing)
    kinds = _kinds(examined)
    formats = _date_formats(examined) if kinds.get("datetime", 0) > 0.05 else []
    damaged = _shares(examined, {"garbled": _GARBLED, "control_characters": _CONTROL})
    words = _words(examined)
    facts = {
        "examined": examined.height,
        "sampled": table.height > EXAMINED,
        "words": words,
        **damaged,
        "kinds": _ranked(kinds, "kind"),
        "patterns": patterns_of(examined),
        "date_formats": formats,
        "within": _within(examined, kinds),
    }
    return Examination(facts, kinds, words)


def _some(table: pl.DataFrame) -> pl.DataFrame:
    step = -(-table.height // EXAMINED)
    some = table.gather_every(step) if step > 1 else table
    return some.select(pl.col("value").str.head(_READ_CHARACTERS).str.strip_chars(), "rows")


def _kinds(examined: pl.DataFrame) -> dict[str, float]:
    """The share of rows of each kind that a probe of them meets at all."""
    probe = examined["value"].gather_every(max(1, examined.height // _PROBE))
    matching = _matching(probe, {kind: found.pattern for kind, found in KINDS.items()})
    likely = [kind for kind in matching if kind_mask(probe, kind).any()]
    shares = {kind: _share(examined, kind_mask(examined["value"], kind)) for kind in likely}
    return {kind: share for kind, share in shares.items() if share}


def _words(examined: pl.DataFrame) -> float:
    total = int(examined["rows"].sum())
    words = pl.col("value").str.count_matches(r"\S+").cast(pl.Int64) * pl.col("rows")
    return int(examined.select(words.sum()).item()) / total if total else 0.0


def _matching(texts: pl.Series, patterns: Mapping[str, str]) -> list[str]:
    """The keys of patterns that some of the texts match: one query is quicker than many."""
    if not len(texts):
        return []
    found = texts.to_frame("value").select(
        pl.col("value").str.contains(pattern).any().alias(key) for key, pattern in patterns.items()
    )
    return [key for key, matched in found.row(0, named=True).items() if matched]


def _shares(examined: pl.DataFrame, patterns: Mapping[str, str]) -> dict[str, float]:
    """The share of rows that match each of the patterns."""
    total = int(examined["rows"].sum())
    found = examined.select(
        pl.col("rows").filter(pl.col("value").str.contains(pattern)).sum().alias(key)
        for key, pattern in patterns.items()
    )
    return {key: rows / total if total else 0.0 for key, rows in found.row(0, named=True).items()}


def _share(examined: pl.DataFrame, mask: pl.Series) -> float:
    total = int(examined["rows"].sum())
    return int(examined["rows"].filter(mask).sum()) / total if total else 0.0


def _date_formats(examined: pl.DataFrame) -> list[dict[str, Any]]:
    """Ways in which dates are written, by their share of the examined rows."""
    return _ranked(_shares(examined, DATE_FORMATS), "format")


def _within(examined: pl.DataFrame, kinds: dict[str, float]) -> list[dict[str, Any]]:
    """What concerns a person and stands within longer texts."""
    texts = examined["value"]
    wanted = {k: pattern for k, pattern in PERSONAL_WITHIN.items() if kinds.get(k, 0) < 0.5}
    shares = {kind: _share(examined, within_mask(texts, kind)) for kind in _matching(texts, wanted)}
    return _ranked(shares, "kind")


def _ranked(shares: dict[str, float], what: str) -> list[dict[str, Any]]:
    """The greatest share first, without those of nothing."""
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [{what: name, "share": share} for name, share in ranked if share]
