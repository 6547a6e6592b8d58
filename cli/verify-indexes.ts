import { resolve } from "node:path";
import { runExperiment } from "../phase2/experiment";
import type { Capture } from "../phase2/capture";
import { compareCaptures, type Comparison, type Decision } from "../phase2/compare";
import { applyIndexes, revertIndexes } from "../phase2/indexes/build";
import { readCapture, writeCapture } from "../phase2/measure/capture-file";
import { takeCapture } from "../phase2/measure/take-capture";
import { type ComparisonFormat, comparisonLines, figureLines, writeComparison } from "../phase2/report-file";
import { describeError } from "../runtime/errors";
import { print } from "./plain-text";
import { type ComparisonFiles, help, parseVerifyArguments } from "./verify-request";

/** The exit code of a comparison with this verdict. */
export const exitCodes: Record<Decision, number> = { GO: 0, "NO-GO": 1, INCONCLUSIVE: 2 };

/** The exit code when there is no verdict. */
export const COULD_NOT_RUN = 3;

async function verifyIndexes(args: string[]): Promise<number> {
  const request = parseVerifyArguments(args, resolve(__dirname, ".."), process.env);
  if (request === "help") {
    print(help);
    return 0;
  }
  switch (request.action) {
    case "pre-optimization":
    case "post-optimization": {
      const { ownerUrl, action: kind, output, ...options } = request;
      writeCapture(output, await takeCapture(ownerUrl, { kind, ...options, log: print }));
      print(`✓ Capture written to: ${output}`);
      return 0;
    }
    case "apply":
      await applyIndexes(request.ownerUrl, { ...request, log: print });
      return 0;
    case "revert":
      await revertIndexes(request.ownerUrl, print);
      return 0;
    case "ab":
    case "aa": {
      const { ownerUrl, action, seed, blocks, files } = request;
      const captures = await runExperiment(ownerUrl, {
        seed,
        blocks,
        equalArms: action === "aa",
        log: print,
      });
      try {
        if (action === "aa") return falseAlarms(show(captures, files, figureLines));
        return exitCodes[show(captures, files).verdict];
      } catch (error) {
        keep(captures);
        throw error;
      }
    }
    case "compare": {
      const [pre, post] = request.captures;
      return exitCodes[show({ pre: readCapture(pre), post: readCapture(post) }, request.files).verdict];
    }
  }
}

/** Compares two captures, shows what is different, and writes it where it was asked for. */
function show(
  { pre, post }: { pre: Capture; post: Capture },
  files: ComparisonFiles,
  linesOf: (comparison: Comparison) => string[] = comparisonLines,
): Comparison {
  const comparison = compareCaptures(pre, post);
  for (const line of linesOf(comparison)) print(line);
  for (const [format, file] of Object.entries(files) as [ComparisonFormat, string][]) {
    writeComparison(file, comparison, format);
    print(`✓ Comparison written to: ${file}`);
  }
  return comparison;
}

/** Writes captures that could not be compared, or whose comparison could not be written: they took minutes. */
function keep({ pre, post }: { pre: Capture; post: Capture }): void {
  for (const [file, capture] of Object.entries({ "ab-pre.json": pre, "ab-post.json": post })) {
    writeCapture(file, capture);
    print(`✓ Capture kept in: ${file}`);
  }
}

/** Says what was found between two equal sides. Returns the exit code. */
function falseAlarms({ queries, writes }: Comparison): number {
  const compared = [...queries, { ...writes, stratum: "inserts" }];
  const alarms = compared.filter(({ verdict }) => verdict === "IMPROVED" || verdict === "DEGRADED");
  const names = alarms.map(({ query, stratum, verdict }) => `${query} (${stratum}) ${verdict}`);
  print(
    `A/A: ${alarms.length} false alarms in ${compared.length} comparisons${names.length > 0 ? `: ${names.join(", ")}` : ""}`,
  );
  return alarms.length > 0 ? 1 : 0;
}

if (require.main === module) {
  verifyIndexes(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(describeError(error));
      process.exitCode = COULD_NOT_RUN;
    },
  );
}
