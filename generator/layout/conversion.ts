import { Stream } from "../../common/random";
import type { DatasetSpec } from "../spec";
import type { TableName } from "../tables";
import { IdDigits, PARTS } from "./row-number";

/**
 * How a value of the generator is written into a column of another type.
 *
 * - `uuid`: an id as a UUID of version 7, which begins with the row's time
 * - `bigint`: an id of the table `of` as a number that begins with the row's time
 * - `integer`: a 32-bit integer in 2 or 8 bytes
 */
export type Conversion =
  { kind: "uuid" } | { kind: "bigint"; of: TableName } | { kind: "integer"; bytes: 2 | 8 };

/** Writes a converted value: its length and its bytes. Returns the position after it. */
export type Convert = (from: Buffer, start: number, into: Buffer, at: number) => number;

const LENGTH = 4;
const TWO_32 = 2 ** 32;
const DAY = 86_400_000;
/** The sign stays free. */
const BIGINT_BITS = 63;
/** The tables whose rows may be older than the window, and by how many windows at most. */
const OLDER: Partial<Record<TableName, number>> = { users: 9, conversations: 3, conversation_users: 3 };

/** The function that converts values, none of which is NULL. */
export function converter(conversion: Conversion, spec: DatasetSpec): Convert {
  if (conversion.kind === "uuid") return uuidConverter();
  if (conversion.kind === "bigint") return bigintConverter(conversion.of, spec);
  return conversion.bytes === 8
    ? (from, start, into, at) =>
        into.writeBigInt64BE(BigInt(from.readInt32BE(start)), into.writeInt32BE(8, at))
    : (from, start, into, at) => into.writeInt16BE(from.readInt32BE(start), into.writeInt32BE(2, at));
}

function uuidConverter(): Convert {
  const digits = new IdDigits();
  return (from, start, into, at) => {
    digits.read(from, start);
    const { time, number, part, random } = digits;
    into.writeInt32BE(16, at);
    into.writeUIntBE(time, at + LENGTH, 6);
    into.writeUInt16BE(0x7000 + (random % 2 ** 12), at + LENGTH + 6);
    into.writeUInt16BE(0x8000 + part * 2 ** 11 + (number >>> 21), at + LENGTH + 8);
    // 21 bits of the number are left. With them, no two ids are equal.
    return into.writeUIntBE((number % 2 ** 21) * 2 ** 27 + (random % 2 ** 27), at + LENGTH + 10, 6);
  };
}

/**
 * A number of 63 bits: the time since the oldest row, the row's number, and which of several rows with this number it is.
 * Where the bits do not suffice, the time is counted in larger units than milliseconds.
 */
function bigintConverter(of: TableName, spec: DatasetSpec): Convert {
  const digits = new IdDigits();
  const stream = new Stream(spec.seed, `${of}.id`);
  const window = spec.windowDays * DAY;
  const origin = Date.parse(spec.windowEnd) - window * (1 + (OLDER[of] ?? 0));
  const low = bitsFor(rowNumbers(of, spec)) + bitsFor(PARTS);
  const unit = 2 ** Math.max(0, bitsFor(window * (1 + (OLDER[of] ?? 0)) + 1) + low - BIGINT_BITS);
  return (from, start, into, at) => {
    digits.read(from, start);
    const time = Math.floor((digits.time - origin) / unit);
    const row = stream.rowOf(digits.number) * PARTS + digits.part;
    into.writeInt32BE(8, at);
    if (low <= 32) {
      const shift = 2 ** (32 - low);
      into.writeInt32BE(Math.floor(time / shift), at + LENGTH);
      return into.writeUInt32BE((time % shift) * 2 ** low + row, at + LENGTH + 4);
    }
    into.writeInt32BE(time * 2 ** (low - 32) + Math.floor(row / TWO_32), at + LENGTH);
    return into.writeUInt32BE(row % TWO_32, at + LENGTH + 4);
  };
}

/** The number of different row numbers of a table. */
function rowNumbers(of: TableName, { messages, users, conversations }: DatasetSpec): number {
  if (of === "users") return users;
  if (of === "conversations") return conversations;
  // A conversation has at most 256 members. Attachments and reads have the numbers of their messages.
  return of === "conversation_users" ? Math.min(TWO_32, conversations * 256) : messages;
}

function bitsFor(values: number): number {
  return Math.ceil(Math.log2(Math.max(2, values)));
}
