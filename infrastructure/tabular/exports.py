"""A snapshot as a file for somebody else: CSV, JSON, XLSX or Parquet."""

import datetime as dt
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from application.ports.tables import ExportFormat, TooLargeForFormat
from infrastructure.tabular.json_values import JsonValue, json_value
from infrastructure.tabular.precise_moments import with_precise_moments

_XLSX_ROWS, _XLSX_COLUMNS, _XLSX_CHARACTERS = 1_048_576, 16_384, 32_767
_XLSX_EXACT = 10**15
# The first moment of the calendar that ZIP has, as for the members of its archive.
_XLSX_CREATED = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
# In characters, as Excel counts the width of columns.
_DAY_WIDTH, _MOMENT_WIDTH = 11, 20
_WHOLE_DAYS = "%Y-%m-%d"
_BATCH = 20_000
_GROUP = 131_072


class _Exact(float):
    """A number that is written with all of its digits, of which xlsxwriter asks for 16."""

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)


def export_snapshot(snapshot: Path, target: ExportFormat, destination: Path) -> None:
    """Write the new file `destination`; nothing is left of it on failure. May be TooLarge…."""
    writers: dict[ExportFormat, Callable[[Path, Path], object]] = {
        ExportFormat.CSV: _csv,
        ExportFormat.JSON: _json,
        ExportFormat.XLSX: _xlsx,
        ExportFormat.PARQUET: _parquet,
    }
    destination.open("xb").close()
    try:
        writers[target](snapshot, destination)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise


def _csv(snapshot: Path, destination: Path) -> None:
    """RFC 4180 in UTF-8. Missing cells are empty; whole days are written without a time."""
    lazy = pl.scan_parquet(snapshot)
    schema = lazy.collect_schema()
    formats = _moment_formats(lazy, schema)
    # An empty line is no row to most readers, so that a lone missing cell needs its quotes.
    style: Literal["always", "necessary"] = "always" if len(schema) == 1 else "necessary"
    names = pl.DataFrame(schema=dict.fromkeys(schema, pl.String))
    with destination.open("wb") as opened:
        names.write_csv(opened, line_terminator="\r\n", quote_style=style)
        for frame in _batches(snapshot):
            columns = [
                _csv_column(series, formats.get(place))
                for place, series in enumerate(frame.get_columns())
            ]
            pl.DataFrame(columns).write_csv(
                opened, include_header=False, line_terminator="\r\n", quote_style=style
            )


def _csv_column(series: pl.Series, moment: str | None) -> pl.Series:
    dtype = series.dtype
    if isinstance(dtype, pl.Datetime) and moment is not None:
        zoned = dtype.time_zone is not None
        local = series.dt.convert_time_zone("UTC") if zoned else series
        return local.dt.strftime(moment).rename(series.name)
    if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Duration | pl.BaseExtension):
        texts = [None if v is None else _as_text(json_value(v)) for v in series.to_list()]
        return pl.Series(series.name, texts, pl.String)
    if isinstance(dtype, pl.Time):
        return series.dt.to_string("%H:%M:%S%.f")
    return series.cast(pl.String) if isinstance(dtype, pl.Categorical | pl.Enum) else series


def _moment_formats(lazy: pl.LazyFrame, schema: pl.Schema) -> dict[int, str]:
    """How to write the moments of a column, by its place: as short as all of them can be."""
    places = {
        place: dtype
        for place, dtype in enumerate(schema.dtypes())
        if isinstance(dtype, pl.Datetime)
    }
    asked = []
    for place in places:
        cells = pl.nth(place).dt
        asked += [
            (cells.nanosecond() == 0).all().alias(f"{place} seconds"),
            (cells.nanosecond() % 1000 == 0).all().alias(f"{place} microseconds"),
            (cells.time() == dt.time()).all().alias(f"{place} days"),
        ]
    told = lazy.select(asked).collect().to_dicts()[0] if asked else {}
    formats = {}
    for place, dtype in places.items():
        fraction = "%.6f" if told[f"{place} microseconds"] else "%.9f"
        fraction = "" if told[f"{place} seconds"] else fraction
        if dtype.time_zone is not None:
            formats[place] = f"%Y-%m-%dT%H:%M:%S{fraction}Z"
        else:
            whole = told[f"{place} days"]
            formats[place] = _WHOLE_DAYS if whole else f"{_WHOLE_DAYS} %H:%M:%S{fraction}"
    return formats


def _parquet(snapshot: Path, destination: Path) -> None:
    """The same file, or one that is packed tighter than the jails need it."""
    with pq.ParquetFile(snapshot) as opened:
        metadata = opened.metadata
        packed = (
            not metadata.num_row_groups
            or not metadata.num_columns
            or (metadata.row_group(0).column(0).compression == "ZSTD")
        )
        if packed:
            shutil.copyfile(snapshot, destination)
            return
        with pq.ParquetWriter(destination, opened.schema_arrow, compression="zstd") as writer:
            for batch in opened.iter_batches(_GROUP):
                writer.write_batch(batch)


