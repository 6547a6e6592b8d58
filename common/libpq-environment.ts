/**
 * Whether a variable is one by which libpq and its kin (pg, lib/pq, psql) are told how to connect, e.g. `PGHOST`,
 * `PGSSLMODE`. All of them begin with PG and a letter, unlike those of PostgreSQL's programs, e.g. `PG_COLOR`.
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function isLibpqVariable(name: string): boolean {
  return /^PG[A-Z][A-Z_]*$/.test(name);
}

/** An environment without libpq's variables: a connection of ours is what we say, not what a person's shell says. */
export function withoutLibpqVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLibpqVariable(name)));
}

/** Shell commands that take libpq's variables out of a shell's environment. */
export const UNSET_LIBPQ_VARIABLES = String.raw`for name in $(env | sed -n 's/^\(PG[A-Z][A-Z_]*\)=.*/\1/p'); do unset "$name"; done`;

for (const name of Object.keys(process.env)) {
  if (isLibpqVariable(name)) Reflect.deleteProperty(process.env, name);
}
