import { isDeepStrictEqual } from "node:util";
import type { Values } from "./engine-preview";
import { formatNumber } from "../common/format";

/** The engine's placeholder for a value that is known only during the update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine's placeholder for a secret. */
const SECRET = "[secret]";

/** Inputs whose values are never shown, even if the engine does not treat them as secrets. */
const confidential = /password|passphrase|secret|token|url$/i;

/** An input that differs. */
export interface Difference {
  /** The name of the input, or the path of a value within it, e.g. `dataset.messages`. */
  key: string;
  /** The present value, or undefined when there is none or it may not be shown. */
  before: string | undefined;
  /** The value after the update, or undefined when there is none or it may not be shown. */
  after: string | undefined;
  /** Whether the value may not be shown, or is known only during the update. */
  hidden: boolean;
}

/** Finds the inputs that differ, each nested value separately. Inputs for internal use of the engine and the SDK are left out. */
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

/** Writes a value for people. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map((each) => shown(each) ?? "").join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
