"""One function that appends, head rows, epochs, and the tables of the dense global order."""

from alembic import op

from infrastructure.postgres.locks import Lock, key_of
from infrastructure.postgres.schema.append_events import APPEND_EVENTS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What is hashed stays as it is; the columns added are read out of it, for queries to join on. What
# the constraints checked, the functions that append ensure: ADR 16.
_EVENTS = """
ALTER TABLE events DISABLE TRIGGER events_refuse_change;

DROP INDEX events_settled_order;
ALTER TABLE events RENAME COLUMN position TO id;
ALTER TABLE events
    ADD COLUMN epoch integer NOT NULL DEFAULT 1,
    ADD COLUMN parent_id uuid,
    ADD COLUMN branch text,
    ADD COLUMN subject_id uuid,
    DROP CONSTRAINT events_version_check,
    DROP CONSTRAINT events_schema_version_check,
    DROP CONSTRAINT events_hash_check,
    DROP CONSTRAINT events_one_per_version,
    ADD CONSTRAINT events_one_per_version UNIQUE (session_id, version);
UPDATE events SET parent_id = (body ->> 'parent_id')::uuid, branch = body ->> 'branch'
    FROM (SELECT id AS body_of, convert_from(payload, 'UTF8')::json AS body
          FROM events WHERE type = 'NodeCommitted') AS bodies
    WHERE id = body_of;
UPDATE events SET subject_id = session_id WHERE type = 'SessionStarted';
ALTER TABLE events
    DROP COLUMN stream_id,
    ALTER COLUMN epoch DROP DEFAULT,
    ALTER COLUMN xid DROP DEFAULT;
CREATE INDEX events_settled_order ON events (epoch, xid, id);

ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_change;
"""

# A transaction id means something in its cluster only. A dump that is restored elsewhere opens a
# new epoch, in which transactions count anew.
_HEADS = """
CREATE TABLE epochs (
    epoch integer PRIMARY KEY,
    system_identifier bigint NOT NULL,
    -- The start of the server during which the identifier was last compared: it lies in a file,
    -- which takes longer to read than an append's head row.
    server_started_at timestamptz NOT NULL DEFAULT pg_postmaster_start_time(),
    began_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO epochs (epoch, system_identifier)
    SELECT 1, system_identifier FROM pg_control_system();

CREATE TABLE streams (
    session_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    hash bytea NOT NULL,
    epoch integer NOT NULL,
    xid xid8 NOT NULL,
    subject_id uuid NOT NULL
) WITH (fillfactor = 50);
INSERT INTO streams
    SELECT DISTINCT ON (session_id) session_id, version, hash, epoch, xid, session_id
    FROM events ORDER BY session_id, version DESC;
"""

_GLOBAL_ORDER = """
CREATE TABLE log_order (
    position bigint PRIMARY KEY CHECK (position >= 1),
    id bigint NOT NULL UNIQUE
);
CREATE TRIGGER log_order_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_order
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE log_order ENABLE ALWAYS TRIGGER log_order_refuse_change;

CREATE TABLE merkle_tiles (
    level integer NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, index)
);
-- Hashes do not compress.
ALTER TABLE merkle_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE sequencer (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size bigint NOT NULL,
    epoch integer NOT NULL,
    xid xid8 NOT NULL,
    id bigint NOT NULL
);
INSERT INTO sequencer (size, epoch, xid, id) VALUES (0, 0, '0', 0);

-- Checkpoints that are in object storage.
CREATE TABLE signed_checkpoints (
    size bigint NOT NULL,
    epoch integer NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (epoch, size)
);

-- The log did not go on from a checkpoint that was anchored; it went on in this epoch.
CREATE TABLE alarms (
    epoch integer NOT NULL,
    anchored_epoch integer NOT NULL,
    anchored_size bigint NOT NULL,
    message text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (epoch, anchored_epoch, anchored_size)
);

-- Followers begin anew by position; what was delivered before is delivered once more.
DROP TABLE checkpoints;
CREATE TABLE subscriptions (
    name text PRIMARY KEY,
    position bigint NOT NULL
);
"""

