import { expect } from "chai";
import type { Client } from "pg";
import { Progress, REPORT_EVERY_MS } from "../../common/progress";
import { withProgress } from "../../generator/load/server-progress";
import { withClient } from "../../postgres/connection";
import { setUp } from "../support/fixture";
import { startTestServer, type TestDatabase } from "../support/server";

const ROWS = 2000;

describe("the progress of a statement, as the server shows it", () => {
  let database: TestDatabase;

  setUp(async (undo) => {
    database = await (await startTestServer()).createDatabase({ migrated: false });
    undo(() => database.drop());
    await withClient(database.ownerUrl, async (client) => {
      // The texts lie in the TOAST table. The function makes the build of an index slow.
      await client.query(
        `CREATE TABLE public.texts (id integer, content text);
         ALTER TABLE public.texts ALTER content SET STORAGE EXTERNAL;
         INSERT INTO public.texts SELECT n, repeat('x', 4000) FROM generate_series(1, ${ROWS}) n;
         CREATE TABLE public.pages AS SELECT n AS id, repeat('x', 1500) AS content FROM generate_series(1, ${ROWS}) n;
         CREATE FUNCTION public.slow(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS
           $$ BEGIN PERFORM pg_sleep(0.0005); RETURN $1; END $$`,
      );
    });
  });

  /** Runs a statement and returns the shares, in percent, that are reported meanwhile. */
  async function sharesOf(work: (client: Client) => Promise<unknown>): Promise<number[]> {
    const lines: string[] = [];
    let now = 0;
    // Each look at the clock is late enough for another line.
    const clock = (): number => (now += REPORT_EVERY_MS);
    const progress = new Progress("texts", ROWS, "rows", (line) => lines.push(line), clock);
    await withClient(database.ownerUrl, (observer) =>
      withClient(database.ownerUrl, (client) =>
        withProgress(
          observer,
          progress,
          (table) => (/^public\.(texts|pages)$/.test(table) ? ROWS : 0),
          () => work(client),
          20,
        ),
      ),
    );
    progress.advance(ROWS);
    progress.finish();
    return lines.flatMap((line) => /^texts: (\d+) %/.exec(line)?.[1] ?? []).map(Number);
  }

  function expectToRise(shares: number[]): void {
    expect(shares).to.deep.equal(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).to.equal(100);
    const between = new Set(shares.filter((share) => share > 0 && share < 100));
    expect(between.size, shares.join(" ")).to.be.at.least(5);
  }

  it("rises to 100 % in a vacuum whose time goes into the TOAST table", async () => {
    const shares = await sharesOf(async (client) => {
      await client.query("SET vacuum_cost_delay = '10ms'; SET vacuum_cost_limit = 20");
      await client.query("VACUUM (ANALYZE) public.texts");
    });
    expectToRise(shares);
    expect(
      shares.some((share) => share > 80 && share < 90),
      shares.join(" "),
    ).to.equal(true);
  });

  it("rises to 100 % in the build of an index", async () => {
    expectToRise(await sharesOf((client) => client.query("CREATE INDEX ON public.pages (public.slow(id))")));
  });
});
