"""The types of all columns of a text, decided on every value in one pass, or few.

A sample of the first rows tells of each column which reading is the first that fits; a pass over
the whole text counts whether every value fits it. Where one does not, examples of those join the
sample, and the column gets the next reading that fits them all: so a column has the first of its
readings that every value fits, and no sample decides anything.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from domain.dataset import Interpretation
from infrastructure.tabular.missing_words import words_beside_values, words_in_text
from infrastructure.tabular.reading_order import readings_of
from infrastructure.tabular.readings import ANY_TEXT, PADDING, Reading

_SAMPLED_CELLS = 400_000
_LEAST_ROWS, _MOST_ROWS = 200, 4000
_COLUMNS_AT_ONCE = 500
_FEW_WORDS = 4


@dataclass
class ColumnDecision:
    """One column while it is decided: what is known of its values, and how they are read."""

    index: int
    name: str
    given: Interpretation
    evidence: dict[str, None] = field(default_factory=dict)
    reading: Reading = ANY_TEXT
    rows: int = 0
    empty: int = 0
    blank: int = 0
    worded: int = 0
    stays_text: bool = False

    @property
    def missing(self) -> int:
        return self.worded + (self.empty if self.reading.is_text else self.blank)

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word that would be a missing value in this reading."""
        of = words_in_text if self.reading.among_words else words_beside_values
        return of(self.given)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that were seen in the column and are missing values in this reading."""
        bare = {text.strip(PADDING) for text in self.evidence}
        words = [word for word in self.all_words if word in bare]
        fits = self.reading.fits
        if fits is None or not words:
            return tuple(words)
        seen = pl.DataFrame({"word": words}, schema={"word": pl.String})
        return tuple(seen.filter(~fits(pl.col("word")).fill_null(False))["word"])

    @property
    def bare(self) -> pl.Expr:
        """The column without padding, if any of it is padded."""
        text = pl.nth(self.index)
        padded = any(value.strip(PADDING) != value for value in self.evidence)
        return text.str.strip_chars(PADDING) if padded else text

    def choose(self) -> None:
        """Take the first reading that fits all that is known."""
        if self.stays_text:
            self.reading = ANY_TEXT
            return
        bare = dict.fromkeys(text.strip(PADDING) for text in self.evidence)
        values = pl.DataFrame({"x": [text for text in bare if text]}, schema={"x": pl.String})
        for reading in readings_of(self.name, values["x"].to_list(), self.given):
            self.reading, fits = reading, reading.fits
            if fits is None:
                return
            others = values.filter(~fits(pl.col("x")).fill_null(False))["x"]
            if set(others) <= set(self.all_words):
                return

    def counts(self) -> Iterator[pl.Expr]:
        """How many cells are empty, blank, words for missing values, and none that fit."""
        text, bare, fits = pl.nth(self.index), self.bare, self.reading.fits
        words = self.words
        empty = text.null_count() + (text == "").sum()
        blank = text.null_count() + (bare == "").sum()
        if fits is None:
            worded = _is_word(text, words).sum()
            unexplained = _is_word(text, self.all_words).sum() - worded
        else:
            worded = _count(bare, words)
            unexplained = pl.len() - fits(bare).sum() - blank - worded
        named = {"empty": empty, "blank": blank, "worded": worded, "unexplained": unexplained}
        for name, count in named.items():
            yield count.cast(pl.Int64).alias(f"{self.index} {name}")

    def examples(self) -> Iterator[pl.Expr]:
        """Some cells that do not fit, and each word for a missing value."""
        text, bare, fits = pl.nth(self.index), self.bare, self.reading.fits
        if fits is None:
            words = text.filter(_is_word(text, self.all_words))
        else:
            bare = text.str.strip_chars(PADDING)
            other = ~fits(bare).fill_null(False) & (bare != "")
            misfits = text.filter(other & ~bare.is_in(self.all_words))
            yield misfits.first().alias(f"{self.index} first")
            yield misfits.min().alias(f"{self.index} least")
            yield misfits.max().alias(f"{self.index} most")
            # One padded cell tells that the column is padded.
            yield text.filter(text != bare).first().alias(f"{self.index} padded")
            words = text.filter(other & bare.is_in(self.all_words))
        yield words.unique().sort().head(1000).implode().alias(f"{self.index} words")

    def learn(self, found: dict[str, Any]) -> None:
        """Take the examples in; a column of which there is none to take stays text."""
        known = len(self.evidence)
        for name in ("first", "least", "most", "padded"):
            if (example := found.get(f"{self.index} {name}")) is not None:
                self.evidence[example] = None
        self.evidence.update(dict.fromkeys(found[f"{self.index} words"]))
        self.stays_text = len(self.evidence) == known

    def typed(self) -> pl.Expr:
        """The column with its type."""
        text, words = pl.nth(self.index), self.words
        convert = self.reading.convert
        if convert is None:
            if not words:
                return pl.when(text != "").then(text) if self.empty else text
            worded = _is_word(text, words)
            if self.reading.fits is not None:
                worded &= ~self.reading.fits(self.bare).fill_null(False)
            return pl.when((text != "") & ~worded).then(text)
        bare = self.bare
        if words or self.blank:
            bare = pl.when(~bare.is_in(["", *words])).then(bare)
        return convert(bare)


def decide_columns(text: pl.LazyFrame, given: Interpretation) -> list[ColumnDecision]:
    """The reading of each column of `text`, and the counts of its cells."""
    names = text.collect_schema().names()
    rows = min(_MOST_ROWS, max(_LEAST_ROWS, _SAMPLED_CELLS // max(1, len(names))))
    sample = text.head(rows).collect(engine="streaming")
    columns = [
        ColumnDecision(index, name, given, _distinct(sample.to_series(index)))
        for index, name in enumerate(names)
    ]
    undecided = columns
    while undecided:
        for column in undecided:
            column.choose()
        few = range(0, len(undecided), _COLUMNS_AT_ONCE)
        undecided = [c for i in few for c in _checked(text, undecided[i : i + _COLUMNS_AT_ONCE])]
    _follow_conventions(columns)
    return columns


def _follow_conventions(columns: list[ColumnDecision]) -> None:
    """Read columns that tell nothing for sure as the others are written, if those agree."""
    seen: dict[str, set[str]] = {}
    for reading in (column.reading for column in columns):
        if reading.convention and not reading.choices:
            what, how = reading.convention
            seen.setdefault(what, set()).add(how)
    for column in columns:
        unsure = column.reading.uncertainty
        for choice in column.reading.choices:
            what, how = choice.convention or ("", "")
            if unsure and seen.get(what) == {how}:
                message = "no value tells it; the values were read as those of other columns are"
                column.reading = replace(choice, uncertainty=replace(unsure, message=message))


def _checked(text: pl.LazyFrame, columns: Sequence[ColumnDecision]) -> list[ColumnDecision]:
    """Those of the columns whose reading does not fit every value, with new examples."""
    counts = _row(text, [pl.len().alias("rows"), *(e for c in columns for e in c.counts())])
    for column in columns:
        column.rows = counts["rows"]
        column.empty = counts[f"{column.index} empty"]
        column.blank = counts[f"{column.index} blank"]
        column.worded = counts[f"{column.index} worded"]
    wrong = [column for column in columns if counts[f"{column.index} unexplained"]]
    if wrong:
        found = _row(text, [e for column in wrong for e in column.examples()])
        for column in wrong:
            column.learn(found)
    return wrong


def _is_word(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    padding = f"[{PADDING}]*"
    either = "|".join(re.escape(word) for word in words)
    return text.str.contains(f"^{padding}(?:{either}){padding}$") if words else text != text


def _count(bare: pl.Expr, words: Sequence[str]) -> pl.Expr:
    if len(words) > _FEW_WORDS:
        return bare.is_in(words).sum()
    return pl.sum_horizontal([pl.lit(0), *((bare == word).sum() for word in words)])


def _row(text: pl.LazyFrame, exprs: list[pl.Expr]) -> dict[str, Any]:
    return text.select(exprs).collect(engine="streaming").row(0, named=True)


def _distinct(sample: pl.Series) -> dict[str, None]:
    return dict.fromkeys(text for text in sample.unique(maintain_order=True) if text)
