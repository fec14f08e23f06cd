"""A profile for the terminal: what is wrong, and one line for each column."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from interfaces.cli.plain_text import clock, counted, one_line

_TOP_VALUES = 3
_PROBLEMS = 8
_PAIRS = 8


def profile_summary(profile: Mapping[str, Any]) -> Group:
    """What is wrong with the table, its columns, and what was asked for beside."""
    return Group(*_problems(profile), profile_table(profile), *_together(profile))


def profile_table(profile: Mapping[str, Any]) -> Table:
    """One line for each column of the profiled table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("column", style="bold", overflow="fold")
    table.add_column("type")
    table.add_column("role")
    table.add_column("missing", justify="right")
    table.add_column("distinct", justify="right")
    table.add_column("values", overflow="fold", ratio=1)
    rows: int = profile["rows"]
    columns: Sequence[Mapping[str, Any]] = profile["columns"]
    for column in columns:
        table.add_row(
            Text(_name(column["name"])),
            str(column["type"]),
            _role(column),
            _missing(column["nulls"], rows),
            _distinct(column),
            Text(_values(column)),
        )
    return table


def _problems(profile: Mapping[str, Any]) -> Iterator[RenderableType]:
    quality = profile["quality"]
    problems = quality["problems"]
    if not problems:
        return
    yield Text("What to mend, the worst first:", style="bold")
    for problem in problems[:_PROBLEMS]:
        line = Text("• ")
        if problem["column"] is not None:
            line.append(_name(problem["column"]), style="bold").append(": ")
        line.append(f"{problem['message']} ").append(problem["mend"], style="dim")
        yield line
    more = len(problems) - _PROBLEMS + quality["more_problems"]
    if more > 0:
        yield Text(f"… and {counted(more, 'more problem')} (--json has them).", style="dim")


def _together(profile: Mapping[str, Any]) -> Iterator[RenderableType]:
    correlations = profile.get("correlations")
    if correlations is not None:
        yield _heading(f"What goes together, in {counted(correlations['rows'], 'row')}:")
        for pair in correlations["pairs"][:_PAIRS]:
            first, second = (one_line(name) for name in pair["columns"])
            found = ", ".join(
                f"{label} {pair[key]:.2f}"
                for key, label in (
                    ("pearson", "Pearson"),
                    ("spearman", "Spearman"),
                    ("cramers_v", "Cramér's V"),
                )
                if pair.get(key) is not None
            )
            yield Text(f"• {first}, {second}: {found or 'nothing'}")
    dependencies = profile.get("dependencies")
    if dependencies is not None:
        yield _heading(f"What determines what, in {counted(dependencies['rows'], 'row')}:")
        for each in dependencies["found"][:_PAIRS]:
            but = f", but for {counted(each['violations'], 'row')}" if each["violations"] else ""
            yield Text(f"• {one_line(each['from'])} determines {one_line(each['to'])}{but}")
        if not dependencies["found"]:
            yield Text("• nothing")
    apart = profile.get("outliers")
    if apart is not None:
        yield _heading(f"{apart['found']:,} of {counted(apart['rows'], 'row')} stand apart.")
        if apart["found"]:
            shown = ", ".join(f"{each['row'] + 1:,}" for each in apart["highest"][:_PAIRS])
            yield Text(f"• the most: rows {shown}")


def _heading(text: str) -> Padding:
    return Padding(Text(text, style="bold"), (1, 0, 0, 0))


def _name(column: str) -> str:
    return one_line(column) or "(no name)"


def _role(column: Mapping[str, Any]) -> Text:
    role = Text(str(column["role"]).replace("_", " "))
    return role.append(" (personal)", style="yellow") if column["personal"] else role


def _missing(nulls: int, rows: int) -> str:
    return f"{nulls:,} ({nulls / rows:.0%})" if nulls else "0"


def _distinct(column: Mapping[str, Any]) -> str:
    estimated = column["distinct_method"] == "hyperloglog"
    return f"{'~' if estimated else ''}{column['distinct']:,}"


def _values(column: Mapping[str, Any]) -> str:
    """What its values are like, in a few words."""
    match column:
        case {"numeric": {"min": None}} | {"datetime": {"min": None}}:
            return "no values"
        case {"numeric": numeric}:
            between = f"{_number(numeric['min'])} to {_number(numeric['max'])}"
            return f"{between}, median {_number(numeric['median'])}"
        case {"datetime": span}:
            return f"{span['min']} to {span['max']}"
        case {"boolean": counts}:
            return f"true {counts['true']:,}, false {counts['false']:,}"
        case {"text": text}:
            return _text(text)
        case {"span": {"min_seconds": least, "max_seconds": most}}:
            return f"{clock(least)} to {clock(most)}"
        case _:
            return ""


def _text(text: Mapping[str, Any]) -> str:
    shown = text["top_values"][:_TOP_VALUES]
    parts = [f"{one_line(str(top['value']), 30)} ({top['count']:,})" for top in shown]
    if text["padded"]:
        parts.append(f"{text['padded']:,} padded with spaces")
    if text["blank"]:
        parts.append(f"{text['blank']:,} blank")
    return ", ".join(parts) or "no values"


def _number(value: Any) -> str:  # noqa: ANN401 - a JSON value: integers too large for it are text
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
