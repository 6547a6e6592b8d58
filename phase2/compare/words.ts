/** A share as a percentage with at most one decimal, e.g. `10 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** A ratio of times in words, e.g. `4.2 % slower`, `12 times as fast`. */
export function describeChange(ratio: number): string {
  if (ratio <= 0.5) return `${times(1 / ratio)} times as fast`;
  if (ratio >= 2) return `${times(ratio)} times as slow`;
  const change = Number((Math.abs(ratio - 1) * 100).toFixed(1));
  if (change === 0) return "the same";
  return `${change} % ${ratio > 1 ? "slower" : "faster"}`;
}

/** A ratio of sizes in words, e.g. `18 % more`. */
export function describeGrowth(ratio: number): string {
  if (ratio >= 2) return `${times(ratio)} times as much`;
  const change = Number((Math.abs(ratio - 1) * 100).toFixed(1));
  return change === 0 ? "as much" : `${change} % ${ratio > 1 ? "more" : "less"}`;
}

/** A p-value, e.g. `0.031`, `< 0.001`. */
export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

const times = (ratio: number): string => String(Number(ratio.toPrecision(ratio < 10 ? 2 : 3)));

/** Milliseconds to three digits, e.g. `0.214 ms`. */
export function ms(value: number): string {
  return `${milliseconds(value)} ms`;
}

/** The same without the unit, e.g. `12.4`, `1,250`. */
export function milliseconds(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(value);
}

/** A ratio with its interval, e.g. `0.10 [0.098, 0.11]`. */
export function ratioText(ratio: number, [low, high]: readonly [number, number]): string {
  const digits = (value: number): string =>
    value < 0.1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 2 : 1);
  return `${digits(ratio)} [${digits(low)}, ${digits(high)}]`;
}
