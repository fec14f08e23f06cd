"""Finding and removing stored objects that nothing names."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from application.collection import LEAST_AGE
from interfaces.cli.plain_text import counted, mebibytes
from interfaces.cli.startup import started_settings
from interfaces.composition.collecting import joined_collector

_HOUR = timedelta(hours=1)
_SHOWN = 20


def collect(
    *,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove them; without it, nothing is changed.")
    ] = False,
    older_than: Annotated[
        float,
        typer.Option(
            metavar="HOURS",
            min=LEAST_AGE / _HOUR,
            help="Leave alone what was stored in the last hours: somebody may be about to name it.",
        ),
    ] = 24.0,
) -> None:
    """Find stored files that no event names: what crashes and failed requests left behind."""
    console = Console(soft_wrap=True, highlight=False)
    put_before = datetime.now(UTC) - older_than * _HOUR
    with joined_collector(started_settings(quiet=True)) as collector:
        garbage = collector.find(put_before)
        for each in garbage[:_SHOWN]:
            console.print(f"  {each.key}, {mebibytes(each.size_bytes)}", markup=False)
        if len(garbage) > _SHOWN:
            console.print(f"  and {counted(len(garbage) - _SHOWN, 'other')}")
        if not delete:
            size = mebibytes(sum(each.size_bytes for each in garbage))
            more = " To remove them, add --delete." if garbage else ""
            console.print(f"Found {counted(len(garbage), 'object')}, {size}.{more}")
            return
        removed = collector.remove(garbage, put_before)
    console.print(f"Removed {counted(removed.objects, 'object')}, {mebibytes(removed.size_bytes)}.")
