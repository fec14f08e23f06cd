"""Snapshots whose columns are shared: what did not change is stored once (ADR 18)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from application.artifacts import ArtifactKind, Artifacts, Keeping
from application.manifests import (
    Manifest,
    StoredColumn,
    address_of,
    fetch_manifest,
    keep_manifest,
    parsed_address,
)
from application.ports.snapshots import CarriedRows, Difference, GivenTable, Page, RowQuery
from domain.session.events import Snapshot
from domain.table import ColumnType
from infrastructure.tabular.profile import PROFILE_VERSION, table_profile
from infrastructure.tabular.profile.duplicates import FEW_CELLS, duplicate_rows, repeated_rows
from infrastructure.tabular.snapshots.assembling import assemble
from infrastructure.tabular.snapshots.cells import Cells
from infrastructure.tabular.snapshots.column_files import write_columns
from infrastructure.tabular.snapshots.diff import difference
from infrastructure.tabular.snapshots.digests import table_digest
from infrastructure.tabular.snapshots.found_columns import FoundColumn, found_columns
from infrastructure.tabular.snapshots.held_texts import columns_holding
from infrastructure.tabular.snapshots.kindred import Kindred
from infrastructure.tabular.snapshots.known_manifests import KnownManifests
from infrastructure.tabular.snapshots.open_tables import OpenTable
from infrastructure.tabular.snapshots.paging import page_of
from infrastructure.tabular.snapshots.row_labels import carried_labels
from infrastructure.tabular.snapshots.unlike_rows import telling_columns


class ColumnSnapshots:
    """Keeps tables and brings them back; implements the port ``Snapshots``."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        # Only for what a new table shares: whoever brings one back is told that it is lost.
        self._manifests = KnownManifests(artifacts)

    def keep(
        self,
        table: Path,
        like: Sequence[Snapshot] = (),
        carried: CarriedRows | None = None,
        given: GivenTable | None = None,
    ) -> Snapshot:
        """See the port. Raises ObjectMissing and ArtifactCorrupt."""
        with pq.ParquetFile(table) as parquet, self._artifacts.keeping() as keeping:
            kindred = Kindred(self._manifests.fetch, like)
            columns = self._unchanged(parquet, given)
            left_out = [] if given is None else [(given.file, list(columns))]
            names = [name for name in parquet.schema_arrow.names if name not in columns]
            found = found_columns(table, parquet, names, kindred)
            stored = _stored(keeping, table, parquet, found)
            for each in found:
                columns[each.name] = replace(
                    stored.get(each.key) or kindred.required(each.key),
                    name=each.name,
                    chunks=each.chunks,
                )
            manifest = _manifest(
                parquet.metadata.num_rows,
                [columns[name] for name in parquet.schema_arrow.names],
                Cells([(table, names), *left_out]),
                kindred,
            )
            table_digest = _digest_of(manifest)
            if carried is not None:
                labels = carried_labels(
                    self._artifacts, keeping, self._manifests.fetch, carried, table_digest
                )
                manifest = replace(manifest, labels=labels)
            digest = keep_manifest(keeping, manifest)
        self._manifests.remember(digest, manifest)
        return Snapshot(
            address=address_of(ArtifactKind.MANIFEST, digest),
            table_digest=table_digest,
            shape=manifest.shape,
        )

    def at(self, address: str) -> Snapshot:
        """The table whose manifest is there. Raises ObjectMissing and ArtifactCorrupt."""
        _, digest = parsed_address(address)
        manifest = fetch_manifest(self._artifacts, digest)
        return Snapshot(address=address, table_digest=_digest_of(manifest), shape=manifest.shape)

    def assemble(self, snapshot: Snapshot, destination: Path) -> Path:
        """Write the whole table to the new Parquet file `destination`, and return that.

        Raises ObjectMissing and ArtifactCorrupt.
        """
        kind, digest = parsed_address(snapshot.address)
        if kind is ArtifactKind.SNAPSHOT:
            return self._artifacts.fetch(kind, digest, destination)
        return assemble(self._artifacts, fetch_manifest(self._artifacts, digest), destination)

    def profile(
        self, snapshot: Snapshot, columns: Sequence[str] | None = None
    ) -> Mapping[str, Any]:
        """JSON-ready statistics. They hold cell values: never log or record them."""
        kind, _ = parsed_address(snapshot.address)
        if kind is ArtifactKind.SNAPSHOT and columns is None:
            return self._artifacts.fetch_json(ArtifactKind.PROFILE, snapshot.profile_digest or "")
        shape = snapshot.shape
        names = shape.column_names if columns is None else columns
        with OpenTable(self._artifacts, snapshot) as table:
            profiles = table.profiles(names)
        return table_profile(
            names,
            [profiles[name] for name in names],
            rows=shape.rows,
            duplicate_rows=shape.duplicate_rows,
        )

    def unchanged(self, before: Snapshot, after: Snapshot) -> frozenset[str]:
        """The columns of one name and one content. Raises ObjectMissing and ArtifactCorrupt."""
        contents = []
        for snapshot in (before, after):
            kind, digest = parsed_address(snapshot.address)
            if kind is ArtifactKind.SNAPSHOT:
                return frozenset()
            manifest = self._manifests.fetch(digest)
            contents.append({(column.name, column.content) for column in manifest.columns})
        return frozenset(name for name, _ in contents[0] & contents[1])

    def page(self, snapshot: Snapshot, query: RowQuery) -> Page:
        """Some rows. Raises QueryRefused."""
        with OpenTable(self._artifacts, snapshot) as table:
            return page_of(table, query)

    def columns_holding(
        self, snapshot: Snapshot, texts: Collection[str]
    ) -> Mapping[str, Mapping[str, bool]]:
        """See the port."""
        names = [each.name for each in snapshot.shape.columns if each.type is ColumnType.TEXT]
        with OpenTable(self._artifacts, snapshot) as table:
            return columns_holding(map(table.series, names), texts)

    def diff(
        self, before: Snapshot, after: Snapshot, *, key: Sequence[str] = (), sample: int = 20
    ) -> Difference:
        """What makes `before` into `after`. Columns of equal content are not read."""
        with (
            OpenTable(self._artifacts, before) as first,
            OpenTable(self._artifacts, after) as second,
        ):
            return difference(first, second, key=key, sample=sample)

    def _unchanged(
        self, parquet: pq.ParquetFile, given: GivenTable | None
    ) -> dict[str, StoredColumn]:
        """The columns that are those of `given`, by name."""
        if given is None:
            return {}
        names = {field.name for field in parquet.schema_arrow if pa.types.is_null(field.type)}
        _, digest = parsed_address(given.table.address)
        columns = self._manifests.fetch(digest).columns if names else ()
        return {each.name: each for each in columns if each.name in names}


