"""Columns of earlier snapshots, which a new one may share."""

import logging
from collections.abc import Callable, Sequence
from threading import Lock

from application.artifacts import ArtifactCorrupt, ArtifactKind
from application.manifests import Manifest, StoredColumn, parsed_address
from application.ports.object_store import ObjectMissing
from domain.session.events import Snapshot

logger = logging.getLogger(__name__)


class Kindred:
    """Columns of earlier snapshots; no more manifests are fetched than it takes.

    Threads may share it.
    """

    def __init__(self, manifest: Callable[[str], Manifest], like: Sequence[Snapshot]) -> None:
        self._manifest = manifest
        self._left = list(dict.fromkeys(each.address for each in like))
        self._by_key: dict[str, StoredColumn] = {}
        self._by_chunks: dict[str, StoredColumn] = {}
        self._telling: list[frozenset[str]] = []
        self._repeated: dict[frozenset[str], int] = {}
        self._turn = Lock()
        self._more()

    def of_chunks(self, chunks: str | None) -> StoredColumn | None:
        """The column of the newest ones that a writer made the same bytes of."""
        return self._by_chunks.get(chunks or "")

    def of_key(self, key: str) -> StoredColumn | None:
        """The column of this content."""
        with self._turn:
            while key not in self._by_key and self._left:
                self._more()
            return self._by_key.get(key)

    def required(self, key: str) -> StoredColumn:
        """The same, of which is known that it is there."""
        return self._by_key[key]

    def telling(self, keys: frozenset[str]) -> frozenset[str]:
        """Some of the columns of these keys in which no two rows are alike; none if not known."""
        return next((each for each in self._telling if each <= keys), frozenset())

    @property
    def may_tell(self) -> bool:
        """Whether no table is known, or one whose rows are told apart by some columns."""
        return not self._by_key or bool(self._telling)

    def repeated(self, keys: frozenset[str]) -> int | None:
        """How many rows repeat an earlier one in a table of the columns of these keys, if known."""
        return self._repeated.get(keys)

    def _more(self) -> None:
        while self._left:
            kind, digest = parsed_address(self._left.pop(0))
            if kind is ArtifactKind.MANIFEST:
                try:
                    manifest = self._manifest(digest)
                except (ObjectMissing, ArtifactCorrupt) as error:
                    # Whoever reads that node is told; a new one can do without.
                    logger.warning("no columns shared", extra={"reason": str(error)})
                    continue
                keys = {column.name: column.key for column in manifest.columns}
                self._repeated[frozenset(keys.values())] = manifest.duplicate_rows
                for column in manifest.columns:
                    self._by_key.setdefault(column.key, column)
                    if column.chunks is not None:
                        self._by_chunks.setdefault(column.chunks, column)
                if manifest.told_apart_by:
                    telling = frozenset(keys[name] for name in manifest.told_apart_by)
                    self._telling.append(telling)
                return
