"""A store of snapshots in a directory, and what the tests ask of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.artifacts import Artifacts
from application.manifests import Manifest, fetch_manifest, parsed_address
from application.ports.row_origins import RowOrigins
from application.ports.snapshots import CarriedRows, GivenTable
from domain.session.events import Snapshot
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots


@dataclass(frozen=True)
class Kept:
    """Snapshots in a directory."""

    directory: Path

    @property
    def store(self) -> ObstoreObjectStore:
        return ObstoreObjectStore.local(self.directory / "objects")

    @property
    def artifacts(self) -> Artifacts:
        return Artifacts(self.store, self.directory)

    @property
    def snapshots(self) -> ColumnSnapshots:
        """As a process has them that was just started."""
        return ColumnSnapshots(self.artifacts)

    def keep(
        self,
        table: pa.Table | pl.DataFrame,
        like: Sequence[Snapshot] = (),
        carried: CarriedRows | None = None,
        given: GivenTable | None = None,
    ) -> Snapshot:
        """The table's snapshot."""
        if isinstance(table, pl.DataFrame):
            table = table.to_arrow(compat_level=pl.CompatLevel.oldest())
        path = self.directory / f"{uuid4().hex}.parquet"
        pq.write_table(table, path, compression="zstd")
        return self.snapshots.keep(path, like, carried, given)

    def carry(
        self,
        before: Snapshot,
        table: pa.Table | pl.DataFrame,
        rows: Sequence[int | None] | None = None,
    ) -> Snapshot:
        """The snapshot of a table whose rows are those `rows` of another, None for a new one; or
        all of them in their places."""
        origins = RowOrigins()
        if rows is not None:
            path = self.directory / f"{uuid4().hex}.parquet"
            pq.write_table(pa.table({"row": pa.array(rows, pa.int64())}), path)
            origins = RowOrigins(numbers=path)
        return self.keep(table, [before], CarriedRows(table=before, origins=origins))

    def whole(self, snapshot: Snapshot) -> pa.Table:
        """The table that comes back."""
        path = self.directory / f"{uuid4().hex}.parquet"
        return pq.read_table(self.snapshots.assemble(snapshot, path))

    def manifest(self, snapshot: Snapshot) -> Manifest:
        """The snapshot's manifest."""
        return fetch_manifest(self.artifacts, parsed_address(snapshot.address)[1])

    def files(self, kind: str) -> set[str]:
        """The names of the stored objects of this kind."""
        folder = self.directory / "objects" / kind
        return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)
