import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { projectRoot } from "../../../toolchain/layout";
import { withUndo } from "../../support/fixture";

describe("the provider of tasks", () => {
  for (const [when, wait] of [
    ["before it serves", false],
    ["before it has called any resource", true],
  ] as const) {
    it(
      `ends with an engine that is killed ${when}`,
      withUndo(async (undo) => {
        const child = spawn(
          process.execPath,
          [
            "--require",
            "./runtime/preload.cjs",
            "node_modules/@pulumi/pulumi/cmd/dynamic-provider",
            "127.0.0.1:1",
          ],
          { cwd: projectRoot, stdio: ["pipe", "pipe", "inherit"] },
        );
        undo(() => child.kill());
        if (wait) await once(child.stdout, "data");
        const exit = once(child, "exit");
        child.stdin.end();
        expect(await exit).to.deep.equal([1, null]);
      }),
    );
  }
});
