import { z } from "zod";
import { edges } from "./edges";
import type { Distribution, Shares, Unit } from "./profile";

/** The shapes of a profile's parts, as they are checked when they come from outside. */
export const figure = z.number();

export const distribution = z.strictObject({
  unit: z.enum(Object.keys(edges) as [Unit, ...Unit[]]),
  members: figure,
  mean: figure,
  knots: z.array(z.tuple([figure, figure])),
  tail: figure,
}) satisfies z.ZodType<Distribution>;

export const shares = z.strictObject({
  members: figure,
  of: z.record(z.string(), figure),
  others: figure.nullable(),
  otherKeys: figure.nullable(),
}) satisfies z.ZodType<Shares>;

export const physical = z.record(z.string(), figure.nullable());
