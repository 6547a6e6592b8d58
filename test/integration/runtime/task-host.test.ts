import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { answering, FakeServers, refusing } from "../../support/fake-postgres";
import { setUpEach } from "../../support/fixture";
import { descendants, ended, type Process } from "../../support/processes";

const project = resolve(__dirname, "../../..");

/** Calls `create` of a provider, as Pulumi's process for dynamic providers does. */
const pulumi = `
  const { taskProvider } = require("./runtime/task-provider.ts");
  const provider = taskProvider("Connectivity", {});
  process.on("message", ({ number, inputs }) => {
    provider.create(inputs).then(
      (created) => process.send({ number, created }),
      ({ message, stack }) => process.send({ number, message, stack }),
    );
  });`;

type Outcome = { created: { id: string; outs: { version: string } } } | { message: string; stack: string };

describe("the host of the tasks", () => {
  const servers = new FakeServers();
  let provider: ChildProcess;
  let numbers = 0;

  setUpEach((undo) => {
    provider = spawn(process.execPath, ["--require", "./runtime/preload.cjs", "--eval", pulumi], {
      cwd: project,
      stdio: ["pipe", "pipe", "inherit", "ipc"],
    });
    undo(() => {
      provider.kill("SIGKILL");
      servers.stop();
    });
    provider.setMaxListeners(0);
  });

  function create(port: number): Promise<Outcome> {
    const number = ++numbers;
    const adminUrl = `postgresql://postgres:secret-${number}@127.0.0.1:${port}/postgres?sslmode=disable`;
    return new Promise((done) => {
      provider.on("message", (outcome: Outcome & { number: number }) => {
        if (outcome.number === number) done(outcome);
      });
      provider.send({ number, inputs: { adminUrl } });
    });
  }

  /** A server that accepts connections and never answers. `asked` resolves when a task has connected to it. */
  async function silent(): Promise<{ port: number; asked: Promise<void> }> {
    let asked!: () => void;
    const moment = new Promise<void>((reached) => (asked = reached));
    const port = await servers.start((socket: Socket) => {
      socket.on("data", asked);
    });
    return { port, asked: moment };
  }

  const hosts = (): Process[] =>
    descendants(provider.pid!).filter(({ command }) => command.includes("task-host"));

  it("is one process for tasks that run at the same time, whose lines stay whole", async () => {
    const port = await servers.start(answering("18.4"));
    const printed = text(provider.stdout!);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => create(port)));
    for (const outcome of outcomes) expect(outcome).to.have.nested.property("created.outs.version", "18.4");
    const [host, ...others] = hosts();
    expect(others).to.be.empty;
    expect(host!.command).not.to.contain("secret");
    provider.stdin!.end();
    const lines = (await printed).trimEnd().split("\n");
    expect(lines.filter((line) => line === "[1/8] Checking PostgreSQL connectivity...")).to.have.length(20);
    expect(lines.filter((line) => line === "✓ Connected to PostgreSQL 18.4")).to.have.length(20);
    expect(lines).to.have.length(40);
  });

  it("is named when it is killed, and the next task has a new one", async () => {
    const { port, asked } = await silent();
    const interrupted = [create(port), create(port)];
    await asked;
    const [host] = hosts();
    process.kill(host!.pid, "SIGKILL");
    for (const outcome of await Promise.all(interrupted)) {
      expect(outcome).to.deep.include({ message: "The task Connectivity ended early (SIGKILL).", stack: "" });
    }
    const next = await create(await servers.start(answering("18.4")));
    expect(next).to.have.nested.property("created.outs.version", "18.4");
    const [another, ...others] = hosts();
    expect(others).to.be.empty;
    expect(another?.pid).to.be.a("number").and.not.equal(host!.pid);
  });

  for (const [what, end] of [
    ["the engine", () => provider.stdin!.end()],
    ["Pulumi's process for dynamic providers", () => provider.kill("SIGKILL")],
  ] as const) {
    it(`ends with ${what}, also while a task runs`, async () => {
      const { port, asked } = await silent();
      void create(port);
      await asked;
      const running = hosts().map(({ pid }) => pid);
      expect(running).to.have.length(1);
      const exit = once(provider, "exit");
      end();
      await exit;
      await ended(running);
    });
  }

  it("gives a task's error without a stack", async () => {
    const port = await servers.start(refusing("28P01", "no such password"));
    const outcome = await create(port);
    expect(outcome).to.have.property("stack", "");
    expect(outcome).to.have.property("message").that.includes("no such password");
  });
});
