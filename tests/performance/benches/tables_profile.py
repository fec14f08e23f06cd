"""The full profile of a table, beside the short ones of others and the long one of one."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.performance import table_work
from tests.performance.child import spent_by
from tests.performance.measuring import Figure, Plan, Result, compare, in_turn
from tests.performance.orders import SCHEMA, write_parquet

_ROWS = 1_000_000
_ROOT = Path(__file__).parents[3]
_SCRIPT = _ROOT / "tests" / "performance" / "minimal_profile.py"
OURS, DESCRIBE, SUMMARIZE = "Datatrail", "polars describe", "DuckDB SUMMARIZE"
MINIMAL = "fg-data-profiling, minimal"


def full_profile(directory: Path, plan: Plan) -> Result:
    """All that a profile says of a table in Parquet."""
    source = directory / "orders.parquet"
    rows = plan.scaled(_ROWS)
    write_parquet(source, rows)
    work: Mapping[str, Callable[[str], None]] = {
        OURS: table_work.profile,
        DESCRIBE: table_work.polars_describe,
        SUMMARIZE: table_work.duckdb_summarize,
    }

    def measure(name: str) -> float:
        return rows / spent_by(table_work.__name__, work[name].__name__, source).seconds

    figures = in_turn(plan.rounds, "rows/s", work, measure)
    # Once is enough of what takes a minute.
    figures[MINIMAL] = Figure(unit="rows/s", samples=[rows / _minimal(source)])
    source.unlink()
    row = f"full profile, {rows:,} rows x {len(SCHEMA)}"
    return Result(
        name="tables: profile",
        how="From a Parquet file, each time in a new process whose imports are not counted. "
        f"“{DESCRIBE}” counts, and gives mean, deviation, extremes and quartiles; “{SUMMARIZE}” "
        f"adds approximate distinct values. “{MINIMAL}” has an environment of its own, with the "
        "older pandas that it needs, and is measured once.",
        figures=figures,
        comparisons=[
            compare(figures, row, OURS, DESCRIBE, 0.31),
            compare(figures, row, OURS, SUMMARIZE, 0.89),
            compare(figures, row, OURS, MINIMAL, 18),
        ],
    )


def _minimal(source: Path) -> float:
    """Seconds."""
    done = subprocess.run(
        [_ROOT / ".ci" / "uv", "run", "--no-project", "--quiet", "--script", _SCRIPT, source],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"fg-data-profiling failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])
