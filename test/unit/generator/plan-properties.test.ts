import { expect } from "chai";
import fc from "fast-check";
import type { Burst } from "../../../generator/plan/bursts";
import { NONE } from "../../../generator/plan/members";
import { Permutation } from "../../../generator/plan/permutation";
import { makePlan, type Plan } from "../../../generator/plan/plan";
import { Stream } from "../../../common/random";
import { MessageShard, READING, shardBounds } from "../../../generator/plan/message-shard";
import { LONGEST_BURST } from "../../../generator/plan/time-model";
import { anySpec, expectEach, forPlans, messagesOf, repeatable, viewsOf } from "./specs";

describe("every plan, whatever its seed and size,", () => {
  it("makes every message once, in its conversation, within the window", () => {
    forPlans((plan) => {
      const { bursts, sizes, time, spec } = plan;
      const messages = messagesOf(plan);
      expect(messages).to.have.length(spec.messages);
      expect(new Set(messages.map(({ message }) => message))).to.have.length(spec.messages);
      expectEach(messages, ({ at }) => at >= time.start && at < time.end);
      expectEach(messages, ({ message, conversation }) => {
        const place = message - bursts.messageStart[conversation]!;
        return place >= 0 && place < sizes[conversation]!;
      });
    });
  });

  it("is cut by time into slices that can be made in any order, each in order of time", () => {
    const manyShards = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 17, max: 4000 }));
    fc.assert(
      fc.property(anySpec, manyShards, (spec, shards) => {
        const plan = makePlan(spec);
        const bounds = shardBounds(plan, shards);
        const slice = new MessageShard(plan);
        const slices = [];
        for (let shard = shards - 1; shard >= 0; shard--) {
          slice.read(bounds[shard]!, bounds[shard + 1]!);
          const messages = viewsOf(slice);
          expectEach(messages, ({ at }) => at >= bounds[shard]! && at < bounds[shard + 1]!);
          slices.unshift(messages);
        }
        const messages = slices.flat();
        expectEach(messages, ({ at }, i) => i === 0 || messages[i - 1]!.at <= at);
        expect(messages).to.deep.equal(messagesOf(plan));
      }),
      repeatable,
    );
  });

  it("has conversations that begin before their first message and know their last", () => {
    forPlans((plan) => {
      const { createdAt, lastMessage, lastMessageAt } = plan.chronology;
      const instants = instantsOf(plan);
      const last = new Float64Array(plan.spec.conversations);
      for (const { conversation, at } of messagesOf(plan)) last[conversation] = at;
      expectEach(messagesOf(plan), ({ conversation, at }) => createdAt[conversation]! < at);
      expect(lastMessageAt).to.deep.equal(last);
      expectEach(lastMessage, (message, c) => instants.get(message) === last[c]);
      expectEach(lastMessage, (message, c) => inConversation(plan, message, c));
    });
  });

  it("has distinct members, who exist before they join, in order of joining, the creator first", () => {
    forPlans((plan) => {
      const { signedUpAt, chronology, time } = plan;
      const { start, joinedAt, leftAt, until, user } = plan.members;
      expect(signedUpAt).to.have.length(plan.spec.users);
      for (let c = 0; c < plan.spec.conversations; c++) {
        const all = membersOf(plan, c);
        expect(all.length).to.be.within(2, 256);
        expect(new Set(all.map((member) => user[member]))).to.have.length(all.length);
        expect(joinedAt[start[c]!]).to.equal(chronology.createdAt[c]);
        expectEach(all, (member) => signedUpAt[user[member]!]! <= joinedAt[member]!);
        expectEach(all, (member, slot) => slot === 0 || joinedAt[member - 1]! <= joinedAt[member]!);
        expectEach(all, (member) => joinedAt[member]! <= time.end);
        const left = all.filter((member) => !Number.isNaN(leftAt[member]!));
        expectEach(left, (member) => leftAt[member]! >= joinedAt[member]! && leftAt[member]! <= time.end);
        expectEach(left, (member) => leftAt[member]! >= until[member]!);
      }
    });
  });

  it("has 70 % direct messages, between two people at most once", () => {
    forPlans(({ direct, members, spec }) => {
      const pairs = [...direct.keys()]
        .filter((c) => direct[c] === 1)
        .map((c) => members.user.subarray(members.start[c], members.start[c + 1]));
      expect(pairs).to.have.length(Math.round(0.7 * spec.conversations));
      expectEach(pairs, (pair) => pair.length === 2);
      expect(new Set(pairs.map((pair) => pair.toSorted().join()))).to.have.length(pairs.length);
    });
  });

  it("lets only members write and read, after joining and before leaving, and nobody read their own", () => {
    forPlans((plan) => {
      const { start, joinedAt, until } = plan.members;
      const there = (member: number, conversation: number, at: number): boolean =>
        member >= start[conversation]! &&
        member < start[conversation + 1]! &&
        joinedAt[member]! <= at &&
        until[member]! >= at;
      const messages = messagesOf(plan);
      const read = messages.filter(({ reading }) => reading === READING.recorded);
      expectEach(messages, ({ sender, conversation, at }) => there(sender, conversation, at));
      expectEach(messages, ({ reading, reader }) => (reading === READING.recorded) === (reader !== NONE));
      expectEach(read, ({ reader, conversation, at }) => there(reader, conversation, at));
      expectEach(read, ({ reader, sender }) => reader !== sender);
      expectEach(read, ({ reader, conversation, at }) => plan.members.lastReadAt(reader, conversation) >= at);
    });
  });

  it("points at the last message that each member has read, from after joining", () => {
    forPlans((plan) => {
      const { members, chronology, time } = plan;
      const instants = instantsOf(plan);
      for (let c = 0; c < plan.spec.conversations; c++) {
        const all = membersOf(plan, c);
        const readUntil = (member: number): number =>
          Math.min(members.until[member]!, chronology.lastMessageAt[c]!);
        const hasRead = (member: number): boolean => members.lastRead[member] !== NONE;
        const withPointer = all.filter(hasRead);
        expectEach(all, (member) => hasRead(member) === readUntil(member) >= members.joinedAt[member]!);
        expectEach(withPointer, (member) => inConversation(plan, members.lastRead[member]!, c));
        expectEach(withPointer, (member) => instants.get(members.lastRead[member]!) === readUntil(member));
        expectEach(withPointer, (member) => {
          const at = members.lastReadAt(member, c);
          return at >= readUntil(member) && at <= time.end;
        });
      }
    });
  });

  it("replies to earlier messages of the same conversation, in groups only", () => {
    forPlans((plan) => {
      const instants = instantsOf(plan);
      const replies = messagesOf(plan).filter(({ replyTo }) => replyTo !== NONE);
      expectEach(replies, ({ conversation }) => plan.direct[conversation] === 0);
      expectEach(replies, ({ conversation, replyTo }) => inConversation(plan, replyTo, conversation));
      expectEach(replies, ({ replyTo, replyToAt }) => instants.get(replyTo) === replyToAt);
      expectEach(replies, ({ at, replyToAt }) => replyToAt < at);
    });
  });

  it("knows the instant of every share of the bursts, and back, in time for the last one to end", () => {
    forPlans(({ time }) => {
      const shares = Array.from({ length: 1001 }, (_, i) => i / 1000);
      const instants = shares.map((share) => time.instantAt(share));
      expectEach(instants, (at, i) => i === 0 || instants[i - 1]! < at);
      expectEach(instants, (at) => at >= time.start && at + LONGEST_BURST <= time.end);
      expectEach(instants, (at, i) => time.fractionAt(at) <= shares[i]! + 1e-12);
      expectEach(instants, (at, i) => time.fractionAt(at + 1) >= shares[i]! - 1e-12);
    });
  });

  it("gives every burst one rank in time, and every message one burst, which is over within half an hour", () => {
    forPlans((plan) => {
      const { bursts, spec } = plan;
      const all = burstsOf(plan);
      expect(all).to.have.length(bursts.count);
      expect(new Set(all.map(({ rank }) => rank))).to.have.length(bursts.count);
      expectEach(all, ({ rank }) => rank >= 0 && rank < bursts.count);
      expectEach(all, ({ rank, start }) => bursts.rankAt(start) <= rank);
      expectEach(all, ({ first }, i) => first === (i === 0 ? 0 : all[i - 1]!.first + all[i - 1]!.length));
      expectEach(all, ({ conversation, first }) => inConversation(plan, first, conversation));
      expectEach(all, (burst) => inConversation(plan, burst.first + burst.length - 1, burst.conversation));
      expectEach(all, (burst) => burst.length > 0 && bursts.endOf(burst) <= burst.start + LONGEST_BURST);
      // This is the upper limit even for a burst of 25 messages at the longest pauses. That is the most that 8 bursts
      // of 32 messages leave to one.
      const pauses = Array.from({ length: spec.messages }, (_, message) => bursts.pauseBefore(message));
      expectEach(pauses, (pause) => pause >= 1 && 24 * pause <= LONGEST_BURST);
      const inTime = all.toSorted((a, b) => a.rank - b.rank);
      expectEach(inTime, ({ start }, rank) => rank === 0 || inTime[rank - 1]!.start <= start);
      expectEach(inTime, ({ first, start }, rank) => {
        const burst = { conversation: 0, first: 0, length: 0, start: 0 };
        bursts.readRank(rank, burst);
        return burst.first === first && burst.start === start;
      });
    });
  });
});

