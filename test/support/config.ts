import { expect } from "chai";
import { resolve } from "node:path";
import { type Band, ConfigError, parseBand } from "../../config";
import { stackValues } from "../../config/stack-file";

export const root = resolve(__dirname, "../..");
export const GB = 2 ** 30;
/** Of a machine on which every band fits, bytes. */
export const memory = 64 * GB;
/** The dev band's values, by key. */
export const dev = stackValues(root, "dev");

/** The band of the dev band's values with some of them replaced; undefined takes one away. */
export function parse(changes: Record<string, unknown>, machineMemory = memory): Band {
  return parseBand("dev", { ...dev, ...changes }, root, machineMemory);
}

/** The error that the dev band's values end in with some of them replaced. */
export function configError(changes: Record<string, unknown>, machineMemory = memory): ConfigError {
  try {
    parse(changes, machineMemory);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error("the configuration was accepted");
}
