import { ExpectedError } from "../common/errors";

/**
 * A database's URL as the command line or a stack's access file gives it.
 *
 * @throws ExpectedError for one that no client would understand
 */
export function checkedDatabaseUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new ExpectedError(
    "The database's URL is malformed.",
    "Write it as postgresql://user:password@host:port/database, special characters percent-encoded.",
  );
}
