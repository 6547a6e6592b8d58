import { expect } from "chai";
import { countUntil } from "../../../generator/plan/people";
import { NONE } from "../../../generator/plan/members";
import { makePlan } from "../../../generator/plan/plan";
import { MessageSlice, READING } from "../../../generator/plan/slice";
import { forPlans, messagesOf, small } from "./specs";

describe("the plan of a dataset", () => {
  it("has every message exactly once, in its conversation, in order of time, within the window", () => {
    forPlans((plan) => {
      const messages = messagesOf(plan);
      expect(new Set(messages.map(({ message }) => message))).to.have.length(plan.spec.messages);
      let previous = plan.time.start;
      for (const { message, conversation, at } of messages) {
        expect(message).to.be.within(
          plan.bursts.messageStart[conversation]!,
          plan.bursts.messageStart[conversation + 1]! - 1,
        );
        expect(at).to.be.within(previous, plan.time.end - 1);
        previous = at;
      }
    });
  });

  it("gives the same messages however time is cut", () => {
    forPlans((plan) => {
      const whole = messagesOf(plan);
      for (const shards of [3, 8, 64]) expect(messagesOf(plan, shards)).to.deep.equal(whole);
    }, 25);
  });

  it("puts a message on the border of two slices into the later one only", () => {
    const plan = makePlan({ ...small, messages: 500, conversations: 10 });
    const slice = new MessageSlice(plan);
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

  it("knows first, last and read messages without making them", () => {
    forPlans((plan) => {
      const { chronology, members } = plan;
      const instants = new Map(messagesOf(plan).map(({ message, at }) => [message, at]));
      for (let c = 0; c < plan.spec.conversations; c++) {
        const own = messagesIn(c);
        expect(chronology.createdAt[c]).to.be.lessThan(Math.min(...own));
        expect(chronology.lastMessageAt[c]).to.equal(Math.max(...own));
        expect(instants.get(chronology.lastMessage[c]!)).to.equal(chronology.lastMessageAt[c]);
        for (let member = members.start[c]!; member < members.start[c + 1]!; member++) {
          const lastRead = members.lastRead[member]!;
          if (lastRead === NONE) continue;
          expect(members.lastReadAt(member, c)).to.be.within(instants.get(lastRead)!, plan.time.end);
          expect(instants.get(lastRead)).to.be.at.least(members.joinedAt[member]!);
        }
      }
      function messagesIn(c: number): number[] {
        const from = plan.bursts.messageStart[c]!;
        return Array.from({ length: plan.bursts.messageStart[c + 1]! - from }, (_, i) =>
          instants.get(from + i)!,
        );
      }
    });
  });

  it("has distinct members, who exist before they join, in order of joining, the creator first", () => {
    forPlans(({ members, signedUpAt, chronology, spec, time }) => {
      for (let c = 0; c < spec.conversations; c++) {
        const [from, to] = [members.start[c]!, members.start[c + 1]!];
        expect(new Set(members.user.subarray(from, to))).to.have.length(to - from);
        expect(to - from).to.be.within(2, 256);
        expect(members.joinedAt[from]).to.equal(chronology.createdAt[c]);
        for (let member = from; member < to; member++) {
          expect(signedUpAt[members.user[member]!]).to.be.at.most(members.joinedAt[member]!);
          expect(members.joinedAt[member]).to.be.within(
            members.joinedAt[Math.max(from, member - 1)]!,
            time.end,
          );
          const leftAt = members.leftAt[member]!;
          if (Number.isNaN(leftAt)) continue;
          expect(leftAt).to.be.within(members.joinedAt[member]!, time.end);
          expect(leftAt).to.be.at.least(members.until[member]!);
        }
      }
    });
  });

  it("has 70 % direct messages, between two people at most once", () => {
    forPlans(({ direct, members, spec }) => {
      const pairs = new Set<string>();
      let count = 0;
      direct.forEach((is, c) => {
        if (is === 0) return;
        count++;
        const pair = members.user.subarray(members.start[c], members.start[c + 1]);
        pairs.add(pair.toSorted().join());
        expect(pair).to.have.length(2);
      });
      expect(count).to.equal(Math.round(0.7 * spec.conversations));
      expect(pairs).to.have.length(count);
    });
  });

  it("lets only members write and read, after joining and before leaving", () => {
    forPlans((plan) => {
      const { members } = plan;
      for (const { at, conversation, sender, reader, reading } of messagesOf(plan)) {
        for (const member of reading === READING.recorded ? [sender, reader] : [sender]) {
          expect(member).to.be.within(members.start[conversation]!, members.start[conversation + 1]! - 1);
          expect(members.joinedAt[member]).to.be.at.most(at);
          expect(members.until[member]).to.be.at.least(at);
        }
        expect(reader).to.not.equal(sender);
        if (reader !== NONE) expect(members.lastReadAt(reader, conversation)).to.be.at.least(at);
      }
    });
  });

  it("replies to earlier messages of the same conversation, in groups only", () => {
    forPlans((plan) => {
      const messages = messagesOf(plan);
      const byNumber = new Map(messages.map((view) => [view.message, view]));
      for (const { at, conversation, replyTo, replyToAt } of messages) {
        if (replyTo === NONE) continue;
        const target = byNumber.get(replyTo)!;
        expect(plan.direct[conversation]).to.equal(0);
        expect(target.conversation).to.equal(conversation);
        expect(target.at).to.equal(replyToAt).and.to.be.lessThan(at);
      }
    });
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
