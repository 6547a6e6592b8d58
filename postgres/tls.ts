import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { defaults } from "pg";
import { ExpectedError } from "../common/errors";

// `pg` would look for a password that is not named in ~/.pgpass.
defaults.password = "";

/** How connections are encrypted and the server's identity proved, as in libpq. */
export type SslMode = "disable" | "require" | "verify-ca" | "verify-full";

/** The modes that we interpret ourselves: `pg` takes all but `disable` for `verify-full`. */
export const SSL_MODES: readonly string[] = [
  "disable",
  "require",
  "verify-ca",
  "verify-full",
] satisfies SslMode[];

export interface Tls {
  sslmode: SslMode;
  /** Absolute path of a PEM file with the certificates to trust. Default: those that Node.js trusts. */
  sslRootCert?: string;
}

/**
 * What Node's TLS is to do, undefined where the connection is not encrypted. As in libpq, `require` proves nothing
 * unless there are certificates to trust, `verify-ca` proves who signed the server's certificate, and `verify-full`
 * also that it was made for the host.
 *
 * @throws ExpectedError when the file of certificates cannot be read or holds none
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
 * A URL as `pg` is to be given it: without the words on TLS, which it reads in another way than libpq, but with what
 * they mean.
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
      `The certificates to trust, ${path}, cannot be read: ${reason}.`,
      "chat-perf:sslRootCert (sslrootcert in a URL) names a PEM file with the certificate of whoever signed the server's.",
    );
  }
}
