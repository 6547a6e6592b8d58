import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { TaskProvider } from "../../../components/task-resource";

/** A task's process whose events are given by the test. */
class FakeProcess extends EventEmitter {
  readonly stdin = new PassThrough();
}

describe("a task's process", () => {
  const { spawn } = childProcess;
  const standardInput = Object.getOwnPropertyDescriptor(process, "stdin")!;
  let child: FakeProcess;

  beforeEach(() => {
    child = new FakeProcess();
    // The engine's end of the pipe, which stays open: at its end a provider ends its process.
    Object.defineProperty(process, "stdin", { value: new PassThrough(), configurable: true });
    childProcess.spawn = (() => child) as unknown as typeof spawn;
  });

  afterEach(() => {
    childProcess.spawn = spawn;
    Object.defineProperty(process, "stdin", standardInput);
  });

  const read = (): Promise<unknown> => new TaskProvider("Setting", {}).read("Setting", { name: "work_mem" });

  it("may be gone before its answer is read", async () => {
    const answer = read();
    child.emit("exit", 0, null);
    child.emit("message", { ok: true, result: { value: "64MB" } });
    child.emit("close", 0, null);
    expect(await answer).to.deep.equal({ id: "Setting", props: { name: "work_mem", value: "64MB" } });
  });

  for (const [how, code, signal] of [
    ["exit code 1", 1, null],
    ["SIGKILL", null, "SIGKILL"],
  ] as const) {
    it(`is named with ${how} when it ends without an answer`, async () => {
      const answer = read().catch((error: unknown) => error);
      child.emit("exit", code, signal);
      child.emit("close", code, signal);
      expect(await answer)
        .to.be.an("error")
        .with.property("message", `The task Setting ended early (${how}).`);
    });
  }

  it("gives its error without a stack", async () => {
    const answer = read().catch((error: unknown) => error);
    child.emit("message", { ok: false, error: "The server is gone." });
    child.emit("close", 0, null);
    expect(await answer).to.deep.include({ message: "The server is gone.", stack: "" });
  });
});
