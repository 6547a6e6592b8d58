/** How many numbers four base-36 digits have. */
export const QUAD = 36 ** 4;

/** The two base-36 digits of each number below 36^2, as the ASCII codes in one word: small enough to stay in the nearest cache. */
const PAIRS = pairs();

/** The four base-36 digits of a number below QUAD, as the big-endian word of their ASCII codes. */
export function quadDigits(n: number): number {
  const high = (n / 1296) | 0;
  return ((PAIRS[high]! << 16) | PAIRS[n - high * 1296]!) >>> 0;
}

function pairs(): Uint16Array {
  const digits = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz", "latin1");
  return Uint16Array.from(
    { length: 36 ** 2 },
    (_, n) => (digits[Math.floor(n / 36)]! << 8) | digits[n % 36]!,
  );
}
