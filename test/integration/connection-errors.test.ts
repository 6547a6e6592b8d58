import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import { connectionUrl } from "../../postgres/connection";
import { assertDiskSpaceOn } from "../../postgres/machine";
import type { SslMode } from "../../postgres/tls";
import { existingServer, type ExistingServerInputs } from "../../runtime/tasks/existing-server";
import { authority, type Certificate, serverCertificate } from "../support/certificates";
import { answering, FakeServers, refusing } from "../support/fake-postgres";
import { setUp, setUpEach } from "../support/fixture";
import { failureOf } from "../support/rejection";
import { temporaryFolder } from "../support/server";
import { SystemServer } from "../support/system-server";

const silent = (): void => undefined;
const PASSWORD = "not-to-be-told";
/** More than any disk has room for. */
const large = { messages: 2 ** 31 - 1, forecastBytes: 0, check: "rule" as const };

interface Target {
  host?: string;
  port: number;
  user?: string;
  password?: string;
  sslmode?: SslMode;
  sslRootCert?: string;
}

/** What the program hands to the first task of a stack with this target. */
function inputsFor({
  host = "127.0.0.1",
  port,
  user,
  password,
  sslmode,
  sslRootCert,
}: Target): ExistingServerInputs {
  const login = { user: user ?? "postgres", password: password ?? PASSWORD, database: "postgres" };
  const tls = { sslmode: sslmode ?? "disable", ...(sslRootCert !== undefined && { sslRootCert }) };
  return {
    adminUrl: connectionUrl({ host, port, ...login, tls }),
    ...{ host, port, database: "chat_perf_dev", roles: ["chat_perf_dev_owner", "perf_dev_user"] },
    settings: { work_mem: "64MB" },
    protectedNames: ["prod", "production"],
  };
}

/** The error of that task; nobody waits for it longer than a quarter of a minute, by the tests' timeout. */
async function errorOf(target: Target): Promise<{ problem: string; remedy: string }> {
  const error = await failureOf(existingServer.create(inputsFor(target), silent));
  expect(error.message).not.to.include(target.password ?? PASSWORD);
  expect(error.remedy, "a remedy").to.be.a("string");
  return { problem: error.problem, remedy: error.remedy! };
}

