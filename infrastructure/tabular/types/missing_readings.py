"""Readings of columns that hold words for missing values, and hardly anything else."""

from dataclasses import replace

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.missing_words import words_beside_values, words_in_text
from infrastructure.tabular.types.readings import Reading, text_like

_CODE_SHAPES = ("[A-Z]{2}", "[a-z]{3}", "[A-Z]{4}", "[a-z]{4}")


def readings_without_values(given: Interpretation) -> list[Reading]:
    """Columns of nothing but missing words: a single value elsewhere makes them another."""
    beside = [word for word in words_beside_values(given) if word not in words_in_text(given)]
    return [
        Reading(type=ColumnType.TEXT, fits=lambda bare: bare.str.len_bytes() < 0, among_words=True),
        Reading(type=ColumnType.TEXT, fits=lambda bare: bare.is_in(beside), among_words=True),
    ]


def code_readings() -> list[Reading]:
    """Text whose every value has the shape of a missing word, so that the word is one of them.

    NA is Namibia among DE and FR, nan a language among deu and fra.
    """
    return [replace(text_like(shape), among_words=True) for shape in _CODE_SHAPES]
