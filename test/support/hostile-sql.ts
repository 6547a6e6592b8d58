/**
 * A function that tries to become another role and to use its rights. It writes to the server's log who ran it and what
 * it gained, because a rollback does not undo the log and a read-only transaction does not prevent it. The second
 * function can be called where PostgreSQL requires a function without side effects.
 */
export const ATTACK = `
CREATE FUNCTION public.attack(label text) RETURNS boolean LANGUAGE plpgsql AS $attack$
DECLARE
  way text;
  deed text;
  gained text := '';
BEGIN
  FOREACH way IN ARRAY ARRAY[
    'SELECT 1', 'RESET ROLE', 'SET LOCAL ROLE NONE', 'SET LOCAL ROLE postgres', 'RESET SESSION AUTHORIZATION',
    'SET LOCAL SESSION AUTHORIZATION postgres', 'SELECT pg_catalog.set_config(''role'', ''postgres'', true)',
    'SELECT pg_catalog.set_config(''session_authorization'', ''postgres'', true)'
  ] LOOP
    FOREACH deed IN ARRAY ARRAY[
      'COPY (SELECT 1) TO PROGRAM ''cat > /dev/null''', 'SELECT pg_catalog.pg_read_file(''PG_VERSION'')',
      'CREATE ROLE gained_by_attack SUPERUSER'
    ] LOOP
      BEGIN
        EXECUTE way;
        EXECUTE deed;
        gained := gained || way || ', ' || deed || '; ';
        RAISE EXCEPTION 'taken back';
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
  END LOOP;
  RAISE LOG 'attack: % login=% acting=% gained=%', label, session_user, current_user, gained;
  RETURN true;
END $attack$;
CREATE FUNCTION public.quiet(label text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
  $quiet$ BEGIN RETURN public.attack(label); END $quiet$;
CREATE FUNCTION public.attack_by_trigger() RETURNS trigger LANGUAGE plpgsql AS $trigger$ BEGIN
  PERFORM public.attack(TG_ARGV[0]);
  RETURN NEW;
END $trigger$;
CREATE FUNCTION public.quiet_text(label text, value text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
  $quiet$ BEGIN PERFORM public.attack(label); RETURN value; END $quiet$;`;

/** Objects of a schema that run code of its owner in another session, by their kind. */
export const hostile: Record<string, string> = {
  "a statement of a migration": "SELECT attack('a statement of a migration')",
  "a block of a migration": "DO $$ BEGIN PERFORM attack('a block of a migration'); END $$",
  "a migration after its own COMMIT": `COMMIT; RESET ROLE; RESET SESSION AUTHORIZATION;
    SELECT attack('a migration after its own COMMIT')`,
  "a security definer function": `CREATE FUNCTION definer() RETURNS boolean LANGUAGE sql SECURITY DEFINER
    AS $$ SELECT attack('a security definer function') $$; SELECT definer()`,
  // The load refuses row triggers on its tables. Those on the table of migrations run at the next migration.
  "a row trigger": `CREATE TRIGGER a BEFORE INSERT ON _prisma_migrations FOR EACH ROW
    EXECUTE FUNCTION attack_by_trigger('a row trigger')`,
  "a deferred trigger": `CREATE CONSTRAINT TRIGGER b AFTER INSERT ON _prisma_migrations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION attack_by_trigger('a deferred trigger')`,
  "a statement trigger": `CREATE TRIGGER a AFTER INSERT ON messages
    EXECUTE FUNCTION attack_by_trigger('a statement trigger')`,
  "a truncate trigger": `CREATE TRIGGER t AFTER TRUNCATE ON messages
    EXECUTE FUNCTION attack_by_trigger('a truncate trigger')`,
  "a default": "ALTER TABLE conversations ADD extra boolean DEFAULT attack('a default')",
  "a generated column": `ALTER TABLE conversations ADD made boolean
    GENERATED ALWAYS AS (quiet(quiet_text('a generated column', id))) STORED`,
  "a check": "ALTER TABLE conversations ADD CHECK (quiet('a check'))",
  "a domain": `CREATE DOMAIN trap AS text CHECK (quiet('a domain'));
    ALTER TABLE conversations ADD trapped trap DEFAULT 'x'`,
  "an index expression": `CREATE INDEX ON conversations (quiet_text('an index expression', id))`,
  "an index predicate": "CREATE INDEX ON conversations (id) WHERE quiet('an index predicate')",
  "statistics on an expression":
    "CREATE STATISTICS s ON (quiet_text('statistics on an expression', id)) FROM users",
  "a cast": `CREATE FUNCTION trap_cast("MessageType") RETURNS text LANGUAGE plpgsql IMMUTABLE AS
      $$ BEGIN PERFORM attack('a cast'); RETURN enum_out($1)::text; END $$;
    CREATE CAST ("MessageType" AS text) WITH FUNCTION trap_cast("MessageType");
    SELECT 'TEXT'::"MessageType"::text`,
  "an operator": `CREATE FUNCTION trap_eq(text, int) RETURNS boolean LANGUAGE sql AS
      $$ SELECT attack('an operator') $$;
    CREATE OPERATOR = (LEFTARG = text, RIGHTARG = int, FUNCTION = trap_eq); SELECT 'a'::text = 1`,
  "a view": "CREATE VIEW looked AS SELECT attack('a view'); SELECT * FROM looked",
  "a row policy": `CREATE TABLE guarded AS SELECT 1 AS one; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON guarded TO PUBLIC; CREATE POLICY p ON guarded USING (attack('a row policy'))`,
  "an aggregate": `CREATE FUNCTION step(boolean, text) RETURNS boolean LANGUAGE sql AS
      $$ SELECT attack('an aggregate') $$;
    CREATE AGGREGATE trap_agg(text) (SFUNC = step, STYPE = boolean); SELECT trap_agg('a')`,
};

