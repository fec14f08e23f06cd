"""The tables that the examples speak about: names and types only, as the planner sees them."""

from domain.table import Column, ColumnType, TableShape

_TYPES = {
    "i": ColumnType.INTEGER,
    "n": ColumnType.NUMBER,
    "t": ColumnType.TEXT,
    "b": ColumnType.BOOLEAN,
    "d": ColumnType.DATETIME,
}


def table(columns: dict[str, str]) -> TableShape:
    """A table of 100 rows; ``t?`` is a text column with missing values, ``t`` one without."""
    return TableShape(
        rows=100,
        columns=tuple(
            Column(
                name=name, type=_TYPES[kind[0]], nulls=7 if kind.endswith("?") else 0, distinct=20
            )
            for name, kind in columns.items()
        ),
    )


PEOPLE = table(
    {
        "id": "i",
        "name": "t",
        "email": "t?",
        "age": "i?",
        "salary": "n?",
        "city": "t?",
        "country": "t",
        "signup": "t",
        "joined": "d?",
        "active": "b?",
        "zip": "t",
    }
)
PENGUINS = table(
    {
        "studyName": "t",
        "Species": "t",
        "Body Mass (g)": "n?",
        "Culmen Length (mm)": "n?",
        "Culmen Depth (mm)": "n?",
        "date_egg": "t",
        "Sex": "t?",
    }
)
WORLD = table({"Länge": "n?", "名前": "t?", "a'] = 1 #": "t", "first-name": "t", "last name": "t"})
ALIKE = table({"a b": "t", "a.b": "t", "a_b": "i", "A b": "t"})
KEYWORDS = table(
    {
        "a": "t",
        "by": "i",
        "missing": "t?",
        "where": "t",
        "data": "i",
        "not": "b",
        "the": "i",
        "name": "t?",
    }
)
TABLES = {
    "people": PEOPLE,
    "penguins": PENGUINS,
    "world": WORLD,
    "alike": ALIKE,
    "keywords": KEYWORDS,
}
