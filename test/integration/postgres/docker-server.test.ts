import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { expect } from "chai";
import { connectionUrl, withClient } from "../../../postgres/connection";
import { runIn } from "../../../postgres/docker/container";
import { assertContainerDiskSpace } from "../../../postgres/docker/disk-space";
import { PLACE_LABEL } from "../../../postgres/docker/engine";
import { removePlace, removeLeftovers } from "../../../postgres/docker/place";
import {
  type ContainerServer,
  ensureServing,
  hasAccessRules,
  isServing,
} from "../../../postgres/docker/server";
import { restartOn } from "../../../postgres/machine";
import { freePort } from "../../../postgres/embedded/configuration";
import { dockerEngine } from "../../support/docker";
import { TEST_IMAGE } from "../../support/docker-image";
import { thingsOf } from "../../support/docker-place";
import { setUp } from "../../support/fixture";
import { needs } from "../../support/needs";
import { failureOf, rejection } from "../../support/rejection";
import { noteOutside } from "../../support/test-run";

const DATA = "/var/lib/postgresql/chat-perf";
const password = randomBytes(16).toString("hex");
const silent = (): void => undefined;

describe("a server in a container", function () {
  this.timeout(300_000);
  let docker: Docker;
  let server: ContainerServer;
  let container: Docker.Container;
  const name = `chat-perf-test-${randomBytes(4).toString("hex")}`;

  needs("docker", "image");
  setUp(async (undo) => {
    docker = await dockerEngine();
    undo(noteOutside("container", name));
    undo(() => removePlace({ name, host: "127.0.0.1", port: 0 }, silent));
    const port = await freePort();
    const Labels = { [PLACE_LABEL]: name };
    const network = await docker.createNetwork({ Name: name, Labels });
    const { IPAM } = (await network.inspect()) as { IPAM: { Config: { Gateway: string }[] } };
    await docker.createVolume({ Name: name, Labels });
    server = {
      container: name,
      dataDirectory: DATA,
      gateway: IPAM.Config[0]!.Gateway,
      host: "127.0.0.1",
      port,
      adminUser: "postgres",
      adminPassword: password,
      database: "postgres",
      roles: [],
    };
    container = await newContainer();
  });

  const newContainer = () =>
    docker.createContainer({
      name,
      Image: TEST_IMAGE,
      Labels: { [PLACE_LABEL]: name },
      StopSignal: "SIGINT",
      Env: [`POSTGRES_PASSWORD=${password}`, `PGDATA=${DATA}`],
      ExposedPorts: { "5432/tcp": {} },
      HostConfig: {
        Binds: [`${name}:/var/lib/postgresql`],
        PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: String(server.port) }] },
        NetworkMode: name,
        RestartPolicy: { Name: "unless-stopped" },
      },
    });
  const url = (user = "postgres"): string =>
    connectionUrl({ host: "127.0.0.1", port: server.port, database: "postgres", user, password });
  const query = (sql: string): Promise<object[]> =>
    withClient(url(), async (client) => (await client.query<object>(sql)).rows);

  it("is created again after its initialisation was interrupted", async () => {
    await container.start();
    await ensureServing(server, silent);
    // The state after a kill during initdb: no access rules of this program, and half of the files.
    await runIn(container, ["sh", "-c", `rm -rf ${DATA}/pg_hba.conf ${DATA}/global ${DATA}/base`]);
    await container.kill();
    const log: string[] = [];
    expect(await ensureServing(server, (line) => log.push(line))).to.match(/^15\./);
    expect(log).to.include("Creating the data folder again, because its initialisation was interrupted");
    expect(await isServing(server)).to.be.true;
  });

  it("admits only the stack's roles and the administrator, and offers TLS", async () => {
    await query("CREATE ROLE stranger LOGIN PASSWORD 'secret'");
    expect(await rejection(withClient(url("stranger"), () => Promise.resolve()))).to.match(
      /pg_hba\.conf rejects/,
    );
    expect(await hasAccessRules(server)).to.be.true;
    expect(await hasAccessRules({ ...server, roles: ["stranger"] })).to.be.false;
    const tls = await withClient(`${url()}?sslmode=require`, async (client) => {
      return (await client.query<object>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).rows;
    });
    expect(tls).to.deep.equal([{ ssl: true }]);
  });

  it("is restarted, and ready again, when a setting needs it", async () => {
    await query("ALTER SYSTEM SET max_connections = 55");
    await restartOn({ kind: "docker", container: name, dataDirectory: DATA }, silent);
    expect(await query("SHOW max_connections")).to.deep.equal([{ max_connections: "55" }]);
  });

  it("tells how much room its volume has", async () => {
    const need = (messages: number) => ({ messages, forecastBytes: 0, check: "rule" as const });
    const { available, needed } = await assertContainerDiskSpace(name, DATA, need(1));
    expect(needed).to.equal(2000);
    // The server's own data count as available space.
    expect(available).to.be.above(20e6);
    const { problem } = await failureOf(assertContainerDiskSpace(name, DATA, need(1e12)));
    expect(problem).to.match(
      new RegExp(
        `^Insufficient disk space for 1,000,000,000,000 messages in the volume ${name} of the Docker Engine`,
      ),
    );
  });

  it("says with the end of its log that it does not start, and keeps its data", async () => {
    await runIn(container, ["sh", "-c", `echo 'no_such_setting = 1' >> ${DATA}/postgresql.conf`]);
    await container.kill();
    const { problem, remedy } = await failureOf(ensureServing(server, silent));
    expect(problem).to.match(new RegExp(`^PostgreSQL in the container ${name} .* does not start:\n`));
    expect(problem).to.include('unrecognized configuration parameter "no_such_setting"');
    expect(remedy).to.include(`docker logs ${name}`);
    expect(await thingsOf(docker, name)).to.include(`volume ${name}`);
  });

  it("makes way for another of its name that a killed run has left", async () => {
    await removeLeftovers(name, "container");
    expect(await thingsOf(docker, name)).to.deep.equal([`network ${name}`, `volume ${name}`]);
    container = await newContainer();
    expect(await isServing(server)).to.be.false;
    await removePlace({ name, host: "127.0.0.1", port: server.port }, silent);
    expect(await thingsOf(docker, name)).to.deep.equal([]);
    expect((await failureOf(ensureServing(server, silent))).problem).to.match(/^The container .* is gone/);
  });
});
