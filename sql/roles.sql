-- A role that reads and one that loads, with their grants and policies. `chalkola db roles` fills in the names
-- and prints this; with --apply it runs it. Safe to repeat, and to be
-- repeated after each migration: a new table has no grant and no policy yet.
--
-- Both are NOLOGIN groups, so that no password stands in a file:
--   CREATE ROLE metabase LOGIN PASSWORD '...' IN ROLE {reader};
--
-- Run it as the owner of the tables, with the right to create roles (on Supabase: postgres).
DO $roles$
DECLARE
    reader CONSTANT TEXT := {reader_text};
    loader CONSTANT TEXT := {loader_text};
    role_name TEXT;
    relation RECORD;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[reader, loader] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA chalkola TO %I', role_name);
    END LOOP;

    -- The loader stages rows in temporary tables.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), loader);

    FOR relation IN
        SELECT c.oid::REGCLASS AS name, c.relname, c.relkind FROM pg_class AS c
        WHERE c.relnamespace = 'chalkola'::REGNAMESPACE AND c.relkind IN ('r', 'p', 'v')
        ORDER BY c.oid
    LOOP
        -- Nothing that was granted by hand stays: whoever is not named here has no way in.
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I, %I', relation.name, reader, loader);
        EXECUTE format('GRANT SELECT ON %s TO %I, %I', relation.name, reader, loader);
        CONTINUE WHEN relation.relkind = 'v';
        -- Views are security_invoker and need none; a table without a policy shows nobody a row.
        EXECUTE format('DROP POLICY IF EXISTS chalkola_reader ON %s', relation.name);
        EXECUTE format('DROP POLICY IF EXISTS chalkola_loader ON %s', relation.name);
        EXECUTE format(
            'CREATE POLICY chalkola_reader ON %s FOR SELECT TO %I USING (TRUE)', relation.name, reader);
        -- Which migrations are applied is the owner's to write.
        IF relation.relname = 'schema_migrations' THEN
            EXECUTE format(
                'CREATE POLICY chalkola_loader ON %s FOR SELECT TO %I USING (TRUE)', relation.name, loader);
            CONTINUE;
        END IF;
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO %I', relation.name, loader);
        EXECUTE format(
            'CREATE POLICY chalkola_loader ON %s FOR ALL TO %I USING (TRUE) WITH CHECK (TRUE)',
            relation.name, loader);
    END LOOP;

    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA chalkola TO %I', loader);

    -- Supabase's public keys: no way in, whatever was granted before.
    FOR role_name IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA chalkola FROM %I', role_name);
        EXECUTE format('REVOKE ALL ON SCHEMA chalkola FROM %I', role_name);
    END LOOP;
END
$roles$;
