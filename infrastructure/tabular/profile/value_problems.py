"""What is wrong with a column of numbers or of moments."""

from collections.abc import Iterator, Mapping
from typing import Any

from infrastructure.tabular.profile.problems import (
    Problem,
    count_of,
    percent,
    rows_that,
    verb,
)


def number_problems(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    numeric, spread = column.get("numeric"), column.get("distribution", {})
    if numeric is None:
        return
    name = column["name"]
    unusual = numeric["nan"] + numeric["infinite"]
    if unusual:
        yield Problem(
            "not_finite",
            name,
            unusual,
            f"{rows_that('hold', unusual)} NaN or an infinite number.",
            "Turn them into missing values.",
            0.8,
        )
    held = spread["placeholders"]
    if held:
        yield Problem(
            "placeholders",
            name,
            held,
            f"{rows_that('hold', held)} a number such as -999 or 9999 far from all others.",
            "Turn it into a missing value if it stands for one.",
            0.85,
        )
    beyond = spread["outliers"]
    count = beyond["below"] + beyond["above"] if beyond else 0
    if count and column["role"] in {"number", "money", "percent", "year"}:
        yield Problem(
            "outliers",
            name,
            count,
            f"{count_of(count, 'value')} {verb('lie', count)} far from the others "
            f"({percent(count, rows)}; {beyond['below']:,} low, {beyond['above']:,} high).",
            "Look at the extremes; correct errors, keep what is real.",
            0.4,
        )
    for found in column["kinds"]:
        if found["kind"].startswith("epoch") or found["kind"] == "datetime":
            unit = {"epoch_seconds": "seconds since 1970", "epoch_milliseconds": "milliseconds "
                    "since 1970"}.get(found["kind"], "dates written as YYYYMMDD")  # fmt: skip
            yield Problem(
                "dates_as_numbers",
                name,
                rows - column["nulls"],
                f"Its numbers look like {unit}.",
                "Turn them into dates if they are.",
                0.6,
            )


def date_problems(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    calendar = column.get("calendar")
    if calendar is None:
        return
    name = column["name"]
    if calendar["placeholders"]:
        held = calendar["placeholders"]
        yield Problem(
            "placeholders",
            name,
            held,
            f"{rows_that('hold', held)} a date such as 1900-01-01 or 9999-12-31.",
            "Turn it into a missing value if it stands for one.",
            0.85,
        )
    odd = calendar["before_1900"] + calendar["from_2100"] - calendar["placeholders"]
    # Where most lie there, it is what the table is about.
    if 0 < odd * 2 < rows - column["nulls"]:
        yield Problem(
            "unlikely_dates",
            name,
            odd,
            f"{rows_that('lie', odd)} before 1900 or after 2099.",
            "Check their centuries.",
            0.7,
        )
    if calendar["gaps"]:
        yield Problem(
            "gaps_in_time",
            name,
            calendar["gaps"],
            f"Its moments follow at regular distances, with {count_of(calendar['gaps'], 'gap')}.",
            "See whether records are missing there.",
            0.3,
        )
