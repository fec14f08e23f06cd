"""A stored table, open: of its files nothing is read but the columns that are asked for."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import polars as pl

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.manifests import Manifest, RowLabels, fetch_manifest, parsed_address
from application.ports.object_store import ObjectMissing
from domain.session.events import Snapshot
from domain.table import Column
from infrastructure.tabular.profile import PROFILE_VERSION, column_profile
from infrastructure.tabular.snapshots.column_files import ColumnFile
from infrastructure.tabular.snapshots.digests import content_digest
from infrastructure.tabular.snapshots.row_labels import labels_of, numbers_in


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a column is. `content` is None for what earlier versions stored."""

    file: str
    stored_as: str
    content: str | None


class OpenTable:
    """A snapshot of either kind. Everything raises ObjectMissing and ArtifactCorrupt."""

    def __init__(self, artifacts: Artifacts, snapshot: Snapshot) -> None:
        self._artifacts = artifacts
        self._snapshot = snapshot
        kind, digest = parsed_address(snapshot.address)
        self._manifest: Manifest | None = None
        self._kind = kind
        if kind is ArtifactKind.MANIFEST:
            self._manifest = fetch_manifest(artifacts, digest)
            self._kind = ArtifactKind.COLUMNS
            self._places = {
                each.name: _Place(file=each.file, stored_as=each.stored_as, content=each.content)
                for each in self._manifest.columns
            }
        else:
            self._places = {
                name: _Place(file=digest, stored_as=name, content=None)
                for name in snapshot.shape.column_names
            }
        self._files: dict[tuple[str, bool], ColumnFile] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def rows(self) -> int:
        """How many rows."""
        return self._snapshot.shape.rows

    @property
    def names(self) -> Sequence[str]:
        """The columns in order."""
        return tuple(self._places)

    @property
    def columns(self) -> Mapping[str, Column]:
        """What each column is."""
        return {column.name: column for column in self._snapshot.shape.columns}

    def series(self, name: str) -> pl.Series:
        """A whole column."""
        place = self._places[name]
        # Without a digest of its own, the whole file's must do.
        file = self._file(place.file, checked=place.content is None)
        return pl.Series(name, pl.from_arrow(file.column(place.stored_as, place.content)))

    def taken(self, names: Sequence[str], rows: Sequence[int]) -> pl.DataFrame:
        """These rows of some columns."""
        if not rows or not names:
            return pl.DataFrame({name: [] for name in names})
        by_file: dict[str, list[str]] = {}
        for name in names:
            by_file.setdefault(self._places[name].file, []).append(name)
        found = {}
        for digest, some in by_file.items():
            stored = dict.fromkeys(self._places[name].stored_as for name in some)
            table = self._file(digest, checked=True).taken(list(stored), rows)
            for name in some:
                column = table.column(self._places[name].stored_as)
                found[name] = pl.Series(name, pl.from_arrow(column))
        return pl.DataFrame([found[name] for name in names])

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """What tells columns of different content apart, by name."""
        if self._manifest is not None:
            return {each.name: each.key for each in self._manifest.columns}
        return {
            name: content_digest(self._file(place.file, checked=True).column(place.stored_as))
            for name, place in self._places.items()
        }

    @property
    def labels(self) -> RowLabels:
        """What the rows are known by."""
        return labels_of(self._snapshot.address, self._manifest)

    def numbers(self) -> pl.Series:
        """The label of each row."""
        return numbers_in(self._artifacts, self.labels, self.rows)

    def profiles(self, names: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The profiles of some columns; those that are lost, or that another version kept, are
        computed anew."""
        if not names:
            return {}
        if self._manifest is None:
            document = self._artifacts.fetch_json(
                ArtifactKind.PROFILE, self._snapshot.profile_digest or ""
            )
            return {each["name"]: each for each in document["columns"] if each["name"] in names}
        columns = [each for each in self._manifest.columns if each.name in set(names)]
        kept = {each: self._kept_profiles(each) for each in {each.profile for each in columns}}
        return {
            each.name: kept[each.profile].get(each.key) or column_profile(self.series(each.name))
            for each in columns
        }

    def _kept_profiles(self, digest: str) -> Mapping[str, Mapping[str, Any]]:
        """The profiles of a document, by the keys of their columns; none that cannot be used."""
        try:
            document = self._artifacts.fetch_json(ArtifactKind.PROFILE, digest)
        except (ObjectMissing, ArtifactCorrupt):
            return {}
        return document["columns"] if document.get("version", 1) == PROFILE_VERSION else {}

    def _file(self, digest: str, *, checked: bool) -> ColumnFile:
        if (digest, checked) not in self._files:
            self._files[digest, checked] = self._stack.enter_context(
                ColumnFile(self._artifacts, self._kind, digest, checked=checked)
            )
        return self._files[digest, checked]
