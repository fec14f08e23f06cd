"""Manifests that were read lately: those of a session's newest nodes are asked for at each step."""

from collections import OrderedDict
from threading import Lock

from application.artifacts import Artifacts
from application.manifests import Manifest, fetch_manifest

_MOST_COLUMNS = 20_000


class KnownManifests:
    """Fetches manifests and remembers some, which never change. Threads may share it."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._known: OrderedDict[str, Manifest] = OrderedDict()
        self._columns = 0
        self._lock = Lock()

    def fetch(self, digest: str) -> Manifest:
        """The manifest of this digest. Raises ObjectMissing and ArtifactCorrupt."""
        with self._lock:
            known = self._known.get(digest)
            if known is not None:
                self._known.move_to_end(digest)
                return known
        manifest = fetch_manifest(self._artifacts, digest)
        self.remember(digest, manifest)
        return manifest

    def remember(self, digest: str, manifest: Manifest) -> None:
        """Know a manifest; of too many, the one that was not asked for longest is forgotten."""
        with self._lock:
            if digest in self._known:
                return
            self._known[digest] = manifest
            self._columns += len(manifest.columns)
            while self._columns > _MOST_COLUMNS and len(self._known) > 1:
                _, forgotten = self._known.popitem(last=False)
                self._columns -= len(forgotten.columns)
