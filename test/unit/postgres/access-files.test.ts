import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stackEnvironment } from "../../../cli/stack-environment";
import {
  type Access,
  accessFilesState,
  removeAccessFiles,
  writeAccessFiles,
} from "../../../postgres/access-files";
import { ExpectedError } from "../../../common/errors";
import { setUpEach } from "../../support/fixture";

describe("access files", () => {
  let project: string;
  let access: Access;

  setUpEach((undo) => {
    project = mkdtempSync(join(tmpdir(), "chat-perf access's-"));
    undo(() => {
      rmSync(project, { recursive: true });
    });
    access = {
      directory: join(project, ".secrets"),
      stack: "dev",
      databaseUrl: "postgresql://perf_dev_user:it%27s%20%24HOME@127.0.0.1:15432/chat_perf_dev",
      migrationUrl: "postgresql://perf_dev_owner:other@127.0.0.1:15432/chat_perf_dev",
    };
  });

  const modeOf = (path: string) => statSync(path).mode & 0o777;
  const file = (name: string) => join(access.directory, name);

  it("are readable by their owner only", () => {
    expect(writeAccessFiles(access)).to.deep.equal({
      environment: file(".env.dev"),
      connect: file("connect-dev.sh"),
      monitor: file("monitor-dev.sql"),
    });
    expect(modeOf(access.directory)).to.equal(0o700);
    expect(modeOf(file(".env.dev"))).to.equal(0o600);
    expect(modeOf(file("connect-dev.sh"))).to.equal(0o700);
    expect(modeOf(file("monitor-dev.sql"))).to.equal(0o600);
    expect(readdirSync(access.directory)).to.have.lengthOf(3);
  });

  it("give a shell that sources them every variable, whatever the password", () => {
    writeAccessFiles(access);
    const printed = execFileSync("sh", ["-c", '. "$0" && env', file(".env.dev")], {
      encoding: "utf8",
      env: {},
    });
    const variables = Object.fromEntries(
      printed.split("\n").map((line) => line.split(/=(.*)/, 2) as [string, string]),
    );
    expect(variables).to.include({
      DATABASE_URL: access.databaseUrl,
      MIGRATION_DATABASE_URL: access.migrationUrl,
      PGHOST: "127.0.0.1",
      PGPORT: "15432",
      PGDATABASE: "chat_perf_dev",
      PGUSER: "perf_dev_user",
      PGPASSWORD: "it's $HOME",
    });
    expect(stackEnvironment(project, "dev")).to.include({
      PGPASSWORD: "it's $HOME",
      DATABASE_URL: access.databaseUrl,
    });
  });

  it("say what to install where there is no psql", () => {
    writeAccessFiles(access);
    const run = () => execFileSync(file("connect-dev.sh"), { env: { PATH: "/nowhere" }, stdio: "pipe" });
    expect(run).to.throw(/psql is not installed.*apt install postgresql-client/s);
  });

  it("are intact until somebody changes, opens or removes one", () => {
    expect(accessFilesState(access)).to.equal("missing");
    writeAccessFiles(access);
    expect(accessFilesState(access)).to.equal("intact");
    expect(accessFilesState({ ...access, databaseUrl: access.migrationUrl })).to.equal("changed");
    chmodSync(file(".env.dev"), 0o644);
    expect(accessFilesState(access)).to.equal("changed");
    writeAccessFiles(access);
    expect(accessFilesState(access)).to.equal("intact");
    writeFileSync(file("monitor-dev.sql"), "-- mine");
    expect(accessFilesState(access)).to.equal("changed");
    rmSync(file("monitor-dev.sql"));
    expect(accessFilesState(access)).to.equal("missing");
  });

  for (const [what, make] of [
    ["pipe", (path: string) => execFileSync("mkfifo", [path])],
    [
      "folder",
      (path: string) => {
        mkdirSync(path);
      },
    ],
  ] as const) {
    it(`do not wait for a ${what} in their place, and leave it`, () => {
      writeAccessFiles(access);
      rmSync(file(".env.dev"));
      make(file(".env.dev"));
      expect(accessFilesState(access)).to.equal("changed");
      expect(() => writeAccessFiles(access)).to.throw(ExpectedError, /\.env\.dev exists and was not written/);
      removeAccessFiles(access.directory, "dev");
      expect(readdirSync(access.directory)).to.deep.equal([".env.dev"]);
    });
  }

  it("are written and removed through a link, and the link stays", () => {
    const elsewhere = join(project, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, access.directory);
    writeAccessFiles(access);
    removeAccessFiles(access.directory, "dev");
    expect(readdirSync(access.directory)).to.deep.equal([]);
  });

  it("do not replace the files of others", () => {
    writeAccessFiles({ ...access, stack: "perf" });
    writeFileSync(file(".env.dev"), "MY_KEY=1\n");
    expect(() => writeAccessFiles(access)).to.throw(
      ExpectedError,
      /\.env\.dev exists and was not written by this program/,
    );
    expect(readFileSync(file(".env.dev"), "utf8")).to.equal("MY_KEY=1\n");
    expect(existsSync(file("connect-dev.sh"))).to.be.false;
  });

  it("are removed with the stack: its own only, and the folder when nothing is left in it", () => {
    writeAccessFiles(access);
    writeAccessFiles({ ...access, stack: "perf" });
    removeAccessFiles(access.directory, "dev");
    expect(readdirSync(access.directory)).to.deep.equal([".env.perf", "connect-perf.sh", "monitor-perf.sql"]);
    writeFileSync(file("connect-perf.sh"), "#!/bin/sh\n# mine\n");
    removeAccessFiles(access.directory, "perf");
    expect(readdirSync(access.directory)).to.deep.equal(["connect-perf.sh"]);
    rmSync(file("connect-perf.sh"));
    removeAccessFiles(access.directory, "perf");
    expect(existsSync(access.directory)).to.be.false;
    removeAccessFiles(access.directory, "perf");
  });
});
