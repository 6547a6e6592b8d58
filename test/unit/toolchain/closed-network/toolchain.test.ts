import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { projectRoot } from "../../../../toolchain/layout";
import { install, isInstalled, scripts } from "../../../../toolchain/closed-network/toolchain";
import { fakeClone, type FakeClone } from "../fake-clone";
import { setUpEach } from "../../../support/fixture";

describe("the closed network's toolchain", () => {
  let clone: FakeClone;
  let cli: string;
  setUpEach((undo) => {
    clone = fakeClone();
    undo(() => {
      clone.remove();
    });
    cli = clone.executable("cache/pulumi", "#!/bin/sh\necho the CLI\n");
  });

  const inHome = (path: string): string => join(clone.root, ".pulumi", "home", path);
  const files = (): string[] => [
    inHome("versions/3.250.0/bin/pulumi"),
    inHome("versions/3.250.0/bin/pulumi-language-nodejs"),
    inHome("versions/3.250.0/bin/pulumi-resource-pulumi-nodejs"),
    inHome("plugins/resource-random-v4.21.2/pulumi-resource-random"),
    inHome("plugins/resource-postgresql-v3.18.1/pulumi-resource-postgresql"),
    inHome("plugins/resource-docker-v5.2.0/pulumi-resource-docker"),
  ];

  it("lies where launcher and engine look for it", async () => {
    expect(isInstalled(clone.root)).to.be.false;
    await install(clone.root, cli);
    expect(isInstalled(clone.root)).to.be.true;
    for (const file of files()) expect(statSync(file).mode & 0o111, file).to.equal(0o111);
    expect(execFileSync(files()[0]!, { encoding: "utf8" })).to.equal("the CLI\n");
  });

  it("is not changed when it is complete", async () => {
    await install(clone.root, cli);
    const before = files().map((file) => statSync(file, { bigint: true }).ctimeNs);
    await install(clone.root, cli);
    expect(files().map((file) => statSync(file, { bigint: true }).ctimeNs)).to.deep.equal(before);
  });

  const damages: [string, (file: string) => void][] = [
    [
      "missing",
      (file) => {
        rmSync(file);
      },
    ],
    [
      "empty",
      (file) => {
        rmSync(file);
        writeFileSync(file, "", { mode: 0o755 });
      },
    ],
    [
      "not executable",
      (file) => {
        chmodSync(file, 0o644);
      },
    ],
  ];
  for (const [damage, inflict] of damages) {
    it(`is repaired when any piece is ${damage}`, async () => {
      await install(clone.root, cli);
      for (const file of files()) {
        inflict(file);
        expect(isInstalled(clone.root), file).to.be.false;
        await install(clone.root, cli);
        expect(isInstalled(clone.root), file).to.be.true;
      }
    });
  }

  it("is renewed when the project writes its scripts differently", async () => {
    await install(clone.root, cli);
    writeFileSync(files()[1]!, "#!/bin/sh\nold\n");
    await install(clone.root, cli);
    expect(readFileSync(files()[1]!, "utf8")).not.to.contain("old");
  });

  it("runs the parts of its own clone, also after the clone was moved", async () => {
    await install(clone.root, cli);
    const moved = join(dirname(clone.root), "moved here");
    renameSync(clone.root, moved);
    const node = join(moved, "stub", "node");
    mkdirSync(dirname(node));
    writeFileSync(node, '#!/bin/sh\npwd -P\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    expect(isInstalled(moved)).to.be.true;
    const [host, dynamic, random] = scripts(moved).map(({ path }) =>
      execFileSync(path, ["an address", "x"], {
        cwd: "/",
        env: { PATH: `${dirname(node)}:${process.env.PATH ?? ""}` },
        encoding: "utf8",
      })
        .trimEnd()
        .split("\n"),
    );
    const root = realpathSync(moved);
    expect(host).to.deep.equal([
      root,
      "--require",
      "./runtime/preload.cjs",
      "toolchain/closed-network/language-host.ts",
      "an address",
      "x",
    ]);
    expect(random).to.deep.equal([
      root,
      "--require",
      "./runtime/preload.cjs",
      "toolchain/closed-network/plugins/random.ts",
      "an address",
      "x",
    ]);
    expect(dynamic?.slice(4)).to.deep.equal(["an address", "x"]);
    expect(dynamic?.[0], "the program's folder").to.equal("/");
    expect(dynamic?.[1]).to.equal("--require");
    expect(join(dynamic![2]!)).to.equal(join(moved, "runtime/preload.cjs"));
    expect(join(dynamic![3]!)).to.equal(join(moved, "node_modules/@pulumi/pulumi/cmd/dynamic-provider"));
  });

  it("is built from the sources of the version that the launcher asks for", () => {
    const pinned = readFileSync(join(projectRoot, "toolchain/closed-network/cli/go.mod"), "utf8");
    const { dependencies } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(pinned).to.contain(`github.com/pulumi/pulumi/pkg/v3 v${dependencies.pulumi!}`);
  });
});