describe("an existing server that cannot be used is one clear error", function () {
  this.timeout(15_000);
  const fakes = new FakeServers();
  let folder: string;
  setUp((undo) => {
    undo(() => {
      fakes.stop();
    });
    folder = temporaryFolder("certificates");
    undo(() => {
      rmSync(folder, { recursive: true });
    });
  });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  describe("at the address", () => {
    it("nothing listens", async () => {
      const { problem, remedy } = await errorOf({ port: 1 });
      expect(problem).to.match(/^Cannot connect to 127\.0\.0\.1:1: connect ECONNREFUSED/);
      expect(remedy).to.match(/Check that the server runs and that host, port/);
    });

    it("the host's name is nobody's", async () => {
      const { problem, remedy } = await errorOf({ host: "nowhere.invalid", port: 5432 });
      expect(problem).to.match(/nowhere\.invalid:5432: getaddrinfo (ENOTFOUND|EAI_AGAIN)/);
      expect(remedy).to.match(/name/);
    });

    it("a web server answers", async () => {
      const web = createServer((_request, response) => response.end("welcome")).listen(0, "127.0.0.1");
      try {
        await once(web, "listening");
        const { port } = web.address() as { port: number };
        const { problem, remedy } = await errorOf({ port });
        expect(problem).to.match(/^What answers at 127\.0\.0\.1:\d+ is not PostgreSQL/);
        expect(remedy).to.match(/chat-perf:port/);
      } finally {
        web.close();
      }
    });

    it("a server answers that greets first, with the letter that would mean TLS", async () => {
      const port = await fakes.start((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
      expect((await errorOf({ port, sslmode: "require" })).problem).to.match(/is not PostgreSQL/);
    });

    it("whoever answers hangs up", async () => {
      const port = await fakes.start((socket) => socket.end());
      expect((await errorOf({ port })).problem).to.match(/is not PostgreSQL/);
    });

    it("somebody accepts and says nothing", async () => {
      const { problem, remedy } = await errorOf({ port: await fakes.start(silent) });
      expect(problem).to.match(/did not answer within 5 s/);
      expect(remedy).to.match(/firewall/);
    });

    it("somebody says that TLS may come, and nothing more", async () => {
      const port = await fakes.start((socket) => socket.once("data", () => socket.write("S")));
      const { problem, remedy } = await errorOf({ port, sslmode: "require" });
      expect(problem).to.match(/was not ready within 5 s/);
      expect(remedy).to.match(/firewall/);
    });
  });

  describe("of a server that answers every login with", () => {
    for (const [what, code, message, expected] of [
      ["starting up", "57P03", "the database system is starting up", /Wait until the server has started/],
      ["shutting down", "57P03", "the database system is shutting down", /Wait until the server has started/],
      ["too many clients", "53300", "sorry, too many clients already", /max_connections/],
      ["no such database", "3D000", 'database "postgres" does not exist', /database's name/],
      [
        "a pooler's refusal",
        "08P01",
        "unsupported startup parameter in options: client_min_messages",
        /Connect to PostgreSQL itself/,
      ],
    ] as const) {
      it(what, async () => {
        const { problem, remedy } = await errorOf({ port: await fakes.start(refusing(code, message)) });
        expect(problem).to.include(message);
        expect(remedy).to.match(expected);
      });
    }

    it("an old version", async () => {
      const port = await fakes.start(answering("13.14 (Debian 13.14-1)"));
      const { problem, remedy } = await errorOf({ port });
      expect(problem).to.match(/PostgreSQL 13\.14 .*too old: 14 is the oldest/);
      expect(remedy).to.match(/Upgrade/);
    });
  });

  describe("because of TLS", () => {
    let plain: SystemServer;
    let server: SystemServer;
    const ours = authority("ours");
    const theirs = authority("ours");
    let trusted: string;

    const serve = async ({ certificate, privateKey }: Certificate): Promise<void> => {
      server.write("data/server.crt", certificate);
      server.write("data/server.key", privateKey);
      await server.control("restart");
    };
    const fails = (target: Partial<Target>, from = server) =>
      errorOf({ port: from.port, password: from.adminPassword, ...target });

    setUp(async function (undo) {
      this.timeout(60_000);
      trusted = file("ours.pem", ours.certificate);
      const valid = serverCertificate(ours);
      plain = await SystemServer.start();
      undo(() => plain.stop());
      server = await SystemServer.start({
        tls: { sslmode: "require" },
        configuration: "ssl = on\nssl_ca_file = 'root.crt'",
        rules: [
          "hostssl all wanting_certificate 127.0.0.1/32 scram-sha-256 clientcert=verify-ca",
          "hostssl all postgres 127.0.0.1/32 scram-sha-256",
        ].join("\n"),
        files: {
          "server.crt": valid.certificate,
          "server.key": valid.privateKey,
          "root.crt": ours.certificate,
        },
      });
      undo(() => server.stop());
    });

    it("the server wants it", async () => {
      const { problem, remedy } = await fails({ sslmode: "disable" });
      expect(problem).to.match(/no pg_hba\.conf entry.*no encryption/);
      expect(remedy).to.match(/chat-perf:sslmode to require/);
    });

    for (const sslmode of ["require", "verify-full"] as const) {
      it(`the server does not have it, with sslmode ${sslmode}`, async () => {
        const { problem, remedy } = await fails({ sslmode }, plain);
        expect(problem).to.match(/does not support SSL/);
        expect(remedy).to.match(/chat-perf:sslmode to disable/);
      });
    }

    it("nobody who is trusted has signed the certificate", async () => {
      const { problem, remedy } = await fails({ sslmode: "verify-ca" });
      expect(problem).to.match(/self-signed certificate|unable to/);
      expect(remedy).to.match(/chat-perf:sslRootCert/);
    });

    it("somebody else of the same name has signed the certificate", async () => {
      await serve(serverCertificate(theirs));
      const { problem, remedy } = await fails({ sslmode: "verify-ca", sslRootCert: trusted });
      expect(problem).to.match(/certificate signature failure/);
      expect(remedy).to.match(/chat-perf:sslRootCert/);
    });

    it("the certificate has expired", async () => {
      await serve(serverCertificate(ours, { years: -3 }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/certificate has expired/);
      expect(remedy).to.match(/new certificate/);
    });

    it("the certificate is not valid yet", async () => {
      await serve(serverCertificate(ours, { years: 2 }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/not yet valid/);
      expect(remedy).to.match(/clocks/);
    });

    it("the certificate is another host's", async () => {
      await serve(serverCertificate(ours, { dns: "db.example.com", ip: "192.0.2.7" }));
      const { problem, remedy } = await fails({ sslmode: "verify-full", sslRootCert: trusted });
      expect(problem).to.match(/does not match certificate's altnames/);
      expect(remedy).to.match(/verify-ca/);
    });

    it("the role has to show a certificate of its own", async () => {
      await server.sql(`CREATE ROLE wanting_certificate LOGIN PASSWORD '${PASSWORD}' SUPERUSER`);
      const { problem, remedy } = await fails({
        ...{ sslmode: "require", user: "wanting_certificate", password: PASSWORD },
      });
      expect(problem).to.match(/valid client certificate/);
      expect(remedy).to.match(/by password/);
    });

    for (const [what, path, words] of [
      ["is not there", "missing.pem", /missing\.pem, cannot be read: ENOENT/],
      ["holds no certificate", "text.pem", /holds no certificate in PEM format/],
      ["is a folder", "folder", /EISDIR/],
    ] as const) {
      it(`the file of certificates ${what}`, async () => {
        file("text.pem", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
        mkdirSync(join(folder, "folder"), { recursive: true });
        const { problem, remedy } = await fails({ sslmode: "verify-ca", sslRootCert: join(folder, path) });
        expect(problem).to.match(words);
        expect(remedy).to.match(/chat-perf:sslRootCert/);
      });
    }

    it("but not where it is as it should be", async () => {
      await serve(serverCertificate(ours));
      for (const target of [
        { sslmode: "require" },
        { sslmode: "verify-ca", sslRootCert: trusted },
        { sslmode: "verify-full", sslRootCert: trusted },
        { sslmode: "verify-full", sslRootCert: trusted, host: "localhost" },
      ] as const) {
        const inputs = inputsFor({ port: server.port, password: server.adminPassword, ...target });
        expect((await existingServer.create(inputs, silent)).machine.superuser).to.equal(true);
      }
      await serve(serverCertificate(ours, { dns: "db.example.com", ip: "192.0.2.7" }));
      const inputs = inputsFor({
        ...{ port: server.port, password: server.adminPassword, sslmode: "verify-ca", sslRootCert: trusted },
      });
      expect((await existingServer.create(inputs, silent)).version).to.match(/^\d+/);
    });
  });

  describe("because of", () => {
    let server: SystemServer;
    setUp(async function (undo) {
      this.timeout(60_000);
      server = await SystemServer.start({
        configuration: "max_connections = 12\nsuperuser_reserved_connections = 3",
        rules: [
          "host all rejected 127.0.0.1/32 reject",
          ...["postgres", "admin", "lesser", "+lesser"].map(
            (role) => `host all ${role} 127.0.0.1/32 scram-sha-256`,
          ),
        ].join("\n"),
      });
      undo(() => server.stop());
      await server.sql(
        `CREATE ROLE admin LOGIN SUPERUSER PASSWORD '${PASSWORD}'; CREATE ROLE lesser LOGIN PASSWORD '${PASSWORD}'`,
      );
    });
    setUpEach((undo) => {
      undo(async () => {
        await server.sql("DROP ROLE admin, lesser");
        await server.sql(
          `CREATE ROLE admin LOGIN SUPERUSER PASSWORD '${PASSWORD}'; CREATE ROLE lesser LOGIN PASSWORD '${PASSWORD}'`,
        );
      });
    });

    const fails = async (user: string, ...statements: string[]) => {
      for (const statement of statements) await server.sql(statement);
      return errorOf({ port: server.port, user, password: PASSWORD });
    };

    it("a wrong password", async () => {
      const { problem, remedy } = await errorOf({ port: server.port, password: "wrong-password" });
      expect(problem).to.match(/password authentication failed for user "postgres"/);
      expect(remedy).to.match(/chat-perf:adminUser, chat-perf:adminPassword/);
    });

    it("a role that nobody has made", async () => {
      await server.sql("CREATE ROLE known; GRANT lesser TO known; DROP ROLE known");
      const { problem, remedy } = await fails("nobody_here");
      expect(problem).to.match(/no pg_hba\.conf entry for host.*user "nobody_here"/);
      expect(remedy).to.match(/pg_hba\.conf must admit/);
    });

    it("a role that may not log in", async () => {
      const { problem, remedy } = await fails("admin", "ALTER ROLE admin NOLOGIN");
      expect(problem).to.match(/role "admin" is not permitted to log in/);
      expect(remedy).to.match(/LOGIN/);
    });

    it("a password that is no longer valid", async () => {
      expect((await fails("admin", "ALTER ROLE admin VALID UNTIL '2001-01-01'")).problem).to.match(
        /password authentication failed/,
      );
    });

    it("a rule that rejects the role", async () => {
      const { problem, remedy } = await fails("rejected");
      expect(problem).to.match(/pg_hba\.conf rejects connection/);
      expect(remedy).to.match(/pg_hba\.conf must admit/);
    });

    it("the database postgres, which the role may not enter", async () => {
      await server.sql("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC");
      try {
        const { problem } = await fails("lesser", "ALTER ROLE lesser CREATEDB CREATEROLE");
        expect(problem).to.match(/permission denied for database "postgres"/);
      } finally {
        await server.sql("GRANT CONNECT ON DATABASE postgres TO PUBLIC");
      }
    });

    for (const [what, has, words] of [
      ["CREATEDB", "CREATEROLE", /"lesser" may not provision: it lacks CREATEDB\./],
      ["CREATEROLE", "CREATEDB", /it lacks CREATEROLE\./],
      ["either of both", "NOCREATEDB", /it lacks CREATEDB and CREATEROLE\./],
      ["INHERIT", "CREATEDB CREATEROLE NOINHERIT", /it lacks INHERIT\./],
    ] as const) {
      it(`a role without ${what}`, async () => {
        const { problem, remedy } = await fails("lesser", `ALTER ROLE lesser ${has}`);
        expect(problem).to.match(words);
        expect(remedy).to.match(/As a superuser: ALTER ROLE "lesser" /);
      });
    }

    it("transactions that are read-only", async () => {
      const { problem, remedy } = await fails(
        "admin",
        "ALTER ROLE admin SET default_transaction_read_only = on",
      );
      expect(problem).to.match(/default_transaction_read_only is on/);
      expect(remedy).to.match(/ALTER ROLE "admin" SET default_transaction_read_only = off/);
    });

    it("the role's limit of connections", async () => {
      const { problem, remedy } = await fails("lesser", "ALTER ROLE lesser CONNECTION LIMIT 0");
      expect(problem).to.match(/too many connections for role "lesser"/);
      expect(remedy).to.match(/CONNECTION LIMIT/);
    });

    it("a server that is full", async () => {
      const others = Array.from({ length: 12 }, () => new Client(server.adminUrl));
      try {
        for (const other of others) await other.connect();
        const { problem, remedy } = await errorOf({ port: server.port, password: server.adminPassword });
        expect(problem).to.match(/sorry, too many clients already|remaining connection slots/);
        expect(remedy).to.match(/max_connections/);
      } finally {
        await Promise.all(others.map((other) => other.end()));
      }
    });

    for (const [what, make, drop] of [
      ["database", "CREATE DATABASE chat_perf_dev", "DROP DATABASE chat_perf_dev"],
      ["role", "CREATE ROLE perf_dev_user", "DROP ROLE perf_dev_user"],
    ] as const) {
      it(`a ${what} that somebody else has made`, async () => {
        await server.sql(make);
        try {
          const { problem, remedy } = await fails("admin");
          expect(problem).to.match(new RegExp(`already has ${what} "\\w+", which this stack did not make`));
          expect(remedy).to.match(/pulumi stack rename/);
        } finally {
          await server.sql(drop);
        }
      });
    }

    it("a protected database on it", async () => {
      await server.sql("CREATE DATABASE chat_prod");
      try {
        const { problem, remedy } = await fails("admin");
        expect(problem).to.match(/database chat_prod \(prod\)/);
        expect(remedy).to.match(/chat-perf:protectedNames/);
      } finally {
        await server.sql("DROP DATABASE chat_prod");
      }
    });

    it("being another server than the stack lives on", async () => {
      const inputs = inputsFor({ port: server.port, user: "admin", password: PASSWORD });
      const found = await existingServer.create(inputs, silent);
      const state = { ...inputs, ...found, systemIdentifier: "1" };
      const { problem } = await failureOf(existingServer.update!(inputs, state, silent));
      expect(problem).to.match(/is another server than the one that the stack lives on/);
    });

    it("a disk that has too little room", async () => {
      const inputs = inputsFor({ port: server.port, user: "admin", password: PASSWORD });
      const { machine } = await existingServer.create(inputs, silent);
      const { problem } = await failureOf(assertDiskSpaceOn(machine, large));
      expect(problem).to.match(
        new RegExp(`Insufficient disk space .* in ${server.dataDirectory}: .* ~4[.]29 TB needed`),
      );
    });

    it("a disk that nobody can look at from here", async () => {
      await server.sql("ALTER ROLE lesser CREATEDB CREATEROLE");
      const { machine } = await existingServer.create(
        inputsFor({ port: server.port, user: "lesser", password: PASSWORD }),
        silent,
      );
      const error = await failureOf(assertDiskSpaceOn(machine, large));
      expect(error.problem).to.match(
        /cannot be found out from here; .* need ~4\.29 TB \(4,294,967,294,000 bytes\)/,
      );
      expect(error.remedy).to.match(/chat-perf:diskCheck off/);
    });
  });

  it("because it is a read-only replica", async function () {
    this.timeout(60_000);
    const server = await SystemServer.start();
    try {
      await server.control("stop");
      server.write("data/standby.signal", "");
      await server.control("start");
      const { problem, remedy } = await errorOf({ port: server.port, password: server.adminPassword });
      expect(problem).to.match(/in recovery: it is a read-only replica/);
      expect(remedy).to.match(/primary/);
    } finally {
      await server.stop();
    }
  });
});
