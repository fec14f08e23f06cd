"""The table in a file as another kind of file."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from application.ports.tables import ExportFormat
from interfaces.cli.parse_option import FILES_READ, Parse, given_by
from interfaces.cli.plain_text import printable
from interfaces.cli.reading_lines import sentence
from interfaces.cli.whole_files import (
    FileUnusable,
    require_place,
    require_readable,
    say_written,
    written_whole,
)
from interfaces.composition.raw_text import NotDelimitedText, write_cells


def convert(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=FILES_READ,
        ),
    ],
    out: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help=".csv, .json, .xlsx or .parquet.")
    ] = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help="The same as OUT.")
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write a CSV of the cells as they stand in the file.")
    ] = False,
    parse: Parse = None,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
) -> None:
    """Write the table in a file to another kind of file, by the extension of OUT."""
    destination = _one_of(out, to)
    target = _export_format(destination)
    require_place(destination, force=force)
    require_readable(file)
    given = given_by(parse)
    if raw:
        if target is not ExportFormat.CSV:
            raise FileUnusable(f"Cells are written as CSV: name OUT .csv, not {destination}.")
        with suppress(NotDelimitedText):
            with written_whole(destination) as written:
                told = write_cells(file, given, written)
            for each in told:
                typer.echo(printable(sentence(each)), err=True)
            say_written(destination)
            return
    # Types and other kinds of files take longer to import than a small file to read.
    from interfaces.cli.files import convert_typed  # noqa: PLC0415

    convert_typed(file, given, target, destination)


def _one_of(out: Path | None, to: Path | None) -> Path:
    if (out is None) == (to is None):
        raise FileUnusable("Say once where to write: datatrail convert FILE OUT, or -o OUT.")
    return out or to or Path()


def _export_format(out: Path) -> ExportFormat:
    try:
        return ExportFormat(out.suffix.lower().removeprefix("."))
    except ValueError:
        kinds = ", ".join(f".{kind.value}" for kind in ExportFormat)
        raise FileUnusable(
            f"What kind of file {out} is to be is said by its extension: {kinds}."
        ) from None
