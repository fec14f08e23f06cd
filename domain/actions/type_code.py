"""What the code of casts and dates has in common."""

import re

from domain.actions.literals import column, for_each, literal

PANDAS = "import pandas as pd\n\n"
# Text without a character says nothing, so nothing is lost with it.
IF_NOTHING_READ = (
    "if (COLUMN.astype('str').str.strip() > '').any() and RESULT.isna().all():\n"
    "    raise ValueError(SENTENCE)"
)


def each_read(columns: tuple[str, ...], body: str, wanted: str, ending: str = "") -> str:
    """The body for each column.

    COLUMN stands for its cells, and SENTENCE for what is said where no value of it is `wanted`.
    BESIDE stands for a column that is called the same with the `ending`.
    """
    if len(columns) == 1:
        sentence = literal(f"no value of {columns[0]!r} is {wanted}")
        beside = column(f"{columns[0]}{ending}")
    else:
        beside = f"df[f'{{column}}{ending}']"
        sentence = f'f"no value of {{column!r}} is {wanted}"'

    def filled(cells: str) -> str:
        stands_for = {"COLUMN": cells, "SENTENCE": sentence, "BESIDE": beside}
        return re.sub("|".join(stands_for), lambda found: stands_for[found.group()], body.strip())

    return for_each(columns, filled)
