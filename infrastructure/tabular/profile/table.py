"""The profile of a table: that of its columns, repeated rows, and what is wrong with it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import polars as pl
from polars import selectors

from application.ports.progress import OnProgress, quietly
from application.ports.tables import ProfileExtras
from infrastructure.tabular.profile.column import column_profile
from infrastructure.tabular.profile.correlations import correlations_of
from infrastructure.tabular.profile.dependencies import dependencies_of
from infrastructure.tabular.profile.duplicates import duplicate_rows
from infrastructure.tabular.profile.isolation import isolated_rows
from infrastructure.tabular.profile.names import is_birth_date, role_by_name
from infrastructure.tabular.profile.quality import quality_of
from infrastructure.tabular.profile.roles import PERSONAL, Role

_CELLS_AT_ONCE = 4_000_000
_COLUMNS_AT_ONCE = 256
_THREADS = max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))


def profile_of(
    table: pl.DataFrame | pl.LazyFrame,
    extras: ProfileExtras | None = None,
    progress: OnProgress | None = None,
) -> Mapping[str, Any]:
    """The profile of a table, ready for JSON; a few columns at a time are in memory.

    The `extras` that are wanted are members of it by their names.
    """
    lazy = table.lazy()
    say = progress or quietly
    names = lazy.collect_schema().names()
    rows = int(lazy.select(pl.len()).collect().item()) if names else 0
    columns = list(_column_profiles(lazy, names, rows, say))
    say("Looking for repeated rows", 0, 1)
    repeated = duplicate_rows(lazy, names, rows, [_at_least(column) for column in columns])
    profile = table_profile(names, columns, rows=rows, duplicate_rows=repeated)
    return {**profile, **_extras(lazy, profile, extras or ProfileExtras(), say)}


def _extras(
    table: pl.LazyFrame, profile: Mapping[str, Any], wanted: ProfileExtras, say: OnProgress
) -> dict[str, Any]:
    columns, rows = profile["columns"], profile["rows"]
    extras: dict[str, Any] = {}
    if wanted.correlations:
        told = partial(say, "Comparing columns")
        extras["correlations"] = correlations_of(table, columns, rows, told)
    if wanted.dependencies:
        told = partial(say, "Looking for columns that determine others")
        extras["dependencies"] = dependencies_of(table, columns, rows, told)
    if wanted.outliers:
        say("Looking for rows that stand apart", 0, 1)
        extras["outliers"] = isolated_rows(table, columns, rows)
    return extras


def table_profile(
    names: Sequence[str],
    columns: Sequence[Mapping[str, Any]],
    *,
    rows: int,
    duplicate_rows: int,
) -> Mapping[str, Any]:
    """The profile of a table of these columns, each with its `column_profile`."""
    named = [_named(name, column) for name, column in zip(names, columns, strict=True)]
    return {
        "rows": rows,
        "column_count": len(named),
        "duplicate_rows": duplicate_rows,
        "columns": named,
        "quality": quality_of(named, rows, duplicate_rows),
    }


def _column_profiles(
    table: pl.LazyFrame, names: Sequence[str], rows: int, say: OnProgress
) -> Iterator[Mapping[str, Any]]:
    at_once = max(1, min(_COLUMNS_AT_ONCE, _CELLS_AT_ONCE // max(1, rows)))
    batches = [names[start : start + at_once] for start in range(0, len(names), at_once)]
    done = 0
    with ThreadPoolExecutor(_THREADS) as threads:

        def profiles(batch: Sequence[str]) -> list[Mapping[str, Any]]:
            return [
                column_profile(s)
                for s in table.select(selectors.by_name(*batch)).collect().get_columns()
            ]

        for found in threads.map(profiles, batches):
            done += len(found)
            say("Looking at each column", done, len(names))
            yield from found


def _at_least(column: Mapping[str, Any]) -> int:
    """How many different values, null included, a column has for sure."""
    if column["distinct_method"] == "hyperloglog":
        return 0
    return int(column["distinct"]) + (1 if column["nulls"] else 0)


def _named(name: str, column: Mapping[str, Any]) -> dict[str, Any]:
    """The column under its name, with the role that this tells and what concerns persons."""
    by_values = Role(column["role"])
    role = role_by_name(name, by_values, column)
    return {
        "name": name,
        **column,
        "role": role.value,
        "role_by": "values" if role is by_values else "name",
        "personal": _personal(name, role, column),
    }


def _personal(name: str, role: Role, column: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Kinds of personal data in the column, each with the share of examined values it has."""
    shares = {item["kind"]: item["share"] for item in column.get("kinds", [])}
    found = {item["kind"]: item["share"] for item in column.get("within", [])}
    for kind, share in shares.items():
        if kind in PERSONAL - {Role.NAME, Role.ADDRESS, Role.PHONE} and share > 0.02:
            found[kind] = share
    if role in PERSONAL:
        found[role.value] = shares.get(role.value, 1.0)
    if is_birth_date(name, role):
        found["birth_date"] = 1.0
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [{"kind": str(kind), "share": share} for kind, share in ranked]
