import { randomBytes } from "node:crypto";
import { type Client, DatabaseError } from "pg";
import { ExpectedError } from "../../common/errors";
import { quoteLiteral } from "../connection";
import { scramVerifier } from "../scram";

/**
 * Tries a verifier in the place of a role's password, in a transaction that is rolled back. A server with rules for
 * passwords may refuse it, because it cannot look at the password.
 *
 * @throws ExpectedError when the server refuses it
 */
export async function requireVerifiers(client: Client): Promise<void> {
  const role = `chat_perf_trial_${randomBytes(8).toString("hex")}`;
  const verifier = quoteLiteral(await scramVerifier(randomBytes(16).toString("hex")));
  await client.query("BEGIN");
  try {
    await client.query(`CREATE ROLE ${role}`);
    await client.query(`ALTER ROLE ${role} PASSWORD ${verifier}`).catch((error: unknown) => {
      if (!(error instanceof DatabaseError)) throw error;
      throw new ExpectedError(
        `The server takes no SCRAM verifier in the place of a role's password: ${error.message}.`,
        "Set chat-perf:passwordForm to cleartext. Then the passwords stand in statements, and may stay in the server's log and statistics.",
      );
    });
  } finally {
    await client.query("ROLLBACK");
  }
}
