const NANOSECONDS = { h: 3_600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 };

/** The nanoseconds of a duration in Go's notation, e.g. `1m30s`. Undefined for any other text. */
export function nanoseconds(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * NANOSECONDS[unit as keyof typeof NANOSECONDS],
    0,
  );
}

/** The duration in Go's notation: `0s`, `1.5s`, `1m0s`, `250ms`. */
export function duration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  for (const unit of ["ns", "µs", "ms"] as const) {
    if (nanoseconds < NANOSECONDS[unit] * 1000) return `${nanoseconds / NANOSECONDS[unit]}${unit}`;
  }
  const hours = Math.floor(nanoseconds / NANOSECONDS.h);
  const minutes = Math.floor((nanoseconds % NANOSECONDS.h) / NANOSECONDS.m);
  const seconds = `${(nanoseconds % NANOSECONDS.m) / NANOSECONDS.s}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
