import { type Context, type Suite, Test } from "mocha";

/** A skipped test or suite, with the reason. */
interface Explained {
  skipReason?: string;
  parent?: Suite | undefined;
}

/**
 * Skips a test, or all tests of a suite if it is called before them.
 *
 * @param reason what is missing, and in parentheses how to get it; the reporter counts the tests of each reason
 */
export function skip(context: Context, reason: string): never {
  const running = context.test!;
  const beforeAll = running.title.startsWith('"before all"');
  const skipped = beforeAll ? running.parent : (context.currentTest ?? running);
  (skipped as Explained).skipReason = reason;
  return context.skip();
}

/** The reason why a test was skipped, or undefined when there is none. */
export function reasonOf(test: object): string | undefined {
  for (let at: Explained | undefined = test; at !== undefined; at = at.parent) {
    if (at.skipReason !== undefined) return at.skipReason;
  }
  return undefined;
}

/** Makes mocha send the reasons of skips from the processes that run tests to the main process. */
export function sendReasons(): void {
  const prototype = Test.prototype as unknown as { serialize: (this: Test) => object };
  const { serialize } = prototype;
  prototype.serialize = function () {
    return { ...serialize.call(this), skipReason: reasonOf(this) };
  };
}
