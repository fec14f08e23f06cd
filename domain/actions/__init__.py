"""The typed actions: a whitelist of transformations, each compiled to readable pandas code."""

from domain.actions.check import check, nearest_names
from domain.actions.compile import compile_to_pandas
from domain.actions.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, Scalar
from domain.actions.describe import describe, describe_condition
from domain.actions.errors import InvalidAction, UnknownColumn
from domain.actions.shape_after import shape_after
from domain.actions.touched_columns import columns_of, comparisons_in
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
    Renaming,
    ReplaceValues,
    Sort,
    SortKey,
    TrimText,
)

__all__ = [
    "Action",
    "AllOf",
    "AnyOf",
    "Cast",
    "ChangeCase",
    "Comparison",
    "Condition",
    "DropColumns",
    "DropMissing",
    "Fill",
    "FilterRows",
    "InvalidAction",
    "KeepColumns",
    "Not",
    "Operator",
    "ParseDates",
    "RemoveDuplicates",
    "RenameColumns",
    "Renaming",
    "ReplaceValues",
    "Scalar",
    "Sort",
    "SortKey",
    "TrimText",
    "UnknownColumn",
    "check",
    "columns_of",
    "comparisons_in",
    "compile_to_pandas",
    "describe",
    "describe_condition",
    "nearest_names",
    "shape_after",
]
