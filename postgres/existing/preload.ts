import type { Client } from "pg";

/**
 * The setting with the libraries that a server loads when it starts. Other users of the server may have entries in the
 * list.
 */
export const PRELOAD = "shared_preload_libraries";

/** The libraries in the value of that setting, without folders and quotes. */
export function libraries(list: string): string[] {
  return list
    .split(",")
    .map((each) => each.trim().replaceAll('"', "").split("/").at(-1)!)
    .filter((each) => each !== "");
}

/**
 * Whether pg_stat_statements is preloaded. This also works for a role that may not read the setting, because the
 * library's own settings exist only when it is loaded.
 */
export async function isStatStatementsLoaded(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max'");
  return rows.length > 0;
}
