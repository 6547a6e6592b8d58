import { runExperiment } from "../phase2/experiment";
import type { Capture } from "../phase2/capture";
import { compareCaptures, type Comparison, type Decision } from "../phase2/compare";
import { applyIndexes, revertIndexes } from "../phase2/indexes/build";
import { readCapture, writeCapture } from "../phase2/measure/capture-file";
import { takeCapture } from "../phase2/measure/take-capture";
import { type ComparisonFormat, comparisonLines, writeComparison } from "../phase2/report-file";
import { projectRoot } from "../toolchain/layout";
import type { Command } from "./front/command";
import { runIfMain } from "./front/run";
import { print } from "./plain-text";
import { type ComparisonFiles, parseVerifyArguments, syntax, type VerifyRequest } from "./verify-request";

/** The exit code of a comparison with this verdict. */
export const exitCodes: Record<Decision, number> = { GO: 0, "NO-GO": 1, INCONCLUSIVE: 2 };

/** The exit code when there is no verdict. */
export const COULD_NOT_RUN = 3;

async function verifyIndexes(request: VerifyRequest): Promise<number> {
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
      const { ownerUrl, applicationUrl, action, seed, blocks, passes } = request;
      const captures = await runExperiment(ownerUrl, {
        seed,
        blocks,
        passes,
        applicationUrl,
        equalArms: action === "aa",
        log: print,
      });
      try {
        return exitCodeOf(show(captures, request));
      } catch (error) {
        keep(captures);
        throw error;
      }
    }
    case "compare": {
      const [pre, post] = request.captures;
      return exitCodeOf(show({ pre: readCapture(pre), post: readCapture(post) }, request));
    }
  }
}

/** Compares two captures, shows what is different, and writes it where it was asked for. */
function show(
  { pre, post }: { pre: Capture; post: Capture },
  { files, budget }: { files: ComparisonFiles; budget?: number },
): Comparison {
  const comparison = compareCaptures(pre, post, { budget });
  for (const line of comparisonLines(comparison)) print(line);
  for (const [format, file] of Object.entries(files) as [ComparisonFormat, string][]) {
    writeComparison(file, comparison, format);
    print(`✓ Comparison written to: ${file}`);
  }
  return comparison;
}

function exitCodeOf({ verdict, reasons }: Comparison): number {
  if (verdict !== "A/A") return exitCodes[verdict];
  return reasons.length > 0 ? 1 : 0;
}

/** Writes captures that could not be compared, or whose comparison could not be written: they took minutes. */
function keep({ pre, post }: { pre: Capture; post: Capture }): void {
  for (const [file, capture] of Object.entries({ "ab-pre.json": pre, "ab-post.json": post })) {
    writeCapture(file, capture);
    print(`✓ Capture kept in: ${file}`);
  }
}

export const command: Command<VerifyRequest> = {
  ...syntax,
  failure: COULD_NOT_RUN,
  parse: (args) => parseVerifyArguments(args, projectRoot, process.env),
  run: verifyIndexes,
};

runIfMain(module, command);
