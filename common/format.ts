/** How figures are written for people. Every output of the project takes them from here, so that one figure looks the same everywhere. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat("en-US", { maximumFractionDigits: 10 });
const threeDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const fourDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** Rounds a number to at most so many decimals: `round(0.1824, 3)` is 0.182, and `round(2.3, 3)` is 2.3. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** A whole number with separators, e.g. `5,000,000`. */
export function formatCount(value: number | bigint): string {
  return whole.format(value);
}

/** A number with separators and its decimals, e.g. `5,000,000` and `1.85`. */
export function formatNumber(value: number): string {
  return exact.format(value);
}

/** A number for an axis, e.g. `50K`. */
export function formatCompact(value: number): string {
  return short.format(value);
}

/** A figure of any size with four significant digits, e.g. `0.1824` and `114.4`. */
export function formatFigure(value: number): string {
  return fourDigits.format(value);
}

/** Milliseconds without their unit, with three significant digits, e.g. `0.214` and `1,250`. */
export function formatMilliseconds(value: number): string {
  return threeDigits.format(value);
}

/**
 * A share (0 to 1) as a percentage, e.g. `18.2 %`. A share below 1 % has two significant digits, e.g. `0.04 %`, so that
 * a small share is never written as 0 %.
 *
 * @param decimals the most decimals of a larger share
 * @default decimals 1
 */
export function formatPercent(share: number, decimals = 1): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 1 ? Number(percent.toPrecision(2)) : round(percent, decimals)} %`;
}

/** Bytes in decimal units with three significant digits, e.g. `31.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${threeDigits.format(bytes / 1000 ** power)} ${units[power]!}`;
}

/** The time that a short piece of work took, e.g. `12 ms` and `1.42 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0005) return "0 ms";
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** The time that long work takes, to the second, e.g. `48 s`, `3 min 20 s` and `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, "0")} s`;
  return `${Math.floor(rounded / 3600)} h ${String(Math.floor((rounded % 3600) / 60)).padStart(2, "0")} min`;
}

/** An instant to the minute, e.g. `2025-10-22 18:30 UTC`. */
export function formatInstant(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** An hour of the day, e.g. `09:00`. */
export function formatHour(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
