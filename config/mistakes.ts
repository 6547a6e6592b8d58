/** What is wrong with one key. */
export interface Mistake {
  key: string;
  problem: string;
}

/** The value as given, on one line and not too long; a secret is not shown. */
export function youGave(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "object" && "secure" in value) return "";
  const shown = JSON.stringify(value);
  return ` (you gave ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown})`;
}
