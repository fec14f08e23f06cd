"""What the values of a text column look like, by a look at some: a description, no count."""

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
    texts = examined["value"]
    words = _words(examined)
    facts = {
        "examined": examined.height,
        "words": words,
        "kinds": _ranked(kinds, "kind"),
        "patterns": patterns_of(examined),
        "date_formats": formats,
        "garbled": _share(examined, texts.str.contains(_GARBLED)),
        "control_characters": _share(examined, texts.str.contains(_CONTROL)),
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
    likely = [kind for kind in KINDS if kind_mask(probe, kind).any()]
    shares = {kind: _share(examined, kind_mask(examined["value"], kind)) for kind in likely}
    return {kind: share for kind, share in shares.items() if share}


def _words(examined: pl.DataFrame) -> float:
    total = int(examined["rows"].sum())
    words = pl.col("value").str.count_matches(r"\S+").cast(pl.Int64) * pl.col("rows")
    return int(examined.select(words.sum()).item()) / total if total else 0.0


def _share(examined: pl.DataFrame, mask: pl.Series) -> float:
    total = int(examined["rows"].sum())
    return int(examined["rows"].filter(mask).sum()) / total if total else 0.0


def _date_formats(examined: pl.DataFrame) -> list[dict[str, Any]]:
    """Ways in which dates are written, by their share of the examined rows."""
    shares = {
        label: _share(examined, examined["value"].str.contains(pattern))
        for label, pattern in DATE_FORMATS.items()
    }
    return _ranked(shares, "format")


def _within(examined: pl.DataFrame, kinds: dict[str, float]) -> list[dict[str, Any]]:
    """What concerns a person and stands within longer texts."""
    shares = {
        kind: _share(examined, within_mask(examined["value"], kind))
        for kind in PERSONAL_WITHIN
        if kinds.get(kind, 0) < 0.5
    }
    return _ranked(shares, "kind")


def _ranked(shares: dict[str, float], what: str) -> list[dict[str, Any]]:
    """The greatest share first, without those of nothing."""
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [{what: name, "share": share} for name, share in ranked if share]
