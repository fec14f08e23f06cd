"""The port ``Tables`` over Polars, Arrow and calamine; also usable alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from application.ports.progress import OnProgress
from application.ports.tables import ExportFormat, ProfileExtras
from domain.dataset import GivenOptions, ParseOptions
from domain.parse_report import ParseReport
from infrastructure.tabular.exports import export_snapshot
from infrastructure.tabular.profile import profile_of
from infrastructure.tabular.reading import inspect_file, read_file


class FileTables:
    """Reads and writes tables in files; holds no state, so that threads may share it.

    It reads none of more than `most_columns`, if that is given.
    """

    def __init__(self, most_columns: int | None = None) -> None:
        self._most_columns = most_columns

    def inspect(
        self, source: Path, file_name: str, given: GivenOptions | None = None
    ) -> ParseOptions:
        """Find out how the bytes of `source` are a table, as far as it is not `given`.

        Raises UnreadableTable.
        """
        return inspect_file(source, file_name, given or GivenOptions())

    def read(
        self, source: Path, options: ParseOptions, snapshot: Path, *, file_name: str = ""
    ) -> ParseReport:
        """Write the table in `source` to the new Parquet file `snapshot`, and say what was found.

        Raises UnreadableTable; then there is no file.
        """
        return read_file(source, options, snapshot, file_name, self._most_columns)

    def profile(
        self,
        snapshot: Path,
        extras: ProfileExtras | None = None,
        progress: OnProgress | None = None,
    ) -> Mapping[str, Any]:
        """JSON-ready statistics of each column. They hold cell values: never log or record them."""
        return profile_of(pl.scan_parquet(snapshot), extras, progress)

    def export(self, snapshot: Path, target: ExportFormat, destination: Path) -> None:
        """Write a snapshot to the new file `destination`. Raises TooLargeForFormat."""
        export_snapshot(snapshot, target, destination)
