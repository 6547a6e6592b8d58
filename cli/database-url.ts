import { ExpectedError } from "../common/errors";

/**
 * Checks a database URL from the command line or from a stack's access file.
 *
 * @throws ExpectedError for a URL that no client accepts
 */
export function checkedDatabaseUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new ExpectedError(
    "The URL of the database is malformed.",
    "Write it as postgresql://user:password@host:port/database, and percent-encode special characters.",
  );
}
