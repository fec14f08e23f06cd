"""What the values of a text column look like, by a look at some: a description, no count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from infrastructure.tabular.profile.glance import Glance
from infrastructure.tabular.profile.missing_words import MissingWords
from infrastructure.tabular.profile.patterns import patterns_of
from infrastructure.tabular.profile.text_bytes import NOT_ASCII, bytes_of
from infrastructure.tabular.profile.value_kinds import (
    DATE_FORMATS,
    KINDS,
    WITHIN,
    Kind,
    checked,
    within_mask,
)

EXAMINED = 10_000
_PROBE = 400
_READ_CHARACTERS = 500
# Of text in UTF-8 that was read as cp1252 or Latin-1, and of characters lost for good.
_GARBLED = r"Ã[\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—™š›œžŸ]|â€|Â[\x{a0}-\x{bf}]|\x{fffd}"  # noqa: RUF001
_CONTROL = r"[\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{7f}\x{200b}\x{feff}]"
_MAY_PART = frozenset("\t\n\v\f\r ") | {NOT_ASCII}
_MAY_CONTROL = frozenset(map(chr, (*range(0x20), 0x7F))) | {NOT_ASCII}
_MOST = 0.5
# Their checks look words up in lists, which is quicker than to compile their patterns.
_LISTED = frozenset({"currency", "country_code", "boolean", "name"})


@dataclass(frozen=True)
class Examination:
    """``facts`` for the profile; ``kinds`` is the share of rows by kind, ``words`` of a value."""

    facts: dict[str, Any]
    kinds: dict[str, float]
    words: float


def examine(
    values: pl.Series, weights: pl.Series | None, seen: Glance, missing: MissingWords
) -> Examination:
    """Look at values spread evenly over all, each for so many rows or for one: at most `EXAMINED`.

    They are trimmed and cut after 500 characters; blanks and `missing` words are left out.
    """
    step = max(1, -(-len(values) // EXAMINED))
    texts = values.gather_every(step)
    counts = pl.repeat(1, len(texts), eager=True) if weights is None else weights.gather_every(step)
    if _are_dressed(seen, missing):
        texts, counts = _bare(texts, counts, missing.mask)
    rows = counts.to_numpy().astype(np.int64)
    characters = bytes_of(texts).characters()
    shares = _Shares(texts, rows, int(rows.sum()))
    kinds = _kinds(shares, characters)
    likely = {kind for kind, share in kinds.items() if share >= _MOST}
    facts = {
        "examined": len(texts),
        "sampled": len(values) > EXAMINED,
        "words": (words := _words(shares, characters)),
        "garbled": shares.of(_GARBLED) if NOT_ASCII in characters else 0.0,
        "control_characters": 0.0 if characters.isdisjoint(_MAY_CONTROL) else shares.of(_CONTROL),
        "kinds": _ranked(kinds, "kind"),
        "patterns": patterns_of(texts, rows.tolist()),
        "date_formats": _date_formats(shares) if kinds.get("datetime", 0) > 0.05 else [],
        "within": _within(shares, characters, likely),
    }
    return Examination(facts, kinds, words)


@dataclass(frozen=True)
class _Shares:
    """Examined texts, each of so many of the ``total`` rows."""

    texts: pl.Series
    rows: npt.NDArray[np.int64]
    total: int

    def in_mask(self, mask: pl.Series) -> float:
        """The share of rows whose texts are in the mask."""
        return int(self.rows[mask.to_numpy()].sum()) / self.total if self.total else 0.0

    def of(self, pattern: str) -> float:
        """The share of rows that match the pattern."""
        return self.in_mask(self.texts.str.contains(pattern))


def _are_dressed(seen: Glance, missing: MissingWords) -> bool:
    """Whether there may be blanks to trim, words to leave out, or long texts to cut."""
    is_long = bool(len(seen.lengths)) and int(seen.lengths[-1]) > _READ_CHARACTERS
    return bool(seen.edged.height or missing.count) or is_long


def _bare(
    texts: pl.Series, rows: pl.Series, missing: Callable[[pl.Expr], pl.Expr]
) -> tuple[pl.Series, pl.Series]:
    """Texts without what is around them, and the rows of those of which something is left."""
    value = pl.col("value")
    some = (
        pl.LazyFrame({"value": texts, "rows": rows})
        .select(value.str.head(_READ_CHARACTERS).str.strip_chars(), "rows")
        .filter((value != "") & ~missing(value))
        .collect()
    )
    return some["value"], some["rows"]


def _kinds(shares: _Shares, characters: frozenset[str]) -> dict[str, float]:
    """The share of rows of each kind that a probe of them meets at all."""
    probe = shares.texts.gather_every(max(1, len(shares.texts) // _PROBE))
    texts = probe.to_list()
    possible = {
        kind: of
        for kind, of in KINDS.items()
        if of.may_be_among(characters)
        and not (of.check and kind in _LISTED and not any(map(of.check, texts)))
    }
    masks = _masks(probe, possible)
    met = [kind for kind, mask in masks.items() if checked(probe, mask, KINDS[kind].check).any()]
    if len(probe) < len(shares.texts):
        masks = _masks(shares.texts, {kind: KINDS[kind] for kind in met})
    found = {
        kind: shares.in_mask(checked(shares.texts, masks[kind], KINDS[kind].check)) for kind in met
    }
    return {kind: share for kind, share in found.items() if share}


def _masks(texts: pl.Series, kinds: Mapping[str, Kind]) -> dict[str, pl.Series]:
    """Which texts match the pattern of each kind: one query is quicker than many."""
    if not len(texts) or not kinds:
        return {}
    found = texts.to_frame("value").select(
        pl.col("value").str.contains(of.pattern).alias(kind) for kind, of in kinds.items()
    )
    return {mask.name: mask for mask in found.get_columns() if mask.any()}


def _words(shares: _Shares, characters: frozenset[str]) -> float:
    if characters.isdisjoint(_MAY_PART):
        return 1.0 if shares.total else 0.0
    words = shares.texts.str.count_matches(r"\S+").to_numpy().astype(np.int64)
    return int((words * shares.rows).sum()) / shares.total if shares.total else 0.0


def _date_formats(shares: _Shares) -> list[dict[str, Any]]:
    """Ways in which dates are written, by their share of the examined rows."""
    masks = _masks(shares.texts, {name: Kind(form) for name, form in DATE_FORMATS.items()})
    return _ranked({name: shares.in_mask(mask) for name, mask in masks.items()}, "format")


def _within(shares: _Shares, characters: frozenset[str], likely: set[str]) -> list[dict[str, Any]]:
    """What concerns a person and stands within longer texts."""
    wanted = {
        kind: of
        for kind, of in WITHIN.items()
        if kind not in likely and of.may_be_among(characters)
    }
    found = {
        kind: shares.in_mask(within_mask(shares.texts, mask, kind))
        for kind, mask in _masks(shares.texts, wanted).items()
    }
    return _ranked(found, "kind")


def _ranked(shares: dict[str, float], what: str) -> list[dict[str, Any]]:
    """The greatest share first, without those of nothing."""
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [{what: name, "share": share} for name, share in ranked if share]
