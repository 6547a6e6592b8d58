import { accessFiles } from "./access-files";
import { connectivity } from "./connectivity";
import { dataset } from "./dataset";
import { databaseSettings } from "./database-settings";
import { diskSpace } from "./disk-space";
import { dockerPlace } from "./docker-place";
import { dockerServer } from "./docker-server";
import { embeddedServer } from "./embedded-server";
import { existingServer } from "./existing-server";
import { extensions } from "./extensions";
import { login } from "./login";
import { membership } from "./membership";
import { migrations } from "./migrations";
import { phase2 } from "./phase2";
import { protection } from "./protection";
import { qualityReport } from "./quality-report";
import { queryMonitoring } from "./query-monitoring";
import { setting } from "./setting";
import { settingsInForce } from "./settings-in-force";

/** Every kind of task; the key is the resource's type in Pulumi (`pulumi-nodejs:dynamic/chatperf:<key>`). */
export const tasks = {
  EmbeddedServer: embeddedServer,
  DockerPlace: dockerPlace,
  DockerServer: dockerServer,
  ExistingServer: existingServer,
  Connectivity: connectivity,
  DiskSpace: diskSpace,
  Setting: setting,
  SettingsInForce: settingsInForce,
  Extensions: extensions,
  DatabaseSettings: databaseSettings,
  Membership: membership,
  Login: login,
  Migrations: migrations,
  QueryMonitoring: queryMonitoring,
  AccessFiles: accessFiles,
  Dataset: dataset,
  QualityReport: qualityReport,
  Phase2: phase2,
  Protection: protection,
};

export type TaskKind = keyof typeof tasks;
/** The inputs of a kind of task. */
export type TaskInputs<Kind extends TaskKind> = Parameters<(typeof tasks)[Kind]["create"]>[0];
/** What a kind of task returns beside its inputs. */
export type TaskOutputs<Kind extends TaskKind> = Awaited<ReturnType<(typeof tasks)[Kind]["create"]>>;
