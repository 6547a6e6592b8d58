/** A share (0 to 1) as a percentage, e.g. `18.2%`. */
export function percent(share: number, decimals = 1): string {
  return `${(share * 100).toFixed(decimals)}%`;
}

/** A number without needless digits, e.g. 0.1824 to three decimals is 0.182, and 2.3 stays 2.3. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
