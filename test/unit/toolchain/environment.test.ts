import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { expect } from "chai";
import fc from "fast-check";

import { additions, exportCommands, toolchainEnvironment } from "../../../toolchain/environment";
import { closedNetworkHome } from "../../../toolchain/layout";
import { install } from "../../../toolchain/closed-network/toolchain";
import { fakeClone, type FakeClone } from "./fake-clone";
import { setUpEach, withUndo } from "../../support/fixture";

describe("the toolchain's environment", () => {
  let clone: FakeClone;
  setUpEach((undo) => {
    clone = fakeClone();
    undo(() => {
      clone.remove();
    });
  });

  const closeNetwork = (): Promise<void> => install(clone.root, clone.executable("built/pulumi"));

  it("keeps stacks in the clone, whatever characters its path has", () => {
    const { PULUMI_BACKEND_URL } = additions(clone.root, {});
    expect(fileURLToPath(PULUMI_BACKEND_URL!)).to.equal(join(clone.root, ".pulumi", "state"));
  });

  it("names the passphrase's file, and stands back from a passphrase that is given", () => {
    expect(additions(clone.root, {}).PULUMI_CONFIG_PASSPHRASE_FILE).to.equal(
      join(clone.root, ".pulumi", "passphrase"),
    );
    expect(additions(clone.root, { PULUMI_CONFIG_PASSPHRASE: "" })).not.to.have.property(
      "PULUMI_CONFIG_PASSPHRASE_FILE",
    );
  });

  it("leaves every variable alone that is set", async () => {
    await closeNetwork();
    const own = {
      PULUMI_BACKEND_URL: "s3://states",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "false",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
      HOME: "/home/somebody",
    };
    expect(toolchainEnvironment(clone.root, own)).to.include(own);
  });

  it(
    "keeps its own state where another clone was activated in the same shell",
    withUndo((undo) => {
      const other = fakeClone("another clone");
      undo(() => {
        other.remove();
      });
      const activated = { ...additions(other.root, {}), PATH: "" };
      expect(additions(clone.root, activated)).to.deep.include({
        PULUMI_BACKEND_URL: pathToFileURL(join(clone.root, ".pulumi", "state")).href,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(clone.root, ".pulumi", "passphrase"),
      });
      expect(additions(other.root, activated)).not.to.have.property("PULUMI_BACKEND_URL");
      const own = { ...activated, PULUMI_BACKEND_URL: "s3://states" };
      expect(additions(clone.root, own)).not.to.have.property("PULUMI_BACKEND_URL");
    }),
  );

  it("has none of libpq's variables, which the official plugins would take their connections from", () => {
    const own = { PGHOST: "elsewhere", PGSSLMODE: "verify-full", PGCONNECT_TIMEOUT: "1", PG_COLOR: "never" };
    const names = Object.keys(toolchainEnvironment(clone.root, own));
    expect(names.filter((name) => name.startsWith("PG"))).to.deep.equal(["PG_COLOR"]);
  });

  it("puts the CLI and the clone's commands first on the PATH, once", () => {
    const once = toolchainEnvironment(clone.root, { PATH: "/usr/bin:/bin", PULUMI_HOME: "/vendor" });
    expect(once.PATH?.split(delimiter)).to.deep.equal([
      "/vendor/versions/3.250.0/bin",
      join(clone.root, "node_modules", ".bin"),
      "/usr/bin",
      "/bin",
    ]);
    expect(toolchainEnvironment(clone.root, once)).to.deep.equal(once);
  });

  it("says nothing of PULUMI_HOME where the vendor's toolchain is used", () => {
    expect(additions(clone.root, {})).not.to.have.any.keys(
      "PULUMI_HOME",
      "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
    );
  });

  it("uses the closed network's toolchain when it is installed, and keeps the engine from calling out", async () => {
    await closeNetwork();
    const added = additions(clone.root, { PULUMI_HOME: join(clone.root, "empty") });
    expect(added.PULUMI_HOME).to.equal(closedNetworkHome(clone.root));
    expect(added.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION).to.equal("true");
    expect(additions(clone.root, added)).to.deep.equal({ PATH: added.PATH, PULUMI_HOME: added.PULUMI_HOME });
  });

  it("keeps a PULUMI_HOME that holds the CLI and the plugins already", async () => {
    await closeNetwork();
    clone.executable("own/versions/3.250.0/bin/pulumi");
    for (const plugin of [
      "resource-random-v4.21.2",
      "resource-postgresql-v3.18.1",
      "resource-docker-v5.2.0",
    ]) {
      mkdirSync(join(clone.root, "own", "plugins", plugin), { recursive: true });
    }
    expect(additions(clone.root, { PULUMI_HOME: join(clone.root, "own") })).not.to.have.any.keys(
      "PULUMI_HOME",
      "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
    );
  });

  it("reaches a shell unchanged, whatever characters the values hold", () => {
    const value = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const variables = Object.fromEntries(values.map((text, index) => [`V${index}`, text]));
        const print = Object.keys(variables).map((name) => `printf '%s\\0' "$${name}"\n`);
        const printed = execFileSync("sh", ["-c", exportCommands(variables) + print.join("")], {
          encoding: "utf8",
        });
        expect(printed.split("\0").slice(0, -1)).to.deep.equal(values);
      }),
      { numRuns: 25, examples: [[["'", '"', "$(x)", "`x`", "a\nb", "\\", "-n", "é ☃"]]] },
    );
  });
});
