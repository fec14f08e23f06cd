"""Reading, profiling and writing tables. A snapshot is one Parquet file here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from application.ports.progress import OnProgress
from domain.dataset import GivenOptions, ParseOptions
from domain.parse_report import ParseReport


class UnreadableTable(Exception):
    """The file is not a table that we can read.

    `reason` is a stable word (``empty``, ``not_a_table``, ``wrong_extension``, ``malformed``,
    ``encrypted``, ``unsupported_values``, ``too_many_columns``), the message is a sentence that
    helps and holds no cell of the file.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ExportFormat(StrEnum):
    """The files that a node can be exported to."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"


class TooLargeForFormat(Exception):
    """The table does not fit the export format (XLSX holds 1,048,576 rows by 16,384 columns)."""


@dataclass(frozen=True, kw_only=True)
class ProfileExtras:
    """What a profile holds of columns together, which takes longer; each is a member of it."""

    correlations: bool = False
    dependencies: bool = False
    outliers: bool = False


class Tables(Protocol):
    """What Datatrail can do with files that hold tables."""

    def inspect(
        self, source: Path, file_name: str, given: GivenOptions | None = None
    ) -> ParseOptions:
        """Find out how the bytes of `source` are a table, as far as it is not `given`.

        Raises UnreadableTable.
        """

    def read(
        self, source: Path, options: ParseOptions, snapshot: Path, *, file_name: str = ""
    ) -> ParseReport:
        """Write the table in `source` to the new Parquet file `snapshot`, and say what was found.

        Also that `file_name`, if it is given, says something else than what the file holds.
        Raises UnreadableTable; then there is no file.
        """

    def profile(
        self,
        snapshot: Path,
        extras: ProfileExtras | None = None,
        progress: OnProgress | None = None,
    ) -> Mapping[str, Any]:
        """JSON-ready statistics of each column. They hold cell values: never log or record them."""

    def export(self, snapshot: Path, target: ExportFormat, destination: Path) -> None:
        """Write a snapshot to the new file `destination`. Raises TooLargeForFormat."""
