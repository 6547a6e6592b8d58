import { list, type Rule } from "../rule";

const types = ["postgresql:index/grant:Grant", "postgresql:index/defaultPrivileges:DefaultPrivileges"];

/** What the application does with rows, and what it may do with a database. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  table: ["DELETE", "INSERT", "SELECT", "UPDATE"],
  database: ["CONNECT"],
};

export const grantRules: Rule[] = [
  {
    name: "nothing-for-public",
    description: "What every role of the server may do, other stacks' roles may do.",
    types,
    violations: ({ props }) => {
      const privileges = list(props.privileges);
      return String(props.role).toLowerCase() === "public" && privileges.length > 0
        ? [`PUBLIC is granted ${privileges.join(", ")}: grant it to the role that needs it.`]
        : [];
    },
  },
  {
    name: "privileges-have-names",
    description: "ALL means more with each version of PostgreSQL, and shows as a change for ever.",
    types,
    violations: ({ props }) =>
      list(props.privileges).includes("ALL") ? ["ALL is granted: name the privileges that are needed."] : [],
  },
  {
    name: "no-more-than-rows",
    description: "Tables are for reading and writing rows, and databases for connecting.",
    types,
    violations: ({ props }) => {
      const most = allowed[String(props.objectType)];
      if (most === undefined) return [];
      const more = list(props.privileges).filter(
        (privilege) => privilege !== "ALL" && !most.includes(privilege),
      );
      return more.length === 0
        ? []
        : [
            `${more.join(", ")} on a ${String(props.objectType)} is granted: leave no more than ${most.join(", ")}.`,
          ];
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
