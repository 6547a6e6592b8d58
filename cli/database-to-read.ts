import { stackEnvironment } from "./stack-environment";

/** The database that a command reads, and the other URLs beside it. */
export interface DatabaseToRead {
  /** Undefined when neither the command line nor the environment names a database. */
  url: string | undefined;
  /** The variables of the stack, or of the environment. They are empty for a URL on the command line. */
  urls: NodeJS.ProcessEnv;
}

/**
 * Finds the database that the options or the environment name. Of a stack, the owner of the tables logs in, because the
 * application may use all of its own sessions.
 *
 * @throws ExpectedError for a stack that was not created yet
 */
export function databaseToRead(
  { stack, "database-url": url }: { stack?: string; "database-url"?: string },
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): DatabaseToRead {
  if (url !== undefined) return { url, urls: {} };
  if (stack === undefined) return { url: environment.DATABASE_URL, urls: environment };
  const urls = stackEnvironment(projectRoot, stack);
  return { url: urls.MIGRATION_DATABASE_URL ?? urls.DATABASE_URL, urls };
}
