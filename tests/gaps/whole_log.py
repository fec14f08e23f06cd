"""The log as the database holds it, computed anew from its rows alone."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, text

from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.postgres.merkle_tiles import StoredTiles
from infrastructure.transparency.merkle import MerkleTree
from tests.transparency import rfc6962

_DENSE = """
SELECT (SELECT count(*) FROM events) AS events, count(*) AS ordered,
       coalesce(min(position), 1) AS first, coalesce(max(position), 0) AS last,
       (SELECT size FROM sequencer) AS size,
       (SELECT count(*) FROM log_order o LEFT JOIN events e USING (id) WHERE e.id IS NULL) AS stray
FROM log_order
"""
_BACKWARDS = """
SELECT count(*) FROM (
    SELECT version - lag(version, 1, 0::bigint) OVER (
        PARTITION BY session_id ORDER BY position) AS step
    FROM log_order JOIN events USING (id)
) AS steps WHERE step <> 1
"""
_STREAMS = """
SELECT session_id, version, type, schema_version, event_id, metadata, payload, hash
FROM events ORDER BY session_id, version
"""
_HASHES = "SELECT hash FROM log_order JOIN events USING (id) ORDER BY position"
_AT_A_TIME = 5000


def faults_of_log(conninfo: str) -> list[str]:
    """What does not fit together: positions, streams, heads, chains, and the tree's root."""
    with psycopg.connect(conninfo) as connection:
        return [
            *_faults_of_order(connection),
            *_faults_of_chains(connection),
        ]


def faults_of_tree(engine: Engine, conninfo: str) -> list[str]:
    """Whether the stored tiles lead to the root that the recorded hashes have by RFC 6962."""
    with psycopg.connect(conninfo) as connection:
        hashes = [bytes(hash_) for (hash_,) in _rows(connection, _HASHES)]
    with engine.connect() as connection:
        size: int = connection.execute(text("SELECT size FROM sequencer")).scalar_one()
        if size != len(hashes):
            return [f"the tree has {size} leaves, and {len(hashes)} events have a position"]
        stored = MerkleTree(StoredTiles(connection)).root(size)
    if stored != rfc6962.tree_hash(hashes):
        return [f"the root over {size} events is {stored.hex()}, and ought to be another"]
    return []


def _faults_of_order(connection: psycopg.Connection) -> Iterator[str]:
    found = connection.execute(_DENSE).fetchone()
    assert found is not None
    events, ordered, first, last, size, stray = found
    if not events == ordered == last == size or first != 1 or stray:
        yield (
            f"{events} events, {ordered} positions from {first} to {last}, {stray} of nothing, and "
            f"the sequencer stands at {size}"
        )
    backwards = connection.execute(_BACKWARDS).fetchone()
    if backwards != (0,):
        yield f"{backwards} events have a position before or far behind their predecessor's"


def _faults_of_chains(connection: psycopg.Connection) -> Iterator[str]:
    heads: Mapping[UUID, tuple[int, bytes]] = {
        session_id: (version, bytes(hash_))
        for session_id, version, hash_ in connection.execute(
            "SELECT session_id, version, hash FROM streams"
        )
    }
    ends: dict[UUID, tuple[int, bytes]] = {}
    for session_id, version, kind, schema, event_id, metadata, payload, hash_ in _rows(
        connection, _STREAMS
    ):
        before, previous = ends.get(session_id, (0, GENESIS))
        expected = chain_hash(
            previous,
            stream_id=f"session-{session_id}",
            version=version,
            event_type=kind,
            schema_version=schema,
            event_id=event_id,
            metadata=metadata,
            payload=payload,
        )
        if version != before + 1 or hash_ != expected:
            yield f"version {version} of session {session_id} is not chained to version {before}"
        ends[session_id] = version, hash_
    if heads != ends:
        yield f"{len(heads)} heads are not the ends of the {len(ends)} streams"


def _rows(connection: psycopg.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Row by row: a long log does not fit into memory."""
    with connection.cursor(name="whole_log", binary=True) as cursor:
        cursor.itersize = _AT_A_TIME
        yield from cursor.execute(query.encode())
