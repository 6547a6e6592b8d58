import { accessFiles } from "./access-files";
import { connectivity } from "./connectivity";
import { dataset } from "./dataset";
import { diskSpace } from "./disk-space";
import { embeddedServer } from "./embedded-server";
import { extensions } from "./extensions";
import { login } from "./login";
import { migrations } from "./migrations";
import { protection } from "./protection";
import { qualityReport } from "./quality-report";
import { queryMonitoring } from "./query-monitoring";
import { setting } from "./setting";
import { settingsInForce } from "./settings-in-force";

/** Every kind of task; the key is the resource's type in Pulumi (`pulumi-nodejs:dynamic/chatperf:<key>`). */
export const tasks = {
  EmbeddedServer: embeddedServer,
  Connectivity: connectivity,
  DiskSpace: diskSpace,
  Setting: setting,
  SettingsInForce: settingsInForce,
  Extensions: extensions,
  Login: login,
  Migrations: migrations,
  QueryMonitoring: queryMonitoring,
  AccessFiles: accessFiles,
  Dataset: dataset,
  QualityReport: qualityReport,
  Protection: protection,
};

export type TaskKind = keyof typeof tasks;
/** The inputs of a kind of task. */
export type TaskInputs<Kind extends TaskKind> = Parameters<(typeof tasks)[Kind]["create"]>[0];
/** What a kind of task returns beside its inputs. */
export type TaskOutputs<Kind extends TaskKind> = Awaited<ReturnType<(typeof tasks)[Kind]["create"]>>;
