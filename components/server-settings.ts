import * as pulumi from "@pulumi/pulumi";
import { settingTakes } from "../postgres/settings-catalogue";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ServerSettingsArgs {
  server: Server;
  /** The settings as in `pg_settings`: name -> value. */
  settings: Record<string, string>;
}

/**
 * The server's settings, written with ALTER SYSTEM. Each setting is one resource, so that a preview shows each change
 * and whether it needs a reload or a restart. One more resource reloads the server, restarts it if necessary, and
 * proves all settings.
 */
export class ServerSettings extends pulumi.ComponentResource {
  /** A resource that is ready when all settings are in force. */
  readonly inForce: pulumi.Resource;

  constructor(
    name: string,
    { server, settings }: ServerSettingsArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("chat-perf:postgres:ServerSettings", name, {}, opts);
    const within = { ...server.within, parent: this };

    const entries = Object.entries(settings).map(
      ([setting, value]) => new Setting(`${name}-${setting}`, server, setting, value, within),
    );
    const inForce = new SettingsInForce(`${name}-in-force`, server, settings, {
      ...within,
      dependsOn: entries,
    });
    this.inForce = new Extensions(`${name}-extensions`, server, settings.shared_preload_libraries ?? "", {
      ...within,
      dependsOn: inForce,
    });
    this.registerOutputs({ settings });
  }
}

class Setting extends TaskResource<"Setting"> {
  constructor(
    name: string,
    { adminUrl, machine }: Server,
    setting: string,
    value: string,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      "Setting",
      name,
      { adminUrl, machine, setting, value, takes: settingTakes(setting) },
      ["written"],
      opts,
    );
  }
}

class SettingsInForce extends TaskResource<"SettingsInForce"> {
  constructor(
    name: string,
    { adminUrl, machine, shared }: Server,
    settings: Record<string, string>,
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      "SettingsInForce",
      name,
      { adminUrl, machine, settings },
      ["restartedFor", "waiting", "notSet"],
      opts,
      {
        asksStale: shared,
      },
    );
  }
}

class Extensions extends TaskResource<"Extensions"> {
  constructor(
    name: string,
    { adminUrl, machine }: Server,
    preloaded: string,
    opts: pulumi.CustomResourceOptions,
  ) {
    super("Extensions", name, { adminUrl, machine, preloaded }, [], opts);
  }
}
