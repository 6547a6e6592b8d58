import { version } from "@pulumi/random/package.json";
import { randomBytes } from "./random/bytes";
import { randomPassword } from "./random/password";
import { type Plugin, run } from "./server";

/** The plugin. When this file is run, it serves the plugin. */
export const plugin: Plugin = {
  version,
  checkConfig: () => [],
  configure: () => ({
    "random:index/randomBytes:RandomBytes": randomBytes,
    "random:index/randomPassword:RandomPassword": randomPassword,
  }),
};

if (require.main === module) void run(plugin);
