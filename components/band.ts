import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type Band, ConfigError, parseBand } from "../config";
import { namespace } from "../config/stack-file";

/**
 * The band of the stack that is being deployed.
 *
 * @throws pulumi.RunError with every mistake in the configuration, shown without a stack trace
 */
export function readBand(): Band {
  if (pulumi.getProject() !== namespace) {
    throw new pulumi.RunError(
      `The project is called ${pulumi.getProject()}, but its configuration is that of ${namespace}. ` +
        `Set \`name: ${namespace}\` in Pulumi.yaml; another stack is told apart by its own name.`,
    );
  }
  // pulumi.Config answers only for keys that one asks for; a misspelt key shows in the whole configuration alone.
  const given = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .map(([key, value]) => [key.slice(namespace.length + 1), value] as const);
  try {
    return parseBand(pulumi.getStack(), Object.fromEntries(given), resolve(__dirname, ".."));
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
