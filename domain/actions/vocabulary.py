"""Every typed action, one frozen dataclass each.

Column names are exact. No columns means every column where an action says so, and is refused
elsewhere: who builds an action names what it touches.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.actions.conditions import Condition, Scalar


@dataclass(frozen=True, kw_only=True)
class DropMissing:
    """Drop the rows with a missing value in any (or all) of the columns; none means every one."""

    kind: Literal["drop_missing"] = "drop_missing"
    columns: tuple[str, ...] = ()
    how: Literal["any", "all"] = "any"


@dataclass(frozen=True, kw_only=True)
class Fill:
    """Fill missing values, each column with its own mean, median or mode, or with `value`.

    A column without any value stays as it is. Whole numbers become fractional only where the
    filled value is. Of several modes the smallest is taken.
    """

    kind: Literal["fill"] = "fill"
    columns: tuple[str, ...]
    strategy: Literal["mean", "median", "mode", "constant"]
    value: Scalar = None


@dataclass(frozen=True, kw_only=True)
class DropColumns:
    """Drop columns."""

    kind: Literal["drop_columns"] = "drop_columns"
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeepColumns:
    """Keep only these columns, in this order."""

    kind: Literal["keep_columns"] = "keep_columns"
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Renaming:
    """One column's old and new name."""

    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class RenameColumns:
    """Rename columns, all at once: two may swap their names."""

    kind: Literal["rename_columns"] = "rename_columns"
    pairs: tuple[Renaming, ...]


@dataclass(frozen=True, kw_only=True)
class RemoveDuplicates:
    """Of rows that agree in the columns (none means every one) keep the first, the last or none."""

    kind: Literal["remove_duplicates"] = "remove_duplicates"
    columns: tuple[str, ...] = ()
    keep: Literal["first", "last", "none"] = "first"


@dataclass(frozen=True, kw_only=True)
class TrimText:
    """Remove white space around text; `collapse` also makes every inner run of it one space."""

    kind: Literal["trim_text"] = "trim_text"
    columns: tuple[str, ...]
    collapse: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeCase:
    """Change the case of text: ``title`` Capitalises Every Word, ``sentence`` only the first."""

    kind: Literal["change_case"] = "change_case"
    columns: tuple[str, ...]
    case: Literal["lower", "upper", "title", "sentence"]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Change the type of columns. A value that cannot be converted becomes missing.

    Where no value of a column can be converted, the code raises ValueError: it empties no column.
    Numbers may be written with thousands commas, a currency and white space around them, or as
    percentages, whose sign is dropped: 10% is 10. A column in which every number agrees with a
    decimal comma, and one needs it, is read so: 1.234,50.
    To integer, fractions are rounded to the nearest whole number (halves to the even one).
    To boolean, the words are true/false, yes/no, y/n, t/f, on/off, 1/0, in any case.
    """

    kind: Literal["cast"] = "cast"
    columns: tuple[str, ...]
    to: Literal["integer", "number", "text", "boolean"]


@dataclass(frozen=True, kw_only=True)
class ParseDates:
    """Read text as dates, in mixed formats; what is not a date becomes missing.

    `day_first` decides dates such as 03/04/2024. None leaves it to each column: whichever of the
    two numbers is over 12 more often is the day, else month first, but day first with dots.
    A date that is possible in one order only is read so. Years of two digits are 1969 to 2068.
    Times that all have the same offset keep it, and differing ones become UTC. A column of dates
    stays as it is. Where no value of a column is a date, the code raises ValueError.
    """

    kind: Literal["parse_dates"] = "parse_dates"
    columns: tuple[str, ...]
    day_first: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ReplaceValues:
    """Replace cells that equal `old` (not parts of cells) by `new`; None is a missing value."""

    kind: Literal["replace_values"] = "replace_values"
    columns: tuple[str, ...]
    old: str | int | float | bool
    new: Scalar


@dataclass(frozen=True, kw_only=True)
class FilterRows:
    """Keep, or drop, the rows where the condition is true."""

    kind: Literal["filter_rows"] = "filter_rows"
    where: Condition
    matching: Literal["keep", "drop"] = "keep"


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """A column to sort by."""

    column: str
    descending: bool = False


@dataclass(frozen=True, kw_only=True)
class Sort:
    """Sort the rows by the first key, then the next; equal rows keep their order, missing last."""

    kind: Literal["sort"] = "sort"
    keys: tuple[SortKey, ...]


Action: TypeAlias = (
    DropMissing
    | Fill
    | DropColumns
    | KeepColumns
    | RenameColumns
    | RemoveDuplicates
    | TrimText
    | ChangeCase
    | Cast
    | ParseDates
    | ReplaceValues
    | FilterRows
    | Sort
)
