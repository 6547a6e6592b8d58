const MINUTE_MS = 60_000;

/**
 * Prints a line for every minute that a test, or what is set up for it, takes.
 *
 * @returns ends it
 */
export function sayWhenLong(title: string): () => void {
  let minutes = 0;
  const timer = setInterval(() => {
    console.log(`    … ${++minutes} min: ${title}`);
  }, MINUTE_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
