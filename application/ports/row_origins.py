"""Where the rows of a new table come from."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class RowOrigins:
    """Which row of the table before each row is.

    `numbers` is a Parquet file of them: int64 ``row`` from 0, each once at most, and null for a new
    row. Without it each is the one in its place, and there are as many.
    """

    numbers: Path | None = None
