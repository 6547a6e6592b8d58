import { RowBuffer } from "../encoding/row-buffer";
import { makePlan, type Plan } from "../plan/plan";
import { MessageShard, shardBounds } from "../plan/message-shard";
import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";
import { AttachmentWriter } from "./attachments";
import { ConversationRows } from "./conversations";
import { identities, type Identities } from "./identities";
import { MemberRows } from "./members";
import { MessageWriter } from "./messages";
import { ReadWriter } from "./reads";
import { ShardRows } from "./shard-rows";
import type { RowSource } from "./source";
import { UserRows } from "./users";

/** The messages of the warm-up, after which V8 has compiled the code that makes them. */
const WARM_UP_MESSAGES = 60_000;

/** The tables that are made as a whole. The others are made shard by shard. */
export const wholeTables = ["users", "conversations", "conversation_users"] as const;
export type WholeTable = (typeof wholeTables)[number];

/** A table and the source of its rows. */
export type TableRows = [table: TableName, rows: RowSource];

/** Makes all rows of a dataset on demand. It holds the plan and the columns of one shard, however many shards are made. */
export class DatasetRows {
  readonly plan: Plan;
  readonly #ids: Identities;
  readonly #shard: MessageShard;
  readonly #messages: MessageWriter;
  readonly #attachments: AttachmentWriter;
  readonly #reads: ReadWriter;

  constructor(spec: DatasetSpec) {
    this.plan = makePlan(spec);
    this.#ids = identities(this.plan);
    this.#shard = new MessageShard(this.plan);
    this.#messages = new MessageWriter(this.plan, this.#ids);
    this.#attachments = new AttachmentWriter(this.plan, this.#ids);
    this.#reads = new ReadWriter(this.plan, this.#ids);
  }

  /** Warms up the JIT compiler with rows that are thrown away, which takes 0.1 s. */
  warmUp(): void {
    const buffer = new RowBuffer();
    const [from, to] = shardBounds(this.plan, Math.ceil(this.plan.spec.messages / WARM_UP_MESSAGES));
    for (const [, rows] of this.shard(from!, to!)) {
      do buffer.length = 0;
      while (rows.fill(buffer));
    }
  }

  /** The rows of a small table. */
  whole(table: WholeTable): RowSource {
    const rows = { users: UserRows, conversations: ConversationRows, conversation_users: MemberRows };
    return new rows[table](this.plan, this.#ids);
  }

  /**
   * The messages of one slice of time with their attachments and reads. They replace those of the previous shard.
   *
   * @param from the first instant of the slice, Unix milliseconds
   * @param to the instant after its end
   */
  shard(from: number, to: number): TableRows[] {
    this.#shard.read(from, to);
    return [
      ["messages", new ShardRows(this.#messages, this.#shard)],
      ["attachments", new ShardRows(this.#attachments, this.#shard)],
      ["message_reads", new ShardRows(this.#reads, this.#shard)],
    ];
  }
}
