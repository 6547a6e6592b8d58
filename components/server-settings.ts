import * as pulumi from "@pulumi/pulumi";
import { settingTakes } from "../postgres/settings-catalogue";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface ServerSettingsArgs {
  server: Server;
  /** Setting name -> value, as in `pg_settings`. */
  settings: Record<string, string>;
}

/**
 * The server's settings, by ALTER SYSTEM: one resource a setting, so that a preview shows each change with
 * what it takes (`reload` or `restart`); then one that reloads, restarts only if it must, and proves them all.
 */
export class ServerSettings extends pulumi.ComponentResource {
  /** Resolves when all settings are in force. */
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
