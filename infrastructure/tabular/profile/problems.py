"""What can be wrong in a table, and how it is said: never with a cell of it."""

from dataclasses import dataclass

_THINGS = {
    "boolean": "truth value",
    "datetime": "date",
    "ip_address": "IP address",
    "iban": "IBAN",
    "url": "URL",
    "uuid": "UUID",
    "email": "e-mail address",
    "json": "JSON value",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with how many rows of a column (None: of the table), and how to mend it.

    ``weight`` from 0 to 1 says how much it harms where it is; with the share of rows it gives the
    order of problems.
    """

    kind: str
    column: str | None
    rows: int
    message: str
    mend: str
    weight: float


def importance(weight: float, rows: int, of: int) -> float:
    """How much it matters that so many `of` all rows are wrong in a way of that weight."""
    return weight * (0.3 + 0.7 * min(1.0, rows / max(1, of)))


def thing(role: str) -> str:
    return _THINGS.get(role, role.replace("_", " "))


def row_count(count: int) -> str:
    return count_of(count, "row")


def count_of(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def rows_that(do: str, count: int) -> str:
    """``1 row holds``, ``2 rows hold``."""
    return f"{row_count(count)} {verb(do, count)}"


def verb(infinitive: str, count: int) -> str:
    """The verb for one or for several."""
    if infinitive in {"is", "have"}:
        return {"is": ("is", "are"), "have": ("has", "have")}[infinitive][count != 1]
    return f"{infinitive}s" if count == 1 else infinitive


def percent(part: int, whole: int) -> str:
    return share_text(part / whole) if whole else "0%"


def share_text(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" if share >= 0.001 else "under 0.1%"
