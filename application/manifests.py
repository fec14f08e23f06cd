"""Manifests: which file holds each column of a node's table, and what the column is.

A manifest is JSON, named by the SHA-256 of its bytes, so that whoever trusts the event that names
it can trust what it names. It holds names of columns and counts, and no cell. See ADR 18.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts, Keeping
from domain.table import Column, ColumnType, TableShape

FORMAT = "datatrail-manifest-1"
_MANIFEST, _PARQUET = "manifest", "parquet"


@dataclass(frozen=True, kw_only=True)
class StoredColumn:
    """A column of a table, and where it is.

    `type` and `content` are what the table digest is made of; `labels` names the categories of a
    column of categories, which may say more than its values. `file` is the digest of a Parquet
    file in which the column is called `stored_as`, `profile` of a document that has its profile
    under its `key`. `chunks` is a digest of the bytes that a writer last made of the column, by
    which it is known again without unpacking it; None where there is no such.
    """

    name: str
    type: str
    content: str
    labels: str | None
    kind: ColumnType
    nulls: int
    distinct: int
    file: str
    stored_as: str
    profile: str
    chunks: str | None = None

    @property
    def key(self) -> str:
        """Columns of one key are the same but for their names, and are stored once."""
        return self.content if self.labels is None else f"{self.content} {self.labels}"


@dataclass(frozen=True, kw_only=True)
class RowLabels:
    """What the rows of tables that came one from the other are known by.

    A row that was in the table at the address `origin` is labelled with its number there, from 0;
    one that came in later with a negative number. `file` is the digest of a Parquet file with the
    labels in int64 ``row``; None where the rows are those of the origin in their order.
    """

    origin: str
    file: str | None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A table: its columns in order.

    `told_apart_by` are names of columns in which no two rows are alike, if such are known. Without
    `labels` the table is the origin of its rows.
    """

    rows: int
    duplicate_rows: int
    columns: tuple[StoredColumn, ...]
    told_apart_by: tuple[str, ...] = ()
    labels: RowLabels | None = None

    @property
    def shape(self) -> TableShape:
        """Schema and counts."""
        return TableShape(
            rows=self.rows,
            columns=tuple(
                Column(name=each.name, type=each.kind, nulls=each.nulls, distinct=each.distinct)
                for each in self.columns
            ),
            duplicate_rows=self.duplicate_rows,
        )


def address_of(kind: ArtifactKind, digest: str) -> str:
    """How a snapshot says where it is."""
    return f"{_MANIFEST if kind is ArtifactKind.MANIFEST else _PARQUET}:{digest}"


def parsed_address(address: str) -> tuple[ArtifactKind, str]:
    """What an address names: a manifest, or one Parquet file. Raises ValueError for any other."""
    scheme, _, digest = address.partition(":")
    kinds = {_MANIFEST: ArtifactKind.MANIFEST, _PARQUET: ArtifactKind.SNAPSHOT}
    if scheme not in kinds:
        raise ValueError(f"{address!r} is no snapshot's address")
    return kinds[scheme], digest


def keep_manifest(keeping: Keeping, manifest: Manifest) -> str:
    """Begin to store the manifest and return its digest."""
    document = {
        "format": FORMAT,
        **vars(manifest),
        "columns": [vars(column) for column in manifest.columns],
        "labels": None if manifest.labels is None else vars(manifest.labels),
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return keeping.keep_text(ArtifactKind.MANIFEST, text + "\n")


def fetch_manifest(artifacts: Artifacts, digest: str) -> Manifest:
    """The manifest of this digest. Raises ObjectMissing and ArtifactCorrupt."""
    document: dict[str, Any] = dict(artifacts.fetch_json(ArtifactKind.MANIFEST, digest))
    if document.pop("format", None) != FORMAT:
        raise ArtifactCorrupt(f"{ArtifactKind.MANIFEST.value}/{digest}")
    columns = (
        StoredColumn(**{**each, "kind": ColumnType(each["kind"])})
        for each in document.pop("columns")
    )
    told_apart_by = tuple(document.pop("told_apart_by"))
    labels = document.pop("labels", None)
    return Manifest(
        **document,
        columns=tuple(columns),
        told_apart_by=told_apart_by,
        labels=None if labels is None else RowLabels(**labels),
    )


def objects_of(
    artifacts: Artifacts, addresses: Sequence[str]
) -> Iterator[tuple[ArtifactKind, str]]:
    """Every object that snapshots consist of, each once, a manifest before what it names.

    Profiles of what earlier versions stored are named by the events, and are not among them; nor
    are labels of rows, which are no part of what a table says.
    Raises as `fetch_manifest`.
    """
    seen = set[tuple[ArtifactKind, str]]()
    for address in addresses:
        kind, digest = parsed_address(address)
        found = [(kind, digest)]
        if (kind, digest) not in seen and kind is ArtifactKind.MANIFEST:
            for column in fetch_manifest(artifacts, digest).columns:
                found += [
                    (ArtifactKind.COLUMNS, column.file),
                    (ArtifactKind.PROFILE, column.profile),
                ]
        for each in found:
            if each not in seen:
                seen.add(each)
                yield each
