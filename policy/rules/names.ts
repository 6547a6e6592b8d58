import { protectedWordIn } from "../../postgres/existing/protected-names";
import type { Rule } from "../rule";

const production = (name: unknown): name is string =>
  typeof name === "string" && protectedWordIn(name, ["prod", "production"]) !== undefined;

export const nameRules: Rule[] = [
  {
    name: "no-production-host",
    description: "A performance test does not run on a production server.",
    types: ["pulumi:providers:postgresql"],
    violations: ({ props: { host } }) =>
      production(host) ? [`${host} looks like production: set chat-perf:host to another server.`] : [],
  },
  {
    name: "no-production-name",
    description: "The names of databases and roles cannot be confused with those of production.",
    types: ["postgresql:index/database:Database", "postgresql:index/role:Role"],
    violations: ({ props: { name } }) =>
      production(name) ? [`${name} looks like production: give the stack another name.`] : [],
  },
];
