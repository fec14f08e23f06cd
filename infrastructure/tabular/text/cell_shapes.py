"""What a cell looks like: the evidence that a text was split where it was meant to be."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from math import log

_SIGN = r"[+-]?"
_DIGITS = r"(?:\d+|\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+)"
_CURRENCY = r"(?:[$€£¥₹₽₩]|US\$|USD|EUR|GBP|CHF|kr\.?|zł|R\$)"
_NUMBER = re.compile(
    rf"\(?{_SIGN} ?{_CURRENCY}? ?{_SIGN}(?:{_DIGITS}(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
    rf" ?(?:%|‰|{_CURRENCY})?\)?"
)
_MONTH = r"(?:[A-Za-zäéû]{3,9}\.?)"
_TIME_TEXT = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_DAY = (
    r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4}"
    rf"|\d{{1,2}}[- /.]{{1,2}}{_MONTH}[- /.,]{{1,2}}\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
)
_DATE = re.compile(rf"{_DAY}(?:[T ]{{1,2}}{_TIME_TEXT}{_ZONE})?")
_TIME = re.compile(rf"{_TIME_TEXT}{_ZONE}")
_ADDRESS = re.compile(
    r"(?:https?|ftp|s3|file)://\S+|www\.\S+|[\w.+-]+@[\w.-]+\.\w+|(?:\d{1,3}\.){3}\d{1,3}"
)
_NESTED = re.compile(r"\{.*\}|\[.*\]", re.DOTALL)
_CODE = re.compile(r"(?=\S*\d)[\w./#+-]+")
_WORD = re.compile(r"[^\W\d][\w'\u2019.-]*")
_MISSING = frozenset(
    {"na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", "#n/a", ".", "..", "\\n"}
    | {"*", "**", "***", "#err", "#div/0!", "#name?", "#null!", "#num!", "#ref!", "#value!"}
)
_BOOLEAN = frozenset({"true", "false", "yes", "no"})
_LONGEST = 300


class Shape(StrEnum):
    """From what a program wrote to what a person did."""

    EMPTY = "empty"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    ADDRESS = "address"
    BOOLEAN = "boolean"
    NESTED = "nested"
    CODE = "code"
    WORD = "word"
    TEXT = "text"


_NEARLY_ALL = 0.8

TYPED = frozenset({Shape.NUMBER, Shape.DATE, Shape.TIME, Shape.ADDRESS})


@lru_cache(maxsize=65_536)
def shape_of_cell(cell: str) -> Shape:
    """The shape of one cell, its outer white space aside."""
    text = cell.strip()
    if not text or text.lower() in _MISSING:
        return Shape.EMPTY
    if _NESTED.fullmatch(text):
        return Shape.NESTED
    if len(text) > _LONGEST:
        return Shape.TEXT
    for pattern, shape in (
        (_NUMBER, Shape.NUMBER),
        (_DATE, Shape.DATE),
        (_TIME, Shape.TIME),
        (_ADDRESS, Shape.ADDRESS),
    ):
        if pattern.fullmatch(text):
            return shape
    if text.lower() in _BOOLEAN:
        return Shape.BOOLEAN
    if _CODE.fullmatch(text):
        return Shape.CODE
    return Shape.WORD if _WORD.fullmatch(text) else Shape.TEXT


def are_clauses(cells: Sequence[str]) -> bool:
    """Whether the delimiter may be a mark of a sentence: a space follows it wherever text does."""
    return not any(cell[:1].strip() for cell in cells[1:])


class ColumnShapes:
    """What the cells of each column look like, learnt from rows that are as they should be."""

    def __init__(self, rows: Iterable[Sequence[str]], width: int) -> None:
        known = list(rows)
        self.rows = len(known)
        self._counts = [
            Counter(map(shape_of_cell, [row[index] for row in known if index < len(row)]))
            for index in range(width)
        ]

    def fit(self, index: int, cell: str) -> float:
        """The logarithm of how likely such a cell is in the column."""
        shape = shape_of_cell(cell)
        return log((self._counts[index][shape] + 0.1) / (self.rows + 1))

    def typed(self) -> list[int]:
        """The columns of numbers, dates, times or addresses only."""
        return [
            index
            for index, counts in enumerate(self._counts)
            if (present := self.rows - counts[Shape.EMPTY])
            and sum(counts[shape] for shape in TYPED) == present
        ]

    def hold_values(self) -> bool:
        """Whether a column is of numbers, dates, times or addresses, but for a few cells."""
        return any(
            (present := self.rows - counts[Shape.EMPTY])
            and sum(counts[shape] for shape in TYPED) >= _NEARLY_ALL * present
            for counts in self._counts
        )

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether there are columns of values, and the cells in nearly all of them are such."""
        typed = self.typed()
        alike = sum(self._counts[index][shape_of_cell(cells[index])] > 0 for index in typed)
        return bool(typed) and alike >= 0.8 * len(typed)

    def main(self, index: int) -> tuple[Shape, float]:
        """The most frequent shape of a column's cells that hold something, and its share."""
        counts = Counter(self._counts[index])
        counts.pop(Shape.EMPTY, None)
        if not counts:
            return Shape.EMPTY, 1.0
        shape, count = counts.most_common(1)[0]
        return shape, count / counts.total()