def _stored(
    keeping: Keeping, table: Path, parquet: pq.ParquetFile, found: Sequence[FoundColumn]
) -> dict[str, StoredColumn]:
    """Begin to store what nobody has, and its profiles; by their keys."""
    new = {each.key: (each, each.profiled) for each in reversed(found) if each.profiled}
    if not new:
        return {}
    names = [each.name for each in found if new.get(each.key, (None,))[0] is each]
    columns = table
    if names != parquet.schema_arrow.names:
        columns = keeping.new_file()
        write_columns(parquet, names, columns)
    file = keeping.keep(ArtifactKind.COLUMNS, columns)
    document = keeping.keep_json(
        ArtifactKind.PROFILE,
        {
            "version": PROFILE_VERSION,
            "columns": {key: profiled.profile for key, (_, profiled) in new.items()},
        },
    )
    return {
        key: StoredColumn(
            name=each.name,
            type=each.type,
            content=each.content,
            labels=each.labels,
            kind=profiled.column.type,
            nulls=profiled.column.nulls,
            distinct=profiled.column.distinct,
            file=file,
            stored_as=each.name,
            profile=document,
        )
        for key, (each, profiled) in new.items()
    }


def _digest_of(manifest: Manifest) -> str:
    contents = [(each.name, each.content) for each in manifest.columns]
    return table_digest(manifest.rows, contents)


def _manifest(
    rows: int, columns: Sequence[StoredColumn], cells: Cells, kindred: Kindred
) -> Manifest:
    names = {each.key: each.name for each in columns}
    keys = frozenset(names)
    telling = tuple(sorted(names[key] for key in kindred.telling(keys)))
    repeated = 0 if telling else kindred.repeated(keys)
    if repeated is None:
        distinct = [(each.name, each.distinct + (each.nulls > 0)) for each in columns]
        # What tells the rows of a small table apart is looked for only where something did before.
        if rows * len(columns) > FEW_CELLS or kindred.may_tell:
            telling = telling_columns(rows, distinct, cells.series)
        repeated = 0 if telling else _repeated(rows, distinct, cells)
    return Manifest(
        rows=rows, duplicate_rows=repeated, columns=tuple(columns), told_apart_by=telling
    )


def _repeated(rows: int, distinct: Sequence[tuple[str, int]], cells: Cells) -> int:
    names, counts = [name for name, _ in distinct], [count for _, count in distinct]
    if rows * len(names) > FEW_CELLS:
        return duplicate_rows(cells.lazy_frame(), names, rows, counts)
    return 0 if rows in counts else repeated_rows(cells.frame())
