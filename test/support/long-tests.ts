const MINUTE_MS = 60_000;

/**
 * Prints a line for every minute of a test or its preparation.
 *
 * @returns a function that stops the printing
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
