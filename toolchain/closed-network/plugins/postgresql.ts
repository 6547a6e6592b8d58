import { version } from "@pulumi/postgresql/package.json";
import { checkConfig, serverConfig } from "./postgresql/config";
import { database } from "./postgresql/database";
import { defaultPrivileges } from "./postgresql/default-privileges";
import { extension } from "./postgresql/extension";
import { grant } from "./postgresql/grant";
import { role } from "./postgresql/role";
import { Server } from "./postgresql/server";
import { type Plugin, run } from "./server";

/** The plugin. When this file is run, it serves the plugin. */
export const plugin: Plugin = {
  version,
  checkConfig,
  configure: (config) => {
    const server = new Server(serverConfig(config));
    return {
      "postgresql:index/role:Role": role(server),
      "postgresql:index/database:Database": database(server),
      "postgresql:index/grant:Grant": grant(server),
      "postgresql:index/defaultPrivileges:DefaultPrivileges": defaultPrivileges(server),
      "postgresql:index/extension:Extension": extension(server),
    };
  },
};

if (require.main === module) void run(plugin);
