import { accessFilesState, removeAccessFiles, writeAccessFiles } from "../../postgres/access-files";
import type { Task } from "../task";

export interface AccessFilesInputs {
  stack: string;
  databaseUrl: string;
  migrationUrl: string;
}

export interface AccessFilesOutputs {
  /** The paths of the files, relative to the project. */
  environment: string;
  connect: string;
  monitor: string;
  intact: boolean;
}

const DIRECTORY = ".secrets";

/**
 * [8/8] Writes the files in `.secrets/`: environment variables, connection script and monitoring queries of the stack.
 */
export const accessFiles: Task<AccessFilesInputs, AccessFilesOutputs> = {
  create({ stack, databaseUrl, migrationUrl }, log) {
    log("[8/8] Writing configuration files...");
    const files = writeAccessFiles({ directory: DIRECTORY, stack, databaseUrl, migrationUrl });
    log(`✓ Credentials written to ${files.environment}`);
    log(`✓ Monitoring queries written to ${files.monitor}`);
    return Promise.resolve({ ...files, intact: true });
  },
  read: (state) =>
    Promise.resolve({ intact: accessFilesState({ directory: DIRECTORY, ...state }) === "intact" }),
  delete({ stack }) {
    removeAccessFiles(DIRECTORY, stack);
    return Promise.resolve();
  },
  stale: (state) => Promise.resolve(accessFilesState({ directory: DIRECTORY, ...state }) !== "intact"),
};
