import { quoteIdentifier, withAdministrator } from "../connection";

/**
 * Since this version a membership has options, and the creator of a role does not automatically have all of its rights.
 */
const OPTIONS_SINCE = 160_000;

/** Whether the administrator may act as a role and inherits its rights. */
export function mayActAs(adminUrl: string, role: string): Promise<boolean> {
  return withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    const acting = rows[0]!.version >= OPTIONS_SINCE ? "SET" : "MEMBER";
    const { rows: roles } = await client.query<{ may: boolean }>(
      `SELECT pg_has_role(oid, 'USAGE') AND pg_has_role(oid, $2) AS may FROM pg_roles WHERE rolname = $1`,
      [role, acting],
    );
    return roles[0]?.may ?? false;
  });
}

/** Makes an administrator a member of a role that the administrator has created. A superuser needs no membership. */
export async function becomeMember(adminUrl: string, role: string): Promise<void> {
  if (await mayActAs(adminUrl, role)) return;
  await withAdministrator(adminUrl, async (client) => {
    const { rows } = await client.query<{ options: string }>(
      `SELECT CASE WHEN current_setting('server_version_num')::int >= ${OPTIONS_SINCE}
                   THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END AS options`,
    );
    await client.query(`GRANT ${quoteIdentifier(role)} TO CURRENT_USER${rows[0]!.options}`);
  });
}
