import { list, type Rule } from "../rule";

/** Attributes of a role that would let it past the walls. */
const powers: Readonly<Record<string, string>> = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
};

const types = ["postgresql:index/role:Role"];

export const roleRules: Rule[] = [
  {
    name: "roles-have-no-powers",
    description: "A stack's roles administer nothing.",
    types,
    violations: ({ props }) =>
      Object.entries(powers)
        .filter(([property]) => props[property] === true)
        .map(([property, power]) => `The role has ${power}: remove ${property}.`),
  },
  {
    name: "roles-are-in-no-powerful-role",
    description: "A stack's roles have no rights from roles of the server, such as pg_write_server_files.",
    types,
    violations: ({ props }) =>
      list(props.roles)
        .filter((role) => role.startsWith("pg_") || /superuser|_admin$|^postgres$/.test(role))
        .map((role) => `The role is a member of ${role}: remove it from roles.`),
  },
  {
    name: "passwords-are-stored-encrypted",
    description: "The server keeps no password as it is.",
    types,
    violations: ({ props }) =>
      props.encryptedPassword === false
        ? ["The server would keep the password as it is: remove encryptedPassword."]
        : [],
  },
];
