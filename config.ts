import { totalmem } from "node:os";
import { resolve } from "node:path";
import type { z } from "zod";
import { dataFolderProblem, sourceFolderProblem } from "./config/folders";
import { databaseNames } from "./config/names";
import { closest } from "./config/spelling";
import { namespace, stackValues } from "./config/stack-file";
import {
  decimal,
  decimalAbove,
  instant,
  line,
  memorySize,
  oneOf,
  optional,
  wholeNumber,
} from "./config/values";
import { specProblems } from "./generator/problems";
import type { DatasetSpec } from "./generator/spec";
import { ExpectedError } from "./runtime/errors";
import type { QualityThresholds } from "./validation/thresholds";

/** Everything a stack is made from: its configuration, checked, with names and paths resolved. */
export interface Band {
  /** The stack's name, without organization or project, e.g. `dev`. */
  stack: string;
  /** Where PostgreSQL runs. */
  target: "embedded";
  database: string;
  /** The application's role: rows only. */
  role: string;
  /** The role that owns schema and tables. */
  ownerRole: string;
  dataset: DatasetSpec;
  /** PostgreSQL settings by name, each with its value as ALTER SYSTEM takes it, e.g. `work_mem: "64MB"`. */
  settings: Record<string, string>;
  /** The embedded server's place where the configuration decides it; otherwise the server's own choice. */
  server: { dataDir?: string; port?: number };
  /** Absolute path of the folder of migrations. */
  migrationsDir: string;
  thresholds: QualityThresholds;
  /** Which failed checks fail the update. */
  qualityGate: "critical" | "all" | "off";
  /** A new number gives every role a new password. */
  passwordVersion: number;
  /** A new number loads the dataset again. */
  datasetVersion: number;
}

/** Settings of every band: queries are recorded, slow ones and vacuums logged, and autovacuum keeps up with churn. */
const commonSettings = {
  shared_preload_libraries: "pg_stat_statements",
  log_min_duration_statement: "1000ms",
  log_autovacuum_min_duration: "0",
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_analyze_scale_factor: "0.02",
  autovacuum_vacuum_cost_limit: "2000",
};

/** The configuration keys, each with what it accepts. `Pulumi.yaml` declares the same keys with their defaults. */
const keys = {
  target: oneOf(["embedded"]),
  messages: wholeNumber(1, 2 ** 31 - 1),
  users: wholeNumber(2, 50e6),
  conversations: wholeNumber(1, 50e6),
  seed: line(200),
  alpha: decimalAbove(1, 4),
  windowDays: wholeNumber(1, 366),
  windowEnd: instant("2000-01-01", "2058-12-31"),
  datasetVersion: wholeNumber(1, 1e6),
  // The limits of the three sizes are PostgreSQL's own.
  workMem: memorySize(64, 2 ** 31 - 1, "64MB"),
  sharedBuffers: memorySize(128, 8 * (2 ** 30 - 1), "256MB"),
  maintenanceWorkMem: memorySize(1024, 2 ** 31 - 1, "128MB"),
  port: optional(wholeNumber(1024, 65535)),
  dataDir: optional(line(1000)),
  migrationsDir: line(1000),
  passwordVersion: wholeNumber(1, 1e6),
  qualityGate: oneOf(["critical", "all", "off"]),
  topOnePercentShare: decimal(0, 1),
  topFivePercentShare: decimal(0, 1),
  tailRatio: decimal(1, 1e6),
  diurnalVariation: decimal(1, 1000),
};

type Key = keyof typeof keys;
type Values = { [K in Key]: z.infer<(typeof keys)[K]> };

/** What is wrong with one key. */
export interface Mistake {
  key: string;
  problem: string;
}

/** A stack's configuration cannot be used. Lists everything that is wrong with it. */
export class ConfigError extends ExpectedError {
  constructor(
    stack: string,
    readonly mistakes: readonly Mistake[],
  ) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    const list = mistakes.map(({ key, problem }) => `\n  ${namespace}:${key}: ${problem}`).join("");
    const unknown = mistakes.some(({ key }) => !isKey(key));
    super(
      `The configuration of stack "${stack}" has ${count}; nothing was changed:${list}`,
      `Correct a value with \`pulumi config set KEY VALUE -s ${stack}\`` +
        (unknown ? `, remove an unknown key with \`pulumi config rm KEY -s ${stack}\`` : "") +
        "; Pulumi.yaml describes every key.",
    );
  }
}

/**
 * Checks a stack's configuration and makes the band of it.
 *
 * @param values by key, without namespace: text, as the engine and stack files give it
 * @param projectRoot where relative paths start
 * @param memory of this machine in bytes
 * @throws ConfigError with every mistake there is
 */
