import { createServer } from "node:net";
import { expect } from "chai";
import { withClient } from "../../../postgres/connection";
import { waitUntilReady } from "../../../postgres/readiness";
import { ensureServer } from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers, postmasterPid } from "../../support/embedded";
import { setUpEach } from "../../support/fixture";
import { rejection } from "../../support/rejection";
import { startTestServer } from "../../support/server";

const silent = (): void => undefined;

describe("waiting until a server is ready", () => {
  const servers = new EmbeddedServers();
  setUpEach((undo) => {
    undo(() => servers.cleanUp());
  });

  it("gives the version of one that is", async () => {
    const { adminUrl } = await startTestServer();
    expect(await waitUntilReady(adminUrl, { timeoutSeconds: 5 }, silent)).to.match(/^18\.\d+$/);
  });

  it("waits for one that is not yet, and says so once", async () => {
    const server = servers.describe();
    const running = await servers.ensure(server);
    process.kill(postmasterPid(running), "SIGKILL");
    const lines: string[] = [];
    const ready = waitUntilReady(adminUrl(running, server), { timeoutSeconds: 60 }, (line) => {
      lines.push(line);
      if (lines.length === 1) void ensureServer(server, silent);
    });
    expect(await ready).to.match(/^18\./);
    expect(lines)
      .to.have.lengthOf(1)
      .and.match(/^Waiting for PostgreSQL at 127\.0\.0\.1:\d+ \(.+\)/);
  });

  it("ends with what the server lacks when the time is over", async () => {
    const port = await closedPort();
    const url = `postgresql://perf_dev_user:secret@127.0.0.1:${port}/chat_perf_dev`;
    const message = await rejection(waitUntilReady(url, { timeoutSeconds: 0.3 }, silent));
    expect(message).to.match(
      /database "chat_perf_dev", role "perf_dev_user" was not ready within 0.3 s: connect ECONNREFUSED/,
    );
    expect(message).not.to.include("secret");
  });

  it("ends at once when the login is refused", async () => {
    const { adminUrl } = await startTestServer();
    const wrong = new URL(adminUrl);
    wrong.password = "wrong";
    expect(await rejection(waitUntilReady(wrong.href, { timeoutSeconds: 600 }, silent))).to.match(
      /refused the connection: password authentication failed/,
    );
  });

  it("never names configuration keys that only an existing server has", async () => {
    const { adminUrl } = await startTestServer();
    for (const change of [
      { password: "wrong" },
      { hostname: "nowhere.invalid" },
      { search: "?sslmode=verify-full" },
    ]) {
      const changed = new URL(adminUrl);
      Object.assign(changed, change);
      const url = changed.href;
      const attempts = [
        waitUntilReady(url, { timeoutSeconds: 0.1 }, silent),
        withClient(url, () => Promise.resolve()),
      ];
      for (const message of await Promise.all(attempts.map(rejection))) {
        expect(message).not.to.match(/chat-perf:/);
      }
    }
  });
});

function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        resolve(port);
      });
    });
  });
}