describe("the permutation of bursts", () => {
  it("is one: every number once, and back again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.string(), (size, seed) => {
        const permutation = new Permutation(size, (name) => new Stream(seed, name), "test");
        const images = Array.from({ length: size }, (_, x) => permutation.forward(x));
        expectEach(images, (y) => Number.isInteger(y) && y >= 0 && y < size);
        expectEach(images, (y, x) => permutation.inverse(y) === x);
        expect(new Set(images)).to.have.length(size);
      }),
      repeatable,
    );
  });
});

/** The time of each message, by its number. */
function instantsOf(plan: Plan): Map<number, number> {
  return new Map(messagesOf(plan).map(({ message, at }) => [message, at]));
}

/** The numbers of a conversation's members. */
function membersOf({ members }: Plan, conversation: number): number[] {
  const from = members.start[conversation]!;
  return Array.from({ length: members.start[conversation + 1]! - from }, (_, slot) => from + slot);
}

function inConversation({ bursts }: Plan, message: number, conversation: number): boolean {
  return message >= bursts.messageStart[conversation]! && message < bursts.messageStart[conversation + 1]!;
}

/** All bursts by number, with their ranks in time. */
function burstsOf({ bursts, spec }: Plan): (Burst & { rank: number })[] {
  const all = [];
  for (let c = 0; c < spec.conversations; c++) {
    for (let number = bursts.burstStart[c]!; number < bursts.burstStart[c + 1]!; number++) {
      const burst = { conversation: 0, first: 0, length: 0, start: 0, rank: bursts.rankOf(number) };
      bursts.read(c, number, burst);
      all.push(burst);
    }
  }
  return all;
}