export function parseBand(
  stack: string,
  values: Readonly<Record<string, unknown>>,
  projectRoot: string,
  memory = totalmem(),
): Band {
  const { parsed, malformed } = parseValues(values);
  const mistakes = [
    ...malformed,
    ...datasetProblems(parsed),
    ...memoryProblems(parsed, memory),
    ...folderProblems(parsed, resolve(projectRoot)),
  ].map(({ key, problem }) => ({ key, problem: problem + youGave(values[key]) }));
  mistakes.push(...unknownKeys(Object.keys(values)));
  if (mistakes.length > 0) throw new ConfigError(stack, mistakes);
  return bandOf(stack, parsed as Values, projectRoot);
}

/**
 * Reads a stack's configuration for the command-line tools, from `Pulumi.yaml` and `Pulumi.<stack>.yaml`,
 * without the engine.
 *
 * @param stack the stack's name; organization and project before it are passed over
 * @throws ConfigError with every mistake there is
 */
export function readStackFile(projectRoot: string, stack: string): Band {
  const name = stack.split("/").at(-1)!;
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new ExpectedError(
      `"${stack}" is not a stack's name.`,
      "A name has letters, digits, `-`, `_` and `.` only, e.g. `--stack dev`.",
    );
  }
  return parseBand(name, stackValues(projectRoot, name), projectRoot);
}

function bandOf(stack: string, values: Values, projectRoot: string): Band {
  const { messages, users, conversations, seed, alpha, windowDays, windowEnd } = values;
  const { topOnePercentShare, topFivePercentShare, tailRatio, diurnalVariation } = values;
  const { dataDir, port } = values;
  return {
    stack,
    target: values.target,
    ...databaseNames(stack),
    dataset: { messages, users, conversations, seed, alpha, windowDays, windowEnd },
    settings: {
      ...commonSettings,
      work_mem: values.workMem.text,
      shared_buffers: values.sharedBuffers.text,
      maintenance_work_mem: values.maintenanceWorkMem.text,
    },
    server: {
      ...(dataDir !== undefined && { dataDir: resolve(projectRoot, dataDir) }),
      ...(port !== undefined && { port }),
    },
    migrationsDir: resolve(projectRoot, values.migrationsDir),
    thresholds: { topOnePercentShare, topFivePercentShare, tailRatio, diurnalVariation },
    qualityGate: values.qualityGate,
    passwordVersion: values.passwordVersion,
    datasetVersion: values.datasetVersion,
  };
}

/** The values that are well-formed, and a mistake for each that is not. */
function parseValues(values: Readonly<Record<string, unknown>>) {
  const parsed: Partial<Values> = {};
  const malformed: Mistake[] = [];
  for (const [key, syntax] of Object.entries(keys)) {
    const { data, error } = syntax.safeParse(values[key]);
    if (error === undefined) Object.assign(parsed, { [key]: data });
    else malformed.push({ key, problem: error.issues[0]!.message });
  }
  return { parsed, malformed };
}

/** What the generator says of values that are right by themselves and impossible together. */
function datasetProblems({ messages, users, conversations, ...others }: Partial<Values>): Mistake[] {
  if (messages === undefined || users === undefined || conversations === undefined) return [];
  // What is malformed has been reported; in its place stands what goes together with any sizes.
  const harmless = { seed: "any", alpha: 1.8, windowDays: 366, windowEnd: "2025-10-01T00:00:00Z" };
  return specProblems({ ...harmless, ...others, messages, users, conversations }).map(({ key, problem }) => ({
    key,
    // The sentence begins with the key, and often its value, which every mistake's line shows anyway.
    problem: problem.replace(new RegExp(`^${key} (?:\\([^)]*\\) )?`), "").replace(/\.$/, ""),
  }));
}

function memoryProblems(values: Partial<Values>, memory: number): Mistake[] {
  const problem = `is more than this machine's memory of ${Math.floor(memory / 2 ** 20)}MB`;
  return (["workMem", "sharedBuffers", "maintenanceWorkMem"] as const)
    .filter((key) => (values[key]?.bytes ?? 0) > memory)
    .map((key) => ({ key, problem }));
}

function folderProblems({ dataDir, migrationsDir }: Partial<Values>, projectRoot: string): Mistake[] {
  const found = {
    dataDir: dataDir && dataFolderProblem(resolve(projectRoot, dataDir), projectRoot),
    migrationsDir: migrationsDir && sourceFolderProblem(resolve(projectRoot, migrationsDir)),
  };
  return Object.entries(found).flatMap(([key, problem]) => (problem ? [{ key, problem }] : []));
}

function unknownKeys(given: readonly string[]): Mistake[] {
  return given
    .filter((key) => !isKey(key))
    .map((key) => {
      const meant = closest(key, Object.keys(keys));
      return { key, problem: meant === undefined ? "no such key" : `no such key; did you mean ${meant}?` };
    });
}

function isKey(key: string): key is Key {
  return Object.hasOwn(keys, key);
}

/** The value as given, on one line and not too long; a secret is not shown. */
function youGave(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "object" && "secure" in value) return "";
  const shown = JSON.stringify(value);
  return ` (you gave ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown})`;
}
