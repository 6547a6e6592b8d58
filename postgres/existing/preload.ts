import type { Client } from "pg";

/** The setting with the libraries that a server loads when it starts: a list that others have their share in. */
export const PRELOAD = "shared_preload_libraries";

/** The libraries of such a list, without folder and quotes. */
export function libraries(list: string): string[] {
  return list
    .split(",")
    .map((each) => each.trim().replaceAll('"', "").split("/").at(-1)!)
    .filter((each) => each !== "");
}

/**
 * Whether pg_stat_statements is preloaded, for a role that may not read the list: the library's own settings are
 * there once it is.
 */
export async function isStatStatementsLoaded(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max'");
  return rows.length > 0;
}
