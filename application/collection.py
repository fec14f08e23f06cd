"""Garbage in object storage: what a crash or a failed request left, and no event names.

Nothing is removed that anybody may still come to name: an object is garbage only when it is older
than any step that would name it, and a writer that finds it there makes it young again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.artifacts import ArtifactKind, Artifacts
from application.ports.named_objects import NamedObjects
from application.ports.object_store import ObjectMissing, ObjectStore, StoredObject

LEAST_AGE = timedelta(hours=1)
"""Objects of this age or less are never removed: a step that stores one records it much sooner."""

_COLLECTED = (
    ArtifactKind.UPLOAD,
    ArtifactKind.SNAPSHOT,
    ArtifactKind.MANIFEST,
    ArtifactKind.COLUMNS,
    ArtifactKind.PROFILE,
    ArtifactKind.OUTPUT,
    ArtifactKind.ANSWER,
)
_DIGEST = re.compile(rb"[0-9a-f]{64}")


class ManifestLost(Exception):
    """An event names a manifest that is gone, so that nobody can say which columns are in use."""

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"the manifest {digest} is gone, though an event names it: nothing can be collected "
            "before it is restored from a backup, for what it names would be taken for garbage"
        )
        self.digest = digest


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What was removed."""

    objects: int
    size_bytes: int


class Collector:
    """Finds garbage and removes it."""

    def __init__(self, store: ObjectStore, artifacts: Artifacts, named: NamedObjects) -> None:
        self._store = store
        self._artifacts = artifacts
        self._named = named

    def find(self, put_before: datetime) -> Sequence[StoredObject]:
        """The objects that were put before that time and that nothing names.

        Raises ManifestLost, ArtifactCorrupt, and as the ports do.
        """
        # Before the log is read: what is named afterwards was put, or put again, afterwards.
        old = [
            each
            for kind in _COLLECTED
            for each in self._store.objects(kind.value)
            if each.put_at < put_before
        ]
        named = self._all_named() if old else set()
        return [each for each in old if each.key.rpartition("/")[2] not in named]

    def remove(self, garbage: Sequence[StoredObject], put_before: datetime) -> Collected:
        """Remove what `find` found; what somebody put again since stays."""
        removed = [each for each in garbage if self._store.remove(each.key, put_before=put_before)]
        return Collected(objects=len(removed), size_bytes=sum(each.size_bytes for each in removed))

    def _all_named(self) -> set[str]:
        """What events name, and what the manifests name that they name."""
        named, manifests = set[str](), set[str]()
        for digest, is_manifest in self._named.digests():
            named.add(digest)
            if is_manifest:
                manifests.add(digest)
        for digest in manifests:
            named.update(self._named_by(digest))
        return named

    def _named_by(self, manifest: str) -> set[str]:
        with self._artifacts.workspace() as directory:
            try:
                path = self._artifacts.fetch(
                    ArtifactKind.MANIFEST, manifest, directory / "manifest.json"
                )
            except ObjectMissing:
                raise ManifestLost(manifest) from None
            return {each.decode() for each in _DIGEST.findall(path.read_bytes())}
