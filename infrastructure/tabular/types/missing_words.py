"""Words that stand for a missing value where they cannot be a value themselves."""

from domain.dataset import Interpretation
from infrastructure.tabular.types.padding import PADDING

# In any column: no word of a language is written so.
MISSING_WORDS = (
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "#NA",
    "<NA>",
    "NaN",
    "nan",
    "NULL",
    "null",
    "(null)",
    "<null>",
    "[NULL]",
    "\\N",
)
# Signs that tables of statistics and of tests put where a number is not known, not told, or nil.
MISSING_SIGNS = ("-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "…", "?", ":")
# Next to numbers, truth values or dates these cannot be values; among words they can.
_BESIDE_VALUES = (
    *MISSING_WORDS,
    *MISSING_SIGNS,
    "None",
    "none",
    "NONE",
    "Null",
    "nil",
    "na",
    "Na",
    "n.a.",
    "N.A.",
    "n. a.",
    "k.A.",
    "k. A.",
    "NAN",
    "Nan",
    "-nan",
    "-NaN",
    "NaT",
    "nat",
    "-1.#IND",
    "1.#QNAN",
    "1.#IND",
    "-1.#QNAN",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#WERT!",
    "#NV",
    "unknown",
    "Unknown",
    "UNKNOWN",
    "missing",
    "Missing",
    "MISSING",
)


def words_in_text(given: Interpretation) -> tuple[str, ...]:
    """Which words are missing values in a column of text."""
    return MISSING_WORDS if given.missing is None else _bare(given.missing)


def words_beside_values(given: Interpretation) -> tuple[str, ...]:
    """Which words are missing values in a column of any other type."""
    return _BESIDE_VALUES if given.missing is None else _bare(given.missing)


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip(PADDING) for word in words if word.strip(PADDING)))
