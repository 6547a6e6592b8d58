import { inspect } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { makePlan, type Plan } from "../../../generator/plan/plan";
import { MessageShard } from "../../../generator/plan/message-shard";
import { specProblems } from "../../../generator/problems";
import type { DatasetSpec } from "../../../generator/spec";

export const small: DatasetSpec = {
  messages: 10_000,
  users: 500,
  conversations: 80,
  seed: "unit",
  alpha: 1.8,
  windowDays: 90,
  windowEnd: "2025-10-01T00:00:00Z",
};

/** Draws from a range. Its ends are drawn as often as all other values together, because defects are likely there. */
export function endsFirst<T>(ends: T[], range: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(fc.constantFrom(...ends), range);
}

/**
 * Draws any valid dataset that is small, including a single message, as many conversations as messages or as pairs of
 * users, one long conversation, and windows of one day and of a leap year.
 */
export const anySpec: fc.Arbitrary<DatasetSpec> = fc
  .record({
    conversations: endsFirst([1, 2, 150], fc.integer({ min: 1, max: 150 })),
    moreMessages: endsFirst([0, 1, 2000], fc.integer({ min: 0, max: 2000 })),
    moreUsers: endsFirst([0, 1, 300], fc.integer({ min: 0, max: 300 })),
    seed: fc.string({ minLength: 1, maxLength: 8 }).filter((seed) => seed.trim() !== ""),
    alpha: endsFirst([1.05, 1.8, 4], fc.double({ min: 1.05, max: 4, noNaN: true })),
    windowDays: endsFirst([1, 2, 366], fc.integer({ min: 1, max: 366 })),
    windowEnd: endsFirst(
      [new Date("2000-01-01"), new Date("2059-01-01")],
      fc.date({ min: new Date("2000-01-01"), max: new Date("2059-01-01"), noInvalidDate: true }),
    ).map((date) => date.toISOString()),
  })
  .map(({ moreMessages, moreUsers, ...rest }) => {
    const spec = { ...rest, messages: rest.conversations + moreMessages, users: 2 };
    while (specProblems(spec).length > 0) spec.users++;
    return { ...spec, users: spec.users + moreUsers };
  });

/** One message as an object, for tests only. */
export interface MessageView {
  message: number;
  at: number;
  conversation: number;
  sender: number;
  reader: number;
  reading: number;
  replyTo: number;
  replyToAt: number;
}

/** The messages of a dataset in table order. */
export function messagesOf(plan: Plan): MessageView[] {
  const slice = new MessageShard(plan);
  slice.read(-Infinity, Infinity);
  return viewsOf(slice);
}

/** The messages of a shard in table order. */
export function viewsOf(slice: MessageShard): MessageView[] {
  return Array.from(slice.order.subarray(0, slice.count), (i) => ({
    message: slice.message[i]!,
    at: slice.at[i]!,
    conversation: slice.conversation[i]!,
    sender: slice.sender[i]!,
    reader: slice.reader[i]!,
    reading: slice.reading[i]!,
    replyTo: slice.replyTo[i]!,
    replyToAt: slice.replyTo[i]! < 0 ? NaN : slice.replyToAt[i]!,
  }));
}

/**
 * The number of trials of a property, and their seed, so that no run depends on chance. A failure prints a seed and a
 * path. Put them here to repeat it.
 */
export const repeatable = { numRuns: 200, seed: 20251001 };

/** Checks a property for the plans of many datasets. */
export function forPlans(check: (plan: Plan) => void, numRuns = repeatable.numRuns): void {
  fc.assert(
    fc.property(anySpec, (spec) => {
      check(makePlan(spec));
    }),
    { ...repeatable, numRuns },
  );
}

/** Expects that a condition holds for every item of a list. The error shows the first item for which it does not. */
export function expectEach<T>(things: ArrayLike<T>, holds: (thing: T, place: number) => boolean): void {
  for (let i = 0; i < things.length; i++) {
    if (!holds(things[i]!, i)) expect.fail(`not so for number ${i}: ${inspect(things[i])}`);
  }
}
