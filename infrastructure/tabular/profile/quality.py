"""What is wrong with a table, the worst first, in sentences that hold no cell of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SHOWN = 50
_MANY_NULLS = 0.05
_WORDS = {
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


def quality_of(
    columns: Sequence[Mapping[str, Any]], rows: int, duplicate_rows: int
) -> dict[str, Any]:
    """A summary: ``cells``, ``missing`` ones, and ``problems`` by importance, most 50 of them.

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
            }
            for p in ranked[:_SHOWN]
        ],
        "more_problems": max(0, len(ranked) - _SHOWN),
    }


def _importance(problem: Problem, rows: int) -> float:
    return problem.weight * (0.3 + 0.7 * min(1.0, problem.rows / max(1, rows)))


def _of_table(rows: int, duplicate_rows: int) -> Iterator[Problem]:
    if duplicate_rows:
        yield Problem(
            "duplicate_rows",
            None,
            duplicate_rows,
            f"{_rows(duplicate_rows)} {_s('repeat', duplicate_rows)} an earlier row in every "
            f"column ({_percent(duplicate_rows, rows)}).",
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
    yield from _text_problems(column, rows)
    yield from _number_problems(column, rows)
    yield from _date_problems(column)
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
            f"{_rows(repeated)} {_s('repeat', repeated)} an identifier that all others have alone.",
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
            f"{_count(nulls, 'value')} {_s('is', nulls)} missing ({_percent(nulls, rows)}).",
            "Fill them from what is known, or leave out rows where the column matters.",
            0.6,
        )


def _text_problems(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    text = column.get("text")
    if text is None:
        return
    name = column["name"]
    words = column["missing_words"]["count"]
    if words:
        yield Problem(
            "missing_words",
            name,
            words,
            f"{_rows(words)} {_s('hold', words)} a word or sign for a missing value, not a value.",
            "Turn these words into missing values.",
            0.8,
        )
    blank = text["blank"]
    if blank:
        yield Problem(
            "blank",
            name,
            blank,
            f"{_rows(blank)} {_s('hold', blank)} nothing but spaces.",
            "Turn blanks into missing values.",
            0.7,
        )
    padded = text["padded"]
    if padded:
        yield Problem(
            "padded",
            name,
            padded,
            f"{_rows(padded)} {_s('have', padded)} spaces before or after the value.",
            "Trim the values.",
            0.7,
        )
    yield from _mixtures(column, rows)
    variants = column["variants"] or {"groups": 0, "rows": 0}
    if variants["groups"] and column["role"] not in {"free_text", "identifier", "url", "uuid"}:
        yield Problem(
            "variants",
            name,
            variants["rows"],
            f"{_count(variants['groups'], 'value')} {_s('is', variants['groups'])} written in "
            f"several ways that differ only in case, spaces or hyphens "
            f"({_rows(variants['rows'])} not in the usual way).",
            "Write each value in one way.",
            0.8,
        )
    yield from _damage(column)


def _mixtures(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    """Text that is something else in most rows, and not in some."""
    name, role, unlike = column["name"], column["role"], column["unlike_role"]
    if role in {"datetime", "number", "money", "percent", "boolean", "time"}:
        thing = _thing(role)
        but = f", but {_rows(unlike)} {_s('is', unlike)} not" if unlike else ""
        yield Problem(
            f"text_of_{role}",
            name,
            rows - column["nulls"],
            f"It is text, though its values are {thing}s{but}.",
            f"Parse it as {thing}s" + ("; look at those that are none first." if unlike else "."),
            0.85,
        )
    elif unlike:
        yield Problem(
            "unlike_the_others",
            name,
            unlike,
            f"{_rows(unlike)} {_s('is', unlike)} no {_thing(role)}, unlike the others.",
            "Correct these values or turn them into missing ones.",
            0.75,
        )
    elif mixed := _numbers_among_words(column):
        rows_of = round(mixed * (rows - column["nulls"]))
        yield Problem(
            "numbers_among_words",
            name,
            rows_of,
            f"About {mixed:.0%} of its values are numbers, the others are words.",
            "See whether the words are remarks or missing values; then make it a number column.",
            0.7,
        )
    formats = column["date_formats"]
    if len(formats) > 1 and formats[1]["share"] > 0.001:
        yield Problem(
            "date_formats",
            name,
            round((1 - formats[0]["share"]) * (rows - column["nulls"])),
            "Its dates are written in several ways: "
            + ", ".join(f"{f['format']} {f['share']:.1%}" for f in formats[:4])
            + ".",
            "Parse each way by itself, and make sure of the order of day and month.",
            0.9,
        )


def _numbers_among_words(column: Mapping[str, Any]) -> float | None:
    if column["role"] not in {"text", "category", "free_text"}:
        return None
    share = {k["kind"]: k["share"] for k in column["kinds"]}.get("number", 0.0)
    return share if 0.2 < share < 0.8 else None


def _damage(column: Mapping[str, Any]) -> Iterator[Problem]:
    values = column["rows"] - column["nulls"] - column["text"]["blank"]
    values -= column["missing_words"]["count"]
    for kind, what, mend in (
        (
            "garbled",
            "garbled characters, as of text that was read in a wrong encoding",
            "Read the file anew with the right encoding, or repair the text.",
        ),
        ("control_characters", "invisible control characters", "Remove them."),
    ):
        rows = round(column[kind] * values)
        if rows:
            about = "About " if column["sampled"] else ""
            yield Problem(
                kind,
                column["name"],
                rows,
                f"{about}{_rows(rows)} {_s('hold', rows)} {what}.",
                mend,
                0.8,
            )


def _number_problems(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
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
            f"{_rows(unusual)} {_s('hold', unusual)} NaN or an infinite number.",
            "Turn them into missing values.",
            0.8,
        )
    held = spread["placeholders"]
    if held:
        yield Problem(
            "placeholders",
            name,
            held,
            f"{_rows(held)} {_s('hold', held)} a number such as -999 or 9999 far from all others.",
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
            f"{_count(count, 'value')} {_s('lie', count)} far from the others "
            f"({_percent(count, rows)}; {beyond['below']:,} low, {beyond['above']:,} high).",
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


def _date_problems(column: Mapping[str, Any]) -> Iterator[Problem]:
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
            f"{_rows(held)} {_s('hold', held)} a date such as 1900-01-01 or 9999-12-31.",
            "Turn it into a missing value if it stands for one.",
            0.85,
        )
    odd = calendar["before_1900"] + calendar["from_2100"] - calendar["placeholders"]
    if odd > 0:
        yield Problem(
            "unlikely_dates",
            name,
            odd,
            f"{_rows(odd)} {_s('lie', odd)} before 1900 or after 2099.",
            "Check their centuries.",
            0.7,
        )
    if calendar["gaps"]:
        yield Problem(
            "gaps_in_time",
            name,
            calendar["gaps"],
            f"Its moments follow at regular distances, with {_count(calendar['gaps'], 'gap')}.",
            "See whether records are missing there.",
            0.3,
        )


def _thing(role: str) -> str:
    return _WORDS.get(role, role.replace("_", " "))


def _rows(count: int) -> str:
    return _count(count, "row")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _s(verb: str, count: int) -> str:
    """The verb for one or for several."""
    if verb in {"is", "have"}:
        return {"is": ("is", "are"), "have": ("has", "have")}[verb][count != 1]
    return f"{verb}s" if count == 1 else verb


def _percent(part: int, whole: int) -> str:
    return _share(part / whole) if whole else "0%"


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" if share >= 0.001 else "under 0.1%"
