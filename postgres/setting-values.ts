/** The type and the unit of a setting, as in `pg_settings`. */
export interface SettingType {
  /** `bool`, `enum`, `integer`, `real` or `string`. */
  vartype: string;
  /** E.g. `8kB`, `ms`. It is null for numbers without a unit and for all other types. */
  unit: string | null;
}

/** The units of postgresql.conf, in bytes or in milliseconds. */
const UNITS: Record<string, number> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const TRUE = ["on", "true", "yes", "1"];
const FALSE = ["off", "false", "no", "0"];

/** Whether two texts are the same value of a setting, e.g. `64MB` and `65536kB`, `1s` and `1000`, `on` and `true`. */
export function sameSetting(one: string, other: string, type: SettingType): boolean {
  return normalise(one, type) === normalise(other, type);
}

function normalise(value: string, { vartype, unit }: SettingType): string {
  const text = value.trim();
  switch (vartype) {
    case "bool": {
      const word = text.toLowerCase();
      if (TRUE.includes(word)) return "on";
      return FALSE.includes(word) ? "off" : word;
    }
    case "enum":
      return text.toLowerCase();
    case "integer":
    case "real": {
      const number = inUnit(text, unit);
      if (number === undefined) return text;
      return String(vartype === "integer" ? Math.round(number) : Number(number.toPrecision(12)));
    }
    default:
      // Spaces around the commas of a list do not matter.
      return text.replaceAll(/\s*,\s*/g, ",");
  }
}

/** The number in the setting's own unit, as `pg_settings` shows it. */
function inUnit(text: string, unit: string | null): number | undefined {
  const match = /^([-+.\dxeE]+?)\s*([a-zA-Z]*)$/.exec(text);
  const number = Number(match?.[1]);
  const suffix = match?.[2] ?? "";
  if (match === null || Number.isNaN(number)) return undefined;
  if (suffix === "" || unit === null) return suffix === "" ? number : undefined;
  const own = /^(\d*)(\D+)$/.exec(unit);
  const scale = UNITS[suffix];
  const ownScale = UNITS[own?.[2] ?? ""];
  if (scale === undefined || ownScale === undefined) return undefined;
  return (number * scale) / (ownScale * Number(own?.[1] === "" ? 1 : own?.[1]));
}

/** The bytes of a size with its unit, e.g. `64MB`. */
export function bytesOf(size: string): number {
  return inUnit(size, "B") ?? 0;
}
