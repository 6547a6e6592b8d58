import { expect } from "chai";
import { resolve } from "node:path";
import { type Band, ConfigError, parseBand } from "../../config";
import { stackValues } from "../../config/stack-file";

export const root = resolve(__dirname, "../..");
export const GB = 2 ** 30;
/** The memory of a machine on which every band fits, in bytes. */
export const memory = 64 * GB;
/** The values of the dev band, by key. */
export const dev = stackValues(root, "dev");

/** Parses the values of the dev band with some changes. An undefined value removes the key. */
export function parse(changes: Record<string, unknown>, machineMemory = memory): Band {
  return parseBand("dev", { ...dev, ...changes }, root, machineMemory);
}

/** Returns the error that the configuration of the dev band gives after the changes. */
export function configError(changes: Record<string, unknown>, machineMemory = memory): ConfigError {
  try {
    parse(changes, machineMemory);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error("the configuration was accepted");
}
