import type { StackValidationArgs } from "@pulumi/policy";
import { expect } from "chai";
import type { Rule, Subject } from "../../../policy/rule";
import { grantRules } from "../../../policy/rules/grants";
import { nameRules } from "../../../policy/rules/names";
import { networkRules } from "../../../policy/rules/network";
import { passwordRules } from "../../../policy/rules/passwords";
import { protectionPolicy } from "../../../policy/rules/protection";
import { roleRules } from "../../../policy/rules/roles";
import { settingViolations } from "../../../policy/rules/settings";

const rules: Rule[] = [...roleRules, ...grantRules, ...passwordRules, ...networkRules, ...nameRules];

const said = (name: string, props: Subject["props"]): string =>
  rules
    .find((rule) => rule.name === name)!
    .violations({ props })
    .join(" ");

describe("the policies", () => {
  /** Rule, inputs that violate it, what it says; inputs that keep to it. */
  const cases: [string, Subject["props"], string, Subject["props"]][] = [
    ["roles-have-no-powers", { superuser: true }, "SUPERUSER: remove superuser", { superuser: false }],
    ["roles-have-no-powers", { createDatabase: true }, "CREATEDB: remove createDatabase", { login: true }],
    ["roles-have-no-powers", { createRole: true }, "CREATEROLE: remove createRole", {}],
    ["roles-have-no-powers", { replication: true }, "REPLICATION: remove replication", {}],
    ["roles-have-no-powers", { bypassRowLevelSecurity: true }, "BYPASSRLS: remove bypassRow", {}],
    [
      "roles-are-in-no-powerful-role",
      { roles: ["readers", "pg_read_server_files"] },
      "member of pg_read_server_files: remove it",
      { roles: ["readers"] },
    ],
    ["roles-are-in-no-powerful-role", { roles: ["rds_superuser"] }, "member of rds_superuser", {}],
    [
      "passwords-are-stored-encrypted",
      { encryptedPassword: false },
      "remove encryptedPassword",
      { encryptedPassword: true },
    ],
    [
      "nothing-for-public",
      { role: "PUBLIC", privileges: ["CONNECT"] },
      "PUBLIC is granted CONNECT",
      { role: "public", privileges: [] },
    ],
    ["privileges-have-names", { privileges: ["ALL"] }, "name the privileges", { privileges: ["SELECT"] }],
    [
      "no-more-than-rows",
      { objectType: "table", privileges: ["SELECT", "TRIGGER"] },
      "TRIGGER on a table is granted: leave no more than DELETE",
      { objectType: "table", privileges: ["DELETE", "INSERT", "SELECT", "UPDATE"] },
    ],
    [
      "no-more-than-rows",
      { objectType: "database", privileges: ["TEMPORARY"] },
      "leave no more than CONNECT",
      { objectType: "schema", privileges: ["CREATE", "USAGE"] },
    ],
    ["no-grant-option", { withGrantOption: true }, "remove withGrantOption", { withGrantOption: false }],
    ["passwords-are-long", { length: 31 }, "31 characters: set length to 32", { length: 32 }],
    [
      "networks-are-named",
      { allowedCidrs: ["10.0.0.0/8", "::/0"] },
      "::/0 is every network: name yours in chat-perf:allowedCidrs",
      { allowedCidrs: ["10.0.0.0/8"] },
    ],
    ["containers-are-confined", { privileged: true }, "remove privileged", { networkMode: "a-network" }],
    ["containers-are-confined", { networkMode: "host" }, "a network of its own", {}],
    [
      "other-hosts-are-encrypted",
      { host: "db.example.com", sslmode: "disable" },
      "set chat-perf:sslmode to verify-full",
      { host: "127.0.0.1", sslmode: "disable" },
    ],
    [
      "other-hosts-are-encrypted",
      { host: "10.0.0.9", sslmode: "disable" },
      "10.0.0.9",
      { sslmode: "disable" },
    ],
    [
      "no-production-host",
      { host: "db.prod.example.com" },
      "set chat-perf:host to another server",
      { host: "productivity.example.com" },
    ],
    ["no-production-name", { name: "chat_production" }, "give the stack another name", { name: "reproduce" }],
  ];

  for (const [rule, wrong, message, right] of cases) {
    it(`${rule} sees ${JSON.stringify(wrong)}`, () => {
      expect(said(rule, wrong)).to.include(message);
      expect(said(rule, right)).to.equal("");
    });
  }

  it("ports-are-published-on-loopback sees every other address, and the default", () => {
    const port = (ip?: string) =>
      said("ports-are-published-on-loopback", { ports: [{ internal: 5432, ip }] });
    expect(port("0.0.0.0")).to.include("Port 5432 is published on 0.0.0.0: set its ip to 127.0.0.1");
    expect(port()).to.include("0.0.0.0");
    expect(port("127.0.0.1")).to.equal("");
  });

  it("ports-are-published-on-loopback lets a server be reached that admits named networks only", () => {
    const open = { ports: [{ internal: 5432, ip: "0.0.0.0" }] };
    const labels = [{ label: "chat-perf.admits", value: "allowedCidrs" }];
    expect(said("ports-are-published-on-loopback", { ...open, labels })).to.equal("");
  });

  it("large-bands-are-protected sees staging and perf, and no other stack", () => {
    const said = (stack: string, protect?: boolean): string => {
      const resource = (kind: string, props: object) => ({
        ...{
          type: `pulumi-nodejs:dynamic/chatperf:${kind}`,
          urn: `urn:pulumi:${stack}::chat-perf::x::y`,
          props,
        },
      });
      const resources = [
        resource("Dataset", {}),
        ...(protect === undefined ? [] : [resource("Protection", { protect })]),
      ];
      const violations: string[] = [];
      void protectionPolicy.validateStack({ resources } as unknown as StackValidationArgs, (violation) => {
        violations.push(violation);
      });
      return violations.join();
    };
    expect(said("perf", false)).to.include("set chat-perf:protect to true in Pulumi.perf.yaml");
    expect(said("staging")).to.include("Pulumi.staging.yaml");
    expect(said("perf", true) + said("dev", false) + said("pr-123")).to.equal("");
  });

  describe("of the settings", () => {
    const good = new Map([
      ["shared_preload_libraries", "auto_explain, pg_stat_statements"],
      ["log_min_duration_statement", "1000ms"],
      ["log_autovacuum_min_duration", "0"],
      ["autovacuum_vacuum_scale_factor", "0.05"],
      ["autovacuum_analyze_scale_factor", "0.02"],
      ["autovacuum_vacuum_cost_limit", "2000"],
      ["work_mem", "64MB"],
      ["shared_buffers", "256MB"],
      ["maintenance_work_mem", "128MB"],
    ]);

    it("accept those of the bands, and further libraries", () => {
      expect(settingViolations(good)).to.deep.equal([]);
    });

    it("name each that is missing, with the value it must have", () => {
      for (const name of good.keys()) {
        const without = new Map(good);
        without.delete(name);
        expect(settingViolations(without)).to.have.lengthOf(1);
        expect(settingViolations(without)[0]).to.include(`The setting ${name} is missing: set it`);
      }
    });

    it("name each that is different, with both values", () => {
      const changed = new Map(good).set("log_min_duration_statement", "10s");
      expect(settingViolations(changed)).to.deep.equal([
        "The setting log_min_duration_statement is 10s: set it to 1000ms.",
      ]);
    });
  });
});
