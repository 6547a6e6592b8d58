import type { StackValidationArgs } from "@pulumi/policy";
import { expect } from "chai";
import type { Rule, Subject } from "../../../policy/rule";
import { containerRules } from "../../../policy/rules/containers";
import { grantRules } from "../../../policy/rules/grants";
import { nameRules } from "../../../policy/rules/names";
import { networkRules } from "../../../policy/rules/network";
import { passwordRules } from "../../../policy/rules/passwords";
import { portsPolicy } from "../../../policy/rules/ports";
import { protectionPolicy } from "../../../policy/rules/protection";
import { roleRules } from "../../../policy/rules/roles";
import { settingViolations } from "../../../policy/rules/settings";

const rules: Rule[] = [
  ...roleRules,
  ...grantRules,
  ...passwordRules,
  ...networkRules,
  ...containerRules,
  ...nameRules,
];

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
      "roles-are-in-no-powerful-role",
      { grantRole: "PG_Execute_Server_Program" },
      "PG_Execute_Server_Program: remove it from grantRole",
      { grantRole: "page_readers" },
    ],
    [
      "roles-are-in-no-powerful-role",
      { assumeRole: "rdsadmin" },
      "rdsadmin: remove it from assumeRole",
      { assumeRole: "administration_readers" },
    ],
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
      "privileges-have-names",
      { privileges: ["all privileges"] },
      "name the privileges",
      { privileges: ["select"] },
    ],
    [
      "no-more-than-rows",
      { objectType: "table", privileges: ["truncate"] },
      "TRUNCATE on a table",
      { objectType: "table", privileges: ["select"] },
    ],
    [
      "no-more-than-rows",
      { objectType: "foreign_server", privileges: ["USAGE"] },
      "USAGE on a foreign_server is granted: remove it",
      { objectType: "sequence", privileges: ["USAGE"] },
    ],
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
      "passwords-are-long",
      { length: 32, lower: false, upper: false, special: false },
      "106 random bits of 128",
      { length: 32, special: false },
    ],
    [
      "passwords-are-long",
      { length: 32, lower: false, upper: false, numeric: false, overrideSpecial: "!!!!" },
      "0 random bits of 128",
      { length: 40, lower: false, upper: false, special: false },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["10.0.0.0/8", "::/0"] },
      "::/0 is every network: name yours in chat-perf:allowedCidrs",
      { allowedCidrs: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["0.0.0.0/1", "128.0.0.0/1"] },
      "admit 4,256,038,912 public addresses of IPv4, of which a stack may admit 65,536 (a /16)",
      { allowedCidrs: ["203.0.113.0/24", "198.51.100.0/24"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["10.0.0.0/7"] },
      "16,777,216 public addresses",
      { allowedCidrs: ["10.0.0.0/9", "10.128.0.0/9"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["203.0.0.0/16", "198.51.100.1/32"] },
      "65,537 public",
      { allowedCidrs: ["203.0.0.0/16"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["::ffff:0:0/97", "::ffff:128.0.0.0/97"] },
      "public addresses of IPv4",
      { allowedCidrs: ["::ffff:203.0.113.0/120"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["2000::/4", "3000::/4"] },
      "more public addresses of IPv6 than a site has (a /48)",
      { allowedCidrs: ["2001:db8:1::/48"] },
    ],
    [
      "networks-are-named",
      { allowedCidrs: ["192.168.7.1/16"] },
      "192.168.7.1/16 admits all of 192.168.0.0/16: write that, or 192.168.7.1/32",
      { allowedCidrs: ["192.168.7.1/32"] },
    ],
    ["networks-are-named", { allowedCidrs: ["all"] }, "all is no network", { allowedCidrs: [] }],
    ["containers-are-confined", { privileged: true }, "remove privileged", { networkMode: "a-network" }],
    ["containers-are-confined", { networkMode: "host" }, "a network of its own", {}],
    [
      "containers-are-confined",
      { networkMode: "container:other" },
      "a network of its own",
      { networkMode: "host-only" },
    ],
    [
      "containers-are-confined",
      { networksAdvanced: [{ name: "host" }] },
      "in networksAdvanced",
      { networksAdvanced: [{ name: "hosts" }] },
    ],
    ["containers-are-confined", { pidMode: "host" }, "remove pidMode", { ipcMode: "private" }],
    [
      "containers-are-confined",
      { capabilities: { adds: ["NET_ADMIN"] } },
      "capability NET_ADMIN",
      { capabilities: { drops: ["NET_RAW"] } },
    ],
    [
      "containers-are-confined",
      { securityOpts: ["seccomp=unconfined"] },
      "not confined (seccomp=unconfined)",
      { securityOpts: ["no-new-privileges"] },
    ],
    [
      "containers-are-confined",
      { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/s" }] },
      "has /var/run/docker.sock of the host",
      { volumes: [{ volumeName: "data", containerPath: "/var/lib/postgresql" }] },
    ],
    [
      "containers-are-confined",
      { mounts: [{ type: "bind", source: "/etc", target: "/etc" }] },
      "has /etc of the host",
      { mounts: [{ type: "volume", source: "data", target: "/d" }] },
    ],
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
      "other-hosts-are-encrypted",
      { host: "localhost.example.com", sslmode: "prefer" },
      "localhost.example.com",
      { host: "127.1", sslmode: "disable" },
    ],
    [
      "other-hosts-are-verified",
      { host: "db.example.com", sslmode: "require" },
      "db.example.com is the server that was meant: set chat-perf:sslmode to verify-full",
      { host: "db.example.com", sslmode: "verify-full" },
    ],
    ["other-hosts-are-verified", { host: "10.0.0.9" }, "10.0.0.9", { host: "localhost", sslmode: "require" }],
    [
      "no-production-host",
      { host: "prod1.example.com" },
      "prod1.example.com looks like",
      { host: "product-catalog" },
    ],
    ["no-production-host", { host: "db-prod2" }, "db-prod2 looks like", { host: "nonprod-db" }],
    ["no-production-name", { name: "productiondb" }, "productiondb looks like", { name: "reproduction" }],
    ["no-production-name", { name: "chatPRD" }, "chatPRD looks like", { name: "deproduct" }],
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

  it("only warns of a server that is not verified, and stops all else", () => {
    const warnings = rules.filter(({ enforcementLevel }) => enforcementLevel === "advisory");
    expect(warnings.map(({ name }) => name)).to.deep.equal(["other-hosts-are-verified"]);
  });

  it("leave out what a preview does not know yet", () => {
    const unknown = (name: string, on: object = {}) =>
      Object.defineProperty(on, name, {
        enumerable: true,
        get: () => {
          throw new Error("can't be known during preview");
        },
      });
    expect(
      said("containers-are-confined", { networksAdvanced: [unknown("name"), { name: "host" }] }),
    ).to.include("in networksAdvanced");
    expect(said("roles-are-in-no-powerful-role", { roles: unknown("1", ["pg_monitor"]) })).to.include(
      "member of pg_monitor",
    );
  });

  describe("of a container's ports", () => {
    /** What is said of a container, of which `admitted` are the networks of the server in it. */
    const ports = (props: object, admitted?: string[]): string => {
      const container = { type: "docker:index/container:Container", urn: "urn:container", props };
      const server = {
        type: "pulumi-nodejs:dynamic/chatperf:DockerServer",
        urn: "urn:server",
        props: { allowedCidrs: admitted },
        propertyDependencies: { containerId: [container] },
      };
      const resources = admitted === undefined ? [container] : [container, server];
      const violations: string[] = [];
      void portsPolicy.validateStack({ resources } as unknown as StackValidationArgs, (violation) => {
        violations.push(violation);
      });
      return violations.join(" ");
    };
    const on = (ip?: string, internal = 5432) => ({ ports: [{ internal, ip }] });

    it("see every other address than loopback, and the default", () => {
      expect(ports(on("0.0.0.0"))).to.include("Port 5432 is published on 0.0.0.0: set its ip to 127.0.0.1");
      for (const ip of [undefined, "", "::", "[::]", "10.0.0.9", "::ffff:0.0.0.0"]) {
        expect(ports(on(ip)), ip).to.include("is published on");
      }
      for (const ip of ["127.0.0.1", "127.0.0.9", "::1", "[::1]"]) expect(ports(on(ip)), ip).to.equal("");
      expect(ports({})).to.equal("");
    });

    it("let a server be reached that admits named networks only", () => {
      expect(ports(on("0.0.0.0"), ["10.0.0.0/8"])).to.equal("");
    });

    it("believe the server's rules, and no label", () => {
      const labels = [{ label: "chat-perf.admits", value: "allowedCidrs" }];
      expect(ports({ ...on("0.0.0.0"), labels })).to.include("is published on 0.0.0.0");
      expect(ports({ ...on("0.0.0.0"), labels }, [])).to.include("is published on 0.0.0.0");
      expect(ports({ ...on(""), labels }, ["0.0.0.0/1", "128.0.0.0/1"])).to.include(
        "is published on 0.0.0.0",
      );
    });

    it("see ports that the server's rules do not decide on", () => {
      expect(ports(on("0.0.0.0", 22), ["10.0.0.0/8"])).to.include("Port 22");
      expect(ports({ publishAllPorts: true }, ["10.0.0.0/8"])).to.include("remove publishAllPorts");
    });
  });

  it("large-bands-are-protected sees staging, perf and every stack of as many messages, and no other", () => {
    const said = (stack: string, protect?: boolean, messages = 1): string => {
      const resource = (kind: string, props: object) => ({
        ...{
          type: `pulumi-nodejs:dynamic/chatperf:${kind}`,
          urn: `urn:pulumi:${stack}::chat-perf::x::y`,
          props,
        },
      });
      const resources = [
        resource("Dataset", { messages }),
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
    expect(said("pr-123", false, 300_000_000)).to.include("Pulumi.pr-123.yaml");
    expect(said("pr-123", true, 300_000_000) + said("pr-123", false, 99_999_999)).to.equal("");
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

    it("accept other spellings of the same values", () => {
      const others = new Map(good)
        .set("log_min_duration_statement", "1s")
        .set("autovacuum_vacuum_scale_factor", "0.050")
        .set("shared_preload_libraries", "'pg_stat_statements'");
      expect(settingViolations(others)).to.deep.equal([]);
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
