import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { expect } from "chai";
import { Client } from "pg";
import { clearDataset, loadDataset, type DatasetState } from "../../generator/load";
import type { DatasetSpec } from "../../generator/spec";
import { restartServer } from "../../postgres/embedded-server";
import { serverUser } from "../../postgres/embedded/server-user";
import type { ExpectedError } from "../../common/errors";
import { chatSchema } from "../support/chat-schema";
import { setUp, setUpEach } from "../support/fixture";
import { asAdministrator, failureOfHaltedLoad, type Happening } from "../support/halted-load";
import { needs } from "../support/needs";
import { failureOf } from "../support/rejection";
import { startOwnServer, temporaryFolder, type TestDatabase, type TestServer } from "../support/server";

const spec: DatasetSpec = {
  messages: 20_000,
  users: 300,
  conversations: 200,
  seed: "failures",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};
const silent = (): void => undefined;

describe("a load that is interrupted", () => {
  let server: TestServer;
  let database: TestDatabase;
  let schema: string[];
  let whole: DatasetState;

  setUp(async (undo) => {
    server = await startOwnServer();
    undo(() => server.stop());
    database = await server.createDatabase();
    schema = await chatSchema(database.ownerUrl);
    whole = await load();
  });
  setUpEach(() => clearDataset(database.ownerUrl, silent));

  function load(url = database.ownerUrl): Promise<DatasetState> {
    return loadDataset(url, spec, silent, { shards: 4, workers: 1 });
  }

  const admin = (...statements: string[]): Promise<void> => asAdministrator(database, ...statements);

  /** Sets a setting for the owner while `work` runs. */
  async function withSetting<T>(setting: string, value: string, work: () => Promise<T>): Promise<T> {
    await admin(`ALTER ROLE ${database.ownerRole} SET ${setting} = '${value}'`);
    try {
      return await work();
    } finally {
      await admin(`ALTER ROLE ${database.ownerRole} RESET ${setting}`);
    }
  }

  const failureWhenHalted = (happen: Happening): Promise<ExpectedError> =>
    failureOfHaltedLoad(database, load, happen);

  /** Expects the schema as it was before the failed load, and a next run that completes. */
  async function expectCompletes(): Promise<void> {
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
    const state = await load();
    expect(state.fingerprint).to.deep.equal(whole.fingerprint);
    expect(await chatSchema(database.ownerUrl)).to.deep.equal(schema);
  }

  /** Expects an error that says what happened and what to do, and a next run that completes. */
  async function expectClear(error: ExpectedError, problem: RegExp, remedy: RegExp): Promise<void> {
    expect(error.problem)
      .to.match(/^The load was interrupted: /)
      .and.to.match(problem);
    expect(error.remedy)
      .to.match(remedy)
      .and.to.match(/the same command resumes from there\.$/);
    await expectCompletes();
  }

  it("says so when a worker loses its connection", async () => {
    const error = await failureWhenHalted((watcher, { worker }) =>
      watcher.query("SELECT pg_terminate_backend($1)", [worker]),
    );
    await expectClear(error, /terminating connection|connection to the server was lost/, /server's log/);
  });

  it("says so when the run itself loses its connection", async () => {
    const error = await failureWhenHalted((watcher, { parent }) =>
      watcher.query("SELECT pg_terminate_backend($1, 10000)", [parent]),
    );
    await expectClear(error, /connection to the server was lost/, /server's log/);
  });

  it("says so when somebody cancels a statement", async () => {
    const error = await failureWhenHalted((watcher, { worker }) =>
      watcher.query("SELECT pg_cancel_backend($1)", [worker]),
    );
    await expectClear(error, /canceling statement due to user request/, /cancelled/);
  });

  it("says so when the server is restarted", async () => {
    const error = await failureWhenHalted(() => restartServer(server.dataDirectory, silent));
    await expectClear(error, /terminating connection|connection to the server was lost/, /server's log/);
  });

  it("names who has locked a table", async () => {
    const holder = new Client({ connectionString: database.adminUrl, application_name: "report" });
    await holder.connect();
    try {
      await holder.query("BEGIN; LOCK TABLE messages");
      const { rows } = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const error = await withSetting("lock_timeout", "4s", () => failureOf(load()));
      expect(error.problem).to.include("Another session holds a lock on the table public.messages");
      expect(error.problem).to.include(`process ${rows[0]!.pid} (role postgres, application report`);
    } finally {
      await holder.end();
    }
    await expectCompletes();
  });

  const claims = {
    "the dataset": "pg_advisory_lock(x'63686174'::int)",
    "a shard": "pg_advisory_lock(x'63686174'::int, hashtext('messages 2'))",
  };
  for (const [what, lock] of Object.entries(claims)) {
    it(`names which other program has claimed ${what}`, async () => {
      const holder = new Client({ connectionString: database.appUrl, application_name: "report" });
      await holder.connect();
      try {
        const { rows } = await holder.query<{ pid: number }>(`SELECT pg_backend_pid() AS pid, ${lock}`);
        const error = await withSetting("lock_timeout", "500ms", () => failureOf(load()));
        expect(error.problem).to.include("Another session holds an advisory lock");
        expect(error.problem).to.include(
          `process ${rows[0]!.pid} (role ${database.appRole}, application report`,
        );
      } finally {
        await holder.end();
      }
      await expectCompletes();
    });
  }

  it("is not stopped by the time limits of the owner's sessions", async () => {
    // Sessions that create or drop an index or a key must have no limit: the run's session at the start, and its other
    // connections at the end.
    const limits = [
      "statement_timeout",
      "transaction_timeout",
      "idle_in_transaction_session_timeout",
      "idle_session_timeout",
    ];
    const limited = limits.map((limit) => `current_setting('${limit}') <> '0'`).join(" OR ");
    await admin(
      ...limits.map((limit) => `ALTER ROLE ${database.ownerRole} SET ${limit} = '1h'`),
      `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
         $$ BEGIN IF ${limited} THEN RAISE 'a limit'; END IF; END $$`,
      `CREATE FUNCTION refuse_rows() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN IF ${limited} THEN RAISE 'a limit'; END IF; RETURN NULL; END $$`,
      "CREATE TRIGGER refuse BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION refuse_rows()",
      `CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('ALTER TABLE', 'CREATE INDEX', 'DROP INDEX')
         EXECUTE FUNCTION refuse()`,
    );
    try {
      await expectCompletes();
    } finally {
      await admin(
        "DROP EVENT TRIGGER refuse",
        "DROP TRIGGER refuse ON messages",
        "DROP FUNCTION refuse(), refuse_rows()",
        ...limits.map((limit) => `ALTER ROLE ${database.ownerRole} RESET ${limit}`),
      );
    }
  });

  it("says so when the server takes no writes", async () => {
    const error = await withSetting("default_transaction_read_only", "on", () => failureOf(load()));
    await expectClear(error, /read-only transaction/, /default_transaction_read_only/);
  });

  it("says so when there are too few connections", async () => {
    await admin(`ALTER ROLE ${database.ownerRole} CONNECTION LIMIT 1`);
    try {
      const error = await failureOf(load());
      expect(error.message).to.include("too many connections for role").and.to.include("CONNECTION LIMIT");
    } finally {
      await admin(`ALTER ROLE ${database.ownerRole} CONNECTION LIMIT -1`);
    }
    await expectCompletes();
  });

  it("asks for the owner when the tables are another role's", async () => {
    await admin(
      "ALTER TABLE messages OWNER TO postgres",
      `GRANT SELECT ON messages TO ${database.ownerRole}`,
    );
    try {
      const error = await failureOf(load());
      expect(error.problem).to.include("must be owner of table messages");
      expect(error.remedy).to.include("role that owns the chat tables");
    } finally {
      await admin(`ALTER TABLE messages OWNER TO ${database.ownerRole}`);
    }
    await expectCompletes();
  });

  it("asks for the owner when given the application's role", async () => {
    const error = await failureOf(load(database.appUrl));
    expect(error.remedy).to.include("MIGRATION_DATABASE_URL");
    await expectCompletes();
  });

  describe("by a full disk, where tests may mount a small one", () => {
    let folder: string;

    needs("linux", "mount");
    setUp((undo) => {
      folder = temporaryFolder("disk");
      undo(() => {
        rmSync(folder, { recursive: true });
      });
      const { uid, gid } = serverUser()!;
      const options = `size=3m,mode=700,uid=${uid},gid=${gid}`;
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
      undo(() => execFileSync("umount", [folder]));
    });

    it("says what to do, and continues when the disk has space", async () => {
      await admin(
        `CREATE TABLESPACE tight LOCATION '${folder}'`,
        "ALTER TABLE messages SET TABLESPACE tight",
      );
      try {
        const error = await failureOf(load());
        execFileSync("mount", ["-o", "remount,size=64m", folder]);
        await expectClear(error, /No space left on device/, /Free space on the server's disk/);
      } finally {
        await clearDataset(database.ownerUrl, silent);
        await admin("ALTER TABLE messages SET TABLESPACE pg_default", "DROP TABLESPACE tight");
      }
    });
  });
});
