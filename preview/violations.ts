import { z } from "zod";

/** A policy that a resource does not keep to. */
export interface Violation {
  policy: string;
  /** The resource's name; of the whole stack, its name. */
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
 * The violations in the engine's log of events, of which each is a line of JSON.
 *
 * @param log as `pulumi preview --event-log` writes it
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
      // The policy's description comes first, on a line of its own.
      message: message.slice(message.indexOf("\n") + 1).trim(),
    }));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}
