import { expect } from "chai";
import { countUntil } from "../../../generator/plan/people";
import { NONE } from "../../../generator/plan/members";
import { makePlan } from "../../../generator/plan/plan";
import { MessageShard } from "../../../generator/plan/message-shard";
import { messagesOf, small } from "./specs";

describe("the plan of a dataset", () => {
  it("puts a message on the border of two slices into the later one only", () => {
    const plan = makePlan({ ...small, messages: 500, conversations: 10 });
    const slice = new MessageShard(plan);
    for (const { at } of messagesOf(plan)) {
      slice.read(-Infinity, at);
      const before = slice.count;
      slice.read(at, at + 1);
      expect(slice.count).to.be.at.least(1);
      slice.read(at, Infinity);
      expect(before + slice.count).to.equal(500);
    }
  });

  it("finds the last message also where bursts overlap", () => {
    for (let seed = 0; seed < 10; seed++) {
      const plan = makePlan({ ...small, messages: 20_000, conversations: 2, windowDays: 1, seed: `${seed}` });
      const last = new Float64Array(2);
      for (const { conversation, at } of messagesOf(plan)) last[conversation] = at;
      expect(plan.chronology.lastMessageAt).to.deep.equal(last);
    }
  });

  it("replies to about 12 % of group messages and records about 10 % of reads", () => {
    const plan = makePlan({ ...small, messages: 100_000, conversations: 500 });
    const messages = messagesOf(plan);
    const inGroups = messages.filter(({ conversation }) => plan.direct[conversation] === 0);
    expect(inGroups.filter(({ replyTo }) => replyTo !== NONE).length / inGroups.length).to.be.closeTo(
      0.12,
      0.01,
    );
    expect(messages.filter(({ reader }) => reader !== NONE).length / messages.length).to.be.closeTo(
      0.1,
      0.005,
    );
  });

  it("has a few senders who talk most", () => {
    const plan = makePlan({ ...small, messages: 50_000 });
    const bySlot = new Array<number>(256).fill(0);
    for (const { sender, conversation } of messagesOf(plan)) {
      if (plan.direct[conversation] === 0) bySlot[sender - plan.members.start[conversation]!]!++;
    }
    const total = bySlot.reduce((sum, count) => sum + count, 0);
    expect(bySlot.slice(0, 3).reduce((sum, count) => sum + count, 0) / total).to.be.greaterThan(0.4);
  });

  it("draws larger groups weakly to more messages", () => {
    const { sizes, members, direct } = makePlan({
      ...small,
      messages: 400_000,
      users: 1000,
      conversations: 4000,
    });
    const mean = (keep: number): number => {
      const chosen = sizes.filter((_, c) => direct[c] === keep);
      return chosen.reduce((sum, size) => sum + Math.log(size), 0) / chosen.length;
    };
    expect(members.start).to.have.length(4001);
    expect(mean(0) - mean(1)).to.be.within(0.1, 1.5);
  });

  it("is as busy in the 9-12 and 18-21 hours as nowhere else, and quiet at night", () => {
    const hours = new Array<number>(24).fill(0);
    for (const { at } of messagesOf(makePlan({ ...small, messages: 50_000 })))
      hours[new Date(at).getUTCHours()]!++;
    const busiest = hours.map((count, hour) => [count, hour] as const).sort(([a], [b]) => b - a);
    expect(busiest.slice(0, 6).map(([, hour]) => hour)).to.have.members([9, 10, 11, 18, 19, 20]);
    expect(busiest[0]![0] / busiest[23]![0]).to.be.greaterThan(3);
  });

  it("has fewer messages at weekends, and more of them later in the window", () => {
    const plan = makePlan({ ...small, messages: 50_000, windowDays: 84 });
    const middle = (plan.time.start + plan.time.end) / 2;
    const messages = messagesOf(plan);
    const weekend = messages.filter(({ at }) => [0, 6].includes(new Date(at).getUTCDay())).length;
    expect(weekend / messages.length).to.be.lessThan(2 / 7 - 0.03);
    const early = countUntil(
      Float64Array.from(messages, ({ at }) => at),
      middle,
    );
    expect(early / messages.length).to.be.within(0.4, 0.48);
  });

  it("is another one for another seed", () => {
    const [one, other] = ["one", "other"].map((seed) => messagesOf(makePlan({ ...small, seed })));
    expect(one).to.not.deep.equal(other);
    expect(one).to.have.length(other!.length);
  });
});
