import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { authority, serverCertificate } from "../support/certificates";
import { setUp } from "../support/fixture";
import { skipWithout } from "../support/needs";
import { type Neighbourhood, neighbourhood, settleNeighbour } from "../support/neighbourhood";
import { type CommandResult, small, TestProject } from "../support/project";
import { SystemServer } from "../support/system-server";

const own = ["chat_perf_dev", "chat_perf_dev_owner", "perf_dev_user"];

describe("a stack on a managed server, whose administrator is no superuser", function () {
  this.timeout(900_000);
  let server: SystemServer;
  let project: TestProject;
  let untouched: Neighbourhood;
  const PASSWORD = "password of the deployer";

  setUp(async (undo) => {
    const ours = authority("ours");
    const { certificate, privateKey } = serverCertificate(ours);
    server = await SystemServer.start({
      newest: true,
      tls: { sslmode: "require" },
      configuration: "ssl = on\nshared_preload_libraries = 'pg_stat_statements'",
      rules: "hostssl all all 127.0.0.1/32 scram-sha-256",
      files: { "server.crt": certificate, "server.key": privateKey },
    });
    undo(() => server.stop());
    project = TestProject.create();
    undo(() => project.dispose("dev"));
    await settleNeighbour(server);
    await server.sql(`CREATE ROLE deployer LOGIN CREATEDB CREATEROLE PASSWORD '${PASSWORD}'`);
    await server.sql("CREATE ROLE rds_superuser; GRANT rds_superuser TO deployer");
    untouched = await neighbourhood(server, own);
    writeFileSync(join(project.folder, "ca.pem"), ours.certificate);
    project.configure("dev", {
      target: "existing",
      host: server.host,
      port: server.port,
      adminUser: "deployer",
      sslmode: "verify-full",
      sslRootCert: "ca.pem",
      ...small,
    });
    await project.pulumi("stack", "init", "dev");
    await setPassword(PASSWORD);
  });

  const setPassword = (password: string): Promise<CommandResult> =>
    project.pulumi("config", "set", "--secret", "adminPassword", password, "-s", "dev");
  const up = (...more: string[]): Promise<CommandResult> =>
    project.pulumi("up", "--yes", "--skip-preview", "-s", "dev", ...more);
  const psql = async (...args: string[]): Promise<string> => {
    const { code, output } = await project.run("psql", [
      await project.output("dev", "DATABASE_URL"),
      ...args,
    ]);
    expect(code, output).to.equal(0);
    return output.trim();
  };

  describe("that cannot be used as it is configured", () => {
    const fails = async (words: RegExp): Promise<void> => {
      const { code, output } = await up();
      expect(code, output).not.to.equal(0);
      expect(output).to.match(words);
      expect(output).not.to.match(/^\s+at .*\(/m);
      const left = await server.sql<{ name: string }>(
        `SELECT rolname AS name FROM pg_roles WHERE rolname IN ('${own.join("', '")}')
         UNION SELECT datname FROM pg_database WHERE datname = 'chat_perf_dev'`,
      );
      expect(left).to.deep.equal([]);
      const { stdout } = await project.pulumi("stack", "export", "-s", "dev");
      expect(stdout).not.to.match(/postgresql:index|chatperf:Setting/);
      expect(await neighbourhood(server, own)).to.deep.equal(untouched);
    };

    it("makes nothing: a protected host", async () => {
      project.configure("dev", { protectedNames: "127" });
      await fails(/names that contain a protected word[^]*host 127\.0\.0\.1 \(127\)/);
      project.configure("dev", { protectedNames: "prod,production" });
    });

    it("makes nothing: a wrong password", async () => {
      await setPassword("another one");
      await fails(/password authentication failed for user "deployer"[^]*chat-perf:adminPassword/);
      await setPassword(PASSWORD);
    });

    it("creates nothing: certificates of another authority", async () => {
      writeFileSync(join(project.folder, "other.pem"), authority("theirs").certificate);
      project.configure("dev", { sslRootCert: "other.pem" });
      await fails(/certificate[^]*chat-perf:sslRootCert/);
      project.configure("dev", { sslRootCert: "ca.pem" });
    });

    it("creates nothing, and names all that can be found out at once", async () => {
      project.configure("dev", { messages: 5_000_000, protectedNames: "template" });
      await fails(
        /2 things stand in the way[^]*database template0 \(template\)[^]*cannot be measured from this machine\. 5,000,000 messages need[^]*chat-perf:diskCheck off/,
      );
      project.configure("dev", { messages: small.messages, protectedNames: "prod,production" });
    });
  });

  describe("once it can be used", () => {
    it("comes up, and says of each setting what became of it in the service's own words", async () => {
      const { code, output } = await up();
      expect(code, output).to.equal(0);
      const advice = String.raw`and only a superuser may change it: set it in the DB parameter group \(Amazon RDS, Aurora\)`;
      for (const [setting, now] of [
        ["shared_buffers = 256MB", "128MB"],
        ["autovacuum_vacuum_cost_limit = 2000", "-1"],
      ]) {
        expect(output).to.match(new RegExp(`⚠ ${setting} cannot be set: it is ${now}, ${advice}`));
      }
      expect(output).to.match(/✓ Set for database 'chat_perf_dev': maintenance_work_mem, work_mem/);
      expect(output).to.match(
        /⚠ log_min_duration_statement = 1000ms cannot be set for database 'chat_perf_dev'/,
      );
      expect(output).to.match(/⚠ Query monitoring is skipped: permission denied to create extension/);
      expect(await neighbourhood(server, own)).to.deep.equal(untouched);
    });

    it("gives URLs that psql understands, with the certificates to trust", async function () {
      await skipWithout(this, "psql");
      const url = await project.output<string>("dev", "DATABASE_URL");
      expect(url).to.match(/\?sslmode=verify-full&sslrootcert=.*ca\.pem$/);
      expect(await psql("-Atc", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).to.equal("t");
      expect(await psql("-Atc", "SHOW work_mem", "-c", "SHOW maintenance_work_mem")).to.equal("64MB\n128MB");
      const script = await project.run(".secrets/connect-dev.sh", ["-Atc", "SELECT count(*) FROM messages"]);
      expect(script.output.trim()).to.equal(String(small.messages));
    });

    it("finds nothing to do, also after a refresh", async () => {
      const refreshed = await project.pulumi("refresh", "--yes", "--skip-preview", "-s", "dev");
      expect(refreshed.code, refreshed.output).to.equal(0);
      const { code, output } = await up("--expect-no-changes");
      expect(code, output).to.equal(0);
    });

    it("restores rights that somebody has revoked from its roles by hand", async () => {
      await server.sql("REVOKE chat_perf_dev_owner FROM deployer GRANTED BY deployer");
      const { code, output } = await up();
      expect(code, output).to.equal(0);
      expect(output).to.match(/chatperf:Membership dev-database-owner-membership updated/);
    });

    it("leaves with destroy nothing but what was there", async () => {
      const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev");
      expect(code, output).to.equal(0);
      expect(await neighbourhood(server, own)).to.deep.equal(untouched);
      expect(await server.sql("SELECT FROM pg_roles WHERE rolname LIKE '%perf%'")).to.have.length(0);
      expect(await server.sql("SELECT FROM pg_database WHERE datname LIKE '%perf%'")).to.have.length(0);
    });
  });
});
