import type { Rule } from "../rule";

/** Production's name as a word of another, e.g. `prod-db.example.com`, `chat_production`. */
const production = /(?:^|[^a-z0-9])(?:prod|production)(?:[^a-z0-9]|$)/i;

export const nameRules: Rule[] = [
  {
    name: "no-production-host",
    description: "A performance test's server is nobody's production.",
    types: ["pulumi:providers:postgresql"],
    violations: ({ props: { host } }) =>
      typeof host === "string" && production.test(host)
        ? [`${host} looks like production: set chat-perf:host to another server.`]
        : [],
  },
  {
    name: "no-production-name",
    description: "No database and no role is taken for production's.",
    types: ["postgresql:index/database:Database", "postgresql:index/role:Role"],
    violations: ({ props: { name } }) =>
      typeof name === "string" && production.test(name)
        ? [`${name} looks like production: give the stack another name.`]
        : [],
  },
];
