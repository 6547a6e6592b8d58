import { isTrue, list, type Rule } from "../rule";

const types = ["postgresql:index/grant:Grant", "postgresql:index/defaultPrivileges:DefaultPrivileges"];

/** The privileges that the application needs, by the type of object. It needs none on other servers. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  table: ["DELETE", "INSERT", "SELECT", "UPDATE"],
  column: ["INSERT", "SELECT", "UPDATE"],
  sequence: ["SELECT", "UPDATE", "USAGE"],
  database: ["CONNECT"],
  foreign_data_wrapper: [],
  foreign_server: [],
};

/** The spellings that PostgreSQL accepts for all privileges. */
const all = ["ALL", "ALL PRIVILEGES"];

/** The privileges in upper case, as PostgreSQL lists them. */
const privilegesOf = (props: Readonly<Record<string, unknown>>): string[] =>
  list(props.privileges).map((privilege) => privilege.trim().toUpperCase());

export const grantRules: Rule[] = [
  {
    name: "nothing-for-public",
    description: "PUBLIC has no privileges, because it includes the roles of other stacks.",
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
    description: "Privileges are listed by name, because newer versions of PostgreSQL add privileges to ALL.",
    types,
    violations: ({ props }) =>
      privilegesOf(props).some((privilege) => all.includes(privilege))
        ? ["ALL is granted: name the privileges that are needed."]
        : [],
  },
  {
    name: "no-more-than-rows",
    description: "The application may read and write rows, and connect to its database.",
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
    description: "Only the owner may grant privileges to other roles.",
    types: types.slice(0, 1),
    violations: ({ props }) =>
      isTrue(props.withGrantOption)
        ? ["The role may grant its privileges to others: remove withGrantOption."]
        : [],
  },
];
