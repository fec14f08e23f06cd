"""A long log, made by the database itself: sessions of 50 events, 40 of them at a time.

The columns are those of real sessions, and the chain is not: what reads it here does not look.
"""

import psycopg

from tests.performance.server import Database
from tests.performance.workload import PAYLOAD_BYTES

_SESSION_EVENTS = 50
_AT_A_TIME = 40

_FILL = """
INSERT INTO events (session_id, version, event_id, type, schema_version, payload, metadata, hash,
                    recorded_at, epoch, xid, task_id, node_id, parent_id, branch, subject_id)
SELECT md5('s' || s)::uuid, v, gen_random_uuid(), t, CASE v WHEN 1 THEN 2 ELSE 1 END,
       substr(decode(repeat(md5(v::text || s::text), 1 + {payload} / 16), 'hex'), 1, {payload}),
       decode(repeat(md5(s::text), 12), 'hex'), sha256(int8send(v)),
       now() + v * interval '1 second', 1, pg_current_xact_id(),
       CASE WHEN v > 1 THEN md5('t' || s || '/' || ((v - 4) / 15))::uuid END,
       CASE WHEN t IN ('NodeCommitted', 'PointerMoved')
            THEN md5('n' || s || '/' || ((v - 4) / 15))::uuid END,
       CASE WHEN t = 'NodeCommitted' AND v > 4
            THEN md5('n' || s || '/' || ((v - 4) / 15 - 1))::uuid END,
       CASE WHEN t = 'NodeCommitted' THEN 'main' END,
       CASE WHEN v = 1 THEN md5('p' || s)::uuid END
FROM (
    SELECT g * {at_a_time} + s AS s, v, CASE v
        WHEN 1 THEN 'SessionStarted' WHEN 2 THEN 'DatasetUploaded'
        WHEN 3 THEN 'NodeCommitted' WHEN 4 THEN 'PointerMoved'
        ELSE (ARRAY['MessagePosted', 'TurnStarted', 'PlanMade', 'SnippetWritten', 'SnippetReviewed',
                    'SnippetExecuted', 'SnippetWritten', 'SnippetReviewed', 'SnippetExecuted',
                    'SnippetWritten', 'SnippetReviewed', 'SnippetExecuted', 'NodeCommitted',
                    'PointerMoved', 'TurnCompleted'])[1 + (v - 5) % 15] END AS t
    FROM generate_series(0, {groups} - 1) g, generate_series(1, {session_events}) v,
         generate_series(0, {at_a_time} - 1) s
    ORDER BY g, v, s
) AS written
"""
_HEADS = """
INSERT INTO streams (session_id, version, hash, epoch, xid, subject_id)
SELECT DISTINCT ON (session_id) session_id, version, hash, epoch, xid, session_id
FROM events ORDER BY session_id, version DESC
"""


def fill(database: Database, events: int) -> int:
    """Write about so many events into an empty log; how many they are."""
    groups = max(1, round(events / (_SESSION_EVENTS * _AT_A_TIME)))
    statement = _FILL.format(
        payload=PAYLOAD_BYTES,
        groups=groups,
        at_a_time=_AT_A_TIME,
        session_events=_SESSION_EVENTS,
    )
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute(statement.encode())
        connection.execute(_HEADS)
        connection.execute("VACUUM ANALYZE events, streams")
    return groups * _AT_A_TIME * _SESSION_EVENTS
