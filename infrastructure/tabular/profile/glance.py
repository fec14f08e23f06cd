"""A first look at every text of a column: lengths, and the few that need a closer look."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from infrastructure.tabular.profile.missing_words import LONGEST_WORD
from infrastructure.tabular.profile.text_bytes import NOT_ASCII, TextBytes, bytes_of, marks
from infrastructure.tabular.profile.vocabularies import MISSING_WORDS

_AT_ONCE, _LEAST_ROWS = 2**18, 2**10
_BYTES = 2**26
# Words with more blanks around them are not looked for.
_PADDING = 8
_BLANKS = ("\t", "\n", "\v", "\f", "\r", " ", "\0", NOT_ASCII)
_SPELT = [spelt for word in MISSING_WORDS for spelt in (word, word.upper())]
# Of an empty text the first and the last byte count as 0.
_MAY_BE_BLANK = marks(_BLANKS)
_FIRST_OF_WORDS = marks([word[0] for word in _SPELT]) | _MAY_BE_BLANK
_LAST_OF_WORDS = marks([word[-1] for word in _SPELT]) | _MAY_BE_BLANK


@dataclass(frozen=True)
class Glance:
    """``lengths`` are characters, ascending, each of ``rows``.

    ``edged`` holds all texts that begin or end with a blank or are empty, ``wordy`` all that may be
    words for missing values, both with others, in the columns ``value`` and ``rows``.
    """

    lengths: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    edged: pl.DataFrame
    wordy: pl.DataFrame


def glance(values: pl.Series, weights: pl.Series | None) -> Glance:
    """Look at texts without nulls, each for so many rows, or for one."""
    lengths: Counter[int] = Counter()
    edged: list[pl.DataFrame] = []
    wordy: list[pl.DataFrame] = []
    at_once = _rows_at_once(values)
    for start in range(0, len(values), at_once):
        texts = values.slice(start, at_once)
        rows = None if weights is None else weights.slice(start, at_once)
        found = bytes_of(texts)
        lengths.update(_lengths(texts, rows, found))
        edges = _MAY_BE_BLANK[found.first] | _MAY_BE_BLANK[found.last]
        edged.append(_chosen(texts, rows, edges))
        short = found.lengths <= LONGEST_WORD + _PADDING
        words = _FIRST_OF_WORDS[found.first] & _LAST_OF_WORDS[found.last] & short
        wordy.append(_chosen(texts, rows, words))
    known = np.array(sorted(lengths.items()), np.int64).reshape(-1, 2)
    return Glance(known[:, 0], known[:, 1], _joined(edged), _joined(wordy))


_NOTHING = pl.DataFrame(schema={"value": pl.String, "rows": pl.UInt32})


def _joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return parts[0] if len(parts) == 1 else pl.concat([_NOTHING, *parts])


def _rows_at_once(values: pl.Series) -> int:
    """So many that their bytes, which are copied, are few."""
    size = max(1, int(values.estimated_size()))
    return max(_LEAST_ROWS, min(_AT_ONCE, _BYTES * len(values) // size))


def _lengths(texts: pl.Series, rows: pl.Series | None, found: TextBytes) -> dict[int, int]:
    """How many rows there are of each length in characters."""
    lengths = found.lengths if found.is_ascii else texts.str.len_chars().to_numpy()
    if rows is None and int(lengths.max()) < _AT_ONCE:
        counts = np.bincount(lengths)
        known = np.flatnonzero(counts)
        return dict(zip(known.tolist(), counts[known].tolist(), strict=True))
    known, places = np.unique(lengths, return_inverse=True)
    weights = np.ones(len(lengths)) if rows is None else rows.to_numpy()
    counts = np.bincount(places, weights=weights).astype(np.int64)
    return dict(zip(known.tolist(), counts.tolist(), strict=True))


def _chosen(texts: pl.Series, rows: pl.Series | None, which: npt.NDArray[np.bool_]) -> pl.DataFrame:
    if not which.any():
        return _NOTHING
    if not which.all():
        texts = texts.filter(pl.Series(which))
        rows = None if rows is None else rows.filter(pl.Series(which))
    if rows is None:
        rows = pl.repeat(1, len(texts), dtype=pl.UInt32, eager=True)
    return pl.DataFrame({"value": texts, "rows": rows.cast(pl.UInt32)})
