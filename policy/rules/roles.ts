import { isTrue, list, type Rule } from "../rule";

/** Role attributes that would break the isolation of a stack. */
const powers: Readonly<Record<string, string>> = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
};

const types = ["postgresql:index/role:Role"];

/** Matches the administrative roles of PostgreSQL and of managed services. */
const powerful = /^pg_|superuser|admin$|^(?:postgres|root)$/i;

/** Matches the verifier that PostgreSQL stores for a password (RFC 5803). */
const VERIFIER = /^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/;

export const roleRules: Rule[] = [
  {
    name: "roles-have-no-powers",
    description: "The roles of a stack have no administrative attributes.",
    types,
    violations: ({ props }) =>
      Object.entries(powers)
        .filter(([property]) => isTrue(props[property]))
        .map(([property, power]) => `The role has ${power}: remove ${property}.`),
  },
  {
    name: "roles-are-in-no-powerful-role",
    description:
      "The roles of a stack are not members of administrative roles, such as pg_write_server_files.",
    types: [...types, "postgresql:index/grantRole:GrantRole"],
    violations: ({ props: { roles, assumeRole, grantRole } }) =>
      Object.entries({ roles, assumeRole, grantRole }).flatMap(([property, value]) =>
        (typeof value === "string" ? [value] : list(value))
          .filter((role) => powerful.test(role.trim()))
          .map((role) => `The role is a member of ${role}: remove it from ${property}.`),
      ),
  },
  {
    name: "passwords-are-sent-as-verifiers",
    description: "No password stands in a statement, where the server's log and statistics would keep it.",
    types,
    violations: ({ props: { password } }) =>
      typeof password !== "string" || password === "" || VERIFIER.test(password)
        ? []
        : ["The server is sent the password itself: set chat-perf:passwordForm to scram."],
  },
  {
    name: "passwords-are-stored-encrypted",
    description: "The server does not store passwords in plain text.",
    types,
    violations: ({ props }) =>
      String(props.encryptedPassword) === "false"
        ? ["The server would store the password in plain text: remove encryptedPassword."]
        : [],
  },
];
