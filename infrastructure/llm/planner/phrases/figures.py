"""Figures of groups: "the sum of quantity and the mean of price", "min and max of age", "count"."""

from collections.abc import Iterator

from domain.actions import Figure
from domain.actions.grouping import Aggregate, AggregateFunction
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

FUNCTIONS: dict[AggregateFunction, tuple[str, ...]] = {
    "sum": ("sum", "total", "sums", "totals", "sum up", "add up", "summed", "sum total"),
    "mean": ("mean", "average", "avg", "means", "averages", "averaged"),
    "median": ("median", "medians"),
    "min": ("min", "minimum", "lowest", "smallest", "minima", "earliest", "least", "cheapest"),
    "max": (
        "max",
        "maximum",
        "highest",
        "largest",
        "biggest",
        "maxima",
        "latest",
        "greatest",
        "newest",
        "most expensive",
    ),
    "std": ("std", "standard deviation", "stdev", "std dev", "sd", "stddev", "std deviation"),
    "distinct": (
        *("distinct count", "unique count", "number of unique", "number of distinct", "nunique"),
        *("count distinct", "count unique", "number of different", "count of unique"),
        *("count of distinct",),
    ),
    "count": ("count", "number", "counts"),
    "first": ("first",),
    "last": ("last",),
}
_DONE: dict[str, AggregateFunction] = {
    **dict.fromkeys(("summed up", "added up", "summed", "totalled", "totaled", "sum"), "sum"),
    **dict.fromkeys(("averaged", "on average", "average", "mean"), "mean"),
    **dict.fromkeys(("counted",), "count"),
    **dict.fromkeys(("maximum", "max"), "max"),
    **dict.fromkeys(("minimum", "min"), "min"),
}
_MOST = 40
FUNCTION_WORDS = tuple(phrase for phrases in FUNCTIONS.values() for phrase in phrases)
_ROWS = (
    *("rows", "row", "records", "entries", "them", "each", "observations", "occurrences", "group"),
    *("sales", "orders", "people", "items", "lines", "cases", "how many rows there are"),
)
_OVER = ("the", "of", "value of", "values of", "a", "an", "column", "for", "in", "each", "its")


def function_of(phrase: str) -> AggregateFunction:
    """The function that a phrase of FUNCTION_WORDS means."""
    return next(kind for kind, phrases in FUNCTIONS.items() if phrase in phrases)


def read_figures(reader: Reader) -> Iterator[tuple[Aggregate, ...]]:
    """Read figures as far as they go."""
    found: list[Aggregate] = []
    while True:
        before = reader.position
        if found:
            joined = [reader.take(","), reader.take("and", "plus", "as well as", "with", "&")]
            if not any(joined):
                break
        figures = _figures_of_columns(reader)
        if not figures:
            reader.position = before
            break
        found += figures
        if len(found) > _MOST:
            raise Question(f"That is more than {_MOST} figures. Please ask for fewer at a time.")
    if found:
        yield tuple(found)


def read_functions(reader: Reader) -> Iterator[tuple[AggregateFunction, ...]]:
    """Read at least two functions: "min, max and mean"."""
    found = _functions(reader)
    if len(set(found)) > 1:
        yield tuple(dict.fromkeys(found))


def _figures_of_columns(reader: Reader) -> list[Aggregate]:
    """One function or several, of one column or several, or the number of rows."""
    reader.skip("take", "compute", "calculate", "get", "show", "the", "their", "its", "a", "find")
    functions = _functions(reader)
    if not functions:
        behind = _figure_behind(reader)
        return [behind] if behind else []
    before = reader.position
    if functions == ["count"]:
        reader.skip("the", "of", "number of")
        if reader.take_rows() or reader.take(*_ROWS) or _ends(reader):
            return [_named(reader, "rows", None)]
        reader.position = before
    reader.skip(*_OVER)
    columns = reader.columns()
    if not columns:
        reader.position = before
        return []
    several = len(functions) * len(columns) > 1
    if several:
        return [Aggregate(function=f, column=column) for column in columns for f in functions]
    return [_named(reader, functions[0], columns[0])]


def _figure_behind(reader: Reader) -> Aggregate | None:
    """ "price summed up", "age averaged": the column first, then what is done to it."""
    before, missed = reader.position, reader.missed
    column = reader.column()
    phrase = reader.take(*_DONE) if column is not None else None
    if column is None or phrase is None:
        reader.position, reader.missed = before, missed
        return None
    return _named(reader, _DONE[phrase], column)


def _functions(reader: Reader) -> list[AggregateFunction]:
    found: list[AggregateFunction] = []
    while True:
        before = reader.position
        if found:
            joined = [reader.take(","), reader.take("and", "&")]
            if not any(joined):
                break
        reader.skip("the", "their")
        phrase = reader.take(*FUNCTION_WORDS)
        if phrase is None:
            reader.position = before
            break
        found.append(function_of(phrase))
        if reader.at("of"):
            break
    return found


def _named(reader: Reader, function: AggregateFunction, column: str | None) -> Aggregate:
    before = reader.position
    if reader.take("as", "called", "named", "in a column called", "into"):
        token = reader.token()
        if token is None:
            raise Question("What should the figure be called?")
        reader.advance()
        return Aggregate(function=function, column=column, new=token.text)
    reader.position = before
    return Aggregate(function=function, column=column)


def _ends(reader: Reader) -> bool:
    token = reader.token()
    return (
        token is None
        or token.text in {",", ".", ";", "\n", "!", "?"}
        or bool(reader.at("and", "then", "as", "please", "per", "by", "for"))
    )


def figure_told(word: str) -> Figure | None:
    """The figure that a word of groups means, if a question can be about it."""
    figures: dict[str, Figure] = {
        "sum": "sum",
        "mean": "mean",
        "median": "median",
        "min": "min",
        "max": "max",
        "std": "std",
        "distinct": "distinct",
    }
    return figures.get(word)
