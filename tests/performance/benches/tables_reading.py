"""Reading files into snapshots, beside those who are told more, and beside plain readers."""

from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter

from tests.performance import table_work
from tests.performance.child import spent_by
from tests.performance.measuring import Bound, Figure, Plan, Result, compare, in_turn
from tests.performance.orders import orders, write_csv

_ROWS = 10_000_000
_UPLOADED_ROWS = 1_000_000
_SHEET_ROWS = 200_000
_SHEET_COLUMNS = (
    *("order_id", "customer_id", "code", "zip", "city", "state", "ordered_at", "quantity"),
    *("unit_price", "paid"),
)
_MEBIBYTES = 600
_WORK = table_work.__name__
OURS, KNOWN = "Datatrail", "Polars, types known"
READ_CSV, READ_DATES = "polars.read_csv", "polars.read_csv, days too"
SHARED = ", shared texts"
DESCRIBED = "Polars, types known, described"
FASTEXCEL, OPENPYXL = "fastexcel", "openpyxl"


def large_file(directory: Path, plan: Plan) -> Result:
    """CSV to a typed snapshot."""
    source, target = directory / "orders.csv", directory / "orders.parquet"
    rows = plan.scaled(_ROWS)
    size = write_csv(source, rows)
    peaks: dict[str, list[float]] = {}

    def spent(name: str, function: Callable[..., None]) -> float:
        took = spent_by(_WORK, function.__name__, source, target)
        peaks.setdefault(name, []).append(took.peak_mib)
        target.unlink()
        return size / 1e6 / took.seconds

    ways = {
        OURS: lambda: spent(OURS, table_work.read_to_snapshot),
        KNOWN: lambda: spent(KNOWN, table_work.sink_known_types),
    }
    figures = in_turn(min(plan.rounds, 3), "MB/s", ways, lambda name: ways[name]())
    source.unlink()
    row = f"CSV → snapshot, {size / 1e9:.1f} GB, {rows:,} rows"
    memory = {
        f"{name}, memory": Figure(unit="MiB", samples=samples) for name, samples in peaks.items()
    }
    return Result(
        name="tables: large file",
        how="A CSV file of orders to one typed Parquet file (zstd), each time in a new process. "
        f"“{OURS}” is told nothing: it finds the layout, decides each type on the whole column, "
        f"and writes its report. “{KNOWN}” is `scan_csv(schema=…).sink_parquet(…)`. "
        "Memory is the most that the process held, pages of mapped files included.",
        figures={**figures, **memory},
        comparisons=[compare(figures, row, OURS, KNOWN, 0.77)],
        bounds=[
            Bound(
                row=f"{row}, peak memory",
                unit="MiB",
                at_most=_MEBIBYTES,
                value=memory[f"{OURS}, memory"].median,
            )
        ],
    )


def upload(directory: Path, plan: Plan) -> Result:
    """From an upload's bytes to a root node with its profile."""
    source = directory / "upload.csv"
    size = write_csv(source, plan.scaled(_UPLOADED_ROWS))
    work: Mapping[str, Callable[..., None]] = {
        OURS: table_work.read_profiled,
        READ_CSV: table_work.polars_read_csv,
        READ_DATES: table_work.polars_read_csv_dates,
        DESCRIBED: table_work.polars_described,
    }

    def measure(name: str) -> float:
        return size / 1e6 / spent_by(_WORK, work[name].__name__, source).seconds

    figures = in_turn(plan.rounds, "MB/s", work, measure)
    source.unlink()
    row = f"clean CSV of {size / 1e6:.0f} MB → node 0 with profile"
    return Result(
        name="tables: upload",
        how=f"“{OURS}”: the upload stored durably, layout, types on whole columns, table digest, "
        f"full profile, and the columns stored durably. “{READ_CSV}” as it comes leaves days as "
        f"text and decides types on a sample; “{READ_DATES}” is told to look for days. "
        f"“{DESCRIBED}” writes the typed Parquet file, takes the SHA-256 of both files, and calls "
        "`describe`; nothing of it is durable.",
        notes=[
            "Bounded by writing typed columns and looking at them, which keeps both cores busy: "
            "Polars, told the types, needs more than three times `read_csv` for that alone."
        ],
        figures=figures,
        comparisons=[
            compare(figures, row, OURS, READ_CSV, 0.33),
            compare(figures, f"{row}, days too", OURS, READ_DATES),
            compare(figures, f"{row}, beside a typed file and its description", OURS, DESCRIBED),
            compare(figures, f"{row}, were it those alone", DESCRIBED, READ_CSV),
        ],
    )


def workbook(directory: Path, plan: Plan) -> Result:
    """A workbook to a typed snapshot."""
    source, target = directory / "orders.xlsx", directory / "sheet.parquet"
    shared = directory / "shared.xlsx"
    rows = plan.scaled(_SHEET_ROWS)
    _write_workbook(source, rows, shared_texts=False)
    _write_workbook(shared, rows, shared_texts=True)
    work: Mapping[str, Callable[..., None]] = {
        OURS: table_work.read_to_snapshot,
        FASTEXCEL: table_work.fastexcel_read,
        OPENPYXL: table_work.openpyxl_read,
    }

    def speed(name: str) -> float:
        way = name.removesuffix(SHARED)
        spent = spent_by(_WORK, work[way].__name__, source if way == name else shared, target)
        target.unlink()
        return rows / spent.seconds

    names = [*work, *(way + SHARED for way in work)]
    figures = in_turn(min(plan.rounds, 3), "rows/s", names, speed)
    source.unlink()
    shared.unlink()
    row = f"XLSX, {rows:,} rows x {len(_SHEET_COLUMNS)}"
    return Result(
        name="tables: workbook",
        how="A workbook of ids, words, days, numbers and truth values to a Parquet file. "
        f"“{OURS}” also looks for the sheet and its header, opens the file in a process of its "
        "own, and decides types on whole columns. openpyxl reads in its read-only mode. "
        f"“{SHARED.removeprefix(', ')}”: the texts stand in a list of their own, as Excel writes "
        "them, most of them once; beside it they stand in the cells, as programs write them.",
        figures=figures,
        comparisons=[
            compare(figures, row + kind, OURS + kind, peer + kind, at_least)
            for kind in ("", SHARED)
            for peer, at_least in ((FASTEXCEL, 0.77), (OPENPYXL, 12))
        ],
    )


def _write_workbook(target: Path, rows: int, *, shared_texts: bool) -> None:
    table = orders(rows).select(_SHEET_COLUMNS)
    with xlsxwriter.Workbook(target, {"constant_memory": not shared_texts}) as book:
        sheet = book.add_worksheet("Orders")
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, _SHEET_COLUMNS)
        days = _SHEET_COLUMNS.index("ordered_at")
        for number, cells in enumerate(table.iter_rows(), start=1):
            for column, cell in enumerate(cells):
                if column == days:
                    sheet.write_datetime(number, column, cell, moment)
                elif isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
