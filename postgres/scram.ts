import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** PostgreSQL's default. A higher count makes every login slower. */
const ITERATIONS = 4096;

/**
 * The form in which a password is sent to a server: as a verifier that is computed here, or as the password itself,
 * which the server hashes.
 */
export type PasswordForm = "scram" | "cleartext";

/**
 * Computes the SCRAM verifier that PostgreSQL stores for a password (RFC 5803). CREATE ROLE accepts it in place of the
 * password, so that the password never reaches the server, its log or `pg_stat_statements`.
 *
 * @param salt 16 random bytes; the same salt and password give the same verifier
 * @returns `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`
 */
export async function scramVerifier(password: string, salt = randomBytes(16)): Promise<string> {
  const salted = await promisify(pbkdf2)(prepared(password), salt, ITERATIONS, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/**
 * Normalises the password with SASLprep (RFC 4013) as PostgreSQL does. A password that SASLprep forbids, or that would
 * become empty, is used as it is. ASCII does not change.
 */
function prepared(password: string): string {
  if (/^[\0-\x7f]*$/.test(password)) return password;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its tables are loaded when they are needed
  const { saslprep } = require("@mongodb-js/saslprep") as { saslprep: (text: string) => string };
  try {
    return saslprep(password) || password;
  } catch {
    return password;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
