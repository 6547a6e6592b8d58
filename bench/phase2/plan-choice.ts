import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareCaptures, type Comparison } from "../../phase2/compare";
import { runExperiment } from "../../phase2/experiment";
import { type IndexDefinition, readDefinitions } from "../../phase2/indexes/index-file";
import { QUERIES } from "../../phase2/queries/query-files";

/**
 * An index on time alone. To find texts of one room, the server may then walk through all messages from the newest on. Of
 * the heaviest rooms it expects this to be fast, when it knows the room (a custom plan); when it does not know it (a generic
 * plan), it reads the whole room.
 */
const timeIndex: IndexDefinition[] = readDefinitions(
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS planted_messages_time ON public.messages ("createdAt" DESC);',
);

/** The twenty newest texts of a room that are longer than so many characters. The planner expects a third of all to be. */
const longTexts = (characters: number): string =>
  `SELECT id, content FROM messages WHERE "conversationId" = $1 AND length(content) > ${characters} ORDER BY "createdAt" DESC LIMIT 20`;

/** `GAIN`: a third are that long, and twenty are found soon. `LOSS`: hardly any is, and all messages are read in vain. */
const planted = { GAIN: longTexts(150), LOSS: longTexts(4_999) };

/** The stratum in which the index changes the choice of plan. */
const STRATUM = "heaviest rooms";

export interface PlanChoice {
  comparison: Comparison;
  /** Whether the planted gain was called IMPROVED, and the planted loss DEGRADED. */
  gainFound: boolean;
  lossFound: boolean;
}

/**
 * Measures, with the usual number of blocks, an index that speeds one query up and slows another one down by the choice
 * between plans.
 */
export async function planChoiceTrial(
  ownerUrl: string,
  options: { seed: string; blocks?: number; passes?: number },
): Promise<PlanChoice> {
  const queriesFolder = mkdtempSync(join(tmpdir(), "chat-perf-plan-choice-"));
  try {
    copyFileSync(join(QUERIES, "q2-insert-message.sql"), join(queriesFolder, "insert.sql"));
    for (const [name, sql] of Object.entries(planted)) {
      const header = `-- name: ${name}\n-- title: newest long texts of a room\n-- parameters: conversation\n`;
      writeFileSync(join(queriesFolder, `${name}.sql`), `${header}${sql}\n`);
    }
    const { pre, post } = await runExperiment(ownerUrl, {
      ...options,
      indexes: timeIndex,
      queriesFolder,
      log: () => undefined,
    });
    const comparison = compareCaptures(pre, post);
    const verdictOn = (name: string): string | undefined =>
      comparison.queries.find(({ query, stratum }) => query === name && stratum === STRATUM)?.verdict;
    return {
      comparison,
      gainFound: verdictOn("GAIN") === "IMPROVED",
      lossFound: verdictOn("LOSS") === "DEGRADED",
    };
  } finally {
    rmSync(queriesFolder, { recursive: true });
  }
}
