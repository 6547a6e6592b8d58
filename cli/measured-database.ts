import { readStackFile } from "../config";
import type { OwnMachine } from "../phase2/measure/cold";
import { defaultDataDirectory } from "../postgres/embedded-server";
import { ExpectedError } from "../common/errors";
import { checkedDatabaseUrl } from "./database-url";
import { stackEnvironment } from "./stack-environment";

/** The database that phase 2 measures, and the server that it runs on where that is ours. */
export interface MeasuredDatabase {
  /** The role that owns the tables. */
  ownerUrl: string;
  /** The application's role. The calls of its queries in pg_stat_statements tell how often each runs. */
  applicationUrl?: string;
  machine?: OwnMachine;
}

/**
 * Finds the database that the options or the environment name.
 *
 * @throws ExpectedError for no database, a malformed URL, or a stack that is not up
 */
export function measuredDatabase(
  { stack, "database-url": url }: { stack?: string; "database-url"?: string },
  projectRoot: string,
  environment: NodeJS.ProcessEnv,
): MeasuredDatabase {
  const urls = url === undefined && stack !== undefined ? stackEnvironment(projectRoot, stack) : environment;
  const ownerUrl = url ?? urls.MIGRATION_DATABASE_URL;
  if (ownerUrl === undefined) {
    throw new ExpectedError(
      "No database to measure.",
      "Give `--stack dev` or `--database-url URL`, or set MIGRATION_DATABASE_URL.",
    );
  }
  const machine = stack === undefined || url !== undefined ? undefined : machineOf(projectRoot, stack);
  const applicationUrl = url === undefined ? urls.DATABASE_URL : undefined;
  return {
    ownerUrl: checkedDatabaseUrl(ownerUrl),
    ...(applicationUrl !== undefined && isSameDatabase(applicationUrl, ownerUrl) && { applicationUrl }),
    ...(machine && { machine }),
  };
}

/** DATABASE_URL is a common name, and may be that of quite another database. */
function isSameDatabase(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  return a.protocol === b.protocol && a.host === b.host && a.pathname === b.pathname;
}

/** The stack's own server, if it has one. */
function machineOf(projectRoot: string, stack: string): OwnMachine | undefined {
  const { target } = readStackFile(projectRoot, stack);
  if (target.kind !== "embedded") return undefined;
  return { kind: "embedded", dataDirectory: target.dataDir ?? defaultDataDirectory(projectRoot, stack) };
}
