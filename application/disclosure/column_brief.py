"""A column of a profile in words, for a language model: from its name alone to all that matters."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_NAME_CHARACTERS = 60
_VALUE_CHARACTERS = 40
_SHOWN_VALUES = 5
_SHOWN_PATTERNS = 4
# From this share of rows on a value is frequent.
_FREQUENT = 0.002
# A mean of fewer values than this tells too much of each.
_FEW_VALUES = 10
_FEW_SHAPES = 3

Column = Mapping[str, Any]
Mask = Callable[[str, Any], Any]
"""What may be told of a cell: from the column's name and the cell as JSON has it."""


def quoted(text: str, limit: int = _NAME_CHARACTERS) -> str:
    """Text of unknown origin on one line, in quotes, so that it cannot pass for our words."""
    return json.dumps(text if len(text) <= limit else text[: limit - 1] + "…", ensure_ascii=False)


def column_lines(column: Column, rows: int, *, values: bool, mask: Mask) -> list[str]:
    """The column told ever more fully; the last line holds cells only if `values` are wanted."""
    name = quoted(column["name"])
    kind = column["type"]
    if column["role"] not in {kind, "other"}:
        kind += f", {column['role'].replace('_', ' ')}"
    typed = f"{name}: {kind}"
    counted = "; ".join([typed, *_counts(column, rows)])
    full = "; ".join([counted, *_formats(column, rows), *_spread(column, rows)])
    lines = [name, typed, counted, full]
    if values:
        lines.append("; ".join([full, *_cells(column, rows, mask)]))
    return list(dict.fromkeys(lines))


def _counts(column: Column, rows: int) -> Iterator[str]:
    nulls, distinct = column["nulls"], column["distinct"]
    words = column.get("missing_words", {}).get("count", 0)
    if column["role"] == "empty":
        return
    if nulls:
        yield f"{share_text(nulls / rows)} missing"
    if words:
        yield f"{share_text(words / rows)} words for missing"
    if distinct == rows - nulls and distinct > 1:
        yield "all different"
    elif column["role"] != "constant":
        about = "about " if column["distinct_method"] == "hyperloglog" else ""
        yield f"{about}{distinct:,} distinct"


def _formats(column: Column, rows: int) -> Iterator[str]:
    """How texts are written, by the shares of the values that were examined."""
    if column["type"] != "text" or column["role"] in {"empty", "constant"}:
        return
    kinds = [k for k in column["kinds"] if k["share"] > 0.02][:4]
    if kinds and column["role"] not in {kind["kind"] for kind in column["kinds"]}:
        yield "looks like " + ", ".join(f"{k['kind']} {share_text(k['share'])}" for k in kinds)
    if len(column["date_formats"]) > 0:
        yield "dates as " + ", ".join(
            f"{f['format']} {share_text(f['share'])}" for f in column["date_formats"][:4]
        )
    elif column["role"] != "free_text":
        shapes = [
            f"{quoted(p['pattern'], 24)} {share_text(p['share'])}"
            for p in column["patterns"][:_SHOWN_PATTERNS]
            # That of a few values tells of each; one without a letter or digit is the value.
            if p["share"] >= max(0.01, _FEW_SHAPES / (rows - column["nulls"]))
            and any(map(str.isalnum, p["pattern"]))
        ]
        if shapes:
            yield "shapes " + ", ".join(shapes)
    if column["role"] == "free_text":
        yield f"about {column['words']:.0f} words each"
    personal = [p["kind"].replace("_", " ") for p in column.get("personal", [])]
    if personal:
        yield "personal data: " + ", ".join(personal)


def _spread(column: Column, rows: int) -> Iterator[str]:
    """How numbers, moments and truth values are spread, without a value of a cell."""
    if rows - column["nulls"] < _FEW_VALUES:
        return
    match column:
        case {"numeric": {"mean": float(mean), "std": std}, "role": role} if role not in {
            "identifier",
            "constant",
        }:
            yield f"mean {_rough(mean)}" + (f", std {_rough(std)}" if std is not None else "")
            yield from _signs(column)
        case {"calendar": {"whole_days": True}}:
            yield "days without a time"
        case {"boolean": {"true": true, "false": false}} if true + false:
            yield f"{share_text(true / (true + false))} true"


def _rough(value: float) -> str:
    """Three significant digits, without an exponent where none is needed."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 100 <= abs(rounded) < 1e9 else f"{rounded:.3g}"


def _signs(column: Column) -> Iterator[str]:
    numeric, spread = column["numeric"], column["distribution"]
    if spread["whole"] and column["type"] == "number":
        yield "whole numbers"
    if numeric["negative"]:
        yield f"{numeric['negative']:,} negative"
    if numeric["zeros"]:
        yield f"{numeric['zeros']:,} zero"
    if spread["skew"] is not None and abs(spread["skew"]) > 2:
        yield "very skewed"


def _cells(column: Column, rows: int, mask: Mask) -> Iterator[str]:
    def told(value: Any) -> str:  # noqa: ANN401 - any JSON value
        # What is cut off before it is masked may not look personal any more.
        return _cell(mask(column["name"], value))

    for member in ("numeric", "datetime"):
        ends = column.get(member)
        if ends and ends["min"] is not None:
            yield f"min {told(ends['min'])}, max {told(ends['max'])}"
    span = column.get("span")
    if span:
        yield f"min {told(span['min_seconds'])}, max {told(span['max_seconds'])} seconds"
    top = column["top_values"][:_SHOWN_VALUES]
    if top and top[0]["count"] > max(1, rows * _FREQUENT):
        shown = (f"{told(t['value'])} ({t['count']:,})" for t in top)
        yield "most frequent " + ", ".join(shown)
    elif top and column["type"] == "text":
        yield "such as " + ", ".join(told(t["value"]) for t in top[:2])


def _cell(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, float):
        return f"{value:.6g}"
    return quoted(value, _VALUE_CHARACTERS) if isinstance(value, str) else json.dumps(value)


def share_text(share: float) -> str:
    """A share as a rounded percentage that is 0 or 100 only if the share is."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{share:.0%}"
