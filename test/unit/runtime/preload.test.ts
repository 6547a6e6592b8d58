import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { projectRoot } from "../../../toolchain/layout";
import { isLibpqVariable } from "../../../common/libpq-environment";
import { setUpEach } from "../../support/fixture";

/** The variables in https://www.postgresql.org/docs/18/libpq-envars.html, and those of lib/pq and older versions. */
const LIBPQ_VARIABLES = `PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGREQUIREAUTH
  PGCHANNELBINDING PGSERVICE PGSERVICEFILE PGSYSCONFDIR PGOPTIONS PGAPPNAME PGSSLMODE PGREQUIRESSL PGSSLNEGOTIATION
  PGSSLCOMPRESSION PGSSLCERT PGSSLKEY PGSSLCERTMODE PGSSLROOTCERT PGSSLCRL PGSSLCRLDIR PGSSLSNI PGREQUIREPEER
  PGSSLMINPROTOCOLVERSION PGSSLMAXPROTOCOLVERSION PGGSSENCMODE PGKRBSRVNAME PGGSSLIB PGGSSDELEGATION
  PGCONNECT_TIMEOUT PGCLIENTENCODING PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGMINPROTOCOLVERSION
  PGMAXPROTOCOLVERSION PGDATESTYLE PGTZ PGGEQO PGLOCALEDIR PGREALM PGBINARY`.split(/\s+/);

describe("what every process loads first", () => {
  let home: string;
  setUpEach((undo) => {
    home = mkdtempSync(join(tmpdir(), "preload-"));
    undo(() => {
      rmSync(home, { recursive: true });
    });
  });

  /** The output of a one-line program, in a process with this environment. */
  function run(program: string, environment: NodeJS.ProcessEnv): string {
    const arguments_ = ["--require", "./runtime/preload.cjs", "--input-type=commonjs", "--eval", program];
    return execFileSync(process.execPath, arguments_, {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, HOME: home, ...environment },
      encoding: "utf8",
    }).trimEnd();
  }

  it("takes out all of libpq's variables and no other", () => {
    const others = {
      PATH: process.env.PATH,
      PG_COLOR: "always",
      PSQL_EDITOR: "vi",
      DATABASE_URL: "postgresql://x",
    };
    const libpq = Object.fromEntries(LIBPQ_VARIABLES.map((name) => [name, "wrong"]));
    const left = JSON.parse(
      run("console.log(JSON.stringify(process.env))", { ...libpq, ...others }),
    ) as object;
    expect(Object.keys(left).filter((name) => name.startsWith("PG"))).to.deep.equal(["PG_COLOR"]);
    expect(left).to.include(others);
    expect(LIBPQ_VARIABLES.filter((name) => !isLibpqVariable(name))).to.deep.equal([]);
  });

  it("takes out a folder for temporary files that is gone", () => {
    const gone = { TMPDIR: join(home, "gone"), TEMP: join(home, "gone") };
    expect(run("console.log(require('os').tmpdir(), process.env.TMPDIR)", gone)).to.equal("/tmp undefined");
    expect(run("console.log(require('os').tmpdir())", { TMPDIR: home })).to.equal(home);
  });

  it("a connection to PostgreSQL takes nothing from the environment or the home", () => {
    writeFileSync(join(home, ".pgpass"), "*:*:*:*:from-the-home\n", { mode: 0o600 });
    const connect = `
      const { createServer } = require("node:net");
      const { withClient } = require("./postgres/connection.ts");
      const server = createServer((socket) => {
        socket.once("data", (startup) => {
          console.log(startup.subarray(8).toString().split("\\0").filter(Boolean).join(" "));
          socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
          socket.once("data", (answer) => {
            console.log("password", answer.subarray(5).toString().replace("\\0", ""));
            socket.destroy();
            server.close();
          });
        });
      }).listen(0, "127.0.0.1", () =>
        withClient("postgresql://me@127.0.0.1:" + server.address().port + "/mine", async () => {}).catch(() => {}));`;
    const libpq = Object.fromEntries(LIBPQ_VARIABLES.map((name) => [name, "wrong"]));
    expect(run(connect, libpq)).to.equal(
      "user me database mine application_name chat-perf client_encoding UTF8\npassword",
    );
  });
});
