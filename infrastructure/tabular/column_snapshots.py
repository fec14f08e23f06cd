"""Snapshots whose columns are shared: what did not change is stored once (ADR 18)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from application.artifacts import ArtifactKind, Artifacts
from application.manifests import (
    Manifest,
    StoredColumn,
    address_of,
    fetch_manifest,
    keep_manifest,
    parsed_address,
)
from application.ports.snapshots import Difference, RowQuery
from application.ports.tables import Page
from domain.session.events import Snapshot
from infrastructure.tabular.assembling import assemble
from infrastructure.tabular.column_files import pieces, write_columns
from infrastructure.tabular.diff import difference
from infrastructure.tabular.digests import ContentHasher, content_digest, table_digest
from infrastructure.tabular.open_tables import OpenTable
from infrastructure.tabular.paging import page_of
from infrastructure.tabular.profile import column_profile, table_profile
from infrastructure.tabular.profile.duplicates import duplicate_rows
from infrastructure.tabular.shapes import column_of


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A column as a file has it. `key` is that of StoredColumn."""

    name: str
    type: str
    content: str
    labels: str | None
    key: str


class ColumnSnapshots:
    """Keeps tables and brings them back; implements the port ``Snapshots``."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def keep(self, table: Path, like: Sequence[Snapshot] = ()) -> Snapshot:
        """Store the Parquet file's table durably.

        Of columns that one of the snapshots `like` has, nothing is stored and nothing computed;
        which those are is found out from the cells.
        """
        with pq.ParquetFile(table) as parquet:
            found = _columns_of(parquet)
            known = self._known(like, {each.key for each in found})
            new = [each for each in _unique(found) if each.key not in known]
            known |= self._stored(table, parquet, new)
            columns = tuple(replace(known[each.key], name=each.name) for each in found)
            rows = parquet.metadata.num_rows
        manifest = Manifest(
            rows=rows,
            duplicate_rows=duplicate_rows(
                pl.scan_parquet(table),
                [each.name for each in columns],
                rows,
                [each.distinct + (each.nulls > 0) for each in columns],
            ),
            columns=columns,
        )
        return Snapshot(
            address=address_of(ArtifactKind.MANIFEST, keep_manifest(self._artifacts, manifest)),
            table_digest=table_digest(
                manifest.rows, [(each.name, each.content) for each in columns]
            ),
            shape=manifest.shape,
        )

    def assemble(self, snapshot: Snapshot, destination: Path) -> Path:
        """Write the whole table to the new Parquet file `destination`, and return that.

        Raises ObjectMissing and ArtifactCorrupt.
        """
        kind, digest = parsed_address(snapshot.address)
        if kind is ArtifactKind.SNAPSHOT:
            return self._artifacts.fetch(kind, digest, destination)
        return assemble(self._artifacts, fetch_manifest(self._artifacts, digest), destination)

    def profile(self, snapshot: Snapshot) -> Mapping[str, Any]:
        """JSON-ready statistics of each column. They hold cell values: never log or record them."""
        kind, digest = parsed_address(snapshot.address)
        if kind is ArtifactKind.SNAPSHOT:
            return self._artifacts.fetch_json(ArtifactKind.PROFILE, snapshot.profile_digest or "")
        manifest = fetch_manifest(self._artifacts, digest)
        names = [column.name for column in manifest.columns]
        with OpenTable(self._artifacts, snapshot) as table:
            profiles = table.profiles(names)
        return table_profile(
            names,
            [profiles[name] for name in names],
            rows=manifest.rows,
            duplicate_rows=manifest.duplicate_rows,
        )

    def page(self, snapshot: Snapshot, query: RowQuery) -> Page:
        """Some rows. Raises QueryRefused."""
        with OpenTable(self._artifacts, snapshot) as table:
            return page_of(table, query)

    def diff(
        self, before: Snapshot, after: Snapshot, *, key: Sequence[str] = (), sample: int = 20
    ) -> Difference:
        """What makes `before` into `after`. Columns of equal content are not read."""
        with (
            OpenTable(self._artifacts, before) as first,
            OpenTable(self._artifacts, after) as second,
        ):
            return difference(first, second, key=key, sample=sample)

    def _known(self, like: Sequence[Snapshot], wanted: set[str]) -> dict[str, StoredColumn]:
        """Columns of earlier snapshots by their key, as few snapshots as will do."""
        known = dict[str, StoredColumn]()
        for address in dict.fromkeys(each.address for each in like):
            kind, digest = parsed_address(address)
            if wanted <= known.keys():
                break
            if kind is ArtifactKind.MANIFEST:
                for column in fetch_manifest(self._artifacts, digest).columns:
                    known.setdefault(column.key, column)
        return known

    def _stored(
        self, table: Path, parquet: pq.ParquetFile, new: Sequence[_Found]
    ) -> dict[str, StoredColumn]:
        """Store what nobody has, and its profiles."""
        if not new:
            return {}
        names = [each.name for each in new]
        with self._artifacts.workspace() as directory:
            if names == parquet.schema_arrow.names:
                file = self._artifacts.keep(ArtifactKind.COLUMNS, table)
            else:
                write_columns(parquet, names, directory / "columns.parquet")
                file = self._artifacts.keep(ArtifactKind.COLUMNS, directory / "columns.parquet")
        profiles, columns = dict[str, Mapping[str, Any]](), dict[str, StoredColumn]()
        for each in new:
            series = _series(parquet, each.name)
            profiles[each.key] = column_profile(series)
            counted = column_of(series)
            columns[each.key] = StoredColumn(
                name=each.name,
                type=each.type,
                content=each.content,
                labels=each.labels,
                kind=counted.type,
                nulls=counted.nulls,
                distinct=counted.distinct,
                file=file,
                stored_as=each.name,
                profile="",
            )
        document = self._artifacts.keep_json(ArtifactKind.PROFILE, {"columns": profiles})
        return {key: replace(each, profile=document) for key, each in columns.items()}


def _columns_of(parquet: pq.ParquetFile) -> list[_Found]:
    """The columns with their digests; every cell is read once."""
    schema = parquet.schema_arrow
    hashers = {field.name: ContentHasher(field.type) for field in schema}
    labels: dict[str, dict[Any, None]] = {
        field.name: {} for field in schema if pa.types.is_dictionary(field.type)
    }
    for names, piece in pieces(parquet):
        for name in names:
            for chunk in piece.column(name).chunks:
                hashers[name].add(chunk)
                if name in labels:
                    labels[name].update(dict.fromkeys(chunk.dictionary.to_pylist()))
    found = []
    for field in schema:
        hasher = hashers[field.name]
        named = _labels(field.type, labels[field.name]) if field.name in labels else None
        content = hasher.digest()
        found.append(
            _Found(
                name=field.name,
                type=hasher.type,
                content=content,
                labels=named,
                key=content if named is None else f"{content} {named}",
            )
        )
    return found


def _labels(kind: pa.DataType, categories: Mapping[Any, None]) -> str:
    """A digest of the categories: two columns may have the same cells and others to choose from."""
    content = content_digest(pa.array(list(categories), kind.value_type))
    return sha256(f"{'ordered' if kind.ordered else 'unordered'} {content}".encode()).hexdigest()


def _unique(found: Sequence[_Found]) -> Iterator[_Found]:
    seen = set[str]()
    for each in found:
        if each.key not in seen:
            seen.add(each.key)
            yield each


def _series(parquet: pq.ParquetFile, name: str) -> pl.Series:
    return pl.Series(name, pl.from_arrow(parquet.read(columns=[name]).column(name)))
