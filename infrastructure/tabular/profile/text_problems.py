"""What is wrong with a column of text."""

from collections.abc import Iterator, Mapping
from typing import Any

from infrastructure.tabular.profile.problems import (
    Problem,
    count_of,
    row_count,
    rows_that,
    thing,
    verb,
)


def text_problems(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
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
            f"{rows_that('hold', words)} a word or sign for a missing value, not a value.",
            "Turn these words into missing values.",
            0.8,
        )
    blank = text["blank"]
    if blank:
        yield Problem(
            "blank",
            name,
            blank,
            f"{rows_that('hold', blank)} nothing but spaces.",
            "Turn blanks into missing values.",
            0.7,
        )
    padded = text["padded"]
    if padded:
        yield Problem(
            "padded",
            name,
            padded,
            f"{rows_that('have', padded)} spaces before or after the value.",
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
            f"{count_of(variants['groups'], 'value')} {verb('is', variants['groups'])} written in "
            f"several ways that differ only in case, spaces or hyphens "
            f"({row_count(variants['rows'])} not in the usual way).",
            "Write each value in one way.",
            0.8,
        )
    yield from _damage(column)


def _mixtures(column: Mapping[str, Any], rows: int) -> Iterator[Problem]:
    """Text that is something else in most rows, and not in some."""
    name, role, unlike = column["name"], column["role"], column["unlike_role"]
    if role in {"datetime", "number", "money", "percent", "boolean", "time"}:
        what = thing(role)
        but = f", but {rows_that('is', unlike)} not" if unlike else ""
        yield Problem(
            f"text_of_{role}",
            name,
            rows - column["nulls"],
            f"It is text, though its values are {what}s{but}.",
            f"Parse it as {what}s" + ("; look at those that are none first." if unlike else "."),
            # Words such as yes and no can be worked with as they are.
            0.3 if role == "boolean" else 0.85,
        )
    elif unlike:
        yield Problem(
            "unlike_the_others",
            name,
            unlike,
            f"{rows_that('is', unlike)} no {thing(role)}, unlike the others.",
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
                f"{about}{rows_that('hold', rows)} {what}.",
                mend,
                0.8,
            )
