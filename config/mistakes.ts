/** A mistake in the value of one key. */
export interface Mistake {
  key: string;
  problem: string;
}

/** The given value in parentheses, shortened to one line. It is empty for a missing value and for a secret. */
export function youGave(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "object" && "secure" in value) return "";
  const shown = JSON.stringify(value);
  return ` (you gave ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown})`;
}
