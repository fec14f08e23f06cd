"""Tables in files, without a service: what is in one, and the same table as another kind."""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from application.disclosure.table_brief import table_brief
from application.ports.tables import ExportFormat, ProfileExtras
from domain.dataset import GivenOptions, ParseOptions
from domain.parse_report import ColumnReading, ParseReport
from interfaces.cli.parse_option import FILES_READ, Parse, given_by
from interfaces.cli.plain_text import counted, printable
from interfaces.cli.profile_page import profile_page
from interfaces.cli.profile_progress import profile_progress
from interfaces.cli.profile_table import profile_summary
from interfaces.cli.reading_lines import sentence
from interfaces.cli.startup import started_settings
from interfaces.cli.whole_files import (
    require_place,
    require_readable,
    say_written,
    written_whole,
)
from interfaces.composition.files import tables

console = Console()
progress = Console(stderr=True)

Source = Annotated[Path, typer.Argument(metavar="FILE", help=FILES_READ)]

_PLACES = re.compile(r"at [0-9 ]+")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A file that was read: how, and the table as a snapshot in a directory of ours."""

    parse: ParseOptions
    report: ParseReport
    snapshot: Path


def profile(
    file: Source,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the profile as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write the profile to the HTML page OUT.")
    ] = None,
    tokens: Annotated[
        int | None,
        typer.Option(min=50, help="Print a text of about so many tokens for a language model."),
    ] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Let that text hold frequent values, least, greatest.")
    ] = False,
    correlations: Annotated[
        bool, typer.Option("--correlations", help="Say which columns go together.")
    ] = False,
    dependencies: Annotated[
        bool, typer.Option("--dependencies", help="Say which columns determine others.")
    ] = False,
    outliers: Annotated[
        bool, typer.Option("--outliers", help="Say which rows stand apart in their numbers.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
    parse: Parse = None,
) -> None:
    """Show what is in a file: its columns, their types and roles, gaps, values, what is wrong."""
    started_settings(quiet=True)
    _require_one_form(as_json=as_json, html=html, tokens=tokens, values=values)
    if html is not None:
        require_place(html, force=force)
    extras = ProfileExtras(correlations=correlations, dependencies=dependencies, outliers=outliers)
    with _opened(file, given_by(parse)) as opened:
        with profile_progress(progress) as say:
            found = tables().profile(opened.snapshot, extras, say)
        if as_json:
            facts = {"file": file.name, "parse": _parse_facts(opened.parse), **found}
            typer.echo(json.dumps(facts, ensure_ascii=False, allow_nan=False, indent=2))
        elif tokens is not None:
            typer.echo(table_brief(found, tokens, values=values))
        elif html is not None:
            with written_whole(html) as written:
                written.write_text(profile_page(found, file.name), encoding="utf-8")
            say_written(html)
        else:
            _say_what_was_read(file, opened, found["rows"], found["column_count"])
            if found["duplicate_rows"]:
                repeated = found["duplicate_rows"]
                verb = "repeats" if repeated == 1 else "repeat"
                console.print(f"{counted(repeated, 'row')} {verb} an earlier one.")
            console.print(profile_summary(found))


def _require_one_form(
    *, as_json: bool, html: Path | None, tokens: int | None, values: bool
) -> None:
    if as_json + (html is not None) + (tokens is not None) > 1:
        raise typer.BadParameter("Give only one of --json, --html and --tokens.")
    if values and tokens is None:
        raise typer.BadParameter("--values says what the text of --tokens may hold: give both.")


def convert_typed(file: Path, given: GivenOptions, target: ExportFormat, out: Path) -> None:
    """Write the table in `file`, its columns typed, to `out`."""
    started_settings(quiet=True)
    with (
        _opened(file, given) as opened,
        progress.status(f"Writing {target.value.upper()}"),
        written_whole(out) as written,
    ):
        tables().export(opened.snapshot, target, written)
    _say_what_was_read(file, opened, opened.report.rows, len(opened.report.columns))
    say_written(out)


@contextmanager
def _opened(file: Path, given: GivenOptions) -> Iterator[_Opened]:
    """Read the table in `file`. Raises FileUnusable or UnreadableTable."""
    require_readable(file)
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        snapshot = Path(directory) / "table.parquet"
        with progress.status("Finding out how the file is a table"):
            parse = tables().inspect(file, file.name, given)
        with progress.status("Reading it"):
            report = tables().read(file, parse, snapshot, file_name=file.name)
        yield _Opened(parse=parse, report=report, snapshot=snapshot)


def _say_what_was_read(file: Path, opened: _Opened, rows: int, columns: int) -> None:
    parse = opened.parse
    facts = [parse.kind.value.upper()]
    if parse.encoding:
        facts.append(f"encoding {parse.encoding}")
    if parse.delimiter:
        facts.append(_divided(parse.delimiter))
    if parse.sheet:
        facts.append(f"sheet {printable(parse.sheet)}")
    if parse.preamble_lines:
        facts.append(f"{counted(parse.preamble_lines, 'line')} before the header")
    size = f"{counted(rows, 'row')}, {counted(columns, 'column')}"
    said = f"{printable(file.name)}: {', '.join(facts)}; {size}."
    console.print(said, markup=False, soft_wrap=True, highlight=False)
    report = opened.report
    for message in (
        *filter(None, map(_how_written, report.columns)),
        *map(sentence, report.repairs),
        *map(sentence, report.doubts),
    ):
        console.print(printable(message), markup=False, soft_wrap=True, highlight=False)


def _divided(delimiter: str) -> str:
    if _PLACES.fullmatch(delimiter):
        return f"columns that begin {delimiter}"
    return f"separated by {_DELIMITERS.get(delimiter, repr(delimiter))}"


def _how_written(column: ColumnReading) -> str:
    """What its values alone do not show any more; nothing where they do."""
    written = f", written {column.format}" if column.format else ""
    unit = f", in {column.unit}" if column.unit else ""
    return f"{column.name}: {column.type}{written}{unit}." if written or unit else ""


def _parse_facts(parse: ParseOptions) -> dict[str, Any]:
    """What was found out about the file, ready for JSON."""
    return {**asdict(parse), "kind": parse.kind.value}
