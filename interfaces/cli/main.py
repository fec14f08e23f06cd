"""The command line, `datatrail`."""

import io
import logging
import sys
from typing import Annotated

import typer

from interfaces.cli.plain_text import printable
from interfaces.cli.verbs import Verbs

logger = logging.getLogger(__name__)

_OURS = ("domain", "application", "infrastructure", "interfaces")

app = typer.Typer(
    name="datatrail",
    cls=Verbs,
    help="Conversational data cleaning with an immutable transformation log.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"datatrail {version('datatrail')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Conversational data cleaning with an immutable transformation log."""


def main() -> None:
    """Run the command line; a failure is one sentence on standard error and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter is no reason to fail.
            stream.reconfigure(errors="replace")
    try:
        app()
    except Exception as error:  # the outermost edge of the process
        logger.debug("command failed", exc_info=True)
        typer.secho("datatrail:", fg=typer.colors.RED, bold=True, err=True, nl=False)
        typer.echo(f" {_sentence(error)}", err=True)
        sys.exit(1)


def _sentence(error: Exception) -> str:
    """What to tell a person: our own exceptions speak for themselves, others are named."""
    said = printable(str(error).strip(), keep="\n")
    if type(error).__module__.partition(".")[0] in _OURS and said:
        return said
    if isinstance(error, OSError) and error.filename and error.strerror:
        return printable(f"{error.filename}: {error.strerror}.")
    kind = type(error).__name__
    return (
        f"{kind}: {said}\n" if said else f"{kind}.\n"
    ) + "For the whole story, run the command again with DATATRAIL_LOG_LEVEL=DEBUG."
