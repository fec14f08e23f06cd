"""Words in the text of a workbook that stand for missing values."""

import polars as pl

from domain.dataset import Interpretation
from infrastructure.tabular.types.missing_words import words_in_text

_CODE_SHAPES = ("^[A-Z]{2}$", "^[a-z]{3}$", "^[A-Z]{4}$", "^[a-z]{4}$")


def without_missing_words(
    frame: pl.DataFrame, interpretation: Interpretation
) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """The frame with null for each missing word in its text, and the words that were there.

    Among codes a word is a code: NA is Namibia beside DE and FR, unless it was said to be missing.
    """
    words = words_in_text(interpretation)
    columns, found = [], {}
    for column in frame.get_columns():
        if column.dtype != pl.String:
            columns.append(column)
            continue
        known = _codes(column, words) if interpretation.missing is None else []
        kept, there = _without(column, [word for word in words if word not in known])
        columns.append(kept)
        found[column.name] = there
    return pl.DataFrame(columns), found


def _without(text: pl.Series, words: list[str]) -> tuple[pl.Series, list[str]]:
    bare = text.str.strip_chars()
    missing = bare.is_in(words)
    if not missing.any():
        return text, []
    kept = pl.select(pl.when(~missing).then(text)).to_series().alias(text.name)
    return kept, sorted(bare.filter(missing).unique())


def _codes(text: pl.Series, words: tuple[str, ...]) -> list[str]:
    """The words that have the shape of all other values, if these have one."""
    bare = text.str.strip_chars()
    others = bare.filter(~bare.is_in(words) & bare.is_not_null())
    if others.is_empty():
        return []
    for shape in _CODE_SHAPES:
        if others.head(100).str.contains(shape).all() and others.str.contains(shape).all():
            return pl.Series(words).filter(pl.Series(words).str.contains(shape)).to_list()
    return []
