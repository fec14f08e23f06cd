"""A column of a profile as a part of an HTML page. Whatever came with the file is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from interfaces.cli.plain_text import clock, printable

_CHARACTERS = 80
_WIDTH, _HEIGHT = 300, 72

Column = Mapping[str, Any]


def shown(text: object, limit: int = _CHARACTERS) -> str:
    """Text of unknown origin for HTML: one bounded line, invisible characters spelt out."""
    line = printable(str(text), keep="\u00a0")
    return escape(line if len(line) <= limit else line[: limit - 1] + "…")


def named(column: str) -> str:
    """The name of a column for HTML."""
    return shown(column) if column.strip() else "(no name)"


def number(value: object) -> str:
    """A number for a person: grouped, six significant digits of a fraction."""
    if isinstance(value, bool) or value is None:
        return "–" if value is None else str(value).lower()  # noqa: RUF001 a dash for nothing
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        whole = value.is_integer() or abs(value) >= 1e5
        return f"{value:,.0f}" if whole and abs(value) < 1e15 else f"{value:,.6g}"
    return shown(value)


def rough(value: float | None) -> str:
    """Three significant digits."""
    return number(None) if value is None else f"{value:.3g}"


def percent(share: float) -> str:
    """A share as a percentage that is 0 or 100 only if the share is."""
    return "<0.1%" if 0 < share < 0.001 else ">99.9%" if 0.999 < share < 1 else f"{share:.1%}"


def card(column: Column, anchor: str, rows: int) -> str:
    """The card of a column: what it is, its figures, how it is spread, what is frequent."""
    tags = [column["type"], column["role"].replace("_", " ")]
    personal = [f"personal: {p['kind'].replace('_', ' ')}" for p in column["personal"]]
    facts = "".join(f"<dt>{escape(k)}</dt><dd>{v}</dd>" for k, v in _facts(column, rows))
    return (
        f'<section class="card" id="{anchor}"><h3>{named(column["name"])}</h3>'
        + "".join(f'<span class="tag">{escape(tag)}</span>' for tag in dict.fromkeys(tags))
        + "".join(f'<span class="tag personal">{escape(tag)}</span>' for tag in personal)
        + f"<dl>{facts}</dl>{_histogram(column)}{_top(column, rows)}{_patterns(column)}</section>"
    )


def _facts(column: Column, rows: int) -> Iterator[tuple[str, str]]:
    nulls = column["nulls"]
    yield "missing", f"{nulls:,} ({percent(nulls / rows)})" if rows and nulls else f"{nulls:,}"
    method = {"hashed": " (by hash)", "hyperloglog": " (estimated)"}
    yield "distinct", f"{column['distinct']:,}{method.get(column['distinct_method'], '')}"
    match column:
        case {"numeric": numeric, "distribution": spread}:
            for key in ("min", "max", "mean", "std", "median"):
                yield key, number(numeric[key])
            quantiles = numeric["quantiles"]
            yield "5% to 95%", f"{number(quantiles['0.05'])} to {number(quantiles['0.95'])}"
            yield "skewness, kurtosis", f"{rough(spread['skew'])}, {rough(spread['kurtosis'])}"
            yield "zero, negative", f"{numeric['zeros']:,}, {numeric['negative']:,}"
            beyond = spread["outliers"]
            if beyond:
                yield "outliers (IQR)", f"{beyond['below'] + beyond['above']:,}"
        case {"datetime": span, "calendar": calendar}:
            yield "from", number(span["min"])
            yield "to", number(span["max"])
            yield "gaps", number(calendar["gaps"])
        case {"text": text}:
            yield (
                "length",
                (
                    f"{number(text['min_length'])} to {number(text['max_length'])}, "
                    f"mean {number(text['mean_length'])}"
                ),
            )
            yield "blank, padded", f"{text['blank']:,}, {text['padded']:,}"
            yield "words for missing", number(column["missing_words"]["count"])
        case {"span": {"min_seconds": least, "max_seconds": most}}:
            yield "min", clock(least)
            yield "max", clock(most)


def _histogram(column: Column) -> str:
    found = (column.get("distribution") or {}).get("histogram")
    if not found or len(found["counts"]) < 2:
        return ""
    counts: Sequence[int] = found["counts"]
    edges = found["edges"]
    # The last bin of integers may reach beyond the greatest.
    ends = column.get("numeric") or column["datetime"]
    first, last = number(ends["min"]), number(ends["max"])
    most, width = max(counts), _WIDTH / len(counts)
    bars = "".join(
        f'<rect x="{i * width:.2f}" y="{_HEIGHT - h:.2f}" width="{max(width - 1, 0.5):.2f}" '
        f'height="{h:.2f}"><title>{number(edges[i])} to {number(edges[i + 1])}: {count:,}'
        "</title></rect>"
        for i, count in enumerate(counts)
        if (h := max(count / most * _HEIGHT, 1 if count else 0))
    )
    said = f"Histogram from {first} to {last}, most {most:,} in a bar"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{said}">{bars}</svg>'
        f'<div class="ends"><span>{first}</span><span>{last}</span></div>'
    )


def _top(column: Column, rows: int) -> str:
    top = [t for t in column["top_values"] if t["count"] > 1][:6]
    numbers = column["type"] in {"integer", "number", "datetime"} and column["distinct"] > 20
    if not top or numbers:
        return ""
    items = "".join(
        f'<li style="--share:{t["count"] / rows:.2%}"><span>{_value(t["value"])}</span>'
        f"<span>{t['count']:,}</span></li>"
        for t in top
    )
    return f'<ul class="top" aria-label="Most frequent values">{items}</ul>'


def _value(value: object) -> str:
    if isinstance(value, str):
        return shown(value) if value.strip() else "<code>(blank)</code>"
    return number(value)


def _patterns(column: Column) -> str:
    patterns = column.get("patterns", [])[:4]
    if not patterns or column["role"] in {"free_text", "constant"}:
        return ""
    items = ", ".join(f"<code>{shown(p['pattern'])}</code> {percent(p['share'])}" for p in patterns)
    among = f" of {column['examined']:,} values" if column["sampled"] else ""
    return f'<p class="soft">Shapes{among}: {items}</p>'
