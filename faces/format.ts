import { percent } from "../validation/format";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const compactly = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A whole number, e.g. `5,000,000`. */
export const count = (value: number): string => grouped.format(value);

/** A figure of any size, to four digits, e.g. `0.1824` and `114.4`. */
export const figure = (value: number): string => significant.format(value);

/** A number for an axis, e.g. `50K`. */
export const compact = (value: number): string => compactly.format(value);

/** A share (0 to 1) as a percentage that never rounds something to nothing, e.g. `18.2%`, `0.04%`. */
export function share(value: number): string {
  return value > 0 && value < 0.01
    ? `${significant.format(Number((value * 100).toPrecision(2)))}%`
    : percent(value);
}

/** A time, e.g. `12 ms`, `1.42 s`. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return "0 ms";
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** An instant to the minute, e.g. `2025-10-22 18:30 UTC`. */
export function instant(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** An hour of day, e.g. `09:00`. */
export const hourOfDay = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** Bytes in decimal units, e.g. `31.2 MB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** power).toPrecision(3))} ${units[power]!}`;
}
