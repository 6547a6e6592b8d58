import { totalmem } from "node:os";
import { resolve } from "node:path";
import { datasetProblems, folderProblems, memoryProblems, targetProblems } from "./combinations";
import { isKey, parseValues, unknownKeys, type Values } from "./keys";
import { type Mistake, youGave } from "./mistakes";
import { databaseNames } from "./names";
import { commonSettings } from "./settings";
import { namespace, stackValues } from "./stack-file";
import { targetOf, type Target } from "./target";
import { plainSpec, type DatasetSpec } from "../generator/spec";
import type { PasswordForm } from "../postgres/scram";
import { MAX_CONNECTIONS } from "../postgres/session-limits";
import { ExpectedError } from "../common/errors";
import { stackName } from "../common/stack-name";
import type { QualityThresholds } from "../validation/thresholds";

/** The checked configuration of a stack, with resolved names and paths. */
export interface Band {
  /** The stack's name, without organization or project, e.g. `dev`. */
  stack: string;
  /** The kind of server, with its options. */
  target: Target;
  database: string;
  /** The role of the application, which can only read and write rows. */
  role: string;
  /** The role that owns schema and tables. */
  ownerRole: string;
  dataset: DatasetSpec;
  /** The PostgreSQL settings by name, in the notation of ALTER SYSTEM, e.g. `work_mem: "64MB"`. */
  settings: Record<string, string>;
  /** Other networks, in CIDR notation, from which the stack's roles may connect. */
  allowedCidrs: string[];
  /** A host, database or role whose name contains one of these words is refused. */
  protectedNames: string[];
  /** Whether the stack cannot be destroyed. */
  protect: boolean;
  /** The absolute path of the folder with the migrations. */
  migrationsDir: string;
  thresholds: QualityThresholds;
  /** What happens with the phase-2 indexes after the quality gate. */
  phase2: "off" | "capture" | "apply";
  /** The checks whose failure fails the update. */
  qualityGate: "critical" | "all" | "off";
  /** Which estimate the free disk space is compared with. */
  diskCheck: "larger" | "forecast" | "rule" | "off";
  /** A new number gives every role a new password. */
  passwordVersion: number;
  /** The form in which a role's password is sent to the server: a SCRAM verifier, or the password itself. */
  passwordForm: PasswordForm;
  /** A new number loads the dataset again. */
  datasetVersion: number;
}

/** The error for a stack's configuration that cannot be used. It lists every mistake. */
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
 * Checks a stack's configuration and converts it to a band.
 *
 * @param values the values by key, without namespace, as text from the engine or from stack files
 * @param projectRoot the folder to which paths are relative
 * @param memory the memory of this machine, in bytes
 * @throws ConfigError with every mistake
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
    ...targetProblems(parsed),
    ...memoryProblems(parsed, memory),
    ...folderProblems(parsed, resolve(projectRoot)),
  ].map(({ key, problem }) => ({
    key,
    problem: problem + (key === "adminPassword" ? "" : youGave(values[key])),
  }));
  mistakes.push(...unknownKeys(Object.keys(values)));
  if (mistakes.length > 0) throw new ConfigError(stack, mistakes);
  return bandOf(stack, parsed as Values, projectRoot);
}

/**
 * Reads a stack's configuration for the command-line tools from `Pulumi.yaml` and `Pulumi.<stack>.yaml`, without the
 * engine.
 *
 * @param stack the name of the stack; an organization and a project before it are ignored
 * @param given values by key that replace those of the files
 * @throws ConfigError with every mistake
 */
export function readStackFile(
  projectRoot: string,
  stack: string,
  given: Readonly<Record<string, string>> = {},
): Band {
  const name = stackName(stack);
  return parseBand(name, { ...stackValues(projectRoot, name), ...given }, projectRoot);
}

function bandOf(stack: string, values: Values, projectRoot: string): Band {
  const { messages, users, conversations, seed, alpha, windowDays, windowEnd, columns } = values;
  const { topOnePercentShare, topFivePercentShare, tailRatio, diurnalVariation } = values;
  const { allowedCidrs, protectedNames, protect, phase2 } = values;
  return {
    stack,
    target: targetOf(values, projectRoot),
    ...databaseNames(stack),
    dataset: plainSpec({ messages, users, conversations, seed, alpha, windowDays, windowEnd, columns }),
    settings: {
      ...commonSettings,
      work_mem: values.workMem.text,
      shared_buffers: values.sharedBuffers.text,
      maintenance_work_mem: values.maintenanceWorkMem.text,
      // An existing server keeps its own value, and the limits of the roles are derived from it.
      ...(values.target !== "existing" && { max_connections: String(MAX_CONNECTIONS) }),
    },
    allowedCidrs,
    protectedNames,
    protect,
    phase2,
    migrationsDir: resolve(projectRoot, values.migrationsDir),
    thresholds: { topOnePercentShare, topFivePercentShare, tailRatio, diurnalVariation },
    qualityGate: values.qualityGate,
    diskCheck: values.diskCheck,
    passwordVersion: values.passwordVersion,
    passwordForm: values.passwordForm,
    datasetVersion: values.datasetVersion,
  };
}
