import { isDeepStrictEqual } from "node:util";
import type { Values } from "./engine-preview";

/** What the engine shows in place of a value that only the update will know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What it shows in place of a secret. */
const SECRET = "[secret]";

/** Inputs whose values are not shown, whether or not the engine knows them as secrets. */
const confidential = /password|passphrase|secret|token|url$/i;

/** One input that differs. */
export interface Difference {
  /** Its name; of a value within an input the whole path, e.g. `dataset.messages`. */
  key: string;
  /** As it is and as it will be; undefined where there is none, or where it may not be shown. */
  before: string | undefined;
  after: string | undefined;
  /** Only the update will know the value, or it may not be shown. */
  hidden: boolean;
}

/** The inputs that differ, each value within them by itself. What only engine and SDK use is left out. */
export function differences(before: Values, after: Values, path = ""): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => !key.startsWith("__"))
    .flatMap((key) => compare(before[key], after[key], path + key));
}

function compare(before: unknown, after: unknown, key: string): Difference[] {
  if (isRecord(before) && isRecord(after)) return differences(before, after, `${key}.`);
  if (isDeepStrictEqual(before, after)) return [];
  const values = [before, after];
  if (confidential.test(key) || values.includes(SECRET) || values.includes(UNKNOWN)) {
    return [{ key, before: undefined, after: undefined, hidden: true }];
  }
  return [{ key, before: shown(before), after: shown(after), hidden: false }];
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for people. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 10 });
  if (Array.isArray(value)) return value.map((each) => shown(each) ?? "").join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
