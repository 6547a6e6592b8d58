import type { Subject } from "../../../policy/rule";
import { containerCases } from "./container-cases";

const key = `${"A".repeat(43)}=`;
const verifier = `SCRAM-SHA-256$4096:${"B".repeat(22)}==$${key}:${key}`;

/** Rule, inputs that violate it, what it says; inputs that keep to it. */
export type Case = [string, Subject["props"], string, Subject["props"]];

export const cases: Case[] = [
  ["roles-have-no-powers", { superuser: true }, "SUPERUSER: remove superuser", { superuser: false }],
  ["roles-have-no-powers", { createDatabase: true }, "CREATEDB: remove createDatabase", { login: true }],
  ["roles-have-no-powers", { superuser: "true" }, "SUPERUSER: remove superuser", { superuser: "false" }],
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
    "passwords-are-sent-as-verifiers",
    { password: "p".repeat(32) },
    "set chat-perf:passwordForm to scram",
    { password: verifier },
  ],
  [
    "passwords-are-sent-as-verifiers",
    { password: `md5${"0".repeat(32)}` },
    "sent the password itself",
    { login: false },
  ],
  [
    "passwords-are-sent-as-verifiers",
    { password: verifier.replace("SCRAM-SHA-256$", "") },
    "sent the password itself",
    { password: null },
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
    "106 random bits, and it needs 128",
    { length: 32, special: false },
  ],
  [
    "passwords-are-long",
    { length: 32, lower: false, upper: false, numeric: false, overrideSpecial: "!!!!" },
    "0 random bits, and it needs 128",
    { length: 40, lower: false, upper: false, special: false },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["10.0.0.0/8", "::/0"] },
    "::/0 is every network: list your networks in chat-perf:allowedCidrs",
    { allowedCidrs: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["0.0.0.0/1", "128.0.0.0/1"] },
    "admit 4,256,038,912 public IPv4 addresses, and a stack may admit 65,536 of them (a /16)",
    { allowedCidrs: ["203.0.113.0/24", "198.51.100.0/24"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["10.0.0.0/7"] },
    "16,777,216 public IPv4 addresses",
    { allowedCidrs: ["10.0.0.0/9", "10.128.0.0/9"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["::/1", "8000::/1"] },
    "more public IPv6 addresses",
    { allowedCidrs: ["fe80::/10"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"] },
    "4,256,038,912 public IPv4 addresses",
    { allowedCidrs: ["100.64.0.0/10"] },
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
    "public IPv4 addresses",
    { allowedCidrs: ["::ffff:203.0.113.0/120"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["2000::/4", "3000::/4"] },
    "more public IPv6 addresses than a site has (a /48)",
    { allowedCidrs: ["2001:db8:1::/48"] },
  ],
  [
    "networks-are-named",
    { allowedCidrs: ["192.168.7.1/16"] },
    "192.168.7.1/16 admits all of 192.168.0.0/16: write 192.168.0.0/16, or 192.168.7.1/32",
    { allowedCidrs: ["192.168.7.1/32"] },
  ],
  ["networks-are-named", { allowedCidrs: ["all"] }, "all is not a network", { allowedCidrs: [] }],
  ...containerCases,
  [
    "other-hosts-are-encrypted",
    { host: "db.example.com", sslmode: "disable" },
    "set chat-perf:sslmode to verify-full",
    { host: "127.0.0.1", sslmode: "disable" },
  ],
  ["other-hosts-are-encrypted", { host: "10.0.0.9", sslmode: "disable" }, "10.0.0.9", { sslmode: "disable" }],
  [
    "other-hosts-are-encrypted",
    { host: "localhost.example.com", sslmode: "prefer" },
    "localhost.example.com",
    { host: "127.1", sslmode: "disable" },
  ],
  [
    "other-hosts-are-verified",
    { host: "db.example.com", sslmode: "require" },
    "The identity of db.example.com is not verified: set chat-perf:sslmode to verify-full",
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
