import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import { withAdministrator } from "../connection";

/**
 * Proves that the server at an address is the one that a stack lives on, whatever has been put in its place.
 *
 * @param systemIdentifier as PostgreSQL gave it when the stack first saw the server
 * @throws ExpectedError when it is another one, or does not answer
 */
export function assertSameServer(adminUrl: string, systemIdentifier: string): Promise<void> {
  return withAdministrator(adminUrl, (client) => requireSameServer(client, systemIdentifier));
}

/** The same, in a session that is open. */
export async function requireSameServer(client: Client, systemIdentifier: string): Promise<void> {
  const { rows } = await client.query<{ now: string }>(
    "SELECT system_identifier::text AS now FROM pg_catalog.pg_control_system()",
  );
  if (rows[0]!.now !== systemIdentifier) throw new AnotherServer(`${client.host}:${client.port}`);
}

/** Another server answers at the address of the one that the stack lives on. */
export class AnotherServer extends ExpectedError {
  constructor(where: string) {
    super(
      `${where} is another server than the one that the stack lives on; nothing on it is touched.`,
      "Set chat-perf:host and chat-perf:port back. If the old server is gone for good, forget what was on it: " +
        "`pulumi stack rm <stack> --force --preserve-config`. The next `npm run up` begins anew on this one.",
    );
  }
}
