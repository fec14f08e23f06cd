"""What a jail costs: one job, many, those of a replay, and while it waits."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from application.ports.sandbox import Outcome, SnippetJob
from application.recorded_nodes import recorded_nodes
from domain.replay import Verdict
from infrastructure.nsjail import NsjailSandbox
from infrastructure.nsjail.frames import to_arrow
from tests.performance.jail_work import (
    import_pandas,
    in_a_cold_jail,
    in_one_process,
    in_one_process_in_memory,
    in_process,
)
from tests.performance.measuring import Bound, Comparison, Figure, Plan, Result, in_turn
from tests.replay.story import Story

_ADDED = "df['total'] = df['price'] * df['count']"
_JOBS_IN_A_ROUND = 20
_STEPS = 100
_STEP_ROWS = 10_000
WARM, COLD, PLAIN = "a jail that waited", "a cold nsjail", "in process"
CHANGES, WHOLE = "a jail, what changed", "a jail, the whole table"
REPLAY, FILES, MEMORY = "replay", "one process, each step by files", "one process, in memory"
KEPT_BUSY, IMPORTS = "jobs", "import pandas"


def small_job(directory: Path, plan: Plan) -> Result:
    """A thousand rows: nearly all of it is what is around the snippet."""
    table = _table(directory, 1_000)
    with _pool(directory) as sandbox:
        work = {
            WARM: lambda: _run(sandbox, table, _ADDED, directory),
            COLD: lambda: in_a_cold_jail(table, _ADDED),
            PLAIN: lambda: in_process(table, _ADDED, directory / "plain"),
        }
        work[PLAIN]()
        figures = in_turn(3 * plan.rounds, "ms", work, lambda name: _rested_ms(work[name]))
    warm, cold, plain = (figures[name].median for name in (WARM, COLD, PLAIN))
    return Result(
        name="jails: a small job",
        how="1,000 rows x 4 columns, one column added: from the call to the file of the table that "
        f"was left. “{COLD}” is nsjail with the same policy around a program that imports pandas, "
        f"reads the file and runs the snippet, and writes nothing. “{PLAIN}”: read, run and write "
        "in a process that has done so before.",
        figures=figures,
        comparisons=[
            Comparison(
                row="1,000-row job against a cold nsjail",
                ours=WARM,
                peer=COLD,
                at_least=20,
                ratio=cold / warm,
            )
        ],
        bounds=[
            Bound(row="1,000-row job, over in process", unit="ms", at_most=15, value=warm - plain)
        ],
    )


def large_job(directory: Path, plan: Plan) -> Result:
    """A million rows: what is around the snippet is by far the least."""
    rows = plan.scaled(1_000_000)
    table = _table(directory, rows)
    with _pool(directory) as sandbox:
        work = {
            CHANGES: lambda: _run(sandbox, table, _ADDED, directory, changes_only=True),
            WHOLE: lambda: _run(sandbox, table, _ADDED, directory),
            PLAIN: lambda: in_process(table, _ADDED, directory / "plain"),
        }
        work[PLAIN]()
        figures = in_turn(2 * plan.rounds, "ms", work, lambda name: _rested_ms(work[name]))
    ratio = figures[CHANGES].median / figures[PLAIN].median
    return Result(
        name="jails: a large job",
        how=f"{rows:,} rows x 4 columns, one column added. What the jail left is decoded once by "
        f"the service before it is taken for a table. “{CHANGES}”, as in a turn: the jail compares "
        "what it leaves with what it was given, and writes the one column that is new. "
        f"“{PLAIN}” compares nothing and writes all five, as does “{WHOLE}”, for a replay.",
        figures=figures,
        bounds=[
            Bound(row=f"{rows:,} rows x 4, time of in process", unit="x", at_most=1.3, value=ratio)
        ],
    )


def kept_busy(directory: Path, plan: Plan) -> Result:
    """As many jobs as the machine can give jails to."""
    table, cores = _table(directory, 1_000), os.cpu_count() or 1

    def jobs() -> float:
        with _pool(directory) as sandbox:
            done = _JOBS_IN_A_ROUND
            begun = time.perf_counter()
            threads = [
                threading.Thread(target=_run_all, args=(sandbox, table, directory, done // cores))
                for _ in range(cores)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return done // cores * cores / (time.perf_counter() - begun)

    def imports() -> float:
        begun = time.perf_counter()
        import_pandas(cores, _JOBS_IN_A_ROUND // cores)
        return _JOBS_IN_A_ROUND // cores * cores / (time.perf_counter() - begun)

    work = {KEPT_BUSY: jobs, IMPORTS: imports}
    figures = in_turn(plan.rounds, "/s", work, lambda name: work[name]())
    ratio = figures[KEPT_BUSY].median / figures[IMPORTS].median
    return Result(
        name="jails: kept busy",
        how=f"{cores} threads have jobs of 1,000 rows run, one after the other; beside it as many "
        "processes at once import pandas and do nothing else. The jails that wait at first are "
        "given back by those that wait at last, which are not counted.",
        figures=figures,
        comparisons=[
            Comparison(
                row="jobs, pool kept busy, against import pandas",
                ours=KEPT_BUSY,
                peer=IMPORTS,
                at_least=0.9,
                ratio=ratio,
            )
        ],
    )


def replay(directory: Path, plan: Plan) -> Result:
    """A session of a hundred steps, made again from its upload."""
    steps = [
        f"df['c{n % 7}'] = (df['price'] * {n + 1} + df['count']).round(3)" for n in range(_STEPS)
    ]
    table = _table(directory, _STEP_ROWS)
    place = directory / "session"
    place.mkdir()
    sandbox = NsjailSandbox(scratch=place)
    with sandbox.one_jail() as jail:
        story = Story(place, jail)
        story.upload(_frame(_STEP_ROWS).to_csv(index=False).encode(), "orders.csv")
        for step in steps:
            story.turn(step)
    story.sandbox = sandbox
    recorded = recorded_nodes(story.events)

    def replayed() -> None:
        found = story.replayer().replay(recorded)
        if found.count(Verdict.REPRODUCED) != len(found.nodes):
            raise RuntimeError("the session was not reproduced")

    work = {
        REPLAY: replayed,
        FILES: lambda: in_one_process(table, steps),
        MEMORY: lambda: in_one_process_in_memory(table, steps),
    }
    figures = in_turn(plan.rounds, "ms", work, lambda name: _milliseconds(work[name]))
    return Result(
        name="jails: replay",
        how=f"{_STEPS} steps over {_STEP_ROWS:,} rows: the upload is read, each snippet run in one "
        "jail, and the digest of every table compared. The plain processes import pandas, too, "
        f"and compare nothing; “{MEMORY}” keeps no version in between.",
        figures=figures,
        bounds=[
            Bound(
                row=f"replay of {_STEPS} steps, time of one plain process",
                unit="x",
                at_most=2,
                value=figures[REPLAY].median / figures[FILES].median,
            )
        ],
    )


def waiting(directory: Path, _plan: Plan) -> Result:
    """What a jail holds while it waits."""
    with _pool(directory):
        found = [_memory_of(jail) for jail in _jails()]
    figures = {
        name: Figure(unit="MB", samples=[each[key] / 1e6 for each in found])
        for name, key in (("held", "Rss"), ("of it, its share", "Pss"), ("its own", "Private"))
    }
    return Result(
        name="jails: waiting",
        how="Two jails that wait, by the kernel's account. Pages of libraries that are files are "
        "shared by all jails; a share is of these what one of those who use them has to bear.",
        figures=figures,
    )


@contextmanager
def _pool(directory: Path) -> Iterator[NsjailSandbox]:
    """A sandbox whose pool is full."""
    sandbox = NsjailSandbox(scratch=directory, waiting=2)
    try:
        sandbox.check()
        _until(lambda: len(_jails()) >= 2)
        yield sandbox
    finally:
        sandbox.close()


def _run(
    sandbox: NsjailSandbox,
    table: Path,
    snippet: str,
    directory: Path,
    *,
    changes_only: bool = False,
) -> None:
    result = directory / f"result-{threading.get_ident()}"
    result.unlink(missing_ok=True)
    execution = sandbox.execute(
        SnippetJob(snippet=snippet, table=table, result=result, seed=1, changes_only=changes_only)
    )
    if execution.outcome is not Outcome.OK:
        raise RuntimeError(f"the job failed: {execution.detail}")


def _run_all(sandbox: NsjailSandbox, table: Path, directory: Path, jobs: int) -> None:
    for _ in range(jobs):
        _run(sandbox, table, _ADDED, directory)


def _rested_ms(work: Callable[[], None]) -> float:
    """Milliseconds of `work`, once every jail that is being made is ready."""
    time.sleep(1.2)
    return _milliseconds(work)


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _frame(rows: int) -> pd.DataFrame:
    numbers = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "order": np.arange(rows),
            "customer": [f"customer {n % 997}" for n in range(rows)],
            "price": numbers.random(rows).round(2),
            "count": numbers.integers(1, 9, rows),
        }
    )


def _table(directory: Path, rows: int) -> Path:
    path = directory / f"table-{rows}.parquet"
    pq.write_table(to_arrow(_frame(rows), 10), path, compression="zstd")
    return path


def _jails() -> list[Path]:
    """The kernel's directories of the jailed interpreters of this process that are ready."""
    try:
        return [each for each in _below(os.getpid()) if _memory_of(each).get("Rss", 0) > 100e6]
    except (FileNotFoundError, ProcessLookupError):
        return []  # one ended while it was looked at


def _below(pid: int) -> Iterator[Path]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            if b"nsjail.runner" in Path(f"/proc/{child}/cmdline").read_bytes():
                yield Path(f"/proc/{child}")
            yield from _below(int(child))


def _memory_of(process: Path) -> dict[str, float]:
    """Bytes by the kernel's names; ``Private`` is what no other process has."""
    found: dict[str, float] = {}
    for line in (process / "smaps_rollup").read_text().splitlines()[1:]:
        name, _, value = line.partition(":")
        found[name] = 1024 * float(value.split()[0])
    found["Private"] = found.get("Private_Clean", 0) + found.get("Private_Dirty", 0)
    return found


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("no jail came to wait")
        time.sleep(0.05)
