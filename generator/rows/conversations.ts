import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { tables } from "../tables";
import { topics } from "./dictionary";
import { inOrderOf, type Identities } from "./identities";
import { WholeRows } from "./whole-rows";

const DIRECT_MESSAGE = new Ascii("DIRECT_MESSAGE");
const GROUP_CHAT = new Ascii("GROUP_CHAT");
/** The largest number of members that a group may have. */
const MOST_MEMBERS = 256;
const groupKinds = [
  "club",
  "study group",
  "team",
  "friends",
  "project",
  "reading circle",
  "news",
  "committee",
];

/** Rows of `conversations`, in order of creation. */
export class ConversationRows extends WholeRows {
  readonly #plan: Plan;
  readonly #ids: Identities;
  readonly #properties;
  readonly #order: Uint32Array;

  constructor(plan: Plan, ids: Identities) {
    super(plan.spec.conversations);
    this.#plan = plan;
    this.#ids = ids;
    this.#properties = plan.streams("conversations.properties");
    this.#order = inOrderOf(plan.chronology.createdAt);
  }

  protected write(n: number, row: RowBuffer): void {
    const c = this.#order[n]!;
    const { chronology, direct, members } = this.#plan;
    const draw = (k: number, limit: number): number =>
      Math.floor(this.#properties.draw(c, k) * 2 ** -32 * limit);
    const group = direct[c] === 0;
    const topic = topics[draw(0, topics.length)]!;
    const lastMessageAt = chronology.lastMessageAt[c]!;
    row.row(tables.conversations.length);
    row.keptId(this.#ids.conversations, c);
    if (group)
      row.text(`${topic[0]!.toUpperCase()}${topic.slice(1)} ${groupKinds[draw(1, groupKinds.length)]!}`);
    else row.null();
    if (group && draw(2, 2) === 0) row.text(`All about ${topic}.`);
    else row.null();
    row.encoded(group ? GROUP_CHAT : DIRECT_MESSAGE);
    if (group && draw(3, 3) === 0)
      row.text(`https://images.example.com/groups/${topic}-${c.toString(36)}.jpg`);
    else row.null();
    row.bool(true);
    row.bool(group && draw(4, 4) > 0);
    row.bool(draw(5, 20) > 0);
    row.int(group ? MOST_MEMBERS : 2);
    row.timestamp(lastMessageAt);
    this.#ids.messages.write(row, lastMessageAt, chronology.lastMessage[c]!);
    row.timestamp(chronology.createdAt[c]!);
    row.timestamp(lastMessageAt);
    row.keptId(this.#ids.users, members.user[members.start[c]!]!);
  }
}
