import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { type TaskBehaviour, TaskProvider } from "../../../runtime/task-provider";
import { setUp } from "../../support/fixture";
import { recordProgram, type RecordedProgram } from "../../support/recorded-program";

const config = { messages: "20000", users: "500", conversations: "400", seed: "unit" };

for (const preview of [true, false]) {
  describe(`the program in ${preview ? "a preview of a new stack" : "an update"}`, () => {
    let program: RecordedProgram;
    setUp(async () => {
      program = await recordProgram("dev", config, preview);
    });

    it("names each resource once, beginning with the stack", () => {
      const own = program.registrations.filter(({ type }) => !type.startsWith("pulumi:pulumi:"));
      expect(own.filter(({ name }) => !name.startsWith("dev")).map(({ name }) => name)).to.deep.equal([]);
      const identities = own.map(({ type, name }) => `${type} ${name}`);
      expect(new Set(identities).size).to.equal(identities.length);
    });

    it("makes three passwords of 32 letters and digits, which need no escaping in a URL", () => {
      const passwords = program.ofType(/randomPassword:RandomPassword$/);
      expect(passwords.map(({ name }) => name)).to.have.members([
        "dev-admin-password",
        "dev-database-owner-password",
        "dev-database-password",
      ]);
      for (const { inputs } of passwords) expect(inputs).to.include({ length: 32, special: false });
    });

    it("ties the two roles' passwords to passwordVersion, and not the administrator's", () => {
      expect(program.named("dev-database-password").inputs.keepers).to.deep.equal({ version: "1" });
      expect(program.named("dev-database-owner-password").inputs.keepers).to.deep.equal({ version: "1" });
      expect(program.named("dev-admin-password").inputs.keepers).to.equal(undefined);
    });

    it("gives the server verifiers of the roles' passwords, with a salt for each password", () => {
      const salts = program.ofType(/randomBytes:RandomBytes$/);
      expect(salts.map(({ inputs }) => inputs)).to.deep.equal([
        { length: 16, keepers: { version: "1" } },
        { length: 16, keepers: { version: "1" } },
      ]);
      for (const { inputs } of program.ofType(/role:Role$/)) {
        const password = JSON.stringify(inputs.password ?? null);
        expect(password).not.to.include("pppp");
        if (!preview) expect(password).to.match(/SCRAM-SHA-256\$4096:[\w+/=]+\$[\w+/=]+:[\w+/=]+/);
      }
    });

    it("gives no role any power over the server", () => {
      const roles = program.ofType(/role:Role$/);
      expect(roles).to.have.length(2);
      for (const { inputs } of roles) {
        expect(inputs.login).to.equal(true);
        for (const power of [
          "superuser",
          "createDatabase",
          "createRole",
          "replication",
          "bypassRowLevelSecurity",
        ]) {
          expect(inputs[power], power).to.not.equal(true);
        }
      }
    });

    it("limits each role's sessions, and gives the plugin no settings of theirs to read", () => {
      const [owner, role] = ["dev-database-owner", "dev-database-role"].map(
        (name) => program.named(name).inputs,
      );
      expect(owner).to.include({ connectionLimit: 72 });
      expect(role).to.include({ connectionLimit: 100 });
      for (const each of [owner, role]) {
        expect(each).not.to.have.any.keys(
          "statementTimeout",
          "idleInTransactionSessionTimeout",
          "searchPaths",
        );
      }
    });

    it("limits what the application's sessions may take, and what names mean to the administrator's", () => {
      expect(program.named("dev-database-role-settings").inputs).to.deep.include({
        role: "perf_dev_user",
        database: "chat_perf_dev",
        own: true,
        settings: {
          idle_in_transaction_session_timeout: "60000",
          search_path: "public",
          statement_timeout: "60000",
        },
      });
      expect(program.named("dev-database-administrator-settings").inputs).to.deep.include({
        role: "postgres",
        database: "chat_perf_dev",
        own: false,
        settings: { search_path: "pg_catalog" },
      });
    });

    it("has no words of its log among the inputs, so that rewording them changes no stack", () => {
      for (const { name, inputs } of program.registrations) {
        expect(JSON.stringify(inputs), name).not.to.match(/\[\d\/8\]|✓/);
      }
    });

    it("sees no change in logins of version 0.1, whose states have such words", async () => {
      for (const name of ["dev-database-owner-login", "dev-database-login"]) {
        const { inputs } = program.named(name);
        const [, behaviour] = /taskProvider\("Login", (.*)\);/.exec(String(inputs.__provider))!;
        const provider = new TaskProvider("Login", {
          ...(JSON.parse(behaviour!) as TaskBehaviour),
          asksStale: false,
        });
        const state = { url: inputs.url, title: "[5/8] Creating...", done: "✓ Created", works: true };
        const { changes, replaces } = await provider.diff("Login", state, inputs);
        expect({ changes, replaces }, name).to.deep.equal({ changes: false, replaces: [] });
        const { changes: moved } = await provider.diff("Login", { ...state, url: "another" }, inputs);
        expect(moved, name).to.equal(true);
      }
    });

    it("has the owner's tasks log in as the owner, by a URL that no other resource keeps", () => {
      const provider = program.named("dev-database-owner-tasks");
      expect(provider.type).to.equal("pulumi:providers:pulumi-nodejs");
      if (!preview) {
        expect(JSON.stringify(provider.inputs)).to.include("postgresql://chat_perf_dev_owner:");
      }
      for (const { name, inputs } of program.registrations)
        expect(inputs, name).not.to.have.property("ownerUrl");
    });

    it("has no session that acts as another role than the one that has logged in", () => {
      for (const { name, inputs } of program.registrations) {
        expect(JSON.stringify(inputs), name).not.to.include("role%3D");
      }
    });

    it("is protected as its configuration says", () => {
      expect(program.named("dev-protection").inputs).to.deep.include({ protect: false, target: "embedded" });
    });

    it("takes every right from PUBLIC", () => {
      const grants = program.ofType(/grant:Grant$/).filter(({ inputs }) => inputs.role === "public");
      expect(grants.map(({ inputs }) => [inputs.objectType, inputs.privileges])).to.deep.equal([
        ["database", []],
        ["schema", []],
      ]);
    });

    it("names privileges one by one and sorted, never ALL", () => {
      for (const { name, inputs } of program.ofType(/:(Grant|DefaultPrivileges)$/)) {
        const privileges = inputs.privileges as string[];
        expect(privileges, name).to.deep.equal([...privileges].sort());
        expect(privileges, name).to.not.include("ALL");
      }
    });

    it("shows each server setting with its value, and whether it needs a reload or a restart", () => {
      const settings = program.ofType(/chatperf:Setting$/).map(({ inputs }) => inputs);
      const shown = Object.fromEntries(
        settings.map((each) => [String(each.setting), [each.value, each.takes]]),
      );
      expect(shown).to.deep.include({
        shared_buffers: ["256MB", "restart"],
        shared_preload_libraries: ["pg_stat_statements", "restart"],
        work_mem: ["64MB", "reload"],
        autovacuum_vacuum_scale_factor: ["0.05", "reload"],
        log_min_duration_statement: ["1000ms", "reload"],
      });
    });

    it("hands the dataset its shape and nothing of the report to any resource", () => {
      expect(program.named("dev-dataset").inputs).to.include({
        messages: 20_000,
        users: 500,
        conversations: 400,
      });
      for (const { name, inputs } of program.registrations) {
        expect(Object.keys(inputs), name).to.not.include("report");
      }
    });

    it("exports what people rely on, URLs as secrets and nothing else as secret", async () => {
      const names = ["DATABASE_URL", "MIGRATION_DATABASE_URL", "host", "port", "database", "user", "report"];
      const more = ["verdict", "readyForPhase2", "reportFiles", "dataset", "connect", "monitor", "phase2"];
      expect(Object.keys(program.outputs)).to.have.members([...names, ...more]);
      for (const [name, value] of Object.entries(program.outputs)) {
        if (preview || !pulumi.Output.isInstance(value)) continue;
        expect(await pulumi.isSecret(value), name).to.equal(name.endsWith("DATABASE_URL"));
      }
    });
  });
}

describe("the program for a server that refuses verifiers", () => {
  it("sends it the passwords themselves, and draws no salts", async () => {
    const program = await recordProgram("dev", { ...config, passwordForm: "cleartext" }, false);
    expect(program.ofType(/randomBytes:RandomBytes$/)).to.deep.equal([]);
    const roles = program.ofType(/role:Role$/);
    expect(roles).to.have.length(2);
    for (const { inputs } of roles)
      expect(pulumi.runtime.unwrapRpcSecret(inputs.password)).to.equal("p".repeat(32));
  });
});
