"""`datatrail doctor`: what works on this machine, under these settings."""

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from interfaces.cli.checks import CHECKS, Finding
from interfaces.cli.plain_text import printable
from interfaces.cli.startup import started_settings

_SHOWN = {True: ("ok", "green"), False: ("missing", "bold red"), None: ("-", "dim")}


def doctor() -> None:
    """Say what works here: database, queue, storage, jails and model.

    The exit code is 1 when something is missing that these settings need.
    """
    settings = started_settings(quiet=True)
    progress = Console(stderr=True)
    findings: list[Finding] = []
    for part, check in CHECKS.items():
        with progress.status(f"Looking at: {part}"):
            findings += check(settings)
    console = Console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("part", "here?", "what was found"):
        table.add_column(header, overflow="fold")
    for finding in findings:
        word, style = _SHOWN[finding.ok]
        sentence = printable(finding.sentence, keep="\n")
        table.add_row(finding.name, Text(word, style=style), Text(sentence))
    console.print(table)
    missing = [finding.name for finding in findings if finding.ok is False]
    if missing:
        console.print(f"Missing: {', '.join(missing)}.", style="bold red", markup=False)
        raise typer.Exit(1)
    console.print("Everything that these settings need is here.")
