"""Typed actions as the pandas 3 code that does them: what is executed and what the log shows.

The code works on ``df`` and rebinds it or assigns whole columns, since chained and in-place changes
have no effect under Copy-on-Write. Columns that the action does not name are left as they are, and
where rows go or move the index is counted anew. Names and values enter it as literals only.
"""

from functools import partial
from typing import assert_never

from domain.actions.compile_conditions import expression
from domain.actions.compile_types import cast, parse_dates
from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition
from domain.actions.literals import for_each, literal, literal_list
from domain.actions.vocabulary import (
    Action,
    Cast,
    ChangeCase,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    ReplaceValues,
    Sort,
    TrimText,
)


def compile_to_pandas(action: Action) -> str:
    """The code that does the action to ``df``, for an action that `check` accepts."""
    match action:
        case DropMissing():
            return _drop_missing(action)
        case Fill():
            return for_each(action.columns, partial(_fill, action))
        case DropColumns():
            return f"df = df.drop(columns={literal_list(action.columns)})"
        case KeepColumns():
            return f"df = df[{literal_list(action.columns)}]"
        case RenameColumns():
            names = ", ".join(f"{literal(p.old)}: {literal(p.new)}" for p in action.pairs)
            return f"df = df.rename(columns={{{names}}})"
        case RemoveDuplicates():
            return _remove_duplicates(action)
        case TrimText():
            return for_each(action.columns, partial(_trim, action))
        case ChangeCase():
            return for_each(action.columns, partial(_change_case, action))
        case Cast():
            return cast(action)
        case ParseDates():
            return parse_dates(action)
        case ReplaceValues():
            return for_each(action.columns, partial(_replace, action))
        case FilterRows():
            return _filter(action)
        case Sort():
            by = literal_list(key.column for key in action.keys)
            ascending = [not key.descending for key in action.keys]
            order = f"ascending={ascending}, kind='stable', ignore_index=True"
            return f"df = df.sort_values({by}, {order})"
        case _:
            assert_never(action)


def _drop_missing(action: DropMissing) -> str:
    subset = f"subset={literal_list(action.columns)}, " if action.columns else ""
    return f"df = df.dropna({subset}how={literal(action.how)}, ignore_index=True)"


def _remove_duplicates(action: RemoveDuplicates) -> str:
    subset = f"subset={literal_list(action.columns)}, " if action.columns else ""
    keep = "False" if action.keep == "none" else literal(action.keep)
    return f"df = df.drop_duplicates({subset}keep={keep}, ignore_index=True)"


def _fill(action: Fill, cells: str) -> str:
    if action.strategy == "mode":
        return (
            f"mode = {cells}.mode()\nif not mode.empty:\n    {cells} = {cells}.fillna(mode.iloc[0])"
        )
    if action.strategy == "constant":
        return f"{cells} = {_room_for(action.value, cells)}.fillna({literal(action.value)})"
    middle = action.strategy
    return (
        f"{middle} = {cells}.{middle}()\n"
        f"if {cells}.isna().any() and {cells}.notna().any():\n"
        f"    if {middle} % 1 != 0:  # whole numbers cannot hold a fraction\n"
        f"        {cells} = {cells}.astype('float64')\n"
        f"    {cells} = {cells}.fillna({middle})"
    )


def _room_for(value: object, cells: str) -> str:
    """The cells, as a type that can hold the value: whole numbers cannot hold a fraction."""
    fractional = isinstance(value, float) and not value.is_integer()
    return f"{cells}.astype('float64')" if fractional else cells


def _trim(action: TrimText, cells: str) -> str:
    if not action.collapse:
        return f"{cells} = {cells}.str.strip()"
    # str.replace() knows only ASCII white space; split() knows all of it.
    one_spaced = "lambda text: ' '.join(text.split()), na_action='ignore'"
    return f"{cells} = {cells}.map({one_spaced}).astype('str')"


def _change_case(action: ChangeCase, cells: str) -> str:
    method = "capitalize" if action.case == "sentence" else action.case
    return f"{cells} = {cells}.str.{method}()"


def _replace(action: ReplaceValues, cells: str) -> str:
    found = f"found = ({cells} == {literal(action.old)}).fillna(False)\n"
    if action.new is not None:
        new = literal(action.new)
        return f"{found}{cells} = {_room_for(action.new, cells)}.mask(found, {new})"
    return f"{found}{_nullable(action.old, cells)}{cells} = {cells}.mask(found)"


def _nullable(old: object, cells: str) -> str:
    """Code that gives whole numbers and booleans a type which can hold missing values."""
    if isinstance(old, bool):
        return f"{cells} = {cells}.astype('boolean')\n"
    if isinstance(old, int):
        return f"if {cells}.dtype.kind in 'iu':\n    {cells} = {cells}.astype('Int64')\n"
    return ""


def _filter(action: FilterRows) -> str:
    rows = "matches" if action.matching == "keep" else "~matches"
    return f"matches = {_on_lines(action.where)}\ndf = df[{rows}].reset_index(drop=True)"


def _on_lines(condition: Condition) -> str:
    """The condition's parts each on a line of its own, when there are several."""
    if not isinstance(condition, AllOf | AnyOf):
        return expression(condition)
    sign = "&" if isinstance(condition, AllOf) else "|"
    parts = (
        expression(part) if isinstance(part, Comparison) else f"({expression(part)})"
        for part in condition.conditions
    )
    return "(\n    " + f"\n    {sign} ".join(parts) + "\n)"
