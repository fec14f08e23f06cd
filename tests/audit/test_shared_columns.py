"""Bundles of nodes that share columns: every file is there, and gives the digests of the events."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.audit import BundleOptions
from domain.session.events import NodeCommitted
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from tests.audit.bundles import judged, judged_members, members_of
from tests.audit.conftest import KEY, AuditedLog
from tests.audit.synthetic import Members, listed

ROOT = pa.table({"id": [1, 2, 3], "name": ["Ada", None, "Grace"]})


@pytest.fixture
def bundle(audited: AuditedLog) -> Path:
    """A bundle with the files of two nodes, of which one changed a column of the other."""
    snapshots = ColumnSnapshots(audited.artifacts)
    root = node = None
    for table in (ROOT, ROOT.set_column(0, "id", pa.array([4, 5, 6]))):
        path = audited.directory / f"{uuid4().hex}.parquet"
        pq.write_table(table, path)
        root, node = node, snapshots.keep(path, [node] if node else [])
        audited.append(
            audited.session_id,
            NodeCommitted(
                task_id=uuid4(), node_id=uuid4(), parent_id=None, branch="main", snapshot=node
            ),
        )
    audited.settle()
    assert root is not None
    return audited.export(options=BundleOptions(snapshots=True))


def test_manifests_and_the_files_of_columns_are_proven(bundle: Path) -> None:
    names = [name.partition("/")[0] for name in members_of(bundle)]
    assert (names.count("manifests"), names.count("columns"), names.count("snapshots")) == (2, 2, 1)
    document = judged(bundle, public_key=KEY.verifier.line).document
    assert (document["snapshots"], document["snapshot_files"]) == (4, 5)


def _first(members: Members, folder: str) -> str:
    return next(name for name in sorted(members) if name.startswith(folder))


def _with_another_manifest(members: Members) -> Members:
    """A manifest that was altered and named after its new bytes, as nobody's event names it."""
    name = _first(members, "manifests/")
    document = json.loads(members[name])
    document["rows"] += 1
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    others = {each: data for each, data in members.items() if each != name}
    return {**others, f"manifests/{hashlib.sha256(text.encode()).hexdigest()}.json": text.encode()}


TAMPERED: dict[str, Callable[[Members], Members]] = {
    "an altered column": lambda m: {**m, _first(m, "columns/"): b"other bytes"},
    "a missing column": lambda m: {n: d for n, d in m.items() if n != _first(m, "columns/")},
    "a missing manifest": lambda m: {n: d for n, d in m.items() if n != _first(m, "manifests/")},
    "an altered manifest": lambda m: {
        **m,
        _first(m, "manifests/"): m[_first(m, "manifests/")].replace(b'"rows":3', b'"rows":4'),
    },
    "another manifest": _with_another_manifest,
    "a column too many": lambda m: {**m, f"columns/{'0' * 64}.parquet": b"more"},
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_files_that_are_not_those_of_the_events_are_told(
    bundle: Path, tmp_path: Path, tampered: str
) -> None:
    members = listed(TAMPERED[tampered](members_of(bundle)))
    (tmp_path / "forged").mkdir()
    verdict = judged_members(members, tmp_path / "forged", public_key=KEY.verifier.line)
    assert (verdict.exit_code, verdict.first) == (1, ("snapshots", None))
