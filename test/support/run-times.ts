import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { userCache } from "../../common/user-cache";

const tests = join(__dirname, "..");
/** How long the whole suite takes on two quiet cores, minutes: what is said before it has ever been run here. */
const USUAL_MINUTES = 23;
const SLOWEST = 30;
/** Runs of fewer tests end without a list of the slowest. */
const LEAST_TESTS = 500;

/** What mocha tells of a test or hook when it has ended. */
interface Ended {
  file?: string | undefined;
  duration?: number | undefined;
  fullTitle(): string;
}

/** How long a run of the suite takes: said before it from the last time, and in its parts after it. */
export class RunTimes {
  readonly #started = Date.now();
  readonly #ended: { kind: string; title: string; ms: number }[] = [];
  readonly #whole: boolean;

  /** @param options mocha's: the files to be run, and the words that tests are chosen by */
  constructor({ files = [], grep }: { files?: string[]; grep?: unknown }) {
    this.#whole = grep === undefined && files.length >= testFiles().length;
  }

  /** Says how long the whole suite will take. */
  announce(): void {
    if (!this.#whole) return;
    const last = lastMinutes();
    console.log(
      last === undefined
        ? `The whole suite takes about ${USUAL_MINUTES} minutes on two quiet cores.`
        : `The whole suite takes about ${last} minutes here, as it did the last time.`,
    );
  }

  add(ended: Ended): void {
    const { file, duration } = ended;
    if (file === undefined || duration === undefined) return;
    const kind = relative(tests, file).split(/[/\\]/, 1)[0]!;
    const title = ended.fullTitle().replace(/"(before|after) (all|each)" hook.*/, "($1 $2)");
    this.#ended.push({ kind, title, ms: duration });
  }

  /** Prints the time by kind and the slowest tests and set-ups, and keeps how long the whole suite took. */
  print(): void {
    const minutes = (Date.now() - this.#started) / 60_000;
    if (this.#whole) keepMinutes(Math.max(1, Math.round(minutes)));
    if (this.#ended.length < LEAST_TESTS) return;
    const sums = new Map<string, number>();
    for (const { kind, ms } of this.#ended) sums.set(kind, (sums.get(kind) ?? 0) + ms);
    const byKind = [...sums].map(([kind, ms]) => `${kind} ${(ms / 60_000).toFixed(1)} min`).join(", ");
    console.log(`Time by kind: ${byKind}. All of it, several at once, took ${minutes.toFixed(1)} min.`);
    console.log(`The ${SLOWEST} slowest tests and set-ups:`);
    const slowest = this.#ended.toSorted((one, other) => other.ms - one.ms).slice(0, SLOWEST);
    for (const { kind, title, ms } of slowest) {
      console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${kind}: ${title}`);
    }
    console.log();
  }
}

function testFiles(): string[] {
  return ["unit", "integration", "end-to-end"].flatMap((kind) =>
    readdirSync(join(tests, kind), { encoding: "utf8", recursive: true }).filter((file) =>
      file.endsWith(".ts"),
    ),
  );
}

const lastRun = (): string => join(userCache(), "test-minutes");

/** How long the whole suite took the last time that it was run here, minutes. */
function lastMinutes(): number | undefined {
  try {
    return Number(readFileSync(lastRun(), "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/** A home that cannot be written to only costs the next run's estimate. */
function keepMinutes(minutes: number): void {
  try {
    mkdirSync(dirname(lastRun()), { recursive: true });
    writeFileSync(lastRun(), String(minutes));
  } catch {
    // See above.
  }
}