# The key of the advisory lock is infrastructure.postgres.locks.Lock.APPENDS.
_APPEND = """
-- What the hash of an event covers beside that of its predecessor: infrastructure.events.chain.
-- Stable, as convert_to is: it would not be inlined into the queries that call it otherwise.
CREATE FUNCTION chained_bytes(
    session_id uuid, version bigint, type text, schema_version integer, event_id uuid,
    metadata bytea, payload bytea
) RETURNS bytea LANGUAGE sql STABLE RETURN
    int8send(44) || convert_to('session-' || session_id, 'UTF8')
    || int8send(length(version::text)) || convert_to(version::text, 'UTF8')
    || int8send(octet_length(type)) || convert_to(type, 'UTF8')
    || int8send(length(schema_version::text)) || convert_to(schema_version::text, 'UTF8')
    || int8send(16) || uuid_send(event_id)
    || int8send(length(metadata)) || metadata
    || sha256(payload);

-- Called only by functions that fix the search path, which takes its time.
CREATE FUNCTION current_epoch() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    latest record;
BEGIN
    -- An older snapshot may show an epoch that has ended: what is written to it could be passed
    -- over.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'events are appended in transactions that are READ COMMITTED'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    SELECT * INTO latest FROM public.epochs e ORDER BY e.epoch DESC LIMIT 1;
    IF latest.server_started_at = pg_postmaster_start_time()
        OR latest.system_identifier = (pg_control_system()).system_identifier
    THEN
        RETURN latest.epoch;
    END IF;
    -- Restored from a dump. Of those who notice at once, one inserts and the others wait.
    INSERT INTO public.epochs (epoch, system_identifier)
        VALUES (latest.epoch + 1, (pg_control_system()).system_identifier)
        ON CONFLICT DO NOTHING;
    RETURN latest.epoch + 1;
END $$;

-- One event for a stream that is as expected, the most frequent append by far; its hash. Null, and
-- nothing was done, when anything does not fit: append_events says what. Two plain statements: one
-- that reads what the other returns takes longer to start than both.
CREATE FUNCTION append_event(
    of_session uuid, of_subject uuid, expected_version bigint, new_id uuid, new_type text,
    new_schema_version integer, new_payload bytea, new_metadata bytea,
    new_recorded_at timestamptz, new_task_id uuid, new_node_id uuid, new_parent_id uuid,
    new_branch text
) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_epoch integer;
    this_xid xid8;
    new_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({appends_lock});
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        -- It refuses, and says why.
        PERFORM public.current_epoch();
    END IF;
    this_xid := pg_current_xact_id();
    UPDATE public.streams s
    SET version = s.version + 1, epoch = l.epoch, xid = this_xid,
        hash = sha256(s.hash || public.chained_bytes(
            s.session_id, s.version + 1, new_type, new_schema_version, new_id, new_metadata,
            new_payload
        ))
    FROM (
        SELECT e.epoch, e.server_started_at FROM public.epochs e ORDER BY e.epoch DESC LIMIT 1
    ) AS l
    WHERE s.session_id = of_session AND s.version = expected_version
      -- See append_events.
      AND NOT (s.epoch = l.epoch AND s.xid > this_xid)
      AND l.server_started_at = pg_postmaster_start_time() AND new_schema_version >= 1
    RETURNING s.epoch, s.hash INTO this_epoch, new_hash;
    IF FOUND THEN
        INSERT INTO public.events (
            session_id, version, event_id, type, schema_version, payload, metadata, hash,
            recorded_at, epoch, xid, task_id, node_id, parent_id, branch, subject_id
        ) VALUES (
            of_session, expected_version + 1, new_id, new_type, new_schema_version, new_payload,
            new_metadata, new_hash, new_recorded_at, this_epoch, this_xid, new_task_id,
            new_node_id, new_parent_id, new_branch,
            CASE WHEN new_type = 'SessionStarted' THEN of_subject END
        );
    END IF;
    RETURN new_hash;
END $$;

-- Why an append that does not fit the head was refused: these very events are in the log already,
-- an event of one of their ids is, or others were written first. The same event has the same hash;
-- its bytes may have been archived.
CREATE FUNCTION refused_append(
    of_session uuid, actual_version bigint, expected_version bigint, new_ids uuid[],
    new_types text[], new_schema_versions integer[], new_payloads bytea[], new_metadatas bytea[]
) RETURNS TABLE (outcome text, version bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH new AS (
        SELECT * FROM unnest(new_ids, new_types, new_schema_versions, new_payloads, new_metadatas)
            WITH ORDINALITY AS n (event_id, type, schema_version, payload, metadata, number)
    ), known AS (
        SELECT e.session_id = of_session AND e.version = expected_version + n.number
            AND e.hash = sha256(
                coalesce(before.hash, decode(repeat('00', 32), 'hex')) || public.chained_bytes(
                    e.session_id, e.version, n.type, n.schema_version, n.event_id, n.metadata,
                    n.payload
                )
            ) AS same
        FROM new n JOIN public.events e ON e.event_id = n.event_id
        LEFT JOIN public.events before
            ON before.session_id = e.session_id AND before.version = e.version - 1
    )
    SELECT CASE
               WHEN count(*) = cardinality(new_ids) AND bool_and(same) THEN 'duplicate'
               WHEN count(*) > 0 THEN 'conflict'
               ELSE 'wrong version'
           END,
           actual_version
    FROM known
$$;

-- Nothing is projected before the first projection is built.
CREATE FUNCTION read_models.project(session_ids uuid[]) RETURNS void
    LANGUAGE plpgsql AS 'BEGIN END';
ALTER FUNCTION read_models.project OWNER TO datatrail_service;

-- With the rights of their caller: what they project with belongs to the service's role, and must
-- not be executed with the rights of the log's owner.
CREATE FUNCTION append_and_project(
    session_ids uuid[], subject_ids uuid[], expected_versions bigint[], counts integer[],
    event_ids uuid[], types text[], schema_versions integer[], payloads bytea[],
    metadatas bytea[], recorded_ats timestamptz[], task_ids uuid[], node_ids uuid[],
    parent_ids uuid[], branches text[]
) RETURNS TABLE (number integer, outcome text, version bigint, hashes bytea[])
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT * FROM public.append_events(
        session_ids, subject_ids, expected_versions, counts, event_ids, types, schema_versions,
        payloads, metadatas, recorded_ats, task_ids, node_ids, parent_ids, branches
    );
    PERFORM read_models.project(session_ids);
END $$;
"""

