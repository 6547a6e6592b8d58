import { type InterruptionCause, interruptionCause, REMEDIES } from "../../postgres/interruption";
import { ExpectedError } from "../../common/errors";

/** Remedies that are more exact for a measurement. */
const PHASE_2_REMEDIES: Partial<Record<InterruptionCause, string>> = {
  "read-only":
    "Queries are measured in read-only transactions. Only the query with the parameters `message` may change rows.",
};

/**
 * Returns the error to show for what stopped the work: an expected error when its cause lies outside of this program.
 *
 * @param what the work as the error names it, e.g. `The capture`
 */
export function toExpectedError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const cause = interruptionCause(error);
  // A column or function that is missing from our own statements would be a defect of this program.
  if (cause === undefined || cause === "other schema") return error;
  return new ExpectedError(
    `${what} was stopped: ${error.message}.`,
    PHASE_2_REMEDIES[cause] ?? REMEDIES[cause],
    {
      cause: error,
    },
  );
}
