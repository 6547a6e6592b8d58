import { list, type Rule } from "../rule";

const types = ["postgresql:index/grant:Grant", "postgresql:index/defaultPrivileges:DefaultPrivileges"];

/** What the application does with rows, and what it may do with a database; other servers are none of its business. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  table: ["DELETE", "INSERT", "SELECT", "UPDATE"],
  column: ["INSERT", "SELECT", "UPDATE"],
  sequence: ["SELECT", "UPDATE", "USAGE"],
  database: ["CONNECT"],
  foreign_data_wrapper: [],
  foreign_server: [],
};

/** Every spelling that PostgreSQL takes for all privileges. */
const all = ["ALL", "ALL PRIVILEGES"];

/** The privileges in capital letters, as PostgreSQL's own lists have them. */
const privilegesOf = (props: Readonly<Record<string, unknown>>): string[] =>
  list(props.privileges).map((privilege) => privilege.trim().toUpperCase());

export const grantRules: Rule[] = [
  {
    name: "nothing-for-public",
    description: "What every role of the server may do, other stacks' roles may do.",
    types,
    violations: ({ props }) => {
      const privileges = privilegesOf(props);
      return String(props.role).trim().toLowerCase() === "public" && privileges.length > 0
        ? [`PUBLIC is granted ${privileges.join(", ")}: grant it to the role that needs it.`]
        : [];
    },
  },
  {
    name: "privileges-have-names",
    description: "ALL means more with each version of PostgreSQL: MAINTAIN, for tables, since 17.",
    types,
    violations: ({ props }) =>
      privilegesOf(props).some((privilege) => all.includes(privilege))
        ? ["ALL is granted: name the privileges that are needed."]
        : [],
  },
  {
    name: "no-more-than-rows",
    description: "Tables are for reading and writing rows, and databases for connecting.",
    types,
    violations: ({ props }) => {
      const most = allowed[String(props.objectType)];
      if (most === undefined) return [];
      const more = privilegesOf(props).filter(
        (privilege) => !all.includes(privilege) && !most.includes(privilege),
      );
      if (more.length === 0) return [];
      const what = `${more.join(", ")} on a ${String(props.objectType)} is granted`;
      return [most.length === 0 ? `${what}: remove it.` : `${what}: leave no more than ${most.join(", ")}.`];
    },
  },
  {
    name: "no-grant-option",
    description: "Nobody but the owner hands on rights.",
    types: types.slice(0, 1),
    violations: ({ props }) =>
      props.withGrantOption === true ? ["The role may hand its rights on: remove withGrantOption."] : [],
  },
];
