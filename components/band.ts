import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Band, ConfigError, parseBand } from "../config";
import { namespace } from "../config/stack-file";

/**
 * Reads the band of the stack that is being deployed.
 *
 * @throws pulumi.RunError with every mistake in the configuration; Pulumi shows it without a stack trace
 */
export function readBand(): Band {
  if (pulumi.getProject() !== namespace) {
    throw new pulumi.RunError(
      `The name of the project in Pulumi.yaml is ${pulumi.getProject()}, but its configuration keys begin with ${namespace}. ` +
        `Set \`name: ${namespace}\` in Pulumi.yaml. To have another environment, use another stack name.`,
    );
  }
  // pulumi.Config reads single keys only. A misspelt key is visible only in the whole configuration.
  const given = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, value]) => [key.slice(namespace.length + 1), value] as const);
  try {
    return parseBand(pulumi.getStack(), Object.fromEntries(given), resolve(__dirname, ".."));
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
