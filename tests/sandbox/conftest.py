"""A jail with small limits and no policy in front of it, so that attacks reach it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Execution, Outcome, Sandbox, SnippetJob
from infrastructure.nsjail import JailLimits, NsjailSandbox
from infrastructure.nsjail.frames import read_table, to_arrow
from tests.sandbox.snippets.tables import every_table

MIB = 1 << 20

Run = Callable[[str], tuple[Execution, pd.DataFrame | None]]


# Small, but for the wall clock: on a busy machine a second of work takes many.
LIMITS = JailLimits(
    memory_bytes=2048 * MIB,
    cpu_seconds=2,
    wall_seconds=30,
    result_bytes=20 * MIB,
    table_bytes=200 * MIB,
    temporary_bytes=4 * MIB,
    columns=500,
)


@pytest.fixture
def limits() -> JailLimits:
    return LIMITS


@pytest.fixture
def sandbox(limits: JailLimits, tmp_path: Path) -> NsjailSandbox:
    return NsjailSandbox(limits, tmp_path, enforce_policy=False)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three rows: an id with leading zeros, a city, a whole number with a gap."""
    frame = pd.DataFrame(
        {
            "id": ["007", "008", "009"],
            "city": ["Oslo", "Bergen", "Oslo"],
            "visits": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    path = tmp_path / "table.parquet"
    pq.write_table(to_arrow(frame, 10), path)
    return path


@pytest.fixture
def run(open_jail: Sandbox, table: Path, tmp_path: Path) -> Run:
    """Execute a snippet; the table that it left, if it left one."""

    def execute(snippet: str) -> tuple[Execution, pd.DataFrame | None]:
        result = tmp_path / "result.parquet"
        result.unlink(missing_ok=True)
        execution = open_jail.execute(
            SnippetJob(snippet=snippet, table=table, result=result, seed=7)
        )
        assert result.exists() == (execution.outcome is Outcome.OK)
        return execution, read_table(str(result)) if result.exists() else None

    return execute


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The tables of the ordinary snippets, by name."""
    directory = tmp_path_factory.mktemp("tables")
    for name, table in every_table().items():
        pq.write_table(table, directory / name)
    return {name: directory / name for name in every_table()}


@pytest.fixture(scope="module")
def jail() -> Iterator[Sandbox]:
    """One for all: what they share is an interpreter, as the steps of a session do."""
    with NsjailSandbox().one_jail() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def open_jail() -> Iterator[Sandbox]:
    """One for all too, with small limits and no policy in front of it."""
    with NsjailSandbox(LIMITS, enforce_policy=False).one_jail() as sandbox:
        yield sandbox
