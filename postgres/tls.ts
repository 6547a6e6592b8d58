import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { defaults } from "pg";
import { ExpectedError } from "../common/errors";

// Without this, `pg` would read ~/.pgpass when the URL has no password.
defaults.password = "";

/** The TLS modes of libpq, with the same meaning. */
export type SslMode = "disable" | "require" | "verify-ca" | "verify-full";

/** The modes that this program interprets itself, because `pg` treats all but `disable` as `verify-full`. */
export const SSL_MODES: readonly string[] = [
  "disable",
  "require",
  "verify-ca",
  "verify-full",
] satisfies SslMode[];

export interface Tls {
  sslmode: SslMode;
  /**
   * The absolute path of a PEM file with the trusted certificates.
   *
   * @default the certificates that Node.js trusts
   */
  sslRootCert?: string;
}

/**
 * The options for Node's TLS, or undefined when the connection is not encrypted. As in libpq, `require` checks the
 * certificate only if `sslRootCert` is given, `verify-ca` checks who signed it, and `verify-full` also compares the
 * host name.
 *
 * @throws ExpectedError when the certificate file cannot be read or holds no certificate
 */
export function tlsOptions({ sslmode, sslRootCert }: Tls): ConnectionOptions | undefined {
  if (sslmode === "disable") return undefined;
  const trusted = sslRootCert === undefined ? {} : { ca: certificates(sslRootCert) };
  if (sslmode === "require" && sslRootCert === undefined) return { rejectUnauthorized: false };
  return {
    ...trusted,
    rejectUnauthorized: true,
    ...(sslmode !== "verify-full" && { checkServerIdentity: () => undefined }),
  };
}

/**
 * The URL and TLS options for `pg`. The TLS parameters are removed from the URL, because `pg` interprets them in
 * another way than libpq.
 *
 * @throws ExpectedError as `tlsOptions`
 */
export function clientOptions(url: string): { connectionString: string; ssl?: ConnectionOptions | false } {
  const parsed = parse(url);
  const sslmode = parsed?.searchParams.get("sslmode") ?? "";
  if (parsed === undefined || !SSL_MODES.includes(sslmode)) return { connectionString: url };
  const sslRootCert = parsed.searchParams.get("sslrootcert");
  const ssl = tlsOptions({ sslmode: sslmode as SslMode, ...(sslRootCert !== null && { sslRootCert }) });
  for (const name of ["sslmode", "sslrootcert"]) parsed.searchParams.delete(name);
  return { connectionString: parsed.href, ssl: ssl ?? false };
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function certificates(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    new X509Certificate(text);
    return text;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).syscall === undefined
        ? "it holds no certificate in PEM format"
        : (error as Error).message;
    throw new ExpectedError(
      `The file of trusted certificates ${path} cannot be read: ${reason}.`,
      "Set chat-perf:sslRootCert (sslrootcert in a URL) to a PEM file with the certificate of the authority that signed the server's certificate.",
    );
  }
}
