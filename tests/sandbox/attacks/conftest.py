"""One sandbox for all attacks, so that each meets what those before it left of its pool."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow.parquet as pq
import pytest

from infrastructure.nsjail import JailLimits, NsjailSandbox
from infrastructure.nsjail.frames import to_arrow
from tests.sandbox.attacks.siege import Listening, Siege, Treasure
from tests.sandbox.test_pool import descendants
from tests.waiting import wait_until

MIB = 1 << 20
LIMITS = JailLimits(
    memory_bytes=2048 * MIB,
    cpu_seconds=1,
    wall_seconds=10,
    result_bytes=20 * MIB,
    table_bytes=200 * MIB,
    temporary_bytes=4 * MIB,
    columns=500,
    answer_bytes=MIB,
)


@pytest.fixture(scope="package")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    sockets = Listening(tmp_path_factory.mktemp("sockets"))
    yield sockets
    sockets.close()


@pytest.fixture(scope="package")
def besieged(tmp_path_factory: pytest.TempPathFactory, listening: Listening) -> Iterator[Siege]:
    """A sandbox with two jails waiting and two in use. In the end, nothing of them is left."""
    place = tmp_path_factory.mktemp("siege")
    table = place / "table.parquet"
    frame = pd.DataFrame({"id": ["007", "008", "009"], "city": ["Oslo", "Bergen", "Oslo"]})
    pq.write_table(to_arrow(frame, 10), table)
    scratch = tmp_path_factory.mktemp("scratch")
    NsjailSandbox(LIMITS, scratch).check()  # makes what all sandboxes of a process share
    before = held()
    sandbox = NsjailSandbox(LIMITS, scratch, waiting=2, enforce_policy=False)
    kept = f"kept-{uuid4().hex}"
    with sandbox.one_jail() as hostile, sandbox.one_jail() as bystander:
        siege = Siege(sandbox, hostile, bystander, kept, table, place, Treasure(place, listening))
        assert siege.asked(bystander, f"pd.kept = {kept!r}\ndf['said'] = pd.kept") == kept
        yield siege
    sandbox.close()
    assert list(scratch.iterdir()) == []
    with suppress(AssertionError):
        wait_until(lambda: held() == before)
    assert held() == before


@pytest.fixture(scope="package")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> NsjailSandbox:
    """A sandbox for what only the wall clock ends."""
    scratch = tmp_path_factory.mktemp("impatient")
    return NsjailSandbox(replace(LIMITS, wall_seconds=1.5), scratch, enforce_policy=False)


@pytest.fixture
def siege(besieged: Siege, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Siege]:
    """The siege, with a secret of this test's own: a file, a variable, and a file held open."""
    siege = besieged
    siege.treasure = Treasure(tmp_path, siege.treasure.listening)
    siege.treasure.put()
    siege.treasure.listening.forget()
    monkeypatch.setenv("DATATRAIL_SECRET", siege.treasure.secret)
    descriptor = os.open(siege.treasure.path, os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    yield siege
    os.close(descriptor)


def held() -> tuple[list[str], set[str], set[int]]:
    """What this process has open, its threads, and the processes below it.

    Not those threads that Polars made: they come to be known, and forgotten, by chance.
    """
    opened = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the one that lists them
            opened.append(re.sub(r"\d+", "", os.readlink(f"/proc/self/fd/{name}")))
    names = {thread.name for thread in threading.enumerate()}
    threads = {name for name in names if not name.startswith("Dummy-")}
    return sorted(opened), threads, descendants(os.getpid())