# The sequencer calls it when it begins to lead, so that what a dump brought along is settled before
# anyone appends, and when the log is not the one that was anchored.
_BEGIN_EPOCH = """
CREATE FUNCTION begin_epoch(at_least integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- New appends wait behind this while it waits for those in flight.
SET lock_timeout = '2s' AS $$
DECLARE
    here bigint := (SELECT c.system_identifier FROM pg_control_system() c);
    latest record;
BEGIN
    SELECT e.* INTO latest FROM public.epochs e ORDER BY e.epoch DESC LIMIT 1;
    -- Epochs that nobody has come to would leave none for those to come.
    IF at_least > latest.epoch + 1000 THEN
        RAISE EXCEPTION 'epoch % is far beyond the latest, %', at_least, latest.epoch
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF latest.system_identifier = here AND latest.epoch >= at_least THEN
        -- Unless another notes it just now.
        UPDATE public.epochs SET server_started_at = pg_postmaster_start_time()
        WHERE epoch = (
            SELECT e.epoch FROM public.epochs e WHERE e.epoch = latest.epoch
              AND e.server_started_at <> pg_postmaster_start_time()
            FOR NO KEY UPDATE SKIP LOCKED
        );
        RETURN latest.epoch;
    END IF;
    -- Events of an epoch that has ended count as settled: none may be in flight.
    PERFORM pg_advisory_xact_lock({appends_lock});
    SELECT e.* INTO latest FROM public.epochs e ORDER BY e.epoch DESC LIMIT 1;
    IF latest.system_identifier <> here OR latest.epoch < at_least THEN
        latest.epoch := greatest(latest.epoch + 1, at_least);
        INSERT INTO public.epochs (epoch, system_identifier) VALUES (latest.epoch, here);
    END IF;
    RETURN latest.epoch;
END $$;
"""

# The service appends through the function, and in no other way.
_NO_INSERT = """
REVOKE INSERT (stream_id, version, event_id, type, schema_version, payload, metadata, hash,
               recorded_at, session_id, task_id, node_id) ON events FROM datatrail_service;
"""

_RIGHTS = """
REVOKE ALL ON FUNCTION append_event, append_events, refused_append, chained_bytes, current_epoch,
    begin_epoch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_event, append_events, begin_epoch TO datatrail_service;
GRANT SELECT ON streams, epochs, log_order, merkle_tiles, sequencer, signed_checkpoints, alarms
    TO datatrail_service;
GRANT INSERT ON log_order, merkle_tiles, signed_checkpoints, alarms TO datatrail_service;
GRANT UPDATE ON merkle_tiles, sequencer TO datatrail_service;
GRANT SELECT, INSERT, UPDATE ON subscriptions TO datatrail_service;
"""


def upgrade() -> None:
    appends_lock = str(key_of(Lock.APPENDS))
    for script in (
        *(_NO_INSERT, _EVENTS, _HEADS, _GLOBAL_ORDER),
        *(each.replace("{appends_lock}", appends_lock) for each in (_APPEND, _BEGIN_EPOCH)),
        *(APPEND_EVENTS, _RIGHTS),
    ):
        op.execute(script)


def downgrade() -> None:
    raise NotImplementedError("the event log is never taken down")
