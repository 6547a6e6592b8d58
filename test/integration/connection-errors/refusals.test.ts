import { expect } from "chai";
import { Client } from "pg";
import { assertDiskSpaceOn } from "../../../postgres/machine";
import { existingServer } from "../../../runtime/tasks/existing-server";
import { errorOf, inputsFor, PASSWORD, silent } from "../../support/existing-target";
import { setUp, setUpEach } from "../../support/fixture";
import { failureOf } from "../../support/rejection";
import { SystemServer } from "../../support/system-server";

/** A dataset that is too large for any disk. */
const large = { messages: 2 ** 31 - 1, forecastBytes: 0, check: "rule" as const };

describe("an existing server that cannot be used is one clear error", function () {
  this.timeout(15_000);
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

    it("a role that does not exist", async () => {
      await server.sql("CREATE ROLE known; GRANT lesser TO known; DROP ROLE known");
      const { problem, remedy } = await fails("nobody_here");
      expect(problem).to.match(/no pg_hba\.conf entry for host.*user "nobody_here"/);
      expect(remedy).to.match(/pg_hba\.conf admits only some/);
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
      expect(remedy).to.match(/pg_hba\.conf admits only some/);
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
      ["CREATEDB", "CREATEROLE", /"lesser" cannot create the stack, because it lacks CREATEDB\./],
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
          expect(problem).to.match(new RegExp(`already has ${what} "\\w+", which this stack did not create`));
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
      expect(problem).to.match(/is not the server on which the stack was created/);
    });

    it("a disk that has too little room", async () => {
      const inputs = inputsFor({ port: server.port, user: "admin", password: PASSWORD });
      const { machine } = await existingServer.create(inputs, silent);
      const { problem } = await failureOf(assertDiskSpaceOn(machine, large));
      expect(problem).to.match(
        new RegExp(`Insufficient disk space .* in ${server.dataDirectory}: .* ~4[.]29 TB needed`),
      );
    });

    it("a disk whose free space cannot be measured from here", async () => {
      await server.sql("ALTER ROLE lesser CREATEDB CREATEROLE");
      const { machine } = await existingServer.create(
        inputsFor({ port: server.port, user: "lesser", password: PASSWORD }),
        silent,
      );
      const error = await failureOf(assertDiskSpaceOn(machine, large));
      expect(error.problem).to.match(
        /cannot be measured from this machine\. .* need ~4\.29 TB \(4,294,967,294,000 bytes\)/,
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
