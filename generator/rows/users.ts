import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import { tables } from "../tables";
import { firstNames, lastNames, topics } from "./dictionary";
import type { Identities } from "./identities";
import { WholeRows } from "./whole-rows";

const visibilities = ["PUBLIC", "CONNECTIONS_ONLY", "CLOSE_FRIENDS_ONLY", "PRIVATE"].map((v) => new Ascii(v));
const DAY = 86_400_000;

/** The rows of `users`. No email address belongs to a person, because RFC 2606 reserves the domain. */
export class UserRows extends WholeRows {
  readonly #plan: Plan;
  readonly #ids: Identities;
  readonly #properties;

  constructor(plan: Plan, ids: Identities) {
    super(plan.spec.users);
    this.#plan = plan;
    this.#ids = ids;
    this.#properties = plan.streams("users.properties");
  }

  protected write(user: number, row: RowBuffer): void {
    const { signedUpAt, time } = this.#plan;
    const draw = (k: number, limit: number): number =>
      Math.floor(this.#properties.draw(user, k) * 2 ** -32 * limit);
    const first = firstNames[draw(0, firstNames.length)]!;
    const last = lastNames[draw(1, lastNames.length)]!;
    const name = `syn_${first}_${last}_${user.toString(36).padStart(4, "0")}`.toLowerCase();
    const createdAt = signedUpAt[user]!;
    const sinceThen = time.end - createdAt;
    const lastSeenAt = time.end - Math.min(draw(2, 14 * DAY), sinceThen);
    const online = draw(3, 20) === 0;
    row.row(tables.users.length);
    row.keptId(this.#ids.users, user);
    row.text(`${name}@example.com`);
    row.text(name);
    row.text(first);
    row.text(last);
    if (draw(4, 3) > 0) row.null();
    else
      row.text(`Mostly here for ${topics[draw(5, topics.length)]!} and ${topics[draw(6, topics.length)]!}.`);
    if (draw(7, 2) > 0) row.null();
    else row.text(`https://images.example.com/profiles/${name}.jpg`);
    row.bool(draw(8, 50) > 0);
    row.int(draw(9, 10) === 0 ? 1 + draw(10, 3) : 0);
    row.int(draw(11, 5) === 0 ? 1 + draw(12, 5) : 0);
    row.timestamp(draw(9, 10) === 0 ? lastSeenAt : NaN);
    row.timestamp(Math.max(createdAt, Math.floor(time.end / (7 * DAY)) * 7 * DAY));
    row.bool(draw(13, 10) > 0);
    row.bool(draw(14, 5) > 0);
    row.encoded(visibilities[[0, 0, 0, 1, 1, 2, 3][draw(15, 7)]!]!);
    row.bool(online);
    row.timestamp(online ? time.end : lastSeenAt);
    row.null();
    row.timestamp(createdAt);
    row.timestamp(lastSeenAt);
    row.timestamp(lastSeenAt - Math.min(draw(16, DAY), lastSeenAt - createdAt));
  }
}
