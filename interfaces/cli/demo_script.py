"""What the demonstration says to the table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent / "sample" / "penguins.csv"


@dataclass(frozen=True, kw_only=True)
class Script:
    """Messages in the built-in planner's words.

    `cleaning` come first, in order; `rash` is the one that a rollback takes back; `better` is said
    instead of it and so makes a branch; `regretted` is said after that and undone.
    """

    cleaning: Sequence[str]
    rash: str
    better: str
    regretted: str


_FOR_THE_SAMPLE = Script(
    cleaning=(
        "trim spaces in Island and Sex",
        "convert Island to title case and make Sex upper case",
        "parse Date Egg as dates (mm/dd/yyyy)",
        "remove duplicates",
    ),
    rash="drop rows with missing values",
    better="fill missing Body Mass (g) with the median",
    regretted="drop rows with missing Sex",
)


class NoColumnToSpeakOf(Exception):
    """No column has a name that can be written in a message."""

    def __init__(self) -> None:
        super().__init__(
            "No column of this file has a name that can be put in quotes, so there is nothing to "
            "show. Give the demonstration another file, or none."
        )


def script_for(file: Path, columns: Sequence[Mapping[str, Any]]) -> Script:
    """What to say to `file`; `columns` are those of its node 0, as the API describes them.

    Raises NoColumnToSpeakOf.
    """
    return _FOR_THE_SAMPLE if file == SAMPLE else _script_for_any(columns)


def _script_for_any(columns: Sequence[Mapping[str, Any]]) -> Script:
    """Messages that suit any table that has a column."""
    names = list(_quoted(columns))
    if not names:
        raise NoColumnToSpeakOf
    numbers_with_gaps = list(
        _quoted(c for c in columns if c["nulls"] and c["type"] in {"integer", "number"})
    )
    cleaning = ["remove duplicates"]
    if any(column["type"] == "text" for column in columns):
        cleaning.append("trim whitespace in all text columns")
        cleaning.append("collapse whitespace in all text columns")
    cleaning += [f"sort by {name} descending" for name in names[: 4 - len(cleaning)]]
    fill = f"fill missing {numbers_with_gaps[0]} with the median" if numbers_with_gaps else None
    return Script(
        cleaning=cleaning,
        rash="drop rows with missing values",
        better=fill or f"sort by {names[0]}",
        regretted=f"keep rows where {names[0]} is missing",
    )


def _quoted(columns: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for column in columns:
        name = column["name"]
        for mark in "'\"":
            if mark not in name and name.isprintable():
                yield f"{mark}{name}{mark}"
                break
