import { ExpectedError } from "./errors";

/**
 * A stack's name alone, also where organization and project stand before it, e.g. `acme/chat-perf/dev`.
 *
 * @throws ExpectedError for a name that Pulumi would not take
 */
export function stackName(stack: string): string {
  const parts = stack.split("/");
  const isName = (part: string): boolean => /^[\w.-]{1,100}$/.test(part) && !/^\.+$/.test(part);
  if (parts.length <= 3 && parts.every(isName)) return parts.at(-1)!;
  throw new ExpectedError(
    `"${stack}" cannot be the name of a stack.`,
    "A name has letters, digits, `-`, `_` and `.` only, e.g. `--stack dev`.",
  );
}
