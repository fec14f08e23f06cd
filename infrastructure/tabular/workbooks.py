"""Excel workbooks, read by calamine in a process of its own: a bad file can crash its reader."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, ParseOptions
from infrastructure.tabular.file_kinds import encrypted

_SECONDS = 300
_MODULE = "infrastructure.tabular.workbook_process"


def inspect_workbook(source: Path, kind: FileKind) -> ParseOptions:
    """The first visible sheet that holds a table, and where its header is."""
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        answer = _ask(source, Path(directory) / "table", None, None)
    return ParseOptions(
        kind=kind, sheet=str(answer["sheet"]), preamble_lines=int(str(answer["preamble_lines"]))
    )


def read_workbook(source: Path, options: ParseOptions) -> pl.DataFrame:
    """The sheet as typed columns: what is text in Excel stays text, dates are datetimes."""
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        table = Path(directory) / "table"
        _ask(source, table, options.sheet, options.preamble_lines)
        return pl.read_ipc(table)


def _ask(
    source: Path, table: Path, sheet: str | None, preamble_lines: int | None
) -> dict[str, object]:
    request = {
        "source": str(source.absolute()),
        "table": str(table),
        "sheet": sheet,
        "preamble_lines": preamble_lines,
    }
    try:
        # -P keeps the current directory off the module path.
        done = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableTable(
            "malformed", f"The workbook could not be read within {_SECONDS} seconds."
        ) from None
    if done.returncode != 0:
        raise UnreadableTable(
            "malformed",
            "The workbook is damaged or too large: its reader stopped. "
            "Open it in a spreadsheet program, save it again or as CSV, and upload that.",
        )
    answer: dict[str, object] = json.loads(done.stdout)
    if answer.get("error") == "encrypted":
        raise encrypted()
    if "error" in answer:
        raise UnreadableTable(str(answer["error"]), str(answer["message"]))
    return answer
