"""Truth values in words: one pair of words in one spelling throughout a column."""

from collections.abc import Callable, Iterator

from domain.table import ColumnType
from infrastructure.tabular.types.readings import Reading, text_like

# The first of each pair is true. Two pairs of one letter differ by the other letter.
_PAIRS = (
    ("true", "false"),
    ("yes", "no"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("oui", "non"),
    ("si", "no"),
    ("sí", "no"),
    ("sim", "não"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("y", "n"),
    ("t", "f"),
    ("j", "n"),
)
_SPELLINGS: tuple[Callable[[str], str], ...] = (str.lower, str.capitalize, str.upper)
_TRUE_AND_FALSE = _PAIRS[0]


def truth_readings() -> Iterator[Reading]:
    """A column of one word only tells nothing of the other: it is text, but for true and false."""
    for spelling in _SPELLINGS:
        yield _truth(*(spelling(word) for word in _TRUE_AND_FALSE))
    for word in sorted(
        {spelling(word) for pair in _PAIRS for word in pair for spelling in _SPELLINGS}
    ):
        yield text_like(word)
    for pair in _PAIRS[1:]:
        for spelling in _SPELLINGS:
            yield _truth(*(spelling(word) for word in pair))


def words_of_truth() -> frozenset[str]:
    """Every word of every pair in every spelling."""
    return frozenset(spelling(word) for pair in _PAIRS for word in pair for spelling in _SPELLINGS)


def _truth(true: str, false: str) -> Reading:
    return Reading(
        type=ColumnType.BOOLEAN,
        fits=lambda bare: (bare == true) | (bare == false),
        convert=lambda bare: bare == true,
        format=f"{true}/{false}",
    )
