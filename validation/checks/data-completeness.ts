import type { Check } from "../check";
import { references } from "../references";
import type { QualityReport } from "../report";
import type { Snapshot } from "../snapshot";

type Section = Omit<QualityReport["integrity_checks"]["data_completeness"], "verdict">;

/** One count a column, so that each can use that column's index; of the columns that there are. */
function nullKeysSql(snapshot: Snapshot): string {
  const counts = references
    .filter(({ table, column, required }) => required && snapshot.has(table, column))
    .map(({ table, column }) => `(SELECT count(*) FROM ${table} WHERE "${column}" IS NULL)`);
  return `SELECT ${["0", ...counts].join("\n  + ")} AS count`;
}

/** No required foreign key is NULL, also where the column's constraint is missing. */
export const dataCompleteness: Check<Section> = {
  key: "data_completeness",
  name: "Data completeness",
  critical: false,
  async run(snapshot) {
    const { count } = await snapshot.row<{ count: number }>(nullKeysSql(snapshot));
    return {
      section: { null_foreign_keys: count },
      passed: count === 0,
      value: count,
      measured: `${count} null FKs`,
      threshold: "0 null FKs",
    };
  },
};
