import { quoteIdentifier, withClient } from "../../postgres/connection";
import type { TestDatabase } from "./server";

let copies = 0;

/** Runs `work` on a copy of a database, and drops the copy. Nobody may be connected to the original meanwhile. */
export async function withCopy<T>(
  original: TestDatabase,
  work: (copy: { ownerUrl: string; appUrl: string }) => Promise<T>,
): Promise<T> {
  const name = `${original.name}_${++copies}`;
  const there = (url: string): string => url.replace(/[^/]*$/, name);
  const server = original.adminUrl.replace(/[^/]*$/, "postgres");
  await execute(
    server,
    `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(original.name)} OWNER ${original.ownerRole}`,
  );
  try {
    return await work({ ownerUrl: there(original.ownerUrl), appUrl: there(original.appUrl) });
  } finally {
    await execute(server, `DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`);
  }
}

export async function execute(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}
