import type { z } from "zod";
import type { Mistake } from "./mistakes";
import { closest } from "../common/spelling";
import {
  cidrs,
  decimal,
  decimalAbove,
  instant,
  line,
  lines,
  memorySize,
  oneOf,
  optional,
  secretLine,
  wholeNumber,
  words,
  yesOrNo,
} from "./values";

/** The configuration keys and the values that they accept. `Pulumi.yaml` declares the same keys with their defaults. */
const keys = {
  target: oneOf(["embedded", "docker", "existing"]),
  // These limits are those of the generator (generator/problems.ts). A test compares them.
  messages: wholeNumber(1, 2 ** 31 - 1),
  users: wholeNumber(2, 50e6),
  conversations: wholeNumber(1, 50e6),
  seed: line(200),
  alpha: decimalAbove(1, 4),
  windowDays: wholeNumber(1, 366),
  windowEnd: instant("2000-01-01", "2058-12-31"),
  columns: lines(10_000),
  datasetVersion: wholeNumber(1, 1e6),
  // These limits are those of PostgreSQL. The minimum of maintenance_work_mem is that of versions before 17.
  workMem: memorySize(64, 2 ** 31 - 1, "64MB"),
  sharedBuffers: memorySize(128, 8 * (2 ** 30 - 1), "256MB"),
  maintenanceWorkMem: memorySize(1024, 2 ** 31 - 1, "128MB"),
  postgresVersion: wholeNumber(14, 18),
  port: optional(wholeNumber(1024, 65535)),
  dataDir: optional(line(1000)),
  image: line(300),
  host: optional(line(253)),
  adminUser: line(63),
  adminPassword: optional(secretLine(1000)),
  sslmode: oneOf(["disable", "require", "verify-ca", "verify-full"]),
  sslRootCert: optional(line(1000)),
  allowedCidrs: cidrs,
  protectedNames: words,
  protect: yesOrNo,
  phase2: oneOf(["off", "capture", "apply"]),
  diskCheck: oneOf(["larger", "forecast", "rule", "off"]),
  migrationsDir: line(1000),
  passwordVersion: wholeNumber(1, 1e6),
  passwordForm: oneOf(["scram", "cleartext"]),
  qualityGate: oneOf(["critical", "all", "off"]),
  topOnePercentShare: decimal(0, 1),
  topFivePercentShare: decimal(0, 1),
  tailRatio: decimal(1, 1e6),
  diurnalVariation: decimal(1, 1000),
};

/** The names of all keys. */
export const keyNames = Object.keys(keys) as readonly Key[];

type Key = keyof typeof keys;
/** The parsed values of all keys. */
export type Values = { [K in Key]: z.infer<(typeof keys)[K]> };

/** Parses the values. Returns the valid ones, and a mistake for each of the others. */
export function parseValues(values: Readonly<Record<string, unknown>>) {
  const parsed: Partial<Values> = {};
  const malformed: Mistake[] = [];
  for (const [key, syntax] of Object.entries(keys)) {
    const { data, error } = syntax.safeParse(values[key]);
    if (error === undefined) Object.assign(parsed, { [key]: data });
    else malformed.push({ key, problem: error.issues[0]!.message });
  }
  return { parsed, malformed };
}

/** Returns a mistake for each unknown key, with the known key that was probably meant. */
export function unknownKeys(given: readonly string[]): Mistake[] {
  return given
    .filter((key) => !isKey(key))
    .map((key) => {
      const meant = closest(key, Object.keys(keys));
      return {
        key,
        problem: meant === undefined ? "is not a known key" : `is not a known key; did you mean ${meant}?`,
      };
    });
}

export function isKey(key: string): key is Key {
  return Object.hasOwn(keys, key);
}
