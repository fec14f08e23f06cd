"""The benches by name, in the order in which they run."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.performance.benches.appends import batches, single_events
from tests.performance.benches.catch_up import catch_up
from tests.performance.benches.group_commit import group_commit
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

GROUPS: Mapping[str, tuple[str, ...]] = {"log": tuple(LOG), "tables": tuple(TABLES)}
