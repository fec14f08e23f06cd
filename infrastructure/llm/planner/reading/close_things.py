"""What the planner cannot do, and what is close to it."""

from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.reader import Reader

_ROWS = frozenset({"row", "rows", "records", "lines"})

_CLOSE: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"shift"}),
        "move cells to other rows",
        "add the running total of a column, or: add the previous value of a column",
    ),
    (
        frozenset({"percentile", "quantile", "percentiles"}),
        "tell percentiles",
        "add a column with the percentile of each value, or: bin a column into quartiles",
    ),
    (
        frozenset({"sample", "random", "randomly", "shuffle"}),
        "do that by chance",
        "keep 100 random rows, or: keep a random 10 %",
    ),
    (
        frozenset({"reverse"}),
        "turn the order of the rows round",
        "sort by a column: sort by it descending",
    ),
    (
        frozenset({"second", "third", "nth"}),
        "guess whether such rows are to stay or to go",
        "keep every second row, or: drop every third row",
    ),
    (
        frozenset({"join", "lookup", "vlookup", "file", "tables"}),
        "bring in another table, for I know this one alone",
        "map values of a column: map a to b and c to d in the column",
    ),
    (
        frozenset({"translate", "guess", "forecast", "download", "weather", "google"}),
        "know what is not in the table",
        "map values of a column, or fill its gaps by the other rows",
    ),
    (
        frozenset({"send", "save", "export", "upload", "print", "email"}),
        "send or save the table",
        "export it: GET …/nodes/current/export?format=csv",
    ),
    (
        frozenset({"spelling", "typos", "misspelled", "misspellings", "similar", "fuzzy"}),
        "mend spelling by myself",
        "merge similar values in a column, or replace one: replace 'old' with 'new' in a column",
    ),
)


def what_is_close(reader: Reader, start: int, end: int) -> str | None:
    """A sentence about the first of these things that the words from `start` to `end` ask for."""
    shape = reader.shape
    names = {name.casefold() for name in shape.column_names}
    names.update(word for name in shape.column_names for word in name_words(name))
    words = {token.word for token in reader.tokens[start:end]} - names
    if not words & _ROWS:
        words -= {"first", "last", "second", "third"}
    for asked, cannot, close in _CLOSE:
        if words & asked:
            return f"I cannot {cannot}. What is close: {close}."
    return None
