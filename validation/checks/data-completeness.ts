import type { Check } from "../check";
import { present, type Reference, references } from "../references";
import type { QualityReport } from "../report";

type Section = Omit<QualityReport["integrity_checks"]["data_completeness"], "verdict">;

/** Counts each column by its own subquery, so that each count can use the column's index. */
function nullKeysSql(required: Reference[]): string {
  const counts = required.map(
    ({ table, column }) => `(SELECT count(*) FROM ${table} WHERE "${column}" IS NULL)`,
  );
  return `SELECT ${["0", ...counts].join("\n  + ")} AS count`;
}

/** Checks that no required foreign key is NULL, even where the column has no NOT NULL constraint. */
export const dataCompleteness: Check<Section> = {
  key: "data_completeness",
  name: "Data completeness",
  critical: false,
  async run(snapshot) {
    const { present: required, lacking } = present(
      references.filter((reference) => reference.required),
      snapshot,
    );
    const { count } = await snapshot.row<{ count: number }>(nullKeysSql(required));
    return {
      section: { null_foreign_keys: count },
      passed: count === 0,
      value: count,
      measured: `${count} null FKs${lacking}`,
      threshold: "0 null FKs",
    };
  },
};
