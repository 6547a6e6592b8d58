import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect } from "chai";
import { projectRoot } from "../../../toolchain/layout";
import { setUp, withUndo } from "../../support/fixture";
import { skipWithout } from "../../support/needs";

const run = promisify(execFile);

/** The number of bytes that a server sends after a connection. Every HTTP/2 server sends first. */
async function greeting(port: number, user?: number): Promise<number> {
  const connect = `exec 3<>/dev/tcp/127.0.0.1/${port}; timeout 10 head -c 9 <&3 | wc -c`;
  const { stdout } = await run("bash", ["-c", connect], {
    cwd: "/",
    ...(user !== undefined && { uid: user, gid: user }),
  });
  return Number(stdout);
}

describe("a port of the engine's helpers", () => {
  let nobody: number;
  setUp(async function () {
    await skipWithout(this, "root");
    nobody = Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }));
  });

  for (const [what, program] of [
    ["the language host", "toolchain/closed-network/language-host.ts"],
    ["a plugin", "toolchain/closed-network/plugins/random.ts"],
    ["the provider of tasks", "node_modules/@pulumi/pulumi/cmd/dynamic-provider"],
  ] as const) {
    it(
      `answers its own user and nobody else: ${what}`,
      withUndo(async (undo) => {
        const child = spawn(
          process.execPath,
          ["--require", "./runtime/preload.cjs", program, "127.0.0.1:1"],
          { cwd: projectRoot, stdio: ["pipe", "pipe", "inherit"] },
        );
        undo(async () => {
          child.kill();
          await once(child, "exit");
        });
        const [line] = (await once(child.stdout, "data")) as [Buffer];
        const port = Number(line.toString());
        expect(await greeting(port), "root").to.equal(9);
        expect(await greeting(port, nobody), "nobody").to.equal(0);
      }),
    );
  }

  it(
    "does so on a server for both kinds of addresses",
    withUndo(async (undo) => {
      const server = createServer((socket) => socket.end("123456789")).listen(0, "::");
      undo(() => server.close());
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      expect(await greeting(port), "root").to.equal(9);
      expect(await greeting(port, nobody), "nobody").to.equal(0);
    }),
  );
});
