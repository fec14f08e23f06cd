"""The log, leases, checkpoints, and the rights of the service's role."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_LOG = """
CREATE TABLE events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream_id text NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    event_id uuid NOT NULL,
    type text NOT NULL,
    schema_version integer NOT NULL CHECK (schema_version >= 1),
    payload bytea NOT NULL,
    metadata bytea NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    recorded_at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    session_id uuid NOT NULL,
    task_id uuid,
    node_id uuid,
    CONSTRAINT events_one_per_version UNIQUE (stream_id, version),
    CONSTRAINT events_one_per_id UNIQUE (event_id)
);
CREATE INDEX events_settled_order ON events (xid, position);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- ALWAYS: also for sessions that switch ordinary triggers off (session_replication_role).
ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_change;
"""

_OPERATIONAL_STATE = """
CREATE TABLE leases (
    session_id uuid PRIMARY KEY,
    task_id uuid NOT NULL,
    owner text NOT NULL,
    token uuid,
    expires_at timestamptz NOT NULL
);
CREATE TABLE claims (
    task_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    count integer NOT NULL
);
CREATE TABLE checkpoints (
    name text PRIMARY KEY,
    xid xid8 NOT NULL,
    position bigint NOT NULL
);
"""

# Position, xid and nothing else are the database's own to give.
_RIGHTS = """
GRANT USAGE ON SCHEMA public TO datatrail_service;
GRANT SELECT ON events, alembic_version TO datatrail_service;
GRANT INSERT (stream_id, version, event_id, type, schema_version, payload, metadata, hash,
              recorded_at, session_id, task_id, node_id) ON events TO datatrail_service;
GRANT SELECT, INSERT, UPDATE ON leases, claims, checkpoints TO datatrail_service;

-- Projections belong to the service: a rebuild makes tables and swaps them.
CREATE SCHEMA read_models;
GRANT USAGE, CREATE ON SCHEMA read_models TO datatrail_service;
CREATE TABLE read_models.builds (
    projection text PRIMARY KEY,
    version integer NOT NULL,
    built_at timestamptz NOT NULL
);
ALTER TABLE read_models.builds OWNER TO datatrail_service;
"""


def upgrade() -> None:
    for script in (_LOG, _OPERATIONAL_STATE, _RIGHTS):
        op.execute(script)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
