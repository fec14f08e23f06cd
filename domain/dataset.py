"""A dataset: an uploaded file, named by the SHA-256 of its exact bytes, and how it is read."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.table import ColumnType


class FileKind(StrEnum):
    """What an uploaded file is, judged by its content."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    PARQUET = "parquet"
    ARROW = "arrow"


class Compression(StrEnum):
    """What a file is packed in."""

    GZIP = "gzip"
    ZSTD = "zstd"
    ZIP = "zip"


@dataclass(frozen=True, kw_only=True)
class Interpretation:
    """What a person says cells mean; what is None or not named is decided by each column itself.

    ``types`` gives columns their types by name. ``day_first`` says which of two numbers of a date
    is the day, ``decimal`` (``.`` or ``,``) what stands before a fraction, ``missing`` which words
    are missing values beside the empty cell.
    """

    types: dict[str, ColumnType] = field(default_factory=dict)
    day_first: bool | None = None
    decimal: str | None = None
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ParseOptions:
    """How a file's bytes are read as a table: found by inspection, or given by a person.

    ``compression`` is unpacked first; ``member`` is the file within a ZIP archive.

    Of delimited text: ``encoding``; ``delimiter``, one or several characters, None when each line
    is one cell, ``at 7 19`` when columns begin at these characters of each line; ``quote``, empty
    when quotes are ordinary characters; ``escape``, the character before a quote within a quoted
    cell, empty when quotes are doubled there; ``mend_letters``, whether letters that look as though
    encoded twice, as in ``Ã©``, and control characters are read as what they stand for.

    ``preamble_lines`` and ``footer_lines`` are how many physical lines stand before the header and
    after the last row (rows, in a workbook), ``header_rows`` how many rows hold the names of the
    columns: none, one, or several that are joined. ``sheet`` is that of a workbook.
    """

    kind: FileKind
    compression: Compression | None = None
    member: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    escape: str = ""
    preamble_lines: int = 0
    header_rows: int = 1
    footer_lines: int = 0
    sheet: str | None = None
    mend_letters: bool = True
    interpretation: Interpretation = field(default_factory=Interpretation)


@dataclass(frozen=True, kw_only=True)
class GivenOptions:
    """What a person says of how a file is to be read; None is to be found out.

    The members mean what they mean in `ParseOptions`; an empty ``delimiter`` makes each line one
    cell.
    """

    member: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    preamble_lines: int | None = None
    header_rows: int | None = None
    footer_lines: int | None = None
    sheet: str | None = None
    mend_letters: bool | None = None
    interpretation: Interpretation = field(default_factory=Interpretation)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """An upload: what it was called, its bytes by digest and size, and how they are read."""

    file_digest: str
    file_name: str
    size_bytes: int
    parse: ParseOptions
