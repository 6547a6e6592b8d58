import { version } from "@pulumi/docker/package.json";
import { container } from "./docker/container";
import { engineAt } from "./docker/engine";
import { network } from "./docker/network";
import { remoteImage } from "./docker/remote-image";
import { volume } from "./docker/volume";
import { type Plugin, run } from "./server";

/** The plugin. When this file is run, it serves the plugin. */
export const plugin: Plugin = {
  version,
  checkConfig: (config) =>
    Object.keys(config)
      .filter((property) => !property.startsWith("__") && property !== "version" && property !== "host")
      .map((property) => ({ property, reason: `The offline plugin has no setting "${property}"` })),
  configure: ({ host }) => {
    const docker = engineAt(typeof host === "string" ? host : undefined);
    return {
      "docker:index/network:Network": network(docker),
      "docker:index/volume:Volume": volume(docker),
      "docker:index/remoteImage:RemoteImage": remoteImage(docker),
      "docker:index/container:Container": container(docker),
    };
  },
};

if (require.main === module) void run(plugin);
