"""One column of text while its type is decided: what is counted of it, and what comes of it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from domain.dataset import Interpretation
from infrastructure.tabular.types.missing_words import words_beside_values, words_in_text
from infrastructure.tabular.types.near_misses import NearMiss, near_miss_of
from infrastructure.tabular.types.padding import PADDING
from infrastructure.tabular.types.reading_order import readings_of
from infrastructure.tabular.types.readings import ANY_TEXT, Reading, matching

# Few values refute most readings, and quicker than all.
_PROBED = 24
_FEW_WORDS = 4


class Counts(NamedTuple):
    """How many cells of a column there are; `strays` are no values of its near miss."""

    rows: int = 0
    empty: int = 0
    blank: int = 0
    worded: int = 0
    unexplained: int = 0
    strays: int = 0


_NOTHING = Counts()


@dataclass
class ColumnDecision:
    """One column while it is decided: what is known of its values, and how they are read."""

    index: int
    name: str
    given: Interpretation
    reading: Reading = ANY_TEXT
    counted: Counts = _NOTHING
    stays_text: bool = False
    padded: bool = False
    seen_words: tuple[str, ...] = ()
    near_miss: NearMiss | None = None
    _evidence: dict[str, None] = field(default_factory=dict)

    def note(self, cells: Iterable[str]) -> None:
        """Keep some cells as evidence of what the column holds, the empty ones aside."""
        for cell in cells:
            bare = cell.strip(PADDING)
            self.padded = self.padded or bare != cell
            if bare:
                self._evidence[bare] = None

    @property
    def missing(self) -> int:
        """How many cells are missing values, of those that were counted."""
        counted = self.counted
        return counted.worded + (counted.empty if self.reading.is_text else counted.blank)

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word that need not fit this reading."""
        of = words_in_text if self.reading.among_words else words_beside_values
        return of(self.given)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that become missing values: where the column stays text, but few."""
        if not self.reading.is_text:
            return self.seen_words
        return tuple(word for word in self.seen_words if word in words_in_text(self.given))

    @property
    def bare(self) -> pl.Expr:
        """The column without padding, if any of it is padded."""
        text = pl.nth(self.index)
        return text.str.strip_chars(PADDING) if self.padded else text

    def choose(self) -> None:
        """Take the first reading that fits all that is known."""
        values = list(self._evidence)
        columns = [_column(some) for some in (values[:_PROBED], values)]
        for reading in (
            [ANY_TEXT] if self.stays_text else readings_of(self.name, values, self.given)
        ):
            self.reading, fits, misfits = reading, reading.fits, values
            if fits is None:
                break
            words = set(self.all_words)
            for column in columns:
                misfits = column.filter(~fits(pl.col("x")).fill_null(False))["x"].to_list()
                if not words.issuperset(misfits):
                    break
            else:
                break
        left = set(misfits)
        self.seen_words = tuple(word for word in self.all_words if word in left)
        by_itself = self.reading is ANY_TEXT and self.name not in self.given.types
        others = [value for value in values if value not in self.seen_words]
        self.near_miss = near_miss_of(others) if by_itself else None

    def counts(self) -> Iterator[pl.Expr]:
        """What is to be counted for `counted_in`, nothing of it twice."""
        text, bare, fits = pl.nth(self.index), self.bare, self.reading.fits
        counts = {"rows": pl.len(), "empty": text.null_count() + (text == "").sum()}
        if self.padded:
            counts["blank"] = text.null_count() + (bare == "").sum()
        if fits is not None:
            counts["fitting"] = fits(bare).sum()
            counts["words"] = _count(bare, self.seen_words)
            counts["worded"] = _count(bare, self.words)
        else:
            likely = text.filter(_begins_as(text, self.all_words))
            counts["words"] = _is_word(likely, self.all_words).sum()
            counts["worded"] = _is_word(text, self.words).sum()
        if self.near_miss is not None:
            counts["near"] = matching(self.near_miss.pattern)(bare).sum()
        for name, count in counts.items():
            yield count.cast(pl.Int64).alias(f"{self.index} {name}")

    def counted_in(self, found: Mapping[str, int]) -> Counts:
        """How many cells there are: empty, blank, words for missing values, and none that fit."""
        names = ("rows", "empty", "words", "worded", "fitting", "near")
        rows, empty, words, worded, fitting, near = (
            found.get(f"{self.index} {name}", 0) for name in names
        )
        blank = found.get(f"{self.index} blank", empty)
        return Counts(
            rows=rows,
            empty=empty,
            blank=blank,
            worded=worded,
            unexplained=words - worded
            if self.reading.fits is None
            else rows - blank - words - fitting,
            strays=rows - blank - worded - near if self.near_miss else 0,
        )

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
        bare_words = words.str.strip_chars(PADDING).unique()
        yield bare_words.sort().implode().alias(f"{self.index} words")

    def learn(self, found: dict[str, Any]) -> None:
        """Take the examples in; a column of which there is none to take stays text."""
        known = (len(self._evidence), self.padded)
        names = (f"{self.index} {name}" for name in ("first", "least", "most", "padded"))
        examples = [found[name] for name in names if found.get(name) is not None]
        self.note([*examples, *found[f"{self.index} words"]])
        self.stays_text = known == (len(self._evidence), self.padded)

    def typed(self) -> pl.Expr:
        """The column with its type; whatever was not counted yet may be there."""
        text, words, counted = pl.nth(self.index), self.words, self.counted
        convert = self.reading.convert
        if convert is None:
            if not words:
                some_empty = counted.empty or not counted.rows
                return pl.when(text != "").then(text) if some_empty else text
            worded = _is_word(text, words)
            if self.reading.fits is not None:
                worded &= ~self.reading.fits(self.bare).fill_null(False)
            return pl.when((text != "") & ~worded).then(text)
        bare = self.bare
        if words or counted.blank or not counted.rows:
            known = bare != ""
            bare = pl.when(known & ~bare.is_in(words) if words else known).then(bare)
        return convert(bare)


def _column(values: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({"x": values}, schema={"x": pl.String})


def _is_word(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    padding = f"[{PADDING}]*"
    either = "|".join(re.escape(word) for word in words)
    return text.str.contains(f"^{padding}(?:{either}){padding}$") if words else pl.lit(value=False)


def _begins_as(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """Whether a cell begins as padding or a word does, which is told in half the time."""
    firsts = {word.encode()[0] for word in (*words, *PADDING)}
    return text.cast(pl.Binary).bin.get(0, null_on_oob=True).is_in(sorted(firsts))


def _count(bare: pl.Expr, words: Sequence[str]) -> pl.Expr:
    if len(words) > _FEW_WORDS:
        return bare.is_in(words).sum()
    return pl.sum_horizontal([pl.lit(0), *((bare == word).sum() for word in words)])
