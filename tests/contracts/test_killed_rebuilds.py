"""A rebuild that is killed, wherever it is, leaves the live build, and is gone on with."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from application.ports.event_log import session_stream
from application.ports.progress import OnProgress
from application.ports.projections import Build, BuildState, RebuildInProgress
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.projections import PROJECTIONS
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import ingested, message, second_by_second, turn
from tests.fakes import CODEC

SESSION, INGEST, ROOT, TURN, NODE = (UUID(int=i) for i in range(1, 6))
HISTORY = [*ingested(SESSION, INGEST, ROOT), *turn(TURN, ROOT, NODE)]
CHUNK = 6
PHASES = {
    "nothing is taken": "catch_up",
    "a chunk is being taken": "_take",
    "chunks were taken": "_tell",
    "all is taken": "compare",
    "the builds are being compared": "_compared",
    "they were compared": "swap_in",
    "the tables are renamed": "swapped",
}

# Stops in the method, or where the swap is about to be committed.
_CHILD = """
import sys, time
from infrastructure.postgres import rebuild
from infrastructure.postgres.engine import make_engine

url, phase, chunk = sys.argv[1:]
rebuild._CHUNK = int(chunk)

def stop(*_):
    print("there", flush=True)
    time.sleep(600)

if phase == "swapped":
    rename = rebuild.swap_in
    rebuild.swap_in = lambda *args, **options: (rename(*args, **options), stop())
elif phase in ("_take", "_tell"):
    real, calls = getattr(rebuild._Building, phase), []
    def later(self, *args, **options):
        result = real(self, *args, **options)
        calls.append(phase)
        if len(calls) == 3:
            stop()
        return result
    setattr(rebuild._Building, phase, later)
elif phase == "_compared":
    rebuild.differences_between = rebuild.digest_of = stop
else:
    setattr(rebuild._Building, phase, stop)
rebuild.rebuild(make_engine(url), "session_tree")
"""


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
def test_a_killed_rebuild_leaves_the_live_build_and_is_gone_on_with(
    log_database: LogDatabase, engine: Engine, phase: str
) -> None:
    log, projections = PostgresEventLog(engine, CODEC), PostgresProjections(engine)
    log.append(session_stream(SESSION), second_by_second(HISTORY), expected_version=0)
    before = contents(engine)

    with stopped_at(phase, log_database.service_url) as kill:
        if phase != "swapped":
            # Whoever is killed in the swap holds appends off until the server notices.
            log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
        kill()
    if phase == "swapped":
        assert contents(engine) == before
        log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    after = contents(engine)
    left = {b.state: b for b in projections.builds() if b.projection == "session_tree"}
    assert left.keys() == {BuildState.LIVE, BuildState.BUILDING}
    unfinished = left[BuildState.BUILDING]

    told: list[int] = []
    built = rebuilt(projections, lambda _name, done, _total: told.append(done))
    assert (built.number, built.differences) == (unfinished.number, ())
    assert told[0] == unfinished.events
    assert contents(engine) == after
    assert unfinished.events == {"catch_up": 0, "_take": 2 * CHUNK, "_tell": 2 * CHUNK}.get(
        phase, len(HISTORY)
    )


@contextmanager
def stopped_at(phase: str, url: str) -> Iterator[Callable[[], None]]:
    """A process that rebuilds, stopped there; yields what kills it."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, url, phase, str(CHUNK)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "there\n"

        def kill() -> None:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

        yield kill
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def rebuilt(projections: PostgresProjections, on_progress: OnProgress) -> Build:
    """Rebuilt as soon as the server has noticed that the process before is dead."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return projections.rebuild("session_tree", on_progress)
        except RebuildInProgress:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def contents(engine: Engine) -> list[list[str]]:
    """Every row of the live tables."""
    tables = PROJECTIONS["session_tree"]("").metadata.sorted_tables
    with engine.connect() as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in tables]
