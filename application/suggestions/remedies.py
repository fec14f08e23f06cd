"""Which typed actions mend a finding. None, where no action of the vocabulary does.

No action holds a cell: of values, only words and numbers that we know ourselves for placeholders.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from application.ports.findings import Finding
from domain.actions import (
    Action,
    AllOf,
    AnyOf,
    Cast,
    Comparison,
    DropColumns,
    DropMissing,
    Fill,
    FlagRows,
    HandleOutliers,
    MakeConsistent,
    MergeSimilar,
    Not,
    ParseDates,
    ParseNumbers,
    RemoveDuplicates,
    ReplaceText,
    ReplaceValues,
    SetWhere,
    TrimText,
)

ColumnProfile = Mapping[str, Any]

_MOSTLY_MISSING = 0.6
_AMOUNTS = frozenset({"number", "money", "percent", "latitude", "longitude"})
_GROUPS = frozenset({"category", "boolean", "country_code", "currency"})
_SAFE_DIGITS = 15
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]"
# What the profile takes for a placeholder where it lies far apart.
_PLACEHOLDERS = frozenset(
    {-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999, 999999, 9999999, 999999999}
)


def remedy(finding: Finding, columns: Mapping[str, ColumnProfile]) -> tuple[Action, ...]:
    """The actions, in order, which mend the finding of a table with these columns."""
    if finding.kind == "duplicate_rows":
        return (RemoveDuplicates(),)
    if finding.kind == "near_duplicates":
        merged = MergeSimilar(columns=finding.columns, method="levenshtein")
        return (merged,) if finding.apart else ()
    if finding.kind == "broken_dependency":
        key, *determined = finding.columns
        return (MakeConsistent(columns=tuple(determined), by=(key,)),)
    if finding.kind == "unlike_pattern":
        return () if finding.form is None else _flagged_by_form(finding.columns[0], finding.form)
    mend = _OF_COLUMNS.get(finding.kind)
    if mend is None or len(finding.columns) != 1 or finding.columns[0] not in columns:
        return ()
    return mend(finding.columns[0], columns[finding.columns[0]])


def _dropped(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (DropColumns(columns=(name,)),)


def _filled(name: str, column: ColumnProfile) -> tuple[Action, ...]:
    """By what is usual, where there is such; else nobody knows what is missing."""
    role = column["role"]
    if column["nulls"] > _MOSTLY_MISSING * column["rows"]:
        return _dropped(name, column)
    if role == "identifier":
        return (DropMissing(columns=(name,)),)
    if column["type"] in {"integer", "number"} and role in _AMOUNTS:
        return (Fill(columns=(name,), strategy="median"),)
    return (Fill(columns=(name,), strategy="mode"),) if role in _GROUPS else ()


def _without_words(name: str, column: ColumnProfile) -> tuple[Action, ...]:
    """The profile names the five most frequent words, trimmed."""
    words = [each["value"] for each in column["missing_words"]["words"]]
    trimmed = _trimmed(name, column) if column["text"]["padded"] else ()
    return trimmed + tuple(ReplaceValues(columns=(name,), old=word, new=None) for word in words)


def _without_blanks(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (TrimText(columns=(name,)), ReplaceValues(columns=(name,), old="", new=None))


def _trimmed(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (TrimText(columns=(name,)),)


def _one_spaced(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (TrimText(columns=(name,), collapse=True),)


def _as_numbers(name: str, column: ColumnProfile) -> tuple[Action, ...]:
    """None where numbers are, or may be, so long that their last digits would be lost."""
    longest = column.get("text", {}).get("max_length", 0)
    patterns = [each["pattern"] for each in column.get("patterns", ())]
    if any(_most_digits(pattern, longest) > _SAFE_DIGITS for pattern in patterns):
        return ()
    return (Cast(columns=(name,), to="number"),)


def _most_digits(pattern: str, longest: int) -> int:
    """How many digits a text of this pattern has at most; of a run, only `longest` bounds it."""
    if "9+" not in pattern:
        return pattern.count("9")
    return longest - sum(sign not in "9+" for sign in pattern)


def _as_booleans(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (Cast(columns=(name,), to="boolean"),)


def _as_dates(name: str, column: ColumnProfile) -> tuple[Action, ...]:
    kinds = {each["kind"] for each in column.get("kinds", ())}
    if column["type"] == "integer" and "datetime" not in kinds:
        return ()  # seconds since 1970 are not what ParseDates reads
    return (ParseDates(columns=(name,)),)


def _without_placeholders(name: str, column: ColumnProfile) -> tuple[Action, ...]:
    """Where it is plain which number it is: one end of the values, and not both."""
    numeric = column.get("numeric")
    if numeric is None:
        return ()
    ends = [end for end in {numeric["min"], numeric["max"]} if end in _PLACEHOLDERS]
    if len(ends) != 1:
        return ()
    (end,) = ends
    old = int(end) if column["type"] == "integer" else float(end)
    return (ReplaceValues(columns=(name,), old=old, new=None),)


def _in_one_spelling(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    """By the letters alone: a hyphen for a space is a variant as well."""
    return (MergeSimilar(columns=(name,), method="ngram"),)


def _with_units_beside(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    """None is converted, but then numbers can be."""
    return (ParseNumbers(columns=(name,), units="column"),)


def _flagged(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    """Which of them are errors, only a person can tell."""
    return (HandleOutliers(columns=(name,), method="iqr", treatment="flag"),)


def _flagged_by_form(name: str, form: str) -> tuple[Action, ...]:
    """Missing ones would be lost, and what they should be only a person knows."""
    known = Comparison(column=name, operator="is_not_missing")
    fits = Comparison(column=name, operator="matches", values=(form,))
    unlike = AllOf(conditions=(known, Not(condition=fits)))
    return (FlagRows(new=f"{name}_other_form", where=unlike),)


def _flagged_by_century(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    early = Comparison(column=name, operator="less", values=("1900-01-01",))
    late = Comparison(column=name, operator="greater_or_equal", values=("2100-01-01",))
    unlikely = AnyOf(conditions=(early, late))
    return (FlagRows(new=f"{name}_unlikely", where=unlikely),)


def _without_infinities(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    low = Comparison(column=name, operator="less", values=(-sys.float_info.max,))
    high = Comparison(column=name, operator="greater", values=(sys.float_info.max,))
    return (SetWhere(columns=(name,), where=AnyOf(conditions=(low, high))),)


def _without_control_characters(name: str, _: ColumnProfile) -> tuple[Action, ...]:
    return (ReplaceText(columns=(name,), old=_CONTROL, new="", regex=True),)


_OF_COLUMNS: Mapping[str, Callable[[str, ColumnProfile], tuple[Action, ...]]] = {
    "empty": _dropped,
    "constant": _dropped,
    "missing": _filled,
    "missing_words": _without_words,
    "blank": _without_blanks,
    "padded": _trimmed,
    "inner_spaces": _one_spaced,
    "variants": _in_one_spelling,
    "mixed_units": _with_units_beside,
    "text_of_number": _as_numbers,
    "text_of_money": _as_numbers,
    "text_of_percent": _as_numbers,
    "text_of_boolean": _as_booleans,
    "text_of_datetime": _as_dates,
    "date_formats": _as_dates,
    "dates_as_numbers": _as_dates,
    "placeholders": _without_placeholders,
    "not_finite": _without_infinities,
    "unlikely_dates": _flagged_by_century,
    "outliers": _flagged,
    "control_characters": _without_control_characters,
}
