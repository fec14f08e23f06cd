"""What is wrong with a table, the worst first, in sentences that hold no cell of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infrastructure.tabular.profile.problems import (
    Problem,
    count_of,
    importance,
    percent,
    rows_that,
    verb,
)
from infrastructure.tabular.profile.text_problems import text_problems
from infrastructure.tabular.profile.value_problems import date_problems, number_problems

_SHOWN = 50
_MANY_NULLS = 0.05


def quality_of(
    columns: Sequence[Mapping[str, Any]], rows: int, duplicate_rows: int
) -> dict[str, Any]:
    """A summary: ``cells``, ``missing`` ones, and ``problems`` by importance, most 50 of them.

    An importance is from 0 to 1, by the harm and by the share of rows.

    ``more_problems`` counts those that are not shown.
    """
    problems = [*_of_table(rows, duplicate_rows)]
    for column in columns:
        problems += _of_column(column, rows)
    ranked = sorted(problems, key=lambda p: -_importance(p, rows))
    missing = sum(column["nulls"] for column in columns)
    return {
        "cells": rows * len(columns),
        "missing": missing,
        "problems": [
            {
                "kind": p.kind,
                "column": p.column,
                "rows": p.rows,
                "message": p.message,
                "mend": p.mend,
                "importance": _importance(p, rows),
            }
            for p in ranked[:_SHOWN]
        ],
        "more_problems": max(0, len(ranked) - _SHOWN),
    }


def _importance(problem: Problem, rows: int) -> float:
    return importance(problem.weight, problem.rows, rows)


def _of_table(rows: int, duplicate_rows: int) -> Iterator[Problem]:
    if duplicate_rows:
        yield Problem(
            "duplicate_rows",
            None,
            duplicate_rows,
            f"{rows_that('repeat', duplicate_rows)} an earlier row in every "
            f"column ({percent(duplicate_rows, rows)}).",
            "Drop the repeated rows, unless each stands for an event of its own.",
            0.9,
        )


def _of_column(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    if not rows:
        return
    if column["role"] == "empty":
        yield Problem(
            "empty", column["name"], rows, "It has no value at all.", "Drop the column.", 0.5
        )
        return
    yield from _gaps(column, rows)
    yield from text_problems(column, rows)
    yield from number_problems(column, rows)
    yield from date_problems(column, rows)
    values = rows - column["nulls"]
    if column["role"] == "constant" and values > 1:
        yield Problem(
            "constant",
            column["name"],
            values,
            "All of its values are the same.",
            "Drop the column if it tells nothing.",
            0.2,
        )
    repeated = values - column["distinct"]
    if column["role"] == "identifier" and 0 < repeated <= values * 0.02:
        yield Problem(
            "repeated_identifier",
            column["name"],
            repeated,
            f"{rows_that('repeat', repeated)} an identifier that all others have alone.",
            "Look at the rows with the same identifier; keep the right one of each.",
            0.9,
        )


def _gaps(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    nulls = column["nulls"]
    if nulls >= max(1, rows * _MANY_NULLS) or (nulls and column["role"] == "identifier"):
        yield Problem(
            "missing",
            column["name"],
            nulls,
            f"{count_of(nulls, 'value')} {verb('is', nulls)} missing ({percent(nulls, rows)}).",
            "Fill them from what is known, or leave out rows where the column matters.",
            0.6,
        )
