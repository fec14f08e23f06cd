"""Numbers sorted into bins."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from domain.actions.errors import NothingNamed, UnusableValue
from domain.actions.literals import column, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.scaling import CAST_FIRST, NUMBERS_NEEDED
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import NUMERIC, demand
from domain.actions.wording import name_text, names_text
from domain.table import ColumnType, TableShape

_MOST_BINS = 1000


@dataclass(frozen=True, kw_only=True)
class Bin(TypedAction):
    """Sort numbers into bins, and write the bins as text into the column `new`.

    The bins are given by their `edges`, or by how many there are to be: of the same width from the
    least to the greatest number, or (quantile) of as many rows each, as far as equal numbers,
    which are never parted, allow. An upper edge belongs to its bin, and so does the lowest edge.
    With one label more than edges, the outer bins are open; else there is one less, and what lies
    outside the edges becomes missing in the new column. Without labels the bins are called as
    mathematicians do: (20, 40] is over 20 and up to 40. A missing number has no bin.
    """

    kind: Literal["bin"] = "bin"
    column: str
    new: str
    bins: int | None = None
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    method: Literal["width", "quantile"] = "width"

    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def columns_changed(self) -> tuple[str, ...]:
        return (self.new,)

    def check(self, shape: TableShape) -> None:
        demand([shape.column(self.column)], NUMERIC, NUMBERS_NEEDED, CAST_FIRST)
        check_new_names((self.new,), shape.column_names)
        self._check_labels()
        if self.edges:
            self._check_edges()
        elif not 2 <= self._count <= _MOST_BINS:
            raise NothingNamed(f"Say the edges of the bins, or how many: 2 to {_MOST_BINS}.")
        elif self.labels and len(self.labels) != self._count:
            raise UnusableValue(f"There are {len(self.labels)} labels for {self.bins} bins.")

    def _check_labels(self) -> None:
        if len(set(self.labels)) < len(self.labels):
            raise UnusableValue("Two labels are the same. Give each bin one of its own.")
        for label in self.labels:
            if not (label.isprintable() and label.strip()):
                raise UnusableValue(f"{label!r} is no label. Write it in letters that show.")

    def _check_edges(self) -> None:
        if self.bins is not None or self.method == "quantile":
            raise UnusableValue("Edges make the bins already: give no number or method with them.")
        if not all(map(math.isfinite, self.edges)):
            raise UnusableValue("An edge is no finite number. For open bins, give one more label.")
        if any(low >= high for low, high in pairwise(self.edges)):
            raise UnusableValue("The edges do not go up. Give them in order, each once.")
        if len(self.edges) == 1 and not self.labels:
            raise NothingNamed("One edge parts numbers in two. Give a label for each.")
        if self.labels and abs(len(self.labels) - len(self.edges)) != 1:
            inner = f"{len(self.edges) - 1} labels, or " if len(self.edges) > 1 else ""
            raise UnusableValue(
                f"There are {len(self.labels)} labels for {len(self.edges)} edges. "
                f"Give {inner}{len(self.edges) + 1} for bins that are open on both sides."
            )

    @property
    def _count(self) -> int:
        """How many bins there are; 0 where nothing tells."""
        if self.edges:
            return len(self.labels) or len(self.edges) - 1
        return self.bins or len(self.labels)

    def code(self) -> str:
        found = f"numbers = {column(self.column)}.astype('float64')\n"
        if self.edges:
            return f"{_IMPORTS}{found}{self._by_edges()}"
        found += "finite = numbers[numbers.abs() < float('inf')]\n"
        if self.method == "quantile":
            found += f"edges = finite.quantile(np.linspace(0, 1, {self._count + 1})[1:-1])\n"
        else:
            found += f"edges = np.linspace(finite.min(), finite.max(), {self._count + 1})[1:-1]\n"
        labels = literal_list(self.labels)
        if not self.labels:
            found += _NAMED_BY_EDGES
            labels = "names"
        return f"{_IMPORTS}{found}{self._named(labels, 'edges', 'numbers.notna()')}"

    def _by_edges(self) -> str:
        if len(self.labels) > len(self.edges):
            labels = literal_list(self.labels)
            return self._named(labels, literal_list(self.edges), "numbers.notna()")
        within = f"numbers.between({self.edges[0]!r}, {self.edges[-1]!r})"
        labels = literal_list(self.labels or _intervals(self.edges))
        return self._named(labels, literal_list(self.edges[1:-1]), within)

    def _named(self, labels: str, edges: str, within: str) -> str:
        return (
            f"labels = pd.Series({labels}, dtype='str')\n"
            f"bins = labels.take(np.searchsorted({edges}, numbers)).set_axis(df.index)\n"
            f"{column(self.new)} = bins.where({within})"
        )

    def describe(self) -> str:
        if self.edges:
            bins = f"bins with the edges {', '.join(f'{edge:g}' for edge in self.edges)}"
        else:
            alike = "with as many rows each" if self.method == "quantile" else "of the same width"
            bins = f"{self._count} bins {alike}"
        called = f", called {names_text(self.labels)}" if self.labels else ""
        return f"Add {name_text(self.new)}: {name_text(self.column)} in {bins}{called}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.with_column(self.new, ColumnType.TEXT, distinct=self._count)


_IMPORTS = "import numpy as np\nimport pandas as pd\n\n"
_NAMED_BY_EDGES = """edges = np.unique(edges[np.isfinite(edges)])
texts = [f'{edge:.8g}' for edge in edges]
if len(set(texts)) < len(texts):  # edges this close need all their digits
    texts = [repr(float(edge)) for edge in edges]
lows, highs = ['-inf', *texts], [*texts, 'inf']
names = [f'({low}, {high}]' for low, high in zip(lows, highs, strict=True)]
"""


def _intervals(edges: tuple[float, ...]) -> tuple[str, ...]:
    """``[0, 20]``, ``(20, 40]``: how the bins between the edges are called."""
    texts = [str(int(edge)) if float(edge).is_integer() else repr(edge) for edge in edges]
    return tuple(
        f"{'(' if place else '['}{low}, {high}]"
        for place, (low, high) in enumerate(pairwise(texts))
    )
