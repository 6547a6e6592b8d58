import type { Client } from "pg";
import { ExpectedError } from "../../common/errors";
import { withAdministrator } from "../connection";

/**
 * Proves that the server at an address is the server of the stack, and not another one at the same address.
 *
 * @param systemIdentifier PostgreSQL's system identifier in the stack's state
 * @throws ExpectedError when it is another server, or it does not answer
 */
export function assertSameServer(adminUrl: string, systemIdentifier: string): Promise<void> {
  return withAdministrator(adminUrl, (client) => requireSameServer(client, systemIdentifier));
}

/** Does the same as `assertSameServer`, in an open session. */
export async function requireSameServer(client: Client, systemIdentifier: string): Promise<void> {
  const { rows } = await client.query<{ now: string }>(
    "SELECT system_identifier::text AS now FROM pg_catalog.pg_control_system()",
  );
  if (rows[0]!.now !== systemIdentifier) throw new AnotherServer(`${client.host}:${client.port}`);
}

/** The error when another server answers at the address of the stack's server. */
export class AnotherServer extends ExpectedError {
  constructor(where: string) {
    super(
      `${where} is not the server on which the stack was created. Nothing on it was changed.`,
      "Set chat-perf:host and chat-perf:port back. If the old server no longer exists, remove the stack from the state: " +
        "`pulumi stack rm <stack> --force --preserve-config`. The next `npm run up` then creates everything on this server.",
    );
  }
}
