import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connectionUrl, withClient } from "../../../postgres/connection";
import type { EmbeddedServer, RunningServer } from "../../../postgres/embedded-server";
import { adminUrl, EmbeddedServers, postmasterPid } from "../../support/embedded";
import { setUp } from "../../support/fixture";
import { needs } from "../../support/needs";
import { OtherHost } from "../../support/network-namespace";
import { rejection } from "../../support/rejection";

/** The databases and roles of two stacks. */
const stacks = { chat_perf_dev: "perf_dev_user", chat_perf: "perf_user" };

describe("an embedded server seen from another host", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;
  let host: OtherHost;

  needs("hosts");
  setUp(async (undo) => {
    host = await OtherHost.create();
    undo(() => host.remove());
    undo(() => servers.cleanUp());
    server = servers.describe({ database: "chat_perf_dev", roles: ["perf_dev_user"] });
    running = await servers.ensure(server);
    await withClient(adminUrl(running, server), async (client) => {
      for (const [database, role] of Object.entries(stacks)) {
        await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
        await client.query(`CREATE DATABASE ${database} OWNER ${role}`);
      }
    });
  });

  const url = (user: string, database: string, query = ""): string =>
    `${connectionUrl({ host: running.host, port: running.port, database, user, password: "secret" })}${query}`;
  const own = (query = ""): string => url("perf_dev_user", "chat_perf_dev", query);
  const allow = async (...allowedCidrs: string[]): Promise<void> => {
    running = await servers.ensure({ ...server, allowedCidrs });
  };

  it("cannot be reached by default", async () => {
    expect((await host.login(own("?sslmode=require"))).error).to.match(/ECONNREFUSED/);
  });

  describe("whose network is allowed", () => {
    setUp(() => allow(`${host.address}/32`));

    it("can be reached by TLS, and by nothing else", async () => {
      expect(await host.login(own("?sslmode=require"))).to.deep.equal({ tls: "TLSv1.3" });
      expect((await host.login(own())).error).to.match(/pg_hba\.conf rejects connection .*no encryption/);
    });

    it("admits neither the administrator nor other databases and other stacks' roles", async () => {
      for (const refused of [
        adminUrl(running, server),
        url("perf_dev_user", "postgres"),
        url("perf_dev_user", "chat_perf"),
        url("perf_user", "chat_perf_dev"),
        url("perf_user", "chat_perf"),
      ]) {
        expect((await host.login(`${refused}?sslmode=require`)).error, refused).to.match(
          /pg_hba\.conf rejects connection/,
        );
      }
    });

    it("is reached on loopback as before, by the stack's own role only", async () => {
      for (const loopback of ["127.0.0.1", "localhost"]) {
        await withClient(own().replace("127.0.0.1", loopback), (client) => client.query("SELECT 1"));
      }
      const other = withClient(url("perf_user", "chat_perf_dev"), () => Promise.resolve());
      expect(await rejection(other)).to.match(/pg_hba\.conf rejects connection/);
    });

    it("keeps running when one more network is allowed", async () => {
      const before = postmasterPid(running);
      await allow(`${host.address}/32`, "192.0.2.0/24");
      expect(postmasterPid(running)).to.equal(before);
      expect(await host.login(own("?sslmode=require"))).to.have.property("tls");
    });
  });

  it("is closed to a host outside of the allowed networks", async () => {
    await allow("192.0.2.0/24");
    expect((await host.login(own("?sslmode=require"))).error).to.match(/pg_hba\.conf rejects connection/);
  });

  it("is out of reach again when no network is allowed any more", async () => {
    await allow();
    expect((await host.login(own("?sslmode=require"))).error).to.match(/ECONNREFUSED/);
  });

  it("can be reached after an update that was interrupted before its restart", async () => {
    await allow();
    const file = join(running.dataDirectory, "chat-perf.conf");
    writeFileSync(file, readFileSync(file, "utf8").replace("'127.0.0.1'", "'*'"));
    await allow(`${host.address}/32`);
    expect(await host.login(own("?sslmode=require"))).to.have.property("tls");
  });
});

describe("an embedded server's certificate", () => {
  const servers = new EmbeddedServers();
  let server: EmbeddedServer;
  let running: RunningServer;
  let file: string;

  setUp(async (undo) => {
    undo(() => servers.cleanUp());
    server = servers.describe();
    running = await servers.ensure(server);
    file = join(running.dataDirectory, "server.crt");
  });

  const read = (): X509Certificate => new X509Certificate(readFileSync(file));
  const login = (query: string): Promise<unknown> =>
    withClient(`${adminUrl(running, server)}?${query}`, async (client) => {
      const { rows } = await client.query<object>(
        "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
      );
      return rows;
    });

  it("is signed by itself, valid for ten years from now, for this machine's name and loopback", () => {
    const certificate = read();
    expect(certificate.verify(certificate.publicKey)).to.be.true;
    expect(certificate.ca).to.be.false;
    const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    expect(from.getTime()).to.be.at.most(Date.now());
    expect(to.getUTCFullYear() - from.getUTCFullYear()).to.equal(10);
    expect(certificate.checkHost(hostname())).to.equal(hostname());
    expect(certificate.checkHost("localhost")).to.equal("localhost");
    expect(certificate.checkIP("127.0.0.1")).to.equal("127.0.0.1");
  });

  it("has a key that only the server's user can read", () => {
    for (const name of ["server.key", "server.crt"]) {
      expect(statSync(join(running.dataDirectory, name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it("is one that clients can verify, name included", async () => {
    const trusting = `sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}`;
    expect(await login(trusting)).to.deep.equal([{ version: "TLSv1.3" }]);
    expect(await rejection(login("sslmode=verify-full"))).to.match(/self.signed certificate/);
  });

  it("stays the same, and is created again when it is lost", async () => {
    const { fingerprint256 } = read();
    await servers.ensure(server);
    expect(read().fingerprint256).to.equal(fingerprint256);
    rmSync(file);
    await servers.ensure(server);
    expect(read().fingerprint256).not.to.equal(fingerprint256);
    expect(await login(`sslmode=verify-ca&sslrootcert=${encodeURIComponent(file)}`)).to.have.length(1);
  });
});
