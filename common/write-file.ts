import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ExpectedError } from "./errors";

/** Only their owner writes to them, whatever the umask. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/**
 * Writes a file as a whole, and creates its folders. A program that reads the file meanwhile sees either the complete old
 * file or the complete new one.
 *
 * @throws ExpectedError when the file cannot be written
 */
export function writeWhole(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
    replaceFile(path, text);
  } catch (error) {
    throw new ExpectedError(
      `Cannot write the report to ${path}: ${(error as Error).message}.`,
      "Choose a folder that you may write to.",
    );
  }
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(draft, text, { mode: FILE_MODE });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
