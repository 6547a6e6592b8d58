import { Ascii } from "../encoding/ascii";
import type { RowBuffer } from "../encoding/row-buffer";
import type { Plan } from "../plan/plan";
import type { Stream } from "../plan/random";
import type { MessageSlice } from "../plan/slice";
import { tables } from "../tables";
import { audios, documents, images, videos, type FileKind } from "./dictionary";
import type { Identities } from "./identities";
import { Ids, ID_WORDS } from "./ids";
import { MessageProperties, MessageType } from "./message-properties";
import { RowSource } from "./source";

/** Share of messages with attachments that have several: 2 to 5. */
const SEVERAL = 0.2;
const ID_LENGTH = 25;
const FILES = new Ascii("https://files.example.com/");
const THUMBNAILS = new Ascii("https://files.example.com/thumbnails/");
const THUMBNAIL_EXTENSION = new Ascii(".webp");

/** What attachments of a message type are: their type, kinds of files, and sizes in bytes from to. */
interface AttachmentModel {
  type: Ascii;
  kinds: FileKind[];
  smallest: number;
  largest: number;
  visual: boolean;
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

const MODELS: Partial<Record<MessageType, AttachmentModel>> = {
  [MessageType.image]: model("IMAGE", images, 40_000, 6_000_000, "visual"),
  [MessageType.file]: model("DOCUMENT", documents, 5_000, 12_000_000),
  [MessageType.audio]: model("AUDIO", audios, 20_000, 4_000_000, "timed"),
  [MessageType.video]: model("VIDEO", videos, 500_000, 80_000_000, "visual timed"),
};

/** What the attachments of every slice share. */
export class AttachmentWriter {
  readonly #ids: Ids;
  readonly #count: Stream;
  readonly #random: Stream;
  readonly #properties: MessageProperties;
  readonly #own = new Uint32Array(ID_WORDS);
  readonly #message = new Uint32Array(ID_WORDS);

  constructor(
    readonly plan: Plan,
    readonly identities: Identities,
  ) {
    this.#ids = new Ids(plan.streams, "attachments");
    this.#count = plan.streams("attachments.count");
    this.#random = plan.streams("attachments.properties");
    this.#properties = new MessageProperties(plan.streams, plan.time);
  }

  /** Writes the attachments of the message in place i of the slice's columns. Returns how many. */
  write(slice: MessageSlice, i: number, row: RowBuffer): number {
    const message = slice.message[i]!;
    const attachment = MODELS[this.#properties.typeOf(message)];
    if (attachment === undefined) return 0;
    const count = this.#count.unit(message) < SEVERAL ? 2 + (this.#count.draw(message, 0) % 4) : 1;
    const at = slice.at[i]!;
    const sender = this.plan.members.user[slice.sender[i]!]!;
    this.identities.messages.write(this.#message, 0, at, message);
    for (let part = 0; part < count; part++) {
      row.row(tables.attachments.length);
      this.#ids.write(this.#own, 0, at, message, part);
      this.#writeFile(attachment, this.#random.draw(message, part), row);
      row.timestamp(at);
      row.timestamp(at);
      row.id(this.identities.users, sender * ID_WORDS);
      row.id(this.#message);
    }
    return count;
  }

  /** The columns from `id` to `duration`. */
  #writeFile(
    { type, kinds, smallest, largest, visual, timed }: AttachmentModel,
    random: number,
    row: RowBuffer,
  ): void {
    const { extension, mimeType, originalNames } = kinds[random % kinds.length]!;
    const unit = this.#random.unit(random);
    row.id(this.#own);
    row.textOf(ID_LENGTH + extension.length);
    row.rawId(this.#own);
    row.raw(extension);
    row.encoded(originalNames[this.#random.below(random, originalNames.length)]!);
    row.encoded(mimeType);
    // The cube of an even draw: many small files, a few large ones.
    row.int(Math.floor(smallest + unit * unit * unit * (largest - smallest)));
    row.textOf(FILES.length + ID_LENGTH + extension.length);
    row.raw(FILES);
    row.rawId(this.#own);
    row.raw(extension);
    if (visual) {
      row.textOf(THUMBNAILS.length + ID_LENGTH + THUMBNAIL_EXTENSION.length);
      row.raw(THUMBNAILS);
      row.rawId(this.#own);
      row.raw(THUMBNAIL_EXTENSION);
    } else row.null();
    row.encoded(type);
    if (visual) {
      row.int(640 + 16 * (random % 150));
      row.int(480 + 16 * ((random >>> 8) % 150));
    } else {
      row.null();
      row.null();
    }
    if (timed) row.int(2 + Math.floor(unit * unit * 600));
    else row.null();
  }
}

/** Rows of `attachments`, in order of their messages. */
export class AttachmentRows extends RowSource {
  readonly #writer: AttachmentWriter;
  readonly #slice: MessageSlice;

  constructor(writer: AttachmentWriter, slice: MessageSlice) {
    super(slice.count);
    this.#writer = writer;
    this.#slice = slice;
  }

  protected write(n: number, row: RowBuffer): void {
    this.written += this.#writer.write(this.#slice, this.#slice.order[n]!, row);
  }
}
