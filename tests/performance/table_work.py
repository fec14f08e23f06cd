"""What is measured of tables, each by Datatrail and by its peers; run in processes of their own.

Arguments are text, as a command line has them: paths of what is read and of what is written.
"""

import tempfile
from pathlib import Path

import polars as pl

from application.artifacts import ArtifactKind, Artifacts, file_digest
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from tests.performance.orders import SCHEMA


def read_to_snapshot(source: str, target: str) -> None:
    """Find out how a file is read, and read it into one typed Parquet file."""
    tables = FileTables()
    options = tables.inspect(Path(source), Path(source).name)
    tables.read(Path(source), options, Path(target))


def sink_known_types(source: str, target: str) -> None:
    """Polars, told the type of each column of `orders`."""
    pl.scan_csv(source, schema=SCHEMA).sink_parquet(target, compression="zstd")


def read_profiled(source: str) -> None:
    """From an upload's bytes to a root node: kept, read, digested, profiled, kept by column."""
    tables = FileTables()
    with tempfile.TemporaryDirectory(dir=Path(source).parent) as place:
        directory = Path(place)
        artifacts = Artifacts(ObstoreObjectStore.local(directory / "objects"), directory)
        artifacts.keep(ArtifactKind.UPLOAD, Path(source))
        snapshot = directory / "snapshot"
        tables.read(Path(source), tables.inspect(Path(source), Path(source).name), snapshot)
        ColumnSnapshots(artifacts).keep(snapshot)


def polars_described(source: str) -> None:
    """Polars, told the types: the same Parquet file, digests, and what it calls a description."""
    with tempfile.TemporaryDirectory(dir=Path(source).parent) as place:
        target = Path(place) / "orders.parquet"
        file_digest(Path(source))
        sink_known_types(source, str(target))
        file_digest(target)
        pl.read_parquet(target).describe()


def polars_read_csv(source: str) -> None:
    pl.read_csv(source)


def polars_read_csv_dates(source: str) -> None:
    """As `polars_read_csv`, but with days and moments as such."""
    pl.read_csv(source, try_parse_dates=True)


def fastexcel_read(source: str, target: str) -> None:
    """A workbook to the same Parquet file, through fastexcel and Arrow."""
    import fastexcel  # noqa: PLC0415 only this peer's process pays for it

    sheet = fastexcel.read_excel(source).load_sheet(0)
    sheet.to_polars().write_parquet(target)


def openpyxl_read(source: str, target: str) -> None:
    """A workbook to the same Parquet file, through openpyxl's quickest way."""
    import openpyxl  # noqa: PLC0415 only this peer's process pays for it

    book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    names = [str(name) for name in next(rows)]
    pl.DataFrame(list(rows), schema=names, orient="row").write_parquet(target)


def profile(source: str) -> None:
    FileTables().profile(Path(source))


def polars_describe(source: str) -> None:
    pl.read_parquet(source).describe()


def duckdb_summarize(source: str) -> None:
    import duckdb  # noqa: PLC0415 only this peer's process pays for it

    with duckdb.connect() as connection:
        connection.execute("SUMMARIZE FROM read_parquet(?)", [source]).fetchall()
