import type { Filler, TextPart } from "./filler";
import { IdDigits } from "./row-number";

/** A row in the format of COPY BINARY: where each of its fields begins with its length, and where the last one ends. */
export interface Row {
  bytes: Buffer;
  starts: Int32Array;
}

/** The bytes of an id. */
const ID = 25;
/** The two hexadecimal digits of each byte, as a big-endian word of their ASCII codes. */
const HEX = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, "0"), "latin1").readUInt16BE(),
);
const HYPHEN = 0x2d;
const UUID_TEXT = 36;
/** PostgreSQL's format of `numeric`: digits to the base 10,000. */
const NUMERIC_BASE = 10_000;
const LENGTH = 4;
/** The most bytes of a value that is neither a constant, a copy nor a text. */
const LONGEST_VALUE = 64;
/** The most bytes of a copied id or time. */
const LONGEST_COPY = 32;

/** Writes the field of an additional column. */
export class FieldWriter {
  /** The most bytes that a field takes. */
  readonly most: number;
  readonly #filler: Filler;
  readonly #constant: Buffer;
  readonly #digits = new IdDigits();
  readonly #uuid = Buffer.alloc(16);

  constructor(filler: Filler) {
    this.#filler = filler;
    this.#constant = Buffer.from(filler.kind === "constant" ? filler.bytes : "", "base64");
    this.most = LENGTH + mostOf(filler, this.#constant);
  }

  /** Writes the field of a row at a position. Returns the position after it. */
  write({ bytes, starts }: Row, into: Buffer, at: number): number {
    const filler = this.#filler;
    const start = at + LENGTH;
    switch (filler.kind) {
      case "constant":
        return this.#end(into, at, start + this.#constant.copy(into, start));
      case "copy":
        return at + bytes.copy(into, at, starts[filler.column], starts[filler.column + 1]);
      case "uuid":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, start + this.#uuidBytes().copy(into, start));
      case "uuid text":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, this.#writeUuid(into, start));
      case "json":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, start + into.write(`\u0001"${this.#uuidText()}"`, start, "latin1"));
      case "text":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, start + into.write(this.#text(filler, bytes, starts[0]!), start, "utf8"));
      case "integer":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, this.#integer(into, start, filler.bytes, filler.below));
      case "numeric":
        this.#read(bytes, starts[0]!);
        return this.#end(into, at, numeric(this.#digits.unique, into, start));
    }
  }

  #read(bytes: Buffer, id: number): void {
    this.#digits.read(bytes, id + LENGTH);
  }

  #end(into: Buffer, at: number, end: number): number {
    into.writeInt32BE(end - at - LENGTH, at);
    return end;
  }

  /** A UUID of version 4. Its first bytes are the row's number, which is scrambled, so that no two are equal. */
  #uuidBytes(): Buffer {
    const { number, part, random, time } = this.#digits;
    const uuid = this.#uuid;
    uuid.writeUInt32BE(number, 0);
    uuid.writeUInt16BE(random % 2 ** 16, 4);
    uuid.writeUInt16BE(0x4000 + (Math.floor(random / 2 ** 16) % 2 ** 12), 6);
    uuid.writeUInt16BE(0x8000 + part * 2 ** 11 + (Math.floor(random / 2 ** 28) % 2 ** 9), 8);
    uuid.writeUIntBE(scattered(number, time), 10, 6);
    return uuid;
  }

  /** Writes the UUID as text. Returns the position after it. */
  #writeUuid(into: Buffer, start: number): number {
    const uuid = this.#uuidBytes();
    let at = start;
    for (let i = 0; i < uuid.length; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) into[at++] = HYPHEN;
      const digits = HEX[uuid[i]!]!;
      into[at++] = digits >>> 8;
      into[at++] = digits & 255;
    }
    return at;
  }

  #uuidText(): string {
    const text = Buffer.alloc(UUID_TEXT);
    this.#writeUuid(text, 0);
    return text.toString("latin1");
  }

  #text(filler: Filler & { kind: "text" }, bytes: Buffer, id: number): string {
    const valueOf = (part: TextPart): string => {
      if (typeof part === "string") return part;
      if (part.value === "id") return bytes.toString("latin1", id + LENGTH, id + LENGTH + ID);
      if (part.value === "uuid") return this.#uuidText();
      return part.below === null
        ? this.#digits.unique.toString(36).padStart(7, "0")
        : String(this.#digits.number % part.below);
    };
    const text = filler.parts.length === 1 ? valueOf(filler.parts[0]!) : filler.parts.map(valueOf).join("");
    return filler.longest === null ? text : text.slice(0, filler.longest);
  }

  #integer(into: Buffer, start: number, size: 2 | 4 | 8, below: number | null): number {
    const { number, unique } = this.#digits;
    if (size === 8) return into.writeBigInt64BE(BigInt(below === null ? unique : number % below), start);
    // All 32 bits of the number are needed, so half of the numbers are negative.
    const value = below === null ? number | 0 : number % below;
    return size === 4 ? into.writeInt32BE(value, start) : into.writeInt16BE(value, start);
  }
}

function mostOf(filler: Filler, constant: Buffer): number {
  if (filler.kind === "constant") return constant.length;
  if (filler.kind === "copy") return LONGEST_COPY;
  if (filler.kind !== "text") return LONGEST_VALUE;
  return filler.parts.reduce<number>(
    (sum, part) => sum + (typeof part === "string" ? Buffer.byteLength(part) : LONGEST_VALUE),
    0,
  );
}

/** 48 bits that look random, from a number and a time. */
function scattered(number: number, time: number): number {
  const low = Math.imul(number ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  const high = (Math.imul((time % 2 ** 31) ^ number, 0x85ebca6b) >>> 0) % 2 ** 16;
  return high * 2 ** 32 + low;
}

/** Writes a number of the type `numeric`: the number of digits, the weight of the first, sign and scale, then the digits. */
function numeric(value: number, into: Buffer, start: number): number {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / NUMERIC_BASE))
    digits.unshift(rest % NUMERIC_BASE);
  const header = [digits.length, digits.length - 1, 0, 0];
  return [...header, ...digits].reduce((at, each) => into.writeInt16BE(each, at), start);
}
