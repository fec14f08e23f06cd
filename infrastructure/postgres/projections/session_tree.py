"""Sessions, their nodes and their pointers."""

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, Uuid

from infrastructure.postgres.tables import READ_MODELS


class SessionTree:
    """`sessions` holds one row a session, `nodes` one a node.

    What a person wrote, and what describes a table, stays in the events: rows point there by
    version. `sessions.version` is that of the newest event taken, by which an append finds those
    that are not. A dataset stands if `dataset_version` is after `unread_version`.
    """

    name: ClassVar[str] = "session_tree"

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData(schema=READ_MODELS)
        self.sessions = Table(
            f"sessions{suffix}",
            self.metadata,
            Column("session_id", Uuid, primary_key=True),
            Column("subject_id", Uuid),
            Column("version", BigInteger, nullable=False),
            Column("pointer", Uuid),
            Column("pointer_version", BigInteger),
            Column("dataset_version", BigInteger),
            Column("unread_version", BigInteger),
            Column("consent_version", BigInteger),
            Column("closed_version", BigInteger),
            Column("erased_version", BigInteger),
            Column("created_at", DateTime(timezone=True), nullable=False),
            Column("updated_at", DateTime(timezone=True), nullable=False),
            Index(f"sessions{suffix}_newest", "created_at", "session_id"),
            Index(f"sessions{suffix}_of_subject", "subject_id"),
            # Room for the next version of a row on its own page.
            postgresql_with={"fillfactor": 70},
        )
        self.nodes = Table(
            f"nodes{suffix}",
            self.metadata,
            Column("session_id", Uuid, primary_key=True),
            Column("node_id", Uuid, primary_key=True),
            Column("version", BigInteger, nullable=False),
            Column("parent_id", Uuid),
            Column("branch", Text, nullable=False),
            Column("task_id", Uuid, nullable=False),
            Column("created_at", DateTime(timezone=True), nullable=False),
        )

    @property
    def tables(self) -> Mapping[str, Table]:
        return {"nodes": self.nodes, "sessions": self.sessions}

    @property
    def folds(self) -> Mapping[str, str]:
        return {
            "nodes": _NODES.format(nodes=self.nodes.fullname),
            "sessions": _SESSIONS.format(sessions=self.sessions.fullname),
        }


_NODES = """
INSERT INTO {nodes} (session_id, node_id, version, parent_id, branch, task_id, created_at)
SELECT session_id, node_id, version, parent_id, branch, task_id, recorded_at
FROM taken WHERE type = 'NodeCommitted'
ON CONFLICT (session_id, node_id) DO NOTHING
"""

# The pointer's node is joined to by its version: an ordered aggregate would sort all events.
_SESSIONS = """
INSERT INTO {sessions} AS known (
    session_id, subject_id, version, pointer, pointer_version, dataset_version, unread_version,
    consent_version, closed_version, erased_version, created_at, updated_at
)
SELECT
    folded.session_id, folded.subject_id, folded.version, moved.node_id, folded.pointer_version,
    folded.dataset_version, folded.unread_version, folded.consent_version, folded.closed_version,
    folded.erased_version, folded.created_at, folded.updated_at
FROM (
    SELECT
        session_id,
        (array_agg(subject_id) FILTER (WHERE type = 'SessionStarted'))[1] AS subject_id,
        max(version) AS version,
        max(version) FILTER (WHERE type = 'PointerMoved') AS pointer_version,
        max(version) FILTER (WHERE type = 'DatasetUploaded') AS dataset_version,
        max(version) FILTER (WHERE type = 'IngestFailed') AS unread_version,
        max(version) FILTER (WHERE type IN ('DisclosureAllowed', 'DisclosureWithdrawn'))
            AS consent_version,
        min(version) FILTER (WHERE type = 'SessionClosed') AS closed_version,
        min(version) FILTER (WHERE type = 'PersonalDataErased') AS erased_version,
        min(recorded_at) AS created_at,
        max(recorded_at) AS updated_at
    FROM taken GROUP BY session_id
) AS folded
LEFT JOIN taken AS moved
    ON moved.type = 'PointerMoved'
    AND moved.session_id = folded.session_id AND moved.version = folded.pointer_version
ON CONFLICT (session_id) DO UPDATE SET
    subject_id = coalesce(known.subject_id, excluded.subject_id),
    version = greatest(known.version, excluded.version),
    pointer = CASE WHEN excluded.pointer_version > coalesce(known.pointer_version, 0)
        THEN excluded.pointer ELSE known.pointer END,
    pointer_version = greatest(known.pointer_version, excluded.pointer_version),
    dataset_version = greatest(known.dataset_version, excluded.dataset_version),
    unread_version = greatest(known.unread_version, excluded.unread_version),
    consent_version = greatest(known.consent_version, excluded.consent_version),
    closed_version = least(known.closed_version, excluded.closed_version),
    erased_version = least(known.erased_version, excluded.erased_version),
    created_at = least(known.created_at, excluded.created_at),
    updated_at = greatest(known.updated_at, excluded.updated_at)
"""
