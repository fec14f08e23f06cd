"""Read models are thrown away and built anew; each build has a row that says what it is."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NO_READ_MODELS = """
DO $$
DECLARE
    leftover regclass;
BEGIN
    FOR leftover IN
        SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'read_models'::regnamespace
            AND c.relkind = 'r'
    LOOP
        EXECUTE 'DROP TABLE ' || leftover;
    END LOOP;
END $$;
"""

_BUILDS = """
CREATE TABLE read_models.builds (
    projection text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'live', 'kept', 'verified')),
    definition text NOT NULL,
    tables text[] NOT NULL,
    fold text NOT NULL,
    known_events text[] NOT NULL,
    cut bigint NOT NULL DEFAULT 0,
    events bigint NOT NULL DEFAULT 0,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    built_at timestamptz,
    digest text,
    differences json,
    error text,
    PRIMARY KEY (projection, number),
    -- Deferred: builds exchange their states.
    CONSTRAINT builds_one_of_a_state UNIQUE (projection, state) DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE read_models.builds OWNER TO datatrail_service;

-- Returns nothing ever: a projection that meets an event that it does not know stops there.
CREATE FUNCTION read_models.refuse_unknown_event(
    of_session uuid, at_version bigint, of_type text, of_schema_version integer
) RETURNS boolean LANGUAGE plpgsql PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION 'the event type % in version % is not known: event % of session %',
        of_type, of_schema_version, at_version, of_session
        USING ERRCODE = 'DT001';
END $$;
ALTER FUNCTION read_models.refuse_unknown_event OWNER TO datatrail_service;
"""


def upgrade() -> None:
    for script in (_NO_READ_MODELS, _BUILDS):
        op.execute(script)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
