"""A profile as a table for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from interfaces.cli.plain_text import one_line

_TOP_VALUES = 3


def profile_table(profile: Mapping[str, Any]) -> Table:
    """One line for each column of the profiled table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("column", style="bold", overflow="fold")
    table.add_column("type")
    table.add_column("missing", justify="right")
    table.add_column("distinct", justify="right")
    table.add_column("values", overflow="fold", ratio=1)
    rows: int = profile["rows"]
    columns: Sequence[Mapping[str, Any]] = profile["columns"]
    for column in columns:
        table.add_row(
            Text(one_line(column["name"])),
            str(column["type"]),
            _missing(column["nulls"], rows),
            f"{column['distinct']:,}",
            Text(_values(column)),
        )
    return table


def _missing(nulls: int, rows: int) -> str:
    return f"{nulls:,} ({nulls / rows:.0%})" if nulls else "0"


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
    return f"{value:,.10g}" if isinstance(value, float) else f"{value}"
