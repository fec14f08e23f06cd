"""Only what nothing names, and nobody may still come to name, is garbage."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from application.artifacts import ArtifactKind
from application.collection import Collector, ManifestLost
from application.ports.object_store import ObjectMissing
from domain.session.events import Snapshot
from tests.tabular.snapshots.conftest import Kept

ROOT = pa.table({"id": [1, 2, 3], "name": ["Ada", None, "Grace"]})
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Names:
    """A log that names these snapshots."""

    snapshots: tuple[Snapshot, ...]

    def digests(self) -> Iterator[tuple[str, bool]]:
        for each in self.snapshots:
            scheme, _, digest = each.address.partition(":")
            yield digest, scheme == "manifest"


@dataclass(frozen=True)
class NamedDigests:
    """A log that names these objects, none of which names others."""

    named: tuple[str, ...]

    def digests(self) -> Iterator[tuple[str, bool]]:
        for each in self.named:
            yield each, False


def collector(kept: Kept, *snapshots: Snapshot) -> Collector:
    return Collector(kept.store, kept.artifacts, Names(snapshots))


def age(kept: Kept, days: float = 2) -> None:
    """Let everything be that old."""
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    for path in (kept.directory / "objects").rglob("*"):
        os.utime(path, (then, then))


def yesterday() -> datetime:
    return datetime.now(UTC) - DAY


def collect(collector: Collector) -> set[str]:
    """Remove all garbage; what kinds of objects it was."""
    garbage = collector.find(yesterday())
    removed = collector.remove(garbage, yesterday())
    assert removed.objects == len(garbage)
    return {each.key.partition("/")[0] for each in garbage}


def test_what_is_named_by_way_of_a_manifest_stays(kept: Kept) -> None:
    root = kept.keep(ROOT)
    node = kept.keep(ROOT.set_column(0, "id", pa.array([4, 5, 6])), [root])
    age(kept)
    assert collect(collector(kept, root, node)) == set()
    # The root's columns stay, for the node has some, though nothing names the root any more.
    assert collect(collector(kept, node)) == {"manifests"}
    assert kept.whole(node).num_rows == 3


def test_what_a_crash_left_is_removed(kept: Kept) -> None:
    root = kept.keep(ROOT)
    kept.keep(pa.table({"other": [1]}), [])
    upload = kept.directory / "upload"
    upload.write_bytes(b"never recorded")
    kept.artifacts.keep(ArtifactKind.UPLOAD, upload)
    age(kept)
    assert collect(collector(kept, root)) == {"manifests", "columns", "profiles", "uploads"}
    assert kept.whole(root).num_rows == 3
    assert not kept.files("uploads")


def test_what_was_printed_and_answered_stays_as_long_as_an_event_names_it(kept: Kept) -> None:
    named, garbage = (
        (
            kept.artifacts.keep_salted(ArtifactKind.OUTPUT, b"printed"),
            kept.artifacts.keep_salted(ArtifactKind.ANSWER, b'{"mark": "bar"}'),
        )
        for _ in range(2)
    )
    age(kept)
    found = Collector(kept.store, kept.artifacts, NamedDigests(named))
    assert collect(found) == {"outputs", "answers"}
    assert kept.artifacts.fetch_salted(ArtifactKind.OUTPUT, named[0]) == b"printed"
    assert kept.artifacts.fetch_salted(ArtifactKind.ANSWER, named[1]) == b'{"mark": "bar"}'
    assert kept.files("outputs") == {named[0]}
    with pytest.raises(ObjectMissing):
        kept.artifacts.fetch_salted(ArtifactKind.ANSWER, garbage[1])


def test_what_is_young_stays(kept: Kept) -> None:
    kept.keep(ROOT)
    age(kept, days=0.9)
    assert collector(kept).find(yesterday()) == []


def test_what_a_writer_finds_there_is_young_again(kept: Kept) -> None:
    kept.keep(ROOT)
    age(kept)
    found = collector(kept)
    garbage = found.find(yesterday())
    assert garbage
    about_to_be_named = kept.keep(ROOT)
    assert found.remove(garbage, yesterday()).objects == 0
    assert kept.whole(about_to_be_named).num_rows == 3


def test_without_a_manifest_that_is_named_nothing_is_collected(kept: Kept) -> None:
    root = kept.keep(ROOT)
    kept.keep(pa.table({"other": [1]}))
    age(kept)
    kept.artifacts.fetch(
        ArtifactKind.MANIFEST, root.address.partition(":")[2], kept.directory / "copy"
    )
    (kept.directory / "objects" / "manifests" / root.address.partition(":")[2]).unlink()
    with pytest.raises(ManifestLost):
        collector(kept, root).find(yesterday())


def test_other_folders_are_nobodys_business(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"an archive")
    kept.artifacts.keep(ArtifactKind.ARCHIVE, tmp_path / "archive")
    age(kept)
    assert collector(kept).find(yesterday()) == []
