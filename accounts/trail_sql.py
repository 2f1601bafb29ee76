"""The functions in PostgreSQL that write the trail of changes and keep it as it is; migrations install them."""

NOTE = """
    CREATE FUNCTION accounts_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        rule constant jsonb := TG_ARGV[2]::jsonb;
        actor constant bigint := nullif(current_setting('marquee.actor', true), '')::bigint;
        left_out text[] := ARRAY(SELECT jsonb_array_elements_text(rule -> 'never'));
        old_row jsonb := '{}';
        new_row jsonb := '{}';
        row_key text;
        was jsonb;
        becomes jsonb;
    BEGIN
        IF actor IS NULL THEN
            left_out := left_out || ARRAY(SELECT jsonb_array_elements_text(rule -> 'quiet'));
        END IF;
        IF TG_OP <> 'INSERT' THEN
            old_row := to_jsonb(OLD) - left_out;
            row_key := to_jsonb(OLD) ->> TG_ARGV[1];
        END IF;
        IF TG_OP <> 'DELETE' THEN
            new_row := to_jsonb(NEW) - left_out;
            row_key := to_jsonb(NEW) ->> TG_ARGV[1];
        END IF;
        was := accounts_differing(old_row, new_row, rule -> 'masked');
        becomes := accounts_differing(new_row, old_row, rule -> 'masked');
        IF was = '{}' AND becomes = '{}' THEN
            RETURN NULL;
        END IF;
        INSERT INTO accounts_auditentry (at, actor_kind, actor_id, deed, "table", "row", before, after, request_id)
        VALUES (
            clock_timestamp(),
            CASE WHEN actor IS NULL THEN 'SYSTEM' ELSE 'STAFF' END,
            actor,
            CASE TG_OP WHEN 'INSERT' THEN 'ADDED' WHEN 'UPDATE' THEN 'CHANGED' ELSE 'DELETED' END,
            TG_ARGV[0],
            row_key,
            was,
            becomes,
            coalesce(current_setting('marquee.request_id', true), '')
        );
        RETURN NULL;
    END $$;
"""
DIFFERING = """
    -- What of a row is not the same in another; nothing is said of what is empty in a row that came or went.
    CREATE FUNCTION accounts_differing(this jsonb, other jsonb, masked jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT coalesce(
            jsonb_object_agg(key, CASE WHEN masked ? key THEN to_jsonb('hidden'::text) ELSE value END), '{}'
        )
        FROM jsonb_each(this)
        WHERE other -> key IS DISTINCT FROM value AND NOT (other = '{}' AND value = 'null')
    $$;
"""
FINAL = """
    CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what is in the trail stays as it is: % of %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'accounts_trail_is_final';
    END $$;

    CREATE TRIGGER accounts_trail_is_final BEFORE UPDATE OR DELETE ON accounts_auditentry
        FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
    CREATE TRIGGER accounts_trail_is_never_emptied BEFORE TRUNCATE ON accounts_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
UNDO = """
    DROP TRIGGER accounts_trail_is_never_emptied ON accounts_auditentry;
    DROP TRIGGER accounts_trail_is_final ON accounts_auditentry;
    DROP FUNCTION accounts_refuse_change();
    DROP FUNCTION accounts_note_change();
    DROP FUNCTION accounts_differing(jsonb, jsonb, jsonb);
"""
