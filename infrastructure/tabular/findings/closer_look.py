"""A closer look at a stored table: what takes its values, and not only their profile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from application.artifacts import Artifacts
from application.ports.findings import Finding
from domain.session.events import Snapshot
from infrastructure.tabular.findings.broken_dependencies import Candidate, broken_dependencies
from infrastructure.tabular.findings.near_duplicates import are_apart, near_duplicates
from infrastructure.tabular.findings.unread_values import unread_values
from infrastructure.tabular.profile.patterns import form_of
from infrastructure.tabular.profile.problems import count_of, importance, rows_that, verb
from infrastructure.tabular.snapshots.open_tables import OpenTable

_MOST_CELLS = 3_000_000
_MOST_COLUMNS = 40
_MOST_DISTINCT = 5_000
_MOST_COMPARED = 10_000
_MOST_DEPENDENT = 8
_SHOWN = 5
_WORDY = {"category", "text", "name", "address", "country_code", "currency"}
_GROUPING = {"category", "text", "name", "postcode", "country_code", "currency", "identifier"}
_REGULAR = 0.95
_REGULAR_ROLES = {"identifier", "text", "category", "postcode"}
# What the expression of a form finds is about what the profile counted, or it says another thing.
_MOSTLY = 2
_INNER_SPACES = r"\S(?:\s{2,}|[\t\u{a0}])\S"
_AMOUNT = r"^\s*[-+]?\d[\d.,]*\s*([\p{L}%°µ][\p{L}%°/²³]{0,5})\.?\s*$"
_NO_UNITS = ["am", "pm", "st", "nd", "rd", "th", "e", "x"]
_LEAST_UNIT = 0.01


class CloserLook:
    """Looks at some of the columns, and of long ones at some rows; see the port `Findings`."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def look_closer(self, snapshot: Snapshot, profile: Mapping[str, Any]) -> Sequence[Finding]:
        """See the port."""
        with OpenTable(self._artifacts, snapshot) as table:
            columns = [each for each in profile["columns"] if each["name"] in table.columns]
            texts = [each for each in columns if each.get("text")][:_MOST_COLUMNS]
            step = max(1, -(-table.rows * len(texts) // _MOST_CELLS))
            compared = _to_compare(texts)
            found = [
                finding
                for column in texts
                for finding in _of_text(
                    column,
                    table.series(column["name"]),
                    step,
                    compared=column["name"] in compared,
                )
            ]
            grouping = [each for each in columns if _groups(each)][:_MOST_DEPENDENT]
            candidates = [
                Candidate(series=table.series(each["name"]), distinct=each["distinct"])
                for each in grouping
            ]
        return [*found, *_dependencies(candidates, table.rows)]

    def unread(
        self, snapshot: Snapshot, column: str, to: Literal["number", "boolean", "datetime"]
    ) -> int:
        """See the port."""
        with OpenTable(self._artifacts, snapshot) as table:
            step = max(1, -(-table.rows // _MOST_CELLS))
            return unread_values(_counts(table.series(column), step), to) * step


def _to_compare(columns: Sequence[Mapping[str, Any]]) -> set[str]:
    """Whose values are compared with one another: as many columns as there is time for."""
    chosen, values = set(), 0
    for column in sorted(columns, key=lambda each: int(each["distinct"])):
        values += column["distinct"]
        if values > _MOST_COMPARED or column["distinct"] > _MOST_DISTINCT:
            break
        if column["role"] in _WORDY:
            chosen.add(column["name"])
    return chosen


def _of_text(
    column: Mapping[str, Any], series: pl.Series, step: int, *, compared: bool
) -> Iterator[Finding]:
    looked = _Looked(column, _counts(series, step), step)
    yield from looked.inner_spaces()
    yield from looked.mixed_units()
    if compared:
        yield from looked.near_duplicates()
    yield from looked.unlike_pattern()


def _counts(series: pl.Series, step: int) -> pl.DataFrame:
    some = series.cast(pl.String).gather_every(step).drop_nulls().alias("value")
    return some.value_counts().rename({"count": "rows"})


class _Looked:
    """The different values of a text column, each with how many of the rows looked at have it."""

    def __init__(self, column: Mapping[str, Any], counts: pl.DataFrame, step: int) -> None:
        self._column = column
        self._counts = counts
        self._step = step
        self._all = int(column["rows"])
        self._about = "about " if step > 1 else ""

    def inner_spaces(self) -> Iterator[Finding]:
        wide = self._counts.filter(pl.col("value").str.contains(_INNER_SPACES))
        if wide.height:
            rows = self._rows(wide)
            yield self._finding(
                "inner_spaces",
                rows,
                f"{self._about.capitalize()}{rows_that('have', rows)} tabs or several spaces "
                "between words.",
                "Make each run of spaces one.",
                0.5,
            )

    def mixed_units(self) -> Iterator[Finding]:
        if self._column["role"] in {"datetime", "time", "phone", "address", "identifier"}:
            return
        units = self._counts.with_columns(
            unit=pl.col("value").str.extract(_AMOUNT, 1).str.to_lowercase()
        ).filter(pl.col("unit").is_not_null() & ~pl.col("unit").is_in(_NO_UNITS))
        rows = self._rows(units)
        if rows < 0.8 * (self._all - self._column["nulls"]):
            return
        by_unit = units.group_by("unit").agg(pl.col("rows").sum()).sort("rows", descending=True)
        often = by_unit.filter(pl.col("rows") * self._step >= _LEAST_UNIT * rows)
        if often.height > 1:
            others = rows - self._rows(often.head(1))
            yield self._finding(
                "mixed_units",
                others,
                f"Its amounts are in {often.height} units; "
                f"{self._about}{rows_that('have', others)} another than most.",
                "Convert them to one unit, and make it a number column.",
                0.85,
                [
                    {"unit": unit, "rows": count * self._step}
                    for unit, count in often.head(_SHOWN).iter_rows()
                ],
            )

    def near_duplicates(self) -> Iterator[Finding]:
        counts = dict(self._counts.select("value", "rows").iter_rows())
        found = near_duplicates(counts)
        if found:
            rows = sum(each.rows for each in found) * self._step
            yield self._finding(
                "near_duplicates",
                rows,
                f"{count_of(len(found), 'value')} {verb('is', len(found))} a keystroke away from "
                f"one that is far more frequent ({self._about}{count_of(rows, 'row')}).",
                "Correct those that are misspelt.",
                0.75,
                [
                    {"value": each.value, "rows": each.rows * self._step, "usual": each.usual}
                    for each in found[:_SHOWN]
                ],
                apart=self._step == 1 and are_apart(found, counts),
            )

    def unlike_pattern(self) -> Iterator[Finding]:
        """By the shapes that the profile saw: ``AA-9999`` for nearly all codes, and others."""
        column = self._column
        patterns = column.get("patterns") or [{"pattern": "", "share": 0.0}]
        usual, share = patterns[0]["pattern"], patterns[0]["share"]
        regular = _REGULAR <= share < 1 and "9" in usual and column["role"] in _REGULAR_ROLES
        rows = round((1 - share) * (column["rows"] - column["nulls"]))
        if not regular or not rows or column["unlike_role"]:
            return
        form = form_of(usual)
        if form is not None:
            unlike = self._rows(self._counts.filter(~pl.col("value").str.contains(form)))
            rows, form = (unlike, form) if 0 < unlike <= _MOSTLY * rows else (rows, None)
        yield replace(
            self._finding(
                "unlike_pattern",
                rows,
                f"{rows_that('have', rows)} another form than {usual}, which the others have.",
                "Look at these values; correct them, or turn them into missing ones.",
                0.6,
                [{"pattern": each["pattern"], "share": each["share"]} for each in patterns[1:4]],
            ),
            about=bool(column["sampled"]),
            form=form,
        )

    def _rows(self, counts: pl.DataFrame) -> int:
        return min(self._all, int(counts["rows"].sum()) * self._step)

    def _finding(
        self,
        kind: str,
        rows: int,
        message: str,
        mend: str,
        weight: float,
        examples: Sequence[Mapping[str, Any]] = (),
        *,
        apart: bool = False,
    ) -> Finding:
        return Finding(
            kind=kind,
            columns=(self._column["name"],),
            rows=rows,
            message=message,
            mend=mend,
            importance=importance(weight, rows, self._all),
            examples=examples,
            about=self._step > 1,
            apart=apart,
        )


def _groups(column: Mapping[str, Any]) -> bool:
    """Whether the column may determine another one or be determined by it."""
    comes_again = 1 < column["distinct"] <= column["rows"] / 2
    return comes_again and column["role"] in _GROUPING


def _dependencies(columns: Sequence[Candidate], rows: int) -> Iterator[Finding]:
    for broken in broken_dependencies(columns):
        about = "About " if broken.about else ""
        yield Finding(
            kind="broken_dependency",
            columns=(broken.first, broken.second),
            rows=broken.rows,
            message=f"{about}{rows_that('have', broken.rows)} another '{broken.second}' than "
            f"nearly all others with the same '{broken.first}'.",
            mend=f"Look at these rows: where '{broken.second}' is what is wrong, give them that of "
            f"most with the same '{broken.first}'; else correct '{broken.first}'.",
            importance=importance(0.8, broken.rows, rows),
            examples=broken.examples,
            about=broken.about,
        )
