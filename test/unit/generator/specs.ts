import fc from "fast-check";
import { makePlan, type Plan } from "../../../generator/plan/plan";
import { MessageSlice, sliceBounds } from "../../../generator/plan/slice";
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

/** Any dataset that can be made and is quickly made. */
export const anySpec: fc.Arbitrary<DatasetSpec> = fc
  .record({
    messages: fc.integer({ min: 1, max: 3000 }),
    users: fc.integer({ min: 2, max: 300 }),
    conversations: fc.integer({ min: 1, max: 200 }),
    seed: fc.string({ minLength: 1, maxLength: 8 }),
    alpha: fc.double({ min: 1.2, max: 3, noNaN: true }),
    windowDays: fc.integer({ min: 1, max: 120 }),
    windowEnd: fc
      .date({ min: new Date("2005-01-01"), max: new Date("2050-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString()),
  })
  .filter((spec) => specProblems(spec).length === 0);

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

/** The messages of a dataset in table order, made in so many slices. */
export function messagesOf(plan: Plan, shards = 1): MessageView[] {
  const slice = new MessageSlice(plan);
  const bounds = sliceBounds(plan, shards);
  const views: MessageView[] = [];
  for (let shard = 0; shard < shards; shard++) {
    slice.read(bounds[shard]!, bounds[shard + 1]!);
    for (const i of slice.order.subarray(0, slice.count)) {
      views.push({
        message: slice.message[i]!,
        at: slice.at[i]!,
        conversation: slice.conversation[i]!,
        sender: slice.sender[i]!,
        reader: slice.reader[i]!,
        reading: slice.reading[i]!,
        replyTo: slice.replyTo[i]!,
        replyToAt: slice.replyTo[i]! < 0 ? NaN : slice.replyToAt[i]!,
      });
    }
  }
  return views;
}

/** Runs a property over the plans of many datasets. */
export function forPlans(check: (plan: Plan) => void, numRuns = 60): void {
  fc.assert(
    fc.property(anySpec, (spec) => {
      check(makePlan(spec));
    }),
    { numRuns },
  );
}
