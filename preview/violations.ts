import { z } from "zod";

/** A policy that a resource violates. */
export interface Violation {
  policy: string;
  /** The name of the resource, or of the stack when the whole stack violates the policy. */
  resource: string;
  /** What is wrong and what to change. */
  message: string;
}

const eventSchema = z.object({
  policyEvent: z.object({
    policyName: z.string(),
    resourceUrn: z.string().default(""),
    message: z.string(),
    enforcementLevel: z.string(),
  }),
});

/**
 * Reads the violations from the engine's event log, in which each line is JSON.
 *
 * @param log the text that `pulumi preview --event-log` has written
 */
export function readViolations(log: string): Violation[] {
  const found = log
    .split("\n")
    .filter((line) => line.includes('"policyEvent"'))
    .map((line) => eventSchema.parse(JSON.parse(line)).policyEvent)
    .filter(({ enforcementLevel }) => enforcementLevel === "mandatory")
    .map(({ policyName, resourceUrn, message }) => ({
      policy: policyName,
      resource: resourceUrn.split("::").at(-1)!,
      // The first line is the description of the policy.
      message: message.slice(message.indexOf("\n") + 1).trim(),
    }));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}
