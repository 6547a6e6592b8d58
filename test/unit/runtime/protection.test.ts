import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROJECT, stateFile } from "../../../common/local-state";
import { protection } from "../../../runtime/tasks/protection";
import { setUp } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { expect } from "chai";

describe("the protection of a stack whose state was imported under another name", () => {
  let folder: string;

  setUp((undo) => {
    folder = mkdtempSync(join(tmpdir(), "chat-perf-protection-"));
    const before = process.env.PULUMI_BACKEND_URL;
    process.env.PULUMI_BACKEND_URL = `file://${folder}`;
    undo(() => {
      rmSync(folder, { recursive: true });
      if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
      else process.env.PULUMI_BACKEND_URL = before;
    });
  });

  /** Writes the state of a stack, with the resources of the stack `of`. */
  function write(stack: string, of: string): void {
    const file = stateFile(join(folder, ".pulumi"), PROJECT, stack);
    mkdirSync(dirname(file), { recursive: true });
    const resources = [{ type: "pulumi-nodejs:dynamic/chatperf:Protection", outputs: { stack: of } }];
    writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  }

  const deletion = () =>
    protection.delete!({ stack: "dev", protect: false, target: "embedded" }, () => undefined);

  it("deletes nothing while both states are there, and names the copy", async () => {
    write("dev", "dev");
    write("other", "dev");
    const { problem, remedy } = await failureOf(deletion());
    expect(problem).to.include(
      'The states of the stacks "dev" and "other" contain the resources of stack "dev"',
    );
    expect(remedy).to.include("pulumi stack rm other --force --preserve-config");
  });

  it("lets a stack go that is in one state only, and others beside it", async () => {
    write("dev", "dev");
    write("other", "other");
    await deletion();
    rmSync(stateFile(join(folder, ".pulumi"), PROJECT, "dev"));
    write("other", "dev");
    await deletion();
  });
});
