import { version } from "@pulumi/docker/package.json";
import { type Plugin, run } from "./server";

/** The plugin, which this file serves when it is run. */
export const plugin: Plugin = {
  version,
  checkConfig: () => [],
  configure: () => ({}),
};

if (require.main === module) void run(plugin);
