import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import { expect } from "chai";
import { connectionUrl, withClient } from "../../../postgres/connection";
import type { EmbeddedServer, RunningServer } from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers } from "../../support/embedded";
import { setUp } from "../../support/fixture";
import { rejection } from "../../support/rejection";

describe("access to the embedded server", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;

  setUp(async (undo) => {
    undo(() => servers.cleanUp());
    server = servers.describe({ database: "chat_perf_dev", roles: ["perf_dev_user"] });
    running = await servers.ensure(server);
    await withClient(adminUrl(running, server), async (client) => {
      for (const name of ["chat_perf_dev", "other"]) await client.query(`CREATE DATABASE ${name}`);
      for (const role of ["perf_dev_user", "late", "guest"]) {
        await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
      }
      await client.query("CREATE ROLE second LOGIN SUPERUSER PASSWORD 'secret'");
    });
  });

  const login = (user: string, database: string, password = "secret", host = running.host): Promise<string> =>
    withClient(connectionUrl({ host, port: running.port, database, user, password }), () =>
      Promise.resolve("admitted"),
    );

  it("is given to the stack's role, in the stack's database", async () => {
    expect(await login("perf_dev_user", "chat_perf_dev")).to.equal("admitted");
  });

  it("is given to the administrator in every database", async () => {
    for (const database of ["postgres", "chat_perf_dev", "other"]) {
      expect(await login("postgres", database, server.adminPassword)).to.equal("admitted");
    }
  });

  for (const [user, database] of [
    ["perf_dev_user", "other"],
    ["perf_dev_user", "postgres"],
    ["guest", "chat_perf_dev"],
    ["second", "postgres"],
  ] as const) {
    it(`is refused to ${user} in database ${database}, even with the right password`, async () => {
      expect(await rejection(login(user, database))).to.match(/pg_hba\.conf rejects connection/);
    });
  }

  it("is refused without a password, and with a wrong one", async () => {
    expect(await rejection(login("perf_dev_user", "chat_perf_dev", "wrong"))).to.match(
      /password authentication failed/,
    );
    expect(await rejection(login("perf_dev_user", "chat_perf_dev", ""))).to.match(/password/);
  });

  it("is given to a role that joins the stack, without a restart", async () => {
    const started = (): Promise<unknown> =>
      withClient(adminUrl(running, server), async (client) => {
        return (await client.query<{ at: Date }>("SELECT pg_postmaster_start_time() AS at")).rows;
      });
    const before = await started();
    await servers.ensure({ ...server, roles: ["perf_dev_user", "late"] });
    expect(await login("late", "chat_perf_dev")).to.equal("admitted");
    expect(await started()).to.deep.equal(before);
  });

  it("is possible on this machine's loopback only, and over TCP only", async () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .map(({ address }) => address)
      .filter((address) => address !== "127.0.0.1" && !address.startsWith("fe80"));
    for (const host of addresses) expect(await connects(host, running.port), host).to.be.false;
    expect(await connects("127.0.0.1", running.port)).to.be.true;
    await withClient(adminUrl(running, server), async (client) => {
      const { rows } = await client.query(
        "SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS sockets",
      );
      expect(rows).to.deep.equal([{ tcp: "127.0.0.1", sockets: "" }]);
    });
  });
});

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
