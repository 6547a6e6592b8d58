/**
 * Whether an environment variable configures the connections of libpq and similar libraries (pg, lib/pq, psql), e.g.
 * `PGHOST`, `PGSSLMODE`. Their names begin with PG and a letter. Variables of PostgreSQL's programs do not, e.g.
 * `PG_COLOR`.
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
export function isLibpqVariable(name: string): boolean {
  return /^PG[A-Z][A-Z_]*$/.test(name);
}

/**
 * Returns an environment without libpq's variables, so that the user's shell does not change the connections of this
 * program.
 */
export function withoutLibpqVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLibpqVariable(name)));
}

/** Shell commands that unset libpq's variables. */
export const UNSET_LIBPQ_VARIABLES = String.raw`for name in $(env | sed -n 's/^\(PG[A-Z][A-Z_]*\)=.*/\1/p'); do unset "$name"; done`;

for (const name of Object.keys(process.env)) {
  if (isLibpqVariable(name)) Reflect.deleteProperty(process.env, name);
}
