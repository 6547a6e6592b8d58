import { protectedWordIn } from "../../postgres/existing/protected-names";
import type { Rule } from "../rule";

const production = (name: unknown): name is string =>
  typeof name === "string" && protectedWordIn(name, ["prod", "production"]) !== undefined;

export const nameRules: Rule[] = [
  {
    name: "no-production-host",
    description: "A performance test's server is nobody's production.",
    types: ["pulumi:providers:postgresql"],
    violations: ({ props: { host } }) =>
      production(host) ? [`${host} looks like production: set chat-perf:host to another server.`] : [],
  },
  {
    name: "no-production-name",
    description: "No database and no role is taken for production's.",
    types: ["postgresql:index/database:Database", "postgresql:index/role:Role"],
    violations: ({ props: { name } }) =>
      production(name) ? [`${name} looks like production: give the stack another name.`] : [],
  },
];
