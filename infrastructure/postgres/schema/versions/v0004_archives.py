"""Closed sessions may keep the bytes of their events in object storage."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ARCHIVES = """
CREATE TABLE archives (
    session_id uuid NOT NULL,
    first_version bigint NOT NULL CHECK (first_version >= 1),
    last_version bigint NOT NULL CHECK (last_version >= first_version),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    archived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (session_id, first_version)
);
CREATE TRIGGER archives_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON archives
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE archives ENABLE ALWAYS TRIGGER archives_refuse_change;
GRANT SELECT ON archives TO datatrail_service;
"""

# The log stays append-only, with one exception: the bytes of an event may be let go of, by the
# owner, once it is noted where they are. Its hash and all else stay and prove them.
_ONE_EXCEPTION = """
ALTER TABLE events ALTER COLUMN payload DROP NOT NULL, ALTER COLUMN metadata DROP NOT NULL;

CREATE FUNCTION refuse_unless_archived() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    without_bytes public.events := OLD;
BEGIN
    without_bytes.payload := NULL;
    without_bytes.metadata := NULL;
    IF NEW IS NOT DISTINCT FROM without_bytes AND EXISTS (
        SELECT FROM public.archives a WHERE a.session_id = OLD.session_id
            AND OLD.version BETWEEN a.first_version AND a.last_version
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the event log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

DROP TRIGGER events_refuse_change ON events;
CREATE TRIGGER events_refuse_change BEFORE DELETE OR TRUNCATE OR UPDATE OF
        id, session_id, version, event_id, type, schema_version, hash, recorded_at, epoch, xid,
        task_id, node_id, parent_id, branch, subject_id ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_refuse_unless_archived BEFORE UPDATE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_archived();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_change;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_unless_archived;

CREATE FUNCTION archive_events(
    of_session uuid, from_version bigint, until_version bigint, of_digest text, of_size bigint
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    archived bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.events e WHERE e.session_id = of_session AND e.type = 'SessionClosed'
            AND e.version <= until_version
    ) THEN
        RAISE EXCEPTION 'session % is not closed', of_session USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT coalesce(max(a.last_version), 0) INTO archived
        FROM public.archives a WHERE a.session_id = of_session;
    IF from_version <> archived + 1 OR until_version > (
        SELECT s.version FROM public.streams s WHERE s.session_id = of_session
    ) THEN
        RAISE EXCEPTION 'events % to % do not follow the % archived events of session %',
            from_version, until_version, archived, of_session
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO public.archives (session_id, first_version, last_version, digest, size_bytes)
        VALUES (of_session, from_version, until_version, of_digest, of_size);
    UPDATE public.events SET payload = NULL, metadata = NULL
        WHERE session_id = of_session AND version BETWEEN from_version AND until_version
            -- What a list of many sessions shows of each; the archive holds it as well.
            AND type NOT IN ('SessionStarted', 'DatasetUploaded');
END $$;
REVOKE ALL ON FUNCTION archive_events FROM PUBLIC;
"""


def upgrade() -> None:
    for script in (_ARCHIVES, _ONE_EXCEPTION):
        op.execute(script)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
