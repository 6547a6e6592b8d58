import { Ascii } from "../encoding/ascii";
import { ID_LENGTH, type RowBuffer } from "../encoding/row-buffer";
import { remainder } from "../plan/arithmetic";
import { MESSAGE_TYPE } from "../plan/message-type";
import type { Plan } from "../plan/plan";
import type { Stream } from "../../common/random";
import type { MessageShard } from "../plan/message-shard";
import { tables } from "../tables";
import { audios, documents, images, videos, type FileKind } from "./dictionary";
import type { Identities } from "./identities";
import { Ids } from "./ids";
import type { ShardWriter } from "./shard-rows";

/** The share of messages with attachments that have more than one: 2 to 5. */
const SEVERAL = 0.2;
const FILES = new Ascii("https://files.example.com/");
const THUMBNAILS = new Ascii("https://files.example.com/thumbnails/");
const THUMBNAIL_EXTENSION = new Ascii(".webp");

/** The attachments of one message type. */
interface AttachmentModel {
  type: Ascii;
  kinds: FileKind[];
  /** Bytes. */
  smallest: number;
  largest: number;
  /** Whether they have a width, a height and a thumbnail. */
  visual: boolean;
  /** Whether they have a duration. */
  timed: boolean;
}

function model(
  type: string,
  kinds: FileKind[],
  smallest: number,
  largest: number,
  shape = "",
): AttachmentModel {
  const [visual, timed] = [shape.includes("visual"), shape.includes("timed")];
  return { type: new Ascii(type), kinds, smallest, largest, visual, timed };
}

const MODELS: Record<number, AttachmentModel> = {
  [MESSAGE_TYPE.image]: model("IMAGE", images, 40_000, 6_000_000, "visual"),
  [MESSAGE_TYPE.file]: model("DOCUMENT", documents, 5_000, 12_000_000),
  [MESSAGE_TYPE.audio]: model("AUDIO", audios, 20_000, 4_000_000, "timed"),
  [MESSAGE_TYPE.video]: model("VIDEO", videos, 500_000, 80_000_000, "visual timed"),
};

/** Makes the rows of `attachments` for any shard. */
export class AttachmentWriter implements ShardWriter {
  readonly #ids: Ids;
  readonly #count: Stream;
  readonly #random: Stream;

  constructor(
    readonly plan: Plan,
    readonly identities: Identities,
  ) {
    this.#ids = new Ids(plan.streams, "attachments");
    this.#count = plan.streams("attachments.count");
    this.#random = plan.streams("attachments.properties");
  }

  write(shard: MessageShard, i: number, row: RowBuffer): number {
    const type = shard.type[i]!;
    if (type === MESSAGE_TYPE.text) return 0;
    const attachment = MODELS[type]!;
    const message = shard.message[i]!;
    const count = this.#count.unit(message) < SEVERAL ? 2 + remainder(this.#count.draw(message, 0), 4) : 1;
    const at = shard.at[i]!;
    const sender = this.plan.members.user[shard.sender[i]!]!;
    for (let part = 0; part < count; part++) {
      row.row(tables.attachments.length);
      const id = row.length;
      this.#ids.write(row, at, message, part);
      this.#writeFile(attachment, this.#random.draw(message, part), id, row);
      row.timestamp(at);
      row.timestamp(at);
      row.keptId(this.identities.users, sender);
      this.identities.messages.write(row, at, message);
    }
    return count;
  }

  /** Writes the columns from `filename` to `duration`. The name and the URLs contain the id, whose field begins at `id`. */
  #writeFile(
    { type, kinds, smallest, largest, visual, timed }: AttachmentModel,
    random: number,
    id: number,
    row: RowBuffer,
  ): void {
    const { extension, mimeType, originalNames } = kinds[remainder(random, kinds.length)]!;
    const unit = this.#random.unit(random);
    row.textOf(ID_LENGTH + extension.length);
    row.rawId(id);
    row.raw(extension);
    row.encoded(originalNames[this.#random.below(random, originalNames.length)]!);
    row.encoded(mimeType);
    // The cube of a uniform draw gives many small files and a few large ones.
    row.int(Math.floor(smallest + unit * unit * unit * (largest - smallest)));
    row.textOf(FILES.length + ID_LENGTH + extension.length);
    row.raw(FILES);
    row.rawId(id);
    row.raw(extension);
    if (visual) {
      row.textOf(THUMBNAILS.length + ID_LENGTH + THUMBNAIL_EXTENSION.length);
      row.raw(THUMBNAILS);
      row.rawId(id);
      row.raw(THUMBNAIL_EXTENSION);
    } else row.null();
    row.encoded(type);
    if (visual) {
      row.int(640 + 16 * remainder(random, 150));
      row.int(480 + 16 * remainder(random >>> 8, 150));
    } else {
      row.null();
      row.null();
    }
    if (timed) row.int(2 + Math.floor(unit * unit * 600));
    else row.null();
  }
}
