"""Workbooks, read by calamine in a process of its own: a bad file can crash its reader."""

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from infrastructure.tabular.file_kinds import encrypted
from infrastructure.tabular.typed_tables import TypedTable, typed_table
from infrastructure.tabular.types.missing_words import words_beside_values
from infrastructure.tabular.workbooks.layout import Layout
from infrastructure.tabular.workbooks.leap_day import columns_with_the_day_before
from infrastructure.tabular.workbooks.long_numbers import infinite_numbers, long_numbers
from infrastructure.tabular.workbooks.report import (
    doubts_of,
    doubts_of_days,
    doubts_of_digits,
    doubts_of_infinity,
    findings_of,
    repairs_of,
)
from infrastructure.tabular.workbooks.whole_numbers import with_whole_numbers
from infrastructure.tabular.workbooks.words import without_missing_words

_SECONDS = 300
_MODULE = "infrastructure.tabular.workbooks.process"


def inspect_workbook(source: Path, kind: FileKind, given: GivenOptions) -> ParseOptions:
    """The first visible sheet that holds a table, and where in it the table is.

    Raises UnreadableTable.
    """
    wanted = {
        "preamble_lines": given.preamble_lines,
        "header_rows": given.header_rows,
        "footer_lines": given.footer_lines,
    }
    with tempfile.TemporaryDirectory(prefix="datatrail-") as scratch:
        answer = _ask(source, kind, scratch, sheet=given.sheet, layout=wanted)
    return ParseOptions(
        kind=kind,
        member=given.member,
        sheet=answer["sheet"],
        interpretation=given.interpretation,
        **answer["layout"],
    )


def read_workbook(source: Path, options: ParseOptions, scratch: Path) -> TypedTable:
    """The sheet as typed columns: what is text in Excel stays text, dates are datetimes.

    Raises UnreadableTable.
    """
    if options.sheet is None:
        found = inspect_workbook(source, options.kind, GivenOptions())
        options = replace(options, sheet=found.sheet)
    layout = Layout(
        preamble_lines=options.preamble_lines,
        header_rows=options.header_rows,
        footer_lines=options.footer_lines,
    )
    table = scratch / "sheet.arrow"
    answer = _ask(
        source,
        options.kind,
        str(scratch),
        sheet=options.sheet,
        layout=asdict(layout),
        table=str(table),
        missing=words_beside_values(options.interpretation),
    )
    read = with_whole_numbers(pl.read_ipc(table))
    frame, words = without_missing_words(read, options.interpretation)
    return typed_table(
        frame.lazy(),
        frame.height,
        options.interpretation,
        words={**answer["missing_words"], **words},
        findings=findings_of(options, answer),
        repairs=repairs_of(answer),
        doubts=(
            *doubts_of(options, answer),
            *doubts_of_days(columns_with_the_day_before(frame, options.kind)),
            *doubts_of_digits((*long_numbers(frame), *answer["long_numbers"])),
            *doubts_of_infinity(infinite_numbers(frame)),
        ),
    )


def _ask(
    source: Path,
    kind: FileKind,
    scratch: str,
    **request: Any,  # noqa: ANN401 it is JSON
) -> dict[str, Any]:
    asked = {
        "source": str(source.absolute()),
        "scratch": scratch,
        "kind": str(kind),
        "table": None,
        **request,
    }
    try:
        # -P keeps the current directory off the module path. A terminal's Ctrl-C, at which a worker
        # ends its work in hand, goes to a whole group of processes.
        done = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            process_group=0,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableTable(
            "malformed", f"The workbook could not be read within {_SECONDS} seconds."
        ) from None
    if done.returncode != 0:
        raise UnreadableTable(
            "malformed",
            "The workbook is damaged, or spans more cells than can be held: its reader stopped. "
            "Open it in a spreadsheet program, delete what stands far below or beside the table "
            "(Ctrl+End goes to the last cell), save it again or as CSV, and upload that.",
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer.get("error") == "encrypted":
        raise encrypted()
    if "error" in answer:
        raise UnreadableTable(str(answer["error"]), str(answer["message"]))
    return answer
