/**
 * Logarithm, exponential and normal quantile, computed from +, -, x, / and sqrt only. IEEE 754 defines the results of
 * these operations to the last bit. The last bits of Math.log, Math.exp and Math.pow differ between engines. With the
 * functions of this file, equal specs give equal rows on every machine.
 */

const LN2 = 0.6931471805599453;

/** The natural logarithm of a positive finite number. */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= Math.SQRT2; mantissa *= 0.5) exponent++;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent--;
  // ln(m) = 2 atanh((m - 1) / (m + 1)). For m in [0.71, 1.42), each term is at most a 34th of the one before.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return exponent * LN2 + 2 * s * sum;
}

/** e to the power of x, for |x| < 700. */
export function exp(x: number): number {
  const halvings = Math.round(x / LN2);
  const rest = x - halvings * LN2;
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * rest) / n;
  for (let n = 0; n < halvings; n++) sum *= 2;
  for (let n = 0; n > halvings; n--) sum *= 0.5;
  return sum;
}

/** The base to the power of the exponent, for a positive base. */
export function power(base: number, exponent: number): number {
  return exp(exponent * ln(base));
}

/** The standard normal quantile of p in (0, 1), with an error below 4.5e-4 (Abramowitz and Stegun 26.2.23). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * ln(p));
  return (
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  );
}

/**
 * The remainder of two whole numbers from 0 to 2^32 - 1. The divisor must not be 0.
 *
 * The shifts tell V8 that the numbers are whole. Otherwise it divides them as floating-point numbers, which takes several
 * times as long.
 */
export function remainder(dividend: number, divisor: number): number {
  return ((dividend >>> 0) % (divisor >>> 0)) >>> 0;
}
