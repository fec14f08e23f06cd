"""Tables in files, without a service: what is in one, and the same table as another kind."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from application.ports.tables import ExportFormat
from domain.dataset import ParseOptions
from interfaces.cli.plain_text import counted, mebibytes, printable
from interfaces.cli.profile_table import profile_table
from interfaces.cli.startup import started_settings
from interfaces.composition.files import tables

console = Console()
progress = Console(stderr=True)

Source = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON, XLSX, XLS, Parquet.")]
Target = Annotated[Path, typer.Argument(metavar="OUT", help=".csv, .json, .xlsx or .parquet.")]

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}


class FileUnusable(Exception):
    """A file named on the command line cannot be read or written; the message says why."""


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A file that was read: how, and the table as a snapshot in a directory of ours."""

    parse: ParseOptions
    snapshot: Path


def profile(
    file: Source,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the profile as JSON.")] = False,
) -> None:
    """Show what is in a file: its columns, their types, gaps and values."""
    started_settings(quiet=True)
    with _opened(file) as opened, progress.status("Looking at each column"):
        found = tables().profile(opened.snapshot)
    if as_json:
        facts = {"file": file.name, "parse": _parse_facts(opened.parse), **found}
        typer.echo(json.dumps(facts, ensure_ascii=False, allow_nan=False, indent=2))
        return
    _say_what_was_read(file, opened.parse, found["rows"], found["column_count"])
    if found["duplicate_rows"]:
        console.print(f"{counted(found['duplicate_rows'], 'row')} repeat an earlier one.")
    console.print(profile_table(found))


def convert(
    file: Source,
    out: Target,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
) -> None:
    """Write the table in a file to another kind of file, by the extension of OUT."""
    started_settings(quiet=True)
    target = _export_format(out)
    require_place(out, force=force)
    with _opened(file) as opened, progress.status(f"Writing {target.value.upper()}"):
        shape = tables().describe(opened.snapshot).shape
        _export(opened.snapshot, target, out)
    _say_what_was_read(file, opened.parse, shape.rows, len(shape.columns))
    size = mebibytes(out.stat().st_size)
    console.print(f"Wrote {printable(str(out))}, {size}.", markup=False, soft_wrap=True)


@contextmanager
def _opened(file: Path) -> Iterator[_Opened]:
    """Read the table in `file`. Raises FileUnusable or UnreadableTable."""
    _require_readable(file)
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        snapshot = Path(directory) / "table.parquet"
        with progress.status("Finding out how the file is a table"):
            parse = tables().inspect(file, file.name)
        with progress.status("Reading it"):
            tables().read(file, parse, snapshot)
        yield _Opened(parse=parse, snapshot=snapshot)


def _require_readable(file: Path) -> None:
    if file.is_dir():
        raise FileUnusable(f"{file} is a directory. Give the path of one file.")
    try:
        with file.open("rb"):
            return
    except FileNotFoundError:
        raise FileUnusable(f"There is no file {file}. Check the path.") from None
    except OSError as error:
        raise FileUnusable(f"{file} cannot be read: {error.strerror}.") from error


def _export_format(out: Path) -> ExportFormat:
    try:
        return ExportFormat(out.suffix.lower().removeprefix("."))
    except ValueError:
        kinds = ", ".join(f".{kind.value}" for kind in ExportFormat)
        raise FileUnusable(
            f"What kind of file {out} is to be is said by its extension: {kinds}."
        ) from None


def require_place(out: Path, *, force: bool) -> None:
    """Raise FileUnusable unless the file `out` can be written, or replaced by `force`."""
    if out.is_dir():
        raise FileUnusable(f"{out} is a directory. Give the path of a file.")
    if not out.parent.is_dir():
        raise FileUnusable(f"There is no directory {out.parent}. Make it first.")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise FileUnusable(f"The directory {out.parent} cannot be written to.")
    if os.path.lexists(out) and not force:
        raise FileUnusable(f"{out} exists. To replace it, add --force.")


def _export(snapshot: Path, target: ExportFormat, out: Path) -> None:
    """Make `out` whole or not at all: it is written beside its place and then renamed."""
    with tempfile.TemporaryDirectory(prefix=".datatrail-", dir=out.parent) as directory:
        written = Path(directory) / "export"
        tables().export(snapshot, target, written)
        with written.open("rb") as stream:
            os.fsync(stream.fileno())
        written.replace(out)


def _say_what_was_read(file: Path, parse: ParseOptions, rows: int, columns: int) -> None:
    facts = [parse.kind.value.upper()]
    if parse.encoding:
        facts.append(f"encoding {parse.encoding}")
    if parse.delimiter:
        name = _DELIMITERS.get(parse.delimiter, repr(parse.delimiter))
        facts.append(f"separated by {name}")
    if parse.sheet:
        facts.append(f"sheet {printable(parse.sheet)}")
    if parse.preamble_lines:
        facts.append(f"{counted(parse.preamble_lines, 'line')} before the header")
    size = f"{counted(rows, 'row')}, {counted(columns, 'column')}"
    said = f"{printable(file.name)}: {', '.join(facts)}; {size}."
    console.print(said, markup=False, soft_wrap=True, highlight=False)


def _parse_facts(parse: ParseOptions) -> dict[str, str | int | None]:
    return {
        "kind": parse.kind.value,
        "encoding": parse.encoding,
        "delimiter": parse.delimiter,
        "preamble_lines": parse.preamble_lines,
        "sheet": parse.sheet,
    }
