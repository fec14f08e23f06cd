"""What a node costs, what its digest costs, and what telling two nodes apart costs."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from application.artifacts import Artifacts
from domain.session.events import Snapshot
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.snapshots.digests import digest_of_table
from tests.performance.measuring import Bound, Figure, Plan, Result, in_turn
from tests.performance.orders import SCHEMA, orders

_ROWS = 1_000_000
_WIDE_ROWS = 200_000
_COLUMNS = 50
FULL, CHANGED, WRITTEN = "full copy", "one column changed", "Polars write_parquet"
DIFF, DIGEST = "diff", "digest"


@dataclass(frozen=True)
class _Store:
    """Snapshots in a directory of their own."""

    directory: Path
    snapshots: ColumnSnapshots

    def bytes(self) -> int:
        return sum(each.stat().st_size for each in self.directory.rglob("*") if each.is_file())


def one_column(directory: Path, plan: Plan) -> Result:
    """A node that changes one column of fifty, beside one that shares nothing."""
    wide, edited = directory / "wide.parquet", directory / "edited.parquet"
    rows = plan.scaled(_WIDE_ROWS)
    frame = _wide(rows)
    _as_node_files(frame, wide)
    _as_node_files(frame.with_columns((pl.col("unit_price") * 1.19).round(2)), edited)
    stored: dict[str, list[float]] = {FULL: [], CHANGED: []}

    def measure(name: str) -> float:
        if name == WRITTEN:
            return _milliseconds_to_write(frame, directory)
        with _store(directory / "objects") as store:
            base = store.snapshots.keep(wide) if name == CHANGED else None
            before = store.bytes()
            begin = time.perf_counter()
            store.snapshots.keep(edited, like=[base] if base else [])
            milliseconds = 1000 * (time.perf_counter() - begin)
            stored[name].append((store.bytes() - before) / 1e6)
        return milliseconds

    figures = in_turn(plan.rounds, "ms", (FULL, CHANGED, WRITTEN), measure)
    sizes = {
        f"{name}, stored": Figure(unit="MB", samples=samples) for name, samples in stored.items()
    }
    row = f"a node that changes 1 of {_COLUMNS} columns, {rows:,} rows"
    return Result(
        name="tables: one column",
        how="A table of fifty columns is kept; then one of which one column of numbers differs: "
        f"beside its parent (“{CHANGED}”), or in an empty store (“{FULL}”). Which columns changed "
        "is found out from the cells. Digests and profiles are made of what is new. "
        f"“{WRITTEN}” writes the same table (zstd) and nothing else.",
        figures={**figures, **sizes},
        bounds=[
            _share(f"{row}, bytes of a full copy", sizes, f"{CHANGED}, stored", 3),
            _share(f"{row}, time of a full copy", figures, CHANGED, 10),
        ],
    )


def digest(_directory: Path, plan: Plan) -> Result:
    """The table digest of columns in memory, by the time of one processor."""
    table = orders(plan.scaled(_ROWS)).to_arrow(compat_level=pl.CompatLevel.oldest())
    kinds = {DIGEST: table, **{f"{DIGEST}, {kind}": table.select(names) for kind, names in _KINDS}}

    def measure(name: str) -> float:
        begin = time.process_time()
        digest_of_table(kinds[name])
        return _bytes_of(kinds[name]) / 1e9 / (time.process_time() - begin)

    figures = in_turn(plan.rounds, "GB/s", kinds, measure)
    return Result(
        name="tables: digest",
        how="Bytes of Arrow's buffers over the time that processors spent, of all columns of "
        "orders and of their kinds apart.",
        figures=figures,
        bounds=[
            Bound(
                row=f"table digest, {table.num_rows:,} rows x {table.num_columns}",
                unit="s/GB",
                at_most=1,
                value=1 / figures[DIGEST].median,
            )
        ],
    )


def diff(directory: Path, plan: Plan) -> Result:
    """Two nodes of which one column differs."""
    rows = plan.scaled(_ROWS)
    before, after = directory / "before.parquet", directory / "after.parquet"
    frame = orders(rows)
    _as_node_files(frame, before)
    _as_node_files(frame.with_columns((pl.col("unit_price") * 1.19).round(2)), after)
    with _store(directory / "objects") as store:
        first = store.snapshots.keep(before)
        second = store.snapshots.keep(after, like=[first])
        figures = in_turn(
            plan.rounds,
            "ms",
            (DIFF,),
            lambda _: _milliseconds_to_diff(store.snapshots, first, second),
        )
    return Result(
        name="tables: diff",
        how="Two nodes of orders, of which one column of numbers differs in every row: schema, "
        "counts, changed cells, distributions before and after, a sample.",
        figures=figures,
        bounds=[
            Bound(
                row=f"diff of two nodes of {rows:,} rows x {len(SCHEMA)}, one column changed",
                unit="ms",
                at_most=1000,
                value=figures[DIFF].median,
            )
        ],
    )


_KINDS = (
    ("numbers", ["order_id", "customer_id", "quantity", "unit_price", "weight", "latitude"]),
    ("texts", ["code", "zip", "country", "city", "email", "comment"]),
    ("moments", ["ordered_at", "shipped_on"]),
    ("truth values", ["paid"]),
)


@contextmanager
def _store(directory: Path) -> Iterator[_Store]:
    """An empty one, removed afterwards."""
    directory.mkdir()
    artifacts = Artifacts(ObstoreObjectStore.local(directory), directory.parent)
    try:
        yield _Store(directory, ColumnSnapshots(artifacts))
    finally:
        shutil.rmtree(directory)


def _wide(rows: int) -> pl.DataFrame:
    parts = [
        orders(rows, first).rename({name: f"{name}{suffix}" for name in SCHEMA})
        for first, suffix in ((0, ""), (rows, "_2"), (2 * rows, "_3"))
    ]
    return pl.concat(parts, how="horizontal").select(pl.nth(*range(_COLUMNS)))


def _as_node_files(frame: pl.DataFrame, target: Path) -> None:
    frame.with_columns(pl.col(pl.Date).cast(pl.Datetime("us"))).write_parquet(target)


def _milliseconds_to_write(frame: pl.DataFrame, directory: Path) -> float:
    begin = time.perf_counter()
    frame.write_parquet(directory / "written.parquet")
    return 1000 * (time.perf_counter() - begin)


def _milliseconds_to_diff(snapshots: ColumnSnapshots, before: Snapshot, after: Snapshot) -> float:
    begin = time.perf_counter()
    snapshots.diff(before, after)
    return 1000 * (time.perf_counter() - begin)


def _share(row: str, figures: dict[str, Figure], name: str, at_most: float) -> Bound:
    whole = figures[name.replace(CHANGED, FULL)].median
    return Bound(row=row, unit="%", at_most=at_most, value=100 * figures[name].median / whole)


def _bytes_of(table: pa.Table) -> int:
    return sum(column.nbytes for column in table.columns)
