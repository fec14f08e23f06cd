"""A dataset: an uploaded file, named by the SHA-256 of its exact bytes."""

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """What an uploaded file is, judged by its content."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"


@dataclass(frozen=True, kw_only=True)
class ParseOptions:
    """How a file's bytes are read as a table: found by inspection, or given by a person.

    ``encoding`` and ``delimiter`` are set for delimited text, ``sheet`` for workbooks.
    ``preamble_lines`` is how many physical lines stand before the header.
    """

    kind: FileKind
    encoding: str | None = None
    delimiter: str | None = None
    preamble_lines: int = 0
    sheet: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """An upload: what it was called, its bytes by digest and size, and how they are read."""

    file_digest: str
    file_name: str
    size_bytes: int
    parse: ParseOptions