def _json(snapshot: Path, destination: Path) -> None:
    """A list of objects, one on each line; no moment loses its nanoseconds."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    with destination.open("w", encoding="utf-8") as opened:
        separator = "[\n"
        for frame in _batches(snapshot):
            names = frame.columns
            columns = map(_json_values, with_precise_moments(frame).get_columns())
            for row in zip(*columns, strict=True):
                opened.write(separator + encode(dict(zip(names, row, strict=True))))
                separator = ",\n"
        opened.write("[]\n" if separator == "[\n" else "\n]\n")


def _json_values(series: pl.Series) -> list[JsonValue]:
    dtype = series.dtype
    if dtype.is_integer() or isinstance(dtype, pl.String | pl.Boolean | pl.Categorical | pl.Enum):
        return series.to_list()
    return [json_value(value) for value in series.to_list()]


def _xlsx(snapshot: Path, destination: Path) -> None:
    """One sheet. Text is never taken for a formula, a link or a number."""
    lazy = pl.scan_parquet(snapshot)
    schema = lazy.collect_schema()
    rows = lazy.select(pl.len()).collect().item()
    if rows + 1 > _XLSX_ROWS or len(schema) > _XLSX_COLUMNS:
        raise TooLargeForFormat(
            f"XLSX holds {_XLSX_ROWS:,} rows with the header and {_XLSX_COLUMNS:,} columns; this "
            f"table has {rows:,} rows and {len(schema):,} columns. Export it as CSV or Parquet."
        )
    with xlsxwriter.Workbook(
        str(destination),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            # What it leaves when it fails is removed with what `destination` is in.
            "tmpdir": str(destination.parent),
        },
    ) as workbook:
        # No clock: the same table is the same bytes, and a part of them goes on with another.
        workbook.set_properties({"created": _XLSX_CREATED})
        sheet = workbook.add_worksheet("data")
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        written = _moment_formats(lazy, schema)
        formats = []
        for column, (name, dtype) in enumerate(schema.items()):
            _write_text(sheet, 0, column, name)
            is_day = dtype == pl.Date or written.get(column) == _WHOLE_DAYS
            formats.append(day if is_day else moment)
            if is_day or column in written:
                # In a column of the usual width, Excel shows ### instead of them.
                sheet.set_column(column, column, _DAY_WIDTH if is_day else _MOMENT_WIDTH)
        row = 0
        for frame in _batches(snapshot):
            for values in frame.iter_rows():
                row += 1
                for column, value in enumerate(values):
                    _write_cell(sheet, row, column, value, formats[column])


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, moment: Format) -> None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif _is_excel_number(value):
        sheet.write_number(row, column, _Exact(value) if isinstance(value, float) else value)
    elif _is_excel_moment(value):
        sheet.write_datetime(row, column, value, moment)
    else:
        _write_text(sheet, row, column, _as_text(json_value(value)))


def _is_excel_number(value: object) -> bool:
    """Whether Excel can hold it: of an integer it keeps 15 digits, and it has no infinity."""
    if isinstance(value, int):
        return abs(value) <= _XLSX_EXACT
    return isinstance(value, float) and math.isfinite(value)


def _is_excel_moment(value: object) -> bool:
    """Whether Excel can hold it: it knows no time zones and nothing before March 1900."""
    if isinstance(value, dt.datetime):
        return value.tzinfo is None and value >= dt.datetime(1900, 3, 1)  # noqa: DTZ001 local time
    return isinstance(value, dt.date) and value >= dt.date(1900, 3, 1)


def _write_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    # Excel counts a character beyond the first 65,536 of Unicode, such as an emoji, as two.
    length = (
        len(text.encode("utf-16-le", "surrogatepass")) // 2 if not text.isascii() else len(text)
    )
    if length > _XLSX_CHARACTERS:
        raise TooLargeForFormat(
            f"XLSX holds {_XLSX_CHARACTERS:,} characters in a cell; row {row + 1}, column "
            f"{column + 1} has {length:,}. Export the table as CSV, JSON or Parquet."
        )
    sheet.write_string(row, column, text)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _batches(snapshot: Path) -> Iterator[pl.DataFrame]:
    """The snapshot as frames of some thousand rows, so that none is in memory whole."""
    with pq.ParquetFile(snapshot) as opened:
        for batch in opened.iter_batches(_BATCH):
            frame = pl.DataFrame(pl.from_arrow(batch))
            frame.columns = batch.schema.names  # Polars gives an empty name another
            yield frame
