import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import { NONE } from "../plan/members";
import type { Plan } from "../plan/plan";
import { tables } from "../tables";
import { inOrderOf, type Identities } from "./identities";
import { Ids } from "./ids";
import { WholeRows } from "./whole-rows";

const OWNER = new Ascii("OWNER");
const ADMIN = new Ascii("ADMIN");
const MEMBER = new Ascii("MEMBER");
/** A group has one admin for each twelve members. */
const MEMBERS_PER_ADMIN = 12;
const WEEK = 7 * 86_400_000;

/** The rows of `conversation_users`, in the order in which members joined. */
export class MemberRows extends WholeRows {
  readonly #plan: Plan;
  readonly #identities: Identities;
  readonly #ids: Ids;
  readonly #muted;
  readonly #order: Uint32Array;
  /** The conversation of each member. */
  readonly #conversation: Uint32Array;

  constructor(plan: Plan, identities: Identities) {
    super(plan.members.user.length);
    this.#plan = plan;
    this.#identities = identities;
    this.#ids = new Ids(plan.streams, "conversation_users");
    this.#muted = plan.streams("conversation_users.isMuted");
    this.#order = inOrderOf(plan.members.joinedAt);
    this.#conversation = new Uint32Array(plan.members.user.length);
    for (let c = 0; c < plan.spec.conversations; c++) {
      this.#conversation.fill(c, plan.members.start[c], plan.members.start[c + 1]);
    }
  }

  protected write(n: number, row: RowBuffer): void {
    const member = this.#order[n]!;
    const c = this.#conversation[member]!;
    const { members, chronology, time } = this.#plan;
    const joinedAt = members.joinedAt[member]!;
    const leftAt = members.leftAt[member]!;
    const lastRead = members.lastRead[member]!;
    const lastReadAt = members.lastReadAt(member, c);
    const active = Number.isNaN(leftAt);
    const muted = active && this.#muted.below(member, 12) === 0;
    row.row(tables.conversation_users.length);
    this.#ids.write(row, joinedAt, member);
    row.encoded(this.#role(member, c));
    row.bool(active);
    row.bool(muted);
    row.timestamp(muted && this.#muted.draw(member, 0) % 2 === 0 ? time.end + WEEK : NaN);
    row.timestamp(joinedAt);
    row.timestamp(leftAt);
    row.timestamp(lastReadAt);
    if (lastRead === NONE) row.null();
    else {
      const messageAt = Math.min(members.until[member]!, chronology.lastMessageAt[c]!);
      this.#identities.messages.write(row, messageAt, lastRead);
    }
    row.timestamp(joinedAt);
    row.timestamp(active ? (Number.isNaN(lastReadAt) ? joinedAt : lastReadAt) : leftAt);
    row.keptId(this.#identities.users, members.user[member]!);
    row.keptId(this.#identities.conversations, c);
  }

  #role(member: number, c: number): Ascii {
    const slot = member - this.#plan.members.start[c]!;
    if (slot === 0) return OWNER;
    const size = this.#plan.members.start[c + 1]! - this.#plan.members.start[c]!;
    return this.#plan.direct[c] === 0 && slot <= size / MEMBERS_PER_ADMIN ? ADMIN : MEMBER;
  }
}
