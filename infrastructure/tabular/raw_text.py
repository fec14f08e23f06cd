"""The cells of delimited text as they stand there, for other programs to read.

Apart from `FileTables`, because it starts in half the time without what types and other kinds of
files need.
"""

import csv
import shutil
import tempfile
from pathlib import Path
from typing import TypeAlias

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions
from domain.parse_report import Doubt, Repair
from infrastructure.tabular.compression import unpacked
from infrastructure.tabular.file_kinds import identify
from infrastructure.tabular.text.delimited import inspect_delimited, read_text

Told: TypeAlias = tuple[Repair | Doubt, ...]


class NotDelimitedText(Exception):
    """The file is of a kind whose cells are not text."""


def write_cells(source: Path, given: GivenOptions, destination: Path) -> Told:
    """Write header and cells to the new file `destination`: UTF-8, commas, doubled quotes.

    Returned is what was repaired, and what is doubtful or left out. A cell that a short row lacks
    is empty, and a text without any cell makes an empty file. Raises UnreadableTable, or
    NotDelimitedText before anything is written.
    """
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        scratch = Path(directory)
        found = unpacked(source, given.member, scratch)
        try:
            if identify(found.path, found.member or source.name) is not FileKind.CSV:
                raise NotDelimitedText
            options = inspect_delimited(found.path, given)
        except UnreadableTable as error:
            if error.reason != "empty":
                raise
            destination.touch(exist_ok=False)
            nothing = f"{error} There are no cells to write."
            return (Doubt(kind="empty", names=(), message=nothing),)
        table = read_text(found.path, options, scratch)
        cells = scratch / "cells.csv"
        # An empty line is no row to most readers, so that a lone empty cell needs its quotes.
        alone = len(table.text.collect_schema()) == 1
        table.text.sink_csv(
            cells, include_header=False, quote_style="always" if alone else "necessary"
        )
        with destination.open("x", encoding="utf-8", newline="") as written:
            if table.header:
                csv.writer(written, lineterminator="\n").writerow(table.header)
        with cells.open("rb") as rows, destination.open("ab") as written_on:
            shutil.copyfileobj(rows, written_on)
    return (*table.repairs, *table.doubts)
