"""The benches by name, in the order in which they run."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.performance.benches.appends import batches, single_events
from tests.performance.benches.catch_up import catch_up
from tests.performance.benches.group_commit import group_commit
from tests.performance.benches.jails import kept_busy, large_job, replay, small_job, waiting
from tests.performance.benches.latency import latency
from tests.performance.benches.rebuilds import rebuilding
from tests.performance.benches.sequencing import sequencing
from tests.performance.benches.tables_profile import full_profile
from tests.performance.benches.tables_reading import large_file, upload, workbook
from tests.performance.benches.tables_snapshots import diff, digest, one_column
from tests.performance.measuring import Plan, Result
from tests.performance.server import Server

LOG: Mapping[str, Callable[[Server, Plan], Result]] = {
    "single": single_events,
    "batches": batches,
    "group-commit": group_commit,
    "rebuild": rebuilding,
    "catch-up": catch_up,
    "sequencer": sequencing,
    "latency": latency,
}

TABLES: Mapping[str, Callable[[Path, Plan], Result]] = {
    "large-file": large_file,
    "upload": upload,
    "workbook": workbook,
    "profile": full_profile,
    "one-column": one_column,
    "digest": digest,
    "diff": diff,
}

JAILS: Mapping[str, Callable[[Path, Plan], Result]] = {
    "small-job": small_job,
    "large-job": large_job,
    "kept-busy": kept_busy,
    "replay": replay,
    "waiting": waiting,
}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "log": tuple(LOG),
    "tables": tuple(TABLES),
    "jails": tuple(JAILS),
}
