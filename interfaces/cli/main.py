"""The command line, `datatrail`."""

import logging
import sys

import typer
from rich.console import Console

from interfaces.cli import processes

app = typer.Typer(
    name="datatrail",
    help="Conversational data cleaning with an immutable transformation log.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (processes.up, processes.serve, processes.worker, processes.relay, processes.migrate):
    app.command()(verb)


def main() -> None:
    """Run the command line; a failure is one sentence and exit code 1."""
    try:
        app()
    except Exception as error:  # the outermost edge of the process
        logging.getLogger(__name__).debug("command failed", exc_info=True)
        Console(stderr=True).print(f"[bold red]datatrail:[/] {error}", highlight=False)
        sys.exit(1)
