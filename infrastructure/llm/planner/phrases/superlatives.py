"""Superlatives: which way round "cheapest" is, and of which column it is said by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.condition_words import AGES
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation


@dataclass(frozen=True)
class _Kind:
    """Words for the most and the least of one thing; `named` are words of its columns' names.

    The first of `named` that names a column counts. `dated` says that dates are the thing.
    """

    most: tuple[str, ...]
    least: tuple[str, ...]
    named: tuple[frozenset[str], ...] = ()
    dated: bool = False

    def columns(self, reader: Reader) -> tuple[str, ...]:
        if self.dated:
            return reader.of_types(frozenset({ColumnType.DATETIME}))
        for words in self.named:
            found = [n for n in reader.of_types(NUMERIC) if words & set(name_words(n))]
            if found:
                return tuple(found)
        return ()


_KINDS = (
    _Kind(
        most=("most expensive", "priciest", "costliest", "dearest"),
        least=("cheapest", "least expensive"),
        named=(frozenset({"price", "prices"}), frozenset({"cost", "fee", "fare", "amount"})),
    ),
    _Kind(
        most=("best paid", "highest paid", "best-paid", "highest-paid", "top paid", "richest"),
        least=("lowest paid", "worst paid", "least paid", "lowest-paid", "worst-paid", "poorest"),
        named=(frozenset({"salary", "wage", "wages", "pay", "income", "earnings", "salaries"}),),
    ),
    _Kind(
        most=("longest",),
        least=("shortest",),
        named=(frozenset({"duration", "length"}), frozenset({"nights", "days", "minutes"})),
    ),
    _Kind(
        most=("heaviest",),
        least=("lightest",),
        named=(frozenset({"weight", "mass"}),),
    ),
    _Kind(
        most=("slowest",),
        least=("fastest", "quickest"),
        named=(
            frozenset({"duration", "latency", "time", "elapsed"}),
            frozenset({"ms", "milliseconds", "seconds", "minutes"}),
        ),
    ),
    _Kind(most=("tallest",), least=("shortest",), named=(frozenset({"height"}),)),
    _Kind(
        most=("hottest", "warmest"),
        least=("coldest", "coolest"),
        named=(frozenset({"temperature", "temp"}),),
    ),
    _Kind(most=("oldest", "eldest"), least=("youngest",), named=(AGES,)),
    _Kind(
        most=("newest", "latest", "most recent", "youngest"),
        least=("oldest", "earliest"),
        dated=True,
    ),
    _Kind(
        most=("highest", "largest", "biggest", "greatest", "most", "maximum", "max", "top", "best"),
        least=("lowest", "smallest", "fewest", "least", "minimum", "min", "bottom", "worst"),
    ),
)
# Of several pieces, or of several things.
_BOUGHT = frozenset(
    {"order", "purchase", "invoice", "sale", "transaction", "receipt", "booking", "delivery"}
)
_TOTALS = frozenset({"total", "amount"})
SUPERLATIVES = tuple(dict.fromkeys(word for kind in _KINDS for word in (*kind.most, *kind.least)))


@dataclass(frozen=True)
class Superlative:
    """One of the words, as it was said."""

    word: str

    def is_most_of(self, column: str) -> bool:
        """Whether it is the largest value of the column: the oldest by age, not by year."""
        kinds = [kind for kind in _KINDS if self.word in (*kind.most, *kind.least)]
        of_it = [k for k in kinds if any(words & set(name_words(column)) for words in k.named)]
        return self.word in (*of_it, kinds[-1])[0].most

    def column_of_whole(self, reader: Reader, noun: str) -> str | None:
        """The total of "the most expensive order", where the price is that of one piece."""
        first = _KINDS[0]
        if self.word not in (*first.most, *first.least) or noun.removesuffix("s") not in _BOUGHT:
            return None
        found = [n for n in reader.of_types(NUMERIC) if _TOTALS & set(name_words(n))]
        return found[0] if len(found) == 1 else None

    def column(self, reader: Reader, *, of_person: bool = False) -> str | None:
        """The column that it is said of; None where it says none. Raises Question for several."""
        kinds = [kind for kind in _KINDS if self.word in (*kind.most, *kind.least)]
        found = [kind.columns(reader) for kind in kinds]
        # The oldest person is so by age, whatever dates there are.
        found = found[:1] if of_person and found[0] else found
        names = [name for each in found for name in each]
        if len(names) > 1:
            raise self.by_which(reader, names)
        return names[0] if names else None

    def by_which(self, reader: Reader, names: Sequence[str]) -> Question:
        """Ask by which of the columns, of the command that is read."""
        before, after = reader.text_around(reader.start, reader.position)
        command = reader.text(reader.start, reader.position)
        return Question(
            f"The {self.word} by which column: {', '.join(names)}?",
            tuple(
                Choice(label=name, message=f"{before}{command} by {quotation(name)}{after}")
                for name in names
            ),
        )


def read_superlative(reader: Reader) -> Iterator[Superlative]:
    """Read one of the words."""
    word = reader.take(*SUPERLATIVES)
    if word is not None:
        yield Superlative(word)
