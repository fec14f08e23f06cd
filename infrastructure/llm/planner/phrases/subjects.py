"""The columns that something is said of."""

from infrastructure.llm.planner.reading.reader import Reader

_ANY_OF = ("any of", "one of", "at least one of", "either of", "any one of")


def read_subjects(reader: Reader) -> tuple[tuple[str, ...], str]:
    """Read one column or several of which the same is said: "age and salary are missing".

    With them, the "and" or "or" that joins them. Raises Question.
    """
    which = reader.take("value of", "values of", "either", "both", *_ANY_OF, "all of", "each of")
    first = reader.column()
    if first is None:
        return (), "and"
    found, joint = [first], "and"
    while True:
        before, missed = reader.position, reader.missed
        sign = reader.take("and", "or", ",")
        name = reader.column() if sign else None
        if name is None:
            reader.position, reader.missed = before, missed
            return tuple(found), "or" if which in _ANY_OF and len(found) > 1 else joint
        joint = sign if sign in {"and", "or"} else joint
        found.append(name)
