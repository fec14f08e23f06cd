"""What a reader found in a file, repaired and doubted. It holds no cell of the file."""

from dataclasses import dataclass

from domain.table import ColumnType

LINES_TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One choice that was made for the file: of what, as what, how surely, and why.

    ``what`` is a stable word, such as ``encoding``; ``found`` a value of that option as text;
    ``confidence`` is between 0 and 1; ``evidence`` a sentence: what the file shows of it, or that
    the options say otherwise than the file by itself.
    """

    what: str
    found: str
    confidence: float
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Rows that were not as the rest, and were made so, or lines that are none: no cell was lost.

    ``kind`` is a stable word, such as ``short_row``; ``lines`` are physical lines of the file,
    from 1: those of the first `LINES_TOLD` of the rows.
    """

    kind: str
    rows: int
    lines: tuple[int, ...]
    message: str


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """What could also be otherwise, or was left out. ``message`` says how to have it otherwise.

    ``kind`` is a stable word, such as ``day_or_month``; ``names`` are those of the columns, sheets
    or files concerned.
    """

    kind: str
    names: tuple[str, ...]
    message: str


@dataclass(frozen=True, kw_only=True)
class ColumnReading:
    """How the cells of a column were understood, each of them.

    ``format`` is how the values are written where there are several ways, such as ``%d.%m.%Y`` or
    ``1.234,5``; ``unit`` is what was taken off every number, such as ``%`` or ``€``. ``values`` and
    ``missing`` count cells; ``missing_words`` are the words that were taken for missing values.
    """

    name: str
    type: ColumnType
    values: int
    missing: int
    missing_words: tuple[str, ...] = ()
    format: str | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParseReport:
    """How a file was read into a table of `rows` rows."""

    rows: int
    findings: tuple[Finding, ...]
    columns: tuple[ColumnReading, ...]
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
