import { resolve } from "node:path";
import { specProblems } from "../generator/problems";
import { dataFolderProblem, sourceFolderProblem } from "./folders";
import type { Values } from "./keys";
import type { Mistake } from "./mistakes";

/** The problems that the generator finds in values which are valid one by one but impossible together. */
export function datasetProblems({ messages, users, conversations, ...others }: Partial<Values>): Mistake[] {
  if (messages === undefined || users === undefined || conversations === undefined) return [];
  // Malformed values are already reported. Harmless placeholders replace them here.
  const harmless = { seed: "any", alpha: 1.8, windowDays: 366, windowEnd: "2025-10-01T00:00:00Z" };
  return specProblems({ ...harmless, ...others, messages, users, conversations }).map(({ key, problem }) => ({
    key,
    // The line of a mistake shows key and value already, so they are removed from the sentence.
    problem: problem.replace(new RegExp(`^${key} (?:\\([^)]*\\) )?`), "").replace(/\.$/, ""),
  }));
}

/** The memory sizes that are larger than this machine's memory. */
export function memoryProblems(values: Partial<Values>, memory: number): Mistake[] {
  const problem = `is more than this machine's memory of ${Math.floor(memory / 2 ** 20)}MB`;
  return (["workMem", "sharedBuffers", "maintenanceWorkMem"] as const)
    .filter((key) => (values[key]?.bytes ?? 0) > memory)
    .map((key) => ({ key, problem }));
}

/** The folders that cannot be used. */
export function folderProblems({ dataDir, migrationsDir }: Partial<Values>, projectRoot: string): Mistake[] {
  const found = {
    dataDir: dataDir && dataFolderProblem(resolve(projectRoot, dataDir), projectRoot),
    migrationsDir: migrationsDir && sourceFolderProblem(resolve(projectRoot, migrationsDir)),
  };
  return Object.entries(found).flatMap(([key, problem]) => (problem ? [{ key, problem }] : []));
}

/** The keys that the target needs and that are not set. */
export function targetProblems({
  target,
  host,
  sslmode,
  sslRootCert,
  adminPassword,
}: Partial<Values>): Mistake[] {
  if (target !== "existing") return [];
  const needs = "is needed by target existing";
  return [
    ...(host === undefined ? [{ key: "host", problem: needs }] : []),
    ...(adminPassword === undefined
      ? [{ key: "adminPassword", problem: `${needs}: set it with --secret` }]
      : []),
    ...(sslRootCert !== undefined && !sslmode?.startsWith("verify")
      ? [{ key: "sslRootCert", problem: "is used by sslmode verify-ca and verify-full only" }]
      : []),
  ];
}
