import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { expect } from "chai";

import { builtCli } from "../../../../toolchain/closed-network/cli-build";
import { setUpEach } from "../../../support/fixture";

/** A replacement for Go with three packages, which builds an executable that prints how it was built. */
const goStandIn = `#!/bin/sh
case "$1" in
  version) echo "go version go1.25.0 linux/amd64" ;;
  mod) echo '"Path": "a"' ;;
  list) echo one; echo two; echo three; echo "go: downloading a v1.0.0" >&2 ;;
  build)
    echo built >> "$BUILDS"
    echo one >&2; echo two >&2; echo three >&2
    while [ "$1" != -o ]; do shift; done
    echo "$CGO_ENABLED" > "$2" ;;
esac
`;

describe("the Pulumi CLI built from its sources", () => {
  const path = process.env.PATH;
  let folder: string;
  let cache: string;
  let said: string[];

  setUpEach((undo) => {
    folder = mkdtempSync(join(tmpdir(), "cli-build-"));
    undo(() => {
      process.env.PATH = path;
      delete process.env.BUILDS;
      rmSync(folder, { recursive: true });
    });
    cache = join(folder, "a cache");
    said = [];
    process.env.PATH = `${folder}${delimiter}${path ?? ""}`;
    process.env.BUILDS = join(folder, "builds");
    standIn(goStandIn);
  });

  const standIn = (script: string): void => {
    writeFileSync(join(folder, "go"), script, { mode: 0o755 });
  };
  const build = (): Promise<string> => builtCli("3.250.0", (line) => said.push(line), cache);
  const builds = (): number => readFileSync(join(folder, "builds"), "utf8").trim().split("\n").length;
  const failure = async (): Promise<string> => build().then(() => "", String);

  it("is built without a C compiler, and says so when it is done", async () => {
    const cli = await build();
    expect(readFileSync(cli, "utf8")).to.equal("0\n");
    expect(readdirSync(cache)).to.deep.equal([`pulumi-3.250.0-${process.platform}-${process.arch}`]);
    expect(said.join("\n")).to.match(/fetching .* sources: 1 modules[^]*building the Pulumi CLI: 3 packages/);
  });

  it("is built once for all clones, also when two ask at the same time", async () => {
    const [first, second] = await Promise.all([build(), build()]);
    expect(first).to.equal(second);
    expect(await build()).to.equal(first);
    expect(builds()).to.equal(1);
    expect(said.filter((line) => line.startsWith("Waiting for another process"))).to.have.length(1);
  });

  it("is built again after a build that was killed", async () => {
    mkdirSync(cache);
    const cli = join(cache, `pulumi-3.250.0-${process.platform}-${process.arch}`);
    writeFileSync(`${cli}.unfinished`, "half");
    mkdirSync(`${cli}.lock`);
    utimesSync(`${cli}.lock`, 0, 0);
    expect(readFileSync(await build(), "utf8")).to.equal("0\n");
    expect(readdirSync(cache)).to.have.length(1);
  });

  it("leaves nothing behind when the build fails, and shows the compiler's last words", async () => {
    standIn(
      `#!/bin/sh\n[ "$1" = version ] && { echo go version go1.25.0; exit; }\necho "no space left" >&2; exit 2\n`,
    );
    expect(await failure())
      .to.contain("ended with exit code 2")
      .and.contain("no space left");
    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it("asks for a newer Go when there is an old one", async () => {
    standIn("#!/bin/sh\necho go version go1.19.8 linux/amd64\n");
    expect(await failure())
      .to.contain("Go 1.19 is too old")
      .and.contain("Install Go 1.21 or newer");
    expect(existsSync(join(folder, "builds"))).to.be.false;
  });
});
