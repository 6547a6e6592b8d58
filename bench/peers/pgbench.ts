import { withClient } from "../../postgres/connection";
import { postgresProgram } from "./postgres-program";
import { PeerMissing, type Peer } from "./peer";

const ROWS_PER_SCALE = 100_000;
/** At two million rows per second, this is five seconds of rows for the dev band. */
const MESSAGES_PER_SCALE = 50_000;

/** PostgreSQL's own benchmark, which fills its tables by COPY FREEZE over one connection. */
export const pgbench: Peer = {
  name: "pgbench",
  what: "pgbench -i, narrow rows of its own",
  timed: "COPY FREEZE of its accounts through the client, without its vacuum and keys; bytes of text.",
  async prepare(bench, { adminUrl }) {
    const run = postgresProgram("pgbench", "postgresql", bench);
    const scale = Math.max(1, Math.round(bench.spec.messages / MESSAGES_PER_SCALE));
    // Its tables are in a database without the chat schema.
    await withClient(adminUrl, (client) => client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    return async () => {
      const { rows, ...aside } = phasesOf(await run(adminUrl, ["-i", "-s", String(scale), "-q"]));
      if (rows === undefined) {
        throw new PeerMissing("pgbench does not tell its phases.", "It does from PostgreSQL 13 on.");
      }
      const count = scale * ROWS_PER_SCALE;
      return { rows: count, bytes: accountsBytes(scale), seconds: { rows }, aside };
    };
  },
};

/**
 * The phases in pgbench's last line: `done in 9.91 s (drop tables 0.00 s, create tables 0.01 s, client-side generate
 * 7.10 s, vacuum 0.35 s, primary keys 2.44 s).`
 */
export function phasesOf(output: string): Record<string, number> {
  const list = /done in [\d.]+ s \((.+)\)\./.exec(output)?.[1] ?? "";
  const phases = Array.from(
    list.matchAll(/([a-z -]+?) ([\d.]+) s/g),
    ([, name, seconds]) => [name!.trim(), Number(seconds)] as const,
  ).map(([name, seconds]) => [name === "client-side generate" ? "rows" : name, seconds] as const);
  return Object.fromEntries(phases);
}

/**
 * Bytes of the text that pgbench sends for pgbench_accounts: `aid TAB bid TAB 0 TAB NEWLINE`, aid from 1 to
 * 100,000 times the scale, bid the number of its hundred thousand from 1 on. The server fills up the row's `filler`.
 */
export function accountsBytes(scale: number): number {
  return digitsUpTo(scale * ROWS_PER_SCALE) + (digitsUpTo(scale) + 5 * scale) * ROWS_PER_SCALE;
}

/** The number of digits of all numbers from 1 to n. */
function digitsUpTo(n: number): number {
  let digits = 0;
  for (let power = 1; power <= n; power *= 10) digits += n - power + 1;
  return digits;
}