/** Objects that look like PostgreSQL's own, and a search path to them. They attack the administrator. */
export const hostileToAdministrators: Record<string, string> = {
  "functions like the extension's": `
    CREATE FUNCTION public.pg_stat_statements_reset(int, oid, int) RETURNS void LANGUAGE sql AS
      $$ SELECT attack('a function like the extension''s') $$;
    CREATE FUNCTION public.pg_stat_statements_reset(oid, oid, bigint) RETURNS void LANGUAGE sql AS
      $$ SELECT attack('a function like the extension''s') $$`,
  "operators on names": `
    CREATE SCHEMA trap;
    CREATE FUNCTION trap.eq(name, name) RETURNS boolean LANGUAGE sql AS
      $$ SELECT public.attack('an operator on names') $$;
    CREATE OPERATOR trap.= (LEFTARG = name, RIGHTARG = name, FUNCTION = trap.eq);
    CREATE FUNCTION trap.current_setting(text) RETURNS text LANGUAGE sql AS
      $$ SELECT public.attack('a function of a name')::text $$;
    CREATE FUNCTION trap.current_database() RETURNS name LANGUAGE sql AS
      $$ SELECT public.attack('a function of a name')::text::name $$;
    CREATE VIEW trap.pg_settings AS SELECT 'work_mem' AS name, public.attack('a view of a name') AS setting;
    CREATE VIEW trap.pg_extension AS SELECT public.attack('a view of a name') AS oid`,
  "a search path of the database": `DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = public, trap, pg_catalog', current_database());
  END $$`,
};

/** Migrations that PostgreSQL refuses to the owner, after their first statement. */
export const refusedMigrations: Record<string, string> = {
  "an event trigger": `SELECT attack('an event trigger'); CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN END $$; CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION e()`,
  "a program":
    "SELECT attack('a program'); SET LOCAL ROLE postgres; COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
  "a superuser": "SELECT attack('a superuser'); ALTER ROLE CURRENT_USER SUPERUSER",
  "a native function": `SELECT attack('a native function');
    CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'`,
  "an operator class": `SELECT attack('an operator class'); CREATE OPERATOR CLASS o FOR TYPE text USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 bttextcmp(text, text)`,
  "another's session": `SELECT attack('another''s session'); SET SESSION AUTHORIZATION postgres`,
};
