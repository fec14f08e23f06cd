"""Commands about the order of rows."""

from domain.actions import Action, Sort
from infrastructure.llm.planner.phrases.sort_keys import (
    DIRECTIONS,
    directed_keys,
    read_direction,
    read_most_first,
)
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.reader import Reader

# "Put the most recent order of the table on top" has as many words.
_MOST_AHEAD = 10


def sort_rows(reader: Reader) -> tuple[Action, ...] | None:
    """Read "sort by age descending then name", "order rows by salary from high to low"."""
    if not reader.take(*words.SORT, "sorted by", "ordered by", "sorted on"):
        return None
    reader.skip_to_name(("the", "all", "by", "on"), *DIRECTIONS)
    before = reader.position
    named = reader.at_lone_name(*DIRECTIONS)
    # "By it" is by the column of the step before.
    by = reader.tokens[before - 1].word in {"by", "on"}
    if (
        not (named or by)
        and (
            reader.take(*words.TABLE, "them", "everything", "rest", "remainder")
            or reader.take_rows()
        )
        and not reader.at("by", "on", "in", *DIRECTIONS)
    ):
        reader.position = before
    leading = read_direction(reader)
    reader.skip_to_name(("by", "on", "the", "according to", "values of", "values in"), *DIRECTIONS)
    keys = directed_keys(reader, leading)
    return None if keys is None else (Sort(keys=keys),)


def put_most_first(reader: Reader) -> tuple[Action, ...] | None:
    """Read "newest orders first", "put the biggest total on top"."""
    ahead = reader.tokens[reader.position : reader.position + _MOST_AHEAD]
    if not {"first", "top"} & {token.word for token in ahead}:
        return None
    reader.take("put", "with", "have")
    key = read_most_first(reader)
    return None if key is None else (Sort(keys=(key,)),)
