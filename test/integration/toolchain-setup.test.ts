import { execFile, execFileSync, type ExecFileOptions } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { expect } from "chai";

import { installedVersion, projectRoot } from "../../toolchain/layout";
import { setUpEach } from "../support/fixture";

/** A replacement for npm, whose `npm ci` uses the packages of this clone. */
const npmStandIn = `
const { symlinkSync, mkdirSync, rmSync, readdirSync } = require("node:fs");
console.log("npm", process.argv.slice(2).join(" "));
const installed = ${JSON.stringify(join(projectRoot, "node_modules"))};
rmSync("node_modules", { recursive: true, force: true });
mkdirSync("node_modules");
for (const name of readdirSync(installed)) symlinkSync(installed + "/" + name, "node_modules/" + name);
`;

/** Makes a process behave as in a network in which nothing answers. */
const closedNetwork = `globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"));`;

/** Makes a process behave as in a network in which Pulumi's download servers answer. */
const openNetwork = `globalThis.fetch = () => Promise.resolve(new Response("#!/bin/sh\\n"));`;

interface Result {
  code: number;
  output: string;
}

describe("npm run setup", () => {
  let folder: string;
  let clone: string;
  const version = installedVersion(projectRoot, "pulumi");
  const cachedCli = `pulumi-${version}-${process.platform}-${process.arch}`;

  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "setup-"));
    undo(() => {
      rmSync(folder, { recursive: true });
    });
    clone = join(folder, "a clone");
    const files = ["activate", "package.json", "package-lock.json"];
    for (const part of ["cli", "common", "runtime", "toolchain", ...files]) {
      cpSync(join(projectRoot, part), join(clone, part), { recursive: true });
    }
    write("npm/npm-cli.js", npmStandIn);
    write("closed.cjs", closedNetwork);
    write("open.cjs", openNetwork);
    write(`cache/chat-perf/${cachedCli}`, "#!/bin/sh\n", 0o755);
  });

  function write(name: string, text: string, mode = 0o644): string {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  }

  function run(command: string, args: string[], options: ExecFileOptions): Promise<Result> {
    return new Promise((resolve) => {
      execFile(command, args, { encoding: "utf8", ...options }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, output: `${String(stdout)}${String(stderr)}` });
      });
    });
  }

  function setUp(network: "closed" | "open" = "closed", more: NodeJS.ProcessEnv = {}): Promise<Result> {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: `--require ${JSON.stringify(join(folder, `${network}.cjs`))}`,
      npm_execpath: join(folder, "npm", "npm-cli.js"),
      HOME: join(folder, "home"),
      XDG_CACHE_HOME: join(folder, "cache"),
      ...more,
    };
    delete env.PULUMI_HOME;
    return run(process.execPath, ["cli/start.mjs", "setup"], { cwd: clone, env });
  }

  const inClone = (path: string): string => join(clone, path);
  const bin = `.pulumi/home/versions/${version}/bin`;

  it("installs dependencies and toolchain on a fresh clone, and does nothing the second time", async () => {
    const first = await setUp();
    expect(first.code, first.output).to.equal(0);
    expect(first.output).to.contain("npm ci").and.contain(`Pulumi ${version} is ready`);
    expect(existsSync(inClone(`${bin}/pulumi-language-nodejs`))).to.be.true;
    expect(await setUp()).to.deep.equal({ code: 0, output: "" });
  });

  it("keeps local state and its passphrase to their owner", async () => {
    await setUp();
    const modes = [".pulumi", ".pulumi/state", ".pulumi/passphrase"].map(
      (path) => statSync(inClone(path)).mode & 0o777,
    );
    expect(modes).to.deep.equal([0o700, 0o700, 0o600]);
    expect(readFileSync(inClone(".pulumi/passphrase"), "utf8")).to.equal("chat-perf\n");
  });

  it("installs dependencies again after an interrupted or outdated installation", async () => {
    await setUp();
    rmSync(inClone("node_modules/.package-lock.json"));
    expect((await setUp()).output).to.contain("npm ci");
    rmSync(inClone("node_modules/pg"));
    expect((await setUp()).output).to.contain("npm ci");
    const lock = readFileSync(inClone("package-lock.json"), "utf8");
    writeFileSync(inClone("package-lock.json"), lock.replace(/"version": "8[.\d]*"/, '"version": "8.0.0"'));
    expect((await setUp()).output).to.contain("npm ci");
  });

  it("repairs a toolchain of which a piece is missing", async () => {
    await setUp();
    rmSync(inClone(`${bin}/pulumi-language-nodejs`));
    expect((await setUp()).code).to.equal(0);
    expect(existsSync(inClone(`${bin}/pulumi-language-nodejs`))).to.be.true;
  });

  it("leaves everything to the vendor's own downloads where they can be reached", async () => {
    expect((await setUp("open")).code).to.equal(0);
    expect(existsSync(inClone(".pulumi/home"))).to.be.false;
    expect(existsSync(inClone(".pulumi/state"))).to.be.true;
  });

  it("says what to install when the CLI must be built and Go is missing", async () => {
    rmSync(join(folder, "cache"), { recursive: true });
    const { code, output } = await setUp("closed", { PATH: join(folder, "no", "programs") });
    expect(code).to.equal(1);
    expect(output).to.contain("Go is not on the PATH").and.contain("Install Go 1.21 or newer");
    expect(output).not.to.match(/\n\s+at /);
  });

  it("asks for a newer Node.js, before anything else", async () => {
    const file = inClone("package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"node": ">=[\d.]+"/, '"node": ">=99.1"'));
    const { code, output } = await setUp();
    expect(code).to.equal(1);
    expect(output).to.contain(
      `Node.js ${process.versions.node} is too old: this project needs 99.1 or newer`,
    );
    expect(existsSync(inClone("node_modules"))).to.be.false;
  });

  describe("then . ./activate", () => {
    const show = 'printf "%s\\n" "$PATH" "$PULUMI_HOME" "$PULUMI_BACKEND_URL"';
    const shell = async (name: string, script: string, cwd: string): Promise<string[]> => {
      const env = { PATH: process.env.PATH, HOME: join(folder, "home") };
      return (await run(name, ["-c", script], { cwd, env })).output.trimEnd().split("\n");
    };

    for (const name of ["sh", "bash", "zsh"].filter(isInstalledShell)) {
      it(`works in ${name}, twice over`, async () => {
        await setUp();
        const [path, home, backend] = await shell(name, `. ./activate; . ./activate; ${show}`, clone);
        expect(path?.split(delimiter).slice(0, 2)).to.deep.equal([
          inClone(bin),
          inClone("node_modules/.bin"),
        ]);
        expect(path?.split(inClone(bin))).to.have.length(2);
        expect(home).to.equal(inClone(".pulumi/home"));
        expect(backend).to.match(/^file:\/\/\/.*\/a%20clone\/\.pulumi\/state$/);
      });

      it(`takes libpq's variables out of ${name}, and says so`, async () => {
        const variables = "export PGHOST=elsewhere PGSSLMODE='verify full' PG_COLOR=never";
        const lines = await shell(name, `${variables}; . ./activate 2>&1; env | grep ^PG`, clone);
        expect(lines.filter((line) => line.includes("PG"))).to.have.members([
          "PGHOST is unset in this shell: it would change how Pulumi's plugins connect.",
          "PGSSLMODE is unset in this shell: it would change how Pulumi's plugins connect.",
          "PG_COLOR=never",
        ]);
      });
    }

    it("works from any folder in bash", async () => {
      await setUp();
      const lines = await shell("bash", `. ${JSON.stringify(inClone("activate"))}; ${show}`, "/");
      expect(lines[1]).to.equal(inClone(".pulumi/home"));
    });

    it("renews what an earlier version of the project wrote", async () => {
      await setUp();
      const host = inClone(`${bin}/pulumi-language-nodejs`);
      writeFileSync(host, "#!/bin/sh\nexec node offline/language-host.ts\n");
      expect((await shell("sh", `. ./activate; ${show}`, clone))[1]).to.equal(inClone(".pulumi/home"));
      expect(readFileSync(host, "utf8")).to.contain("toolchain/closed-network/language-host.ts");
    });

    it("asks for setup where there was none", async () => {
      const output = (await shell("sh", ". ./activate", clone)).join("\n");
      expect(output).to.contain("npm run setup");
    });
  });
});

function isInstalledShell(name: string): boolean {
  try {
    execFileSync(name, ["-c", ":"]);
    return true;
  } catch {
    return false;
  }
}
