"""The columns that something is said of."""

from infrastructure.llm.planner.reading.reader import Reader


def read_subjects(reader: Reader) -> tuple[tuple[str, ...], str]:
    """Read one column or several of which the same is said: "age and salary are missing".

    With them, the "and" or "or" that joins them. Raises Question.
    """
    reader.take("value of", "values of", "either", "both")
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
            return tuple(found), joint
        joint = sign if sign in {"and", "or"} else joint
        found.append(name)
