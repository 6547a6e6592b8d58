import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { cliFolder, closedNetworkHome, projectRoot } from "../../toolchain/layout";
import { setUp, withUndo } from "../support/fixture";
import { type CommandResult, small, TestProject } from "../support/project";
import { rejection } from "../support/rejection";

/** All variables of libpq that could change where or how a connection is made. */
const LIBPQ = {
  PGHOST: "192.0.2.1",
  PGHOSTADDR: "192.0.2.1",
  PGPORT: "1",
  PGUSER: "nobody",
  PGPASSWORD: "wrong",
  PGPASSFILE: "/nowhere",
  PGDATABASE: "elsewhere",
  PGOPTIONS: "-c default_transaction_read_only=on -c search_path=nowhere",
  PGSSLMODE: "verify-full",
  PGSSLROOTCERT: "/nowhere",
  PGSSLNEGOTIATION: "direct",
  PGSERVICE: "nowhere",
  PGSERVICEFILE: "/nowhere",
  PGTARGETSESSIONATTRS: "standby",
  PGAPPNAME: "somebody else",
  PGCONNECT_TIMEOUT: "1",
  PGCLIENTENCODING: "SQL_ASCII",
  PGTZ: "Asia/Tokyo",
  PGDATESTYLE: "German",
  PGREQUIREAUTH: "gss",
  PGGSSENCMODE: "require",
  PGCHANNELBINDING: "require",
  PGDATA: "/nowhere",
};

describe("a stack in a strange environment", function () {
  this.timeout(600_000);
  let project: TestProject;
  let folder: string;
  let strange: NodeJS.ProcessEnv;

  setUp((undo) => {
    folder = mkdtempSync(join(tmpdir(), "strange-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    project.configure("dev", small);
    const temporary = join(folder, "temporary files", "x".repeat(100));
    mkdirSync(temporary, { recursive: true });
    strange = {
      ...LIBPQ,
      HOME: undefined,
      TMPDIR: temporary,
      PATH: [
        cliFolder(project.environment.PULUMI_HOME ?? closedNetworkHome(projectRoot), projectRoot),
        pathWithoutPostgres(),
      ].join(delimiter),
      LANG: "C",
      LC_ALL: "xx_XX.UTF-8",
      TZ: "Asia/Kathmandu",
      FORCE_COLOR: "1",
      CI: "true",
      NODE_OPTIONS: "--max-old-space-size=1024 --no-warnings",
    };
  });

  /** Creates a folder with the system's programs, but without those of PostgreSQL. */
  function pathWithoutPostgres(): string {
    const programs = join(folder, "bin");
    mkdirSync(programs);
    symlinkSync(process.execPath, join(programs, "node"));
    for (const name of readdirSync("/usr/bin")) {
      if (!/^(node|psql|pg_.*|postgres|initdb)$/.test(name))
        symlinkSync(join("/usr/bin", name), join(programs, name));
    }
    return programs;
  }

  /** A command of package.json's, with that umask and few files that may be open. */
  function command(
    umask: string,
    environment: NodeJS.ProcessEnv,
    ...program: string[]
  ): Promise<CommandResult> {
    const node = [process.execPath, "--require", "./runtime/preload.cjs", ...program];
    const limits = `umask ${umask}; ulimit -n 256; exec "$0" "$@"`;
    return project.run("/bin/sh", ["-c", limits, ...node], environment);
  }

  it("comes up", async () => {
    const { code, output } = await command("0", strange, "cli/up.ts");
    expect(output).to.match(/Resources: \d+ created, in /);
    expect(code, output).to.equal(0);
  });

  it("has left no file of ours that others can change or secrets that they can read, whatever the umask", () => {
    const secrets = join(project.folder, ".secrets");
    for (const path of [secrets, ...readdirSync(secrets).map((name) => join(secrets, name))]) {
      expect(statSync(path).mode & 0o077, path).to.equal(0);
    }
    expect(statSync(join(project.folder, ".pulumi", "state")).mode & 0o077).to.equal(0);
    expect(readdirSync(strange.TMPDIR!), "temporary files").to.deep.equal([]);
    expect(readdirSync(dirname(strange.TMPDIR!))).to.have.length(1);
  });

  it("is the same stack as in a plain one, and in one where nobody else may read anything", async () => {
    for (const umask of ["022", "077"]) {
      const { code, output } = await command(umask, umask === "077" ? LIBPQ : {}, "cli/up.ts");
      expect(output).to.match(/Resources: \d+ unchanged, in /);
      expect(code, output).to.equal(0);
    }
  });

  it("is validated in it", async () => {
    const { code, output } = await command(
      "077",
      strange,
      "cli/validate.ts",
      "--stack",
      "dev",
      "--output",
      "report.json",
    );
    expect(code, output).to.equal(0);
  });

  it(
    "gets in while the application holds all sessions that it may",
    withUndo(async (undo) => {
      const connectionString = await project.output<string>("dev", "DATABASE_URL");
      const hold = async (): Promise<void> => {
        const client = new Client({ connectionString });
        client.on("error", () => undefined);
        await client.connect();
        undo(() => client.end());
      };
      for (let held = 0; held < 100; held++) await hold();
      expect(await rejection(hold())).to.match(/too many connections for role/);
      for (const work of [
        project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev"),
        command("022", {}, "cli/validate.ts", "--stack", "dev"),
      ]) {
        const { code, output } = await work;
        expect(code, output).to.equal(0);
      }
      const { code, output } = await command("022", {}, "cli/up.ts");
      expect(output).to.match(/Resources: \d+ unchanged, in /);
      expect(code, output).to.equal(0);
    }),
  );
});
