"""Values of one column as people list them: "kitchen stuff and decor", "lamps and candles"."""

from collections.abc import Iterator

from infrastructure.llm.planner.phrases.values_without_column import HeldValues, read_held_values
from infrastructure.llm.planner.reading.reader import Reader

# What the rows of a value are called behind it.
_NOUNS = ("stuff", "things", "items", "ones", "goods", "products", "articles", "entries", "rows")


def read_held_list(reader: Reader) -> Iterator[HeldValues]:
    """Read values that one column holds, each with a noun behind it or none."""
    found: HeldValues | None = None
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "&", "or")] if found else ["first"]
        reader.skip("the", "all", "both", "every", "any")
        more = read_held_values(reader) if any(joined) else None
        if more is None or (found is not None and more[0] != found[0]):
            reader.position = before
            break
        reader.take(*_NOUNS)
        cells, as_said = (found[1], found[2]) if found else ([], True)
        found = (more[0], [*cells, *more[1]], as_said and more[2])
    if found is not None:
        yield found
