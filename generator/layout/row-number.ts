/** The digits of an id as numbers, by ASCII code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = parseInt(String.fromCharCode(code), 36);
  return Number.isNaN(digit) ? 0 : digit;
});
/** The number of values of four base-36 digits. */
const QUAD = 36 ** 4;
/** The high part of a row's number is stored modulo this, with random bits above it; see `Ids`. */
const HIGH = Math.ceil(2 ** 32 / QUAD);
/** The number of rows that may share one number, e.g. the attachments of a message. */
export const PARTS = 8;

/** What the digits of an id say; see `Ids.write`. */
export class IdDigits {
  /** The time of the row, Unix milliseconds. */
  time = 0;
  /** The row's number, scrambled, below 2^32. Together with `part` it is unique in its table. */
  number = 0;
  part = 0;
  /** Random bits. */
  random = 0;

  /** Reads the id that begins at a position. */
  read(bytes: Uint8Array, at: number): void {
    this.time = quad(bytes, at + 1) * QUAD + quad(bytes, at + 5);
    this.number = (quad(bytes, at + 9) % HIGH) * QUAD + quad(bytes, at + 13);
    const rest = quad(bytes, at + 17);
    this.part = rest % PARTS;
    this.random = Math.floor(rest / PARTS) * QUAD + quad(bytes, at + 21);
  }

  /** A number that no other row of the table has, below 2^35. */
  get unique(): number {
    return this.number * PARTS + this.part;
  }
}

function quad(bytes: Uint8Array, at: number): number {
  return (
    ((DIGITS[bytes[at]!]! * 36 + DIGITS[bytes[at + 1]!]!) * 36 + DIGITS[bytes[at + 2]!]!) * 36 +
    DIGITS[bytes[at + 3]!]!
  );
}
