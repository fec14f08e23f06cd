"""A profile as one HTML file that needs nothing else: no script, no font, no network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from interfaces.cli.profile_card import card, named, percent, rough, shown

_MOST_CARDS = 500
_MOST_PAIRS = 30
# What the page may fetch: nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def profile_page(profile: Mapping[str, Any], title: str) -> str:
    """The page. It shows cells: whoever has it has seen parts of the table."""
    style = files("interfaces.cli").joinpath("profile_page.css").read_text("utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Profile of {shown(title)}</title><style>{style}</style></head><body>"
        f"<header><h1>{shown(title)}</h1>{_size(profile)}</header>"
        f"<main>{''.join(_sections(profile))}</main></body></html>\n"
    )


def _size(profile: Mapping[str, Any]) -> str:
    quality = profile["quality"]
    parts = [f"{profile['rows']:,} rows", f"{profile['column_count']:,} columns"]
    if quality["cells"]:
        missing = percent(quality["missing"] / quality["cells"])
        parts.append(f"{quality['missing']:,} cells missing ({missing})")
    parts.append(f"{profile['duplicate_rows']:,} repeated rows")
    return f'<p class="soft">{" · ".join(parts)}</p>'


def _sections(profile: Mapping[str, Any]) -> Iterator[str]:
    yield _problems(profile)
    yield _overview(profile)
    yield _correlations(profile)
    yield _dependencies(profile)
    yield _apart(profile)
    columns = profile["columns"]
    if columns:
        cards = "".join(
            card(column, f"c{index}", profile["rows"])
            for index, column in enumerate(columns[:_MOST_CARDS])
        )
        yield f'<h2>Each column</h2><div class="cards">{cards}</div>'
    if len(columns) > _MOST_CARDS:
        yield f'<p class="soft">{len(columns) - _MOST_CARDS:,} more columns are not shown.</p>'


def _problems(profile: Mapping[str, Any]) -> str:
    quality = profile["quality"]
    if not quality["problems"]:
        return "<h2>What to mend</h2><p>Nothing was found.</p>"
    items = "".join(
        "<li>"
        + (f"<strong>{named(p['column'])}</strong>: " if p["column"] is not None else "")
        + f'{escape(p["message"])} <span class="soft">{escape(p["mend"])}</span></li>'
        for p in quality["problems"]
    )
    more = quality["more_problems"]
    tail = f'<p class="soft">{more:,} more are not shown.</p>' if more else ""
    return f'<h2>What to mend, the worst first</h2><ol class="problems">{items}</ol>{tail}'


def _overview(profile: Mapping[str, Any]) -> str:
    rows = max(1, profile["rows"])
    lines = (
        (
            f'<a href="#c{index}">{named(column["name"])}</a>'
            if index < _MOST_CARDS
            else named(column["name"]),
            escape(column["type"]),
            escape(column["role"].replace("_", " ")),
            percent(column["nulls"] / rows) if column["nulls"] else "0",
            f"{column['distinct']:,}",
        )
        for index, column in enumerate(profile["columns"])
    )
    return _table("Columns", ("column", "type", "role", "missing", "distinct"), lines, numbers=2)


def _correlations(profile: Mapping[str, Any]) -> str:
    found = profile.get("correlations")
    if found is None:
        return ""
    lines = (
        (
            *map(named, pair["columns"]),
            *(rough(pair.get(key)) for key in ("pearson", "spearman", "cramers_v")),
        )
        for pair in found["pairs"][:_MOST_PAIRS]
    )
    heads = ("column", "column", "Pearson", "Spearman", "Cramér's V")
    return _table(f"What goes together, in {found['rows']:,} rows", heads, lines, numbers=3)


def _dependencies(profile: Mapping[str, Any]) -> str:
    found = profile.get("dependencies")
    if found is None:
        return ""
    lines = (
        (named(each["from"]), named(each["to"]), f"{each['violations']:,}")
        for each in found["found"][:_MOST_PAIRS]
    )
    heads = ("column", "determines", "but for rows")
    return _table(f"What determines what, in {found['rows']:,} rows", heads, lines, numbers=1)


def _apart(profile: Mapping[str, Any]) -> str:
    found = profile.get("outliers")
    if found is None:
        return ""
    lines = ((f"{each['row'] + 1:,}", f"{each['score']:.3f}") for each in found["highest"])
    title = f"Rows that stand apart: {found['found']:,} of {found['rows']:,} (isolation forest)"
    return _table(title, ("row", "score"), lines, numbers=2)


def _table(
    title: str, heads: Sequence[str], lines: Iterable[Sequence[str]], *, numbers: int
) -> str:
    """A table of cells that are HTML; the last `numbers` columns are figures."""
    classes = [' class="n"' if i >= len(heads) - numbers else "" for i in range(len(heads))]
    head = "".join(
        f'<th scope="col"{c}>{escape(h)}</th>' for h, c in zip(heads, classes, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{c}>{cell}</td>" for cell, c in zip(line, classes, strict=True))
        + "</tr>"
        for line in lines
    )
    if not body:
        return f"<h2>{escape(title)}</h2><p>Nothing was found.</p>"
    return (
        f'<h2>{escape(title)}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
