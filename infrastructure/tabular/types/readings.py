"""A reading: one way to understand every value of a column of text."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from domain.table import ColumnType

Expression = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """Why a reading could also be otherwise: a stable word, and what to do about it."""

    kind: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What all values of a column are, if each of them `fits`.

    Both functions take a column without its padding. ``fits`` says of each value whether it is
    written in this way and whether ``convert`` keeps all of it; None when any text is. ``convert``
    gives the column its type; None when it stays text. A null of ``fits`` is a no.

    The readings of a column have an order, the narrower before the wider, so that the first that
    every value fits is the same whichever values were looked at first. A narrow reading may be one
    that tells nothing for sure: its ``uncertainty`` says so, and ``choices`` are what it could be.

    ``convention`` is what the values tell of the habits of who wrote the file, such as
    ``("decimal", ",")``: other columns are read by it where they tell nothing themselves.
    ``among_words`` columns hold words, so that fewer words can be missing values.
    """

    type: ColumnType
    fits: Expression | None = None
    convert: Expression | None = None
    format: str | None = None
    unit: str | None = None
    uncertainty: Uncertainty | None = None
    choices: tuple["Reading", ...] = ()
    convention: tuple[str, str] | None = None
    among_words: bool = False

    @property
    def is_text(self) -> bool:
        return self.convert is None


ANY_TEXT = Reading(type=ColumnType.TEXT, among_words=True)


def matching(pattern: str) -> Expression:
    """Whether the whole value matches `pattern`."""
    whole = f"^(?:{pattern})$"
    return lambda bare: bare.str.contains(whole)


def text_like(pattern: str, uncertainty: Uncertainty | None = None) -> Reading:
    """Text of one shape, which a wider reading must not take for something else."""
    return Reading(type=ColumnType.TEXT, fits=matching(pattern), uncertainty=uncertainty)
