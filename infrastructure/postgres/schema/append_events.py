"""The function that appends, as the newest migration leaves it: see ADR 16.

A migration that changes it changes this text and runs it. Earlier ones run it as well, as nothing
that a body in PL/pgSQL names is looked up before it is called: so it stands here once, as it is.
"""

from infrastructure.postgres.locks import Lock, key_of

APPEND_EVENTS = """
-- Arguments in the plural: one element for each append, then one for each event of all appends in
-- turn.
CREATE OR REPLACE FUNCTION append_events(
    session_ids uuid[], subject_ids uuid[], expected_versions bigint[], counts integer[],
    event_ids uuid[], types text[], schema_versions integer[], payloads bytea[],
    metadatas bytea[], recorded_ats timestamptz[], task_ids uuid[], node_ids uuid[],
    parent_ids uuid[], branches text[]
) RETURNS TABLE (number integer, outcome text, version bigint, hashes bytea[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- A plan of its own for each call would copy the arrays, and take its time.
SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
    -- Named in every way but that of a column.
    this_epoch integer;
    this_xid xid8;
    head record;
    is_new boolean;
    of_append integer;
    first_event integer;
    last_event integer := 0;
    chained bytea;
    chain bytea[];
    done integer[];
    versions bigint[];
    is_group boolean := cardinality(session_ids) > 1;
    locked uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared({appends_lock});
    this_epoch := public.current_epoch();
    this_xid := pg_current_xact_id();
    IF 1 > ANY (counts) OR 1 > ANY (schema_versions) THEN
        RAISE EXCEPTION 'an append has at least one event, and schema versions count from 1'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- A group waits for no stream that somebody else is writing: that append is answered as busy.
    -- Those of one event that fit their heads are written by one statement, at little more than
    -- half of what one statement each costs. No cursor reads it: that would copy the arrays, and
    -- each look into such a copy walks it from its beginning.
    IF is_group THEN
        locked := ARRAY(
            SELECT s.session_id FROM public.streams s WHERE s.session_id = ANY (session_ids)
            ORDER BY s.session_id FOR NO KEY UPDATE SKIP LOCKED
        );
        WITH asked AS (
            SELECT a.number, a.session_id, a.expected_version, a.count,
                   sum(a.count) OVER (ORDER BY a.number) AS event,
                   count(*) OVER (PARTITION BY a.session_id) AS times
            FROM unnest(session_ids, expected_versions, counts)
                WITH ORDINALITY AS a (session_id, expected_version, count, number)
        ), head AS (
            UPDATE public.streams s
            SET version = s.version + 1, epoch = this_epoch, xid = this_xid,
                hash = sha256(s.hash || public.chained_bytes(
                    s.session_id, s.version + 1, types[a.event], schema_versions[a.event],
                    event_ids[a.event], metadatas[a.event], payloads[a.event]
                ))
            FROM asked a
            WHERE s.session_id = a.session_id AND s.version = a.expected_version
              AND s.session_id = ANY (locked) AND a.count = 1 AND a.times = 1
              AND NOT (s.epoch = this_epoch AND s.xid > this_xid)
            RETURNING a.number, a.event, s.session_id, s.version, s.hash
        ), written AS (
            INSERT INTO public.events (
                session_id, version, event_id, type, schema_version, payload, metadata, hash,
                recorded_at, epoch, xid, task_id, node_id, parent_id, branch, subject_id
            )
            SELECT h.session_id, h.version, event_ids[h.event], types[h.event],
                   schema_versions[h.event], payloads[h.event], metadatas[h.event], h.hash,
                   recorded_ats[h.event], this_epoch, this_xid, task_ids[h.event],
                   node_ids[h.event], parent_ids[h.event], branches[h.event],
                   CASE WHEN types[h.event] = 'SessionStarted'
                        THEN subject_ids[h.number] END
            FROM head h
        )
        SELECT array_agg(h.number::integer), array_agg(h.version), array_agg(h.hash)
            INTO done, versions, chain
        FROM head h;
        RETURN QUERY SELECT d.n, 'appended', d.v, ARRAY[d.h]
            FROM unnest(done, versions, chain) AS d (n, v, h);
    END IF;

    FOR of_append IN 1 .. cardinality(session_ids) LOOP
        first_event := last_event + 1;
        last_event := last_event + counts[of_append];
        CONTINUE WHEN of_append = ANY (done);
        IF is_group AND session_ids[of_append] <> ALL (locked) AND EXISTS (
            SELECT FROM public.streams s WHERE s.session_id = session_ids[of_append]
        ) THEN
            RETURN QUERY SELECT of_append, 'busy', 0::bigint, NULL::bytea[];
            CONTINUE;
        END IF;
        SELECT s.version, s.hash, s.epoch, s.xid INTO head FROM public.streams s
            WHERE s.session_id = session_ids[of_append] FOR NO KEY UPDATE;
        is_new := NOT FOUND;
        IF is_new THEN
            SELECT 0::bigint AS version, decode(repeat('00', 32), 'hex') AS hash,
                   this_epoch AS epoch, this_xid AS xid INTO head;
        END IF;

        IF head.version <> expected_versions[of_append] THEN
            RETURN QUERY SELECT of_append, o.*, NULL::bytea[] FROM public.refused_append(
                session_ids[of_append], head.version, expected_versions[of_append],
                event_ids[first_event:last_event], types[first_event:last_event],
                schema_versions[first_event:last_event], payloads[first_event:last_event],
                metadatas[first_event:last_event]
            ) o;
            CONTINUE;
        END IF;
        -- Followers see the order of transactions. Ours began before that of the stream's last
        -- writer, and would be seen first.
        IF head.epoch = this_epoch AND head.xid > this_xid THEN
            RAISE EXCEPTION 'a younger transaction wrote to the stream before this one'
                USING ERRCODE = 'serialization_failure';
        END IF;

        -- The arrays are walked by index: unnested, their bytes would be copied several times.
        chained := head.hash;
        chain := '{}';
        FOR event IN first_event .. last_event LOOP
            chained := sha256(chained || public.chained_bytes(
                session_ids[of_append], head.version + event - first_event + 1, types[event],
                schema_versions[event], event_ids[event], metadatas[event], payloads[event]
            ));
            chain[event] := chained;
        END LOOP;

        IF is_new THEN
            INSERT INTO public.streams (session_id, version, hash, epoch, xid, subject_id)
                VALUES (session_ids[of_append], counts[of_append], chained, this_epoch, this_xid,
                        subject_ids[of_append])
                ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'another writer opened the stream at the same time'
                    USING ERRCODE = 'serialization_failure';
            END IF;
            locked := locked || session_ids[of_append];
        ELSE
            UPDATE public.streams s
                SET version = head.version + counts[of_append], hash = chained,
                    epoch = this_epoch, xid = this_xid
                WHERE s.session_id = session_ids[of_append];
        END IF;
        INSERT INTO public.events (
            session_id, version, event_id, type, schema_version, payload, metadata, hash,
            recorded_at, epoch, xid, task_id, node_id, parent_id, branch, subject_id
        )
        SELECT session_ids[of_append], head.version + n - first_event + 1, event_ids[n], types[n],
               schema_versions[n], payloads[n], metadatas[n], chain[n], recorded_ats[n],
               this_epoch, this_xid, task_ids[n], node_ids[n], parent_ids[n], branches[n],
               CASE WHEN types[n] = 'SessionStarted' THEN subject_ids[of_append] END
        FROM (SELECT n FROM generate_series(first_event, last_event) n ORDER BY n) AS ordered;
        number := of_append;
        outcome := 'appended';
        version := head.version + counts[of_append];
        hashes := chain;
        RETURN NEXT;
    END LOOP;
END $$;
""".replace("{appends_lock}", str(key_of(Lock.APPENDS)))
